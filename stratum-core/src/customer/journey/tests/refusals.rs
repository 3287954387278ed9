//! Is what cannot be right refused, with a stable code and the path to the field?

use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;

use super::{Conversion, Touchpoint, built, day, sale, touch, try_built};
use crate::customer::journey::{
    JourneyBuilder, JourneyRules, Journeys, Lookback, MAX_CHANNELS, MAX_NAME_BYTES, SessionGap,
    WindowError,
};
use crate::vocabulary::Money;

fn refused(touches: &[Touchpoint], sales: &[Conversion]) -> (&'static str, alloc::string::String) {
    let error = try_built(touches, sales, 10.0).unwrap_err();
    (error.code(), error.path().to_string())
}

#[test]
fn a_wrong_row_is_named() {
    let good = || touch("ada", "mail", 1.0);
    let long = "x".repeat(MAX_NAME_BYTES + 1);
    let code_and_path = |code, path: &str| (code, path.to_string());
    assert_eq!(
        refused(&[good(), touch("ada", "", 1.0)], &[]),
        code_and_path("journeys.empty_name", "touchpoints[1].channel")
    );
    assert_eq!(
        refused(&[touch("", "mail", 1.0)], &[]),
        code_and_path("journeys.empty_name", "touchpoints[0].person")
    );
    assert_eq!(
        refused(&[good(), good(), touch(&long, "mail", 1.0)], &[]),
        code_and_path("journeys.name_too_long", "touchpoints[2].person")
    );
    assert_eq!(
        refused(&[touch("ada", "ma\nil", 1.0)], &[]),
        code_and_path("journeys.control_character", "touchpoints[0].channel")
    );
    assert_eq!(
        refused(&[], &[sale("", 1.0, "5")]),
        code_and_path("journeys.empty_name", "conversions[0].person")
    );
    assert_eq!(
        refused(&[], &[super::numbered("", sale("ada", 1.0, "5"))]),
        code_and_path("journeys.empty_name", "conversions[0].order")
    );
    assert_eq!(
        refused(&[], &[sale("ada", 1.0, "5"), sale("ada", 2.0, "-0.01")]),
        code_and_path("journeys.negative_value", "conversions[1].value")
    );
}

#[test]
fn moments_after_now_or_outside_the_calendar_are_refused() {
    let error = try_built(
        &[touch("ada", "mail", 11.0)],
        &[sale("ada", 1.0, "5")],
        10.0,
    );
    let error = error.unwrap_err();
    assert_eq!(
        error.to_string(),
        "touchpoints[0].at: 2026-03-12T00:00:00Z lies after now, which is 2026-03-11T00:00:00Z"
    );
    assert_eq!(error.code(), "journeys.after_now");
    // A view of Google is in no journey, and its time is checked like any other.
    let old = Touchpoint {
        at: "1969-12-31T23:59:59Z".parse().unwrap(),
        ..touch("ada", "mail", 1.0)
    };
    assert_eq!(
        refused(&[old], &[]),
        ("journeys.outside_calendar", "touchpoints[0].at".to_string())
    );
    let far = "2107-01-01T00:00:00Z".parse().unwrap();
    let rules = JourneyRules::baseline_2026_11();
    let error = Journeys::build(&[], &[], &rules, far).unwrap_err();
    assert_eq!(
        (error.code(), error.path()),
        ("journeys.outside_calendar", "now")
    );
}

#[test]
fn a_second_currency_is_refused() {
    let dollars = Conversion {
        value: Money::parse("5", "USD").unwrap(),
        ..sale("bob", 2.0, "5")
    };
    let error = try_built(&[], &[sale("ada", 1.0, "5"), dollars.clone()], 10.0).unwrap_err();
    assert_eq!(
        error.to_string(),
        "conversions[1].value: expected EUR as in the rows before, not USD"
    );
    assert_eq!(error.code(), "journeys.mixed_currencies");
    let euros = built(&[], &[sale("ada", 1.0, "5")], 10.0);
    let error = euros.merged(&built(&[], &[dollars], 10.0)).unwrap_err();
    assert_eq!(
        (error.code(), error.path()),
        ("journeys.mixed_currencies", "currency")
    );
}

#[test]
fn rows_of_a_person_out_of_order_name_both_times() {
    let mut builder = JourneyBuilder::new(&JourneyRules::baseline_2026_11());
    builder.push_touch(&touch("ada", "mail", 2.0)).unwrap();
    builder.push_touch(&touch("bob", "mail", 1.0)).unwrap();
    let error = builder.push_conversion(&sale("ada", 1.5, "5")).unwrap_err();
    assert_eq!(error.code(), "journeys.out_of_order");
    assert_eq!(
        error.to_string(),
        "conversions[0].at: expected order of time: 2026-03-02T12:00:00Z was handed over after 2026-03-03T00:00:00Z had been reached"
    );
    let error = builder.push_touch(&touch("ada", "mail", 1.0)).unwrap_err();
    assert_eq!(error.path(), "touchpoints[2].at");
    // Refused rows leave no trace.
    builder.push_conversion(&sale("ada", 2.0, "7")).unwrap();
    let journeys = builder.finish(day(3.0)).unwrap();
    let rest = built(
        &[touch("ada", "mail", 2.0), touch("bob", "mail", 1.0)],
        &[sale("ada", 2.0, "7")],
        3.0,
    );
    assert_eq!(journeys, rest);
}

#[test]
fn a_refused_conversion_leaves_no_currency_behind() {
    let mut builder = JourneyBuilder::new(&JourneyRules::baseline_2026_11());
    let dollars = |amount: &str| Conversion {
        value: Money::parse(amount, "USD").unwrap(),
        ..sale("ada", 1.0, "5")
    };
    builder.push_conversion(&dollars("-1")).unwrap_err();
    builder.push_conversion(&sale("ada", 1.0, "5")).unwrap();
    assert_eq!(
        builder.finish(day(2.0)).unwrap().currency(),
        Some("EUR".parse().unwrap())
    );
}

#[test]
fn more_value_than_can_be_counted_is_refused() {
    let much = |person: &str| Conversion {
        value: Money::parse("1000000000000", "KWD").unwrap(),
        ..sale(person, 1.0, "5")
    };
    let many: Vec<Conversion> = (0..9224).map(|_| much("ada")).collect();
    let error =
        Journeys::build(&[], &many, &JourneyRules::baseline_2026_11(), day(2.0)).unwrap_err();
    // 9223 times 10^15 is just below 2^63.
    assert_eq!(
        (error.code(), error.path()),
        ("journeys.too_much_value", "conversions[9223].value")
    );
    let half = Journeys::build(
        &[],
        &many[..5000],
        &JourneyRules::baseline_2026_11(),
        day(2.0),
    )
    .unwrap();
    let error = half.clone().merged(&half).unwrap_err();
    assert_eq!(
        (error.code(), error.path()),
        ("journeys.too_much_value", "value")
    );
}

#[test]
fn more_channels_than_have_a_number_are_refused() {
    let most = u32::from(MAX_CHANNELS);
    let named = |range: core::ops::Range<u32>| -> Vec<Touchpoint> {
        range
            .map(|number| touch("ada", &format!("c{number}"), 1.0))
            .collect()
    };
    let rules = JourneyRules::baseline_2026_11();
    let full = Journeys::build(&named(0..most), &[], &rules, day(2.0)).unwrap();
    assert_eq!(full.channel_names().count(), usize::from(MAX_CHANNELS));
    let error = Journeys::build(&named(0..most + 1), &[], &rules, day(2.0)).unwrap_err();
    assert_eq!(
        (error.code(), error.path()),
        ("journeys.too_many_channels", "touchpoints[65535].channel")
    );
    let one_more = Journeys::build(&named(most..most + 1), &[], &rules, day(2.0)).unwrap();
    let error = full.merged(&one_more).unwrap_err();
    assert_eq!(
        (error.code(), error.path()),
        ("journeys.too_many_channels", "channels")
    );
}

#[test]
fn journeys_of_different_rules_do_not_mix() {
    let mut rules = JourneyRules::baseline_2026_11();
    rules.windows.meta = Lookback::new(60, 60).unwrap();
    let other = Journeys::build(&[], &[], &rules, day(2.0)).unwrap();
    let error = built(&[], &[], 2.0).merged(&other).unwrap_err();
    assert_eq!(
        (error.code(), error.path()),
        ("journeys.other_rules", "rules")
    );
}

#[test]
fn windows_and_gaps_have_bounds() {
    let year = 365 * 86_400;
    assert!(Lookback::new(year, year).is_ok());
    assert_eq!(
        Lookback::new(60, year + 1).unwrap_err(),
        WindowError::LookbackTooLong { seconds: year + 1 }
    );
    assert_eq!(
        SessionGap::new(86_401).unwrap_err().code(),
        "journeys.session_gap_out_of_range"
    );
    let written = r#"{"click_seconds":60,"view_seconds":99999999}"#;
    assert!(serde_json::from_str::<Lookback>(written).is_err());
    assert!(serde_json::from_str::<SessionGap>("0").is_err());
}
