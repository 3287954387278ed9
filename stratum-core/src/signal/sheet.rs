//! What did each measure come to? One slot per measure, filled by the five component files.
//!
//! A slot says whether the measure is planned, missing or measured; it never holds a guess.

use crate::numeric::{from_u64, wilson};
use crate::vocabulary::{Bounds, Measured, Missing, Score, Timestamp};

use super::measure::{Component, Measure};
use super::settings::HealthSettings;

/// What came of one measure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Outcome {
    /// The account's plan does not ask for it.
    NotPlanned,
    /// It is planned and was not measured.
    Missing {
        /// The reason.
        why: Missing,
    },
    /// It was measured.
    Measured {
        /// The value, in the measure's unit.
        value: f64,
        /// The score it earns.
        score: Score,
        /// What the evidence leaves open, age included.
        bounds: Bounds,
        /// How old the evidence is, in seconds.
        age_seconds: f64,
    },
}

/// One measure with its outcome.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeasureScore {
    /// Which measure.
    pub measure: Measure,
    /// What came of it.
    pub outcome: Outcome,
}

/// The slots of all measures while they are being filled.
#[derive(Debug)]
pub(super) struct Sheet<'a> {
    pub(super) settings: &'a HealthSettings,
    pub(super) now: Timestamp,
    pub(super) slots: [MeasureScore; Measure::COUNT],
}

/// A reading's age and component, applied to each measure taken from it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Taken {
    trust: f64,
    age_seconds: f64,
}

impl<'a> Sheet<'a> {
    pub(super) fn new(settings: &'a HealthSettings, now: Timestamp) -> Self {
        let slots = Measure::ALL.map(|measure| MeasureScore {
            measure,
            outcome: Outcome::NotPlanned,
        });
        Self {
            settings,
            now,
            slots,
        }
    }

    fn put(&mut self, measure: Measure, outcome: Outcome) {
        if let Some(slot) = self.slots.get_mut(measure as usize) {
            slot.outcome = outcome;
        }
    }

    pub(super) fn missing(&mut self, measures: &[Measure], why: Missing) {
        for measure in measures {
            self.put(*measure, Outcome::Missing { why });
        }
    }

    /// How much a reading of this age still says about a component.
    pub(super) fn taken<T>(&self, component: Component, reading: &Measured<T>) -> Taken {
        let age_seconds = reading.age_seconds(self.now);
        let fresh = *self.settings.fresh_seconds.of(component);
        let half_life = *self.settings.half_life_seconds.of(component);
        let excess = age_seconds - fresh;
        // One over one plus x: one when fresh, a half after one half-life, never quite zero, no jump anywhere.
        let trust = if excess > 0.0 {
            half_life / (half_life + excess)
        } else {
            1.0
        };
        Taken { trust, age_seconds }
    }

    /// Records a value known exactly.
    pub(super) fn exact(&mut self, measure: Measure, value: f64, taken: Taken) {
        let score = self.settings.curves.of(measure).score(value);
        let bounds = Bounds {
            low: score,
            high: score,
        };
        self.measured(measure, value, score, bounds, taken);
    }

    /// Records a share that is known exactly; one outside 0 to 1 cannot be true.
    pub(super) fn exact_share(&mut self, measure: Measure, share: f64, taken: Taken) {
        if (0.0..=1.0).contains(&share) {
            self.exact(measure, share, taken);
        } else {
            self.broken(measure, 0.0, taken);
        }
    }

    /// Records a value known within a range.
    pub(super) fn within(&mut self, measure: Measure, value: f64, range: (f64, f64), taken: Taken) {
        let curve = self.settings.curves.of(measure);
        let score = curve.score(value);
        let bounds = curve.bounds(range.0, range.1);
        self.measured(measure, value, score, bounds, taken);
    }

    /// Records a value with the bounds that fresh evidence would give it.
    fn measured(
        &mut self,
        measure: Measure,
        value: f64,
        score: Score,
        fresh: Bounds,
        taken: Taken,
    ) {
        self.put(
            measure,
            Outcome::Measured {
                value,
                score,
                bounds: fresh.widened(taken.trust),
                age_seconds: taken.age_seconds,
            },
        );
    }

    /// Records a share of counts with its Wilson interval.
    pub(super) fn share(&mut self, measure: Measure, part: u64, whole: u64, taken: Taken) {
        if whole == 0 {
            self.missing(&[measure], Missing::NoObservations);
        } else if part > whole {
            // A part beyond the whole is a broken feed: known bad, not unknown.
            self.broken(measure, from_u64(part) / from_u64(whole), taken);
        } else {
            let (part, whole) = (from_u64(part), from_u64(whole));
            self.within(
                measure,
                part / whole,
                wilson(part, whole, self.settings.confidence_z),
                taken,
            );
        }
    }

    /// Records a value that proves breakage, whatever the curve says.
    pub(super) fn broken(&mut self, measure: Measure, value: f64, taken: Taken) {
        let bounds = Bounds {
            low: Score::WORST,
            high: Score::WORST,
        };
        self.put(
            measure,
            Outcome::Measured {
                value,
                score: Score::WORST,
                bounds,
                age_seconds: taken.age_seconds,
            },
        );
    }
}
