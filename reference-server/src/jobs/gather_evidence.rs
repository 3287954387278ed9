//! What do we know about this account right now? Loads what readings are derived from, always fresh.

pub mod delivery_watch;
pub mod derive_readings;

use chrono::{DateTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use stratum_core::trust::{Evidence, Performance, Scope};
use stratum_core::vocabulary::{
    AccountId, CampaignId, Measured, Missing, Money, Reading, Source, Timestamp,
};
use stratum_store::metrics::{Granularity, MetricPeriod};
use stratum_store::readings::MetricSums;
use stratum_store::{Account, TenantScope};

use super::JobError;
use delivery_watch::DeliveryWatches;
use derive_readings::{
    CALL_HOURS, Gathered, LONGEST_HOURS, REVENUE_HOURS, end_of_orders, hour_of, hours_needed,
    readings_of,
};

/// What a platform says about how far its own numbers are complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnnouncedFeed {
    /// Numbers before this moment do not change any more.
    pub complete_until: Timestamp,
}

/// Under which name an account's [`AnnouncedFeed`] is kept.
#[must_use]
pub fn feed_name(account: &AccountId) -> String {
    format!("feed of {account}")
}

/// Under which name the status memory of an account is kept.
#[must_use]
pub fn memory_name(account: &Account) -> String {
    format!("{} {}", account.id, account.conversion_event)
}

/// When the account's current day began, in its own time zone; in UTC when the zone is not known.
#[must_use]
pub fn day_began(account: &Account, now: Timestamp) -> Timestamp {
    let zone: Tz = account.time_zone.parse().unwrap_or(Tz::UTC);
    let midnight = now.with_timezone(&zone).date_naive().and_hms_opt(0, 0, 0);
    let began: Option<DateTime<Tz>> =
        midnight.and_then(|midnight| zone.from_local_datetime(&midnight).earliest());
    // Where midnight does not exist, the day begins with the clock change an hour later.
    let began = began.or_else(|| {
        midnight.and_then(|m| {
            zone.from_local_datetime(&(m + TimeDelta::hours(1)))
                .earliest()
        })
    });
    began.map_or(now, |began| began.with_timezone(&Utc))
}

/// When the account's day that began at a moment ended: after 23, 24 or 25 hours, as the clocks are changed.
fn day_ended(account: &Account, began: Timestamp) -> Timestamp {
    // Well within the day after, whatever the clocks do.
    day_began(account, began + TimeDelta::hours(36))
}

/// When the numbers of a period were as they are now, at the earliest: at its end, and where a day has not ended, nobody
/// knows, so at its beginning.
fn known_until(
    account: &Account,
    granularity: Granularity,
    at: Timestamp,
    now: Timestamp,
) -> Timestamp {
    match granularity {
        Granularity::Hour => at + TimeDelta::hours(1),
        Granularity::Day => Some(day_ended(account, at))
            .filter(|end| *end <= now)
            .unwrap_or(at),
    }
}

/// Until when the platform's numbers have arrived; none when none ever did. A row of today's is there all day long and says
/// nothing about the last hours: a day counts when it has ended, and until then the days before it.
fn arrived_until(account: &Account, sums: &MetricSums, now: Timestamp) -> Option<Timestamp> {
    let days = sums
        .newest_day
        .map(|at| known_until(account, Granularity::Day, at, now));
    sums.hours_until.max(days)
}

/// Loads the evidence about an account, with the performance of one campaign where one is named.
///
/// # Errors
/// [`JobError::Store`].
pub async fn gather(
    scope: &mut TenantScope,
    watches: &DeliveryWatches,
    account: &Account,
    campaign: Option<&CampaignId>,
    now: Timestamp,
) -> Result<Evidence, JobError> {
    let gathered = windows(scope, watches, account, now).await?;
    let performance = match campaign {
        Some(campaign) => performance(scope, account, campaign, now).await?,
        None => Reading::not_supplied(),
    };
    Ok(Evidence {
        scope: Scope {
            tenant: scope.tenant().clone(),
            platform: account.platform,
            account: account.id.clone(),
            conversion_event: Some(account.conversion_event.clone()),
        },
        plan: account.plan,
        readings: readings_of(&gathered, account.platform, &account.plan, now),
        performance,
    })
}

async fn windows(
    scope: &mut TenantScope,
    watches: &DeliveryWatches,
    account: &Account,
    now: Timestamp,
) -> Result<Gathered, JobError> {
    let (id, event, to) = (&account.id, &account.conversion_event, hour_of(now));
    let hours = TimeDelta::hours;
    let calls = scope
        .readings_window(id, event, to - hours(CALL_HOURS), to)
        .await?;
    let arrived_until = arrived_until(account, &calls.metrics, now);
    let arrived = arrived_until.map_or(to, |until| hour_of(until).min(to));
    let from = arrived - hours(REVENUE_HOURS);
    let revenue = scope.readings_window(id, event, from, arrived).await?;
    // Up to date numbers leave both windows the same: one look back is enough then.
    let recent = if arrived == to {
        revenue.clone()
    } else {
        let from = to - hours(REVENUE_HOURS);
        scope.readings_window(id, event, from, to).await?
    };
    let end = if account.plan.independent_orders {
        end_of_orders(&recent)
    } else {
        to
    };
    let from = end - hours(hours_needed(&recent));
    let counts = scope.readings_window(id, event, from, end).await?;
    let announced: Option<AnnouncedFeed> = scope.rule_state(&feed_name(id)).await?;
    Ok(Gathered {
        counts,
        calls,
        revenue,
        delivery: watches.scan(scope, id, now).await?,
        newest_hours: scope
            .account_hours(id, to - hours(LONGEST_HOURS), to)
            .await?,
        arrived_until,
        announced_until: announced.map(|feed| feed.complete_until),
    })
}

/// What a campaign spends and returns, for limits.
async fn performance(
    scope: &mut TenantScope,
    account: &Account,
    campaign: &CampaignId,
    now: Timestamp,
) -> Result<Reading<Performance>, JobError> {
    let to = hour_of(now);
    let from = to - TimeDelta::hours(REVENUE_HOURS);
    let began = day_began(account, now);
    let mut periods = scope
        .metrics(&account.id, Granularity::Hour, from, to)
        .await?;
    if periods.is_empty() {
        periods = scope
            .metrics(&account.id, Granularity::Day, from, to)
            .await?;
    }
    let own: Vec<&MetricPeriod> = periods.iter().filter(|p| p.campaign == *campaign).collect();
    let Some(newest) = own.iter().max_by_key(|period| period.at) else {
        return Ok(Reading::Missing {
            why: Missing::NoObservations,
        });
    };
    // Where midnight is not on the hour, the hour across it counts as today's: too much, rather than too little.
    let ends = |period: &MetricPeriod| match period.granularity {
        Granularity::Hour => period.at + TimeDelta::hours(1),
        Granularity::Day => day_ended(account, period.at),
    };
    let sum = |of: &dyn Fn(&MetricPeriod) -> Money, since: Timestamp| {
        let amounts = own
            .iter()
            .filter(|p| ends(p) > since)
            .map(|period| of(period));
        let amounts = amounts.filter(|money| money.currency() == account.currency);
        let total = amounts.fold(Decimal::ZERO, |sum, money| {
            sum.saturating_add(money.amount())
        });
        Money::new(total, account.currency)
    };
    let sums = (
        sum(&|period| period.spend, began),
        sum(&|period| period.spend, from),
        sum(&|period| period.revenue, from),
    );
    let (Ok(spend_today), Ok(spend), Ok(revenue)) = sums else {
        return Ok(Reading::Missing {
            why: Missing::NoObservations,
        });
    };
    Ok(Reading::Measured(Measured {
        value: Performance {
            spend_today,
            spend,
            revenue,
        },
        at: known_until(account, newest.granularity, newest.at, now),
        window_seconds: u32::try_from(REVENUE_HOURS * 3600).unwrap_or(u32::MAX),
        observations: u64::try_from(own.len()).unwrap_or(u64::MAX),
        source: Source::PlatformReport,
    }))
}
