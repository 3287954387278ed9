//! Do the tables say what the journeys say? One small story, counted by hand; `docs/methods/journeys.md` tells it too.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use chrono::FixedOffset;

use super::{built, day, sale, touch};
use crate::customer::journey::{Journeys, LagFrom, OpenJourneys, State, Tally, Totals};
use crate::vocabulary::Timestamp;

/// Seven persons and their seven journeys, seen on the twenty-first day; every window is seven days.
fn story() -> Journeys {
    let touches = [
        touch("ada", "social", 0.0),
        touch("ada", "search", 2.0),
        touch("bob", "social", 1.0),
        touch("bob", "search", 3.0),
        touch("cy", "search", 4.0),
        touch("cy", "search", 5.0),
        touch("dee", "social", 0.0),
        touch("eli", "mail", 19.0),
        touch("eli", "social", 20.0),
        touch("gus", "social", 0.0),
        touch("gus", "mail", 1.0),
        touch("gus", "search", 2.0),
        touch("gus", "mail", 3.0),
    ];
    let sales = [
        sale("ada", 2.5, "60"),
        sale("bob", 5.0, "40"),
        sale("cy", 5.0, "100"),
        sale("fay", 6.0, "25"),
        sale("gus", 10.0, "30"),
    ];
    built(&touches, &sales, 21.0)
}

fn utc(_: Timestamp) -> FixedOffset {
    FixedOffset::east_opt(0).unwrap()
}

fn channel(name: &str) -> State {
    State::Channel(name.to_string())
}

#[test]
fn every_row_is_accounted_for() {
    let tally = |conversions, value_minor| Tally {
        conversions,
        value_minor,
    };
    let expected = Totals {
        journeys_converted: 4,
        journeys_lapsed: 2,
        journeys_open: 1,
        touches: 13,
        touches_without_window: 0,
        converted: tally(4, 23_000),
        untouched: tally(1, 2_500),
        duplicates: tally(0, 0),
    };
    assert_eq!(story().totals(), &expected);
}

#[test]
fn paths_are_ordered_by_conversions_value_journeys_and_alphabet() {
    let top = story().top_paths(10, OpenJourneys::Count);
    let told: Vec<(String, u64, u64, u64, i64)> = top
        .rows
        .iter()
        .map(|row| {
            let path = row.path.join(" ");
            (path, row.converted, row.lapsed, row.open, row.value_minor)
        })
        .collect();
    let row = |path: &str, converted, lapsed, open, value| {
        (path.to_string(), converted, lapsed, open, value)
    };
    assert_eq!(
        told,
        [
            row("social search", 2, 0, 0, 10_000),
            row("search search", 1, 0, 0, 10_000),
            row("mail", 1, 0, 0, 3_000),
            row("mail social", 0, 0, 1, 0),
            row("social", 0, 1, 0, 0),
            row("social mail search", 0, 1, 0, 0),
        ]
    );
    let closed = story().top_paths(2, OpenJourneys::LeaveOut);
    assert_eq!((closed.distinct_paths, closed.rows.len()), (5, 2));
    assert_eq!(closed.rows[..], top.rows[..2]);
}

#[test]
fn transitions_lead_from_the_start_to_an_end() {
    let told = |open| -> Vec<(State, State, u64)> {
        let rows = story().transitions(open).rows;
        rows.into_iter()
            .map(|row| (row.from, row.to, row.count))
            .collect()
    };
    let all = [
        (State::Start, channel("mail"), 2),
        (State::Start, channel("search"), 1),
        (State::Start, channel("social"), 4),
        (channel("mail"), channel("search"), 1),
        (channel("mail"), channel("social"), 1),
        (channel("mail"), State::Converted, 1),
        (channel("search"), channel("search"), 1),
        (channel("search"), State::Converted, 3),
        (channel("search"), State::Lapsed, 1),
        (channel("social"), channel("mail"), 1),
        (channel("social"), channel("search"), 2),
        (channel("social"), State::Lapsed, 1),
        (channel("social"), State::Open, 1),
    ];
    assert_eq!(told(OpenJourneys::Count), all);
    let mut closed = all.to_vec();
    closed[0].2 = 1;
    closed.retain(|(from, to, _)| {
        *to != State::Open && (from, to) != (&channel("mail"), &channel("social"))
    });
    assert_eq!(told(OpenJourneys::LeaveOut), closed);
}

#[test]
fn lags_are_calendar_days_from_the_first_or_last_touch() {
    let told = |from| -> Vec<(u32, u64, i64)> {
        let rows = story().time_lags(from, utc).rows;
        assert_eq!(rows.len(), 8);
        rows.iter()
            .filter(|row| row.journeys > 0)
            .map(|row| (row.from_days, row.conversions, row.value_minor))
            .collect()
    };
    assert_eq!(
        told(LagFrom::FirstTouch),
        [(1, 1, 10_000), (2, 1, 6_000), (4, 2, 7_000)]
    );
    assert_eq!(
        told(LagFrom::LastTouch),
        [(0, 2, 16_000), (2, 1, 4_000), (4, 1, 3_000)]
    );
}

#[test]
fn a_lag_follows_the_accounts_clock_through_the_change_of_the_hour() {
    // 22:30 UTC twice, a day apart: 23:30 by the winter clock, 00:30 by the summer clock of the day after the next.
    let journeys = built(
        &[touch("ada", "mail", 0.9375)],
        &[sale("ada", 1.9375, "1")],
        3.0,
    );
    let lag = |offset: &dyn Fn(Timestamp) -> i32| {
        let zone = |at| FixedOffset::east_opt(offset(at)).unwrap();
        let lags = journeys.time_lags(LagFrom::FirstTouch, zone);
        let row = lags.rows.iter().find(|row| row.journeys > 0).unwrap();
        (row.from_days, row.to_days)
    };
    assert_eq!(lag(&|_| 3600), (1, Some(1)));
    let changed = |at| if at < day(1.0) { 3600 } else { 7200 };
    assert_eq!(lag(&changed), (2, Some(3)));
    // A zone that repeats two days.
    let backwards = |at| if at < day(1.0) { 86_399 } else { -86_399 };
    assert_eq!(lag(&backwards), (0, Some(0)));
}

#[test]
fn each_bucket_has_its_edges() {
    let edges = [0, 1, 2, 3, 4, 7, 8, 14, 15, 30, 31, 60, 61, 300];
    let mut rules = crate::customer::journey::JourneyRules::baseline_2026_11();
    rules.windows.other = crate::customer::journey::Lookback::new(365 * 86_400, 0).unwrap();
    let rows = edges.iter().map(|days| {
        let name = days.to_string();
        let end = f64::from(*days) + 0.5;
        (touch(&name, "mail", 0.0), sale(&name, end, "1"))
    });
    let (touches, sales): (Vec<_>, Vec<_>) = rows.unzip();
    let journeys = Journeys::build(&touches, &sales, &rules, day(400.0)).unwrap();
    let lags = journeys.time_lags(LagFrom::FirstTouch, utc);
    let counts: Vec<u64> = lags.rows.iter().map(|row| row.journeys).collect();
    assert_eq!(counts, [1, 1, 2, 2, 2, 2, 2, 2]);
}

#[test]
fn lengths_count_touches_with_their_repetitions() {
    let rows = story().path_lengths().rows;
    let told: Vec<_> = rows
        .iter()
        .map(|row| {
            let counts = (row.converted, row.lapsed, row.open);
            (row.touches, counts, row.conversions, row.value_minor)
        })
        .collect();
    assert_eq!(
        told,
        [
            (1, (1, 1, 0), 1, 3_000),
            (2, (3, 0, 1), 3, 20_000),
            (3, (0, 1, 0), 0, 0),
        ]
    );
}

#[test]
fn assists_overlap_and_last_touches_do_not() {
    let assists = story().assists();
    let told: Vec<_> = assists
        .rows
        .iter()
        .map(|row| {
            (
                row.channel.as_str(),
                [
                    row.touched,
                    row.first_touch,
                    row.last_touch,
                    row.assist_only,
                ],
                row.last_touch_value_minor,
                row.overlapping_assisted_value_minor,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("mail", [1, 1, 1, 0], 3_000, 0),
            ("search", [3, 1, 3, 0], 20_000, 0),
            ("social", [2, 2, 0, 2], 0, 10_000),
        ]
    );
    assert_eq!(assists.journeys_converted, 4);
    assert_eq!(assists.converted.value_minor, 23_000);
}

#[test]
fn flows_fold_what_has_no_place_and_lose_nothing() {
    // Social is seen in five journeys; mail and search in three each, and mail comes first in the alphabet.
    let flow = story().sankey(2, 2, OpenJourneys::Count);
    let nodes: Vec<_> = flow
        .nodes
        .iter()
        .map(|node| (node.step, node.state.clone(), node.journeys))
        .collect();
    assert_eq!(
        nodes,
        [
            (0, State::Start, 7),
            (1, channel("mail"), 2),
            (1, channel("social"), 4),
            (1, State::Rest, 1),
            (2, channel("mail"), 1),
            (2, channel("social"), 1),
            (2, State::Rest, 3),
            (2, State::Converted, 1),
            (2, State::Lapsed, 1),
            (3, State::Longer, 1),
            (3, State::Converted, 3),
            (3, State::Open, 1),
            (4, State::Lapsed, 1),
        ]
    );
    let links: Vec<_> = flow
        .links
        .iter()
        .map(|link| (link.from, link.to, link.journeys))
        .collect();
    assert_eq!(
        links,
        [
            (0, 1, 2),
            (0, 2, 4),
            (0, 3, 1),
            (1, 5, 1),
            (1, 7, 1),
            (2, 4, 1),
            (2, 6, 2),
            (2, 8, 1),
            (3, 6, 1),
            (4, 9, 1),
            (5, 11, 1),
            (6, 10, 3),
            (9, 12, 1),
        ]
    );
}

#[test]
fn without_steps_every_journey_is_longer() {
    let flow = story().sankey(0, 5, OpenJourneys::LeaveOut);
    let states: Vec<_> = flow
        .nodes
        .iter()
        .map(|node| (node.step, &node.state, node.journeys))
        .collect();
    assert_eq!(
        states,
        [
            (0, &State::Start, 6),
            (1, &State::Longer, 6),
            (2, &State::Converted, 4),
            (2, &State::Lapsed, 2),
        ]
    );
}
