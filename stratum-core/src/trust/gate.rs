//! The gate: the only place that makes a permit.
//!
//! `Permit` and `Redemption` have private fields, no constructor, no `Clone`, no `Default` and no serde. A permit carries the
//! very proposal it was made for, so there is nothing to swap. What the rules are is in `assess.rs`; this file stays short
//! enough to be read in one sitting, because it is all that has to be trusted.

use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::ledger::Entry;
use crate::signal::Health;
use crate::vocabulary::time::later;
use crate::vocabulary::{Digest, Score, Timestamp};

use super::assess::{Decision, assess};
use super::evidence::Evidence;
use super::explain::{Change, would_pass_if};
use super::exposure::Exposure;
use super::ledger_view::LedgerView;
use super::policy::Policy;
use super::proposal::Proposal;
use super::reason::Reason;

/// On what ground a permit was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The gate passed an automation.
    Gate,
    /// A person acts by hand, within limits.
    Manual,
}

/// What identifies a permit: the digest of the proposal, the policy and the moment of the decision. Not the permit itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PermitId(Digest);

impl fmt::Display for PermitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Proof that the gate passed exactly this proposal, under one policy, until one moment. Used once, by value.
#[must_use = "a permit that is not redeemed moves nothing"]
pub struct Permit {
    proposal: Proposal,
    policy: Digest,
    basis: Basis,
    decided_at: Timestamp,
    expires_at: Timestamp,
}

impl Permit {
    /// The proposal it was made for.
    #[must_use]
    pub const fn proposal(&self) -> &Proposal {
        &self.proposal
    }

    /// On what ground it was given.
    #[must_use]
    pub const fn basis(&self) -> Basis {
        self.basis
    }

    /// Until when it can be redeemed.
    #[must_use]
    pub const fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// What identifies it in the ledger.
    #[must_use]
    pub fn id(&self) -> PermitId {
        let decided = self.decided_at.timestamp_micros().to_be_bytes();
        let proposal = self.proposal.digest();
        let parts: [&[u8]; 4] = [
            b"stratum-permit-1",
            proposal.as_bytes(),
            self.policy.as_bytes(),
            &decided,
        ];
        PermitId(Digest::of_parts(&parts))
    }

    /// Uses the permit up: shows the ledger entry that records its decision, and gets the proposal and the key to write.
    ///
    /// # Errors
    /// [`RedeemError`] when the permit has expired or the entry records another decision. The permit is gone either way:
    /// review again with fresh evidence.
    pub fn redeem(
        self,
        recorded: &Entry,
        now: Timestamp,
    ) -> Result<(Proposal, Redemption), RedeemError> {
        if now >= self.expires_at || now < self.decided_at {
            return Err(RedeemError::Expired);
        }
        let permit = self.id();
        if !recorded.records_permit(&permit) {
            return Err(RedeemError::NotRecorded);
        }
        let redemption = Redemption {
            permit,
            proposal: self.proposal.digest(),
            at: now,
        };
        Ok((self.proposal, redemption))
    }
}

impl fmt::Debug for Permit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit")
            .field("proposal", &self.proposal.id)
            .finish_non_exhaustive()
    }
}

/// What a used permit leaves: the only key to the write side of a connector.
#[must_use = "a redemption is needed to write"]
#[derive(Debug)]
pub struct Redemption {
    permit: PermitId,
    proposal: Digest,
    at: Timestamp,
}

impl Redemption {
    /// The permit it came from; its text is the idempotency key of the write.
    #[must_use]
    pub const fn permit(&self) -> PermitId {
        self.permit
    }

    /// When the permit was redeemed.
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// Whether it was given for this proposal.
    #[must_use]
    pub fn is_for(&self, proposal: &Proposal) -> bool {
        self.proposal == proposal.digest()
    }
}

/// Why a permit is not redeemed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RedeemError {
    /// The moment until which it counts has passed.
    #[error("the permit has expired; review the proposal again")]
    Expired,
    /// The ledger entry does not record this permit's decision.
    #[error("the ledger entry does not record this decision")]
    NotRecorded,
}

/// What the gate says.
#[derive(Debug)]
pub enum Verdict {
    /// It may be done, with this permit.
    Pass(Permit),
    /// Not now: alert only.
    Hold(Proposal),
    /// No: a person must act.
    Block(Proposal),
}

/// The answer of the gate.
#[derive(Debug)]
pub struct Review {
    /// What it says.
    pub verdict: Verdict,
    /// The health it read.
    pub health: Health,
    /// Why, in the fixed order.
    pub reasons: Vec<Reason>,
    /// What would turn it; empty when it passes.
    pub would_pass_if: Vec<Change>,
    /// What the action exposes.
    pub exposure: Exposure,
    /// The lower end of health required for that.
    pub required: Score,
    /// The approval that was used, to be marked as spent.
    pub approval: Option<Digest>,
}

/// Reviews a proposal from raw evidence. Pure: the same arguments give the same answer.
pub fn review(
    proposal: Proposal,
    evidence: &Evidence,
    policy: &Policy,
    view: &LedgerView,
    now: Timestamp,
) -> Review {
    let health = Health::measure(
        &evidence.plan,
        &evidence.readings,
        &policy.settings().health,
        view.memory.as_ref(),
        now,
    );
    decide(proposal, evidence, health, policy, view, now)
}

/// Judges a proposal by health that was already computed from `evidence` under `policy` at `now`.
pub fn decide(
    proposal: Proposal,
    evidence: &Evidence,
    health: Health,
    policy: &Policy,
    view: &LedgerView,
    now: Timestamp,
) -> Review {
    let assessment = assess(&proposal, evidence, &health, policy, view, now);
    let would_pass_if = would_pass_if(&assessment, &proposal, evidence, &health, policy, view, now);
    let verdict = match assessment.decision {
        Decision::Pass => Verdict::Pass(Permit {
            policy: policy.digest(),
            basis: if proposal.proposer.kind.is_automation() {
                Basis::Gate
            } else {
                Basis::Manual
            },
            decided_at: now,
            expires_at: later(now, policy.settings().permit_seconds),
            proposal,
        }),
        Decision::Hold => Verdict::Hold(proposal),
        Decision::Block => Verdict::Block(proposal),
    };
    Review {
        verdict,
        reasons: assessment.reasons,
        would_pass_if,
        exposure: assessment.exposure,
        required: assessment.required,
        approval: assessment.approval,
        // Last, because it is large: so it is copied once.
        health,
    }
}
