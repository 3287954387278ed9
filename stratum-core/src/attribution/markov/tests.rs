//! Are removal effects what one computes by hand? Small chains, round numbers.

use alloc::vec::Vec;

use super::super::paths::Counts;
use super::super::table::PathTable;
use super::super::table::tests::counted as table;
use super::*;

fn model(paths: &[(&str, u64, u64)], order: usize) -> MarkovModel {
    MarkovModel::fit(&Transitions::count(&table(paths), order).unwrap()).unwrap()
}

fn close(found: f64, expected: f64) -> bool {
    (found - expected).abs() < 1e-14
}

fn effects(model: &MarkovModel) -> Vec<f64> {
    model.removal_effects().map(|(_, effect)| effect).collect()
}

#[test]
fn a_repeat_of_the_same_channel_is_no_way_out() {
    for order in 1..=MAX_ORDER {
        let model = model(&[("google>google", 100, 0)], order);
        assert_eq!(model.conversion_probability(), 1.0);
        assert_eq!(effects(&model), [1.0]);
    }
}

#[test]
fn two_channels_that_win_as_many_journeys_share_alike_however_often_they_are_touched() {
    for order in 1..=MAX_ORDER {
        let model = model(&[("google>google>google", 50, 0), ("meta", 50, 0)], order);
        assert_eq!(effects(&model), [0.5, 0.5]);
        let shares: Vec<f64> = model.attribute().credits.iter().map(|c| c.share).collect();
        assert_eq!(shares, [0.5, 0.5]);
    }
}

#[test]
fn a_path_of_one_channel_gives_it_everything_once() {
    let model = model(&[("google", 30, 0), ("meta>meta>meta", 70, 0)], 1);
    assert_eq!(model.path_shares(&["google"]).unwrap(), [1.0]);
    let three = model.path_shares(&["meta", "meta", "meta"]).unwrap();
    assert!(three.iter().all(|share| close(*share, 1.0 / 3.0)));
    let both = model.path_shares(&["meta", "google", "meta"]).unwrap();
    assert!(close(both[0], 0.35) && close(both[1], 0.3) && close(both[2], 0.35));
    let error = model.path_shares(&["google", "radio"]).unwrap_err();
    assert_eq!(
        (error.path(), error.code()),
        ("path[1]", "attribution.unknown_channel")
    );
    let million = alloc::vec!["meta"; MAX_PATH];
    let shares = model.path_shares(&million).unwrap();
    assert!(shares.iter().all(|share| (share * 1e6 - 1.0).abs() < 1e-9));
    let error = model
        .path_shares(&[&*million, &["google"]].concat())
        .unwrap_err();
    assert_eq!(
        (error.path(), error.code()),
        ("path", "attribution.long_path")
    );
}

/// The worked example of `docs/methods/markov-attribution.md`.
const WORKED: [(&str, u64, u64); 4] = [("a>b>c", 1, 0), ("a", 0, 1), ("b>c", 1, 1), ("a>b", 0, 1)];

#[test]
fn the_worked_example_is_as_written() {
    // From the start 3/5 a, 2/5 b; a to b 2/3; b to c 3/4; c to a conversion 2/3.
    let model = model(&WORKED, 1);
    assert!(close(model.conversion_probability(), 0.4));
    let found = effects(&model);
    // Without a only 2/5 get to b: 2/5 * 3/4 * 2/3 = 1/5 of 2/5. Without b or c nobody converts.
    let expected = [0.5, 1.0, 1.0];
    assert!(
        found.iter().zip(expected).all(|(f, e)| close(*f, e)),
        "{found:?}"
    );
    let answer = model.attribute();
    let values: Vec<i64> = answer.credits.iter().map(|c| c.value_minor).collect();
    assert_eq!(values, [40, 80, 80]);
    let paths = model.attribute_paths(&table(&WORKED)).unwrap();
    let values: Vec<i64> = paths.credits.iter().map(|c| c.value_minor).collect();
    // 1.00 by a, b, c as 1 : 2 : 2 and 1.00 by b, c as 1 : 1.
    assert_eq!(values, [20, 90, 90]);
}

#[test]
fn a_higher_order_sees_what_came_before() {
    // After mail only whoever came by search converts; one touch back cannot tell.
    let paths = [("search>mail", 50, 0), ("social>mail", 0, 50)];
    let one = effects(&model(&paths, 1));
    assert!(
        one.iter().zip([1.0, 0.5, 0.5]).all(|(f, e)| close(*f, e)),
        "{one:?}"
    );
    let two = effects(&model(&paths, 2));
    assert_eq!(two, [1.0, 1.0, 0.0]);
}

#[test]
fn without_journeys_or_without_conversions_everything_is_zero() {
    for paths in [&[][..], &[("a>b", 0, 7), ("b", 0, 1)]] {
        for order in 1..=MAX_ORDER {
            let model = model(paths, order);
            assert_eq!(model.conversion_probability(), 0.0);
            assert!(effects(&model).iter().all(|effect| *effect == 0.0));
            let answer = model.attribute();
            assert!(
                answer
                    .credits
                    .iter()
                    .all(|c| c.share == 0.0 && c.value_minor == 0)
            );
            let paths = model.attribute_paths(&table(paths)).unwrap();
            assert!(paths.credits.iter().all(|c| c.share == 0.0));
        }
    }
}

#[test]
fn both_ways_to_solve_agree() {
    let paths = [
        ("a>b>a>c>b>b", 3, 1),
        ("c", 2, 9),
        ("b>a", 1, 4),
        ("d>c>d>a", 5, 2),
        ("a>a>a>a", 1, 0),
        ("e>d>b", 0, 3),
        ("e", 0, 2),
    ];
    for order in 1..=MAX_ORDER {
        let chain = Chain::of(&Transitions::count(&table(&paths), order).unwrap());
        let (one, other) = (dense::carried(&chain), sweeps::carried(&chain).unwrap());
        for (one, other) in one.iter().zip(&other) {
            assert!((one - other).abs() < 1e-10, "order {order}: {one} {other}");
        }
    }
}

#[test]
fn journeys_that_stay_between_two_channels_a_million_times_are_solved_exactly() {
    let path = "a>b>".repeat(499_999) + "a>c";
    let paths = [(&*path, 1, 0), ("c", 1, 2)];
    let model = model(&paths, 1);
    assert!(close(model.conversion_probability(), 0.5));
    let found = effects(&model);
    // One in four journeys begins with a, and all of those come to c, where half convert; from the first a on, all but one in
    // 500,000 come to b.
    let expected = [0.25, 0.25 * 499_999.0 / 500_000.0, 1.0];
    assert!(
        found.iter().zip(expected).all(|(f, e)| close(*f, e)),
        "{found:?}"
    );
    // Sweeps alone would never end: they say so.
    let chain = Chain::of(&Transitions::count(&table(&paths), 1).unwrap());
    let error = sweeps::carried(&chain).unwrap_err();
    assert_eq!(error.code(), "attribution.slow_chain");
}

#[test]
fn ten_thousand_channels_are_solved() {
    let mut table = PathTable::new();
    for n in 0..10_000 {
        let path = format!("c{n}>c{}", n / 2);
        table
            .add_text(
                &path,
                ">",
                Counts {
                    lapsed: 1,
                    ..Counts::converted(1, 1)
                },
            )
            .unwrap();
    }
    let model = MarkovModel::fit(&Transitions::count(&table, 1).unwrap()).unwrap();
    let answer = model.attribute();
    assert_eq!(
        answer.credits.iter().map(|c| c.value_minor).sum::<i64>(),
        10_000
    );
    let last = model
        .removal_effects()
        .find(|(name, _)| *name == "c9999")
        .unwrap();
    assert!((last.1 - 1e-4).abs() < 1e-12, "{last:?}");
}

#[test]
fn the_order_is_chosen_by_the_stated_criterion() {
    let pairs = table(&[("a", 5, 5), ("b", 5, 5), ("a>b", 5, 5), ("b>a", 5, 5)]);
    let choice = choose_order(&pairs, 4).unwrap();
    assert_eq!(choice.order, 1);
    assert_eq!(choice.fits.len(), 4);
    let first = choice.fits[0];
    // Three states (start, a, b), each with four ways on: 9 free probabilities. 100 steps.
    assert_eq!(first.parameters, 9);
    let bic = 9.0 * crate::numeric::functions::ln(100.0) - 2.0 * first.log_likelihood;
    assert!(close(first.bic, bic));
    assert_eq!(
        choose_order(&pairs, 5).unwrap_err().code(),
        "attribution.unknown_order"
    );
    assert_eq!(choose_order(&PathTable::new(), 2).unwrap().order, 1);
}
