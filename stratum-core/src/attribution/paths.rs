//! What does every model read? Paths, each with what became of its journeys, wherever they come from.
//!
//! A path is the channels of a journey in order, repeats kept. What is read here is counts, so partitions add up to the whole.
//! Not here: the places where paths are kept (`table`, `columns`).

use alloc::vec::Vec;

use serde::Serialize;

use super::error::{AttributionError, Refused};

/// The most touches of one path.
pub const MAX_PATH: usize = 1_000_000;

/// What became of the journeys along one path.
///
/// ```
/// use stratum_core::attribution::Counts;
/// let mut counts = Counts { conversions: 2, value_minor: 9_900, lapsed: 40 };
/// counts.add(Counts::converted(1, 100)).unwrap();
/// assert_eq!(counts, Counts { conversions: 3, value_minor: 10_000, lapsed: 40 });
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// Conversions.
    pub conversions: u64,
    /// What they were worth together, in the smallest unit of the currency.
    pub value_minor: i64,
    /// Journeys that ended without a conversion.
    pub lapsed: u64,
}

impl Counts {
    /// Conversions and their value.
    #[must_use]
    pub const fn converted(conversions: u64, value_minor: i64) -> Self {
        Self {
            conversions,
            value_minor,
            lapsed: 0,
        }
    }

    /// Journeys without a conversion.
    #[must_use]
    pub const fn lapsed(lapsed: u64) -> Self {
        Self {
            conversions: 0,
            value_minor: 0,
            lapsed,
        }
    }

    /// Adds others.
    ///
    /// # Errors
    /// Sums that leave 64 bits: `attribution.too_large`. Nothing is added then.
    pub fn add(&mut self, other: Self) -> Result<(), AttributionError> {
        let sum = self.plus(other).ok_or_else(too_large)?;
        *self = sum;
        Ok(())
    }

    /// Conversions and lapsed journeys together: how often a path was walked to its end.
    #[must_use]
    pub const fn ended(self) -> u64 {
        self.conversions.saturating_add(self.lapsed)
    }

    pub(super) fn plus(self, other: Self) -> Option<Self> {
        let sum = Self {
            conversions: self.conversions.checked_add(other.conversions)?,
            value_minor: self.value_minor.checked_add(other.value_minor)?,
            lapsed: self.lapsed.checked_add(other.lapsed)?,
        };
        // Conversions and lapsed journeys are added up in chains.
        sum.conversions.checked_add(sum.lapsed).map(|_| sum)
    }

    /// Refuses what no journey can come to.
    pub(super) const fn check(self) -> Result<(), Refused> {
        let value = self.value_minor;
        if value < 0 {
            return Err(Refused::NegativeValue { value });
        }
        if value > 0 && self.conversions == 0 {
            return Err(Refused::ValueWithoutConversion { value });
        }
        Ok(())
    }
}

/// The same number whatever a pointer's width.
pub(super) fn wide(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

pub(super) fn too_large() -> AttributionError {
    AttributionError::about("counts", Refused::TooLarge)
}

/// Everything together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct PathTotals {
    /// What the models share out: journeys with at least one touch.
    pub touched: Counts,
    /// Earned without a touch: credited to nobody.
    pub untouched: Counts,
    /// Journeys that may still convert: left out.
    pub open: u64,
}

impl PathTotals {
    pub(super) fn plus(self, other: Self) -> Option<Self> {
        let sum = Self {
            touched: self.touched.plus(other.touched)?,
            untouched: self.untouched.plus(other.untouched)?,
            open: self.open.checked_add(other.open)?,
        };
        sum.touched.plus(sum.untouched).map(|_| sum)
    }
}

/// One path with what became of its journeys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountedPath<'a> {
    /// The code of each touch's channel, in order; never empty.
    pub codes: &'a [u16],
    /// How many seconds each touch lies before the end of its journey, where that is known.
    pub seconds_before_end: Option<&'a [u32]>,
    /// What became of its journeys.
    pub counts: Counts,
}

/// Paths, from wherever: what every model reads. Whoever implements this keeps what its methods promise; then every sum stays
/// within its bounds.
///
/// ```
/// use stratum_core::attribution::{Counts, PathTable, Paths, RuleModel};
/// fn shares(paths: &impl Paths) -> Vec<f64> {
///     let answer = RuleModel::LastTouch.attribute(paths).unwrap();
///     answer.credits.iter().map(|credit| credit.share).collect()
/// }
/// let mut table = PathTable::new();
/// table.add_text("search > email", ">", Counts::converted(1, 0)).unwrap();
/// assert_eq!(table.names(), ["search", "email"]);
/// assert_eq!(shares(&table), [1.0, 0.0]); // email, search
/// ```
pub trait Paths {
    /// The names of the channels, all different, in order of their codes.
    fn names(&self) -> Vec<&str>;

    /// Everything together; the touched part is the sum of all paths.
    fn totals(&self) -> PathTotals;

    /// Whether no path comes twice. Then what is drawn for its journeys can hang on the path alone, and not on its place.
    fn are_distinct(&self) -> bool {
        false
    }

    /// Whether every path that is shown is one journey. Then its conversions come or stay away together.
    fn are_journeys(&self) -> bool {
        false
    }

    /// Shows every path with at least one touch, its codes below the number of names; the same path may come more than once.
    ///
    /// # Errors
    /// The first one that `visit` gives.
    fn try_for_each(
        &self,
        visit: impl FnMut(CountedPath<'_>) -> Result<(), AttributionError>,
    ) -> Result<(), AttributionError>;
}
