//! What does money buy? Seasons, drifting demand and a response curve with diminishing returns.

use chrono::{Datelike as _, TimeDelta, Timelike as _};

use super::incident::{Incident, IncidentKind};
use crate::numeric::functions::exp;
use crate::vocabulary::{Timestamp, seconds_between};

/// How revenue answers to spend: `reach · (1 − e^(−spend / ease))` a day. The first euro returns `reach / ease`, each further
/// one less.
///
/// ```
/// use stratum_core::simulation::Response;
/// let response = Response { reach: 5000.0, ease: 1000.0 };
/// assert!((response.marginal(0.0, 1.0) - 5.0).abs() < 1e-12);
/// assert!(response.marginal(900.0, 1.0) < response.daily_revenue(900.0, 1.0) / 900.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Response {
    /// Revenue a day that no budget exceeds, at ordinary demand.
    pub reach: f64,
    /// Spend a day that buys about two thirds of it, at ordinary demand.
    pub ease: f64,
}

impl Response {
    /// Expected revenue a day at this spend a day; demand scales the reach and what it takes alike.
    #[must_use]
    pub fn daily_revenue(&self, spend: f64, demand: f64) -> f64 {
        self.reach * demand * (1.0 - exp(-spend / (self.ease * demand)))
    }

    /// What the next unit of money returns.
    #[must_use]
    pub fn marginal(&self, spend: f64, demand: f64) -> f64 {
        self.reach / self.ease * exp(-spend / (self.ease * demand))
    }
}

/// Activity by hour of the day, mean one.
const BY_HOUR: [f64; 24] = [
    0.50, 0.35, 0.27, 0.25, 0.27, 0.40, 0.60, 0.85, 1.00, 1.15, 1.15, 1.25, 1.25, 1.15, 1.15, 1.15,
    1.15, 1.25, 1.50, 1.75, 1.85, 1.70, 1.25, 0.81,
];
/// Demand by weekday from Monday, mean one.
const BY_WEEKDAY: [f64; 7] = [1.03, 0.98, 0.96, 0.97, 0.98, 1.00, 1.08];
/// How long a demand shift takes to be there in full, in seconds.
const RAMP_SECONDS: f64 = 6.0 * 3600.0;

/// How active people are in this hour of the account's own day; one on average.
#[must_use]
pub fn activity(at: Timestamp, utc_offset_hours: i32) -> f64 {
    let local = at + TimeDelta::hours(i64::from(utc_offset_hours));
    let hour = usize::try_from(local.hour()).unwrap_or(0);
    BY_HOUR.get(hour).copied().unwrap_or(1.0)
}

/// How the weekday of the account's own day moves demand; one on average.
#[must_use]
pub fn weekday(at: Timestamp, utc_offset_hours: i32) -> f64 {
    let local = at + TimeDelta::hours(i64::from(utc_offset_hours));
    let day = usize::try_from(local.weekday().num_days_from_monday()).unwrap_or(0);
    BY_WEEKDAY.get(day).copied().unwrap_or(1.0)
}

/// The factor of real demand shifts at this moment.
pub(super) fn shift(incidents: &[Incident], account: usize, at: Timestamp) -> f64 {
    incidents
        .iter()
        .filter(|i| i.account == account && i.covers(at))
        .fold(1.0, |all, i| {
            let IncidentKind::DemandShift { factor } = i.kind else {
                return all;
            };
            let there = (seconds_between(i.from, at) / RAMP_SECONDS).min(1.0);
            all * (1.0 + (factor - 1.0) * there)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seasons_average_to_one() {
        assert!((BY_HOUR.iter().sum::<f64>() / 24.0 - 1.0).abs() < 1e-9);
        assert!((BY_WEEKDAY.iter().sum::<f64>() / 7.0 - 1.0).abs() < 1e-9);
    }
}
