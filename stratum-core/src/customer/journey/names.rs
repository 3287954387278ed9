//! Which number stands for which name? Numbers in order of first appearance, and later in order of the alphabet.
//!
//! The alphabet comes last so that the order of rows leaves no trace in the answer.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// The place of a code in a table.
pub(super) fn place(code: u32) -> usize {
    usize::try_from(code).unwrap_or(usize::MAX)
}

/// Names with their numbers.
#[derive(Debug, Clone)]
pub(super) struct Names {
    most: u32,
    codes: BTreeMap<Arc<str>, u32>,
    texts: Vec<Arc<str>>,
    /// Rows of one person tend to come together: the last answer is often the next.
    last: u32,
}

/// Names that are in use, in order of the alphabet, and the new number of each old one.
pub(super) struct Ranked {
    pub(super) names: Vec<Arc<str>>,
    ranks: Vec<u32>,
}

impl Ranked {
    pub(super) fn of(&self, code: u32) -> u32 {
        self.ranks.get(place(code)).copied().unwrap_or(u32::MAX)
    }
}

impl Names {
    /// No names yet, and at most so many.
    pub(super) const fn at_most(most: u32) -> Self {
        Self {
            most,
            codes: BTreeMap::new(),
            texts: Vec::new(),
            last: 0,
        }
    }

    /// The number of a name; none when it is new and there are too many already.
    pub(super) fn code(&mut self, text: &str) -> Option<u32> {
        if self.texts.get(place(self.last)).map(Arc::as_ref) == Some(text) {
            return Some(self.last);
        }
        if let Some(code) = self.codes.get(text) {
            self.last = *code;
            return Some(*code);
        }
        let code = u32::try_from(self.texts.len()).ok()?;
        if code >= self.most {
            return None;
        }
        let name: Arc<str> = Arc::from(text);
        self.texts.push(Arc::clone(&name));
        self.codes.insert(name, code);
        self.last = code;
        Some(code)
    }

    /// The name behind a number.
    pub(super) fn text(&self, code: u32) -> &str {
        self.texts.get(place(code)).map_or("", Arc::as_ref)
    }

    /// Numbers the names anew: those in use, in order of the alphabet.
    pub(super) fn ranked(&self, used: impl Iterator<Item = u32>) -> Ranked {
        let mut in_use = alloc::vec![false; self.texts.len()];
        for code in used {
            if let Some(mark) = in_use.get_mut(place(code)) {
                *mark = true;
            }
        }
        let mut names = Vec::new();
        let mut ranks = alloc::vec![u32::MAX; self.texts.len()];
        let mut next = 0;
        for (name, code) in &self.codes {
            let used = in_use.get(place(*code)).copied().unwrap_or(false);
            if let (true, Some(rank)) = (used, ranks.get_mut(place(*code))) {
                *rank = next;
                next += 1;
                names.push(Arc::clone(name));
            }
        }
        Ranked { names, ranks }
    }

    /// Every name, numbered anew.
    pub(super) fn all_ranked(&self) -> Ranked {
        self.ranked(self.codes.values().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_first_appearance_and_then_the_alphabet() {
        let mut names = Names::at_most(3);
        let codes: Vec<_> = ["social", "mail", "social", "search", "mail", "tv"]
            .map(|name| names.code(name))
            .into();
        assert_eq!(codes, [Some(0), Some(1), Some(0), Some(2), Some(1), None]);
        let ranked = names.ranked([0, 2].into_iter());
        assert_eq!(ranked.names.len(), 2);
        assert_eq!([ranked.of(0), ranked.of(1), ranked.of(2)], [1, u32::MAX, 0]);
        assert_eq!(names.text(1), "mail");
    }
}
