//! Are Shapley values what one computes by hand? Small games, round numbers.

use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use super::super::paths::Counts;
use super::super::table::PathTable;
use super::super::table::tests::counted as table;
use super::*;

fn worths(model: &ShapleyModel, table: &PathTable) -> Vec<f64> {
    let answer = model.attribute(table).unwrap();
    answer.worths.iter().map(|worth| worth.worth).collect()
}

fn values(model: &ShapleyModel, table: &PathTable) -> Vec<i64> {
    let answer = model.attribute(table).unwrap();
    answer
        .attribution
        .credits
        .iter()
        .map(|credit| credit.value_minor)
        .collect()
}

fn close(found: &[f64], expected: &[f64]) -> bool {
    let near = |(f, e): (&f64, &f64)| (f - e).abs() < 1e-15;
    found.len() == expected.len() && found.iter().zip(expected).all(near)
}

/// The worked example of `docs/methods/shapley-attribution.md`.
fn worked() -> PathTable {
    table(&[
        ("a", 2, 6),
        ("b", 1, 7),
        ("a>b", 6, 2),
        ("b>a>a", 3, 5),
        ("c", 0, 8),
    ])
}

#[test]
fn the_sum_game_shares_each_set_evenly() {
    // a alone 2, b alone 1, both together 9: 2 + 4.5 and 1 + 4.5.
    assert_eq!(worths(&ShapleyModel::SumGame, &worked()), [6.5, 5.5, 0.0]);
    assert_eq!(values(&ShapleyModel::SumGame, &worked()), [650, 550, 0]);
}

#[test]
fn the_rate_game_is_as_written_and_harm_stays_visible() {
    // Worths: a 2/8, b 1/8, c 0, ab 12/32, ac 2/16, bc 1/16, abc 12/40.
    let found = worths(&ShapleyModel::RateGame, &worked());
    let third =
        |alone: f64, one: f64, other: f64, last: f64| (alone + (one + other) / 2.0 + last) / 3.0;
    let expected = [
        third(1.0 / 4.0, 1.0 / 4.0, 1.0 / 8.0, 0.3 - 1.0 / 16.0),
        third(1.0 / 8.0, 1.0 / 8.0, 1.0 / 16.0, 0.3 - 1.0 / 8.0),
        third(0.0, -1.0 / 8.0, -1.0 / 16.0, 0.3 - 3.0 / 8.0),
    ];
    assert!(close(&found, &expected), "{found:?}");
    assert!(close(&found, &[0.225, 0.131_25, -0.056_25]), "{found:?}");
    let answer = ShapleyModel::RateGame.attribute(&worked()).unwrap();
    assert_eq!(answer.together, 0.3);
    // 12.00 in proportion.
    assert_eq!(values(&ShapleyModel::RateGame, &worked()), [900, 525, -225]);
}

#[test]
fn drawn_orderings_come_within_their_error_and_repeat_with_their_seed() {
    let paths = [
        ("a", 2, 6),
        ("b", 1, 7),
        ("a>b", 6, 2),
        ("c>a>d", 3, 5),
        ("c", 1, 8),
        ("d>e>b", 4, 4),
        ("e", 1, 20),
        ("f>a>b>c", 7, 3),
    ];
    let table = table(&paths);
    let exact = worths(&ShapleyModel::RateGame, &table);
    let sampled = |seed| ShapleyModel::RateGameSampled { pairs: 400, seed };
    let answer = sampled(7).attribute(&table).unwrap();
    let found = answer.worths.iter().zip(&exact);
    for (found, exact) in found {
        assert!(
            (found.worth - exact).abs() <= found.error + 1e-12,
            "{found:?} {exact}"
        );
        assert!((0.02..0.1).contains(&found.error), "{found:?}");
    }
    let together: f64 = answer.worths.iter().map(|worth| worth.worth).sum();
    assert!((together - answer.together).abs() < 1e-14);
    assert_eq!(answer, sampled(7).attribute(&table).unwrap());
    assert_ne!(answer, sampled(8).attribute(&table).unwrap());
}

#[test]
fn the_error_is_that_of_the_spread_and_of_the_range() {
    // Three channels together convert once in two, alone never: a adds 0 or 1/2, so its range is 1/2 wide. ln 4000 = 8.294.
    let table = table(&[("a>b>c", 1, 1), ("a", 0, 1), ("b", 0, 1), ("c", 0, 1)]);
    let sampled = ShapleyModel::RateGameSampled {
        pairs: 101,
        seed: 1,
    };
    let answer = sampled.attribute(&table).unwrap();
    let a = &answer.worths[0];
    // With all three 1 of 5. A pair has a last in one ordering, or last in neither: 1/10 or 0. The highest rate is 1/2 and a has a rate
    // of 0, so additions lie in -1/2 to 1/2.
    let last = a.worth * 10.0 * 101.0;
    assert!((last - 67.0).abs() < 12.0, "{a:?}");
    let p = last / 101.0;
    let variance = 0.01 * p * (1.0 - p) * 101.0 / 100.0;
    let chance = 8.294_049_640_102_028;
    let expected = (2.0 * variance * chance / 101.0_f64).sqrt() + 7.0 * chance / 300.0;
    assert!((a.error - expected).abs() < 1e-12, "{a:?} {expected}");
    // Sixteen pairs say less than the range: from 1/2 above the value to 1/2 below it.
    let few = ShapleyModel::RateGameSampled { pairs: 16, seed: 1 };
    let a = &few.attribute(&table).unwrap().worths[0];
    assert!((a.error - (0.5 + a.worth)).abs() < 1e-15, "{a:?}");
}

#[test]
fn a_channel_on_no_path_is_worth_nothing_and_takes_no_room() {
    let names: Vec<_> = (0..40).map(|n| format!("n{n:02}")).collect();
    let channels = super::super::Channels::new(names.iter().map(|name| &**name)).unwrap();
    let mut table = PathTable::over(channels);
    table
        .add(
            &[3, 7],
            Counts {
                lapsed: 1,
                ..Counts::converted(1, 9)
            },
        )
        .unwrap();
    let found = worths(&ShapleyModel::RateGame, &table);
    assert_eq!(found.len(), 40);
    let expected = (0..40).map(|n| if n == 3 || n == 7 { 0.25 } else { 0.0 });
    assert_eq!(found, expected.collect::<Vec<_>>());
}

#[test]
fn what_cannot_be_solved_is_refused() {
    let path: Vec<_> = (0..=MAX_EXACT_CHANNELS).map(|n| format!("n{n}")).collect();
    let table = table(&[(&path.join(">"), 1, 0)]);
    let error = ShapleyModel::RateGame.attribute(&table).unwrap_err();
    assert_eq!(
        (error.path(), error.code()),
        ("channels", "attribution.too_many_channels")
    );
    let error = ShapleyModel::RateGameSampled { pairs: 15, seed: 1 }
        .attribute(&table)
        .unwrap_err();
    assert_eq!(
        (error.path(), error.code()),
        ("pairs", "attribution.out_of_range")
    );
    let sampled = ShapleyModel::RateGameSampled { pairs: 16, seed: 1 };
    assert!(sampled.attribute(&table).is_ok());
}

#[test]
fn without_journeys_or_conversions_everything_is_zero() {
    let sampled = ShapleyModel::RateGameSampled { pairs: 16, seed: 1 };
    for model in [ShapleyModel::SumGame, ShapleyModel::RateGame, sampled] {
        assert_eq!(values(&model, &PathTable::new()), vec![0; 0]);
        let lapsed = table(&[("a>b", 0, 3), ("b", 0, 1)]);
        assert_eq!(values(&model, &lapsed), [0, 0]);
        assert_eq!(worths(&model, &lapsed), [0.0, 0.0]);
    }
    assert_eq!(ordered_shapley(&PathTable::new()).unwrap(), []);
}

#[test]
fn places_of_a_channel_add_up_to_its_credit() {
    let table = table(&[("a>b>a>c", 3, 0), ("b>a", 1, 4), ("a", 2, 1)]);
    let answer = ShapleyModel::SumGame.attribute(&table).unwrap();
    let places = ordered_shapley(&table).unwrap();
    for credit in &answer.attribution.credits {
        let own = places
            .iter()
            .filter(|place| place.channel == credit.channel);
        let conversions: f64 = own.map(|place| place.conversions).sum();
        assert!((conversions - credit.conversions).abs() < 1e-12);
    }
    assert_eq!(
        places.iter().map(|place| place.value_minor).sum::<i64>(),
        600
    );
    let a = places.iter().filter(|place| place.channel == "a");
    let a: Vec<_> = a.map(|place| (place.place, place.conversions)).collect();
    // 3 / 3 / 2 and all of 2 at the first touch, 1 / 2 at the second, 3 / 3 / 2 at the third.
    let near = |(place, found): &(usize, f64)| {
        let expected = [2.5, 0.5, 0.5][place - 1];
        (found - expected).abs() < 1e-11
    };
    assert!(a.iter().all(near), "{a:?}");
}

#[test]
fn two_channels_are_drawn_whole_and_have_no_error() {
    let table = table(&[("a", 1, 2), ("b", 2, 5), ("a > b", 3, 8)]);
    for pairs in [16, 100, 1_000] {
        let game = ShapleyModel::RateGameSampled { pairs, seed: 5 };
        let answer = game.attribute(&table).unwrap();
        assert!(answer.worths.iter().all(|one| one.error == 0.0), "{pairs}");
    }
}

#[test]
fn orderings_are_bounded_by_what_they_cost() {
    // 25 000 sets of two and as many channels: 75 000 looks for a pair, 2^36 of them at most.
    let names: Vec<alloc::string::String> = (0..25_000).map(|n| alloc::format!("c{n}")).collect();
    let mut table = PathTable::new();
    for (one, next) in names.iter().zip(names.iter().cycle().skip(1)) {
        let path = alloc::format!("{one} > {next}");
        table.add_text(&path, ">", Counts::converted(1, 0)).unwrap();
    }
    let game = ShapleyModel::RateGameSampled {
        pairs: 1_000_000,
        seed: 5,
    };
    let error = game.attribute(&table).unwrap_err();
    assert_eq!(error.code(), "attribution.too_many_pairs");
    let most = (1_u64 << 36) / 75_000;
    assert!(
        alloc::format!("{error}").contains(&alloc::format!("at most {most} pairs")),
        "{error}"
    );
}
