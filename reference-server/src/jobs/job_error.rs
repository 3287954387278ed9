//! Why did a job not do what it was asked? Few kinds, each with a stable code.

use stratum_core::ledger::ReplayError;
use stratum_core::trust::{ApprovalRefused, PolicyError};
use stratum_core::vocabulary::{AccountId, ActorId, CampaignId, FreezeId, IdError, ProposalId};
use stratum_store::StoreError;
use thiserror::Error;

/// Why a job did not do what it was asked.
#[derive(Debug, Error)]
pub enum JobError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no such account.
    #[error("there is no account `{0}`")]
    UnknownAccount(AccountId),
    /// There is no such campaign in the account.
    #[error("there is no campaign `{0}` in this account")]
    UnknownCampaign(CampaignId),
    /// There is no such proposal.
    #[error("there is no proposal `{0}`")]
    UnknownProposal(ProposalId),
    /// There is no such freeze in force.
    #[error("there is no freeze `{0}` in force")]
    UnknownFreeze(FreezeId),
    /// Nothing falls within the scope of the freeze.
    #[error("no account or campaign fits all parts of this scope; the freeze would stop nothing")]
    FreezeCoversNothing,
    /// The id of a freeze was used before.
    #[error("there is a freeze `{0}` already; was the ledger shortened?")]
    FreezeExists(FreezeId),
    /// The tenant has adopted no policy.
    #[error("no policy was adopted yet; without one nothing can be decided")]
    NoPolicy,
    /// The id of a proposal was used before.
    #[error("there is a proposal `{0}` already; each proposal needs an id of its own")]
    ProposalExists(ProposalId),
    /// The proposal does not fit the tenant, the account or the platform.
    #[error("{why}")]
    ProposalDoesNotFit {
        /// The field.
        path: &'static str,
        /// What does not fit.
        why: String,
    },
    /// The proposal does not wait for an approval.
    #[error("the proposal does not wait for an approval")]
    NotAwaitingApproval,
    /// The proposal was not carried out, its outcome is known, or a late change may still come.
    #[error("only what has been unconfirmed for 15 minutes can be settled by hand")]
    SettlementNotAwaited,
    /// The second person is none.
    #[error("`{0}` proposes as an automation; an approval is a person's word")]
    ApproverIsAutomation(ActorId),
    /// The approval is not given.
    #[error(transparent)]
    ApprovalRefused(#[from] ApprovalRefused),
    /// The policy is not valid.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// An id that was made here is not an id.
    #[error(transparent)]
    Id(#[from] IdError),
    /// The ledger cannot be replayed.
    #[error(transparent)]
    Replay(#[from] ReplayError),
}

impl JobError {
    /// A stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Store(error) => error.code(),
            Self::UnknownAccount(_) => "account.unknown",
            Self::UnknownCampaign(_) => "campaign.unknown",
            Self::UnknownProposal(_) => "proposal.unknown",
            Self::UnknownFreeze(_) => "freeze.unknown",
            Self::FreezeCoversNothing => "freeze.covers_nothing",
            Self::FreezeExists(_) => "freeze.exists",
            Self::NoPolicy => "policy.none",
            Self::ProposalExists(_) => "proposal.exists",
            Self::ProposalDoesNotFit { .. } => "proposal.does_not_fit",
            Self::NotAwaitingApproval => "approval.not_awaited",
            Self::SettlementNotAwaited => "settlement.not_awaited",
            Self::ApproverIsAutomation(_) => "approval.by_automation",
            Self::ApprovalRefused(ApprovalRefused::SamePerson) => "approval.same_person",
            Self::ApprovalRefused(ApprovalRefused::AnotherProposal) => "approval.another_proposal",
            Self::ApprovalRefused(ApprovalRefused::Expired) => "approval.expired",
            Self::ApprovalRefused(ApprovalRefused::Spent) => "approval.spent",
            Self::Policy(error) => error.code(),
            Self::Id(_) => "request.invalid_id",
            Self::Replay(_) => "ledger.not_replayable",
        }
    }
}
