//! How far can the signals be trusted? Five components, one composite, one status.
//!
//! A missing component contributes 0 to the lower end, 100 to the upper end and nothing to the score. A component is its
//! weakest measure, so that nothing broken is averaged away. What may be done about it is `trust`'s question.

use crate::vocabulary::{Bounds, Score, Timestamp};

use super::hysteresis::{Status, StatusMemory, advance};
use super::measure::{Component, Measure};
use super::readings::{MeasurementPlan, Readings};
use super::settings::HealthSettings;
use super::sheet::{MeasureScore, Outcome, Sheet};
use super::{api_health, data_quality, event_loss, match_quality, platform_stability};

/// One component with everything the gate and a reader need.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ComponentHealth {
    /// Which component.
    pub component: Component,
    /// Its percent of the composite.
    pub weight: f64,
    /// Its floor.
    pub floor: f64,
    /// The score of its weakest measured measure; none when nothing was measured.
    pub score: Option<Score>,
    /// What the evidence leaves open.
    pub bounds: Bounds,
    /// Share of its planned measures that were measured, 0 to 1.
    pub coverage: f64,
    /// Age of its oldest reading, in seconds.
    pub age_seconds: Option<f64>,
}

impl ComponentHealth {
    /// Whether its lower end is below its floor.
    #[must_use]
    pub fn is_below_floor(&self) -> bool {
        self.bounds.low.value() < self.floor
    }

    /// Whether the whole interval lies below the floor: measured bad rather than merely unknown.
    #[must_use]
    pub fn is_surely_below_floor(&self) -> bool {
        self.bounds.high.value() < self.floor
    }
}

/// Signal health at one moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Health {
    at: Timestamp,
    measures: [MeasureScore; Measure::COUNT],
    components: [ComponentHealth; 5],
    score: Option<Score>,
    bounds: Bounds,
    coverage: f64,
    earned: Status,
    memory: StatusMemory,
}

impl Health {
    /// Computes health from readings.
    ///
    /// `memory` is what the last evaluation of the same scope left behind; `now` is the moment to judge by.
    ///
    /// ```
    /// use stratum_core::signal::{Health, MeasurementPlan, Readings, Status, baseline};
    /// let plan = MeasurementPlan {
    ///     browser_events: true, server_events: true, independent_orders: true,
    ///     match_confirmation: false, throttle_headroom: false,
    /// };
    /// let now = "2026-11-25T12:00:00Z".parse().unwrap();
    /// let settings = baseline::november_2026().unwrap();
    /// let health = Health::measure(&plan, &Readings::nothing(), &settings, None, now);
    /// assert_eq!(health.score(), None);
    /// assert_eq!(health.coverage(), 0.0);
    /// assert_eq!(health.status(), Status::Degraded);
    /// ```
    #[must_use]
    pub fn measure(
        plan: &MeasurementPlan,
        readings: &Readings,
        settings: &HealthSettings,
        memory: Option<&StatusMemory>,
        now: Timestamp,
    ) -> Self {
        let mut sheet = Sheet::new(settings, now);
        match_quality::fill(&mut sheet, plan, readings);
        api_health::fill(&mut sheet, plan, readings);
        event_loss::fill(&mut sheet, plan, readings);
        platform_stability::fill(&mut sheet, readings);
        data_quality::fill(&mut sheet, plan, readings);
        let measures = sheet.slots;
        let components = Component::ALL.map(|c| weakest(c, &measures, settings));
        Self::compose(measures, components, settings, memory, now)
    }

    fn compose(
        measures: [MeasureScore; Measure::COUNT],
        components: [ComponentHealth; 5],
        settings: &HealthSettings,
        memory: Option<&StatusMemory>,
        now: Timestamp,
    ) -> Self {
        let sum = |of: fn(&ComponentHealth) -> f64| -> f64 {
            components.iter().map(|c| c.weight * of(c)).sum()
        };
        let end = |of: fn(&ComponentHealth) -> f64| {
            composite(components.iter().map(|c| (c.weight, of(c))))
        };
        let low = end(|c| c.bounds.low.value());
        let high = end(|c| c.bounds.high.value());
        // By the sum itself, not by 100: everything measured is 1 exactly, whatever the weights round to.
        let coverage = sum(|c| c.coverage) / sum(|_| 1.0);
        let measured = sum(|c| if c.score.is_some() { 1.0 } else { 0.0 });
        let points = sum(|c| c.score.map_or(0.0, Score::value));
        let score = (measured > 0.0).then(|| Score::nearest(points / measured));
        let known = coverage >= settings.minimum_coverage;
        let earned = |margin: f64, bad: bool| {
            let floors_hold = components
                .iter()
                .all(|c| c.bounds.low.value() >= raised(c.floor, margin));
            if known && floors_hold && low.value() >= settings.healthy + margin {
                Status::Healthy
            } else if bad {
                Status::Unhealthy
            } else {
                Status::Degraded
            }
        };
        let margin = settings.recovery.margin;
        // Silence is neither bad nor a recovery from bad.
        let bad = score.is_some_and(|s| s.value() < settings.degraded);
        let still_bad = score.is_none_or(|s| s.value() < settings.degraded + margin);
        let (now_earned, with_margin) = (earned(0.0, bad), earned(margin, still_bad));
        let memory = advance(memory, now_earned, with_margin, &settings.recovery, now);
        let bounds = Bounds { low, high };
        Self {
            at: now,
            measures,
            components,
            score,
            bounds,
            coverage,
            earned: now_earned,
            memory,
        }
    }

    /// The moment it was computed for.
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// Every measure, planned or not.
    #[must_use]
    pub const fn measures(&self) -> &[MeasureScore] {
        &self.measures
    }

    /// The five components.
    #[must_use]
    pub const fn components(&self) -> &[ComponentHealth; 5] {
        &self.components
    }

    /// The weighted mean of what was measured; none when nothing was.
    #[must_use]
    pub const fn score(&self) -> Option<Score> {
        self.score
    }

    /// The lower and upper end, with what is missing counted as 0 and as 100.
    #[must_use]
    pub const fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// The lower end: what the gate reads.
    #[must_use]
    pub const fn low(&self) -> Score {
        self.bounds.low
    }

    /// Share of the weight that was measured, 0 to 1.
    #[must_use]
    pub const fn coverage(&self) -> f64 {
        self.coverage
    }

    /// The status that the readings alone earn.
    #[must_use]
    pub const fn earned(&self) -> Status {
        self.earned
    }

    /// The status with memory: what the gate reads.
    #[must_use]
    pub const fn status(&self) -> Status {
        self.memory.status
    }

    /// What to hand over at the next evaluation.
    #[must_use]
    pub const fn memory(&self) -> &StatusMemory {
        &self.memory
    }
}

/// One end of the composite, from each component's weight in percent and its end.
pub(crate) fn composite(ends: impl Iterator<Item = (f64, f64)>) -> Score {
    Score::nearest(ends.map(|(weight, end)| weight * end).sum::<f64>() / 100.0)
}

/// A floor of zero asks for nothing, with or without a margin.
fn raised(floor: f64, margin: f64) -> f64 {
    if floor > 0.0 { floor + margin } else { 0.0 }
}

/// A component from its measures: the weakest decides, a missing one leaves everything open below.
fn weakest(
    component: Component,
    measures: &[MeasureScore; Measure::COUNT],
    settings: &HealthSettings,
) -> ComponentHealth {
    let (mut planned, mut measured) = (0.0, 0.0);
    let mut score: Option<Score> = None;
    let mut age: Option<f64> = None;
    let mut bounds = Bounds {
        low: Score::BEST,
        high: Score::BEST,
    };
    for slot in measures
        .iter()
        .filter(|slot| slot.measure.component() == component)
    {
        match slot.outcome {
            Outcome::NotPlanned => {}
            Outcome::Missing { .. } => {
                planned += 1.0;
                bounds.low = Score::WORST;
            }
            Outcome::Measured {
                score: s,
                bounds: b,
                age_seconds,
                ..
            } => {
                planned += 1.0;
                measured += 1.0;
                score = Some(score.map_or(s, |least| least.lower(s)));
                age = Some(age.map_or(age_seconds, |oldest| {
                    if age_seconds > oldest {
                        age_seconds
                    } else {
                        oldest
                    }
                }));
                bounds = Bounds {
                    low: bounds.low.lower(b.low),
                    high: bounds.high.lower(b.high),
                };
            }
        }
    }
    ComponentHealth {
        component,
        weight: *settings.weights.of(component),
        floor: *settings.floors.of(component),
        score,
        bounds: if measured > 0.0 {
            bounds
        } else {
            Bounds::UNKNOWN
        },
        coverage: if planned > 0.0 {
            measured / planned
        } else {
            0.0
        },
        age_seconds: age,
    }
}
