//! Did a variant work? Calls from counts and sums of arms to tests.
//!
//! Not here: attribution scaled to lift tests (`claims`).

use alloc::borrow::ToOwned as _;
use alloc::string::ToString as _;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::call::Refusal;
use crate::experiment::ExperimentError;
use crate::experiment::arms::Arms;
use crate::experiment::compare::Comparison;
use crate::experiment::ratio::{RatioArm, SampleRatio};

/// Asks whether users are spread over the arms as intended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SampleRatioCall {
    /// Each arm with its users and its weight.
    pub arms: Vec<RatioArm>,
    /// The p-value below which there is a mismatch, such as 0.001.
    pub threshold: f64,
}

/// Asks what each variant changed beside the control.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompareArmsCall {
    /// The arms, the control first.
    pub arms: Arms,
    /// The share of cases that intervals are to hold.
    pub level: f64,
}

/// Answers a [`CompareArmsCall`].
///
/// # Errors
/// [`Refusal`] with the path to a wrong field, such as `arms.mean[1].sum_squares`.
pub fn compare_arms(call: &CompareArmsCall) -> Result<Comparison, Refusal> {
    Ok(Comparison::of(&call.arms, call.level)?)
}

/// Answers a [`SampleRatioCall`].
///
/// # Errors
/// [`Refusal`] with the path to a wrong field, such as `arms[1].weight`.
pub fn sample_ratio(call: &SampleRatioCall) -> Result<SampleRatio, Refusal> {
    Ok(SampleRatio::of(&call.arms, call.threshold)?)
}

impl From<ExperimentError> for Refusal {
    fn from(error: ExperimentError) -> Self {
        Self {
            code: error.code().to_owned(),
            path: error.path().to_owned(),
            message: error.why().to_string(),
        }
    }
}
