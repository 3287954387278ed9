//! May this be done? Loads fresh evidence, asks the gate, and records its answer before anything can act on it.
//!
//! The permit, if there is one, leaves this file only together with the ledger entry that records its decision.

pub mod ledger_view;

use stratum_core::ledger::{Body, Entry, ReviewRecord};
use stratum_core::trust::{Action, Permit, Proposal, Verdict, review};
use stratum_core::vocabulary::{ProposalId, TenantId, Timestamp};
use stratum_core::wire::ReviewAnswer;
use stratum_store::trust::{Decision, ProposalState};
use stratum_store::{Account, Campaign, TenantScope};

use super::JobError;
use super::evaluate_health::current_policy;
use super::gather_evidence::gather;
use crate::decisions::decision::{DecisionState, DecisionSummary};
use crate::desk::Desk;
use ledger_view::ledger_view;

/// A review that is in the ledger.
#[derive(Debug)]
pub struct Reviewed {
    /// Its entry.
    pub entry: Entry,
    /// What the gate said.
    pub answer: ReviewAnswer,
    /// What became of the decision so far.
    pub state: DecisionState,
    /// The permit, where the gate passed.
    pub permit: Option<Permit>,
}

/// Takes a new proposal in and reviews it, in one transaction.
///
/// # Errors
/// [`JobError`]; nothing is recorded then.
pub async fn review_new(
    desk: &Desk,
    tenant: &TenantId,
    proposal: Proposal,
) -> Result<Reviewed, JobError> {
    let now = desk.now();
    let mut scope = desk.store.tenant(tenant).begin().await?;
    if !scope
        .add_proposal(&proposal, ProposalState::Waiting, None, now)
        .await?
    {
        return Err(JobError::ProposalExists(proposal.id));
    }
    let id = proposal.id.clone();
    let reviewed = review_in(&mut scope, desk, proposal, now).await?;
    file(&mut scope, &id, ProposalState::Waiting, &reviewed).await?;
    scope.commit().await?;
    Ok(reviewed)
}

/// Reviews a proposal that waits for an approval again, with evidence of this moment.
///
/// # Errors
/// [`JobError`]; nothing is recorded then.
pub async fn review_again_in(
    scope: &mut TenantScope,
    desk: &Desk,
    proposal: Proposal,
    now: Timestamp,
) -> Result<Reviewed, JobError> {
    let id = proposal.id.clone();
    let reviewed = review_in(scope, desk, proposal, now).await?;
    file(scope, &id, ProposalState::AwaitingApproval, &reviewed).await?;
    Ok(reviewed)
}

/// Moves the proposal to where its review puts it. One that passed waits for its execution.
async fn file(
    scope: &mut TenantScope,
    id: &ProposalId,
    from: ProposalState,
    reviewed: &Reviewed,
) -> Result<(), JobError> {
    let to = match reviewed.state {
        DecisionState::Recorded | DecisionState::Applied | DecisionState::Unconfirmed => {
            ProposalState::Waiting
        }
        DecisionState::AwaitingApproval => ProposalState::AwaitingApproval,
        DecisionState::Held => ProposalState::Held,
        DecisionState::Blocked => ProposalState::Blocked,
    };
    scope
        .move_proposal(id, from, to, Some(reviewed.entry.seq))
        .await?;
    Ok(())
}

/// Reviews a proposal and appends the review to the ledger, within the caller's transaction.
async fn review_in(
    scope: &mut TenantScope,
    desk: &Desk,
    proposal: Proposal,
    now: Timestamp,
) -> Result<Reviewed, JobError> {
    let (account, campaign) = whose(scope, &proposal).await?;
    let policy = current_policy(scope).await?;
    let name = Some(&campaign.id);
    let evidence = gather(scope, &desk.watches, &account, name, now).await?;
    let view = ledger_view(scope, &account, &campaign, &proposal, &policy, now).await?;
    let review = review(proposal, &evidence, &policy, &view, now);
    let record = ReviewRecord::new(&review, &evidence, &policy, &view, now);
    let (id, answer) = (record.proposal.id.clone(), record.answer.clone());
    let entry = scope
        .append_entry(&Body::Review(Box::new(record.clone())), now)
        .await?;
    if let Some(approval) = answer.approval {
        scope.spend_approval(approval, now).await?;
    }
    let state = DecisionState::after_review(answer.verdict, &answer.reasons);
    let summary = DecisionSummary::of(entry.seq, &record, &campaign.name);
    let decision = Decision {
        seq: entry.seq,
        at: now,
        account: account.id,
        campaign: campaign.id,
        proposal: id,
        verdict: answer.verdict.as_str().to_owned(),
        state: state.as_str().to_owned(),
        truth: None,
        summary: serde_json::to_value(&summary).unwrap_or_default(),
    };
    scope.put_decision(&decision).await?;
    let permit = match review.verdict {
        Verdict::Pass(permit) => Some(permit),
        Verdict::Hold(_) | Verdict::Block(_) => None,
    };
    Ok(Reviewed {
        entry,
        answer,
        state,
        permit,
    })
}

/// The account and the campaign that a proposal is about, if it fits them.
async fn whose(
    scope: &mut TenantScope,
    proposal: &Proposal,
) -> Result<(Account, Campaign), JobError> {
    let unfit = |path, why: String| JobError::ProposalDoesNotFit { path, why };
    if proposal.tenant != *scope.tenant() {
        return Err(unfit(
            "tenant",
            "the proposal is about another tenant".to_owned(),
        ));
    }
    let found = scope.account(&proposal.account).await?;
    let account = found.ok_or_else(|| JobError::UnknownAccount(proposal.account.clone()))?;
    if account.platform != proposal.platform {
        let why = format!(
            "the account is on {}, not on {}",
            account.platform, proposal.platform
        );
        return Err(unfit("platform", why));
    }
    let id = proposal.action.campaign();
    let campaign = scope
        .campaigns(Some(&account.id))
        .await?
        .into_iter()
        .find(|c| c.id == *id);
    let campaign = campaign.ok_or_else(|| JobError::UnknownCampaign(id.clone()))?;
    for money in [proposal.action.before(), proposal.action.after()]
        .into_iter()
        .flatten()
    {
        if money.currency() != account.currency {
            let (given, own) = (money.currency(), account.currency);
            return Err(unfit(
                "action",
                format!("the account pays in {own}, not in {given}"),
            ));
        }
    }
    does_it_fit(&proposal.action, &campaign)?;
    Ok((account, campaign))
}

/// Limits count from what an action says stood before. INVARIANT: where that is not read from the campaign itself before the
/// write, it agrees with what is known of the campaign.
fn does_it_fit(action: &Action, campaign: &Campaign) -> Result<(), JobError> {
    let unfit = |path, why: String| Err(JobError::ProposalDoesNotFit { path, why });
    let (path, said) = match action {
        Action::SetDailyBudget { before, .. } => ("action.set_daily_budget.before", before),
        Action::Pause { daily_budget, .. } => ("action.pause.daily_budget", daily_budget),
        Action::Resume { daily_budget, .. } => ("action.resume.daily_budget", daily_budget),
        Action::Launch { .. } if !campaign.paused => {
            let why = "the campaign is running; a launch starts from nothing, so set its daily budget instead";
            return unfit("action.launch.campaign", why.to_owned());
        }
        Action::SetBid { .. } | Action::Launch { .. } => return Ok(()),
    };
    match (said, campaign.daily_budget) {
        (Some(said), Some(known)) if *said != known => {
            unfit(path, format!("the daily budget is {known} now, not {said}"))
        }
        (Some(_), None) if matches!(action, Action::Pause { .. }) => {
            let why = "the daily budget is not known here; a pause needs none, so leave it out";
            unfit(path, why.to_owned())
        }
        _ => Ok(()),
    }
}
