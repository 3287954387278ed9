//! Is every rule kept? Small journeys, computed by hand.
//!
//! Not here: what holds for all rows (`tests/laws/customer/about_journeys.rs`).

mod refusals;
mod reports;
mod rules;

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use chrono::TimeDelta;

use super::{
    Conversion, JourneyBuilder, JourneyError, JourneyRules, Journeys, Outcome, TouchKind,
    Touchpoint,
};
use crate::vocabulary::{Money, Platform, Timestamp};

/// Days after the first of March, as decimals: 1.5 is noon of the second.
fn day(days: f64) -> Timestamp {
    let midnight: Timestamp = "2026-03-01T00:00:00Z".parse().unwrap();
    let seconds = crate::numeric::functions::nearest_count(days * 86_400.0);
    midnight + TimeDelta::seconds(i64::try_from(seconds).unwrap())
}

fn touch(person: &str, channel: &str, at: f64) -> Touchpoint {
    Touchpoint {
        person: person.to_string(),
        channel: channel.to_string(),
        platform: None,
        kind: TouchKind::Click,
        at: day(at),
    }
}

fn on(platform: Platform, kind: TouchKind, touch: Touchpoint) -> Touchpoint {
    Touchpoint {
        platform: Some(platform),
        kind,
        ..touch
    }
}

fn sale(person: &str, at: f64, euros: &str) -> Conversion {
    Conversion {
        person: person.to_string(),
        at: day(at),
        value: Money::parse(euros, "EUR").unwrap(),
        order: None,
    }
}

fn numbered(order: &str, sale: Conversion) -> Conversion {
    Conversion {
        order: Some(order.to_string()),
        ..sale
    }
}

/// Both ways at once: all rows together, and one after the other in order of time.
fn try_built(
    touches: &[Touchpoint],
    sales: &[Conversion],
    now: f64,
) -> Result<Journeys, JourneyError> {
    let rules = JourneyRules::baseline_2026_11();
    let together = Journeys::build(touches, sales, &rules, day(now))?;
    let mut touches = touches.to_vec();
    let mut sales = sales.to_vec();
    touches.sort_by_key(|row| row.at);
    sales.sort_by_key(|row| row.at);
    let mut builder = JourneyBuilder::new(&rules);
    let mut touches = touches.iter().peekable();
    for sale in &sales {
        while let Some(touch) = touches.next_if(|touch| touch.at < sale.at) {
            builder.push_touch(touch)?;
        }
        builder.push_conversion(sale)?;
    }
    for touch in touches {
        builder.push_touch(touch)?;
    }
    assert_eq!(builder.finish(day(now))?, together);
    Ok(together)
}

fn built(touches: &[Touchpoint], sales: &[Conversion], now: f64) -> Journeys {
    try_built(touches, sales, now).unwrap()
}

/// Journeys in short: whose, which channels, how it ended, conversions, value.
fn told(journeys: &Journeys) -> Vec<(&str, String, Outcome, u32, i64)> {
    let told = journeys.iter().map(|journey| {
        let channels: Vec<&str> = journey.channel_names().collect();
        (
            journey.person,
            channels.join(" "),
            journey.outcome,
            journey.conversions,
            journey.value_minor,
        )
    });
    told.collect()
}
