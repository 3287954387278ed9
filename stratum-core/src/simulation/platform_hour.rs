//! How does the platform itself behave in an hour? Its API, the token, its state, the feed, and the records that arrive.

use alloc::vec::Vec;

use chrono::TimeDelta;

use super::advertiser::AccountPlan;
use super::hour::{CampaignHour, Delivery, EventHour};
use super::incident::Damage;
use crate::anomaly::{DeliveryWatch, Point};
use crate::numeric::functions::nearest_count;
use crate::numeric::{Chance, from_u64};
use crate::signal::{ApiCalls, Feed, PlatformState, RecordCounts, Token};
use crate::vocabulary::{Timestamp, seconds_between};

/// Calls an hour, on average.
const CALLS: f64 = 90.0;
/// Share of calls that fail as a matter of course.
const FAILS_BY_NATURE: f64 = 0.003;
/// Share of the spend that is shown while costs are late or a report is incomplete.
pub(super) const PART_OF_SPEND: f64 = 0.45;
const HOUR_SECONDS: u64 = 3600;

pub(super) fn api_calls(plan: &AccountPlan, damage: &Damage, chance: &mut Chance) -> ApiCalls {
    let calls = chance.count(CALLS);
    let by_nature = chance.successes(calls, FAILS_BY_NATURE);
    let throttled = chance.successes(calls, 0.001);
    let failing = chance.successes(calls, damage.failing.map_or(0.0, |(share, _)| share));
    let slow = if damage.lag.is_some() || damage.failing.is_some() {
        3.0
    } else {
        1.0
    };
    let latency = 700.0 * chance.factor(0.15) * slow;
    let headroom = chance.between(0.55, 0.9);
    let left = calls - (by_nature + throttled).min(calls);
    ApiCalls {
        calls,
        failed_auth: if damage.expired.is_some() { left } else { 0 },
        failed_throttled: throttled.min(calls),
        failed_server: if damage.expired.is_some() {
            0
        } else {
            failing.min(left)
        },
        failed_client: by_nature.min(calls - throttled.min(calls)),
        latency_p95_ms: u32::try_from(nearest_count(latency)).unwrap_or(u32::MAX),
        throttle_headroom: plan.measurement.throttle_headroom.then_some(headroom),
    }
}

pub(super) fn token(damage: &Damage, now: Timestamp) -> Token {
    match damage.expired {
        Some((since, _)) => Token {
            valid: false,
            expires_at: Some(since),
            renews: false,
        },
        None => Token {
            valid: true,
            expires_at: Some(now + TimeDelta::days(45)),
            renews: true,
        },
    }
}

pub(super) fn state(damage: &Damage, chance: &mut Chance) -> PlatformState {
    let by_nature = chance.happens(0.004);
    PlatformState {
        minor_incidents: u32::from(by_nature) + u32::from(damage.failing.is_some()),
        major_incidents: 0,
        changes_requested: 0,
        changes_rejected: 0,
        api_sunset_at: None,
        learning_share: 0.05,
    }
}

pub(super) fn feed(damage: &Damage, now: Timestamp) -> Feed {
    let since = |from: Timestamp| nearest_count(seconds_between(from, now));
    let behind = match (damage.expired, damage.lag) {
        (Some((from, _)), _) => since(from),
        (None, Some((hours, from, _))) => since(from).min(u64::from(hours) * HOUR_SECONDS),
        (None, None) => 0,
    };
    Feed {
        lag_seconds: behind + HOUR_SECONDS,
        flat_hours: 0,
    }
}

pub(super) fn records(events: &EventHour, damage: &Damage, chance: &mut Chance) -> RecordCounts {
    let sent = events.browser + events.server;
    let repeated = chance.successes(sent, 0.002) + chance.successes(sent, damage.split_ids * 0.1);
    let records = sent + repeated;
    RecordCounts {
        records,
        schema_violations: chance.successes(records, 0.002),
        duplicates: repeated,
        late: chance.successes(records, 0.008),
        future: 0,
        empty_values: chance.successes(records, 0.003),
    }
}

/// What is shown of a campaign's hour at first, and when it is corrected.
pub(super) fn shown(
    settled: Delivery,
    damage: &Damage,
    ended: Timestamp,
    chance: &mut Chance,
) -> (Option<Delivery>, Timestamp) {
    // Drawn whether needed or not, so that damage shifts nothing else.
    let (fails, cut) = (chance.share(), chance.share());
    let in_part = Delivery {
        spend: settled.spend * PART_OF_SPEND,
        ..settled
    };
    if let Some((_, to)) = damage.expired {
        return (None, to);
    }
    if let Some((share, to)) = damage.failing
        && fails < (share * 3.0).min(0.9)
    {
        return (if cut < 0.6 { Some(in_part) } else { None }, to);
    }
    if let Some((hours, _, to)) = damage.lag {
        return (
            Some(in_part),
            to.min(ended + TimeDelta::hours(i64::from(hours))),
        );
    }
    (Some(settled), ended)
}

/// Cost per mille, cost per click and spend relative to budget, over the campaigns whose numbers arrived.
pub(super) fn watch_delivery(
    watch: &mut DeliveryWatch,
    campaigns: &[CampaignHour],
    began: Timestamp,
) {
    let arrived: Vec<(&CampaignHour, Delivery)> = campaigns
        .iter()
        .filter_map(|c| c.shown.map(|shown| (c, shown)))
        .collect();
    let total =
        |of: fn(&Delivery) -> f64| crate::numeric::sum(arrived.iter().map(|(_, shown)| of(shown)));
    let spend = total(|d| d.spend);
    let impressions: u64 = arrived.iter().map(|(_, shown)| shown.impressions).sum();
    let clicks: u64 = arrived.iter().map(|(_, shown)| shown.clicks).sum();
    let budget = crate::numeric::sum(arrived.iter().map(|(c, _)| c.daily_budget));
    let rate = |whole: f64, observations| Point {
        at: began,
        value: (whole > 0.0).then(|| spend / whole),
        observations,
    };
    watch.observe(0, &rate(from_u64(impressions), Some(impressions)));
    watch.observe(1, &rate(from_u64(clicks), Some(clicks)));
    watch.observe(2, &rate(budget, None));
}
