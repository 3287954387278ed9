//! Who else acts in the demo? An agent that asks for more, a colleague who confirms, a person who steps in: at fixed hours.
//!
//! They go through the same jobs as anybody. Nothing here looks at the known truth except by the calendar of incidents,
//! which stands for people who notice something.

use chrono::TimeDelta;
use stratum_core::simulation::{IncidentKind, World};
use stratum_core::trust::{Action, Freeze, FreezeScope, Proposal, Proposer, ProposerKind};
use stratum_core::vocabulary::{
    AccountId, ActorId, CampaignId, Money, ProposalId, TenantId, Timestamp,
};
use stratum_store::trust::ProposalState;
use stratum_store::{Account, Campaign};

use super::DemoError;
use crate::desk::Desk;
use crate::jobs::JobError;
use crate::jobs::approve_proposal::approve_proposal;
use crate::jobs::carry_out::carry_out;
use crate::jobs::review_proposal::review_new;
use crate::jobs::run_rules::Proposed;
use crate::jobs::set_freeze::{lift_freeze, set_freeze};

/// The agent of the demo.
const AGENT: &str = "spend-agent";
/// The person who runs the accounts.
const MANAGER: &str = "ana";
/// The colleague who confirms.
const COLLEAGUE: &str = "ben";
/// Hours between two wishes of the agent.
const AGENT_EVERY: u64 = 60;
/// The colleague looks this many hours after a proposal was held.
const COLLEAGUE_AFTER: i64 = 2;

/// Lets everybody act who has something to do in this hour; answers the proposals that were judged.
///
/// # Errors
/// [`DemoError`] when a job fails.
pub async fn act(
    desk: &Desk,
    tenant: &TenantId,
    world: &World,
    hour: u64,
    is_last: bool,
) -> Result<Vec<Proposed>, DemoError> {
    stop_and_go(desk, tenant, world).await?;
    let mut made = confirm(desk, tenant).await?;
    if hour % AGENT_EVERY == 7 && hour > AGENT_EVERY {
        made.extend(agent_asks(desk, tenant, hour / AGENT_EVERY).await?);
    }
    if is_last {
        made.extend(agent_asks_for_much(desk, tenant).await?);
    }
    for incident in &world.plan().incidents {
        let noticed = incident.from + TimeDelta::hours(5) == world.now();
        if noticed && matches!(incident.kind, IncidentKind::PixelLost { .. }) {
            made.extend(manager_cuts(desk, tenant, world, incident.account).await?);
        }
    }
    Ok(made)
}

/// The manager freezes an account whose numbers lag; the colleague lifts it a day later.
async fn stop_and_go(desk: &Desk, tenant: &TenantId, world: &World) -> Result<(), DemoError> {
    let (now, manager) = (world.now(), ActorId::new(MANAGER)?);
    for incident in &world.plan().incidents {
        let plan = world.plan().accounts.get(incident.account);
        let (IncidentKind::ApiLag { .. }, Some(plan)) = (incident.kind, plan) else {
            continue;
        };
        let account = Some(AccountId::new(&plan.id)?);
        if incident.from + TimeDelta::hours(9) == now {
            let reach = FreezeScope {
                platform: None,
                account,
                campaign: None,
            };
            let why = "costs arrive a day late; nobody raises anything until they are back";
            set_freeze(desk, tenant, reach, manager.clone(), why.to_owned()).await?;
        } else if incident.from + TimeDelta::hours(33) == now {
            let mut scope = desk.store.tenant(tenant).read().await?;
            let in_force = scope.freezes().await?;
            drop(scope);
            let own = |freeze: &&Freeze| freeze.by == manager && freeze.scope.account == account;
            if let Some(freeze) = in_force.iter().find(own) {
                lift_freeze(desk, tenant, &freeze.id, ActorId::new(COLLEAGUE)?).await?;
            }
        }
    }
    Ok(())
}

/// The colleague confirms every other proposal that has waited for a while.
async fn confirm(desk: &Desk, tenant: &TenantId) -> Result<Vec<Proposed>, DemoError> {
    let now = desk.now();
    let mut scope = desk.store.tenant(tenant).read().await?;
    let waiting = scope
        .proposals(Some(ProposalState::AwaitingApproval), 100)
        .await?;
    drop(scope);
    let mut judged = Vec::new();
    for stored in waiting {
        let waited = now - stored.created_at;
        let is_even = stored.seq.is_some_and(|seq| seq % 2 == 0);
        if !is_even || waited.num_hours() != COLLEAGUE_AFTER {
            continue;
        }
        let by = ActorId::new(COLLEAGUE)?;
        match approve_proposal(desk, tenant, &stored.proposal.id, by).await {
            Ok(reviewed) => {
                let seq = reviewed.entry.seq;
                let state = carry_out(desk, tenant, reviewed).await?.state;
                judged.push(Proposed {
                    proposal: stored.proposal,
                    seq,
                    state,
                });
            }
            // It does not fit any more: the budget was changed meanwhile.
            Err(JobError::ProposalDoesNotFit { .. } | JobError::ApprovalRefused(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(judged)
}

/// The agent asks for a third more, campaign after campaign.
async fn agent_asks(
    desk: &Desk,
    tenant: &TenantId,
    turn: u64,
) -> Result<Option<Proposed>, DemoError> {
    let campaigns = campaigns(desk, tenant).await?;
    let count = u64::try_from(campaigns.len()).unwrap_or(0);
    let place = turn
        .checked_rem(count)
        .and_then(|place| usize::try_from(place).ok());
    let Some((account, campaign)) = place.and_then(|place| campaigns.get(place)) else {
        return Ok(None);
    };
    let who = Proposer {
        kind: ProposerKind::Agent,
        id: ActorId::new(AGENT)?,
    };
    // Every third wish is larger than the limit on one increase.
    let percent = if turn.is_multiple_of(3) { 140 } else { 125 };
    propose(desk, tenant, account, campaign, who, percent).await
}

/// At the end of the history the agent asks for more than one step allows: something that waits for whoever looks.
async fn agent_asks_for_much(
    desk: &Desk,
    tenant: &TenantId,
) -> Result<Option<Proposed>, DemoError> {
    let campaigns = campaigns(desk, tenant).await?;
    let wanted = campaigns
        .iter()
        .find(|(account, _)| account.id.as_str() == "act_google");
    let Some((account, campaign)) = wanted else {
        return Ok(None);
    };
    let who = Proposer {
        kind: ProposerKind::Agent,
        id: ActorId::new(AGENT)?,
    };
    propose(desk, tenant, account, campaign, who, 145).await
}

/// The manager lowers the largest campaign of an account by hand.
async fn manager_cuts(
    desk: &Desk,
    tenant: &TenantId,
    world: &World,
    account: usize,
) -> Result<Option<Proposed>, DemoError> {
    let Some(plan) = world.plan().accounts.get(account) else {
        return Ok(None);
    };
    let all = campaigns(desk, tenant).await?;
    let own = all
        .iter()
        .filter(|(account, _)| account.id.as_str() == plan.id);
    let budget = |campaign: &Campaign| campaign.daily_budget.map(|budget| budget.amount());
    let Some((account, campaign)) = own.max_by_key(|(_, campaign)| budget(campaign)) else {
        return Ok(None);
    };
    let who = Proposer {
        kind: ProposerKind::Person,
        id: ActorId::new(MANAGER)?,
    };
    propose(desk, tenant, account, campaign, who, 70).await
}

async fn campaigns(desk: &Desk, tenant: &TenantId) -> Result<Vec<(Account, Campaign)>, DemoError> {
    let mut scope = desk.store.tenant(tenant).read().await?;
    let mut all = Vec::new();
    for account in scope.accounts().await? {
        for campaign in scope.campaigns(Some(&account.id)).await? {
            all.push((account.clone(), campaign));
        }
    }
    Ok(all)
}

/// Proposes to set a campaign's daily budget to a percentage of what it is, and carries it out where it passes.
async fn propose(
    desk: &Desk,
    tenant: &TenantId,
    account: &Account,
    campaign: &Campaign,
    proposer: Proposer,
    percent: i64,
) -> Result<Option<Proposed>, DemoError> {
    let Some(before) = campaign.daily_budget else {
        return Ok(None);
    };
    let share = rust_decimal::Decimal::new(percent, 2);
    let after = Money::rounded((before.amount() * share).round_dp(0), before.currency())?;
    let now: Timestamp = desk.now();
    let moment = now.format("%Y%m%dT%H");
    let proposal = Proposal {
        id: ProposalId::new(&format!("{} {} {moment}", proposer.id, campaign.id))?,
        tenant: tenant.clone(),
        platform: account.platform,
        account: account.id.clone(),
        action: Action::SetDailyBudget {
            campaign: CampaignId::new(campaign.id.as_str())?,
            before: Some(before),
            after,
        },
        proposer,
        made_at: now,
        expires_at: Some(now + TimeDelta::hours(48)),
    };
    match review_new(desk, tenant, proposal.clone()).await {
        Ok(reviewed) => {
            let seq = reviewed.entry.seq;
            let state = carry_out(desk, tenant, reviewed).await?.state;
            Ok(Some(Proposed {
                proposal,
                seq,
                state,
            }))
        }
        Err(JobError::ProposalExists(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
