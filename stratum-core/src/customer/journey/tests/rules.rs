//! Which touch belongs to which journey, and how does the journey end?

use alloc::string::ToString;
use alloc::vec::Vec;

use super::{Outcome, built, day, numbered, on, sale, told, touch};
use crate::customer::journey::{
    JourneyBuilder, JourneyRules, Journeys, Lookback, SessionGap, Tally, TouchKind,
};
use crate::vocabulary::Platform;

use Outcome::{Converted, Lapsed, Open};

#[test]
fn each_touch_is_judged_by_the_window_of_its_own_platform_and_kind() {
    // Ten days before the order a Google click counts (30 days) and a Meta click does not (7), though Meta is the more
    // frequent platform of the journey. A view counts for a day, on Snapchat a click for 28.
    let touches = [
        on(
            Platform::Snapchat,
            TouchKind::Click,
            touch("ada", "snap", 1.0),
        ),
        on(
            Platform::Google,
            TouchKind::Click,
            touch("ada", "search", 10.0),
        ),
        on(
            Platform::Meta,
            TouchKind::Click,
            touch("ada", "social", 10.0),
        ),
        on(Platform::Meta, TouchKind::View, touch("ada", "feed", 18.5)),
        on(
            Platform::Meta,
            TouchKind::Click,
            touch("ada", "social", 19.0),
        ),
        on(
            Platform::Tiktok,
            TouchKind::View,
            touch("ada", "clips", 19.5),
        ),
    ];
    let journeys = built(&touches, &[sale("ada", 20.0, "50")], 30.0);
    assert_eq!(
        told(&journeys),
        [
            ("ada", "social feed".to_string(), Lapsed, 0, 0),
            (
                "ada",
                "snap search social clips".to_string(),
                Converted,
                1,
                5000
            ),
        ]
    );
}

#[test]
fn a_window_includes_its_last_moment_and_nothing_after_it() {
    let touches = [touch("ada", "mail", 1.0), touch("bob", "mail", 1.0)];
    let just_after = 8.0 + 1.0 / 86_400.0;
    let sales = [sale("ada", 8.0, "10"), sale("bob", just_after, "20")];
    let journeys = built(&touches, &sales, 30.0);
    assert_eq!(
        told(&journeys),
        [
            ("ada", "mail".to_string(), Converted, 1, 1000),
            ("bob", "mail".to_string(), Lapsed, 0, 0),
        ]
    );
    let untouched = Tally {
        conversions: 1,
        value_minor: 2000,
    };
    assert_eq!(journeys.totals().untouched, untouched);
    // Bob's journey ended when its window passed, a second before the order.
    assert_eq!(journeys.row(1).unwrap().span_seconds(), 7 * 86_400);
}

#[test]
fn a_fraction_of_a_second_beyond_the_window_is_beyond_it() {
    let early = touch("ada", "mail", 1.0);
    let mut late = sale("ada", 8.0, "10");
    late.at += chrono::TimeDelta::milliseconds(1);
    let journeys = built(&[early], &[late], 30.0);
    assert_eq!(journeys.totals().untouched.conversions, 1);
}

#[test]
fn a_touch_at_the_instant_of_a_conversion_counts_and_one_after_it_begins_the_next_journey() {
    let touches = [
        touch("ada", "mail", 1.0),
        touch("ada", "search", 2.0),
        touch("ada", "social", 2.5),
    ];
    let sales = [sale("ada", 2.0, "10"), sale("ada", 3.0, "20")];
    assert_eq!(
        told(&built(&touches, &sales, 3.0)),
        [
            ("ada", "mail search".to_string(), Converted, 1, 1000),
            ("ada", "social".to_string(), Converted, 1, 2000),
        ]
    );
}

#[test]
fn a_touch_counts_for_one_conversion_only() {
    let touches = [touch("ada", "mail", 1.0)];
    let sales = [sale("ada", 2.0, "10"), sale("ada", 3.0, "20")];
    let journeys = built(&touches, &sales, 3.0);
    assert_eq!(told(&journeys).len(), 1);
    assert_eq!(journeys.totals().untouched.value_minor, 2000);
}

#[test]
fn conversions_of_one_instant_close_the_journey_together() {
    let touches = [touch("ada", "mail", 1.0), touch("ada", "mail", 1.5)];
    let sales = [
        numbered("b", sale("ada", 2.0, "20")),
        numbered("a", sale("ada", 2.0, "10.50")),
        sale("bob", 2.0, "5"),
        sale("bob", 2.0, "5"),
    ];
    let journeys = built(&touches, &sales, 3.0);
    assert_eq!(
        told(&journeys),
        [("ada", "mail mail".to_string(), Converted, 2, 3050)]
    );
    assert_eq!(journeys.totals().converted.conversions, 2);
    // Without an id nobody can know that two orders are one.
    assert_eq!(journeys.totals().untouched.conversions, 2);
}

#[test]
fn an_order_counts_once_and_its_duplicates_are_reported() {
    let touches = [touch("ada", "mail", 1.0), touch("ada", "search", 2.5)];
    let sales = [
        numbered("1001", sale("ada", 2.0, "10")),
        numbered("1001", sale("ada", 2.0, "12")),
        numbered("1001", sale("ada", 3.0, "10")),
        numbered("1001", sale("bob", 3.0, "7")),
    ];
    let journeys = built(&touches, &sales, 4.0);
    // The earliest counts, at one instant the smallest, and a duplicate does not close the next journey.
    assert_eq!(
        told(&journeys),
        [
            ("ada", "mail".to_string(), Converted, 1, 1000),
            ("ada", "search".to_string(), Open, 0, 0),
        ]
    );
    let duplicates = Tally {
        conversions: 2,
        value_minor: 2200,
    };
    assert_eq!(journeys.totals().duplicates, duplicates);
    // The same id of another person is another order.
    assert_eq!(journeys.totals().untouched.value_minor, 700);
}

#[test]
fn a_conversion_without_a_touch_in_its_window_stays_untouched() {
    let journeys = built(
        &[touch("ada", "mail", 1.0)],
        &[sale("ada", 20.0, "90")],
        21.0,
    );
    assert_eq!(told(&journeys), [("ada", "mail".to_string(), Lapsed, 0, 0)]);
    assert_eq!(journeys.totals().untouched.value_minor, 9000);
    assert_eq!(journeys.totals().converted, Tally::default());
}

#[test]
fn a_journey_is_open_until_its_last_window_has_passed() {
    let touches = [
        on(
            Platform::Google,
            TouchKind::Click,
            touch("ada", "search", 0.0),
        ),
        on(
            Platform::Meta,
            TouchKind::Click,
            touch("ada", "social", 1.0),
        ),
    ];
    let at = |now: f64| built(&touches, &[], now).outcomes().to_vec();
    assert_eq!(at(2.0), [Open]);
    assert_eq!(at(30.0), [Open], "a conversion now would still count");
    assert_eq!(at(30.0 + 1.0 / 86_400.0), [Lapsed]);
    let journeys = built(&touches, &[], 90.0);
    let journey = journeys.row(0).unwrap();
    assert_eq!(
        journey.end_seconds,
        u32::try_from(day(30.0).timestamp()).unwrap()
    );
    assert_eq!(journey.seconds_before_end, [30 * 86_400, 29 * 86_400]);
    let open = built(&touches, &[], 2.0);
    assert_eq!(
        open.row(0).unwrap().seconds_before_end,
        [2 * 86_400, 86_400]
    );
}

#[test]
fn a_touch_after_the_last_window_begins_another_journey() {
    let touches = [
        touch("ada", "mail", 0.0),
        touch("ada", "mail", 6.0),
        touch("ada", "search", 13.0),
        touch("ada", "search", 21.0),
    ];
    assert_eq!(
        told(&built(&touches, &[], 22.0)),
        [
            ("ada", "mail mail search".to_string(), Lapsed, 0, 0),
            ("ada", "search".to_string(), Open, 0, 0),
        ]
    );
}

#[test]
fn a_kind_without_a_window_is_in_no_journey() {
    let view = on(
        Platform::Google,
        TouchKind::View,
        touch("ada", "display", 1.0),
    );
    let journeys = built(&[view], &[sale("ada", 1.0, "10")], 2.0);
    assert!(journeys.is_empty());
    assert_eq!(journeys.totals().touches_without_window, 1);
    assert_eq!(journeys.totals().untouched.conversions, 1);
    assert_eq!(journeys.channel_names().count(), 0);
}

#[test]
fn a_pause_as_long_as_the_gap_opens_a_session() {
    let minute = 1.0 / 1440.0;
    let touches = [0.0, 29.0, 59.0, 60.0, 89.0].map(|m| touch("ada", "mail", m * minute));
    let journeys = built(&touches, &[sale("ada", 1.0, "1")], 1.0);
    assert_eq!(journeys.session_numbers(), [1, 1, 2, 2, 2]);
    let rules = JourneyRules {
        session_gap: SessionGap::new(60).unwrap(),
        ..JourneyRules::baseline_2026_11()
    };
    let finer = Journeys::build(&touches, &[], &rules, day(1.0)).unwrap();
    assert_eq!(finer.session_numbers(), [1, 2, 3, 4, 5]);
}

#[test]
fn touches_of_one_instant_stand_in_order_of_the_alphabet() {
    let touches = ["search", "mail", "social"].map(|channel| touch("ada", channel, 1.0));
    let journeys = built(&touches, &[], 2.0);
    assert_eq!(told(&journeys)[0].1, "mail search social");
}

#[test]
fn windows_are_the_tenants_choice() {
    let mut rules = JourneyRules::baseline_2026_11();
    rules.windows.other = Lookback::new(3600, 0).unwrap();
    let touches = [touch("ada", "mail", 1.0)];
    let sales = [sale("ada", 2.0, "10")];
    let journeys = Journeys::build(&touches, &sales, &rules, day(3.0)).unwrap();
    assert_eq!(journeys.outcomes(), [Lapsed]);
    assert_eq!(journeys.rules(), &rules);
}

#[test]
fn silent_persons_close_when_time_is_moved_on() {
    let mut builder = JourneyBuilder::new(&JourneyRules::baseline_2026_11());
    builder.push_touch(&touch("ada", "mail", 1.0)).unwrap();
    builder.push_touch(&touch("bob", "mail", 5.0)).unwrap();
    builder.push_conversion(&sale("bob", 6.0, "10")).unwrap();
    assert!(builder.take_closed().is_empty());
    builder.advance_to(day(10.0)).unwrap();
    let closed = builder.take_closed();
    assert_eq!(
        told(&closed),
        [
            ("ada", "mail".to_string(), Lapsed, 0, 0),
            ("bob", "mail".to_string(), Converted, 1, 1000),
        ]
    );
    assert!(builder.take_closed().is_empty());
    // What comes later may not lie before.
    let late = builder.push_touch(&touch("cy", "mail", 9.0)).unwrap_err();
    assert_eq!(late.code(), "journeys.out_of_order");
    let error = builder.finish(day(9.5)).unwrap_err();
    assert_eq!(
        (error.code(), error.path()),
        ("journeys.out_of_order", "now")
    );
}

#[test]
fn persons_and_channels_are_numbered_by_the_alphabet() {
    let touches = [
        touch("cy", "search", 1.0),
        touch("ada", "mail", 2.0),
        touch("bob", "search", 3.0),
    ];
    let journeys = built(&touches, &[], 4.0);
    let persons: Vec<_> = (0..4).map(|code| journeys.person_name(code)).collect();
    assert_eq!(persons, [Some("ada"), Some("bob"), Some("cy"), None]);
    assert_eq!(journeys.person_codes(), [0, 1, 2]);
    assert_eq!(journeys.channel_codes(), [0, 1, 1]);
    assert_eq!(
        journeys.channel_names().collect::<Vec<_>>(),
        ["mail", "search"]
    );
}
