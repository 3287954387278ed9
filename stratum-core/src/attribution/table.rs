//! Which paths were there? Distinct paths with counts, in little memory; tables of partitions merge into the table of the whole.
//!
//! Not here: times; a model that needs them reads journeys.

mod text;

use alloc::format;
use alloc::vec::Vec;
use core::hash::{BuildHasher as _, Hasher as _};

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use self::text::read_path;
use super::channels::{Channels, HASHER, Ranked};
use super::error::{AttributionError, Refused};
use super::paths::{CountedPath, Counts, MAX_PATH, PathTotals, Paths, too_large};

/// Distinct paths, each with what became of its journeys.
///
/// ```
/// use stratum_core::attribution::{Counts, PathTable};
/// let mut table = PathTable::new();
/// table.add_text("search > email", ">", Counts::converted(1, 5_000))?;
/// table.add_text("search > email", ">", Counts::converted(1, 7_000))?;
/// table.add_text("email", ">", Counts::lapsed(9))?;
/// assert_eq!(table.len(), 2);
/// let path: Vec<_> = table.rows().collect();
/// assert_eq!(path[0], (&[0, 1][..], Counts::converted(2, 12_000)));
/// # Ok::<(), stratum_core::attribution::AttributionError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct PathTable {
    channels: Channels,
    touches: Vec<u16>,
    rows: Vec<Row>,
    known: HashTable<Known>,
    totals: PathTotals,
    scratch: Vec<u16>,
}

/// A distinct path: where its touches end, and what became of its journeys.
#[derive(Debug, Clone, Copy)]
struct Row {
    end: u32,
    counts: Counts,
}

/// Where to find a path: half of its hash, so that growing does not read all paths again, and its row.
#[derive(Debug, Clone, Copy)]
struct Known {
    hash: u32,
    row: u32,
}

/// Spreads half a hash over a whole one again.
fn whole(hash: u32) -> u64 {
    u64::from(hash).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn half_hash_of(path: &[u16]) -> u32 {
    let mut hasher = HASHER.build_hasher();
    // Four codes at a time; what is left over carries its length.
    let (fours, rest) = path.as_chunks::<4>();
    for [a, b, c, d] in fours {
        let word = [*a, *b, *c, *d].map(u64::from);
        hasher.write_u64(word.iter().fold(0, |all, code| all << 16 | code));
    }
    let rest = rest
        .iter()
        .fold(1, |all, code| all << 16 | u64::from(*code));
    hasher.write_u64(rest);
    u32::try_from(hasher.finish() >> 32).unwrap_or(0)
}

fn place(n: u32) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

fn path_at<'a>(touches: &'a [u16], rows: &[Row], row: u32) -> &'a [u16] {
    let end_of = |row: u32| rows.get(place(row)).map_or(0, |row| place(row.end));
    let start = row.checked_sub(1).map_or(0, end_of);
    touches.get(start..end_of(row)).unwrap_or_default()
}

impl PathTable {
    /// No path yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// No path yet, over channels that are already known by code.
    #[must_use]
    pub fn over(channels: Channels) -> Self {
        Self {
            channels,
            ..Self::default()
        }
    }

    /// Gathers paths from elsewhere: columns, journeys, another table.
    ///
    /// # Errors
    /// Names that are no channel's, sums that are too large.
    pub fn gather(paths: &impl Paths) -> Result<Self, AttributionError> {
        let mut table = Self::over(Channels::new(paths.names())?);
        paths.try_for_each(|path| table.add(path.codes, path.counts))?;
        let totals = paths.totals();
        table.add(&[], totals.untouched)?;
        table.totals.open = totals.open;
        Ok(table)
    }

    /// Adds journeys along a path of channel codes. A path without touches is counted apart: it is untouched.
    ///
    /// # Errors
    /// An unknown code, a path that is too long, a negative value, a value without conversion, sums that are too large. Nothing
    /// is added then.
    pub fn add(&mut self, path: &[u16], counts: Counts) -> Result<(), AttributionError> {
        counts
            .check()
            .map_err(|why| AttributionError::about("value_minor", why))?;
        let (touches, most) = (path.len(), MAX_PATH);
        if touches > most {
            let why = Refused::LongPath { touches, most };
            return Err(AttributionError::about("path", why));
        }
        let channels = self.channels.len();
        if let Some(at) = path.iter().position(|code| usize::from(*code) >= channels) {
            let code = path.get(at).copied().unwrap_or_default();
            let why = Refused::UnknownCode { code, channels };
            return Err(AttributionError::about(format!("path[{at}]"), why));
        }
        let (touched, untouched) = match path {
            [] => (Counts::default(), counts),
            _ => (counts, Counts::default()),
        };
        let more = PathTotals {
            touched,
            untouched,
            open: 0,
        };
        let totals = self.totals.plus(more).ok_or_else(too_large)?;
        if !path.is_empty() {
            self.add_known(path, counts)?;
        }
        self.totals = totals;
        Ok(())
    }

    fn add_known(&mut self, path: &[u16], counts: Counts) -> Result<(), AttributionError> {
        let (touches, rows) = (&self.touches, &self.rows);
        let hash = half_hash_of(path);
        let same = |known: &Known| known.hash == hash && path_at(touches, rows, known.row) == path;
        match self
            .known
            .entry(whole(hash), same, |known| whole(known.hash))
        {
            Entry::Occupied(known) => {
                if let Some(row) = self.rows.get_mut(place(known.get().row)) {
                    row.counts.add(counts)?;
                }
            }
            Entry::Vacant(vacant) => {
                // INVARIANT: each path has a touch, so rows are no more than touches.
                let row = u32::try_from(rows.len()).map_err(|_| too_large())?;
                let end = u32::try_from(touches.len() + path.len()).map_err(|_| too_large())?;
                vacant.insert(Known { hash, row });
                self.touches.extend_from_slice(path);
                self.rows.push(Row { end, counts });
            }
        }
        Ok(())
    }

    /// Adds journeys along a path written out, such as `search > email`. White space (of ASCII) around names is taken off; a text of
    /// white space is a path without touches, and without separator the whole text is one name.
    ///
    /// # Errors
    /// As [`Self::add`], and names that are empty, too long or too many. Names read before a wrong one stay known.
    pub fn add_text(
        &mut self,
        path: &str,
        separator: &str,
        counts: Counts,
    ) -> Result<(), AttributionError> {
        let mut codes = core::mem::take(&mut self.scratch);
        let added = read_path(&mut self.channels, path, separator, &mut codes)
            .and_then(|()| self.add(&codes, counts));
        self.scratch = codes;
        added
    }

    /// Adds everything another table holds; the other's channels are matched by name.
    ///
    /// # Errors
    /// Too many channels, sums that are too large. Nothing is added then.
    pub fn merge(&mut self, other: &Self) -> Result<(), AttributionError> {
        let totals = self.totals.plus(other.totals).ok_or_else(too_large)?;
        let touches = self.touches.len().saturating_add(other.touches.len());
        if u32::try_from(touches).is_err() && u32::try_from(self.touches_with(other)).is_err() {
            return Err(too_large());
        }
        // INVARIANT: channels are adopted all or none, sums of counts are no more than the totals, and there is room for the touches:
        // nothing fails after this.
        let codes = self.channels.adopt(&other.channels)?;
        let mut path = Vec::new();
        for (touches, counts) in other.rows() {
            path.clear();
            path.extend(touches.iter().filter_map(|c| codes.get(usize::from(*c))));
            self.add_known(&path, counts)?;
        }
        self.totals = totals;
        Ok(())
    }

    /// How many touches the distinct paths of both tables have.
    fn touches_with(&self, other: &Self) -> usize {
        let codes: Vec<Option<u16>> = other
            .names()
            .iter()
            .map(|n| self.channels.find(n))
            .collect();
        let (touches, rows) = (&self.touches, &self.rows);
        let is_known = |path: &[u16]| {
            let here = path
                .iter()
                .map(|c| codes.get(usize::from(*c)).copied().flatten());
            here.collect::<Option<Vec<u16>>>().is_some_and(|path| {
                let hash = half_hash_of(&path);
                let same =
                    |known: &Known| known.hash == hash && path_at(touches, rows, known.row) == path;
                self.known.find(whole(hash), same).is_some()
            })
        };
        let new = other.rows().filter(|(path, _)| !is_known(path));
        let new = new.map(|(path, _)| path.len());
        new.fold(self.touches.len(), usize::saturating_add)
    }

    /// The same table with channels in ascending order of their names and paths in ascending order of their channels, so that it
    /// does not show in which order rows came.
    ///
    /// # Errors
    /// None that a table which could be built would give.
    pub fn in_order(&self) -> Result<Self, AttributionError> {
        let ranked = Ranked::of(&self.names());
        let mut rows: Vec<(Vec<u16>, Counts)> = self
            .rows()
            .map(|(path, counts)| (path.iter().map(|c| ranked.of_code(*c)).collect(), counts))
            .collect();
        rows.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        let mut table = Self::over(Channels::new(ranked.names.iter().map(|name| &**name))?);
        for (path, counts) in rows {
            table.add_known(&path, counts)?;
        }
        table.totals = self.totals;
        Ok(table)
    }

    /// Every distinct path with what became of its journeys, in the order they were first seen.
    pub fn rows(&self) -> impl Iterator<Item = (&[u16], Counts)> {
        let mut start = 0;
        self.rows.iter().map(move |row| {
            let end = place(row.end);
            let touches = self.touches.get(start..end).unwrap_or_default();
            start = end;
            (touches, row.counts)
        })
    }

    /// The channels.
    #[must_use]
    pub const fn channels(&self) -> &Channels {
        &self.channels
    }

    /// How many distinct paths there are, the one without touches left aside.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no path with a touch.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

impl Paths for PathTable {
    fn names(&self) -> Vec<&str> {
        self.channels.names().collect()
    }

    fn are_distinct(&self) -> bool {
        true
    }

    fn totals(&self) -> PathTotals {
        self.totals
    }

    fn try_for_each(
        &self,
        mut visit: impl FnMut(CountedPath<'_>) -> Result<(), AttributionError>,
    ) -> Result<(), AttributionError> {
        self.rows().try_for_each(|(codes, counts)| {
            visit(CountedPath {
                codes,
                seconds_before_end: None,
                counts,
            })
        })
    }
}

#[cfg(test)]
pub(super) mod tests;
