//! Which paths were there? Distinct paths with counts, in little memory; tables of partitions merge into the table of the whole.
//!
//! Not here: times; a model that needs them reads journeys.

use alloc::format;
use alloc::vec::Vec;
use core::hash::{BuildHasher as _, Hasher as _};

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use super::channels::{Channels, HASHER, Ranked};
use super::error::{AttributionError, Refused};
use super::paths::{Counts, MAX_PATH, Path, PathTotals, Paths, too_large};

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
    /// Where each path ends in `touches`.
    ends: Vec<u32>,
    counts: Vec<Counts>,
    rows: HashTable<u32>,
    totals: PathTotals,
    scratch: Vec<u16>,
}

fn hash_of(path: &[u16]) -> u64 {
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
    hasher.finish()
}

fn place(n: u32) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

fn path_at<'a>(touches: &'a [u16], ends: &[u32], row: usize) -> &'a [u16] {
    let end_of = |row: usize| ends.get(row).map_or(0, |end| place(*end));
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
            .map_err(|why| AttributionError::about("value", why))?;
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
        let (touches, ends) = (&self.touches, &self.ends);
        let at = |row: &u32| path_at(touches, ends, place(*row));
        let same = |row: &u32| at(row) == path;
        match self.rows.entry(hash_of(path), same, |row| hash_of(at(row))) {
            Entry::Occupied(row) => {
                if let Some(known) = self.counts.get_mut(place(*row.get())) {
                    known.add(counts)?;
                }
            }
            Entry::Vacant(vacant) => {
                let end = u32::try_from(touches.len() + path.len()).map_err(|_| too_large())?;
                // INVARIANT: each path has a touch, so rows are no more than touches.
                vacant.insert(u32::try_from(ends.len()).map_err(|_| too_large())?);
                self.touches.extend_from_slice(path);
                self.ends.push(end);
                self.counts.push(counts);
            }
        }
        Ok(())
    }

    /// Adds journeys along a path written out, such as `search > email`. White space around names is taken off; a text of white
    /// space is a path without touches, and without separator the whole text is one name.
    ///
    /// # Errors
    /// As [`Self::add`], and names that are empty, too long or too many.
    pub fn add_text(
        &mut self,
        path: &str,
        separator: &str,
        counts: Counts,
    ) -> Result<(), AttributionError> {
        let mut codes = core::mem::take(&mut self.scratch);
        codes.clear();
        let added = read_path(&mut self.channels, path, separator, &mut codes)
            .and_then(|()| self.add(&codes, counts));
        self.scratch = codes;
        added
    }

    /// Adds everything another table holds; the other's channels are matched by name.
    ///
    /// # Errors
    /// Too many channels, sums that are too large.
    pub fn merge(&mut self, other: &Self) -> Result<(), AttributionError> {
        let totals = self.totals.plus(other.totals).ok_or_else(too_large)?;
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
        self.ends
            .iter()
            .zip(&self.counts)
            .map(move |(end, counts)| {
                let touches = self.touches.get(start..place(*end)).unwrap_or_default();
                start = place(*end);
                (touches, *counts)
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
        self.ends.len()
    }

    /// Whether there is no path with a touch.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}

impl Paths for PathTable {
    fn names(&self) -> Vec<&str> {
        self.channels.names().collect()
    }

    fn totals(&self) -> PathTotals {
        self.totals
    }

    fn try_for_each(
        &self,
        mut visit: impl FnMut(Path<'_>) -> Result<(), AttributionError>,
    ) -> Result<(), AttributionError> {
        self.rows().try_for_each(|(codes, counts)| {
            visit(Path {
                codes,
                seconds_before_end: None,
                counts,
            })
        })
    }
}

/// Appends the codes of a path written out.
pub(super) fn read_path(
    channels: &mut Channels,
    path: &str,
    separator: &str,
    codes: &mut Vec<u16>,
) -> Result<(), AttributionError> {
    if path.trim_ascii().is_empty() {
        return Ok(());
    }
    let before = codes.len();
    let mut touch = |name: &str| {
        let at = codes.len() - before;
        let about = |why| AttributionError::about(format!("path[{at}]"), why);
        if at >= MAX_PATH {
            let (touches, most) = (at + 1, MAX_PATH);
            return Err(about(Refused::LongPath { touches, most }));
        }
        codes.push(channels.code(name.trim()).map_err(about)?);
        Ok(())
    };
    if separator.is_empty() {
        return touch(path);
    }
    path.split(separator).try_for_each(touch)
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString as _;
    use alloc::vec;

    use super::*;

    #[test]
    fn equal_paths_are_one_row_and_repeats_are_kept() {
        let mut table = PathTable::new();
        for path in ["a>b", "a > b ", "a>a>b"] {
            table.add_text(path, ">", Counts::converted(1, 10)).unwrap();
        }
        let rows: Vec<_> = table
            .rows()
            .map(|(p, c)| (p.to_vec(), c.conversions))
            .collect();
        assert_eq!(rows, [(vec![0, 1], 2), (vec![0, 0, 1], 1)]);
    }

    #[test]
    fn journeys_without_touch_are_counted_apart() {
        let mut table = PathTable::new();
        let bought = Counts {
            conversions: 2,
            value_minor: 50,
            lapsed: 7,
        };
        table.add_text(" ", ">", bought).unwrap();
        table.add_text("a", ">", Counts::converted(1, 5)).unwrap();
        assert_eq!(table.totals().untouched, bought);
        assert_eq!(table.totals().touched, Counts::converted(1, 5));
        assert_eq!(table.len(), 1);
    }

    #[test]
    fn what_no_journey_can_come_to_is_refused_and_nothing_is_added() {
        let mut table = PathTable::over(Channels::new(["a"]).unwrap());
        let lapsed_with_value = Counts {
            value_minor: 5,
            ..Counts::lapsed(1)
        };
        let refused = [
            table.add(&[0], Counts::converted(1, -5)),
            table.add(&[0], lapsed_with_value),
            table.add(&[0, 3], Counts::converted(1, 5)),
            table.add(&vec![0; MAX_PATH + 1], Counts::converted(1, 5)),
        ];
        let refused = refused.map(|added| {
            let error = added.unwrap_err();
            format!("{} {}", error.path(), error.code())
        });
        assert_eq!(
            refused,
            [
                "value attribution.negative_value",
                "value attribution.value_without_conversion",
                "path[1] attribution.unknown_code",
                "path attribution.long_path"
            ]
        );
        table.add(&[0], Counts::converted(u64::MAX, 0)).unwrap();
        let error = table.add(&[], Counts::lapsed(1)).unwrap_err();
        assert_eq!(error.code(), "attribution.too_large");
        assert_eq!(table.totals().untouched, Counts::default());
        assert_eq!(table.len(), 1);
    }

    #[test]
    fn a_path_of_a_million_touches_is_taken_and_one_more_is_not() {
        let mut table = PathTable::new();
        let path = "a>".repeat(MAX_PATH - 1) + "b";
        table.add_text(&path, ">", Counts::converted(1, 1)).unwrap();
        let error = table
            .add_text(&(path + ">b"), ">", Counts::lapsed(1))
            .unwrap_err();
        assert_eq!(
            (error.path(), error.code()),
            ("path[1000000]", "attribution.long_path")
        );
    }

    #[test]
    fn names_that_are_none_are_refused_with_their_place() {
        let mut table = PathTable::new();
        let long = alloc::string::String::from("a>b>") + &"x".repeat(257);
        let error = table.add_text(&long, ">", Counts::lapsed(1)).unwrap_err();
        assert_eq!(
            (error.path(), error.code()),
            ("path[2]", "attribution.long_channel")
        );
        let error = table.add_text("a>", ">", Counts::lapsed(1)).unwrap_err();
        assert_eq!(
            (error.path(), error.code()),
            ("path[1]", "attribution.empty_channel")
        );
        let error = Channels::new(["a", "b", "a"]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "channels[2]: the channel `a` is listed twice"
        );
    }

    #[test]
    fn in_order_the_order_of_rows_leaves_no_trace() {
        let rows = [("b > a", 1), ("c", 2), ("a > a", 3), ("b > a", 4)];
        let table = |rows: &mut dyn Iterator<Item = &(&str, u64)>| {
            let mut table = PathTable::new();
            for (path, n) in rows {
                table.add_text(path, ">", Counts::lapsed(*n)).unwrap();
            }
            let table = table.in_order().unwrap();
            let rows: Vec<_> = table.rows().map(|(p, c)| (p.to_vec(), c)).collect();
            (rows, table.names().join(" "))
        };
        let forth = table(&mut rows.iter());
        assert_eq!(forth, table(&mut rows.iter().rev()));
        assert_eq!(forth.1, "a b c");
        assert_eq!(forth.0.first(), Some(&(vec![0, 0], Counts::lapsed(3))));
    }
}
