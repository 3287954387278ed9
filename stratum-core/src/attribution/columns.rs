//! How do journeys come in fast? As columns of numbers, checked once and then read in place.
//!
//! Here are also journeys built from touchpoints, which are columns already. Not here: the counting of equal paths (`table`).

use alloc::format;
use alloc::vec::Vec;

use super::channels::Channels;
use super::error::{AttributionError, Refused};
use super::paths::{CountedPath, Counts, MAX_PATH, PathTotals, Paths, too_large};
use crate::customer::journey::{Journeys, Outcome};

/// Journeys in columns of others, one entry per touch in `codes`, one per row in the other columns, one more in `offsets`.
///
/// ```
/// use stratum_core::attribution::{Channels, PathColumns, PathTable};
/// let channels = Channels::new(["email", "search"])?;
/// let columns = PathColumns::new(&channels, &[0, 2, 3], &[1, 0, 0], &[1, 0], &[5_000, 0], &[0, 1])?;
/// let table = PathTable::gather(&columns)?;
/// assert_eq!(table.len(), 2);
/// let error = PathColumns::new(&channels, &[0, 2], &[1, 7], &[1], &[0], &[0]).unwrap_err();
/// assert_eq!(error.to_string(), "codes[1]: the code 7 belongs to no channel, there are 2");
/// # Ok::<(), stratum_core::attribution::AttributionError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct PathColumns<'a> {
    channels: &'a Channels,
    offsets: &'a [u32],
    codes: &'a [u16],
    conversions: &'a [u32],
    values_minor: &'a [i64],
    lapsed: &'a [u32],
    totals: PathTotals,
}

impl<'a> PathColumns<'a> {
    /// Checks columns. `offsets` says where the touches of each row begin and where the last ones end.
    ///
    /// # Errors
    /// Columns of different lengths, offsets that fall, codes of no channel, paths that are too long, negative values, values
    /// without conversions, sums that are too large; always with the row.
    pub fn new(
        channels: &'a Channels,
        offsets: &'a [u32],
        codes: &'a [u16],
        conversions: &'a [u32],
        values_minor: &'a [i64],
        lapsed: &'a [u32],
    ) -> Result<Self, AttributionError> {
        let rows = conversions.len();
        for (column, rows, expected) in [
            ("offsets", offsets.len(), rows.saturating_add(1)),
            ("values_minor", values_minor.len(), rows),
            ("lapsed", lapsed.len(), rows),
        ] {
            if rows != expected {
                let why = Refused::UnevenColumns { rows, expected };
                return Err(AttributionError::about(column, why));
            }
        }
        check_offsets(offsets, codes.len())?;
        check_codes(codes, channels.len())?;
        let mut columns = Self {
            channels,
            offsets,
            codes,
            conversions,
            values_minor,
            lapsed,
            totals: PathTotals::default(),
        };
        columns.totals = columns.add_up()?;
        Ok(columns)
    }

    fn add_up(&self) -> Result<PathTotals, AttributionError> {
        let (mut whole, mut untouched) = (Counts::default(), Counts::default());
        for (row, (codes, counts)) in self.rows().enumerate() {
            counts
                .check()
                .map_err(|why| AttributionError::about(format!("values_minor[{row}]"), why))?;
            whole = whole.plus(counts).ok_or_else(too_large)?;
            if codes.is_empty() {
                untouched = untouched.plus(counts).ok_or_else(too_large)?;
            }
        }
        // INVARIANT: what is untouched is a part of the whole.
        Ok(PathTotals {
            touched: Counts {
                conversions: whole.conversions - untouched.conversions,
                value_minor: whole.value_minor - untouched.value_minor,
                lapsed: whole.lapsed - untouched.lapsed,
            },
            untouched,
            open: 0,
        })
    }

    fn rows(&self) -> impl Iterator<Item = (&'a [u16], Counts)> {
        let numbers = self.conversions.iter().zip(self.values_minor);
        let numbers = numbers.zip(self.lapsed);
        slices(self.offsets, self.codes).zip(numbers).map(
            |(codes, ((conversions, value_minor), lapsed))| {
                let counts = Counts {
                    conversions: u64::from(*conversions),
                    value_minor: *value_minor,
                    lapsed: u64::from(*lapsed),
                };
                (codes, counts)
            },
        )
    }
}

/// The touches of each row.
fn slices<'a, T>(offsets: &'a [u32], touches: &'a [T]) -> impl Iterator<Item = &'a [T]> {
    let place = |offset: u32| usize::try_from(offset).unwrap_or(usize::MAX);
    offsets.windows(2).map(move |pair| {
        let [from, to] = pair else {
            return Default::default();
        };
        touches.get(place(*from)..place(*to)).unwrap_or_default()
    })
}

/// The largest code tells whether all are known, and is found many at a time; only then the first unknown one is looked for.
fn check_codes(codes: &[u16], channels: usize) -> Result<(), AttributionError> {
    let unknown = |code: &u16| usize::from(*code) >= channels;
    let largest = codes.iter().fold(0, |largest, code| (*code).max(largest));
    if !unknown(&largest) {
        return Ok(());
    }
    match codes.iter().zip(0_usize..).find(|(code, _)| unknown(code)) {
        None => Ok(()),
        Some((code, at)) => {
            let code = *code;
            let why = Refused::UnknownCode { code, channels };
            Err(AttributionError::about(format!("codes[{at}]"), why))
        }
    }
}

fn check_offsets(offsets: &[u32], touches: usize) -> Result<(), AttributionError> {
    let about = |row: usize, why| AttributionError::about(format!("offsets[{row}]"), why);
    let mut before = 0;
    for (row, offset) in offsets.iter().enumerate() {
        let (expected, found) = (before, *offset);
        if found < expected || (row == 0 && found != 0) {
            return Err(about(row, Refused::WrongOffset { expected, found }));
        }
        let path = usize::try_from(found - expected).unwrap_or(usize::MAX);
        if path > MAX_PATH {
            let (touches, most) = (path, MAX_PATH);
            return Err(about(row, Refused::LongPath { touches, most }));
        }
        before = found;
    }
    let ends = usize::try_from(before).unwrap_or(usize::MAX);
    if ends != touches {
        let (rows, expected) = (touches, ends);
        return Err(AttributionError::about(
            "codes",
            Refused::UnevenColumns { rows, expected },
        ));
    }
    Ok(())
}

impl Paths for PathColumns<'_> {
    fn names(&self) -> Vec<&str> {
        self.channels.names().collect()
    }

    fn totals(&self) -> PathTotals {
        self.totals
    }

    fn try_for_each(
        &self,
        mut visit: impl FnMut(CountedPath<'_>) -> Result<(), AttributionError>,
    ) -> Result<(), AttributionError> {
        let touched = self.rows().filter(|(codes, _)| !codes.is_empty());
        touched.into_iter().try_for_each(|(codes, counts)| {
            visit(CountedPath {
                codes,
                seconds_before_end: None,
                counts,
            })
        })
    }
}

/// Converted and lapsed journeys; open ones are counted and left out, and conversions that nothing touched are untouched.
impl Paths for Journeys {
    fn names(&self) -> Vec<&str> {
        self.channel_names().collect()
    }

    fn totals(&self) -> PathTotals {
        let totals = Self::totals(self);
        let (converted, untouched) = (totals.converted, totals.untouched);
        PathTotals {
            touched: Counts {
                lapsed: totals.journeys_lapsed,
                ..Counts::converted(converted.conversions, converted.value_minor)
            },
            untouched: Counts::converted(untouched.conversions, untouched.value_minor),
            open: totals.journeys_open,
        }
    }

    fn are_journeys(&self) -> bool {
        true
    }

    fn try_for_each(
        &self,
        mut visit: impl FnMut(CountedPath<'_>) -> Result<(), AttributionError>,
    ) -> Result<(), AttributionError> {
        let touches = slices(self.offsets(), self.channel_codes())
            .zip(slices(self.offsets(), self.seconds_before_end()));
        let ends = self.outcomes().iter().zip(self.conversions());
        for ((codes, seconds), ((outcome, conversions), value)) in
            touches.zip(ends.zip(self.values_minor()))
        {
            let counts = match outcome {
                Outcome::Converted => Counts::converted(u64::from(*conversions), *value),
                Outcome::Lapsed => Counts::lapsed(1),
                Outcome::Open => continue,
            };
            visit(CountedPath {
                codes,
                seconds_before_end: Some(seconds),
                counts,
            })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    fn refused(
        offsets: &[u32],
        codes: &[u16],
        conversions: &[u32],
        values_minor: &[i64],
        lapsed: &[u32],
    ) -> alloc::string::String {
        let channels = Channels::new(["a", "b"]).unwrap();
        let columns =
            PathColumns::new(&channels, offsets, codes, conversions, values_minor, lapsed);
        let error = columns.unwrap_err();
        format!("{} {}", error.path(), error.code())
    }

    #[test]
    fn columns_that_do_not_fit_together_are_refused_with_their_place() {
        let uneven = |column| format!("{column} attribution.uneven_columns");
        assert_eq!(
            refused(&[0, 1], &[0], &[1, 1], &[0, 0], &[0, 0]),
            uneven("offsets")
        );
        assert_eq!(refused(&[], &[], &[], &[], &[]), uneven("offsets"));
        assert_eq!(
            refused(&[0, 1], &[0], &[1], &[0, 0], &[0]),
            uneven("values_minor")
        );
        assert_eq!(refused(&[0, 1], &[0], &[1], &[0], &[]), uneven("lapsed"));
        assert_eq!(refused(&[0, 1], &[0, 1], &[1], &[0], &[0]), uneven("codes"));
        let wrong = |row| format!("offsets[{row}] attribution.wrong_offset");
        assert_eq!(refused(&[1, 1], &[0], &[1], &[0], &[0]), wrong(0));
        assert_eq!(
            refused(&[0, 2, 1], &[0], &[1, 1], &[0, 0], &[0, 0]),
            wrong(2)
        );
    }

    #[test]
    fn what_no_journey_can_come_to_is_refused_with_its_row() {
        let two =
            |codes, conversions, values| refused(&[0, 1, 2], codes, conversions, values, &[0, 0]);
        assert_eq!(
            two(&[0, 2], &[1, 1], &[0, 0]),
            "codes[1] attribution.unknown_code"
        );
        assert_eq!(
            two(&[0, 1], &[1, 1], &[0, -1]),
            "values_minor[1] attribution.negative_value"
        );
        assert_eq!(
            two(&[0, 1], &[1, 0], &[0, 1]),
            "values_minor[1] attribution.value_without_conversion"
        );
        assert_eq!(
            two(&[0, 1], &[1, 1], &[i64::MAX, 1]),
            "counts attribution.too_large"
        );
        let long = vec![0; MAX_PATH + 1];
        let end = u32::try_from(long.len()).unwrap();
        assert_eq!(
            refused(&[0, end], &long, &[1], &[0], &[0]),
            "offsets[1] attribution.long_path"
        );
    }

    #[test]
    fn no_row_and_rows_without_a_touch_are_taken() {
        let channels = Channels::new(["a"]).unwrap();
        let none = PathColumns::new(&channels, &[0], &[], &[], &[], &[]).unwrap();
        assert_eq!(none.totals(), PathTotals::default());
        let columns = PathColumns::new(&channels, &[0, 0, 1], &[0], &[1, 1], &[5, 7], &[2, 0]);
        let totals = columns.unwrap().totals();
        assert_eq!(
            totals.untouched,
            Counts {
                lapsed: 2,
                ..Counts::converted(1, 5)
            }
        );
        assert_eq!(totals.touched, Counts::converted(1, 7));
    }
}
