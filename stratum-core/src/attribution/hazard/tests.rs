//! Are the numbers right? Shares computed by hand, answers that must exist, and refusals.
//!
//! Not here: known truth found again (`tests/recovery.rs`), laws (`tests/laws/`).

mod recovery;
mod spread;

use alloc::vec::Vec;

use super::*;
use crate::attribution::claims::estimate::Interval;
use crate::customer::journey::{
    Conversion, JourneyRules, Journeys, Lookback, TouchKind, Touchpoint, Windows,
};
use crate::vocabulary::{Money, Timestamp};

const DAY: u32 = 86_400;
const LN_2: f64 = core::f64::consts::LN_2;

fn moment(seconds: u32) -> Timestamp {
    Timestamp::from_timestamp(1_770_000_000 + i64::from(seconds), 0).unwrap()
}

fn touch(person: &str, channel: &str, at: u32) -> Touchpoint {
    Touchpoint {
        person: person.into(),
        channel: channel.into(),
        platform: None,
        kind: TouchKind::Click,
        at: moment(at),
    }
}

fn sale(person: &str, at: u32, amount: &str) -> Conversion {
    Conversion {
        person: person.into(),
        at: moment(at),
        value: Money::parse(amount, "EUR").unwrap(),
        order: None,
    }
}

/// Every window 30 days.
fn rules() -> JourneyRules {
    let month = Lookback::new(30 * DAY, 30 * DAY).unwrap();
    JourneyRules {
        windows: Windows {
            meta: month,
            google: month,
            tiktok: month,
            snapchat: month,
            other: month,
        },
        ..JourneyRules::baseline_2026_11()
    }
}

fn built(touches: &[Touchpoint], sales: &[Conversion], now: u32) -> Journeys {
    Journeys::build(touches, sales, &rules(), moment(now)).unwrap()
}

fn settings() -> HazardSettings {
    HazardSettings::baseline_2026_11()
}

fn fitted(journeys: &Journeys) -> HazardModel {
    HazardModel::fit(journeys, &settings()).unwrap()
}

fn sure(value: f64) -> Rate {
    Rate {
        value,
        relative_error: None,
        interval: None,
    }
}

/// After one day: baseline 0.05, social 0.05 and mail 0.1 conversions a day.
fn known_model() -> HazardModel {
    let channel = |name: &str, effect: f64| ChannelHazard {
        channel: name.into(),
        touches: 100,
        effect: sure(effect / LN_2),
        lag: Lag::Mean(sure(1.0 / LN_2)),
    };
    HazardModel {
        baseline_per_day: sure(0.05),
        person_days: 1000.0,
        // One day after the touch half of the effect is left, so that the rate is effect · decay / 2.
        channels: [channel("mail", 0.2), channel("social", 0.1)].into(),
        log_likelihoods: Vec::new(),
        passes: 0,
        converged: true,
        settings: settings(),
    }
}

fn close(a: f64, b: f64, within: f64) {
    assert!((a - b).abs() <= within, "{a} is not {b}");
}

#[test]
fn a_conversion_is_divided_by_the_rates_at_its_moment() {
    let touches = [touch("ada", "social", 0), touch("ada", "mail", 0)];
    let journeys = built(&touches, &[sale("ada", DAY, "100.01")], 2 * DAY);
    let shares = known_model().shares(&journeys.row(0).unwrap()).unwrap();
    // Touches at one instant come in order of the alphabet.
    close(shares.baseline, 0.25, 1e-12);
    close(shares.touches[0], 0.5, 1e-12);
    close(shares.touches[1], 0.25, 1e-12);
    let credit = known_model().credit(&journeys).unwrap();
    // 2500.25, 5000.5 and 2500.25 cents: the missing one goes to the largest remainder.
    assert_eq!(credit.channels[0].credit.value_minor, 5001);
    assert_eq!(credit.channels[1].credit.value_minor, 2500);
    assert_eq!(credit.baseline.value_minor, 2500);
    close(credit.channels[0].credit.conversions, 0.5, 1e-12);
    assert_eq!(credit.converted.value_minor, 10_001);
}

#[test]
fn two_touches_of_a_channel_both_have_a_part() {
    // One and two days before: 0.1 and 0.05 beside a baseline of 0.05.
    let touches = [touch("ada", "mail", 0), touch("ada", "mail", DAY)];
    let journeys = built(&touches, &[sale("ada", 2 * DAY, "40.00")], 3 * DAY);
    let shares = known_model().shares(&journeys.row(0).unwrap()).unwrap();
    close(shares.touches[0], 0.25, 1e-12);
    close(shares.touches[1], 0.5, 1e-12);
    let credit = known_model().credit(&journeys).unwrap();
    assert_eq!(credit.channels[0].channel, "mail");
    assert_eq!(credit.channels[0].credit.value_minor, 3000);
    assert_eq!(credit.baseline.value_minor, 1000);
}

#[test]
fn where_lags_are_short_effect_is_a_rate_of_conversion_and_lag_a_mean() {
    // Three of eight convert, one, two and three hours after their touch; nobody else does within thirty days.
    let people = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let touches: Vec<_> = people.iter().map(|name| touch(name, "mail", 0)).collect();
    let sales = [
        sale("a", 3600, "10"),
        sale("b", 7200, "10"),
        sale("c", 10_800, "10"),
    ];
    let model = fitted(&built(&touches, &sales, 60 * DAY));
    assert!(model.converged);
    let mail = &model.channels[0];
    assert_eq!(mail.touches, 8);
    // The three who converted were watched for an hour or three only: exposure is a little less than eight.
    let Lag::Mean(lag) = mail.lag else {
        panic!("{:?}", mail.lag)
    };
    let exposure: f64 = 5.0
        + [1.0, 2.0, 3.0]
            .map(|hours: f64| 1.0 - crate::numeric::functions::exp(-hours / 24.0 / lag.value))
            .iter()
            .sum::<f64>();
    close(mail.effect.value, 3.0 / exposure, 1e-3);
    assert!(
        model.baseline_per_day.value < 1e-4,
        "{:?}",
        model.baseline_per_day
    );
}

#[test]
fn a_rate_that_never_fades_is_the_baseline_or_is_named_as_such() {
    // One conversion per day, evenly, out of many journeys: a constant rate.
    let names: Vec<_> = (0..300).map(|n| alloc::format!("p{n:03}")).collect();
    let touches: Vec<_> = names.iter().map(|name| touch(name, "tv", 0)).collect();
    let sales: Vec<_> = (0..30_u32)
        .map(|n| sale(&names[usize::try_from(n).unwrap()], n * DAY + DAY / 2, "10"))
        .collect();
    let model = fitted(&built(&touches, &sales, 60 * DAY));
    // 30 conversions in 270 · 30 and Σ (n + ½) = 450 days.
    close(model.person_days, 8550.0, 1e-9);
    let rate = model.baseline_per_day.value
        + match model.channels[0].lag {
            Lag::Mean(lag) => model.channels[0].effect.value / lag.value,
            Lag::AtLeast(days) => model.channels[0].effect.value / days,
            Lag::Unknown => 0.0,
            lag @ Lag::AtMost(_) => panic!("{lag:?}"),
        };
    close(rate, 30.0 / 8550.0, 1e-3);
}

#[test]
fn without_a_conversion_every_rate_is_zero() {
    let journeys = built(
        &[touch("ada", "mail", 0), touch("bob", "tv", 9)],
        &[],
        60 * DAY,
    );
    let model = fitted(&journeys);
    assert!(model.converged);
    assert_eq!(model.log_likelihood(), 0.0);
    assert_eq!(model.baseline_per_day.value, 0.0);
    for channel in &model.channels {
        assert_eq!((channel.effect.value, channel.lag), (0.0, Lag::Unknown));
        assert_eq!(channel.effect.interval, None);
    }
    let credit = model.credit(&journeys).unwrap();
    assert_eq!(credit.baseline.conversions, 0.0);
    assert_eq!(credit.currency, None);
}

#[test]
fn a_touch_at_the_second_of_its_conversion_gets_a_finite_rate() {
    let touches = [touch("ada", "mail", 0), touch("bob", "tv", 0)];
    let sales = [sale("ada", 0, "10"), sale("bob", 0, "20")];
    let journeys = built(&touches, &sales, 0);
    let model = fitted(&journeys);
    assert!(model.log_likelihood().is_finite(), "{model:?}");
    let credit = model.credit(&journeys).unwrap();
    let channels = credit.channels.iter().map(|c| c.credit.value_minor);
    assert_eq!(channels.sum::<i64>() + credit.baseline.value_minor, 3000);
}

#[test]
fn time_that_two_journeys_of_a_person_share_counts_once() {
    // The view of day 0 lapses after a day; the click of half a day later converts on day 3.
    let day = Lookback::new(30 * DAY, DAY).unwrap();
    let mut rules = rules();
    rules.windows.other = day;
    let mut view = touch("ada", "tv", 0);
    view.kind = TouchKind::View;
    let touches = [view, touch("ada", "mail", DAY / 2)];
    let sales = [sale("ada", 3 * DAY, "10")];
    let journeys = Journeys::build(&touches, &sales, &rules, moment(9 * DAY)).unwrap();
    assert_eq!(journeys.len(), 2);
    close(fitted(&journeys).person_days, 3.0, 1e-12);
}

#[test]
fn no_journeys_no_model() {
    let none = built(&[], &[], 0);
    let error = HazardModel::fit(&none, &settings()).unwrap_err();
    assert_eq!(error.code(), "attribution.hazard.no_journeys");
}

#[test]
fn settings_outside_their_range_are_refused_by_name() {
    let journeys = built(&[touch("ada", "mail", 0)], &[], DAY);
    let refused = |change: fn(&mut HazardSettings)| {
        let mut settings = settings();
        change(&mut settings);
        let error = HazardModel::fit(&journeys, &settings).unwrap_err();
        assert_eq!(error.code(), "attribution.hazard.setting_out_of_range");
        alloc::string::ToString::to_string(&error)
    };
    assert_eq!(
        refused(|s| s.resolution_seconds = 0.0),
        "settings.resolution_seconds: expected 0.001 to 86400, not 0"
    );
    assert!(refused(|s| s.resolution_seconds = f64::NAN).contains("resolution_seconds"));
    assert!(refused(|s| s.mean_lag_max_seconds = 60.0).contains("mean_lag_max_seconds"));
    assert!(refused(|s| s.mean_lag_max_seconds = f64::INFINITY).contains("mean_lag_max_seconds"));
    assert!(refused(|s| s.tolerance = -1.0).contains("tolerance"));
    assert!(refused(|s| s.passes_max = 9).contains("passes_max"));
    assert!(refused(|s| s.level = 1.0).contains("level"));
}

#[test]
fn a_channel_the_model_does_not_know_is_refused() {
    let journeys = built(&[touch("ada", "radio", 0)], &[sale("ada", DAY, "10")], DAY);
    let error = known_model().credit(&journeys).unwrap_err();
    assert_eq!(error.code(), "attribution.hazard.unknown_channel");
    let row = journeys.row(0).unwrap();
    assert!(known_model().shares(&row).is_err());
}

#[test]
fn too_few_passes_are_said_out_loud() {
    let touches = [touch("ada", "mail", 0), touch("bob", "mail", 0)];
    let journeys = built(&touches, &[sale("ada", DAY, "10")], 60 * DAY);
    let few = HazardSettings {
        passes_max: 10,
        ..settings()
    };
    let model = HazardModel::fit(&journeys, &few).unwrap();
    assert!(!model.converged);
    assert!(model.passes <= 10);
}

#[test]
fn a_model_reads_back_as_it_was_written() {
    let journeys = built(&[touch("ada", "mail", 0)], &[sale("ada", DAY, "10")], DAY);
    let mut model = fitted(&journeys);
    model.channels[0].effect.interval = Some(Interval {
        low: 0.1,
        high: 0.2,
    });
    let written = serde_json::to_string(&model).unwrap();
    assert_eq!(
        serde_json::from_str::<HazardModel>(&written).unwrap(),
        model
    );
}
