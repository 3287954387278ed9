//! What does the gate say, as data? The answer without the permit: reading it gives no right to act.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::signal::{
    Component, ComponentHealth, Health, Measure, MeasureScore, Outcome, Status, StatusMemory, Unit,
};
use crate::trust::{Basis, Change, Exposure, PermitId, Reason, Review, Verdict};
use crate::vocabulary::{Digest, Missing, Timestamp};

/// The verdict without what it carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VerdictKind {
    /// It may be done.
    Pass,
    /// Not now.
    Hold,
    /// No.
    Block,
}

impl VerdictKind {
    /// The name used in JSON, SQL and on screens.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Hold => "hold",
            Self::Block => "block",
        }
    }
}

/// Health in short: what is recorded with a decision. The measures follow from the recorded readings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HealthSummary {
    /// The status with memory.
    pub status: Status,
    /// The status the readings alone earn.
    pub earned: Status,
    /// The score; null when nothing was measured.
    pub score: Option<f64>,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// Share of the weight that was measured.
    pub coverage: f64,
    /// The memory for the next evaluation.
    pub memory: StatusMemory,
}

impl HealthSummary {
    /// The summary of a health.
    #[must_use]
    pub fn of(health: &Health) -> Self {
        Self {
            status: health.status(),
            earned: health.earned(),
            score: health.score().map(crate::vocabulary::Score::value),
            low: health.low().value(),
            high: health.bounds().high.value(),
            coverage: health.coverage(),
            memory: *health.memory(),
        }
    }
}

/// One measure as data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeasureAnswer {
    /// Which measure.
    pub measure: Measure,
    /// Its unit.
    pub unit: Unit,
    /// Its value; null when it was not measured.
    pub value: Option<f64>,
    /// The score the value earns.
    pub score: Option<f64>,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// Why it is missing.
    pub missing: Option<Missing>,
    /// How old its reading is.
    pub age_seconds: Option<f64>,
}

impl MeasureAnswer {
    /// A planned measure as data; none when it is not planned.
    #[must_use]
    pub fn of(slot: &MeasureScore) -> Option<Self> {
        let (measure, unit) = (slot.measure, slot.measure.unit());
        match slot.outcome {
            Outcome::NotPlanned => None,
            Outcome::Missing { why } => Some(Self {
                measure,
                unit,
                value: None,
                score: None,
                low: 0.0,
                high: 100.0,
                missing: Some(why),
                age_seconds: None,
            }),
            Outcome::Measured {
                value,
                score,
                bounds,
                age_seconds,
            } => Some(Self {
                measure,
                unit,
                value: Some(value),
                score: Some(score.value()),
                low: bounds.low.value(),
                high: bounds.high.value(),
                missing: None,
                age_seconds: Some(age_seconds),
            }),
        }
    }
}

/// One component as data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComponentAnswer {
    /// Which component.
    pub component: Component,
    /// Its percent of the composite.
    pub weight: f64,
    /// Its floor.
    pub floor: f64,
    /// Its score; null when nothing was measured.
    pub score: Option<f64>,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// Share of its planned measures that were measured.
    pub coverage: f64,
    /// Age of its oldest reading.
    pub age_seconds: Option<f64>,
    /// Its planned measures.
    pub measures: Vec<MeasureAnswer>,
}

impl ComponentAnswer {
    fn of(c: &ComponentHealth, measures: &[MeasureScore]) -> Self {
        Self {
            component: c.component,
            weight: c.weight,
            floor: c.floor,
            score: c.score.map(crate::vocabulary::Score::value),
            low: c.bounds.low.value(),
            high: c.bounds.high.value(),
            coverage: c.coverage,
            age_seconds: c.age_seconds,
            measures: measures
                .iter()
                .filter(|slot| slot.measure.component() == c.component)
                .filter_map(MeasureAnswer::of)
                .collect(),
        }
    }
}

/// Health in full, as data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HealthAnswer {
    /// The moment it was computed for.
    pub at: Timestamp,
    /// In short.
    pub summary: HealthSummary,
    /// The five components with their measures.
    pub components: Vec<ComponentAnswer>,
}

impl HealthAnswer {
    /// A health as data.
    #[must_use]
    pub fn of(health: &Health) -> Self {
        Self {
            at: health.at(),
            summary: HealthSummary::of(health),
            components: health
                .components()
                .iter()
                .map(|c| ComponentAnswer::of(c, health.measures()))
                .collect(),
        }
    }
}

/// What the gate says, as data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewAnswer {
    /// The verdict.
    pub verdict: VerdictKind,
    /// On what ground it passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<Basis>,
    /// What identifies the permit: a name, not the permit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permit: Option<PermitId>,
    /// Why, in the fixed order.
    pub reasons: Vec<Reason>,
    /// What would turn it.
    pub would_pass_if: Vec<Change>,
    /// What the action exposes.
    pub exposure: Exposure,
    /// The lower end of health required for that.
    pub required: f64,
    /// The approval that was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Digest>,
    /// Health in short.
    pub health: HealthSummary,
}

impl ReviewAnswer {
    /// The answer of a review.
    #[must_use]
    pub fn of(review: &Review) -> Self {
        let (verdict, basis, permit) = match &review.verdict {
            Verdict::Pass(permit) => (VerdictKind::Pass, Some(permit.basis()), Some(permit.id())),
            Verdict::Hold(_) => (VerdictKind::Hold, None, None),
            Verdict::Block(_) => (VerdictKind::Block, None, None),
        };
        Self {
            verdict,
            basis,
            permit,
            reasons: review.reasons.clone(),
            would_pass_if: review.would_pass_if.clone(),
            exposure: review.exposure,
            required: review.required.value(),
            approval: review.approval,
            health: HealthSummary::of(&review.health),
        }
    }
}
