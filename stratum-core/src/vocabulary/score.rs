//! How good, from 0 to 100? A score that cannot hold NaN, and the bounds around it.
//!
//! A score is never made from nothing: there is no `Default` here.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The number is not a score.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[error("a score lies between 0 and 100, not at {0}")]
pub struct ScoreError(pub f64);

/// A finite number from 0 (worst) to 100 (best).
///
/// ```
/// use stratum_core::vocabulary::Score;
/// assert_eq!(Score::new(71.5).unwrap().value(), 71.5);
/// assert!(Score::new(f64::NAN).is_err());
/// assert!(Score::new(100.1).is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Score(f64);

impl Score {
    /// The worst score.
    pub const WORST: Self = Self(0.0);
    /// The best score.
    pub const BEST: Self = Self(100.0);

    /// Checks the number and wraps it.
    ///
    /// # Errors
    /// [`ScoreError`] when the number is NaN or outside 0 to 100.
    pub fn new(value: f64) -> Result<Self, ScoreError> {
        if value.is_finite() && (0.0..=100.0).contains(&value) {
            // Adding zero turns -0.0 into 0.0, so that equal scores have equal bytes.
            Ok(Self(value + 0.0))
        } else {
            Err(ScoreError(value))
        }
    }

    /// The nearest score; NaN becomes the worst one.
    ///
    /// ```
    /// use stratum_core::vocabulary::Score;
    /// assert_eq!(Score::nearest(140.0), Score::BEST);
    /// assert_eq!(Score::nearest(f64::NAN), Score::WORST);
    /// ```
    #[must_use]
    pub fn nearest(value: f64) -> Self {
        if value >= 100.0 {
            Self::BEST
        } else if value > 0.0 {
            Self(value)
        } else {
            Self::WORST
        }
    }

    /// The number.
    #[must_use]
    pub const fn value(self) -> f64 {
        self.0
    }

    /// The lower of two scores.
    #[must_use]
    pub fn lower(self, other: Self) -> Self {
        if other.0 < self.0 { other } else { self }
    }
}

impl TryFrom<f64> for Score {
    type Error = ScoreError;
    fn try_from(value: f64) -> Result<Self, ScoreError> {
        Self::new(value)
    }
}

impl From<Score> for f64 {
    fn from(score: Score) -> Self {
        score.0
    }
}

/// The lowest and highest score that the evidence leaves open.
///
/// ```
/// use stratum_core::vocabulary::{Bounds, Score};
/// assert_eq!(Bounds::UNKNOWN.low, Score::WORST);
/// assert_eq!(Bounds::UNKNOWN.high, Score::BEST);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bounds {
    /// The lower end: what the gate reads.
    pub low: Score,
    /// The upper end.
    pub high: Score,
}

impl Bounds {
    /// Nothing is known.
    pub const UNKNOWN: Self = Self {
        low: Score::WORST,
        high: Score::BEST,
    };

    /// Moves both ends outwards as evidence grows old: `trust` is 1 for fresh evidence and falls towards 0.
    ///
    /// ```
    /// use stratum_core::vocabulary::{Bounds, Score};
    /// let fresh = Bounds { low: Score::nearest(80.0), high: Score::nearest(90.0) };
    /// assert_eq!(fresh.widened(1.0), fresh);
    /// assert_eq!(fresh.widened(0.5).low.value(), 40.0);
    /// assert_eq!(fresh.widened(0.0), Bounds::UNKNOWN);
    /// ```
    #[must_use]
    pub fn widened(self, trust: f64) -> Self {
        let high = Score::nearest(100.0 - (100.0 - self.high.0) * trust);
        Self {
            low: Score::nearest(self.low.0 * trust),
            // Outwards only: subtracting twice may round inwards.
            high: if high < self.high { self.high } else { high },
        }
    }
}
