//! When? One time type, always in UTC, always passed in.
//!
//! The core never reads a clock. An account's own day is cut by the caller, who knows its time zone, and handed over as
//! the moment that day began.

use chrono::{DateTime, TimeDelta, Utc};

/// A moment in UTC.
pub type Timestamp = DateTime<Utc>;

/// How far a measurement may lie in the future before it is called impossible: clocks differ by minutes, not by hours.
pub const MAX_CLOCK_SKEW_SECONDS: f64 = 300.0;

/// Seconds from `earlier` to `later`, negative when the order is the other way round.
///
/// ```
/// use stratum_core::vocabulary::{Timestamp, seconds_between};
/// let a: Timestamp = "2026-03-01T09:00:00Z".parse().unwrap();
/// let b: Timestamp = "2026-03-01T09:01:30Z".parse().unwrap();
/// assert_eq!(seconds_between(a, b), 90.0);
/// ```
#[must_use]
pub fn seconds_between(earlier: Timestamp, later: Timestamp) -> f64 {
    let millis = later
        .timestamp_millis()
        .saturating_sub(earlier.timestamp_millis());
    // Timestamps of chrono span less than 2^53 milliseconds either way, so the cast is exact.
    crate::numeric::from_i64(millis) / 1000.0
}

/// The moment `seconds` after `now`; at the end of the calendar, `now` itself, so that nothing lives longer than asked.
///
/// ```
/// use stratum_core::vocabulary::{Timestamp, time::later};
/// let now: Timestamp = "2026-03-01T09:00:00Z".parse().unwrap();
/// assert_eq!(later(now, 60).to_rfc3339(), "2026-03-01T09:01:00+00:00");
/// ```
#[must_use]
pub fn later(now: Timestamp, seconds: u32) -> Timestamp {
    now.checked_add_signed(TimeDelta::seconds(i64::from(seconds)))
        .unwrap_or(now)
}
