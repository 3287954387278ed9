//! What do the entries say? One record for each kind, written as canonical JSON.

use alloc::boxed::Box;
use alloc::string::String;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::trust::{
    Action, Approval, Evidence, Freeze, LedgerView, PermitId, Policy, PolicySettings, Proposal,
    Review, Verdict,
};
use crate::vocabulary::{AccountId, ActorId, Digest, FreezeId, Money, ProposalId, Timestamp};
use crate::wire::ReviewAnswer;

use super::entry::{Entry, EntryKind};

/// A policy was adopted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyRecord {
    /// Its digest.
    pub digest: Digest,
    /// Every number of it.
    pub settings: PolicySettings,
    /// Who adopted it.
    pub by: ActorId,
}

/// A proposal was reviewed: everything the gate saw, and what it said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewRecord {
    /// When it was judged: the `now` of the review.
    pub now: Timestamp,
    /// What was proposed.
    pub proposal: Proposal,
    /// What was known.
    pub evidence: Evidence,
    /// What the ledger said.
    pub view: LedgerView,
    /// Under which policy.
    pub policy: Digest,
    /// What the gate said.
    pub answer: ReviewAnswer,
}

impl ReviewRecord {
    /// The record of a review.
    #[must_use]
    pub fn new(
        review: &Review,
        evidence: &Evidence,
        policy: &Policy,
        view: &LedgerView,
        now: Timestamp,
    ) -> Self {
        let proposal = match &review.verdict {
            Verdict::Pass(permit) => permit.proposal(),
            Verdict::Hold(proposal) | Verdict::Block(proposal) => proposal,
        };
        Self {
            now,
            proposal: proposal.clone(),
            evidence: evidence.clone(),
            view: view.clone(),
            policy: policy.digest(),
            answer: ReviewAnswer::of(review),
        }
    }
}

/// A permit was redeemed; a write is about to happen. Until its receipt follows, the entity is to be read again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExecutionRecord {
    /// The permit; its text is the idempotency key of the write.
    pub permit: PermitId,
    /// The proposal.
    pub proposal: ProposalId,
    /// In which account.
    pub account: AccountId,
    /// What is to be done.
    pub action: Action,
}

/// What came of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptOutcome {
    /// The platform shows what was requested.
    Applied,
    /// The platform shows what was there before.
    NotApplied,
    /// The platform shows something else, or cannot be read.
    Unconfirmed,
}

/// A person's word on what came of a write, where the platform could not tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettledBy {
    /// Who says so.
    pub by: ActorId,
    /// How they know.
    pub why: String,
}

/// What the platform showed after a write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptRecord {
    /// The permit of the write.
    pub permit: PermitId,
    /// The proposal.
    pub proposal: ProposalId,
    /// In which account.
    pub account: AccountId,
    /// What was done.
    pub action: Action,
    /// The amount read before the write.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Money>,
    /// The amount asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requested: Option<Money>,
    /// The amount read afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed: Option<Money>,
    /// What came of it.
    pub outcome: ReceiptOutcome,
    /// Whose word that is; none when the platform showed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled_by: Option<SettledBy>,
}

/// A freeze was lifted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LiftRecord {
    /// Which freeze.
    pub freeze: FreezeId,
    /// By whom.
    pub by: ActorId,
}

/// The record of an entry.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// A policy was adopted.
    Policy(Box<PolicyRecord>),
    /// A proposal was reviewed.
    Review(Box<ReviewRecord>),
    /// A second person approved.
    Approval(Approval),
    /// A write is about to happen.
    Execution(ExecutionRecord),
    /// What came of a write.
    Receipt(ReceiptRecord),
    /// A freeze was set.
    Freeze(Freeze),
    /// A freeze was lifted.
    Lift(LiftRecord),
}

/// The record cannot be written or read.
#[derive(Debug, Error)]
#[error("the record of a {} entry cannot be read or written: {source}", kind.as_str())]
pub struct BodyError {
    /// Of which kind.
    pub kind: EntryKind,
    /// Why.
    pub source: serde_json::Error,
}

impl Body {
    /// What it records.
    #[must_use]
    pub const fn kind(&self) -> EntryKind {
        match self {
            Self::Policy(_) => EntryKind::Policy,
            Self::Review(_) => EntryKind::Review,
            Self::Approval(_) => EntryKind::Approval,
            Self::Execution(_) => EntryKind::Execution,
            Self::Receipt(_) => EntryKind::Receipt,
            Self::Freeze(_) => EntryKind::Freeze,
            Self::Lift(_) => EntryKind::Lift,
        }
    }

    /// Writes the record as canonical JSON.
    ///
    /// # Errors
    /// [`BodyError`] when it does not encode.
    pub fn write(&self) -> Result<String, BodyError> {
        let written = match self {
            Self::Policy(record) => serde_json::to_string(record),
            Self::Review(record) => serde_json::to_string(record),
            Self::Approval(record) => serde_json::to_string(record),
            Self::Execution(record) => serde_json::to_string(record),
            Self::Receipt(record) => serde_json::to_string(record),
            Self::Freeze(record) => serde_json::to_string(record),
            Self::Lift(record) => serde_json::to_string(record),
        };
        written.map_err(|source| BodyError {
            kind: self.kind(),
            source,
        })
    }

    /// Reads the record of an entry.
    ///
    /// # Errors
    /// [`BodyError`] when the body is not the record its kind promises.
    pub fn read(entry: &Entry) -> Result<Self, BodyError> {
        let body = entry.body.as_str();
        let read = match entry.kind {
            EntryKind::Policy => serde_json::from_str(body).map(|r| Self::Policy(Box::new(r))),
            EntryKind::Review => serde_json::from_str(body).map(|r| Self::Review(Box::new(r))),
            EntryKind::Approval => serde_json::from_str(body).map(Self::Approval),
            EntryKind::Execution => serde_json::from_str(body).map(Self::Execution),
            EntryKind::Receipt => serde_json::from_str(body).map(Self::Receipt),
            EntryKind::Freeze => serde_json::from_str(body).map(Self::Freeze),
            EntryKind::Lift => serde_json::from_str(body).map(Self::Lift),
        };
        read.map_err(|source| BodyError {
            kind: entry.kind,
            source,
        })
    }
}
