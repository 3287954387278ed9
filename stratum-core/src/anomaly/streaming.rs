//! How far is this point from what the points before it lead to expect?
//!
//! Level is the median of the last three days without the season, season the median of the same hour on the days before,
//! scale the median deviation of the last two weeks with a floor. A level that has moved and stays is taken over after half a
//! day. Nothing here looks ahead, and memory is bounded by the windows.

use chrono::Timelike as _;

use super::seasonal::HourOfDay;
use super::severity::{NOTABLE, Severity};
use super::window::Window;
use crate::numeric::functions::{exp, ln};
use crate::numeric::quantile::MEDIAN_DEVIATION_TO_SIGMA;
use crate::numeric::{from_u64, sqrt};
use crate::vocabulary::Timestamp;

/// How departures are measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// As differences: for metrics that may be zero or negative as a matter of course.
    Additive,
    /// As factors: for costs, counts and rates, where double and half are equally far.
    Multiplicative,
}

/// The sizes a detector works with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DetectorSettings {
    /// How departures are measured.
    pub scale: Scale,
    /// Points in the level.
    pub level_points: usize,
    /// Points in the scale.
    pub scale_points: usize,
    /// Days an hour of the day remembers.
    pub season_days: usize,
    /// Points before anything is judged.
    pub learning_points: usize,
    /// Points in a row on one side that make a new level.
    pub shift_points: u32,
    /// The least standard deviation ever assumed, relative to the level: a series that never moved may move by a little.
    pub least_spread: f64,
}

impl DetectorSettings {
    /// For hourly costs, rates and counts of an ad account.
    #[must_use]
    pub const fn hourly_delivery() -> Self {
        Self {
            scale: Scale::Multiplicative,
            level_points: 72,
            scale_points: 336,
            season_days: 14,
            learning_points: 24,
            shift_points: 12,
            least_spread: 0.05,
        }
    }
}

/// One point of a metric.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// When its hour began.
    pub at: Timestamp,
    /// The value; none when it is missing.
    pub value: Option<f64>,
    /// For a ratio, how many events its denominator or numerator rests on, whichever is fewer. None when it is not a ratio.
    pub observations: Option<u64>,
}

/// What came of judging a point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Judgement {
    /// There was no value: neither usual nor unusual.
    Missing,
    /// Too little history to judge by.
    Learning,
    /// It was judged.
    Judged {
        /// What was expected, in the unit of the metric.
        expected: f64,
        /// How far off it is, in robust standard deviations; negative when it lies below.
        distance: f64,
        /// What that amounts to.
        severity: Severity,
    },
}

impl Judgement {
    /// The severity; usual when nothing was judged.
    #[must_use]
    pub const fn severity(&self) -> Severity {
        match self {
            Self::Judged { severity, .. } => *severity,
            Self::Missing | Self::Learning => Severity::Usual,
        }
    }
}

/// A zero of a multiplicative metric counts as this logarithm below the level: a fall to about a twentieth.
const EMPTY_FALL: f64 = 3.0;
/// The logarithm taken for zero while there is no level yet.
const NOTHING: f64 = -20.0;
/// How many spreads a single day may teach an hour.
const MOST_LEARNED: f64 = 4.0;

/// Watches one metric, point by point.
///
/// ```
/// use stratum_core::anomaly::{Detector, DetectorSettings, Point, Severity};
/// use stratum_core::vocabulary::Timestamp;
/// let start: Timestamp = "2026-05-01T00:00:00Z".parse().unwrap();
/// let point = |hour: i64, value| Point {
///     at: start + chrono::TimeDelta::hours(hour), value: Some(value), observations: None,
/// };
/// let mut detector = Detector::new(DetectorSettings::hourly_delivery());
/// for hour in 0..72 {
///     assert_eq!(detector.observe(&point(hour, 2.0)).severity(), Severity::Usual);
/// }
/// assert_eq!(detector.observe(&point(72, 2.05)).severity(), Severity::Usual);
/// assert_eq!(detector.observe(&point(73, 200.0)).severity(), Severity::Critical);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Detector {
    settings: DetectorSettings,
    level: Window,
    spread: Window,
    season: HourOfDay,
    /// How many points in a row lay far off on one side; the sign says which.
    off: i64,
}

impl Detector {
    /// A detector that has seen nothing.
    #[must_use]
    pub fn new(settings: DetectorSettings) -> Self {
        Self {
            level: Window::new(settings.level_points),
            spread: Window::new(settings.scale_points),
            season: HourOfDay::new(settings.season_days),
            off: 0,
            settings,
        }
    }

    /// Judges a point by those before it, then learns from it.
    pub fn observe(&mut self, point: &Point) -> Judgement {
        let Some(value) = point.value.filter(|v| v.is_finite()) else {
            return Judgement::Missing;
        };
        let hour = usize::try_from(point.at.hour()).unwrap_or(0);
        let usual = self.season.usual(hour);
        let Some(level) = self.level.median() else {
            self.level.push(self.measured(value, None));
            return Judgement::Learning;
        };
        let measured = self.measured(value, Some(level));
        let departure = measured - usual - level;
        let least = match self.settings.scale {
            Scale::Additive => self.settings.least_spread * level.abs(),
            Scale::Multiplicative => self.settings.least_spread,
        };
        let own = self.spread.median().unwrap_or(0.0) * MEDIAN_DEVIATION_TO_SIGMA;
        let spread = sqrt(own * own + least * least);
        let judged = self.level.len() >= self.settings.learning_points;
        let distance = self.distance(departure, spread, level, point.observations);
        self.learn(hour, measured, level, usual, spread);
        self.follow_a_shift(distance);
        if !judged {
            return Judgement::Learning;
        }
        let expected = match self.settings.scale {
            Scale::Additive => level + usual,
            Scale::Multiplicative => exp(level + usual),
        };
        Judgement::Judged {
            expected,
            distance,
            severity: Severity::of(distance),
        }
    }

    fn measured(&self, value: f64, level: Option<f64>) -> f64 {
        match self.settings.scale {
            Scale::Additive => value,
            Scale::Multiplicative if value > 0.0 => ln(value),
            Scale::Multiplicative => match level {
                Some(level) if level - EMPTY_FALL > NOTHING => level - EMPTY_FALL,
                _ => NOTHING,
            },
        }
    }

    fn distance(&self, departure: f64, spread: f64, level: f64, observations: Option<u64>) -> f64 {
        // A rate from n events is off by about its own size over the root of n, whatever the series is like.
        let few = observations.map_or(0.0, |n| 1.0 / (from_u64(n) + 0.5));
        let unit = match self.settings.scale {
            Scale::Additive => level * level,
            Scale::Multiplicative => 1.0,
        };
        let whole = sqrt(spread * spread + few * unit);
        if whole > 0.0 {
            departure / whole
        } else if departure == 0.0 {
            0.0
        } else {
            // A series of exact zeros that moves at all: as far as can be.
            departure.signum() * f64::MAX.min(1e6)
        }
    }

    fn learn(&mut self, hour: usize, measured: f64, level: f64, usual: f64, spread: f64) {
        let most = MOST_LEARNED * spread;
        if self.level.len() >= self.settings.learning_points {
            self.spread.push((measured - usual - level).abs());
            self.season
                .learn(hour, (measured - level).clamp(usual - most, usual + most));
        }
        self.level.push(measured - usual);
    }

    fn follow_a_shift(&mut self, distance: f64) {
        let side = if distance >= NOTABLE {
            1
        } else if distance <= -NOTABLE {
            -1
        } else {
            self.off = 0;
            return;
        };
        self.off = if self.off * side > 0 {
            self.off + side
        } else {
            side
        };
        if self.off.unsigned_abs() >= u64::from(self.settings.shift_points) {
            // So long on one side is a new level, not a row of anomalies.
            self.level
                .keep_last(usize::try_from(self.settings.shift_points).unwrap_or(1));
            self.off = 0;
        }
    }
}
