//! How does a passed proposal reach the platform? Intent, write, read back, receipt: four steps, each safe to stop after.
//!
//! No write without a reading: the campaign is read first, and what cannot be read is left alone. The intent is on the disk
//! before the write, the receipt after the campaign was read again. Whoever crashes between two steps leaves an intent;
//! `recover_executions` settles it by reading the platform, never by writing again.

mod intend;

pub use intend::{Intended, SetAside, amount_in, intend};

use stratum_connectors::ad_platform::compare;
use stratum_connectors::{CampaignState, Observed};
use stratum_core::ledger::{Body, ReceiptOutcome, ReceiptRecord};
use stratum_core::vocabulary::{TenantId, Timestamp};
use stratum_store::TenantScope;
use stratum_store::trust::{ExecutionState, ProposalState};

use super::JobError;
use super::review_proposal::Reviewed;
use crate::decisions::decision::DecisionState;
use crate::desk::{CALL_LIMIT, Desk};
use intend::note_campaign;

/// What became of a reviewed proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarriedOut {
    /// The state of its decision.
    pub state: DecisionState,
    /// What came of the write, where one was begun.
    pub receipt: Option<ReceiptRecord>,
    /// Why nothing was begun although it passed.
    pub set_aside: Option<SetAside>,
}

/// What the platform showed after the write.
#[derive(Debug, Clone)]
pub struct ReadBack {
    /// The campaign, where it could be read.
    pub observed: Option<CampaignState>,
    /// What that says.
    pub outcome: ReceiptOutcome,
}

/// Carries a reviewed proposal out, where it passed and a platform is connected; else files it as decided.
///
/// # Errors
/// [`JobError`] when the store fails; what was begun then is settled by `recover_executions`.
pub async fn carry_out(
    desk: &Desk,
    tenant: &TenantId,
    reviewed: Reviewed,
) -> Result<CarriedOut, JobError> {
    let Some(permit) = reviewed.permit else {
        return Ok(CarriedOut {
            state: reviewed.state,
            receipt: None,
            set_aside: None,
        });
    };
    let intended = match intend(desk, tenant, permit, &reviewed.entry).await? {
        Ok(intended) => intended,
        Err(why) => {
            return Ok(CarriedOut {
                state: DecisionState::Recorded,
                receipt: None,
                set_aside: Some(why),
            });
        }
    };
    let certainly_not = write(desk, &intended).await;
    let read_back = read_back(desk, &intended, certainly_not).await;
    settle(desk, tenant, &intended, &read_back).await
}

/// Step two: writes. Says whether the change was certainly not made.
pub async fn write(desk: &Desk, intended: &Intended) -> bool {
    let Some(platform) = &desk.platform else {
        return true;
    };
    // INVARIANT: no call to a platform outlives the lease, so that whoever takes the execution over reads after the write.
    let left = (intended.lease_until - desk.now()).to_std();
    if !left.is_ok_and(|left| left > CALL_LIMIT) {
        tracing::warn!(proposal = %intended.proposal.id, "a lease was too short for a write");
        return true;
    }
    match platform
        .change(&intended.redemption, &intended.proposal)
        .await
    {
        Ok(()) => false,
        Err(error) => {
            tracing::warn!(proposal = %intended.proposal.id, %error, "a change was not confirmed");
            error.kind.is_certainly_not_applied()
        }
    }
}

/// Step three: reads the campaign again.
pub async fn read_back(desk: &Desk, intended: &Intended, certainly_not: bool) -> ReadBack {
    let action = &intended.proposal.action;
    let observed = match &desk.platform {
        Some(platform) => platform
            .read_campaign(&intended.proposal.account, action.campaign())
            .await
            .ok(),
        None => None,
    };
    let seen = observed
        .as_ref()
        .map(|now| compare(action, Some(&intended.before), now));
    // INVARIANT: "not applied" is said at once only of what the platform certainly refused. After anything else the old value
    // proves nothing yet: the change may be made a moment later.
    let outcome = match seen {
        _ if certainly_not => ReceiptOutcome::NotApplied,
        Some(Observed::Applied) => ReceiptOutcome::Applied,
        Some(Observed::NotApplied | Observed::Unconfirmed) | None => ReceiptOutcome::Unconfirmed,
    };
    ReadBack { observed, outcome }
}

/// Step four: appends the receipt and settles the execution. Where somebody else has taken it over, theirs is the outcome.
///
/// # Errors
/// [`JobError::Store`].
pub async fn settle(
    desk: &Desk,
    tenant: &TenantId,
    intended: &Intended,
    read_back: &ReadBack,
) -> Result<CarriedOut, JobError> {
    let action = &intended.proposal.action;
    let receipt = ReceiptRecord {
        permit: intended.redemption.permit(),
        proposal: intended.proposal.id.clone(),
        account: intended.proposal.account.clone(),
        action: action.clone(),
        before: amount_in(action, &intended.before),
        requested: action.after(),
        observed: read_back
            .observed
            .as_ref()
            .and_then(|state| amount_in(action, state)),
        outcome: read_back.outcome,
        settled_by: None,
    };
    let mut scope = desk.store.tenant(tenant).begin().await?;
    let (observed, now) = (read_back.observed.as_ref(), desk.now());
    let done = settle_in(&mut scope, &desk.holder, &receipt, observed, now).await?;
    let state = if done {
        state_of(receipt.outcome)
    } else {
        let stored = scope.execution(&receipt.permit.to_string()).await?;
        match stored.map(|execution| execution.state) {
            Some(ExecutionState::Applied) => DecisionState::Applied,
            Some(ExecutionState::NotApplied) => DecisionState::Recorded,
            Some(ExecutionState::Intent | ExecutionState::Unconfirmed) | None => {
                DecisionState::Unconfirmed
            }
        }
    };
    scope.commit().await?;
    Ok(CarriedOut {
        state,
        receipt: done.then_some(receipt),
        set_aside: None,
    })
}

/// Settles within the caller's transaction; does nothing when somebody else has taken the execution over.
///
/// # Errors
/// [`JobError::Store`].
pub async fn settle_in(
    scope: &mut TenantScope,
    holder: &str,
    receipt: &ReceiptRecord,
    observed: Option<&CampaignState>,
    now: Timestamp,
) -> Result<bool, JobError> {
    let (permit, state) = (receipt.permit.to_string(), execution_state(receipt.outcome));
    if !scope.settle_execution(&permit, holder, state, now).await? {
        return Ok(false);
    }
    record(scope, receipt, now).await?;
    if let Some(observed) = observed {
        note_campaign(scope, &receipt.account, observed).await?;
    }
    Ok(true)
}

/// Appends a receipt and files the proposal and its decision by it, after the execution was settled in the same transaction.
pub(super) async fn record(
    scope: &mut TenantScope,
    receipt: &ReceiptRecord,
    now: Timestamp,
) -> Result<(), JobError> {
    scope
        .append_entry(&Body::Receipt(receipt.clone()), now)
        .await?;
    let to = match receipt.outcome {
        ReceiptOutcome::Applied => ProposalState::Applied,
        ReceiptOutcome::NotApplied => ProposalState::NotApplied,
        ReceiptOutcome::Unconfirmed => ProposalState::Unconfirmed,
    };
    for from in [ProposalState::Waiting, ProposalState::Unconfirmed] {
        scope
            .move_proposal(&receipt.proposal, from, to, None)
            .await?;
    }
    if let Some(seq) = scope
        .proposal(&receipt.proposal)
        .await?
        .and_then(|proposal| proposal.seq)
    {
        scope
            .set_decision_state(seq, state_of(receipt.outcome).as_str())
            .await?;
    }
    Ok(())
}

pub(super) const fn execution_state(outcome: ReceiptOutcome) -> ExecutionState {
    match outcome {
        ReceiptOutcome::Applied => ExecutionState::Applied,
        ReceiptOutcome::NotApplied => ExecutionState::NotApplied,
        ReceiptOutcome::Unconfirmed => ExecutionState::Unconfirmed,
    }
}

/// What a decision's state becomes with its receipt.
#[must_use]
pub const fn state_of(outcome: ReceiptOutcome) -> DecisionState {
    match outcome {
        ReceiptOutcome::Applied => DecisionState::Applied,
        ReceiptOutcome::NotApplied => DecisionState::Recorded,
        ReceiptOutcome::Unconfirmed => DecisionState::Unconfirmed,
    }
}
