//! How sure is a number? The two ends of an interval, and the Wilson score interval for a share of counts.
//!
//! Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).

use serde::{Deserialize, Serialize};

use super::functions::sqrt;

/// The ends between which a number lies, with a stated probability.
///
/// ```
/// use stratum_core::numeric::interval::Interval;
/// assert!(Interval { low: -1.0, high: 2.0 }.contains(0.0));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl Interval {
    /// So many standard errors to either side.
    pub(crate) fn around(value: f64, standard_error: f64, reach: f64) -> Self {
        // An exact number stays exact even where the reach is infinite.
        let half = if standard_error == 0.0 {
            0.0
        } else {
            standard_error * reach
        };
        Self {
            low: value - half,
            high: value + half,
        }
    }

    /// Whether a number lies within it, ends included.
    #[must_use]
    pub fn contains(&self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }

    /// From end to end.
    #[must_use]
    pub fn width(&self) -> f64 {
        self.high - self.low
    }
}

/// The Wilson score interval of `successes` out of `trials` at `z` standard deviations.
///
/// Counts are floats so that effective sample sizes work too. No trials know nothing, and neither do counts that are no
/// numbers: the answer is (0, 1).
/// The interval always contains the observed share, and shrinks towards it as trials grow.
///
/// ```
/// use stratum_core::numeric::wilson;
/// let (low, high) = wilson(8.0, 10.0, 1.645);
/// assert!(low > 0.54 && low < 0.55 && high > 0.93 && high < 0.94);
/// assert_eq!(wilson(0.0, 0.0, 1.645), (0.0, 1.0));
/// assert_eq!(wilson(f64::INFINITY, f64::INFINITY, 1.645), (0.0, 1.0));
/// ```
#[must_use]
pub fn wilson(successes: f64, trials: f64, z: f64) -> (f64, f64) {
    let share = (successes / trials).clamp(0.0, 1.0);
    if !(trials > 0.0 && trials.is_finite() && share.is_finite()) {
        return (0.0, 1.0);
    }
    let zz = z * z;
    let spread = z * sqrt(share * (1.0 - share) / trials + zz / (4.0 * trials * trials));
    let per_trial = zz / trials;
    let scale = 1.0 / (1.0 + per_trial);
    let middle = (share + per_trial / 2.0) * scale;
    let (low, high) = (middle - spread * scale, middle + spread * scale);
    if low.is_finite() && high.is_finite() {
        (low.clamp(0.0, share), high.clamp(share, 1.0))
    } else {
        // Less than the smallest part of one observation.
        (0.0, 1.0)
    }
}
