//! Who else agrees? A second person's word, bound to one proposal, expiring, used once.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::vocabulary::digest::canonical_bytes;
use crate::vocabulary::time::later;
use crate::vocabulary::{ActorId, Digest, Timestamp, seconds_between};

use super::policy::Policy;
use super::proposal::Proposal;

/// Why an approval is not given, or not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalRefused {
    /// The proposer cannot approve their own proposal.
    #[error("the proposer cannot approve their own proposal")]
    SamePerson,
    /// It was given for another proposal, or the proposal was changed since.
    #[error("the approval was given for another proposal")]
    AnotherProposal,
    /// It has expired.
    #[error("the approval has expired")]
    Expired,
    /// It was used before.
    #[error("the approval was used before")]
    Spent,
}

impl ApprovalRefused {
    /// The name used in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SamePerson => "same_person",
            Self::AnotherProposal => "another_proposal",
            Self::Expired => "expired",
            Self::Spent => "spent",
        }
    }
}

/// A second person's word on one proposal. Who may give one is the server's business; that it fits is checked here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// The digest of the proposal it is for.
    pub proposal: Digest,
    /// Who approves.
    pub by: ActorId,
    /// When it was given.
    pub at: Timestamp,
    /// Until when it counts.
    pub expires_at: Timestamp,
}

impl Approval {
    /// Gives an approval at `now`, valid for as long as the policy says.
    ///
    /// # Errors
    /// [`ApprovalRefused::SamePerson`] when the proposer approves, [`ApprovalRefused::Expired`] when the proposal has expired.
    pub fn give(
        proposal: &Proposal,
        by: ActorId,
        policy: &Policy,
        now: Timestamp,
    ) -> Result<Self, ApprovalRefused> {
        if proposal.proposer.id.is_same_actor(&by) {
            return Err(ApprovalRefused::SamePerson);
        }
        if proposal.expires_at.is_some_and(|end| end <= now) {
            return Err(ApprovalRefused::Expired);
        }
        let expires_at = later(now, policy.settings().approval_seconds);
        Ok(Self {
            proposal: proposal.digest(),
            by,
            at: now,
            expires_at,
        })
    }

    /// What marks it as used.
    #[must_use]
    pub fn digest(&self) -> Digest {
        canonical_bytes(self).map_or(Digest::ZERO, |bytes| Digest::of(&bytes))
    }

    /// Whether it counts for this proposal at `now`.
    ///
    /// # Errors
    /// The reason why it does not.
    pub fn accept(
        &self,
        proposal: &Proposal,
        spent: &[Digest],
        now: Timestamp,
    ) -> Result<(), ApprovalRefused> {
        if self.proposal != proposal.digest() {
            Err(ApprovalRefused::AnotherProposal)
        } else if self.by.is_same_actor(&proposal.proposer.id) {
            Err(ApprovalRefused::SamePerson)
        } else if now >= self.expires_at || seconds_between(now, self.at) > 0.0 {
            Err(ApprovalRefused::Expired)
        } else if spent.contains(&self.digest()) {
            Err(ApprovalRefused::Spent)
        } else {
            Ok(())
        }
    }
}
