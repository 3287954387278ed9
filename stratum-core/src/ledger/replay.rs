//! Would it be decided the same again, and what would another policy have decided? Every review of a ledger, judged anew.
//!
//! Under the same policy the recorded inputs must give the recorded answer, byte for byte. Under another policy the status
//! memory is rebuilt from review to review, because the recorded one was earned under other thresholds.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};

use thiserror::Error;

use crate::signal::StatusMemory;
use crate::trust::{Policy, PolicyError, review};
use crate::vocabulary::Digest;
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
        let answer = if let Some(policy) = self.other {
            let scope = &record.evidence.scope;
            let event = scope
                .conversion_event
                .as_ref()
                .map_or("", |event| event.as_str());
            let key = [
                scope.tenant.as_str(),
                scope.platform.as_str(),
                scope.account.as_str(),
                event,
            ]
            .map(ToString::to_string)
            .join("\n");
            let mut view = record.view.clone();
            view.memory = self.memories.get(&key).copied();
            let again = review(
                record.proposal.clone(),
                &record.evidence,
                policy,
                &view,
                record.now,
            );
            self.memories.insert(key, *again.health.memory());
            ReviewAnswer::of(&again)
        } else {
            let policy = self
                .known
                .get(&record.policy)
                .ok_or(ReplayError::PolicyUnknown {
                    seq,
                    digest: record.policy,
                })?;
            let again = review(
                record.proposal.clone(),
                &record.evidence,
                policy,
                &record.view,
                record.now,
            );
            ReviewAnswer::of(&again)
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
        })
    }
}
