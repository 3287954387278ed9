//! What can be asked? One struct per call; answering is checking, computing and writing down.

use alloc::string::{String, ToString};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::signal::{Health, StatusMemory};
use crate::trust::{self, Evidence, LedgerView, Policy, PolicyError, PolicySettings, Proposal};
use crate::vocabulary::{MAX_CLOCK_SKEW_SECONDS, Timestamp, seconds_between};

use super::answer::{HealthAnswer, ReviewAnswer};

/// Why a call is refused: a stable code, the path to the field, and a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
#[error("{path}: {message} [{code}]")]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// A stable code such as `evidence.impossible_value`.
    pub code: String,
    /// The path to the field.
    pub path: String,
    /// What was expected and what came.
    pub message: String,
}

impl From<PolicyError> for Refusal {
    fn from(error: PolicyError) -> Self {
        let path = alloc::format!("policy.{}", error.path());
        Self {
            code: error.code().to_string(),
            path,
            message: error.to_string(),
        }
    }
}

/// Asks the gate. Without a policy the baseline counts; without a view the ledger is empty and the account's day begins at
/// midnight UTC.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewCall {
    /// What is proposed.
    pub proposal: Proposal,
    /// What is known.
    pub evidence: Evidence,
    /// Under which policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicySettings>,
    /// What the ledger says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view: Option<LedgerView>,
    /// The moment to judge by.
    pub now: Timestamp,
}

/// Asks for health.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HealthCall {
    /// What is known.
    pub evidence: Evidence,
    /// Under which policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicySettings>,
    /// What the last evaluation left behind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<StatusMemory>,
    /// The moment to judge by.
    pub now: Timestamp,
}

fn policy_of(settings: Option<PolicySettings>) -> Result<Policy, Refusal> {
    Ok(match settings {
        Some(settings) => Policy::new(settings)?,
        None => Policy::baseline_2026_11()?,
    })
}

fn checked(evidence: &Evidence, now: Timestamp) -> Result<(), Refusal> {
    evidence.check(now).map_err(|impossible| {
        let below = if impossible.path.starts_with("performance") {
            ""
        } else {
            "readings."
        };
        Refusal {
            code: "evidence.impossible_value".to_string(),
            path: alloc::format!("evidence.{below}{}", impossible.path),
            message: impossible.why.to_string(),
        }
    })
}

/// Midnight UTC of the day of `now`.
fn midnight(now: Timestamp) -> Timestamp {
    now.date_naive()
        .and_hms_opt(0, 0, 0)
        .map_or(now, |midnight| midnight.and_utc())
}

/// A clock may be a little ahead; a proposal from further on cannot have been made.
fn made(proposal: &Proposal, now: Timestamp) -> Result<(), Refusal> {
    if seconds_between(now, proposal.made_at) <= MAX_CLOCK_SKEW_SECONDS {
        return Ok(());
    }
    Err(Refusal {
        code: "proposal.from_the_future".to_string(),
        path: "proposal.made_at".to_string(),
        message: "a proposal cannot be made in the future".to_string(),
    })
}

/// Answers a [`ReviewCall`]. The permit, if there is one, ends here: this answer is for reading.
///
/// # Errors
/// [`Refusal`] when the policy is not valid, a value of the evidence cannot be true or the proposal is from the future.
pub fn review(call: ReviewCall) -> Result<ReviewAnswer, Refusal> {
    let policy = policy_of(call.policy)?;
    checked(&call.evidence, call.now)?;
    made(&call.proposal, call.now)?;
    let view = call
        .view
        .unwrap_or_else(|| LedgerView::empty(midnight(call.now)));
    let review = trust::review(call.proposal, &call.evidence, &policy, &view, call.now);
    Ok(ReviewAnswer::of(&review))
}

/// Answers a [`HealthCall`].
///
/// # Errors
/// [`Refusal`] when the policy is not valid or a value of the evidence cannot be true.
pub fn health(call: &HealthCall) -> Result<HealthAnswer, Refusal> {
    let policy = policy_of(call.policy.clone())?;
    checked(&call.evidence, call.now)?;
    let evidence = &call.evidence;
    let settings = &policy.settings().health;
    let memory = call.memory.as_ref();
    let health = Health::measure(
        &evidence.plan,
        &evidence.readings,
        settings,
        memory,
        call.now,
    );
    Ok(HealthAnswer::of(&health))
}
