//! Within which bounds is the model fitted, and when is it good enough?

use serde::{Deserialize, Serialize};

use super::error::HazardError;

const DAY: f64 = 86_400.0;

/// The settings of a fit. They are checked where they are used.
///
/// ```
/// use stratum_core::attribution::hazard::HazardSettings;
/// let settings = HazardSettings::baseline_2026_11();
/// assert_eq!(settings.resolution_seconds, 60.0);
/// let written = serde_json::to_string(&settings).unwrap();
/// assert_eq!(serde_json::from_str::<HazardSettings>(&written).unwrap(), settings);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HazardSettings {
    /// Nothing quicker than this is told apart: a shorter time from a touch to the end counts as this long, and no mean lag is
    /// shorter. Without it one touch at the very second of its conversion would have an infinite rate.
    pub resolution_seconds: f64,
    /// The longest mean lag that is told apart from a constant rate.
    pub mean_lag_max_seconds: f64,
    /// The climb ends when one round raises the log-likelihood by less than this.
    pub tolerance: f64,
    /// At most so many passes over the journeys.
    pub passes_max: u32,
    /// What share of cases the intervals are to hold.
    pub level: f64,
}

impl HazardSettings {
    /// Our own choice: a minute, ninety days (three times the longest window of the journeys' baseline), a rise of 1e-6 (a
    /// standard error is a rise of one half), 2,000 passes, intervals of 95 %.
    #[must_use]
    pub const fn baseline_2026_11() -> Self {
        Self {
            resolution_seconds: 60.0,
            mean_lag_max_seconds: 90.0 * DAY,
            tolerance: 1e-6,
            passes_max: 2000,
            level: 0.95,
        }
    }

    pub(super) fn check(&self) -> Result<(), HazardError> {
        let passes = f64::from(self.passes_max);
        let longest = self.mean_lag_max_seconds;
        // NaN is within no range.
        let rules = [
            (
                "resolution_seconds",
                (1e-3..=DAY).contains(&self.resolution_seconds),
                "0.001 to 86400",
                self.resolution_seconds,
            ),
            (
                "mean_lag_max_seconds",
                longest > self.resolution_seconds && longest <= 3650.0 * DAY,
                "more than the resolution and at most ten years",
                longest,
            ),
            (
                "tolerance",
                self.tolerance > 0.0 && self.tolerance <= 1.0,
                "more than 0 and at most 1",
                self.tolerance,
            ),
            (
                "passes_max",
                (10..=1_000_000).contains(&self.passes_max),
                "10 to 1000000",
                passes,
            ),
            (
                "level",
                self.level > 0.0 && self.level < 1.0,
                "a share between 0 and 1",
                self.level,
            ),
        ];
        let broken = rules.into_iter().find(|(_, holds, _, _)| !holds);
        broken.map_or(Ok(()), |(field, _, expected, found)| {
            Err(HazardError::SettingOutOfRange {
                field,
                expected,
                found,
            })
        })
    }
}
