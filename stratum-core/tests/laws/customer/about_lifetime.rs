//! Do models of lifetime value see nothing but the customers, and do their answers move the way they must?
//!
//! Not here: published numbers and known truth found again (`src/customer/lifetime/tests.rs`).

use proptest::prelude::*;
use stratum_core::customer::lifetime::{
    Dropout, History, Horizon, Predictor, PurchaseFit, PurchaseModel, SpendingFit, SpendingModel,
};
use stratum_core::numeric::Chance;
use stratum_core::numeric::functions::{exp, from_u64, ln, nearest_count, sqrt};

use crate::cases;

fn dropout() -> impl Strategy<Value = Dropout> {
    prop::sample::select(vec![Dropout::AfterRepeat, Dropout::AfterEvery])
}

/// Between two powers of ten, evenly by the logarithm.
fn between(least: f64, most: f64) -> impl Strategy<Value = f64> {
    (least..most).prop_map(|power| exp(power * core::f64::consts::LN_10))
}

fn model() -> impl Strategy<Value = PurchaseModel> {
    let parameters = (
        between(-3.0, 2.0),
        between(-1.0, 3.0),
        between(-3.0, 2.0),
        between(-3.0, 2.0),
    );
    (dropout(), parameters).prop_map(|(dropout, (r, alpha, a, b))| PurchaseModel {
        dropout,
        r,
        alpha,
        a,
        b,
        covariance_of_logs: None,
    })
}

fn customer() -> impl Strategy<Value = History> {
    (0_u32..40, 0.01..1.0, 1.0..400.0, 0_i64..100_000).prop_map(|(frequency, share, age, value)| {
        let returned = frequency > 0;
        History {
            frequency,
            recency: if returned { age * share } else { 0.0 },
            age,
            repeat_value_minor: if returned { value } else { 0 },
        }
    })
}

/// Whole days, so that equal customers are common; some buy often and some seldom, some leave early and some late.
fn customers() -> impl Strategy<Value = Vec<History>> {
    (any::<u64>(), 60_u16..300).prop_map(|(seed, count)| {
        let mut chance = Chance::new(seed, 0);
        (0..count).map(|_| drawn(&mut chance)).collect()
    })
}

/// Day by day.
fn drawn(chance: &mut Chance) -> History {
    let daily = [0.01, 0.04, 0.15][chance.index(3)];
    let leaves = [0.02, 0.15, 0.7][chance.index(3)];
    let mean = [10.0, 40.0, 90.0][chance.index(3)];
    let age = 30 + chance.count(60.0);
    let mut history = History {
        age: from_u64(age),
        ..History::new_customer()
    };
    for day in 1..=age {
        if chance.happens(daily) {
            history.frequency += 1;
            history.recency = from_u64(day);
            let value = nearest_count(100.0 * mean * chance.factor(0.4)).max(1);
            history.repeat_value_minor += i64::try_from(value).unwrap();
            if chance.happens(leaves) {
                break;
            }
        }
    }
    history
}

fn fitted(customers: &[History], dropout: Dropout) -> Option<PurchaseFit> {
    let fit = PurchaseFit::of(customers, dropout, 0.95);
    if let Err(error) = &fit {
        let known = ["lifetime.no_maximum", "lifetime.no_repeat_purchases"];
        assert!(known.contains(&error.code()), "{error}");
    }
    fit.ok()
}

fn near(one: f64, other: f64, within: f64) -> bool {
    (one - other).abs() <= within * one.abs().max(other.abs())
}

fn same(one: &PurchaseModel, other: &PurchaseModel) -> bool {
    near(one.r, other.r, 1e-5)
        && near(one.alpha, other.alpha, 1e-5)
        && near(one.a, other.a, 1e-5)
        && near(one.b, other.b, 1e-5)
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn the_order_of_customers_leaves_no_trace(
        (customers, shuffled) in customers()
            .prop_flat_map(|customers| (Just(customers.clone()), Just(customers).prop_shuffle())),
        dropout in dropout(),
    ) {
        prop_assert_eq!(fitted(&customers, dropout), fitted(&shuffled, dropout));
        let spending = |customers: &[History]| SpendingFit::of(customers, 2, 0.95);
        prop_assert_eq!(spending(&customers), spending(&shuffled));
    }

    #[test]
    fn everybody_twice_is_the_same_model_and_surer(customers in customers(), dropout in dropout()) {
        let twice = [customers.clone(), customers.clone()].concat();
        if let (Some(one), Some(two)) = (fitted(&customers, dropout), fitted(&twice, dropout)) {
            prop_assert!(same(&one.model, &two.model), "{:?} {:?}", one.model, two.model);
            prop_assert!(near(one.log_likelihood * 2.0, two.log_likelihood, 1e-9));
            let ratio = one.errors.r.standard_error / two.errors.r.standard_error;
            prop_assert!(near(ratio, sqrt(2.0), 1e-4), "{}", ratio);
        }
    }

    #[test]
    fn slower_time_stretches_alpha_and_nothing_else(
        customers in customers(),
        dropout in dropout(),
        times in 0.01..100.0,
    ) {
        let slow: Vec<History> = customers
            .iter()
            .map(|one| History { recency: one.recency * times, age: one.age * times, ..*one })
            .collect();
        if let (Some(one), Some(other)) = (fitted(&customers, dropout), fitted(&slow, dropout)) {
            let back = PurchaseModel { alpha: other.model.alpha / times, ..other.model };
            prop_assert!(same(&one.model, &back), "{:?} {:?}", one.model, back);
        }
    }

    #[test]
    fn another_unit_of_money_stretches_gamma_and_nothing_else(customers in customers()) {
        if let (Ok(one), Ok(other)) = (SpendingFit::of(&customers, 2, 0.95), SpendingFit::of(&customers, 0, 0.95)) {
            prop_assert!(near(one.model.p, other.model.p, 1e-5) && near(one.model.q, other.model.q, 1e-5));
            prop_assert!(near(one.model.gamma * 100.0, other.model.gamma, 1e-5));
            let mean = |fit: &SpendingFit| fit.model.mean_value_minor(&customers[0]);
            let (one, other) = (mean(&one), mean(&other));
            prop_assert_eq!(one.is_some(), other.is_some());
            prop_assert!(one.zip(other).is_none_or(|(one, other)| near(one, other, 1e-5)));
        }
    }
}

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn being_alive_is_a_probability_that_falls_with_silence(
        model in model(),
        customer in customer(),
        longer in 1.0..3.0,
    ) {
        let alive = model.alive(&customer);
        prop_assert!((0.0..=1.0).contains(&alive));
        let later = History { age: customer.age * longer, ..customer };
        prop_assert!(model.alive(&later) <= alive);
    }

    #[test]
    fn more_time_brings_more_purchases_and_never_more_than_a_constant_rate(
        model in model(),
        customer in customer(),
        within in 0.1..1000.0,
        longer in 1.01..3.0,
    ) {
        let expected = model.expected_purchases(&customer, within);
        let more = model.expected_purchases(&customer, within * longer);
        prop_assert!(expected >= 0.0 && more >= expected * (1.0 - 1e-9), "{} {}", expected, more);
        let rate = (model.r + f64::from(customer.frequency)) / (model.alpha + customer.age);
        let constant = model.alive(&customer) * rate * within;
        prop_assert!(expected <= constant * (1.0 + 1e-9), "{} {}", expected, constant);
    }

    #[test]
    fn a_mean_value_lies_between_ones_own_and_everybodys(
        (p, q) in (0.1..50.0, 1.01..50.0),
        gamma in 0.1..500.0,
        customer in customer(),
    ) {
        let model = SpendingModel { p, q, gamma, exponent: 2, covariance_of_logs: None };
        let everybody = model.population_mean_minor().unwrap();
        let expected = model.mean_value_minor(&customer).unwrap();
        if customer.frequency == 0 {
            prop_assert_eq!(expected, everybody);
        } else {
            let own = customer.repeat_value_minor as f64 / f64::from(customer.frequency);
            let slack = 1e-9 * everybody.max(own);
            prop_assert!(expected >= everybody.min(own) - slack && expected <= everybody.max(own) + slack);
        }
    }

    #[test]
    fn a_discount_takes_away_and_never_more_than_it_says(
        model in model(),
        customer in customer(),
        discount in 0.0..0.5,
        periods in 1_u16..24,
    ) {
        let spending = SpendingModel { p: 6.0, q: 4.0, gamma: 15.0, exponent: 2, covariance_of_logs: None };
        let worth = |discount_per_period: f64| {
            let horizon = Horizon { period: 30.0, periods, discount_per_period };
            let predictor = Predictor::new(model, Some(spending), horizon, 0.9).unwrap();
            match predictor.of(&customer).value_minor {
                stratum_core::customer::lifetime::Worth::Expected(expected) => expected.value,
                other => panic!("{other:?}"),
            }
        };
        let (full, less) = (worth(0.0), worth(discount));
        let least = full / exp(f64::from(periods) * ln(1.0 + discount));
        prop_assert!(less <= full * (1.0 + 1e-9) && less >= least * (1.0 - 1e-9), "{} {} {}", full, less, least);
    }
}

/// A law about fits proves nothing where nothing is ever fitted.
#[test]
fn the_customers_mostly_determine_a_model() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut purchases, mut spending) = (0, 0);
    for _ in 0..100 {
        let customers = customers().new_tree(&mut runner).unwrap().current();
        purchases += u32::from(fitted(&customers, Dropout::AfterEvery).is_some());
        spending += u32::from(SpendingFit::of(&customers, 2, 0.95).is_ok());
    }
    assert!(purchases >= 50, "{purchases}");
    assert!(spending >= 50, "{spending}");
}
