//! What do the rules propose this time? Looks at every campaign's own numbers and reviews what the first rule wants.
//!
//! Each proposal is decided for itself: one that cannot be is logged and takes no other campaign with it.
//!
//! A rule looks at what platforms report, as rules do; whether that can be trusted is asked afterwards, by the gate.

use std::collections::BTreeMap;

use chrono::{TimeDelta, Timelike as _};
use serde::{Deserialize, Serialize};
use stratum_core::autopilot::{Campaign as Looked, Finding, ProposalContext, ReturnRule};
use stratum_core::numeric::{Sum, from_decimal, from_u64};
use stratum_core::trust::Proposal;
use stratum_core::vocabulary::{ActorId, CampaignId, Digest, ProposalId, TenantId, Timestamp};
use stratum_store::metrics::{Granularity, MetricPeriod};
use stratum_store::trust::ProposalState;
use stratum_store::{Account, Campaign, TenantScope};

use super::JobError;
use super::carry_out::carry_out;
use super::gather_evidence::derive_readings::{REVENUE_HOURS, hour_of};
use super::review_proposal::review_new;
use crate::decisions::decision::DecisionState;
use crate::desk::Desk;

/// The name of the first rule.
pub const RETURN_RULE: &str = "return-rule";
/// Rules look at every so many full hours: what was held an hour ago is hardly another question now.
const RULES_EVERY: u32 = 6;
/// Where the turn that rules had last is kept.
const LAST_TURN: &str = "rules turn";
/// For how long what a rule proposes may be acted upon.
const EXPIRES_AFTER: TimeDelta = TimeDelta::hours(12);
/// Applied changes that still matter to the rule's cooldown.
const LOOK_BACK: TimeDelta = TimeDelta::days(3);

/// What a tenant tells the first rule; a tenant without it has no rule.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReturnRuleSettings {
    /// The return on ad spend it aims at.
    pub target_return: f64,
}

/// One proposal of a rule and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposed {
    /// What was proposed.
    pub proposal: Proposal,
    /// Its ledger entry.
    pub seq: u64,
    /// What became of it.
    pub state: DecisionState,
}

/// Runs the rules of a tenant when their turn has come by `hour` and was not had yet; one that was missed is made up for.
///
/// # Errors
/// [`JobError`]; the turn is then still to be had.
pub async fn run_rules_in_turn(
    desk: &Desk,
    tenant: &TenantId,
    hour: Timestamp,
) -> Result<(), JobError> {
    let due = hour - TimeDelta::hours(i64::from(hour.hour() % RULES_EVERY));
    let mut scope = desk.store.tenant(tenant).read().await?;
    let last: Option<Timestamp> = scope.rule_state(LAST_TURN).await?;
    drop(scope);
    if last.is_some_and(|last| last >= due) {
        return Ok(());
    }
    run_rules(desk, tenant).await?;
    let mut scope = desk.store.tenant(tenant).begin().await?;
    scope.put_rule_state(LAST_TURN, &due, desk.now()).await?;
    Ok(scope.commit().await?)
}

/// Runs the rules of a tenant once.
///
/// # Errors
/// [`JobError`]; what was decided before stays decided.
pub async fn run_rules(desk: &Desk, tenant: &TenantId) -> Result<Vec<Proposed>, JobError> {
    let now = desk.now();
    let mut scope = desk.store.tenant(tenant).read().await?;
    let proposals = proposals(&mut scope, now).await?;
    drop(scope);
    decide_each(desk, tenant, proposals).await
}

/// Decides each proposal for itself, and answers those that were decided.
///
/// # Errors
/// [`JobError::Store`] when the store was busy or closed for one of them and asking again is worthwhile; the others are decided.
pub async fn decide_each(
    desk: &Desk,
    tenant: &TenantId,
    proposals: Vec<Proposal>,
) -> Result<Vec<Proposed>, JobError> {
    let (mut decided, mut again) = (Vec::new(), None);
    for proposal in proposals {
        let id = proposal.id.clone();
        match decide(desk, tenant, proposal).await {
            Ok(proposed) => decided.push(proposed),
            // The same look again: it was proposed already.
            Err(JobError::ProposalExists(_)) => {}
            Err(JobError::Store(error)) if error.is_worth_retrying() => again = Some(error),
            Err(error) => {
                tracing::error!(%tenant, proposal = %id, %error, "a rule's proposal was not decided");
            }
        }
    }
    again.map_or(Ok(decided), |error| Err(error.into()))
}

async fn decide(desk: &Desk, tenant: &TenantId, proposal: Proposal) -> Result<Proposed, JobError> {
    let reviewed = review_new(desk, tenant, proposal.clone()).await?;
    let seq = reviewed.entry.seq;
    let state = carry_out(desk, tenant, reviewed).await?.state;
    Ok(Proposed {
        proposal,
        seq,
        state,
    })
}

/// What the rules want, without asking anybody.
async fn proposals(scope: &mut TenantScope, now: Timestamp) -> Result<Vec<Proposal>, JobError> {
    let settings: Option<ReturnRuleSettings> = scope.rule_state(RETURN_RULE).await?;
    let Some(settings) = settings else {
        return Ok(Vec::new());
    };
    let Ok(rule) = ReturnRule::aiming_at(settings.target_return) else {
        return Ok(Vec::new());
    };
    let changed = last_changes(scope, now).await?;
    let waiting = scope
        .proposals(Some(ProposalState::AwaitingApproval), 500)
        .await?;
    let mut wanted = Vec::new();
    for account in scope.accounts().await? {
        let looked = Window::load(scope, &account, now).await?;
        for campaign in scope.campaigns(Some(&account.id)).await? {
            let asked = waiting
                .iter()
                .any(|w| *w.proposal.action.campaign() == campaign.id);
            if campaign.paused || asked {
                continue;
            }
            let changed_at = changed.get(&campaign.id).copied();
            let Some(numbers) = looked.of(&campaign, changed_at) else {
                continue;
            };
            if let Finding::Change(change) = rule.look_at(&numbers, now) {
                wanted.push(change.proposal(context(scope, &account, &campaign, now)?));
            }
        }
    }
    Ok(wanted)
}

async fn last_changes(
    scope: &mut TenantScope,
    now: Timestamp,
) -> Result<BTreeMap<CampaignId, Timestamp>, JobError> {
    let applied = scope.applied_changes(now - LOOK_BACK).await?;
    Ok(applied
        .into_iter()
        .map(|change| (change.campaign, change.at))
        .collect())
}

fn context(
    scope: &TenantScope,
    account: &Account,
    campaign: &Campaign,
    now: Timestamp,
) -> Result<ProposalContext, JobError> {
    Ok(ProposalContext {
        id: id_of_look(&campaign.id, now)?,
        tenant: scope.tenant().clone(),
        platform: account.platform,
        account: account.id.clone(),
        campaign: campaign.id.clone(),
        rule: ActorId::new(RETURN_RULE)?,
        made_at: now,
        expires_at: Some(now + EXPIRES_AFTER),
    })
}

/// The same look gives the same id, so that a repeated run proposes nothing twice. A campaign whose id leaves no room for the
/// rest is named by its digest.
fn id_of_look(campaign: &CampaignId, now: Timestamp) -> Result<ProposalId, JobError> {
    let moment = hour_of(now).format("%Y%m%dT%H");
    let in_full = ProposalId::new(&format!("{RETURN_RULE} {campaign} {moment}"));
    Ok(in_full.or_else(|_| {
        let digest = Digest::of(campaign.as_str().as_bytes());
        ProposalId::new(&format!("{RETURN_RULE} {digest} {moment}"))
    })?)
}

/// The numbers of an account that a rule looks at.
struct Window {
    periods: Vec<MetricPeriod>,
    /// What an order is worth; none where nobody has counted or reported any.
    usual_order_value: Option<f64>,
}

impl Window {
    async fn load(
        scope: &mut TenantScope,
        account: &Account,
        now: Timestamp,
    ) -> Result<Self, JobError> {
        let to = hour_of(now);
        let from = to - TimeDelta::hours(REVENUE_HOURS);
        let mut periods = scope
            .metrics(&account.id, Granularity::Hour, from, to)
            .await?;
        if periods.is_empty() {
            periods = scope
                .metrics(&account.id, Granularity::Day, from, to)
                .await?;
        }
        let event = &account.conversion_event;
        let sums = scope.readings_window(&account.id, event, from, to).await?;
        let orders = if sums.own_orders.orders > 0 {
            sums.own_orders
        } else {
            sums.all_orders
        };
        let counted = mean(orders.amount, orders.orders);
        Ok(Self {
            usual_order_value: counted.or_else(|| reported_order_value(&periods)),
            periods,
        })
    }

    /// What the rule sees of a campaign; none when its budget or the worth of an order is not known.
    fn of(&self, campaign: &Campaign, changed_at: Option<Timestamp>) -> Option<Looked> {
        let daily_budget = campaign.daily_budget?;
        let usual_order_value = self.usual_order_value?;
        let (mut spend, mut revenue) = (Sum::new(), Sum::new());
        let (mut conversions, mut hours, mut newest) = (0_u64, 0_u32, None);
        for period in self
            .periods
            .iter()
            .filter(|period| period.campaign == campaign.id)
        {
            let length = match period.granularity {
                Granularity::Hour => 1,
                Granularity::Day => 24,
            };
            spend.add(from_decimal(period.spend.amount()));
            revenue.add(from_decimal(period.revenue.amount()));
            conversions = conversions.saturating_add(period.conversions);
            hours = hours.saturating_add(length);
            newest = newest.max(Some(period.at + TimeDelta::hours(i64::from(length))));
        }
        Some(Looked {
            daily_budget,
            spend: spend.value(),
            revenue: revenue.value(),
            conversions,
            hours,
            newest,
            usual_order_value,
            changed_at,
        })
    }
}

/// What the platform says a conversion of the account was worth.
fn reported_order_value(periods: &[MetricPeriod]) -> Option<f64> {
    let (mut revenue, mut conversions) = (Sum::new(), 0_u64);
    for period in periods {
        revenue.add(from_decimal(period.revenue.amount()));
        conversions = conversions.saturating_add(period.conversions);
    }
    mean(revenue.value(), conversions)
}

fn mean(amount: f64, count: u64) -> Option<f64> {
    (count > 0 && amount > 0.0).then(|| amount / from_u64(count))
}
