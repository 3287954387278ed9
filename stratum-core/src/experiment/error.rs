//! Why is an experiment not looked at? A stable code, the path to the field, and a sentence.

use alloc::string::String;

use thiserror::Error;

use super::{MAX_ARMS, MAX_USERS};
use crate::customer::journey::MAX_NAME_BYTES;

/// What is wrong with an arm or a number of the question.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum ExperimentRefused {
    /// There are too few arms to compare, or too many.
    #[error("expected 2 to {MAX_ARMS} arms that users are meant for")]
    ArmCount,
    /// An arm has no name, a very long one, or one with control characters.
    #[error("an arm has a name of 1 to {MAX_NAME_BYTES} bytes without control characters")]
    BadName,
    /// Two arms have one name.
    #[error("an earlier arm is named `{arm}` too")]
    RepeatedName {
        /// The name.
        arm: String,
    },
    /// More users than are counted.
    #[error("an arm has at most {MAX_USERS} users, not {0}")]
    TooManyUsers(u64),
    /// Fewer users than say anything about how they vary.
    #[error("an arm has at least two users, not {0}")]
    TooFewUsers(u64),
    /// Users convert once each.
    #[error("there are more conversions than users")]
    MoreConversionsThanUsers,
    /// A sum is too large to be one, or no number.
    #[error("a sum is 0 or from 1e-15 to 1e30 to either side of it, not {0:e}")]
    NotASum(f64),
    /// No users have such sums.
    #[error(
        "no users have such sums: squares are at least those of the mean, products at most what the squares allow"
    )]
    ImpossibleSums,
    /// What was before is known of some arms only.
    #[error("expected what was before in every arm or in none")]
    UnevenBefore,
    /// What is divided by is not above zero.
    #[error("expected a sum above zero to divide by")]
    NoDenominator,
    /// Nobody is in any arm.
    #[error("expected at least one user in some arm")]
    NoUsers,
    /// A weight is no weight.
    #[error("a weight is 0 or from 1e-6 to 1e6, not {0}")]
    NotAWeight(f64),
    /// A number of the question is outside its range.
    #[error("expected {expected}, not {found}")]
    OutOfRange {
        /// What it may be.
        expected: &'static str,
        /// What was given.
        found: f64,
    },
}

/// What is wrong, and where.
///
/// ```
/// use stratum_core::experiment::ratio::SampleRatio;
/// let error = SampleRatio::of(&[], 0.001).unwrap_err();
/// assert_eq!((error.code(), error.path()), ("experiment.arm_count", "arms"));
/// assert_eq!(error.to_string(), "arms: expected 2 to 100 arms that users are meant for");
/// ```
#[derive(Debug, Clone, PartialEq, Error)]
#[error("{path}: {why}")]
pub struct ExperimentError {
    path: String,
    why: ExperimentRefused,
}

impl ExperimentError {
    pub(super) fn about(path: impl Into<String>, why: ExperimentRefused) -> Self {
        Self {
            path: path.into(),
            why,
        }
    }

    /// A stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self.why {
            ExperimentRefused::ArmCount => "experiment.arm_count",
            ExperimentRefused::BadName => "experiment.bad_name",
            ExperimentRefused::RepeatedName { .. } => "experiment.repeated_name",
            ExperimentRefused::TooManyUsers(_) => "experiment.too_many_users",
            ExperimentRefused::TooFewUsers(_) => "experiment.too_few_users",
            ExperimentRefused::MoreConversionsThanUsers => "experiment.more_conversions_than_users",
            ExperimentRefused::NotASum(_) => "experiment.not_a_sum",
            ExperimentRefused::ImpossibleSums => "experiment.impossible_sums",
            ExperimentRefused::UnevenBefore => "experiment.uneven_before",
            ExperimentRefused::NoDenominator => "experiment.no_denominator",
            ExperimentRefused::NoUsers => "experiment.no_users",
            ExperimentRefused::NotAWeight(_) => "experiment.not_a_weight",
            ExperimentRefused::OutOfRange { .. } => "experiment.out_of_range",
        }
    }

    /// The field it is about, such as `arms[1].weight`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What was expected and what came.
    #[must_use]
    pub const fn why(&self) -> &ExperimentRefused {
        &self.why
    }
}
