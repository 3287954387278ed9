//! What did the person ask for? Options of the form `--name value` and `--name`, nothing cleverer.
//!
//! Not here: the meaning of an option, which belongs to its command.

/// The words after a command, taken out one by one; what is left at the end was not understood.
#[derive(Debug)]
pub(crate) struct Arguments(Vec<String>);

impl Arguments {
    pub(crate) fn new(words: Vec<String>) -> Self {
        Self(words)
    }

    /// Takes the switch `--name` out and says whether it was there.
    pub(crate) fn switch(&mut self, name: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|word| word != name);
        self.0.len() < before
    }

    /// Takes the first `--name value` or `--name=value` out.
    pub(crate) fn value(&mut self, name: &str) -> Result<Option<String>, String> {
        let joined = format!("{name}=");
        let Some(at) = self
            .0
            .iter()
            .position(|word| word == name || word.starts_with(&joined))
        else {
            return Ok(None);
        };
        let word = self.0.remove(at);
        if let Some(value) = word.strip_prefix(&joined) {
            return Ok(Some(value.to_owned()));
        }
        if at < self.0.len() {
            Ok(Some(self.0.remove(at)))
        } else {
            Err(format!("`{name}` needs a value"))
        }
    }

    /// Refuses whatever no option has taken.
    pub(crate) fn finish(self) -> Result<(), String> {
        match self.0.first() {
            None => Ok(()),
            Some(word) => Err(format!("does not know `{word}`; try `cargo xtask help`")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(line: &str) -> Arguments {
        Arguments::new(line.split_whitespace().map(str::to_owned).collect())
    }

    #[test]
    fn values_come_in_both_spellings_and_several_times() {
        let mut given = arguments("--only fmt --list --only=clippy");
        assert_eq!(given.value("--only"), Ok(Some("fmt".to_owned())));
        assert_eq!(given.value("--only"), Ok(Some("clippy".to_owned())));
        assert_eq!(given.value("--only"), Ok(None));
        assert!(given.switch("--list"));
        assert_eq!(given.finish(), Ok(()));
    }

    #[test]
    fn a_value_that_is_missing_and_a_word_nobody_knows_are_refused() {
        assert!(arguments("--only").value("--only").is_err());
        assert!(arguments("--olny fmt").finish().is_err());
    }
}
