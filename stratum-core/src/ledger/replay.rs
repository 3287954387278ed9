//! Would it be decided the same again, and what would another policy have decided? Every review of a ledger, judged anew.
//!
//! Under the same policy the recorded inputs must give the recorded answer, byte for byte. Under another policy whose health is
//! computed otherwise the status memory is rebuilt from review to review, because the recorded one was earned under other
//! thresholds. What another policy asks about the past and the record does not hold is named, not guessed.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde::Serialize;
use thiserror::Error;

use crate::signal::StatusMemory;
use crate::trust::{
    Direction, Exposure, LedgerView, LimitKind, LimitRule, Policy, PolicyError, PolicySettings,
    Review, review,
};
use crate::vocabulary::{Digest, seconds_between};
use crate::wire::ReviewAnswer;

use super::body::{Body, BodyError, ReviewRecord};
use super::entry::Entry;

/// Why a ledger cannot be replayed.
#[derive(Debug, Error)]
pub enum ReplayError {
    /// A record cannot be read.
    #[error("entry {seq}: {source}")]
    Unreadable {
        /// Which entry.
        seq: u64,
        /// Why.
        source: BodyError,
    },
    /// A recorded policy is not valid.
    #[error("entry {seq}: {source}")]
    Policy {
        /// Which entry.
        seq: u64,
        /// Why.
        source: PolicyError,
    },
    /// A review names a policy that the ledger does not hold before it.
    #[error(
        "entry {seq} was decided under the policy {digest}, which the ledger does not hold before it"
    )]
    PolicyUnknown {
        /// Which entry.
        seq: u64,
        /// Which policy.
        digest: Digest,
    },
}

/// What another policy asks about the past that a record does not hold: the answer does not count then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NotComputable {
    /// A limit needs a baseline or changes further back than were recorded.
    Limit(LimitKind),
    /// The window of protection reaches further back than what was recorded.
    Protective,
}

/// One review, judged anew.
#[derive(Debug)]
pub struct Replayed {
    /// The number of its entry.
    pub seq: u64,
    /// What was recorded.
    pub record: ReviewRecord,
    /// What is said now.
    pub answer: ReviewAnswer,
    /// Whether the two answers are the same, byte for byte.
    pub same: bool,
    /// What the record does not hold and the other policy asks for; nothing means that the answer counts.
    pub not_computable: Vec<NotComputable>,
}

/// Walks a ledger and judges every review anew.
#[derive(Debug)]
pub struct Replay<'p> {
    known: BTreeMap<Digest, Policy>,
    other: Option<&'p Policy>,
    memories: BTreeMap<String, StatusMemory>,
}

impl<'p> Replay<'p> {
    /// Under the policies that the ledger records.
    #[must_use]
    pub const fn as_recorded() -> Self {
        Self {
            known: BTreeMap::new(),
            other: None,
            memories: BTreeMap::new(),
        }
    }

    /// Under another policy.
    #[must_use]
    pub const fn under(policy: &'p Policy) -> Self {
        Self {
            known: BTreeMap::new(),
            other: Some(policy),
            memories: BTreeMap::new(),
        }
    }

    /// Takes the next entry; answers when it is a review.
    ///
    /// # Errors
    /// [`ReplayError`] when the entry cannot be replayed.
    pub fn take(&mut self, entry: &Entry) -> Result<Option<Replayed>, ReplayError> {
        let seq = entry.seq;
        let body = Body::read(entry).map_err(|source| ReplayError::Unreadable { seq, source })?;
        match body {
            Body::Policy(record) => {
                let policy = Policy::new(record.settings)
                    .map_err(|source| ReplayError::Policy { seq, source })?;
                self.known.insert(policy.digest(), policy);
                Ok(None)
            }
            Body::Review(record) => self.judge(seq, *record).map(Some),
            Body::Approval(_)
            | Body::Execution(_)
            | Body::Receipt(_)
            | Body::Freeze(_)
            | Body::Lift(_) => Ok(None),
        }
    }

    fn judge(&mut self, seq: u64, record: ReviewRecord) -> Result<Replayed, ReplayError> {
        let recorded_under = self.known.get(&record.policy);
        let mut not_computable = Vec::new();
        let answer = if let Some(policy) = self.other {
            let then = recorded_under.map(Policy::settings);
            not_computable = beyond_the_record(&record, policy.settings(), then);
            let mut view = record.view.clone();
            let key = scope_key(&record);
            if then.is_none_or(|then| then.health != policy.settings().health) {
                view.memory = self.memories.get(&key).copied().or(view.memory);
            }
            let again = judged(&record, policy, &view);
            self.memories.insert(key, *again.health.memory());
            ReviewAnswer::of(&again)
        } else {
            let policy = recorded_under.ok_or(ReplayError::PolicyUnknown {
                seq,
                digest: record.policy,
            })?;
            ReviewAnswer::of(&judged(&record, policy, &record.view))
        };
        let same = match (
            serde_json::to_vec(&answer),
            serde_json::to_vec(&record.answer),
        ) {
            (Ok(now), Ok(then)) => now == then,
            _ => false,
        };
        Ok(Replayed {
            seq,
            record,
            answer,
            same,
            not_computable,
        })
    }
}

fn judged(record: &ReviewRecord, policy: &Policy, view: &LedgerView) -> Review {
    let proposal = record.proposal.clone();
    review(proposal, &record.evidence, policy, view, record.now)
}

/// Whose status memory it is.
fn scope_key(record: &ReviewRecord) -> String {
    let scope = &record.evidence.scope;
    let event = scope.conversion_event.as_ref();
    [
        scope.tenant.as_str(),
        scope.platform.as_str(),
        scope.account.as_str(),
        event.map_or("", |event| event.as_str()),
    ]
    .map(ToString::to_string)
    .join("\n")
}

/// What `policy` asks about the past and the record does not hold. The view was loaded for the policy of `then`, so whatever
/// that one asks for is there.
fn beyond_the_record(
    record: &ReviewRecord,
    policy: &PolicySettings,
    then: Option<&PolicySettings>,
) -> Vec<NotComputable> {
    let view = &record.view;
    let longest_then = then.and_then(|then| windows(then).max()).unwrap_or(0);
    let held = |seconds: u32| {
        let since = view.applied_since;
        seconds <= longest_then
            || since.is_some_and(|since| seconds_between(since, record.now) >= f64::from(seconds))
    };
    let cumulative = |rule: &LimitRule| matches!(rule, LimitRule::CumulativeIncreasePercent { .. });
    let campaign = record.proposal.action.campaign();
    let baseline_held = view.applied_since.is_some()
        || view.baselines.iter().any(|b| b.campaign == *campaign)
        || then.is_some_and(|then| then.limits.iter().any(|limit| cumulative(&limit.rule)));
    if Exposure::of(&record.proposal.action).direction != Direction::Increase {
        // Limits bind increases only, protection reductions only.
        let beyond = policy.protective.allowed && !held(policy.protective.within_seconds);
        return beyond
            .then_some(NotComputable::Protective)
            .into_iter()
            .collect();
    }
    let rules = policy.limits.iter().map(|limit| &limit.rule);
    let beyond = rules.filter(|rule| {
        rule.window_seconds().is_some_and(|seconds| !held(seconds))
            || (cumulative(rule) && !baseline_held)
    });
    beyond
        .map(|rule| NotComputable::Limit(rule.kind()))
        .collect()
}

/// Every window of a policy, in seconds.
fn windows(settings: &PolicySettings) -> impl Iterator<Item = u32> {
    let limits = settings.limits.iter();
    limits
        .filter_map(|limit| limit.rule.window_seconds())
        .chain([settings.protective.within_seconds])
}
