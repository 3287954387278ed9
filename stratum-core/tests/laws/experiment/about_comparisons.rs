//! Is what a comparison of arms says independent of how it is asked, and as often right as it says?
//!
//! Not here: numbers computed by hand and by another library (`conformance/experiment/`).

use proptest::prelude::*;
use stratum_core::experiment::arms::{Arms, Before, Mean, Quotient, Sums};
use stratum_core::experiment::compare::{Comparison, Lift, Test, Tested, Variant};
use stratum_core::numeric::Chance;

use crate::cases;

/// Sums of users whose numbers are written out, so that they fit together.
fn mean(name: &str, rows: &[(f64, f64)], with_before: bool) -> Mean {
    let total = |of: fn(&(f64, f64)) -> f64| rows.iter().map(of).sum();
    Mean {
        arm: name.into(),
        users: u64::try_from(rows.len()).unwrap(),
        sum: total(|row| row.0),
        sum_squares: total(|row| row.0 * row.0),
        before: with_before.then(|| Before {
            sum: total(|row| row.1),
            sum_squares: total(|row| row.1 * row.1),
            sum_products: total(|row| row.0 * row.1),
        }),
    }
}

fn rows() -> impl Strategy<Value = Vec<(f64, f64)>> {
    prop::collection::vec((0.0..20.0, 0.0..10.0), 3..40)
}

fn compared(arms: Vec<Mean>) -> Vec<Variant> {
    Comparison::of(&Arms::Mean(arms), 0.95).unwrap().variants
}

fn tested(variant: &Variant) -> Tested {
    match variant.test {
        Test::Known(test) => test,
        Test::NoVariance => panic!("users differ"),
    }
}

fn near(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-8 * one.abs().max(other.abs()).max(1.0)
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn the_other_way_round_the_difference_has_the_other_sign(one in rows(), other in rows(), before in any::<bool>()) {
        let there = &compared(vec![mean("a", &one, before), mean("b", &other, before)])[0];
        let back = &compared(vec![mean("b", &other, before), mean("a", &one, before)])[0];
        prop_assert!(near(there.difference, -back.difference));
        prop_assert!(near(tested(there).p_value, tested(back).p_value));
        prop_assert!(near(tested(there).interval.low, -tested(back).interval.high));
    }

    #[test]
    fn the_unit_of_the_number_changes_neither_p_values_nor_lifts(one in rows(), other in rows(), scale in 0.01..100.0) {
        let scaled = |rows: &[(f64, f64)]| rows.iter().map(|row| (row.0 * scale, row.1)).collect::<Vec<_>>();
        let plain = &compared(vec![mean("a", &one, true), mean("b", &other, true)])[0];
        let other = &compared(vec![mean("a", &scaled(&one), true), mean("b", &scaled(&other), true)])[0];
        prop_assert!(near(plain.difference * scale, other.difference));
        prop_assert!(near(tested(plain).p_value, tested(other).p_value));
        match (plain.lift, other.lift) {
            (Lift::Known(plain), Lift::Known(other)) => prop_assert!(near(plain.interval.high, other.interval.high)),
            (plain, other) => prop_assert_eq!(plain, other),
        }
    }

    #[test]
    fn an_interval_leaves_zero_out_where_the_p_value_is_below_one_less_the_level(one in rows(), other in rows()) {
        let test = tested(&compared(vec![mean("a", &one, false), mean("b", &other, false)])[0]);
        prop_assume!((test.p_value - 0.05).abs() > 1e-9);
        prop_assert_eq!(test.p_value < 0.05, !test.interval.contains(0.0));
    }

    #[test]
    fn a_quotient_by_one_for_each_user_is_a_mean(one in rows(), other in rows()) {
        let quotient = |mean: &Mean| {
            let users = f64::from(u32::try_from(mean.users).unwrap());
            Quotient {
                arm: mean.arm.clone(),
                users: mean.users,
                numerator: Sums { sum: mean.sum, sum_squares: mean.sum_squares },
                denominator: Sums { sum: users, sum_squares: users },
                sum_products: mean.sum,
            }
        };
        let means = vec![mean("a", &one, false), mean("b", &other, false)];
        let quotients = Arms::Quotient(means.iter().map(quotient).collect());
        let of_quotients = Comparison::of(&quotients, 0.95).unwrap();
        let of_means = &compared(means)[0];
        prop_assert!(near(of_quotients.variants[0].difference, of_means.difference));
        prop_assert!(near(tested(&of_quotients.variants[0]).p_value, tested(of_means).p_value));
    }

    #[test]
    fn what_all_users_had_alike_before_changes_nothing(one in rows(), other in rows(), before in 0.0..9.0) {
        let alike = |rows: &[(f64, f64)]| rows.iter().map(|row| (row.0, before)).collect::<Vec<_>>();
        let with = &compared(vec![mean("a", &alike(&one), true), mean("b", &alike(&other), true)])[0];
        let without = &compared(vec![mean("a", &one, false), mean("b", &other, false)])[0];
        prop_assert_eq!(with.adjustment.unwrap().theta, 0.0);
        prop_assert_eq!(with.test, without.test);
        prop_assert_eq!(with.lift, without.lift);
    }

    #[test]
    fn holm_lies_between_the_p_value_and_that_times_the_variants(arms in prop::collection::vec(rows(), 2..8)) {
        let named = arms.iter().enumerate().map(|(number, rows)| mean(&format!("{number}"), rows, false));
        let variants = compared(named.collect());
        let count = f64::from(u32::try_from(variants.len()).unwrap());
        for one in variants.iter().map(tested) {
            prop_assert!(one.p_value <= one.p_value_holm && one.p_value_holm <= (one.p_value * count).min(1.0));
            for other in variants.iter().map(tested) {
                prop_assert!(one.p_value > other.p_value || one.p_value_holm <= other.p_value_holm);
            }
        }
    }
}

/// Users who spend what they spent before and something more, times what the variant makes of it.
fn drawn(chance: &mut Chance, users: usize, lift: f64) -> Vec<(f64, f64)> {
    let one = |_| {
        let before = chance.between(0.0, 10.0);
        ((before + chance.between(0.0, 6.0)) * lift, before)
    };
    (0..users).map(one).collect()
}

/// Two thousand experiments: intervals at 0.95 miss the truth in one of twenty, with and without what was known before.
#[test]
fn intervals_hold_the_truth_as_often_as_they_say() {
    let (mut difference_missed, mut lift_missed, mut plain_missed) = (0, 0, 0);
    for seed in 0..2_000 {
        let mut chance = Chance::new(seed, 1);
        let one = drawn(&mut chance, 60, 1.0);
        let other = drawn(&mut chance, 90, 1.25);
        let with = &compared(vec![mean("a", &one, true), mean("b", &other, true)])[0];
        let Lift::Known(lift) = with.lift else {
            panic!("the control is far from zero")
        };
        // The mean of the control is 5 + 3.
        difference_missed += i32::from(!tested(with).interval.contains(2.0));
        lift_missed += i32::from(!lift.interval.contains(0.25));
        let without = &compared(vec![mean("a", &one, false), mean("b", &other, false)])[0];
        plain_missed += i32::from(!tested(without).interval.contains(2.0));
        assert!(with.adjustment.unwrap().variance_share.unwrap() < 0.6);
    }
    // 100 are expected of each, with a standard error of 9.7.
    let missed = [difference_missed, lift_missed, plain_missed];
    assert!(
        missed.iter().all(|missed| (70..=130).contains(missed)),
        "{missed:?}"
    );
}
