//! From when on is a difference worth a word? Thresholds, as data a tenant sets.

use serde::{Deserialize, Serialize};

use super::error::{ReportedError, ReportedRefused};

/// How large a variance is, in either direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VarianceLevel {
    /// Below the first threshold.
    Healthy,
    /// Below the second.
    Minor,
    /// Below the third.
    Moderate,
    /// At or beyond the third.
    Major,
}

/// The thresholds, and how intervals are computed. It is checked where it is used.
///
/// ```
/// use stratum_core::attribution::claims::reported::{VarianceLevel, VariancePolicy};
/// let policy = VariancePolicy::baseline_2026_11();
/// let levels = [0.0499, -0.05, 0.15, -0.30].map(|variance| policy.level_of(variance));
/// use VarianceLevel::{Healthy, Major, Minor, Moderate};
/// assert_eq!(levels, [Healthy, Minor, Moderate, Major]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VariancePolicy {
    /// Below this share a variance is healthy.
    pub healthy_below: f64,
    /// Below this share it is minor.
    pub minor_below: f64,
    /// From this share on it is major; in between it is moderate.
    pub major_from: f64,
    /// The standard deviation of the value of an order over its mean. It widens intervals of revenue beyond those of counts.
    pub order_value_spread: f64,
    /// What share of cases the intervals are to hold.
    pub level: f64,
}

impl VariancePolicy {
    /// Thresholds of 5, 15 and 30 %, orders that spread as much as their mean, intervals of 95 %. All of it is our own choice.
    #[must_use]
    pub const fn baseline_2026_11() -> Self {
        Self {
            healthy_below: 0.05,
            minor_below: 0.15,
            major_from: 0.30,
            order_value_spread: 1.0,
            level: 0.95,
        }
    }

    /// How large a variance is. NaN is major.
    #[must_use]
    pub fn level_of(&self, variance: f64) -> VarianceLevel {
        let size = variance.abs();
        if size < self.healthy_below {
            VarianceLevel::Healthy
        } else if size < self.minor_below {
            VarianceLevel::Minor
        } else if size < self.major_from {
            VarianceLevel::Moderate
        } else {
            VarianceLevel::Major
        }
    }

    pub(super) fn check(&self) -> Result<(), ReportedError> {
        let (healthy, minor, major) = (self.healthy_below, self.minor_below, self.major_from);
        let spread = self.order_value_spread;
        let level = self.level;
        // NaN is within no range.
        let rules = [
            ("healthy_below", healthy > 0.0, "more than 0", healthy),
            (
                "minor_below",
                minor >= healthy,
                "at least `healthy_below`",
                minor,
            ),
            (
                "major_from",
                major >= minor && major.is_finite(),
                "at least `minor_below`",
                major,
            ),
            (
                "order_value_spread",
                (0.0..=100.0).contains(&spread),
                "0 to 100",
                spread,
            ),
            (
                "level",
                level > 0.0 && level < 1.0,
                "a share between 0 and 1",
                level,
            ),
        ];
        let broken = rules.into_iter().find(|(_, holds, _, _)| !holds);
        broken.map_or(Ok(()), |(field, _, expected, found)| {
            let why = ReportedRefused::OutOfRange { expected, found };
            Err(ReportedError::about(alloc::format!("policy.{field}"), why))
        })
    }
}
