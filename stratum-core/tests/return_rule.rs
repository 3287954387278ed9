//! Does the rule propose what the evidence bears, and nothing more?

#![cfg(test)]

use chrono::TimeDelta;
use proptest::prelude::*;
use stratum_core::autopilot::{Campaign, Finding, ReturnRule, Silence};
use stratum_core::numeric::{Chance, from_decimal, from_u64};
use stratum_core::vocabulary::{Money, Timestamp};

fn now() -> Timestamp {
    "2026-11-25T12:00:00Z".parse().unwrap()
}

fn campaign(spend: f64, conversions: u64, order_value: f64) -> Campaign {
    Campaign {
        daily_budget: Money::parse("100", "EUR").unwrap(),
        spend,
        revenue: from_u64(conversions) * order_value,
        conversions,
        hours: 72,
        newest: Some(now()),
        usual_order_value: 50.0,
        changed_at: None,
    }
}

/// The relative change the rule wants at a target of two; zero when it wants none.
fn wanted(campaign: &Campaign) -> f64 {
    match ReturnRule::aiming_at(2.0).unwrap().look_at(campaign, now()) {
        Finding::Change(change) => {
            from_decimal(change.after.amount()) / from_decimal(change.before.amount()) - 1.0
        }
        Finding::Nothing(_) => 0.0,
    }
}

#[test]
fn a_return_of_ten_against_a_target_of_two_is_scaled_with_an_interval() {
    let campaign = campaign(300.0, 60, 50.0);
    let Finding::Change(change) = ReturnRule::aiming_at(2.0)
        .unwrap()
        .look_at(&campaign, now())
    else {
        panic!()
    };
    assert_eq!(change.after.to_string(), "120.00 EUR");
    assert!(
        2.0 < change.estimate.low
            && change.estimate.low < change.estimate.mean
            && change.estimate.mean < change.estimate.high
    );
    assert!(change.estimate.low < 10.0 && change.estimate.high > 9.0);
}

#[test]
fn much_spent_and_nothing_sold_is_cut() {
    assert!(wanted(&campaign(5000.0, 0, 0.0)) < 0.0);
    // Already an amount that chance does not explain.
    assert!(wanted(&campaign(400.0, 0, 0.0)) < 0.0);
}

#[test]
fn nothing_sold_on_little_money_is_no_reason_for_anything() {
    assert_eq!(wanted(&campaign(20.0, 0, 0.0)), 0.0);
}

#[test]
fn one_conversion_never_says_scale() {
    for spend in [0.01, 0.5, 5.0, 16.0, 50.0] {
        for value in [10.0, 50.0, 150.0, 5000.0] {
            assert!(
                wanted(&campaign(spend, 1, value)) <= 0.0,
                "one order of {value} on {spend}"
            );
        }
    }
}

#[test]
fn a_campaign_on_target_is_left_alone_nearly_always() {
    let mut chance = Chance::new(1, 1);
    let mut changed = 0;
    for _ in 0..2000 {
        // 3000 spent at a true return of 2 on orders of 50: 120 conversions, give or take.
        let revenue: Vec<f64> = (0..chance.count(120.0))
            .map(|_| 50.0 * chance.factor(0.6))
            .collect();
        let seen = Campaign {
            revenue: revenue.iter().sum(),
            ..campaign(3000.0, u64::try_from(revenue.len()).unwrap(), 0.0)
        };
        changed += u32::from(wanted(&seen) != 0.0);
    }
    println!("changed {changed} of 2000");
    assert!(changed < 220, "{changed}");
}

#[test]
fn it_says_why_it_says_nothing() {
    let rule = ReturnRule::aiming_at(2.0).unwrap();
    let good = campaign(300.0, 60, 50.0);
    let silent = |campaign: Campaign| match rule.look_at(&campaign, now()) {
        Finding::Nothing(silence) => silence,
        Finding::Change(change) => panic!("{change:?}"),
    };
    assert_eq!(
        silent(Campaign {
            changed_at: Some(now() - TimeDelta::hours(5)),
            ..good
        }),
        Silence::CoolingDown
    );
    assert_eq!(
        silent(Campaign { hours: 20, ..good }),
        Silence::TooLittleData
    );
    assert_eq!(
        silent(Campaign {
            newest: Some(now() - TimeDelta::hours(40)),
            ..good
        }),
        Silence::TooLittleData
    );
    assert_eq!(
        silent(Campaign {
            newest: None,
            ..good
        }),
        Silence::TooLittleData
    );
    assert_eq!(
        silent(Campaign {
            spend: f64::NAN,
            ..good
        }),
        Silence::Impossible
    );
    assert_eq!(
        silent(Campaign {
            revenue: -1.0,
            ..good
        }),
        Silence::Impossible
    );
    assert_eq!(silent(campaign(1500.0, 60, 50.0)), Silence::OnTarget);
}

#[test]
fn a_rule_without_a_sensible_target_is_refused() {
    for target in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(
            ReturnRule::aiming_at(target).unwrap_err().field,
            "target_return"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_step_is_larger_than_a_fifth(spend in 0.0..1e7_f64, conversions in 0_u64..10_000, value in 0.0..5000.0_f64, budget in 1_u32..1_000_000) {
        let budget = Money::parse(&budget.to_string(), "EUR").unwrap();
        let step = wanted(&Campaign { daily_budget: budget, ..campaign(spend, conversions, value) });
        // Rounding to whole units moves small budgets by at most half a unit.
        let rounding = 0.5 / from_decimal(budget.amount());
        prop_assert!(step.abs() <= 0.2 + rounding + 1e-9, "{}", step);
    }

    #[test]
    fn more_revenue_never_turns_a_raise_into_a_cut(spend in 1.0..1e5_f64, conversions in 0_u64..2000, value in 1.0..500.0_f64, more in 1.0..3.0_f64) {
        let less = wanted(&campaign(spend, conversions, value));
        let with_more = wanted(&campaign(spend, conversions, value * more));
        prop_assert!(!(less > 0.0 && with_more < 0.0));
    }
}
