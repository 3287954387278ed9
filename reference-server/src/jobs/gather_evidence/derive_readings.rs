//! What was measured? Counts and sums of the store as readings of the core; pure.
//!
//! Counts are compared over hours that both sides have: an independent count that lags behind moves the end of the window
//! back, and the reading is that much older. What never arrived is missing, never zero.

use chrono::{DurationRound as _, TimeDelta};
use stratum_core::numeric::from_u64;
use stratum_core::numeric::functions::nearest_count;
use stratum_core::signal::{
    DeliveryScan, EventCounts, Feed, KeyCounts, MatchCounts, MeasurementPlan, PlatformState,
    Readings, RecordCounts, Revenue,
};
use stratum_core::vocabulary::{Measured, Missing, Platform, Reading, Source, Timestamp};
use stratum_store::ReadingsWindow;
use stratum_store::metrics::AccountHour;

/// Conversions that a window of counts should hold.
pub const ENOUGH_CONVERSIONS: u64 = 300;
/// The shortest window of counts, in hours.
pub const SHORTEST_HOURS: i64 = 6;
/// The longest window of counts, in hours.
pub const LONGEST_HOURS: i64 = 48;
/// The window of calls to the platform, in hours.
pub const CALL_HOURS: i64 = 3;
/// The window of revenue, in hours: the one a rule looks at, so that what misleads the rule shows here.
pub const REVENUE_HOURS: i64 = 72;
/// A platform's word on its matching that is older counts as not given.
const OLDEST_CONFIRMATION: TimeDelta = TimeDelta::hours(72);

/// What the store knows, as far as readings need it.
#[derive(Debug, Clone, PartialEq)]
pub struct Gathered {
    /// Counts, over the shortest window that holds enough conversions.
    pub counts: ReadingsWindow,
    /// Calls, over the window of calls.
    pub calls: ReadingsWindow,
    /// Revenue, over hours whose numbers have arrived.
    pub revenue: ReadingsWindow,
    /// What a detector saw in delivery.
    pub delivery: Option<DeliveryScan>,
    /// The newest hours of the account, by time.
    pub newest_hours: Vec<AccountHour>,
    /// Until when the platform's numbers have arrived; none when none ever did.
    pub arrived_until: Option<Timestamp>,
    /// Until when the platform itself says its numbers are complete; none when it does not say.
    pub announced_until: Option<Timestamp>,
}

/// The beginning of the hour in which a moment lies.
#[must_use]
pub fn hour_of(now: Timestamp) -> Timestamp {
    now.duration_trunc(TimeDelta::hours(1)).unwrap_or(now)
}

/// How many hours a window needs to hold enough conversions, judged by how many the recent hours held.
#[must_use]
pub fn hours_needed(recent: &ReadingsWindow) -> i64 {
    let seen = recent.independent_orders().orders.max(distinct(recent));
    if seen == 0 {
        return LONGEST_HOURS;
    }
    let hours = (recent.to - recent.from).num_hours().max(1);
    let needed = i64::try_from(ENOUGH_CONVERSIONS)
        .unwrap_or(i64::MAX)
        .saturating_mul(hours);
    let needed = needed
        .div_euclid(i64::try_from(seen).unwrap_or(i64::MAX))
        .saturating_add(1);
    needed.clamp(SHORTEST_HOURS, LONGEST_HOURS)
}

/// The end of the hours that the independent count covers, not after `to`.
#[must_use]
pub fn end_of_orders(recent: &ReadingsWindow) -> Timestamp {
    let last = recent.independent_orders().last_at;
    last.map_or(recent.to, |at| {
        let end = hour_of(at - TimeDelta::microseconds(1)) + TimeDelta::hours(1);
        end.min(recent.to)
    })
}

/// Readings of an account at `now`.
#[must_use]
pub fn readings_of(
    gathered: &Gathered,
    platform: Platform,
    plan: &MeasurementPlan,
    now: Timestamp,
) -> Readings {
    Readings {
        match_quality: match_quality(gathered, platform, now),
        api_calls: match &gathered.calls.calls {
            Some(sums) => Reading::Measured(Measured {
                value: sums.calls,
                at: sums.until.min(now),
                window_seconds: seconds(&gathered.calls),
                observations: sums.calls.calls,
                source: Source::PlatformApi,
            }),
            None => never(),
        },
        token: match &gathered.calls.token {
            Some((token, checked_at)) => single(*token, *checked_at, Source::PlatformApi),
            None => never(),
        },
        events: events(&gathered.counts, plan),
        platform: platform_state(gathered),
        delivery: match gathered.delivery {
            Some(scan) => Reading::Measured(Measured {
                value: scan,
                at: hour_of(now),
                window_seconds: 12 * 3600,
                observations: scan.points,
                source: Source::Detector,
            }),
            None => Reading::Missing {
                why: Missing::NoObservations,
            },
        },
        records: records(&gathered.counts),
        feed: feed(gathered, now),
        revenue: revenue(&gathered.revenue),
    }
}

const fn never<T>() -> Reading<T> {
    Reading::Missing {
        why: Missing::NeverReceived,
    }
}

const fn single<T>(value: T, at: Timestamp, source: Source) -> Reading<T> {
    Reading::Measured(Measured {
        value,
        at,
        window_seconds: 0,
        observations: 1,
        source,
    })
}

fn seconds(window: &ReadingsWindow) -> u32 {
    u32::try_from((window.to - window.from).num_seconds()).unwrap_or(u32::MAX)
}

fn over<T>(window: &ReadingsWindow, value: T, observations: u64, source: Source) -> Reading<T> {
    let (at, window_seconds) = (window.to, seconds(window));
    Reading::Measured(Measured {
        value,
        at,
        window_seconds,
        observations,
        source,
    })
}

/// Conversions counted once, whichever sides reported them.
fn distinct(window: &ReadingsWindow) -> u64 {
    let sides = &window.conversions;
    let reported =
        sides.browser.conversions() + sides.server.conversions() + sides.mobile.conversions();
    reported.saturating_sub(window.matched())
}

fn match_quality(gathered: &Gathered, platform: Platform, now: Timestamp) -> Reading<MatchCounts> {
    let window = &gathered.counts;
    let (events, all) = (distinct(window), window.events());
    if all == 0 {
        return Reading::Missing {
            why: Missing::NoObservations,
        };
    }
    // Keys are counted on every side's event; a conversion reported by both sides is one observation.
    let share = from_u64(events) / from_u64(all);
    let scaled = |n: u64| nearest_count(from_u64(n) * share).min(events);
    let keys = window.key_counts(platform);
    let keys = KeyCounts {
        email: scaled(keys.email),
        phone: scaled(keys.phone),
        click_id: scaled(keys.click_id),
        external_id: scaled(keys.external_id),
        browser_id: scaled(keys.browser_id),
        ip_and_agent: scaled(keys.ip_and_agent),
        name_and_address: scaled(keys.name_and_address),
    };
    let said = window
        .confirmation
        .filter(|(said, at)| said.events > 0 && now - *at <= OLDEST_CONFIRMATION)
        .map(|(said, _)| said);
    let confirmed = said.and_then(|said| {
        let share = from_u64(said.confirmed?) / from_u64(said.events);
        Some(nearest_count(from_u64(events) * share).min(events))
    });
    let platform_score = said.and_then(|said| said.platform_score);
    over(
        window,
        MatchCounts {
            events,
            keys,
            confirmed,
            platform_score,
        },
        events,
        Source::Events,
    )
}

fn events(window: &ReadingsWindow, plan: &MeasurementPlan) -> Reading<EventCounts> {
    let sides = &window.conversions;
    let customer = sides.browser.conversions() + sides.mobile.conversions();
    let server = sides.server.conversions();
    let orders = window.independent_orders();
    let known = plan.independent_orders && orders.last_at.is_some();
    let seen = customer.max(server).max(orders.orders);
    if seen == 0 && !known {
        return Reading::Missing {
            why: Missing::NoObservations,
        };
    }
    let value = EventCounts {
        browser: plan.browser_events.then_some(customer),
        server: plan.server_events.then_some(server),
        matched: (plan.browser_events && plan.server_events)
            .then(|| window.matched().min(customer).min(server)),
        independent: known.then_some(orders.orders),
    };
    over(window, value, seen, Source::Events)
}

fn records(window: &ReadingsWindow) -> Reading<RecordCounts> {
    let sums = &window.records;
    if sums.records == 0 {
        return Reading::Missing {
            why: Missing::NoObservations,
        };
    }
    let value = RecordCounts {
        records: sums.records,
        schema_violations: sums.schema_violations,
        duplicates: sums.duplicates,
        late: sums.late,
        future: sums.future,
        empty_values: sums.empty_values,
    };
    over(window, value, sums.records, Source::Events)
}

fn platform_state(gathered: &Gathered) -> Reading<PlatformState> {
    let sums = &gathered.calls.platform;
    let Some(checked_at) = sums.checked_at else {
        return never();
    };
    let metrics = &gathered.revenue.metrics;
    let learning = (metrics.spend > 0.0).then(|| metrics.learning_spend / metrics.spend);
    let value = PlatformState {
        minor_incidents: sums.minor_incidents,
        major_incidents: sums.major_incidents,
        changes_requested: sums.changes_requested,
        changes_rejected: sums.changes_rejected,
        api_sunset_at: sums.api_sunset_at,
        learning_share: sums
            .learning_share
            .or(learning)
            .unwrap_or(0.0)
            .clamp(0.0, 1.0),
    };
    single(value, checked_at, Source::PlatformReport)
}

fn feed(gathered: &Gathered, now: Timestamp) -> Reading<Feed> {
    let Some(arrived) = gathered.arrived_until else {
        return never();
    };
    let until = gathered
        .announced_until
        .map_or(arrived, |announced| announced.min(arrived));
    let lag = (now - until).num_seconds().max(0);
    let value = Feed {
        lag_seconds: u64::try_from(lag).unwrap_or(0),
        flat_hours: flat_hours(&gathered.newest_hours),
    };
    single(value, now, Source::PlatformReport)
}

/// For how many hours the newest spend has repeated itself to the last digit; nothing spent is not a repetition.
#[expect(clippy::float_cmp, reason = "a repetition is exact")]
fn flat_hours(hours: &[AccountHour]) -> u32 {
    let Some(newest) = hours.last().filter(|hour| hour.spend > 0.0) else {
        return 0;
    };
    let same = hours
        .iter()
        .rev()
        .skip(1)
        .take_while(|hour| hour.spend == newest.spend)
        .count();
    u32::try_from(same).unwrap_or(u32::MAX)
}

fn revenue(window: &ReadingsWindow) -> Reading<Revenue> {
    let (orders, metrics) = (&window.own_orders, &window.metrics);
    if metrics.periods == 0 {
        return Reading::Missing {
            why: Missing::NoObservations,
        };
    }
    if orders.last_at.is_none() {
        return Reading::Missing {
            why: Missing::NoIndependentCount,
        };
    }
    let value = Revenue {
        platform: metrics.revenue,
        independent: orders.amount,
        independent_squares: orders.squares,
    };
    over(window, value, orders.orders, Source::Orders)
}
