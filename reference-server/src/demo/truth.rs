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

#[cfg(test)]
mod tests {
    use super::*;
    use stratum_core::simulation::{BudgetSetting, WorldPlan};
    use stratum_core::trust::{Action, Proposer};
    use stratum_core::vocabulary::{
        AccountId, ActorId, CampaignId, Money, Platform, ProposalId, TenantId,
    };

    /// A world without incidents after a fortnight: what it shows is undamaged. One campaign spends far too much.
    fn quiet_world() -> World {
        let mut plan = WorldPlan::demo(7, "2026-10-01T00:00:00Z".parse().unwrap(), 14);
        plan.incidents.clear();
        let mut world = World::new(plan);
        let far_too_much = BudgetSetting {
            account: 0,
            campaign: 0,
            daily_budget: 20.0 * world.daily_budget(0, 0).unwrap(),
        };
        world.step(&[far_too_much]);
        for _ in 1..14 * 24 {
            world.step(&[]);
        }
        world
    }

    /// Asks for a tenth more, or less, for a campaign.
    fn asks(world: &World, kind: ProposerKind, place: (usize, usize), factor: f64) -> Proposal {
        let account = &world.plan().accounts[place.0];
        let budget = world.daily_budget(place.0, place.1).unwrap();
        let euros = |amount: f64| Money::parse(&format!("{amount:.2}"), "EUR").unwrap();
        Proposal {
            id: ProposalId::new("p").unwrap(),
            tenant: TenantId::new("demo").unwrap(),
            platform: Platform::Meta,
            account: AccountId::new(&account.id).unwrap(),
            action: Action::SetDailyBudget {
                campaign: CampaignId::new(&account.campaigns[place.1].id).unwrap(),
                before: Some(euros(budget)),
                after: euros(budget * factor),
            },
            proposer: Proposer {
                kind,
                id: ActorId::new("somebody").unwrap(),
            },
            made_at: world.now(),
            expires_at: None,
        }
    }

    #[test]
    fn only_what_the_rule_proposes_is_counted_and_luck_is_not() {
        let world = quiet_world();
        let now = world.now();
        let (mut harmless, mut harmful, mut lucky) = (0, 0, 0);
        for (number, account) in world.newest().unwrap().accounts.iter().enumerate() {
            for (campaign, shown) in account.campaigns.iter().enumerate() {
                let place = (number, campaign);
                let by = |kind| asks(&world, kind, place, 1.1);
                for wish in [
                    ProposerKind::Agent,
                    ProposerKind::Person,
                    ProposerKind::Model,
                ] {
                    assert_eq!(truth_of(&world, &by(wish), None, now), None, "{wish:?}");
                }
                let less = asks(&world, ProposerKind::Rule, place, 0.9);
                assert_eq!(truth_of(&world, &less, None, now), None, "no increase");
                // Undamaged data leads the rule to it where it is free to look, and to nothing right after a change.
                let rule = by(ProposerKind::Rule);
                let free = truth_of(&world, &rule, None, now);
                harmless += usize::from(free == Some(Truth::Harmless));
                let loses = shown.truth.marginal_return < world.plan().break_even();
                let by_luck = truth_of(&world, &rule, Some(now), now);
                assert_eq!(by_luck, loses.then_some(Truth::Harmful));
                harmful += usize::from(loses);
                lucky += usize::from(!loses);
            }
        }
        let all = (harmless > 0, harmful > 0, lucky > 0);
        assert_eq!(all, (true, true, true), "{harmless} {harmful} {lucky}");
    }
}
