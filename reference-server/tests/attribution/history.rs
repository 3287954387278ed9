//! What happened before the time that is asked about: does it teach the hazard model, and does it stay out of the answer?

use std::collections::BTreeMap;

use axum::http::StatusCode;
use stratum_core::attribution::hazard::{HazardModel, HazardSettings};
use stratum_core::customer::journey::{
    Conversion, JourneyBuilder, JourneyRules, Journeys, Outcome, TouchKind, Touchpoint,
};
use stratum_core::simulation::PeoplePlan;
use stratum_core::vocabulary::{Money, Timestamp};

use super::{NOW, START, Stage, at, model, sum};

const FROM: &str = "2026-09-10T00:00:00Z";
/// The longest window before it.
const READ_FROM: &str = "2026-08-11T00:00:00Z";

fn touch(person: &str, channel: &str, time: &str) -> Touchpoint {
    Touchpoint {
        person: person.to_owned(),
        channel: channel.to_owned(),
        platform: None,
        kind: TouchKind::Click,
        at: at(time),
    }
}

fn sale(person: &str, time: &str, amount: &str, currency: &str) -> Conversion {
    Conversion {
        person: person.to_owned(),
        at: at(time),
        value: Money::parse(amount, currency).unwrap(),
        order: None,
    }
}

/// Somebody bought in euros since the first of September, and somebody in another currency before.
async fn with_a_sale_before(amount: &str, currency: &str) -> Stage {
    let stage = Stage::set(false).await;
    let touches = [
        touch("ada", "mail", "2026-08-20T10:00:00Z"),
        touch("bob", "search", "2026-08-30T10:00:00Z"),
        touch("cy", "mail", "2026-09-02T10:00:00Z"),
        touch("dee", "search", "2026-09-03T10:00:00Z"),
    ];
    let sales = [
        sale("ada", "2026-08-20T12:00:00Z", amount, currency),
        sale("bob", "2026-09-01T00:00:00Z", "20", "EUR"),
        sale("cy", "2026-09-04T10:00:00Z", "30.50", "EUR"),
    ];
    let mut scope = stage.store.tenant(&Stage::tenant()).begin().await.unwrap();
    scope.put_touchpoints(&touches).await.unwrap();
    scope.put_conversions(&sales).await.unwrap();
    scope.commit().await.unwrap();
    stage
}

#[tokio::test]
async fn a_time_in_one_currency_is_answered_though_another_one_came_before() {
    let changed = with_a_sale_before("99", "USD").await;
    let same = with_a_sale_before("1", "EUR").await;
    let from = "from=2026-09-01T00:00:00Z";
    for path in [
        format!("/attribution?{from}&replicates=20"),
        format!("/journeys/flow?{from}"),
    ] {
        let (status, answer) = changed.get(&path).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        // What was sold before counts as a sale, whatever it was worth.
        assert_eq!(answer, same.get(&path).await.1);
    }
    let asked = format!("/attribution?{from}&models=hazard&replicates=20");
    let (_, answer) = changed.get(&asked).await;
    let euros = |amount: &str| serde_json::json!({"amount": amount, "currency": "EUR"});
    assert_eq!(answer["currency"], "EUR");
    assert_eq!(answer["converted"]["value"], euros("50.50"));
    // Both within the time: no second currency enters a sum.
    for path in [
        "/attribution?from=2026-08-20T00:00:00Z",
        "/journeys/flow?from=2026-08-20T00:00:00Z",
    ] {
        let (status, problem) = changed.get(path).await;
        assert_eq!(status, StatusCode::CONFLICT, "{problem}");
        assert_eq!(problem["code"], "journeys.mixed_currencies");
    }
}

#[tokio::test]
async fn a_time_in_which_nothing_was_sold_is_answered_after_sales_in_two_currencies() {
    let stage = with_a_sale_before("99", "USD").await;
    let asked = "/attribution?from=2026-09-05T00:00:00Z&models=linear,hazard&replicates=20";
    let (status, answer) = stage.get(asked).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert_eq!(answer["converted"]["conversions"], 0);
    assert_eq!(
        answer["counts"]["lapsed"], 1,
        "dee came before and did not buy"
    );
}

/// What the channels of journeys that ended since `FROM` get by a model, by the share of every touch; the baseline comes last.
fn credit(learned_from: &Journeys, read: &Journeys) -> Vec<(String, f64)> {
    let model = HazardModel::fit(learned_from, &HazardSettings::baseline_2026_11()).unwrap();
    let from = u32::try_from(at(FROM).timestamp()).unwrap();
    let mut credits: BTreeMap<&str, f64> = BTreeMap::new();
    let mut baseline = 0.0;
    for journey in read.iter() {
        if journey.outcome != Outcome::Converted || journey.end_seconds < from {
            continue;
        }
        let shares = model.shares(&journey).unwrap();
        let conversions = f64::from(journey.conversions);
        baseline += conversions * shares.baseline;
        for (channel, share) in journey.channel_names().zip(&shares.touches) {
            *credits.entry(channel).or_default() += conversions * share;
        }
    }
    let channels = credits.into_iter().map(|(name, n)| (name.to_owned(), n));
    channels.chain([(String::new(), baseline)]).collect()
}

/// How many conversions would change hands.
fn apart(one: &[(String, f64)], other: &[(String, f64)]) -> f64 {
    assert_eq!(one.len(), other.len());
    let pairs = one.iter().zip(other);
    let differences = pairs.map(|((name, a), (same, b))| {
        assert_eq!(name, same);
        (a - b).abs()
    });
    differences.sum::<f64>() / 2.0
}

/// The journeys that ended since `FROM`, and nothing of those that had ended before.
fn cut(touches: &[Touchpoint], sales: &[Conversion]) -> Journeys {
    let from = at(FROM);
    let mut builder = JourneyBuilder::new(&JourneyRules::baseline_2026_11());
    let mut rows: Vec<(Timestamp, bool, usize)> = Vec::new();
    rows.extend(
        touches
            .iter()
            .enumerate()
            .map(|(n, row)| (row.at, false, n)),
    );
    rows.extend(sales.iter().enumerate().map(|(n, row)| (row.at, true, n)));
    rows.sort_unstable();
    let (before, within) = rows.split_at(rows.partition_point(|(at, ..)| *at < from));
    for (number, part) in [before, within].into_iter().enumerate() {
        if number == 1 {
            builder.advance_to(from).unwrap();
            drop(builder.take_closed());
        }
        for (_, sold, row) in part {
            if *sold {
                builder.push_conversion(&sales[*row]).unwrap();
            } else {
                builder.push_touch(&touches[*row]).unwrap();
            }
        }
    }
    builder.finish(at(NOW)).unwrap()
}

#[tokio::test]
async fn the_hazard_learns_from_everything_read_and_credits_what_was_sold_in_the_time() {
    let stage = Stage::with_people(false).await;
    let asked = format!("/attribution?models=hazard&replicates=20&from={FROM}");
    let (status, answer) = stage.get(&asked).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let hazard = model(&answer, "hazard");
    let rows = hazard["credits"].as_array().unwrap().iter();
    let mut said: Vec<(String, f64)> = rows
        .map(|row| {
            let channel = row["channel"].as_str().unwrap().to_owned();
            (channel, row["conversions"].as_f64().unwrap())
        })
        .collect();
    let baseline = hazard["baseline"]["conversions"].as_f64().unwrap();
    said.push((String::new(), baseline));
    // Everything that was touched and sold in the time is given away, and nothing else.
    let converted = answer["converted"]["conversions"].as_f64().unwrap();
    assert!((sum(&hazard["credits"], "conversions") + baseline - converted).abs() < 1e-6);

    let people = PeoplePlan::outdoor_shop(3, 3_000, at(START), "EUR".parse().unwrap()).simulate();
    let read = |time: Timestamp| time >= at(READ_FROM) && time < at(NOW);
    let (mut touches, mut sales) = (people.touchpoints, people.conversions);
    touches.retain(|row| read(row.at));
    sales.retain(|row| read(row.at));
    let rules = JourneyRules::baseline_2026_11();
    let all = Journeys::build(&touches, &sales, &rules, at(NOW)).unwrap();
    let expected = credit(&all, &all);
    assert!(apart(&said, &expected) < 1e-6, "{said:?} {expected:?}");
    // A model of the journeys of the time alone says something else: those that had converted before are missing.
    let ended_within = cut(&touches, &sales);
    assert_eq!(
        Some(ended_within.totals().converted.conversions),
        answer["converted"]["conversions"].as_u64()
    );
    let misled = credit(&ended_within, &all);
    assert!(apart(&misled, &expected) > 1.0, "{misled:?} {expected:?}");
}
