//! How far can claims be believed? Calls that set attribution and platforms' reports against tests and records.

use alloc::borrow::ToOwned as _;
use alloc::string::ToString;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::call::Refusal;
use crate::attribution::claims::calibration::{
    Attributed, Calibration, CalibrationError, LiftTest, Unit,
};
use crate::attribution::claims::reported::{
    Claim, Comparison, Deduplication, Order, Record, ReportedError, Sharing, VariancePolicy,
    compare as compared,
};

/// Asks for attribution scaled to lift tests.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalibrateCall {
    /// What is counted.
    pub unit: Unit,
    /// What attribution gave each channel.
    pub attributed: Vec<Attributed>,
    /// What tests say.
    pub tests: Vec<LiftTest>,
    /// What share of cases the intervals are to hold.
    pub level: f64,
}

/// Asks how far what is reported lies from an independent record. Without a policy the baseline of November 2026 counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompareCall {
    /// What the platform says.
    pub reported: Record,
    /// What the advertiser's own books say.
    pub independent: Record,
    /// From when on a difference is worth a word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<VariancePolicy>,
}

/// Asks which orders are claimed how often, and divides each once. Without `sharing`, in equal parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeduplicateCall {
    /// What platforms say came from them.
    pub claims: Vec<Claim>,
    /// The independent record.
    pub orders: Vec<Order>,
    /// How an order is divided among those who claim it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sharing: Option<Sharing>,
}

/// Answers a [`CalibrateCall`].
///
/// # Errors
/// [`Refusal`] with the path to a wrong field, such as `tests[3].attributed`.
pub fn calibrate(call: &CalibrateCall) -> Result<Calibration, Refusal> {
    let answer = Calibration::of(call.unit, &call.attributed, &call.tests, call.level);
    Ok(answer?)
}

/// Answers a [`CompareCall`].
///
/// # Errors
/// [`Refusal`] with the path to a wrong field, such as `independent.revenue`.
pub fn compare(call: &CompareCall) -> Result<Comparison, Refusal> {
    let policy = call.policy;
    let policy = policy.unwrap_or(const { VariancePolicy::baseline_2026_11() });
    Ok(compared(&call.reported, &call.independent, &policy)?)
}

/// Answers a [`DeduplicateCall`].
///
/// # Errors
/// [`Refusal`] with the path to a wrong field, such as `claims[3].value`.
pub fn deduplicate(call: &DeduplicateCall) -> Result<Deduplication, Refusal> {
    let sharing = call.sharing.as_ref().unwrap_or(&Sharing::Equally);
    Ok(Deduplication::of(&call.claims, &call.orders, sharing)?)
}

impl From<CalibrationError> for Refusal {
    fn from(error: CalibrationError) -> Self {
        Self {
            code: error.code().to_string(),
            path: error.path().to_owned(),
            message: error.why().to_string(),
        }
    }
}

impl From<ReportedError> for Refusal {
    fn from(error: ReportedError) -> Self {
        Self {
            code: error.code().to_string(),
            path: error.path().to_owned(),
            message: error.why().to_string(),
        }
    }
}
