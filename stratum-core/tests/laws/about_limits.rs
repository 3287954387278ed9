//! Do small steps add up to a large one? Random sequences of proposals, each applied when it passes, against a plain model
//! of what each limit promises.
//!
//! Not here: single answers of single limits (`conformance.rs`).

use chrono::TimeDelta;
use proptest::prelude::*;
use rust_decimal::Decimal;
use stratum_core::trust::{
    Action, AppliedChange, BudgetBaseline, Enforcement, Exposure, LedgerView, Limit, LimitRule,
    Percent, Policy, Proposal, ProposerKind, Rate,
};
use stratum_core::vocabulary::{AccountId, CampaignId, Money, Timestamp};

use crate::cases;
use crate::worlds::{World, now, proposal_of, sound_evidence};

const WINDOW: u32 = 3 * 86_400;
const CAMPAIGNS: [(&str, &str, &str); 4] = [
    ("act_1", "winter", "EUR"),
    ("act_1", "summer", "EUR"),
    ("act_2", "winter", "JPY"),
    ("act_2", "spring", "JPY"),
];

#[derive(Debug, Clone)]
struct Caps {
    step_percent: i64,
    rolling_percent: i64,
    cumulative_percent: i64,
    account_daily: i64,
    portfolio: i64,
    largest: i64,
    per_day: u32,
    cooldown: u32,
}

#[derive(Debug, Clone)]
struct Step {
    campaign: usize,
    wait_seconds: i64,
    percent: i64,
    pause_or_resume: bool,
}

fn caps() -> impl Strategy<Value = Caps> {
    (
        (
            prop::sample::select(vec![10_i64, 30, 100]),
            prop::sample::select(vec![50_i64, 100]),
        ),
        (prop::sample::select(vec![80_i64, 150, 300]), 50_i64..400),
        (80_i64..600, 200_i64..500),
        (1_u32..5, prop::sample::select(vec![0_u32, 3600])),
    )
        .prop_map(
            |((step, rolling), (cumulative, daily), (portfolio, largest), (per_day, cooldown))| {
                Caps {
                    step_percent: step,
                    rolling_percent: rolling,
                    cumulative_percent: cumulative,
                    account_daily: daily,
                    portfolio,
                    largest,
                    per_day,
                    cooldown,
                }
            },
        )
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let percent = prop_oneof![6 => 101_i64..131, 2 => 131_i64..300, 1 => 20_i64..100];
    let wait = prop_oneof![3 => 60_i64..8000, 1 => 8000_i64..200_000];
    let step = (0_usize..4, wait, percent, prop::bool::weighted(0.15));
    let step = step.prop_map(|(campaign, wait_seconds, percent, pause_or_resume)| Step {
        campaign,
        wait_seconds,
        percent,
        pause_or_resume,
    });
    prop::collection::vec(step, 1..60)
}

fn percent(n: i64) -> Percent {
    Percent::parse(&n.to_string()).unwrap()
}

fn money(amount: i64, currency: &str) -> Money {
    Money::parse(&amount.to_string(), currency).unwrap()
}

/// Yen are worth a hundredth of a euro here.
fn in_euros(amount: Decimal, currency: &str) -> Decimal {
    if currency == "JPY" {
        amount * Decimal::new(1, 2)
    } else {
        amount
    }
}

fn policy(caps: &Caps) -> Policy {
    let hard = |rule| Limit {
        rule,
        mode: Enforcement::HardBlock,
    };
    let mut settings = Policy::baseline_2026_11().unwrap().settings().clone();
    settings.limits = [
        LimitRule::IncreasePercent {
            at_most: percent(caps.step_percent),
        },
        LimitRule::RollingIncreasePercent {
            within_seconds: WINDOW,
            at_most: percent(caps.rolling_percent),
        },
        LimitRule::CumulativeIncreasePercent {
            at_most: percent(caps.cumulative_percent),
        },
        LimitRule::PortfolioIncrease {
            within_seconds: WINDOW,
            at_most: money(caps.portfolio, "EUR"),
        },
        LimitRule::ChangesPerDay {
            at_most: caps.per_day,
        },
        LimitRule::Cooldown {
            seconds: caps.cooldown,
        },
    ]
    .map(hard)
    .to_vec();
    Policy::new(settings).unwrap()
}

/// The limits in money of one account, which has one currency.
fn policy_of_account(caps: &Caps, currency: &str) -> Policy {
    let unit = if currency == "JPY" { 100 } else { 1 };
    let mut settings = policy(caps).settings().clone();
    for rule in [
        LimitRule::AccountDailyIncrease {
            at_most: money(caps.account_daily * unit, currency),
        },
        LimitRule::CampaignDailyBudget {
            at_most: money(caps.largest * unit, currency),
        },
    ] {
        settings.limits.push(Limit {
            rule,
            mode: Enforcement::HardBlock,
        });
    }
    Policy::new(settings).unwrap()
}

/// What really stands, and all that was applied.
#[derive(Debug)]
struct Model {
    start: [Decimal; 4],
    budgets: [Decimal; 4],
    /// campaign, when, before, after
    history: Vec<(usize, Timestamp, Decimal, Decimal)>,
}

impl Model {
    fn new() -> Self {
        let start = [100, 60, 9000, 12_000].map(Decimal::from);
        Self {
            start,
            budgets: start,
            history: Vec::new(),
        }
    }

    fn view(&self, at: Timestamp) -> LedgerView {
        let amount =
            |n: usize, amount| Money::new(amount, CAMPAIGNS[n].2.parse().unwrap()).unwrap();
        let mut view = LedgerView::empty(day(at));
        for (n, when, before, after) in &self.history {
            let (account, campaign, _) = CAMPAIGNS[*n];
            let (before, after) = (amount(*n, *before), amount(*n, *after));
            let campaign = CampaignId::new(campaign).unwrap();
            let action = Action::SetDailyBudget {
                campaign: campaign.clone(),
                before: Some(before),
                after,
            };
            view.applied.push(AppliedChange {
                at: *when,
                account: AccountId::new(account).unwrap(),
                campaign,
                direction: Exposure::of(&action).direction,
                before: Some(before),
                after: Some(after),
                by_automation: true,
            });
        }
        view.rates.push(Rate {
            from: "JPY".parse().unwrap(),
            to: "EUR".parse().unwrap(),
            rate: Decimal::new(1, 2),
        });
        view
    }

    /// What stood just before this moment.
    fn at(&self, campaign: usize, moment: Timestamp) -> Decimal {
        let mut past = self
            .history
            .iter()
            .filter(|(n, when, _, _)| *n == campaign && *when < moment);
        past.next_back()
            .map_or(self.start[campaign], |(_, _, _, after)| *after)
    }

    fn increases(&self, of: impl Fn(usize, Timestamp) -> bool) -> Decimal {
        let chosen = self
            .history
            .iter()
            .filter(|(n, when, before, after)| of(*n, *when) && after > before);
        chosen
            .map(|(n, _, before, after)| in_euros(after - before, CAMPAIGNS[*n].2))
            .sum()
    }
}

/// The accounts' day begins at five in the morning.
fn day(at: Timestamp) -> Timestamp {
    let shifted = at - TimeDelta::hours(5);
    shifted.date_naive().and_hms_opt(0, 0, 0).unwrap().and_utc() + TimeDelta::hours(5)
}

fn action(model: &Model, step: &Step) -> Action {
    let (_, campaign, currency) = CAMPAIGNS[step.campaign];
    let campaign = CampaignId::new(campaign).unwrap();
    let currency = currency.parse().unwrap();
    let stands = model.budgets[step.campaign];
    let written = |amount| Money::rounded(amount, currency).unwrap();
    if stands.is_zero() {
        let again = model.start[step.campaign] * Decimal::new(step.percent, 2);
        return Action::Resume {
            campaign,
            daily_budget: Some(written(again)),
        };
    }
    if step.pause_or_resume {
        return Action::Pause {
            campaign,
            daily_budget: Some(written(stands)),
        };
    }
    let after = written(stands * Decimal::new(step.percent, 2));
    Action::SetDailyBudget {
        campaign,
        before: Some(written(stands)),
        after,
    }
}

fn promised(caps: &Caps, model: &Model, n: usize, at: Timestamp) -> Result<(), TestCaseError> {
    let (account, _, currency) = CAMPAIGNS[n];
    let stands = model.budgets[n];
    let hundred = Decimal::ONE_HUNDRED;
    let window_began = at - TimeDelta::seconds(i64::from(WINDOW));
    let rolling = model.at(n, window_began) * Decimal::from(100 + caps.rolling_percent) / hundred;
    prop_assert!(stands <= rolling, "rolling: {} of {}", stands, rolling);
    let cumulative = model.start[n] * Decimal::from(100 + caps.cumulative_percent) / hundred;
    prop_assert!(
        stands <= cumulative,
        "cumulative: {} of {}",
        stands,
        cumulative
    );
    prop_assert!(in_euros(stands, currency) <= Decimal::from(caps.largest));
    let today = model.increases(|other, when| CAMPAIGNS[other].0 == account && when >= day(at));
    prop_assert!(
        today <= Decimal::from(caps.account_daily),
        "account: {}",
        today
    );
    let recent = model.increases(|_, when| when >= window_began);
    prop_assert!(
        recent <= Decimal::from(caps.portfolio),
        "portfolio: {}",
        recent
    );
    let changes = model
        .history
        .iter()
        .filter(|(other, when, _, _)| *other == n && *when >= day(at))
        .count();
    prop_assert!(changes <= caps.per_day as usize, "changes: {}", changes);
    Ok(())
}

/// Proposes one step and applies it when it passes; answers whether that was an increase.
fn propose(
    caps: &Caps,
    model: &mut Model,
    step: &Step,
    at: Timestamp,
) -> Result<bool, TestCaseError> {
    let (account, campaign, currency) = CAMPAIGNS[step.campaign];
    let action = action(model, step);
    let (before, after) = (action.before().unwrap(), action.after().unwrap());
    let account = AccountId::new(account).unwrap();
    let mut view = model.view(at);
    view.baselines.push(BudgetBaseline {
        campaign: CampaignId::new(campaign).unwrap(),
        daily_budget: Money::new(model.start[step.campaign], currency.parse().unwrap()).unwrap(),
    });
    let mut evidence = sound_evidence(90_000, at);
    evidence.scope.account = account.clone();
    let world = World {
        proposal: Proposal {
            account,
            ..proposal_of(action, ProposerKind::Rule)
        },
        evidence,
        policy: policy_of_account(caps, currency),
        view,
        now: at,
    };
    if !world.passes() {
        return Ok(false);
    }
    model.budgets[step.campaign] = after.amount();
    model
        .history
        .push((step.campaign, at, before.amount(), after.amount()));
    let raised = after.amount() > before.amount();
    if raised {
        promised(caps, model, step.campaign, at)?;
    }
    Ok(raised)
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn no_sequence_of_applied_actions_exceeds_a_cumulative_limit(caps in caps(), steps in steps()) {
        let (mut model, mut at) = (Model::new(), now());
        for step in &steps {
            at += TimeDelta::seconds(step.wait_seconds);
            propose(&caps, &mut model, step, at)?;
        }
    }
}

/// The model would prove nothing if hardly anything passed.
#[test]
fn the_sequences_raise_budgets_often() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut raised, mut proposed) = (0, 0);
    for _ in 0..60 {
        let (caps, steps) = (caps(), steps()).new_tree(&mut runner).unwrap().current();
        let (mut model, mut at) = (Model::new(), now());
        for step in &steps {
            at += TimeDelta::seconds(step.wait_seconds);
            proposed += 1;
            raised += u32::from(propose(&caps, &mut model, step, at).unwrap());
        }
    }
    assert!(raised * 8 > proposed, "{raised} of {proposed}");
}
