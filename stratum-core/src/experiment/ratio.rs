//! Are users spread over the arms as intended? The chi-square test for a sample-ratio mismatch.
//!
//! A mismatch says that something between the draw and the count loses or moves users, and then no comparison of the arms can
//! be trusted. See `docs/methods/experiments.md`. Not here: looking again and again while users come in; each look is a test.
//!
//! ```
//! use stratum_core::experiment::ratio::{RatioArm, SampleRatio};
//! let arm = |arm: &str, users, weight| RatioArm { arm: arm.into(), users, weight };
//! let arms = [arm("control", 50_600, 1.0), arm("new page", 49_400, 1.0)];
//! let ratio = SampleRatio::of(&arms, 0.001).unwrap();
//! assert_eq!(ratio.chi_square.unwrap().statistic, 14.4);
//! assert!(ratio.p_value < 0.000_15 && ratio.mismatch);
//! ```

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::{ExperimentError, ExperimentRefused, MAX_USERS, check_names};
use crate::numeric::{from_u64, tail};

const LEAST_WEIGHT: f64 = 1e-6;
const MOST_WEIGHT: f64 = 1e6;
/// Below this the distribution is not close to chi-square: W. G. Cochran, "Some methods for strengthening the common chi-square
/// tests", Biometrics 1954.
const FEW: f64 = 5.0;

/// Users of one arm, and how many it was to get.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RatioArm {
    /// Its name.
    pub arm: String,
    /// Users counted in it.
    pub users: u64,
    /// Its part of all users in relation to the weights of the other arms: 1 and 1 are halves. 0 means nobody was to get it.
    pub weight: f64,
}

/// One arm beside what was intended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArmShare {
    /// Its name.
    pub arm: String,
    /// Users counted in it.
    pub users: u64,
    /// Users it was to get of those counted.
    pub expected: f64,
}

/// How far counts are from what was intended.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChiSquare {
    /// The sum of squared distances, each over what was expected.
    pub statistic: f64,
    /// Arms with a weight, less one.
    pub degrees: u32,
}

/// Whether users are spread as intended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SampleRatio {
    /// Arms with a weight, in the order they were given.
    pub arms: Vec<ArmShare>,
    /// Arms without weight and without users: they take no part in the test.
    pub left_out: Vec<String>,
    /// Arms without weight that have users all the same: a mismatch whatever the other counts.
    pub unintended: Vec<String>,
    /// The statistic; none where there are unintended arms, as it would be infinite.
    pub chi_square: Option<ChiSquare>,
    /// How often counts would be this far off or farther if all were as intended; 0 with unintended arms.
    pub p_value: f64,
    /// Some arm was to get fewer than five users, so that the p-value is rough.
    pub rough: bool,
    /// Where a mismatch begins.
    pub threshold: f64,
    /// Whether the p-value lies below the threshold.
    pub mismatch: bool,
}

impl SampleRatio {
    /// Compares the counts with the weights. A mismatch is a p-value below `threshold`; 0.001 is usual, as a mismatch is a
    /// fault to look for and not a finding.
    ///
    /// # Errors
    /// [`ExperimentError`]: `experiment.arm_count` for other than 2 to 100 arms, none with a weight, or one with a weight and nobody
    /// outside it; `experiment.bad_name`, `experiment.repeated_name`, `experiment.too_many_users` and `experiment.not_a_weight` with the arm;
    /// `experiment.out_of_range` for a threshold that is not between 0 and 1; `experiment.no_users` without any user.
    pub fn of(arms: &[RatioArm], threshold: f64) -> Result<Self, ExperimentError> {
        check(arms, threshold)?;
        let users: u64 = arms.iter().map(|arm| arm.users).sum();
        let weights: f64 = arms.iter().map(|arm| arm.weight).sum();
        let names = |keep: fn(&RatioArm) -> bool| {
            let kept = arms.iter().filter(|arm| arm.weight == 0.0 && keep(arm));
            kept.map(|arm| arm.arm.clone()).collect::<Vec<_>>()
        };
        let weighted = arms.iter().filter(|arm| arm.weight > 0.0);
        let shares: Vec<ArmShare> = weighted
            .map(|arm| ArmShare {
                arm: arm.arm.clone(),
                users: arm.users,
                expected: arm.weight / weights * from_u64(users),
            })
            .collect();
        let unintended = names(|arm| arm.users > 0);
        let degrees = shares.iter().skip(1).map(|_| 1_u32).sum();
        if shares.is_empty() || (degrees == 0 && unintended.is_empty()) {
            return Err(ExperimentError::about("arms", ExperimentRefused::ArmCount));
        }
        let chi_square = unintended.is_empty().then(|| ChiSquare {
            statistic: shares.iter().map(distance).sum(),
            degrees,
        });
        let p_value = chi_square.map_or(0.0, |test| tail::chi_square(test.statistic, test.degrees));
        Ok(Self {
            rough: shares.iter().any(|share| share.expected < FEW),
            arms: shares,
            left_out: names(|arm| arm.users == 0),
            unintended,
            chi_square,
            p_value,
            threshold,
            mismatch: p_value < threshold,
        })
    }
}

fn distance(share: &ArmShare) -> f64 {
    let far = from_u64(share.users) - share.expected;
    far * far / share.expected
}

fn check(arms: &[RatioArm], threshold: f64) -> Result<(), ExperimentError> {
    check_names("arms", arms.iter().map(|arm| arm.arm.as_str()))?;
    for (number, arm) in arms.iter().enumerate() {
        let refused = |field, why| {
            let path = format!("arms[{number}].{field}");
            Err(ExperimentError::about(path, why))
        };
        if arm.users > MAX_USERS {
            return refused("users", ExperimentRefused::TooManyUsers(arm.users));
        }
        if arm.weight != 0.0 && !(LEAST_WEIGHT..=MOST_WEIGHT).contains(&arm.weight) {
            return refused("weight", ExperimentRefused::NotAWeight(arm.weight));
        }
    }
    if !(threshold > 0.0 && threshold < 1.0) {
        let why = ExperimentRefused::OutOfRange {
            expected: "a threshold between 0 and 1",
            found: threshold,
        };
        return Err(ExperimentError::about("threshold", why));
    }
    if arms.iter().all(|arm| arm.users == 0) {
        return Err(ExperimentError::about("arms", ExperimentRefused::NoUsers));
    }
    Ok(())
}
