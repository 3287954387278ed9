//! What would a measuring system see of this world? Readings for any account and hour, and windows for the rule.
//!
//! Only what was shown by `now` is read. Counts are taken over the shortest window that holds enough of them: a few hours in a
//! busy shop, days in a small one, so that evidence is as fresh as its size allows.

use chrono::TimeDelta;

use super::hour::{AccountHour, Delivery, HourRecord};
use crate::numeric::Sum;
use crate::signal::{
    ApiCalls, EventCounts, KeyCounts, MatchCounts, Readings, RecordCounts, Revenue,
};
use crate::vocabulary::{Measured, Missing, Reading, Source, Timestamp};

/// Orders that an event window should hold.
const ENOUGH_ORDERS: u64 = 250;
/// Events that a match quality window should hold.
const ENOUGH_EVENTS: u64 = 400;
/// The shortest and the longest window of counts, in hours.
const COUNT_HOURS: (usize, usize) = (6, 48);
/// The window of API calls, in hours.
const CALL_HOURS: usize = 3;
/// The window of revenue, in hours: the one the rule looks at, so that what misleads the rule shows here.
pub const REVENUE_HOURS: usize = 72;

/// Which of a world's faces to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// What was shown by then.
    Really,
    /// What would have been shown if nothing were damaged.
    Undamaged,
}

/// The hours that had ended by `now`, oldest first.
fn ended(history: &[HourRecord], now: Timestamp) -> &[HourRecord] {
    let count = history.partition_point(|hour| hour.ended() <= now);
    history.get(..count).unwrap_or(history)
}

/// The newest hours: at least the shortest window, and as many more as it takes to reach `enough`.
fn newest(hours: &[HourRecord], enough: u64, of: impl Fn(&HourRecord) -> u64) -> &[HourRecord] {
    let (mut taken, mut sum) = (0, 0);
    for hour in hours.iter().rev().take(COUNT_HOURS.1) {
        if taken >= COUNT_HOURS.0 && sum >= enough {
            break;
        }
        taken += 1;
        sum += of(hour);
    }
    last(hours, taken)
}

fn last(hours: &[HourRecord], count: usize) -> &[HourRecord] {
    hours
        .get(hours.len().saturating_sub(count)..)
        .unwrap_or(hours)
}

fn of_account(
    hours: &[HourRecord],
    account: usize,
) -> impl Iterator<Item = (&HourRecord, &AccountHour)> {
    hours
        .iter()
        .filter_map(move |hour| hour.accounts.get(account).map(|a| (hour, a)))
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

fn measured<T>(value: T, hours: &[HourRecord], observations: u64) -> Reading<T> {
    let Some(newest) = hours.last() else {
        return Reading::Missing {
            why: Missing::NoObservations,
        };
    };
    let window_seconds = u32::try_from(hours.len().saturating_mul(3600)).unwrap_or(u32::MAX);
    Reading::Measured(Measured {
        value,
        at: newest.ended(),
        window_seconds,
        observations,
        source: Source::Simulation,
    })
}

/// Everything that was measured about an account by `now`.
///
/// ```
/// use stratum_core::signal::{Health, baseline};
/// use stratum_core::simulation::{World, WorldPlan, readings_at};
/// let start = "2026-08-01T00:00:00Z".parse().unwrap();
/// let mut world = World::new(WorldPlan::demo(7, start, 90));
/// (0..72).for_each(|_| world.step(&[]));
/// let readings = readings_at(world.history(), 0, world.now());
/// let settings = baseline::november_2026().unwrap();
/// let health = Health::measure(&world.plan().accounts[0].measurement, &readings, &settings, None, world.now());
/// assert!(health.low().value() > 70.0);
/// ```
#[must_use]
pub fn readings_at(history: &[HourRecord], account: usize, now: Timestamp) -> Readings {
    let hours = ended(history, now);
    let Some(newest_hour) = hours.last() else {
        return Readings::nothing();
    };
    let Some(current) = newest_hour.accounts.get(account) else {
        return Readings::nothing();
    };
    let single = last(hours, 1);
    let orders = |hour: &HourRecord| count(hour.orders.len());
    let by_orders = newest(hours, ENOUGH_ORDERS, orders);
    let by_events = newest(hours, ENOUGH_EVENTS, |hour| {
        hour.accounts.get(account).map_or(0, |a| a.events.distinct)
    });
    Readings {
        match_quality: match_quality(by_events, account),
        api_calls: api_calls(last(hours, CALL_HOURS), account),
        token: measured(current.token, single, 1),
        events: events(by_orders, account),
        platform: measured(current.platform, single, 1),
        delivery: match current.delivery {
            Some(scan) => measured(scan, single, scan.points),
            None => Reading::Missing {
                why: Missing::NoObservations,
            },
        },
        records: records(by_orders, account),
        feed: measured(current.feed, single, 1),
        revenue: revenue(last(hours, REVENUE_HOURS), account, now),
    }
}

fn match_quality(hours: &[HourRecord], account: usize) -> Reading<MatchCounts> {
    let mut keys = KeyCounts {
        email: 0,
        phone: 0,
        click_id: 0,
        external_id: 0,
        browser_id: 0,
        ip_and_agent: 0,
        name_and_address: 0,
    };
    let (mut events, mut confirmed, mut score) = (0, 0, None);
    for (_, hour) in of_account(hours, account) {
        let seen = &hour.events;
        events += seen.distinct;
        confirmed += seen.confirmed;
        keys.email += seen.keys.email;
        keys.phone += seen.keys.phone;
        keys.click_id += seen.keys.click_id;
        keys.external_id += seen.keys.external_id;
        keys.browser_id += seen.keys.browser_id;
        keys.ip_and_agent += seen.keys.ip_and_agent;
        keys.name_and_address += seen.keys.name_and_address;
        score = Some(hour.platform_score);
    }
    let value = MatchCounts {
        events,
        keys,
        confirmed: Some(confirmed),
        platform_score: score,
    };
    measured(value, hours, events)
}

fn api_calls(hours: &[HourRecord], account: usize) -> Reading<ApiCalls> {
    let mut all: Option<ApiCalls> = None;
    for (_, hour) in of_account(hours, account) {
        let one = hour.api_calls;
        all = Some(match all {
            None => one,
            Some(sum) => ApiCalls {
                calls: sum.calls + one.calls,
                failed_auth: sum.failed_auth + one.failed_auth,
                failed_throttled: sum.failed_throttled + one.failed_throttled,
                failed_server: sum.failed_server + one.failed_server,
                failed_client: sum.failed_client + one.failed_client,
                latency_p95_ms: sum.latency_p95_ms.max(one.latency_p95_ms),
                throttle_headroom: one.throttle_headroom,
            },
        });
    }
    match all {
        Some(calls) => measured(calls, hours, calls.calls),
        None => Reading::Missing {
            why: Missing::NoObservations,
        },
    }
}

fn events(hours: &[HourRecord], account: usize) -> Reading<EventCounts> {
    let (mut browser, mut server, mut matched, mut orders) = (0, 0, 0, 0);
    for (hour, of) in of_account(hours, account) {
        browser += of.events.browser;
        server += of.events.server;
        matched += of.events.matched;
        orders += count(hour.orders.len());
    }
    let value = EventCounts {
        browser: Some(browser),
        server: Some(server),
        matched: Some(matched),
        independent: Some(orders),
    };
    measured(value, hours, orders)
}

fn records(hours: &[HourRecord], account: usize) -> Reading<RecordCounts> {
    let mut sum = RecordCounts {
        records: 0,
        schema_violations: 0,
        duplicates: 0,
        late: 0,
        future: 0,
        empty_values: 0,
    };
    for (_, hour) in of_account(hours, account) {
        sum.records += hour.records.records;
        sum.schema_violations += hour.records.schema_violations;
        sum.duplicates += hour.records.duplicates;
        sum.late += hour.records.late;
        sum.future += hour.records.future;
        sum.empty_values += hour.records.empty_values;
    }
    measured(sum, hours, sum.records)
}

/// Platform and shop over the same hours: those whose numbers have arrived.
fn revenue(hours: &[HourRecord], account: usize, now: Timestamp) -> Reading<Revenue> {
    let (mut platform, mut independent, mut squares) = (Sum::new(), Sum::new(), Sum::new());
    let mut orders = 0;
    for (_, hour) in of_account(hours, account) {
        let arrived: Option<alloc::vec::Vec<Delivery>> =
            hour.campaigns.iter().map(|c| c.shown_at(now)).collect();
        let Some(arrived) = arrived else { continue };
        for delivery in arrived {
            platform.add(delivery.revenue);
        }
        independent.add(hour.attributed.revenue);
        squares.add(hour.attributed.squares);
        orders += hour.attributed.orders;
    }
    if orders == 0 && platform.value() == 0.0 {
        return Reading::Missing {
            why: Missing::NoObservations,
        };
    }
    let value = Revenue {
        platform: platform.value(),
        independent: independent.value(),
        independent_squares: squares.value(),
    };
    measured(value, hours, orders)
}

/// A campaign's delivery over the last `hours` hours by `now`: what a rule looks at. The second value is the end of the newest
/// hour that had arrived, the third how many hours had.
#[must_use]
pub fn window_of(
    history: &[HourRecord],
    place: (usize, usize),
    now: Timestamp,
    hours: usize,
    shown: Shown,
) -> (Delivery, Option<Timestamp>, u32) {
    let mut all = Delivery {
        spend: 0.0,
        impressions: 0,
        clicks: 0,
        conversions: 0,
        revenue: 0.0,
    };
    let (mut spend, mut revenue) = (Sum::new(), Sum::new());
    let (mut newest_hour, mut arrived) = (None, 0);
    for (hour, account) in of_account(last(ended(history, now), hours), place.0) {
        let Some(campaign) = account.campaigns.get(place.1) else {
            continue;
        };
        let delivery = match shown {
            Shown::Really => campaign.shown_at(now),
            Shown::Undamaged => Some(campaign.undamaged),
        };
        let Some(delivery) = delivery else { continue };
        spend.add(delivery.spend);
        revenue.add(delivery.revenue);
        all.impressions += delivery.impressions;
        all.clicks += delivery.clicks;
        all.conversions += delivery.conversions;
        newest_hour = Some(hour.began + TimeDelta::hours(1));
        arrived += 1;
    }
    all.spend = spend.value();
    all.revenue = revenue.value();
    (all, newest_hour, arrived)
}
