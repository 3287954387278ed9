//! Would it have done harm? The known truth about a proposed increase, written beside its decision.
//!
//! Counted as in `docs/POLICY-BENCHMARK.md`: what the rule proposes, because for it one can ask what undamaged data would have
//! led to. An increase that they would have led to as well is harmless; one that only damaged data led to is harmful when the
//! next unit of money loses, and not counted when it happens to pay. What an agent or a person wishes comes from no reading, so
//! it says nothing about how well the gate reads them.

use stratum_core::autopilot::{Campaign, Finding, ReturnRule};
use stratum_core::numeric::from_u64;
use stratum_core::simulation::observe::REVENUE_HOURS;
use stratum_core::simulation::{Shown, World, window_of};
use stratum_core::trust::{Proposal, ProposerKind};
use stratum_core::vocabulary::Timestamp;

use crate::decisions::decision::Truth;
use crate::decisions::truth_table::increase_of;

/// The truth about a proposal of the rule; none when it is no increase, one that pays by luck, or not the rule's.
#[must_use]
pub fn truth_of(
    world: &World,
    proposal: &Proposal,
    changed_at: Option<Timestamp>,
    now: Timestamp,
) -> Option<Truth> {
    increase_of(&proposal.action)?;
    if proposal.proposer.kind != ProposerKind::Rule {
        return None;
    }
    let place = place_of(world, proposal)?;
    let newest = world
        .newest()?
        .accounts
        .get(place.0)?
        .campaigns
        .get(place.1)?;
    let loses = newest.truth.marginal_return < world.plan().break_even();
    if undamaged_leads_to_it(world, proposal, place, changed_at, now) {
        Some(Truth::Harmless)
    } else {
        loses.then_some(Truth::Harmful)
    }
}

/// Where a proposal's campaign stands in the plan.
fn place_of(world: &World, proposal: &Proposal) -> Option<(usize, usize)> {
    let accounts = &world.plan().accounts;
    let account = accounts
        .iter()
        .position(|plan| plan.id == proposal.account.as_str())?;
    let campaigns = &accounts.get(account)?.campaigns;
    let wanted = proposal.action.campaign().as_str();
    Some((
        account,
        campaigns.iter().position(|plan| plan.id == wanted)?,
    ))
}

/// Whether the rule would have raised on what undamaged data shows.
fn undamaged_leads_to_it(
    world: &World,
    proposal: &Proposal,
    place: (usize, usize),
    changed_at: Option<Timestamp>,
    now: Timestamp,
) -> bool {
    let Ok(rule) = ReturnRule::aiming_at(world.plan().target_return) else {
        return false;
    };
    let Some(daily_budget) = proposal.action.before() else {
        return false;
    };
    let history = world.history();
    let (delivery, newest, hours) = window_of(history, place, now, REVENUE_HOURS, Shown::Undamaged);
    let (mut orders, mut revenue) = (0, 0.0);
    for hour in history.iter().rev().take(REVENUE_HOURS) {
        if let Some(account) = hour.accounts.get(place.0) {
            orders += account.attributed.orders;
            revenue += account.attributed.revenue;
        }
    }
    if orders == 0 {
        // Nobody knows what an order is worth: the rule says nothing.
        return false;
    }
    let campaign = Campaign {
        daily_budget,
        spend: delivery.spend,
        revenue: delivery.revenue,
        conversions: delivery.conversions,
        hours,
        newest,
        usual_order_value: revenue / from_u64(orders),
        changed_at,
    };
    match rule.look_at(&campaign, now) {
        Finding::Change(change) => change.after.amount() > change.before.amount(),
        Finding::Nothing(_) => false,
    }
}
