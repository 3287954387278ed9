//! How does a passed proposal reach the platform? Intent, write, read back, receipt: four steps, each safe to stop after.
//!
//! The intent is on the disk before the write, the receipt after the campaign was read again. Whoever crashes between two
//! steps leaves an intent; `recover_executions` settles it by reading the platform, never by writing again.

use stratum_connectors::ad_platform::compare;
use stratum_connectors::{CampaignState, Observed};
use stratum_core::ledger::{
    Body, Entry, EntryKind, ExecutionRecord, ReceiptOutcome, ReceiptRecord,
};
use stratum_core::trust::{Action, Permit, Proposal, Redemption};
use stratum_core::vocabulary::{Money, ProposalId, TenantId, Timestamp};
use stratum_store::TenantScope;
use stratum_store::trust::{ExecutionState, NewExecution, ProposalState};

use super::JobError;
use super::review_proposal::Reviewed;
use crate::decisions::decision::DecisionState;
use crate::desk::{Desk, LEASE};

/// How many entries after a review are looked at; more than that happening in between counts as overtaken.
const LOOK_AHEAD: u32 = 20;

/// A write that is about to happen: its intent is on the disk.
#[derive(Debug)]
pub struct Intended {
    /// What is to be done.
    pub proposal: Proposal,
    /// The key to the write side.
    pub redemption: Redemption,
    /// The campaign before the write, where it could be read.
    pub before: Option<CampaignState>,
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
) -> Result<(DecisionState, Option<ReceiptRecord>), JobError> {
    let Some(permit) = reviewed.permit else {
        return Ok((reviewed.state, None));
    };
    if desk.platform.is_none() {
        let mut scope = desk.store.tenant(tenant).begin().await?;
        set_aside(&mut scope, &permit.proposal().id).await?;
        scope.commit().await?;
        return Ok((DecisionState::Recorded, None));
    }
    let Some(intended) = intend(desk, tenant, permit, &reviewed.entry).await? else {
        return Ok((DecisionState::Recorded, None));
    };
    let certainly_not = write(desk, &intended).await;
    let read_back = read_back(desk, &intended, certainly_not).await;
    let receipt = settle(desk, tenant, &intended, &read_back).await?;
    Ok((state_of(receipt.outcome), Some(receipt)))
}

/// A passed proposal that is not carried out: whoever wants it proposes again and is reviewed again.
async fn set_aside(scope: &mut TenantScope, proposal: &ProposalId) -> Result<(), JobError> {
    let (from, to) = (ProposalState::Waiting, ProposalState::NotApplied);
    scope.move_proposal(proposal, from, to, None).await?;
    Ok(())
}

/// Whether something was recorded after the review that it did not see and that bears on it: another write, a freeze, a policy.
///
/// Two reviews at once each see room for themselves alone; only the first of them may go on. Asked within the writing
/// transaction that begins the execution, so that nothing can come in between.
async fn is_overtaken(scope: &mut TenantScope, review: &Entry) -> Result<bool, JobError> {
    let after = scope.entries_after(review.seq, LOOK_AHEAD).await?;
    let bears = |entry: &Entry| {
        matches!(
            entry.kind,
            EntryKind::Execution | EntryKind::Freeze | EntryKind::Policy
        )
    };
    Ok(after.len() >= LOOK_AHEAD as usize || after.iter().any(bears))
}

/// Step one: redeems the permit and writes the intent. None when the permit had expired, was overtaken or was used before.
///
/// # Errors
/// [`JobError::Store`].
pub async fn intend(
    desk: &Desk,
    tenant: &TenantId,
    permit: Permit,
    entry: &Entry,
) -> Result<Option<Intended>, JobError> {
    let now = desk.now();
    let id = permit.proposal().id.clone();
    let Ok((proposal, redemption)) = permit.redeem(entry, now) else {
        let mut scope = desk.store.tenant(tenant).begin().await?;
        set_aside(&mut scope, &id).await?;
        scope.commit().await?;
        return Ok(None);
    };
    let before = match &desk.platform {
        Some(platform) => {
            let campaign = proposal.action.campaign();
            platform
                .read_campaign(&proposal.account, campaign)
                .await
                .ok()
        }
        None => None,
    };
    let new = NewExecution {
        permit: redemption.permit().to_string(),
        proposal: proposal.id.clone(),
        account: proposal.account.clone(),
        action: proposal.action.clone(),
        by_automation: proposal.proposer.kind.is_automation(),
        lease_holder: desk.holder.to_string(),
        lease_until: now + LEASE,
    };
    let record = ExecutionRecord {
        permit: redemption.permit(),
        proposal: proposal.id.clone(),
        account: proposal.account.clone(),
        action: proposal.action.clone(),
    };
    let mut scope = desk.store.tenant(tenant).begin().await?;
    if is_overtaken(&mut scope, entry).await? {
        set_aside(&mut scope, &id).await?;
        scope.commit().await?;
        return Ok(None);
    }
    if !scope.begin_execution(&new, now).await? {
        return Ok(None);
    }
    scope.append_entry(&Body::Execution(record), now).await?;
    scope.commit().await?;
    Ok(Some(Intended {
        proposal,
        redemption,
        before,
    }))
}

/// Step two: writes. Says whether the change was certainly not made.
///
/// Where the campaign is not what the proposal was judged by, nothing is written: the judged change is another one.
pub async fn write(desk: &Desk, intended: &Intended) -> bool {
    let Some(platform) = &desk.platform else {
        return true;
    };
    if intended
        .before
        .as_ref()
        .is_some_and(|now| is_another_change(&intended.proposal.action, now))
    {
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

/// Whether the campaign, as it is now, would make another change of it than the one that was judged.
fn is_another_change(action: &Action, now: &CampaignState) -> bool {
    match action {
        Action::SetDailyBudget { before, .. } => *before != Some(now.daily_budget),
        Action::SetBid { before, .. } => *before != now.bid,
        Action::Resume { daily_budget, .. } => *daily_budget != Some(now.daily_budget),
        // A stop is right whatever it stops; a launch sets everything itself.
        Action::Pause { .. } | Action::Launch { .. } => false,
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
        .map(|now| compare(action, intended.before.as_ref(), now));
    let outcome = match seen {
        _ if certainly_not => ReceiptOutcome::NotApplied,
        Some(Observed::Applied) => ReceiptOutcome::Applied,
        Some(Observed::NotApplied) => ReceiptOutcome::NotApplied,
        Some(Observed::Unconfirmed) | None => ReceiptOutcome::Unconfirmed,
    };
    ReadBack { observed, outcome }
}

/// Step four: appends the receipt and settles the execution.
///
/// # Errors
/// [`JobError::Store`].
pub async fn settle(
    desk: &Desk,
    tenant: &TenantId,
    intended: &Intended,
    read_back: &ReadBack,
) -> Result<ReceiptRecord, JobError> {
    let action = &intended.proposal.action;
    let receipt = ReceiptRecord {
        permit: intended.redemption.permit(),
        proposal: intended.proposal.id.clone(),
        account: intended.proposal.account.clone(),
        action: action.clone(),
        before: intended
            .before
            .as_ref()
            .and_then(|state| amount_in(action, state)),
        requested: action.after(),
        observed: read_back
            .observed
            .as_ref()
            .and_then(|state| amount_in(action, state)),
        outcome: read_back.outcome,
    };
    let now = desk.now();
    let mut scope = desk.store.tenant(tenant).begin().await?;
    settle_in(
        &mut scope,
        &desk.holder,
        &receipt,
        read_back.observed.as_ref(),
        now,
    )
    .await?;
    scope.commit().await?;
    Ok(receipt)
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
    let state = match receipt.outcome {
        ReceiptOutcome::Applied => ExecutionState::Applied,
        ReceiptOutcome::NotApplied => ExecutionState::NotApplied,
        ReceiptOutcome::Unconfirmed => ExecutionState::Unconfirmed,
    };
    if !scope
        .settle_execution(&receipt.permit.to_string(), holder, state, now)
        .await?
    {
        return Ok(false);
    }
    scope
        .append_entry(&Body::Receipt(receipt.clone()), now)
        .await?;
    if let Some(observed) = observed {
        let all = scope.campaigns(Some(&receipt.account)).await?;
        if let Some(mut campaign) = all.into_iter().find(|c| c.id == observed.campaign) {
            campaign.daily_budget = Some(observed.daily_budget);
            campaign.paused = !observed.active;
            scope.put_campaign(&campaign).await?;
        }
    }
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
    Ok(true)
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

/// The amount that an action is about, as the campaign shows it.
#[must_use]
pub fn amount_in(action: &Action, state: &CampaignState) -> Option<Money> {
    match action {
        Action::SetBid { .. } => state.bid,
        _ if !state.active => Some(Money::zero(state.daily_budget.currency())),
        _ => Some(state.daily_budget),
    }
}
