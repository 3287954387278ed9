//! How much of what is attributed would not have happened anyway? Attribution scaled to incrementality tests, per channel.
//!
//! A lift test says how much a channel added over a period. Divided by what attribution gave the channel over the same period and
//! scope, that is its factor. Several tests of a channel are pooled; a channel without a test is given what the tested ones have in
//! common, labelled as untested and with an interval that says how much channels differ. Nothing is clipped: a factor may be
//! above one, not shown, or negative. See `docs/methods/calibration.md`.
//!
//! Not here: how a test is run or analysed. It comes with its result and its standard error.
//!
//! ```
//! use stratum_core::attribution::claims::calibration::{Attributed, Basis, Calibration, LiftTest, Unit};
//! use stratum_core::attribution::claims::estimate::Estimate;
//! let exact = |x| Estimate::exact(x).unwrap();
//! // Of 1000 conversions attributed to search the test found 400 ± 50 to be added.
//! let test = LiftTest {
//!     channel: "search".into(),
//!     unit: Unit::Conversions,
//!     incremental: Estimate::new(400.0, 50.0).unwrap(),
//!     attributed: exact(1000.0),
//! };
//! let attributed = [Attributed { channel: "search".into(), amount: exact(3000.0) }];
//! let calibration = Calibration::of(Unit::Conversions, &attributed, &[test], 0.95).unwrap();
//! let search = &calibration.channels[0];
//! assert!(matches!(search.basis, Basis::Tested { tests: 1, .. }));
//! let after = search.calibrated.unwrap();
//! assert_eq!(after.value, 1200.0);
//! assert!((after.interval.low - 906.0).abs() < 0.1 && (after.interval.high - 1494.0).abs() < 0.1);
//! ```

pub mod error;
pub mod factor;
mod pooling;
pub mod rows;
mod totals;

use alloc::borrow::ToOwned as _;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

pub use error::{CalibrationError, CalibrationRefused};
pub use factor::{Amount, Factor, Finding};
pub use rows::{Attributed, LiftTest, Unit};

use super::estimate::Estimate;
use crate::numeric::{reach, sqrt};
use factor::ratio;
use pooling::{Pooled, pool};
use totals::{Part, totals};

/// From so many tested channels on, the mean and the variance between them leave a degree of freedom to predict another one.
const FEWEST_CHANNELS: u32 = 3;

/// Where a factor comes from.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// From tests of this channel.
    Tested {
        /// How many.
        tests: u32,
        /// The standard deviation of the true factor from test to test, as far as the tests show one.
        between_tests: f64,
    },
    /// From tests of other channels: a guess with an interval.
    Untested,
}

/// One channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelCalibration {
    /// Its name.
    pub channel: String,
    /// Tested or not.
    pub basis: Basis,
    /// Incremental over attributed. None for an untested channel when fewer than three others were tested: they do not show how
    /// much channels differ.
    pub factor: Option<Factor>,
    /// What attribution gave it. Zero for a channel that was tested and has no amount to be scaled.
    pub attributed: Amount,
    /// The same times the factor.
    pub calibrated: Option<Amount>,
}

/// What the tested channels have in common.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcrossChannels {
    /// How many channels were tested.
    pub channels: u32,
    /// Their mean factor.
    pub mean: f64,
    /// The standard error of that mean.
    pub standard_error: f64,
    /// The standard deviation of the true factor from channel to channel.
    pub between_channels: f64,
}

/// Attribution scaled to tests.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    /// What is counted.
    pub unit: Unit,
    /// What share of cases the intervals are to hold.
    pub level: f64,
    /// Every channel that was attributed something or tested, in order of the alphabet.
    pub channels: Vec<ChannelCalibration>,
    /// What untested channels were given. None with fewer than three tested channels.
    pub across: Option<AcrossChannels>,
    /// All attributed amounts.
    pub before: Amount,
    /// All calibrated amounts, with what their errors have in common. None while `uncalibrated` is more than zero.
    pub after: Option<Amount>,
    /// How much of `before` has no factor.
    pub uncalibrated: f64,
}

/// What is known about one channel on the way.
#[derive(Default)]
struct Gathered {
    amount: Option<Estimate>,
    tests: Vec<(f64, f64)>,
}

impl Calibration {
    /// Scales what was attributed. The rows may come in any order; the answer is in order of the alphabet.
    ///
    /// # Errors
    /// [`CalibrationError`] with the path to a wrong field, such as `tests[3].attributed`.
    pub fn of(
        unit: Unit,
        attributed: &[Attributed],
        tests: &[LiftTest],
        level: f64,
    ) -> Result<Self, CalibrationError> {
        let reach = rows::reach_of(level)?;
        let gathered = gather(unit, attributed, tests, reach)?;
        let pooled: BTreeMap<&str, Pooled> = gathered
            .iter()
            .filter(|(_, of_channel)| !of_channel.tests.is_empty())
            .map(|(name, of_channel)| (*name, pool(&of_channel.tests)))
            .collect();
        let means: Vec<(f64, f64)> = pooled
            .values()
            .map(|one| (one.mean, one.variance))
            .collect();
        let tested = u32::try_from(means.len()).unwrap_or(u32::MAX);
        let common = (tested >= FEWEST_CHANNELS).then(|| pool(&means));
        // Between so few channels, how much they differ is itself uncertain: Student's distribution.
        let far = reach::student(level, tested.saturating_sub(2));
        let guess = common
            .as_ref()
            .map(|common| Factor::new(common.mean, common.variance + common.between, far));
        // Pooled channels come in the same order here as among all.
        let mut shares = common
            .iter()
            .flat_map(|common| common.shares.iter().copied());
        let mut parts = Vec::new();
        let mut channels = Vec::new();
        for (name, of_channel) in &gathered {
            let amount = of_channel.amount.unwrap_or(Estimate::ZERO);
            let (basis, factor, reach_of_factor, share) = match pooled.get(name) {
                Some(own) => {
                    let basis = Basis::Tested {
                        tests: u32::try_from(of_channel.tests.len()).unwrap_or(u32::MAX),
                        between_tests: sqrt(own.between),
                    };
                    let factor = Factor::new(own.mean, own.variance, reach);
                    let share = shares.next().unwrap_or(0.0);
                    (basis, Some(factor), reach, Some(share))
                }
                None => (Basis::Untested, guess, far, None),
            };
            parts.push(Part {
                amount,
                factor,
                share,
            });
            channels.push(ChannelCalibration {
                channel: (*name).to_owned(),
                basis,
                factor,
                attributed: Amount::of(&amount, reach),
                calibrated: factor.map(|factor| factor.times(&amount, reach_of_factor)),
            });
        }
        let (before, after, uncalibrated) = totals(&parts, common.as_ref(), (reach, far));
        let across = common.map(|common| AcrossChannels {
            channels: tested,
            mean: common.mean,
            standard_error: sqrt(common.variance),
            between_channels: sqrt(common.between),
        });
        Ok(Self {
            unit,
            level,
            channels,
            across,
            before,
            after,
            uncalibrated,
        })
    }
}

fn gather<'a>(
    unit: Unit,
    attributed: &'a [Attributed],
    tests: &'a [LiftTest],
    reach: f64,
) -> Result<BTreeMap<&'a str, Gathered>, CalibrationError> {
    rows::check_counts(attributed, tests)?;
    let mut gathered: BTreeMap<&str, Gathered> = BTreeMap::new();
    for (number, row) in attributed.iter().enumerate() {
        rows::check_attributed(number, row)?;
        let of_channel = gathered.entry(row.channel.as_str()).or_default();
        if of_channel.amount.replace(row.amount).is_some() {
            return Err(rows::repeated(number, &row.channel));
        }
    }
    for (number, test) in tests.iter().enumerate() {
        rows::check_test(number, test, unit, reach)?;
        let factor = ratio(&test.incremental, &test.attributed);
        let factor = rows::within_range(number, factor)?;
        let of_channel = gathered.entry(test.channel.as_str()).or_default();
        of_channel.tests.push(factor);
    }
    // The order of tests leaves no trace in the last bit of a sum.
    for of_channel in gathered.values_mut() {
        let tests = &mut of_channel.tests;
        tests.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    }
    Ok(gathered)
}

#[cfg(test)]
mod tests;
