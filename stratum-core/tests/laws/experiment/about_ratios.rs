//! Does the test for a sample-ratio mismatch treat arms alike, and find as many mismatches as it says?
//!
//! Not here: numbers computed by hand (`conformance/experiment/`).

use proptest::prelude::*;
use stratum_core::experiment::ratio::{RatioArm, SampleRatio};
use stratum_core::numeric::Chance;

use crate::cases;

fn named(number: usize, users: u64, weight: f64) -> RatioArm {
    let arm = format!("arm {number}");
    RatioArm { arm, users, weight }
}

fn arms() -> impl Strategy<Value = Vec<RatioArm>> {
    let arm = (
        1_u64..5_000,
        prop::sample::select(vec![0.5, 1.0, 2.0, 10.0]),
    );
    prop::collection::vec(arm, 2..12).prop_map(|arms| {
        let numbered = arms.into_iter().enumerate();
        numbered
            .map(|(number, (users, weight))| named(number, users, weight))
            .collect()
    })
}

fn p_value(arms: &[RatioArm]) -> f64 {
    SampleRatio::of(arms, 0.001).unwrap().p_value
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn a_p_value_is_a_share_and_expected_users_add_up(arms in arms()) {
        let ratio = SampleRatio::of(&arms, 0.001).unwrap();
        prop_assert!((0.0..=1.0).contains(&ratio.p_value));
        let (due, counted) = ratio.arms.iter().fold((0.0, 0), |(due, counted), arm| (due + arm.expected, counted + arm.users));
        prop_assert!((due / f64::from(u32::try_from(counted).unwrap()) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn the_order_of_arms_and_the_scale_of_weights_leave_the_p_value(
        (arms, shuffled) in arms().prop_flat_map(|arms| (Just(arms.clone()), Just(arms).prop_shuffle())),
        scale in 0.01..100.0,
    ) {
        let scaled: Vec<RatioArm> = shuffled.into_iter().map(|arm| RatioArm { weight: arm.weight * scale, ..arm }).collect();
        prop_assert!((p_value(&arms) - p_value(&scaled)).abs() < 1e-9);
    }

    #[test]
    fn empty_arms_without_weight_change_nothing_and_a_user_in_one_changes_everything(arms in arms()) {
        let mut more = arms.clone();
        more.push(named(99, 0, 0.0));
        let (before, after) = (SampleRatio::of(&arms, 0.001).unwrap(), SampleRatio::of(&more, 0.001).unwrap());
        prop_assert_eq!(before.p_value.to_bits(), after.p_value.to_bits());
        prop_assert_eq!(after.left_out, vec!["arm 99".to_owned()]);
        more.push(named(100, 1, 0.0));
        let stray = SampleRatio::of(&more, 0.001).unwrap();
        prop_assert!(stray.mismatch && stray.p_value == 0.0 && stray.chi_square.is_none());
    }
}

/// Two thousand experiments of three arms in which all is as intended: one in twenty has a p-value below one in twenty.
#[test]
fn mismatches_are_found_as_seldom_as_the_threshold_says() {
    let mut found = 0_u32;
    for seed in 0..2_000 {
        let mut chance = Chance::new(seed, 0);
        let mut users = [0_u64; 3];
        for _ in 0..1_000 {
            let share = chance.share();
            users[usize::from(share >= 0.5) + usize::from(share >= 0.75)] += 1;
        }
        let arms = [
            named(0, users[0], 2.0),
            named(1, users[1], 1.0),
            named(2, users[2], 1.0),
        ];
        found += u32::from(SampleRatio::of(&arms, 0.05).unwrap().mismatch);
    }
    // 100 are expected, with a standard error of 9.7.
    assert!((70..=130).contains(&found), "{found}");
}
