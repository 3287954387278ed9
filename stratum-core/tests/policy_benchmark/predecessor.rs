//! How did an earlier system decide? Its advertised health model and its trust gate, rebuilt rule by rule to compare with.
//!
//! Weights .40/.25/.20/.15 over platform match score, freshness, gap to web analytics and anomalies; friendly numbers where a
//! value is missing; the jump of the gap at .15 is its own. Lives in the benchmark only.

use chrono::TimeDelta;
use stratum_core::simulation::HourRecord;
use stratum_core::vocabulary::{Timestamp, seconds_between};

/// How much lower the platform scores the events that are not purchases, on average over the event types: its model takes the
/// mean over all of them.
const UPPER_FUNNEL: f64 = 1.3;
/// Hours of the revenue comparison: as long as ours, which is kinder to it than the single days it used.
const GAP_HOURS: usize = 72;

/// What it compares the platform's revenue with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Independent {
    /// A web analytics tool that sees consenting visitors only: what it really had.
    WebAnalytics,
    /// The shop's own orders: what it never had, and ours does.
    ShopOrders,
}

/// The health it computes for an account, from 0 to 100.
pub(crate) fn health(
    history: &[HourRecord],
    account: usize,
    now: Timestamp,
    independent: Independent,
) -> f64 {
    0.40 * match_score(history, account)
        + 0.25 * freshness(history, account, now)
        + 0.20 * gap(history, account, now, independent)
        + 0.15 * anomalies(history, account, now)
}

fn last(history: &[HourRecord], hours: usize) -> &[HourRecord] {
    &history[history.len().saturating_sub(hours)..]
}

fn match_score(history: &[HourRecord], account: usize) -> f64 {
    let Some(hour) = history.last() else {
        return 75.0;
    };
    (10.0 * (hour.accounts[account].platform_score - UPPER_FUNNEL)).clamp(0.0, 100.0)
}

fn freshness(history: &[HourRecord], account: usize, now: Timestamp) -> f64 {
    let arrived = |hour: &&HourRecord| {
        hour.accounts[account]
            .campaigns
            .iter()
            .any(|c| c.shown_at(now).is_some())
    };
    let Some(newest) = history.iter().rev().find(arrived) else {
        return 50.0;
    };
    let hours = seconds_between(newest.ended(), now) / 3600.0;
    if hours <= 24.0 {
        100.0
    } else {
        (100.0 * (48.0 - hours) / 24.0).max(0.0)
    }
}

fn gap(history: &[HourRecord], account: usize, now: Timestamp, independent: Independent) -> f64 {
    let (mut platform, mut other) = (0.0, 0.0);
    for hour in last(history, GAP_HOURS) {
        let of = &hour.accounts[account];
        platform += of
            .campaigns
            .iter()
            .filter_map(|c| c.shown_at(now))
            .map(|d| d.revenue)
            .sum::<f64>();
        other += match independent {
            Independent::WebAnalytics => of.attributed.analytics_revenue,
            Independent::ShopOrders => of.attributed.revenue,
        };
    }
    let v = match (platform > 0.0, other > 0.0) {
        (_, true) => (platform - other).abs() / other,
        (true, false) => 1.0,
        (false, false) => 0.0,
    };
    if v <= 0.10 {
        100.0
    } else if v < 0.15 {
        100.0 - 30.0 * (v - 0.10) / 0.05
    } else {
        (100.0 * (1.0 - (v - 0.10) / 0.10)).max(0.0)
    }
}

/// Spend, conversions, cost per conversion and return of each day back from now, newest first.
fn days(history: &[HourRecord], account: usize, now: Timestamp) -> Vec<[Option<f64>; 4]> {
    let mut days = Vec::new();
    for day in 0..15 {
        let (to, from) = (now - TimeDelta::days(day), now - TimeDelta::days(day + 1));
        let (mut spend, mut conversions, mut revenue, mut any) = (0.0, 0.0, 0.0, false);
        let begin = history.partition_point(|hour| hour.began < from);
        for hour in history[begin..].iter().take_while(|hour| hour.began < to) {
            for shown in hour.accounts[account]
                .campaigns
                .iter()
                .filter_map(|c| c.shown_at(now))
            {
                any = true;
                spend += shown.spend;
                conversions += stratum_core::numeric::from_u64(shown.conversions);
                revenue += shown.revenue;
            }
        }
        if any {
            let per = |a: f64, b: f64| (b > 0.0).then(|| a / b);
            days.push([
                Some(spend),
                Some(conversions),
                per(spend, conversions),
                per(revenue, spend),
            ]);
        }
    }
    days
}

fn anomalies(history: &[HourRecord], account: usize, now: Timestamp) -> f64 {
    let days = days(history, account, now);
    let (mut judged, mut anomalous) = (0.0, 0.0);
    for metric in 0..4 {
        let values: Vec<f64> = days.iter().filter_map(|day| day[metric]).collect();
        let Some((newest, before)) = values.split_first() else {
            continue;
        };
        if before.len() < 7 {
            continue;
        }
        judged += 1.0;
        let n = before.iter().map(|_| 1.0).sum::<f64>();
        let mean = before.iter().sum::<f64>() / n;
        let deviation = stratum_core::numeric::sqrt(
            before.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n,
        );
        anomalous += if deviation > 0.0 && ((newest - mean) / deviation).abs() > 3.0 {
            1.0
        } else {
            0.0
        };
    }
    if judged == 0.0 {
        return 90.0;
    }
    match anomalous / judged {
        0.0 => 100.0,
        share if share <= 0.25 => 80.0,
        share if share <= 0.5 => 50.0,
        _ => 20.0,
    }
}
