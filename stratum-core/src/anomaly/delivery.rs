//! Does delivery look as it should? Several metrics of one account, counted over the last half day.
//!
//! This is what platform stability reads: how many points were looked at, how many of them were anomalous, and how far the
//! farthest lay from what was expected. A critical point marks the few points of its metric after it as well: a break does
//! not heal because the next hour looks normal.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use chrono::TimeDelta;

use super::severity::Severity;
use super::streaming::{Detector, DetectorSettings, Judgement, Point};
use crate::signal::DeliveryScan;
use crate::vocabulary::Timestamp;

/// How far back the count reaches.
pub const SCANNED_HOURS: i64 = 12;
/// How many points after a critical one count with it.
const MARKED_AFTER_CRITICAL: u32 = 3;
/// Points remembered at most, whatever the spacing of the points.
const MOST_REMEMBERED: usize = 512;

/// Watches the delivery metrics of one account.
///
/// ```
/// use stratum_core::anomaly::{DeliveryWatch, Point};
/// use stratum_core::vocabulary::Timestamp;
/// let start: Timestamp = "2026-05-01T00:00:00Z".parse().unwrap();
/// let mut watch = DeliveryWatch::new(1);
/// for hour in 0..100 {
///     let at = start + chrono::TimeDelta::hours(hour);
///     let value = if hour == 99 { 300.0 } else { 3.0 };
///     watch.observe(0, &Point { at, value: Some(value), observations: None });
/// }
/// let scan = watch.scan(start + chrono::TimeDelta::hours(99)).unwrap();
/// assert_eq!((scan.points, scan.anomalous), (12, 1));
/// assert!(scan.farthest > 90.0);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct DeliveryWatch {
    metrics: Vec<Watched>,
    recent: VecDeque<Seen>,
}

/// A point that was judged.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Seen {
    at: Timestamp,
    anomalous: bool,
    /// Its distance from what was expected, without sign.
    far: f64,
}

#[derive(Debug, Clone, PartialEq)]
struct Watched {
    detector: Detector,
    marked: u32,
}

impl DeliveryWatch {
    /// Watches `metrics` metrics, numbered from 0, each hourly.
    #[must_use]
    pub fn new(metrics: usize) -> Self {
        let settings = DetectorSettings::hourly_delivery();
        let metrics = (0..metrics)
            .map(|_| Watched {
                detector: Detector::new(settings),
                marked: 0,
            })
            .collect();
        Self {
            metrics,
            recent: VecDeque::new(),
        }
    }

    /// Judges the next point of a metric. Points of one metric come in order of time.
    pub fn observe(&mut self, metric: usize, point: &Point) -> Judgement {
        let Some(watched) = self.metrics.get_mut(metric) else {
            return Judgement::Missing;
        };
        let judgement = watched.detector.observe(point);
        let (severity, far) = match judgement {
            Judgement::Judged {
                severity, distance, ..
            } => (severity, distance.abs()),
            Judgement::Missing | Judgement::Learning => return judgement,
        };
        let anomalous = severity.is_anomaly() || watched.marked > 0;
        watched.marked = if severity == Severity::Critical {
            MARKED_AFTER_CRITICAL
        } else {
            watched.marked.saturating_sub(1)
        };
        if self.recent.len() >= MOST_REMEMBERED {
            self.recent.pop_front();
        }
        self.recent.push_back(Seen {
            at: point.at,
            anomalous,
            far,
        });
        judgement
    }

    /// The count over the half day that ends at `now`; none when no point of it could be judged.
    pub fn scan(&mut self, now: Timestamp) -> Option<DeliveryScan> {
        // Before there were twelve hours of time nothing has left the window.
        let from = now.checked_sub_signed(TimeDelta::hours(SCANNED_HOURS));
        let left = |seen: &Seen| from.is_some_and(|from| seen.at <= from);
        while self.recent.front().is_some_and(left) {
            self.recent.pop_front();
        }
        let mut scan = DeliveryScan::nothing();
        for seen in self.recent.iter().filter(|seen| seen.at <= now) {
            scan = scan.and(DeliveryScan {
                points: 1,
                anomalous: u64::from(seen.anomalous),
                farthest: seen.far,
            });
        }
        (scan.points > 0).then_some(scan)
    }
}
