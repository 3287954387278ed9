//! What would each gate have said? One world, one rule, several gates that judge the same proposals.
//!
//! Every gate sees every proposal. What is then put in force does not depend on any gate: proposals that undamaged data would
//! have led to as well, and harmless errors, are carried out, harmful ones are not. So all gates are compared on the same course.

use chrono::TimeDelta;
use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive as _;
use stratum_core::autopilot::{BudgetChange, Campaign, Finding, ProposalContext, ReturnRule};
use stratum_core::numeric::from_decimal;
use stratum_core::signal::{Health, Status, StatusMemory};
use stratum_core::simulation::observe::REVENUE_HOURS;
use stratum_core::simulation::{BudgetSetting, Shown, World, WorldPlan, readings_at, window_of};
use stratum_core::trust::ledger_view::AppliedChange;
use stratum_core::trust::{
    Direction, Evidence, LedgerView, Policy, Reason, Scope, Verdict, decide,
};
use stratum_core::vocabulary::{
    AccountId, ActorId, CampaignId, Currency, Money, ProposalId, Reading, TenantId, Timestamp,
};

use super::predecessor::{Independent, health as predecessor_health};

/// The gates, in the order of [`Judged::passed`].
pub(crate) const GATES: [&str; 5] = [
    "Stratum",
    "predecessor, judged at 70",
    "predecessor, judged at 80",
    "predecessor at 70, given the shop's orders",
    "predecessor at 80, given the shop's orders",
];

/// Days of a world.
pub(crate) const DAYS: u32 = 70;
/// Hours between two looks of the rule.
const LOOK_HOURS: usize = 12;
/// How far back a budget change still matters to a limit.
const VIEW_DAYS: i64 = 31;

/// What a proposed increase was worth, by the known truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Truth {
    /// Undamaged data would not have led to it, and the next unit of money loses.
    Harmful,
    /// Undamaged data would have led to it too.
    Harmless,
    /// Undamaged data would not have led to it, but the next unit of money still pays.
    Lucky,
}

/// One proposed increase and what each gate said.
#[derive(Debug, Clone)]
pub(crate) struct Judged {
    /// What it was worth.
    pub(crate) truth: Truth,
    /// The fault whose traces are in the window of the rule.
    pub(crate) fault: Option<&'static str>,
    /// Whether a real demand shift is in that window.
    pub(crate) shifted: bool,
    /// The increase of the daily budget.
    pub(crate) money: f64,
    /// Whether each gate passed it.
    pub(crate) passed: [bool; GATES.len()],
    /// The first reason ours gave for not passing.
    pub(crate) reason: Option<String>,
}

/// What a whole course came to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Course {
    /// Proposed increases.
    pub(crate) judged: Vec<Judged>,
    /// Hours of all accounts while nothing was wrong with them, and how many of those we called healthy.
    pub(crate) quiet_hours: [u64; 2],
    /// Hours of all accounts while something was wrong with them, and how many of those we called healthy.
    pub(crate) faulty_hours: [u64; 2],
}

struct Place {
    budget: Money,
    changed_at: Option<Timestamp>,
}

struct Run {
    world: World,
    policy: Policy,
    rule: ReturnRule,
    currency: Currency,
    memories: Vec<Option<StatusMemory>>,
    places: Vec<Vec<Place>>,
    applied: Vec<AppliedChange>,
    course: Course,
}

/// Runs the world of a seed and judges what the rule proposes.
pub(crate) fn run(seed: u64, policy: &Policy) -> Course {
    let start = "2026-03-02T00:00:00Z".parse().unwrap();
    let plan = WorldPlan::drawn(seed, start, DAYS);
    let currency = "EUR".parse().unwrap();
    let money = |x: f64| Money::rounded(Decimal::from_f64(x).unwrap(), currency).unwrap();
    let places = plan
        .accounts
        .iter()
        .map(|a| {
            a.campaigns
                .iter()
                .map(|c| Place {
                    budget: money(c.daily_budget),
                    changed_at: None,
                })
                .collect()
        })
        .collect();
    let mut run = Run {
        rule: ReturnRule::aiming_at(plan.target_return).unwrap(),
        memories: plan.accounts.iter().map(|_| None).collect(),
        world: World::new(plan),
        policy: policy.clone(),
        currency,
        places,
        applied: Vec::new(),
        course: Course::default(),
    };
    let mut settings = Vec::new();
    for hour in 0..usize::try_from(DAYS).unwrap() * 24 {
        run.world.step(&settings);
        settings = run.judge(hour >= 96 && hour % LOOK_HOURS == 0);
    }
    run.course
}

impl Run {
    fn judge(&mut self, look: bool) -> Vec<BudgetSetting> {
        let now = self.world.now();
        let mut settings = Vec::new();
        for account in 0..self.world.plan().accounts.len() {
            let evidence = self.evidence(account, now);
            let health = Health::measure(
                &evidence.plan,
                &evidence.readings,
                &self.policy.settings().health,
                self.memories[account].as_ref(),
                now,
            );
            self.note(account, &health, now);
            if look {
                let scores = [Independent::WebAnalytics, Independent::ShopOrders]
                    .map(|with| predecessor_health(self.world.history(), account, now, with));
                for campaign in 0..self.places[account].len() {
                    settings.extend(self.judge_campaign(
                        (account, campaign),
                        &evidence,
                        &health,
                        scores,
                        now,
                    ));
                }
            }
            self.memories[account] = Some(*health.memory());
        }
        settings
    }

    fn evidence(&self, account: usize, now: Timestamp) -> Evidence {
        let plan = &self.world.plan().accounts[account];
        Evidence {
            scope: Scope {
                tenant: TenantId::new("t").unwrap(),
                platform: plan.platform,
                account: AccountId::new(&plan.id).unwrap(),
                conversion_event: None,
            },
            plan: plan.measurement,
            readings: readings_at(self.world.history(), account, now),
            performance: Reading::not_supplied(),
        }
    }

    fn note(&mut self, account: usize, health: &Health, now: Timestamp) {
        let quiet = self.fault(account, now, REVENUE_HOURS).is_none();
        let hours = if quiet {
            &mut self.course.quiet_hours
        } else {
            &mut self.course.faulty_hours
        };
        hours[0] += 1;
        hours[1] += u64::from(health.status() == Status::Healthy);
    }

    fn fault(&self, account: usize, now: Timestamp, hours: usize) -> Option<&'static str> {
        let from = now - TimeDelta::hours(i64::try_from(hours).unwrap());
        let mut incidents = self.world.plan().incidents.iter();
        incidents
            .find(|i| i.account == account && i.kind.is_fault() && i.from < now && i.to > from)
            .map(|i| i.kind.as_str())
    }

    fn shifted(&self, account: usize, now: Timestamp) -> bool {
        let from = now - TimeDelta::hours(i64::try_from(REVENUE_HOURS).unwrap());
        let mut incidents = self.world.plan().incidents.iter();
        incidents.any(|i| i.account == account && !i.kind.is_fault() && i.from < now && i.to > from)
    }

    fn finding(&self, place: (usize, usize), now: Timestamp, shown: Shown) -> Option<BudgetChange> {
        let history = self.world.history();
        let (delivery, newest, hours) = window_of(history, place, now, REVENUE_HOURS, shown);
        let newest_hours = &history[history.len().saturating_sub(REVENUE_HOURS)..];
        let (mut orders, mut revenue) = (0.0, 0.0);
        for hour in newest_hours {
            let attributed = &hour.accounts[place.0].attributed;
            orders += stratum_core::numeric::from_u64(attributed.orders);
            revenue += attributed.revenue;
        }
        let at = &self.places[place.0][place.1];
        let campaign = Campaign {
            daily_budget: at.budget,
            spend: delivery.spend,
            revenue: delivery.revenue,
            conversions: delivery.conversions,
            hours,
            newest,
            usual_order_value: if orders > 0.0 { revenue / orders } else { 70.0 },
            changed_at: at.changed_at,
        };
        match self.rule.look_at(&campaign, now) {
            Finding::Change(change) => Some(change),
            Finding::Nothing(_) => None,
        }
    }

    fn judge_campaign(
        &mut self,
        place: (usize, usize),
        evidence: &Evidence,
        health: &Health,
        scores: [f64; 2],
        now: Timestamp,
    ) -> Option<BudgetSetting> {
        let change = self.finding(place, now, Shown::Really)?;
        let undamaged = self.finding(place, now, Shown::Undamaged);
        let rise =
            |change: &BudgetChange| from_decimal(change.after.amount() - change.before.amount());
        let money = rise(&change);
        if money < 0.0 {
            return undamaged
                .filter(|u| rise(u) < 0.0)
                .map(|_| self.apply(place, &change, now));
        }
        let hour = self.world.newest().unwrap();
        let marginal = hour.accounts[place.0].campaigns[place.1]
            .truth
            .marginal_return;
        let truth = match undamaged.is_some_and(|u| rise(&u) > 0.0) {
            true => Truth::Harmless,
            false if marginal < self.world.plan().break_even() => Truth::Harmful,
            false => Truth::Lucky,
        };
        let (ours, reason) = self.ours(place, &change, evidence, health, now);
        let passed = [
            ours,
            scores[0] >= 70.0,
            scores[0] >= 80.0,
            scores[1] >= 70.0,
            scores[1] >= 80.0,
        ];
        let fault = self.fault(place.0, now, REVENUE_HOURS + 1);
        let shifted = self.shifted(place.0, now);
        self.course.judged.push(Judged {
            truth,
            fault,
            shifted,
            money,
            passed,
            reason,
        });
        (truth != Truth::Harmful).then(|| self.apply(place, &change, now))
    }

    fn ours(
        &self,
        place: (usize, usize),
        change: &BudgetChange,
        evidence: &Evidence,
        health: &Health,
        now: Timestamp,
    ) -> (bool, Option<String>) {
        let plan = &self.world.plan().accounts[place.0];
        let proposal = change.proposal(ProposalContext {
            id: ProposalId::new("p").unwrap(),
            tenant: evidence.scope.tenant.clone(),
            platform: plan.platform,
            account: evidence.scope.account.clone(),
            campaign: CampaignId::new(&plan.campaigns[place.1].id).unwrap(),
            rule: ActorId::new("return-rule").unwrap(),
            made_at: now,
            expires_at: None,
        });
        let view = LedgerView {
            applied: self
                .applied
                .iter()
                .filter(|a| a.at > now - TimeDelta::days(VIEW_DAYS))
                .cloned()
                .collect(),
            memory: self.memories[place.0],
            ..LedgerView::empty(plan.day_began(now))
        };
        let review = decide(proposal, evidence, *health, &self.policy, &view, now);
        let passed = matches!(review.verdict, Verdict::Pass(_));
        let first = review.reasons.first().filter(|_| !passed);
        (passed, first.map(named))
    }

    fn apply(
        &mut self,
        place: (usize, usize),
        change: &BudgetChange,
        now: Timestamp,
    ) -> BudgetSetting {
        let plan = &self.world.plan().accounts[place.0];
        self.applied.push(AppliedChange {
            at: now,
            account: AccountId::new(&plan.id).unwrap(),
            campaign: CampaignId::new(&plan.campaigns[place.1].id).unwrap(),
            direction: if change.after.amount() > change.before.amount() {
                Direction::Increase
            } else {
                Direction::Reduce
            },
            before: Some(change.before),
            after: Some(change.after),
            by_automation: true,
        });
        debug_assert_eq!(change.after.currency(), self.currency);
        self.places[place.0][place.1] = Place {
            budget: change.after,
            changed_at: Some(now),
        };
        BudgetSetting {
            account: place.0,
            campaign: place.1,
            daily_budget: from_decimal(change.after.amount()),
        }
    }
}

/// A reason with the component it names: what a held proposal is counted under.
fn named(reason: &Reason) -> String {
    match reason {
        Reason::BelowFloor { component, .. } | Reason::NotMeasured { component, .. } => {
            format!("{} {}", reason.code(), component.as_str())
        }
        _ => reason.code().to_string(),
    }
}
