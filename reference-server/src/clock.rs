//! What time is it? The one file that looks at a clock.
//!
//! Everything else is handed the moment to judge by. A demo runs on a mapped clock, whose "now" is where its simulated
//! history ends; a test runs on one that it moves by hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use stratum_core::vocabulary::Timestamp;

/// A source of the present moment.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// The machine's clock, shifted by a fixed distance.
    Shifted(TimeDelta),
    /// Stands still until it is moved; in milliseconds since 1970.
    ByHand(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `at` until it is moved.
    #[must_use]
    pub fn by_hand(at: Timestamp) -> Self {
        Self::ByHand(Arc::new(AtomicI64::new(at.timestamp_millis())))
    }

    /// A clock that shows `at` now and runs on from there.
    #[must_use]
    pub fn starting_at(at: Timestamp) -> Self {
        Self::Shifted(at - machine_now())
    }

    /// The present moment, in whole milliseconds: what is stored reads back as the same moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => machine_now(),
            Self::Shifted(distance) => machine_now() + *distance,
            Self::ByHand(millis) => {
                DateTime::from_timestamp_millis(millis.load(Ordering::SeqCst)).unwrap_or_default()
            }
        }
    }

    /// Moves a clock that is moved by hand; the others go their own way.
    pub fn advance(&self, by: Duration) {
        if let Self::ByHand(millis) = self {
            let step = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
            millis.fetch_add(step, Ordering::SeqCst);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the clock")]
fn machine_now() -> Timestamp {
    let now = Utc::now();
    DateTime::from_timestamp_millis(now.timestamp_millis()).unwrap_or(now)
}

/// How long something took, for reports and logs; never part of a decision.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(std::time::Instant);

impl Stopwatch {
    /// Starts measuring.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub fn start() -> Self {
        Self(std::time::Instant::now())
    }

    /// Since the start.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    /// Whole milliseconds since the start.
    #[must_use]
    pub fn millis(&self) -> u64 {
        u64::try_from(self.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_moved_by_hand_stands_still_otherwise() {
        let at: Timestamp = "2026-11-25T12:00:00Z".parse().unwrap();
        let clock = Clock::by_hand(at);
        assert_eq!(clock.now(), at);
        clock.advance(Duration::from_secs(90));
        assert_eq!(
            clock.now(),
            "2026-11-25T12:01:30Z".parse::<Timestamp>().unwrap()
        );
    }

    #[test]
    fn a_shifted_clock_starts_where_it_is_told() {
        let at: Timestamp = "2027-01-01T00:00:00Z".parse().unwrap();
        let gone = Clock::starting_at(at).now() - at;
        assert!(
            gone >= TimeDelta::milliseconds(-1) && gone < TimeDelta::seconds(5),
            "{gone}"
        );
    }
}
