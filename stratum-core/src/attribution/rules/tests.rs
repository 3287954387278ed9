//! Is every rule what its page says? Small paths, computed by hand.

use alloc::vec;
use alloc::vec::Vec;

use super::super::paths::Counts;
use super::super::table::PathTable;
use super::*;
use crate::customer::journey::{Conversion, JourneyRules, Journeys, TouchKind, Touchpoint};
use crate::vocabulary::Money;

fn table(paths: &[(&str, u64, i64)]) -> PathTable {
    let mut table = PathTable::new();
    for (path, conversions, value) in paths {
        let counts = Counts::converted(*conversions, *value);
        table.add_text(path, ">", counts).unwrap();
    }
    table
}

fn values(model: &RuleModel, path: &str) -> Vec<i64> {
    let answer = model.attribute(&table(&[(path, 1, 1_200)])).unwrap();
    answer.credits.iter().map(|c| c.value_minor).collect()
}

const PATHS: [&str; 5] = ["a", "a>b", "a>b>c", "a>b>c>d", "a>b>c>d>e"];

/// What a sale of 12.00 gives to paths of one to five channels.
fn triangle(model: &RuleModel) -> Vec<Vec<i64>> {
    PATHS.iter().map(|path| values(model, path)).collect()
}

#[test]
fn rules_that_know_one_touch_give_it_everything() {
    let direct = vec!["d".into(), "e".into(), "unheard of".into()];
    for (model, winners) in [
        (RuleModel::FirstTouch, [0, 0, 0, 0, 0]),
        (RuleModel::LastTouch, [0, 1, 2, 3, 4]),
        (RuleModel::LastNonDirect { direct }, [0, 1, 2, 2, 2]),
    ] {
        for (credits, winner) in triangle(&model).iter().zip(winners) {
            let expected = (0..credits.len()).map(|at| if at == winner { 1_200 } else { 0 });
            assert_eq!(*credits, expected.collect::<Vec<_>>(), "{model:?}");
        }
    }
}

#[test]
fn rules_that_share_give_what_their_page_says() {
    let custom = RuleModel::Custom {
        first: 1,
        between: 2,
        last: 3,
    };
    for (model, two, three, four, five) in [
        (
            RuleModel::Linear,
            [600, 600],
            [400, 400, 400],
            [300; 4],
            [240; 5],
        ),
        (
            RuleModel::PositionBased,
            [600, 600],
            [480, 240, 480],
            [480, 120, 120, 480],
            [480, 80, 80, 80, 480],
        ),
        (
            RuleModel::WShaped,
            [600, 600],
            [400, 400, 400],
            [400, 200, 200, 400],
            [360, 60, 360, 60, 360],
        ),
        // 2 / 3 of 1 200 / 6 is 133.33: the cent over goes to the first of equal rests.
        (
            custom,
            [400, 800],
            [200, 400, 600],
            [200, 200, 200, 600],
            [200, 134, 133, 133, 600],
        ),
    ] {
        let expected = [
            vec![1_200],
            two.to_vec(),
            three.to_vec(),
            four.to_vec(),
            five.to_vec(),
        ];
        assert_eq!(triangle(&model), expected, "{model:?}");
    }
}

#[test]
fn where_all_is_direct_the_last_touch_gets_it() {
    let model = RuleModel::LastNonDirect {
        direct: vec!["a".into(), "b".into()],
    };
    assert_eq!(values(&model, "a>b"), [0, 1_200]);
}

#[test]
fn cents_that_cannot_be_split_go_to_the_largest_rest() {
    let answer = RuleModel::Linear
        .attribute(&table(&[("c>a>b", 2, 100), ("b", 1, 7)]))
        .unwrap();
    let told: Vec<_> = answer
        .credits
        .iter()
        .map(|c| (&*c.channel, c.value_minor))
        .collect();
    // 33.33, 40.33 and 33.33; the units that 2^52 leaves went to the first touch, c.
    assert_eq!(told, [("a", 33), ("b", 40), ("c", 34)]);
    assert_eq!(answer.totals.touched, Counts::converted(3, 107));
    let shares: f64 = answer.credits.iter().map(|c| c.share).sum();
    assert!((shares - 1.0).abs() < 1e-15);
    assert_eq!(answer.ranked()[0].channel, "b");
}

#[test]
fn without_a_conversion_credit_is_zero_and_said_so() {
    let mut lapsed = PathTable::new();
    lapsed.add_text("a > b", ">", Counts::lapsed(9)).unwrap();
    for table in [lapsed, PathTable::new()] {
        let answer = RuleModel::Linear.attribute(&table).unwrap();
        assert!(
            answer
                .credits
                .iter()
                .all(|c| c.share == 0.0 && c.value_minor == 0)
        );
    }
}

fn journeys() -> Journeys {
    let touch = |channel: &str, at: &str| Touchpoint {
        person: "ada".into(),
        channel: channel.into(),
        platform: None,
        kind: TouchKind::Click,
        at: at.parse().unwrap(),
    };
    let sale = Conversion {
        person: "ada".into(),
        at: "2026-03-05T00:00:00Z".parse().unwrap(),
        value: Money::parse("14.00", "EUR").unwrap(),
        order: None,
    };
    let touches = [
        touch("mail", "2026-03-01T00:00:00Z"),
        touch("search", "2026-03-02T00:00:00Z"),
        touch("social", "2026-03-03T00:00:00Z"),
        touch("mail", "2026-03-09T00:00:00Z"),
    ];
    let now = "2026-03-10T00:00:00Z".parse().unwrap();
    Journeys::build(&touches, &[sale], &JourneyRules::baseline_2026_11(), now).unwrap()
}

#[test]
fn weights_halve_with_each_half_life_and_later_touches_get_nothing() {
    let model = RuleModel::TimeDecay {
        half_life_seconds: 86_400,
    };
    let answer = model.attribute(&journeys()).unwrap();
    // Four, three and two days before: 1 to 2 to 4. The mail of the ninth is in an open journey.
    let told: Vec<_> = answer
        .credits
        .iter()
        .map(|c| (&*c.channel, c.value_minor))
        .collect();
    assert_eq!(told, [("mail", 200), ("search", 400), ("social", 800)]);
    assert_eq!(answer.totals.open, 1);
}

#[test]
fn what_a_rule_cannot_use_is_refused() {
    let paths = table(&[("a", 1, 1)]);
    let refused = |model: RuleModel| {
        let error = model.attribute(&paths).unwrap_err();
        format!("{} {}", error.path(), error.code())
    };
    let decay = |half_life_seconds| RuleModel::TimeDecay { half_life_seconds };
    assert_eq!(refused(decay(1)), "paths attribution.times_needed");
    assert_eq!(
        refused(decay(0)),
        "half_life_seconds attribution.no_half_life"
    );
    let nothing = RuleModel::Custom {
        first: 0,
        between: 0,
        last: 0,
    };
    assert_eq!(refused(nothing), "weights attribution.unusable_weights");
    let error = attribute_by("none", &paths, |_, _| Ok(())).unwrap_err();
    assert_eq!(error.code(), "attribution.unusable_weights");
}

#[test]
fn a_rule_can_be_written_down() {
    let model: RuleModel =
        serde_json::from_str(r#"{"rule":"custom","first":1,"between":2,"last":3}"#).unwrap();
    assert_eq!(
        model,
        RuleModel::Custom {
            first: 1,
            between: 2,
            last: 3
        }
    );
}

#[test]
fn one_channel_alone_gets_everything_up_to_the_last_of_64_bits() {
    let mut table = PathTable::new();
    table
        .add_text("a", ">", Counts::converted(u64::MAX, 0))
        .unwrap();
    for model in [RuleModel::Linear, RuleModel::LastTouch] {
        let answer = model.attribute(&table).unwrap();
        let all = &answer.credits[0];
        let everything = crate::numeric::from_u64(u64::MAX);
        assert_eq!((all.share, all.conversions), (1.0, everything));
    }
}
