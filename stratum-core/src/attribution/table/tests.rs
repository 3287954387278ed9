//! Is every path counted once, and is what cannot be refused? Small tables.

use alloc::format;
use alloc::string::ToString as _;
use alloc::vec;
use alloc::vec::Vec;

use super::super::channels::{Channels, MAX_CHANNELS};
use super::super::credit::Attribution;
use super::super::markov::MAX_ORDER;
use super::super::model::AttributionModel;
use super::super::paths::{Counts, MAX_PATH, PathTotals, Paths};
use super::super::rules::RuleModel;
use super::super::shapley::{ShapleyModel, ordered_shapley};
use super::*;

/// Paths written out, each with conversions worth 100 and with journeys that lapsed.
pub(in crate::attribution) fn counted(paths: &[(&str, u64, u64)]) -> PathTable {
    let mut table = PathTable::new();
    for (path, conversions, lapsed) in paths {
        let value_minor = i64::try_from(conversions * 100).unwrap();
        let counts = Counts {
            conversions: *conversions,
            value_minor,
            lapsed: *lapsed,
        };
        table.add_text(path, ">", counts).unwrap();
    }
    table
}

#[test]
fn equal_paths_are_one_row_and_repeats_are_kept() {
    let mut table = PathTable::new();
    for path in ["a>b", "a > b ", "a>a>b"] {
        table.add_text(path, ">", Counts::converted(1, 10)).unwrap();
    }
    let rows: Vec<_> = table
        .rows()
        .map(|(p, c)| (p.to_vec(), c.conversions))
        .collect();
    assert_eq!(rows, [(vec![0, 1], 2), (vec![0, 0, 1], 1)]);
}

#[test]
fn journeys_without_touch_are_counted_apart() {
    let mut table = PathTable::new();
    let bought = Counts {
        conversions: 2,
        value_minor: 50,
        lapsed: 7,
    };
    table.add_text(" ", ">", bought).unwrap();
    table.add_text("a", ">", Counts::converted(1, 5)).unwrap();
    assert_eq!(table.totals().untouched, bought);
    assert_eq!(table.totals().touched, Counts::converted(1, 5));
    assert_eq!(table.len(), 1);
}

#[test]
fn what_no_journey_can_come_to_is_refused_and_nothing_is_added() {
    let mut table = PathTable::over(Channels::new(["a"]).unwrap());
    let lapsed_with_value = Counts {
        value_minor: 5,
        ..Counts::lapsed(1)
    };
    let refused = [
        table.add(&[0], Counts::converted(1, -5)),
        table.add(&[0], lapsed_with_value),
        table.add(&[0, 3], Counts::converted(1, 5)),
        table.add(&vec![0; MAX_PATH + 1], Counts::converted(1, 5)),
    ];
    let refused = refused.map(|added| {
        let error = added.unwrap_err();
        format!("{} {}", error.path(), error.code())
    });
    assert_eq!(
        refused,
        [
            "value_minor attribution.negative_value",
            "value_minor attribution.value_without_conversion",
            "path[1] attribution.unknown_code",
            "path attribution.long_path"
        ]
    );
    table.add(&[0], Counts::converted(u64::MAX, 0)).unwrap();
    let error = table.add(&[], Counts::lapsed(1)).unwrap_err();
    assert_eq!(error.code(), "attribution.too_large");
    assert_eq!(table.totals().untouched, Counts::default());
    assert_eq!(table.len(), 1);
}

type Row = (Vec<u16>, Counts);

/// Everything that can be seen of a table.
fn seen(table: &PathTable) -> (Vec<Row>, Vec<&str>, PathTotals) {
    let rows = table.rows().map(|(path, counts)| (path.to_vec(), counts));
    (rows.collect(), table.names(), table.totals())
}

#[test]
fn a_merge_that_is_refused_leaves_the_table_as_it_was() {
    let mut table = counted(&[("a>b", 1, 2), ("only here", 0, 3)]);
    // One channel more than there is room for, behind channels and paths that would fit.
    let mut channels = counted(&[("new", 0, 1), ("a>b", 0, 1)]);
    for n in 3..MAX_CHANNELS {
        let name = format!("{n}");
        channels.add_text(&name, ">", Counts::lapsed(1)).unwrap();
    }
    // And more journeys than can be counted, behind some that can.
    let mut journeys = counted(&[("a>b", 5, 0), ("c", 1, 1)]);
    let many = Counts::lapsed(u64::MAX - 7);
    journeys.add_text("c>a", ">", many).unwrap();
    let before = table.clone();
    for (other, expected) in [
        (&channels, "channels attribution.too_many_channels"),
        (&journeys, "counts attribution.too_large"),
    ] {
        let error = table.merge(other).unwrap_err();
        assert_eq!(format!("{} {}", error.path(), error.code()), expected);
        assert!(seen(&table) == seen(&before), "{expected}");
    }
    table
        .merge(&counted(&[("c", 1, 0), ("a>b", 1, 0)]))
        .unwrap();
    assert_eq!(table.len(), 3);
}

#[test]
fn touches_of_both_tables_are_counted_once_where_paths_are_the_same() {
    let table = counted(&[("a>b", 1, 2), ("b", 0, 3)]);
    let other = counted(&[("b>a", 1, 2), ("a>b", 0, 3), ("c>a>b", 1, 0), ("b", 1, 1)]);
    assert_eq!(table.touches_with(&other), 3 + 2 + 3);
    let mut both = table.clone();
    both.merge(&other).unwrap();
    assert_eq!(both.touches.len(), 8);
}

#[test]
fn a_path_of_a_million_touches_is_taken_and_one_more_is_not() {
    let mut table = PathTable::new();
    let path = "a>".repeat(MAX_PATH - 1) + "b";
    table.add_text(&path, ">", Counts::converted(1, 1)).unwrap();
    let error = table
        .add_text(&(path + ">b"), ">", Counts::lapsed(1))
        .unwrap_err();
    assert_eq!(
        (error.path(), error.code()),
        ("path[1000000]", "attribution.long_path")
    );
}

#[test]
fn every_model_answers_for_a_path_of_a_million_touches() {
    let mut table = PathTable::new();
    let path = "a>b>b>c>".repeat(MAX_PATH / 4);
    let path = path.trim_end_matches('>');
    table
        .add_text(path, ">", Counts::converted(3, 1_001))
        .unwrap();
    table.add_text("c", ">", Counts::lapsed(2)).unwrap();
    let sampled = ShapleyModel::RateGameSampled { pairs: 16, seed: 3 };
    let games = [ShapleyModel::SumGame, ShapleyModel::RateGame, sampled];
    let rules = [
        RuleModel::FirstTouch,
        RuleModel::LastTouch,
        RuleModel::LastNonDirect {
            direct: vec!["c".into()],
        },
        RuleModel::Linear,
        RuleModel::PositionBased,
        RuleModel::WShaped,
        RuleModel::Custom {
            first: 1,
            between: 2,
            last: 3,
        },
    ];
    let chains = (1..=MAX_ORDER).map(|order| AttributionModel::Markov { order });
    let models = games.map(AttributionModel::Shapley).into_iter();
    let models = models
        .chain(rules.map(AttributionModel::Rule))
        .chain(chains);
    for model in models {
        let answer = model.attribute(&table).unwrap();
        let earned: i64 = answer.credits.iter().map(|c| c.value_minor).sum();
        assert_eq!(earned, 1_001, "{}", answer.model);
    }
    let places = ordered_shapley(&table).unwrap();
    assert_eq!(places.len(), MAX_PATH);
    assert_eq!(places.iter().map(|one| one.value_minor).sum::<i64>(), 1_001);
}

#[test]
fn names_that_are_none_are_refused_with_their_place() {
    let mut table = PathTable::new();
    let long = alloc::string::String::from("a>b>") + &"x".repeat(257);
    let error = table.add_text(&long, ">", Counts::lapsed(1)).unwrap_err();
    assert_eq!(
        (error.path(), error.code()),
        ("path[2]", "attribution.long_channel")
    );
    let error = table.add_text("a>", ">", Counts::lapsed(1)).unwrap_err();
    assert_eq!(
        (error.path(), error.code()),
        ("path[1]", "attribution.empty_channel")
    );
    let error = Channels::new(["a", "b", "a"]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "channels[2]: the channel `a` is listed twice"
    );
}

#[test]
fn in_order_the_order_of_rows_leaves_no_trace() {
    let rows = [("b > a", 1), ("c", 2), ("a > a", 3), ("b > a", 4)];
    let table = |rows: &mut dyn Iterator<Item = &(&str, u64)>| {
        let mut table = PathTable::new();
        for (path, n) in rows {
            table.add_text(path, ">", Counts::lapsed(*n)).unwrap();
        }
        let table = table.in_order().unwrap();
        let rows: Vec<_> = table.rows().map(|(p, c)| (p.to_vec(), c)).collect();
        (rows, table.names().join(" "))
    };
    let forth = table(&mut rows.iter());
    assert_eq!(forth, table(&mut rows.iter().rev()));
    assert_eq!(forth.1, "a b c");
    assert_eq!(forth.0.first(), Some(&(vec![0, 0], Counts::lapsed(3))));
}

#[test]
fn ten_thousand_channels_have_a_row_each_and_every_model_answers_or_says_why() {
    let mut table = PathTable::new();
    for n in 0..10_000 {
        let path = format!("channel {n} > channel {}", n % 100);
        table.add_text(&path, ">", Counts::converted(1, 2)).unwrap();
    }
    assert_eq!((table.len(), table.channels().len()), (10_000, 10_000));
    let earned = |answer: &Attribution| answer.credits.iter().map(|c| c.value_minor).sum::<i64>();
    assert_eq!(
        earned(&RuleModel::Linear.attribute(&table).unwrap()),
        20_000
    );
    assert_eq!(
        earned(&ShapleyModel::SumGame.attribute(&table).unwrap().attribution),
        20_000
    );
    let sampled = ShapleyModel::RateGameSampled { pairs: 16, seed: 3 };
    assert_eq!(
        earned(&sampled.attribute(&table).unwrap().attribution),
        20_000
    );
    let error = ShapleyModel::RateGame.attribute(&table).unwrap_err();
    assert_eq!(error.code(), "attribution.too_many_channels");
    let places = ordered_shapley(&table).unwrap();
    assert_eq!(
        places.iter().map(|one| one.value_minor).sum::<i64>(),
        20_000
    );
}

#[test]
fn one_channel_too_many_is_refused() {
    let mut channels = Channels::default();
    for n in 0..MAX_CHANNELS {
        channels.code_of(&format!("{n}")).unwrap();
    }
    assert_eq!(channels.code_of("7"), Ok(7));
    let error = channels.code_of("one more").unwrap_err();
    assert_eq!(error.code(), "attribution.too_many_channels");
}
