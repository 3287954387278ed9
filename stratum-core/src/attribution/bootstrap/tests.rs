//! Do intervals hold what they should, and does nothing but the journeys and the seed matter?

use alloc::string::ToString as _;

use super::*;
use crate::attribution::Channels;
use crate::attribution::table::tests::counted as table;
use crate::attribution::{Counts, PathTable, RuleModel, ShapleyModel};
use crate::customer::journey::{Conversion, JourneyRules, Journeys, TouchKind, Touchpoint};
use crate::vocabulary::Money;

fn some() -> PathTable {
    table(&[
        ("search", 40, 200),
        ("social > search", 25, 90),
        ("social", 5, 120),
        ("mail > social > search", 9, 20),
        ("mail > mail", 12, 70),
    ])
}

fn models() -> [AttributionModel; 7] {
    [
        AttributionModel::Rule(RuleModel::LastTouch),
        AttributionModel::Rule(RuleModel::PositionBased),
        AttributionModel::Markov { order: 1 },
        AttributionModel::Markov { order: 2 },
        AttributionModel::MarkovByPath { order: 1 },
        AttributionModel::Shapley(ShapleyModel::SumGame),
        AttributionModel::Shapley(ShapleyModel::RateGame),
    ]
}

#[test]
fn every_model_has_intervals_around_its_own_answer() {
    for model in models() {
        let answer = model.attribute(&some()).unwrap();
        let found = Bootstrap::usual(1).intervals(&model, &some()).unwrap();
        assert_eq!(found.journeys, 591, "{}", found.model);
        for (interval, credit) in found.shares.iter().zip(&answer.credits) {
            assert_eq!(
                (&interval.channel, interval.share),
                (&credit.channel, credit.share)
            );
            assert!(
                interval.low < interval.share && interval.share < interval.high,
                "{model:?} {interval:?}"
            );
        }
    }
}

#[test]
fn a_share_of_independent_journeys_varies_as_a_binomial_does() {
    // 300 of 1000 conversions: the standard error is the root of 0.3 * 0.7 / 1000.
    let table = table(&[("a", 300, 0), ("b", 700, 0)]);
    let model = AttributionModel::Rule(RuleModel::LastTouch);
    let mut errors = Vec::new();
    for seed in 0..20 {
        let found = Bootstrap::usual(seed).intervals(&model, &table).unwrap();
        errors.push(found.shares[0].standard_error);
    }
    let mean = errors.iter().sum::<f64>() / 20.0;
    assert!((mean - 0.014_49).abs() < 0.000_7, "{mean}");
}

#[test]
fn large_counts_are_split_without_drawing_each() {
    let table = table(&[("a", 3_000_000, 0), ("b", 7_000_000, 0)]);
    let model = AttributionModel::Rule(RuleModel::LastTouch);
    let found = Bootstrap::usual(3).intervals(&model, &table).unwrap();
    let error = found.shares[0].standard_error;
    assert!((error - 0.000_144_9).abs() < 0.000_02, "{error}");
}

#[test]
fn rows_in_another_order_or_cut_apart_change_no_bit() {
    let whole = some();
    let mut apart = PathTable::new();
    for (path, conversions, lapsed) in [
        ("mail > mail", 12, 0),
        ("social", 5, 100),
        ("search", 15, 200),
        ("mail > social > search", 9, 20),
        ("social > search", 25, 90),
        ("mail > mail", 0, 70),
        ("search", 25, 0),
        ("social", 0, 20),
    ] {
        let counts = Counts {
            conversions,
            value_minor: 0,
            lapsed,
        };
        apart.add_text(path, ">", counts).unwrap();
    }
    for model in models() {
        let of = |table: &PathTable| Bootstrap::usual(5).intervals(&model, table).unwrap();
        assert_eq!(of(&whole), of(&apart));
    }
}

#[test]
fn numbers_outside_their_range_are_refused_with_their_field() {
    let model = AttributionModel::Markov { order: 1 };
    let usual = Bootstrap::usual(1);
    let refused = |bootstrap: Bootstrap| {
        let error = bootstrap.intervals(&model, &some()).unwrap_err();
        (error.code(), alloc::string::String::from(error.path()))
    };
    let range = "attribution.out_of_range";
    assert_eq!(
        refused(Bootstrap {
            replicates: 19,
            ..usual
        }),
        (range, "replicates".into())
    );
    assert_eq!(
        refused(Bootstrap { groups: 0, ..usual }),
        (range, "groups".into())
    );
    for level in [0.0, 1.0, f64::NAN, -0.5] {
        let level = refused(Bootstrap { level, ..usual });
        assert_eq!(level, ("attribution.not_a_level", "level".into()));
    }
}

#[test]
fn nothing_has_no_shares_and_one_channel_has_all() {
    for model in models() {
        let found = Bootstrap::usual(1)
            .intervals(&model, &PathTable::new())
            .unwrap();
        assert!(found.shares.is_empty());
        let failed = table(&[("a > b", 0, 50)]);
        let found = Bootstrap::usual(1).intervals(&model, &failed).unwrap();
        assert!(
            found
                .shares
                .iter()
                .all(|one| one.share == 0.0 && one.high == 0.0)
        );
        let alone = table(&[("a > a", 50, 50)]);
        let found = Bootstrap::usual(1).intervals(&model, &alone).unwrap();
        let (low, high) = (found.shares[0].low, found.shares[0].high);
        assert_eq!((low, high, found.shares[0].standard_error), (1.0, 1.0, 0.0));
    }
}

#[test]
fn places_have_intervals_that_add_up_to_those_of_channels() {
    let found = Bootstrap::usual(1).place_intervals(&some()).unwrap();
    let model = AttributionModel::Shapley(ShapleyModel::SumGame);
    let channels = Bootstrap::usual(1).intervals(&model, &some()).unwrap();
    for channel in &channels.shares {
        let places = found.iter().filter(|one| one.channel == channel.channel);
        let together: f64 = places.map(|one| one.share).sum();
        assert!((together - channel.share).abs() < 1e-12, "{channel:?}");
    }
    for place in &found {
        assert!(place.low < place.share && place.share < place.high);
        // A part of a channel's credit varies less than a binomial share of 91 conversions.
        let binomial = sqrt(place.share * (1.0 - place.share) / 91.0);
        assert!(place.standard_error < 1.3 * binomial, "{place:?}");
    }
    // Mail came at the first and the second place in twelve conversions, and at the first in nine more.
    let mail: Vec<usize> = found
        .iter()
        .filter(|one| one.channel == "mail")
        .map(|one| one.place)
        .collect();
    assert_eq!(mail, [1, 2]);
    assert!(
        Bootstrap::usual(1)
            .place_intervals(&PathTable::new())
            .unwrap()
            .is_empty()
    );
}

#[test]
fn replicates_are_bounded_by_what_they_cost_before_the_first_is_drawn() {
    // 20 channels: 2^20 sets, 20 channels each; 2^40 steps are 52 thousand such solutions at most.
    let names: Vec<alloc::string::String> = (10..30).map(|n| alloc::format!("c{n}")).collect();
    let wide = table(&[(&names.join(" > "), 3, 5)]);
    let game = AttributionModel::Shapley(ShapleyModel::RateGame);
    let many = Bootstrap {
        replicates: 100_000,
        ..Bootstrap::usual(1)
    };
    let error = many.intervals(&game, &wide).unwrap_err();
    assert_eq!(error.code(), "attribution.too_many_replicates");
    assert_eq!(
        error.to_string(),
        "replicates: for these journeys and this model at most 52428 replicates are drawn, not 100000"
    );
    // 700 channels times 100 000 replicates are more shares than are kept.
    let names: Vec<alloc::string::String> = (100..800).map(|n| alloc::format!("c{n}")).collect();
    let wide = table(&[(&names.join(" > "), 3, 5)]);
    let rule = AttributionModel::Rule(RuleModel::Linear);
    let error = many.intervals(&rule, &wide).unwrap_err();
    assert_eq!(error.path(), "replicates");
    assert_eq!(
        error.why(),
        &Refused::TooManyReplicates {
            given: 100_000,
            most: (1 << 26) / 700
        }
    );
    assert_eq!(
        many.place_intervals(&wide).unwrap_err().code(),
        "attribution.too_many_replicates"
    );
}

/// Draws journeys along the paths of a table, as often as they came there.
fn drawn(from: &[(&str, u64, u64)], journeys: u32, chance: &mut Chance) -> PathTable {
    let all: u64 = from
        .iter()
        .map(|(_, converted, lapsed)| converted + lapsed)
        .sum();
    let mut table = PathTable::new();
    for _ in 0..journeys {
        let mut left = chance.index(usize::try_from(all).unwrap()) as u64;
        for (path, converted, lapsed) in from {
            let counts = if left < *converted {
                Counts::converted(1, 0)
            } else if left < converted + lapsed {
                Counts::lapsed(1)
            } else {
                left -= converted + lapsed;
                continue;
            };
            table.add_text(path, ">", counts).unwrap();
            break;
        }
    }
    table
}

#[test]
fn nine_intervals_of_ten_hold_the_share_that_all_journeys_have() {
    let population = [
        ("search", 40, 200),
        ("social > search", 25, 90),
        ("social", 15, 120),
        ("mail > social > search", 9, 20),
        ("mail > mail", 22, 70),
    ];
    for model in models() {
        let truth = model.attribute(&table(&population)).unwrap();
        let (mut held, mut all) = (0, 0);
        for seed in 0..120 {
            let mut chance = Chance::new(seed, 99);
            let sample = drawn(&population, 1_500, &mut chance);
            let bootstrap = Bootstrap {
                replicates: 150,
                groups: 100,
                ..Bootstrap::usual(seed)
            };
            let found = bootstrap.intervals(&model, &sample).unwrap();
            for (interval, credit) in found.shares.iter().zip(&truth.credits) {
                held += u32::from(interval.low <= credit.share && credit.share <= interval.high);
                all += 1;
            }
        }
        let coverage = f64::from(held) / f64::from(all);
        assert!((0.85..0.95).contains(&coverage), "{model:?}: {coverage}");
    }
}

#[test]
fn many_journeys_of_odd_lengths_add_up_alike_in_any_order() {
    let rows = [
        ("a > b > c", 1_000),
        ("a > b > c > a > d", 900),
        ("d > c > b > a > a > e > e", 1_100),
        ("e > a > c", 700),
    ];
    let of = |order: [usize; 4]| {
        let mut table = PathTable::new();
        for at in order {
            table
                .add_text(rows[at].0, ">", Counts::converted(rows[at].1, 0))
                .unwrap();
        }
        table
    };
    let usual = Bootstrap {
        replicates: 50,
        ..Bootstrap::usual(5)
    };
    for model in models() {
        let answer = usual.intervals(&model, &of([0, 1, 2, 3])).unwrap();
        for order in [[3, 2, 1, 0], [1, 3, 0, 2], [2, 0, 3, 1]] {
            assert_eq!(
                usual.intervals(&model, &of(order)).unwrap(),
                answer,
                "{model:?}"
            );
        }
    }
}

/// A replicate may draw the fullest group every time; what that could count has to fit, or is refused before.
#[test]
fn journeys_beyond_what_a_replicate_can_count_are_refused() {
    let two = |one, other| {
        let mut table = PathTable::new();
        table.add_text("a", ">", Counts::converted(one, 0)).unwrap();
        table
            .add_text("b", ">", Counts::converted(other, 0))
            .unwrap();
        table
    };
    for model in models() {
        let full = two(u64::MAX / 2, u64::MAX / 2);
        let error = Bootstrap::usual(3).intervals(&model, &full).unwrap_err();
        assert_eq!(error.code(), "attribution.too_large", "{model:?}");
        let fits = two(1 << 54, 1 << 53);
        let found = Bootstrap::usual(3).intervals(&model, &fits).unwrap();
        assert!(found.shares[0].low <= found.shares[0].share, "{model:?}");
    }
}

#[test]
fn a_channel_with_many_touches_is_rounded_once() {
    for (between, rule) in [(20_000, RuleModel::PositionBased), (1_000, weights())] {
        let path = alloc::format!("a{} > a", " > b".repeat(between));
        let table = table(&[(&path, 100, 0)]);
        let model = AttributionModel::Rule(rule);
        let found = Bootstrap::usual(1).intervals(&model, &table).unwrap();
        for one in &found.shares {
            assert!(
                (one.low - one.share).abs() < 1e-9 && (one.high - one.share).abs() < 1e-9,
                "{one:?}"
            );
            assert!(one.share > 0.0);
        }
    }
}

fn weights() -> RuleModel {
    RuleModel::Custom {
        first: 100_000,
        between: 2,
        last: 1,
    }
}

/// Twenty-five orders at one instant are one decision of one person.
#[test]
fn conversions_of_one_journey_come_or_stay_away_together() {
    let (mut touches, mut sales) = (Vec::new(), Vec::new());
    for n in 0..100 {
        let person = alloc::format!("p{n}");
        touches.push(Touchpoint {
            person: person.clone(),
            channel: if n < 60 { "search" } else { "mail" }.into(),
            platform: None,
            kind: TouchKind::Click,
            at: "2026-03-01T10:00:00Z".parse().unwrap(),
        });
        for _ in 0..25 {
            sales.push(Conversion {
                person: person.clone(),
                at: "2026-03-01T12:00:00Z".parse().unwrap(),
                value: Money::parse("10", "EUR").unwrap(),
                order: None,
            });
        }
    }
    let now = "2026-05-01T00:00:00Z".parse().unwrap();
    let rules = JourneyRules::baseline_2026_11();
    let journeys = Journeys::build(&touches, &sales, &rules, now).unwrap();
    let model = AttributionModel::Rule(RuleModel::LastTouch);
    let mut errors = 0.0;
    for seed in 0..20 {
        let found = Bootstrap::usual(seed).intervals(&model, &journeys).unwrap();
        assert_eq!(found.journeys, 100);
        assert_eq!(found.shares[1].share, 0.6);
        errors += found.shares[1].standard_error / 20.0;
    }
    // The root of 0.6 * 0.4 / 100.
    assert!((errors - 0.049).abs() < 0.005, "{errors}");
}

#[test]
fn a_channel_on_no_path_changes_no_interval() {
    let model = AttributionModel::Rule(RuleModel::LastTouch);
    let mut with = PathTable::over(Channels::new(["aaa"]).unwrap());
    with.merge(&some()).unwrap();
    let of = |table: &PathTable| Bootstrap::usual(5).intervals(&model, table).unwrap().shares;
    let found = of(&with);
    assert_eq!((&*found[0].channel, found[0].high), ("aaa", 0.0));
    assert_eq!(found[1..], of(&some()));
}

/// The groups of names are written down, so that they stay the same on every machine and in every version.
#[test]
fn names_fall_into_the_same_groups_for_ever() {
    let of = |name| group_of_name(name, &Bootstrap::usual(7));
    let found = [
        "",
        "a",
        "b",
        "search",
        "eight by",
        "eight byt",
        "a longer name than that",
    ]
    .map(of);
    // Computed by another program from the words of `hash_of_name`.
    assert_eq!(found, [9, 89, 105, 37, 112, 45, 104]);
}
