//! Does calibration follow its tests, whatever they say?
//!
//! Not here: numbers computed by hand (`src/attribution/calibration/tests.rs`).

use proptest::prelude::*;
use stratum_core::attribution::claims::calibration::{
    Attributed, Basis, Calibration, LiftTest, Unit,
};
use stratum_core::attribution::claims::estimate::Estimate;

use crate::cases;

const CHANNELS: [&str; 5] = ["audio", "mail", "search", "tv", "video"];

fn channel() -> impl Strategy<Value = String> {
    prop::sample::select(CHANNELS.to_vec()).prop_map(str::to_owned)
}

fn estimate(value: f64, standard_error: f64) -> Estimate {
    Estimate::new(value, standard_error).unwrap()
}

/// Lifts of either sign, exact ones among them.
fn test() -> impl Strategy<Value = LiftTest> {
    let error = prop_oneof![1 => Just(0.0), 4 => 1.0..300.0];
    (channel(), -200.0..800.0, error, 100.0..1000.0, 0.0..0.3).prop_map(
        |(channel, lift, error, attributed, relative)| LiftTest {
            channel,
            unit: Unit::Conversions,
            incremental: estimate(lift, error),
            attributed: estimate(attributed, attributed * relative),
        },
    )
}

fn amounts() -> impl Strategy<Value = Vec<Attributed>> {
    let of_channel = |channel: &'static str| {
        let amount = (0.0..5000.0, 0.0..0.3);
        prop::option::of(amount).prop_map(move |amount| {
            amount.map(|(value, relative)| Attributed {
                channel: channel.to_owned(),
                amount: estimate(value, value * relative),
            })
        })
    };
    CHANNELS
        .map(of_channel)
        .prop_map(|rows| rows.into_iter().flatten().collect())
}

/// Amounts, and at least one test.
fn rows() -> impl Strategy<Value = (Vec<Attributed>, Vec<LiftTest>)> {
    (amounts(), prop::collection::vec(test(), 1..9))
}

fn calibrated(attributed: &[Attributed], tests: &[LiftTest]) -> Calibration {
    Calibration::of(Unit::Conversions, attributed, tests, 0.9).unwrap()
}

fn times(estimate: &Estimate, value: f64, error: f64) -> Estimate {
    self::estimate(estimate.value() * value, estimate.standard_error() * error)
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * (1.0 + a.abs().max(b.abs()))
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn one_exact_test_reproduces_its_lift(lift in -500.0..2000.0, attributed in 1.0..1000.0) {
        let test = LiftTest {
            channel: "tv".to_owned(),
            unit: Unit::Conversions,
            incremental: estimate(lift, 0.0),
            attributed: estimate(attributed, 0.0),
        };
        let amount = Attributed { channel: "tv".to_owned(), amount: test.attributed };
        let after = calibrated(&[amount], &[test]).after.unwrap();
        prop_assert!(near(after.value, lift));
        prop_assert_eq!(after.interval.width(), 0.0);
    }

    #[test]
    fn the_more_precise_a_test_the_narrower_the_interval(
        (amounts, mut tests) in rows(),
        share in 0.0..1.0,
    ) {
        tests.truncate(1);
        let wide = calibrated(&amounts, &tests);
        for test in &mut tests {
            test.incremental = times(&test.incremental, 1.0, share);
            test.attributed = times(&test.attributed, 1.0, share);
        }
        let narrow = calibrated(&amounts, &tests);
        for (wide, narrow) in wide.channels.iter().zip(&narrow.channels) {
            if let (Some(wide), Some(narrow)) = (wide.factor, narrow.factor) {
                prop_assert_eq!(wide.value, narrow.value);
                prop_assert!(narrow.interval.width() <= wide.interval.width());
            }
        }
    }

    /// With several tests the truth may turn out to differ between them, but never more than they do in all.
    #[test]
    fn more_precise_tests_of_equal_size_never_make_a_pool_less_sure(
        lifts in prop::collection::vec(-100.0..500.0, 2..8),
        error in 1.0..200.0,
        share in 0.0..1.0,
    ) {
        let pooled = |error: f64| {
            let test = |lift: &f64| LiftTest {
                channel: "tv".to_owned(),
                unit: Unit::Conversions,
                incremental: estimate(*lift, error),
                attributed: estimate(100.0, 0.0),
            };
            let tests: Vec<_> = lifts.iter().map(test).collect();
            calibrated(&[], &tests).channels[0].factor.unwrap()
        };
        let (wide, narrow) = (pooled(error), pooled(error * share));
        prop_assert!(narrow.standard_error <= wide.standard_error * (1.0 + 1e-9));
    }

    #[test]
    fn another_unit_of_counting_changes_amounts_and_no_factor(
        (amounts, tests) in rows(),
        scale in 0.01..100.0,
    ) {
        let small = calibrated(&amounts, &tests);
        let scaled: Vec<_> = amounts
            .iter()
            .map(|row| Attributed { amount: times(&row.amount, scale, scale), ..row.clone() })
            .collect();
        let scaled_tests: Vec<_> = tests
            .iter()
            .map(|test| LiftTest {
                incremental: times(&test.incremental, scale, scale),
                attributed: times(&test.attributed, scale, scale),
                ..test.clone()
            })
            .collect();
        let large = calibrated(&scaled, &scaled_tests);
        for (small, large) in small.channels.iter().zip(&large.channels) {
            if let (Some(one), Some(other)) = (small.factor, large.factor) {
                prop_assert!(near(one.value, other.value));
                prop_assert!((one.standard_error - other.standard_error).abs() < 1e-6);
            }
        }
        if let (Some(one), Some(other)) = (small.after, large.after) {
            prop_assert!(near(one.value * scale, other.value));
        }
    }

    #[test]
    fn twice_the_lift_is_twice_the_factor((amounts, tests) in rows()) {
        let exact = |test: &LiftTest, lift: f64| LiftTest {
            incremental: times(&test.incremental, lift, lift),
            attributed: estimate(test.attributed.value(), 0.0),
            ..test.clone()
        };
        let once: Vec<_> = tests.iter().map(|test| exact(test, 1.0)).collect();
        let twice: Vec<_> = tests.iter().map(|test| exact(test, 2.0)).collect();
        let (once, twice) = (calibrated(&amounts, &once), calibrated(&amounts, &twice));
        for (once, twice) in once.channels.iter().zip(&twice.channels) {
            if let (Some(once), Some(twice)) = (once.factor, twice.factor) {
                prop_assert!(near(once.value * 2.0, twice.value));
            }
        }
    }

    #[test]
    fn the_order_of_rows_leaves_no_trace(
        ((amounts, tests), (mixed_amounts, mixed_tests)) in rows().prop_flat_map(|(amounts, tests)| {
            let mixed = (Just(amounts.clone()).prop_shuffle(), Just(tests.clone()).prop_shuffle());
            (Just((amounts, tests)), mixed)
        }),
    ) {
        prop_assert_eq!(calibrated(&amounts, &tests), calibrated(&mixed_amounts, &mixed_tests));
    }

    #[test]
    fn nothing_is_lost_from_before_to_after((amounts, tests) in rows()) {
        let answer = calibrated(&amounts, &tests);
        let before: f64 = amounts.iter().map(|row| row.amount.value()).sum();
        prop_assert!(near(answer.before.value, before));
        let sum: f64 = answer.channels.iter().filter_map(|row| row.calibrated).map(|x| x.value).sum();
        match answer.after {
            Some(after) => {
                prop_assert!(near(after.value, sum));
                prop_assert_eq!(answer.uncalibrated, 0.0);
            }
            None => prop_assert!(answer.uncalibrated > 0.0),
        }
        for row in &answer.channels {
            let tested = tests.iter().any(|test| test.channel == row.channel);
            prop_assert_eq!(row.basis != Basis::Untested, tested);
            if let Some(factor) = row.factor {
                prop_assert!(factor.interval.contains(factor.value));
            }
        }
    }

    /// An untested channel is never surer than the mean of the tested ones.
    #[test]
    fn an_untested_channel_is_less_sure_than_what_it_is_guessed_from((amounts, tests) in rows()) {
        let answer = calibrated(&amounts, &tests);
        if let Some(across) = answer.across {
            for row in answer.channels.iter().filter(|row| row.basis == Basis::Untested) {
                let factor = row.factor.unwrap();
                prop_assert!(factor.standard_error >= across.standard_error * (1.0 - 1e-12));
                prop_assert_eq!(factor.value, across.mean);
            }
        }
    }
}
