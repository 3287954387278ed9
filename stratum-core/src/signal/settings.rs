//! How strict is health? Weights, thresholds, floors, ages and curves: the part of a policy that health reads.
//!
//! There is no `Default`: the named, dated baseline is in `baseline.rs`, everything else is a tenant's own version.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::curve::{Curve, CurveError};
use super::measure::{Component, Measure};

/// One value for each of the five components.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PerComponent<T> {
    /// For event match quality.
    pub match_quality: T,
    /// For API health.
    pub api_health: T,
    /// For event loss.
    pub event_loss: T,
    /// For platform stability.
    pub platform_stability: T,
    /// For data quality.
    pub data_quality: T,
}

impl<T> PerComponent<T> {
    /// The value for one component.
    pub const fn of(&self, component: Component) -> &T {
        match component {
            Component::MatchQuality => &self.match_quality,
            Component::ApiHealth => &self.api_health,
            Component::EventLoss => &self.event_loss,
            Component::PlatformStability => &self.platform_stability,
            Component::DataQuality => &self.data_quality,
        }
    }
}

/// How well each match key identifies a person when present and valid: a probability.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyWeights {
    /// E-mail address.
    pub email: f64,
    /// Phone number.
    pub phone: f64,
    /// The platform's click id.
    pub click_id: f64,
    /// The advertiser's customer id.
    pub external_id: f64,
    /// The platform's browser id.
    pub browser_id: f64,
    /// IP address with user agent.
    pub ip_and_agent: f64,
    /// Name with postal address.
    pub name_and_address: f64,
}

impl KeyWeights {
    /// The weights in the order of [`super::readings::KeyCounts::as_array`].
    #[must_use]
    pub const fn as_array(&self) -> [f64; 7] {
        [
            self.email,
            self.phone,
            self.click_id,
            self.external_id,
            self.browser_id,
            self.ip_and_agent,
            self.name_and_address,
        ]
    }
}

/// What recovering to a better status takes. Worsening takes effect at once and needs nothing.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recovery {
    /// Points above the threshold.
    pub margin: f64,
    /// For how long, in seconds.
    pub dwell_seconds: f64,
}

/// One curve for every measure; in JSON a map from measure to points.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    try_from = "BTreeMap<String, Curve>",
    into = "BTreeMap<Measure, Curve>"
)]
pub struct CurveSet {
    curves: Vec<Curve>,
    /// Never read: stands in where an index is out of range, which the constructor rules out.
    worst: Curve,
}

impl CurveSet {
    /// The curve of a measure.
    #[must_use]
    pub fn of(&self, measure: Measure) -> &Curve {
        self.curves.get(measure as usize).unwrap_or(&self.worst)
    }
}

impl TryFrom<BTreeMap<Measure, Curve>> for CurveSet {
    type Error = SettingsError;
    fn try_from(mut map: BTreeMap<Measure, Curve>) -> Result<Self, SettingsError> {
        let mut curves = Vec::with_capacity(Measure::COUNT);
        for measure in Measure::ALL {
            curves.push(
                map.remove(&measure)
                    .ok_or(SettingsError::CurveMissing { measure })?,
            );
        }
        let worst =
            Curve::new(alloc::vec![(0.0, 0.0), (1.0, 0.0)]).map_err(SettingsError::Curve)?;
        Ok(Self { curves, worst })
    }
}

/// As it is written: by name, so that an error in one curve names the measure.
impl TryFrom<BTreeMap<String, Curve>> for CurveSet {
    type Error = SettingsError;
    fn try_from(written: BTreeMap<String, Curve>) -> Result<Self, SettingsError> {
        let mut map = BTreeMap::new();
        for (name, curve) in written {
            let known = Measure::ALL.into_iter().find(|m| m.as_str() == name);
            map.insert(known.ok_or(SettingsError::MeasureUnknown)?, curve);
        }
        map.try_into()
    }
}

impl From<CurveSet> for BTreeMap<Measure, Curve> {
    fn from(set: CurveSet) -> Self {
        Measure::ALL.into_iter().zip(set.curves).collect()
    }
}

/// Everything that health is computed with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HealthSettings {
    /// Percent of the composite; they sum to 100.
    pub weights: PerComponent<f64>,
    /// Healthy from this lower end upwards.
    pub healthy: f64,
    /// Unhealthy below this score.
    pub degraded: f64,
    /// A component whose lower end is below its floor caps the status at degraded.
    pub floors: PerComponent<f64>,
    /// Share of the weight that must be measured before health counts as known, 0 to 1.
    pub minimum_coverage: f64,
    /// Standard deviations of the intervals: 1.645 leaves 5 % below the lower end.
    pub confidence_z: f64,
    /// What recovering takes.
    pub recovery: Recovery,
    /// How long a reading counts as fresh, in seconds.
    pub fresh_seconds: PerComponent<f64>,
    /// After how many further seconds a reading says half as much.
    pub half_life_seconds: PerComponent<f64>,
    /// How well each match key identifies.
    pub key_weights: KeyWeights,
    /// Which score each measured value earns.
    pub curves: CurveSet,
}

/// Why settings cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum SettingsError {
    /// The weights do not sum to 100, or one is negative.
    #[error("the weights must be zero or more and sum to 100, they sum to {sum}")]
    Weights {
        /// What they sum to.
        sum: f64,
    },
    /// The thresholds are out of order.
    #[error("thresholds must satisfy 0 <= degraded < healthy <= 100")]
    Thresholds,
    /// A number lies outside its range.
    #[error("{field} must lie between {least} and {most}")]
    OutOfRange {
        /// Which field.
        field: &'static str,
        /// The least accepted.
        least: f64,
        /// The most accepted.
        most: f64,
    },
    /// A measure has no curve.
    #[error("no curve for {}", measure.as_str())]
    CurveMissing {
        /// Which measure.
        measure: Measure,
    },
    /// A curve is for no measure that we know.
    #[error("a curve for a measure that does not exist")]
    MeasureUnknown,
    /// The points of a curve are wrong.
    #[error(transparent)]
    Curve(CurveError),
}

impl SettingsError {
    /// The field the error is about, as a path below the settings.
    #[must_use]
    pub const fn path(&self) -> &'static str {
        match self {
            Self::Weights { .. } => "weights",
            Self::Thresholds => "healthy",
            Self::OutOfRange { field, .. } => field,
            Self::CurveMissing { .. } | Self::MeasureUnknown | Self::Curve(_) => "curves",
        }
    }
}

fn within(field: &'static str, value: f64, least: f64, most: f64) -> Result<(), SettingsError> {
    if value.is_finite() && value >= least && value <= most {
        Ok(())
    } else {
        Err(SettingsError::OutOfRange { field, least, most })
    }
}

impl HealthSettings {
    /// Checks every number.
    ///
    /// # Errors
    /// The first [`SettingsError`].
    pub fn check(&self) -> Result<(), SettingsError> {
        const DAY: f64 = 86_400.0;
        let weights = Component::ALL.map(|c| *self.weights.of(c));
        let sum: f64 = weights.iter().sum();
        let off = if sum > 100.0 {
            sum - 100.0
        } else {
            100.0 - sum
        };
        if weights.iter().any(|w| !(w.is_finite() && *w >= 0.0)) || off > 1e-9 {
            return Err(SettingsError::Weights { sum });
        }
        within("healthy", self.healthy, 0.0, 100.0)?;
        within("degraded", self.degraded, 0.0, 100.0)?;
        if self.degraded >= self.healthy {
            return Err(SettingsError::Thresholds);
        }
        for component in Component::ALL {
            within("floors", *self.floors.of(component), 0.0, 100.0)?;
            within(
                "fresh_seconds",
                *self.fresh_seconds.of(component),
                0.0,
                90.0 * DAY,
            )?;
            within(
                "half_life_seconds",
                *self.half_life_seconds.of(component),
                60.0,
                90.0 * DAY,
            )?;
        }
        within("minimum_coverage", self.minimum_coverage, 0.0, 1.0)?;
        within("confidence_z", self.confidence_z, 0.5, 6.0)?;
        let highest = Component::ALL
            .into_iter()
            .map(|c| *self.floors.of(c))
            .fold(self.healthy, f64::max);
        // A margin that no health can reach would be a state without an exit.
        let widest = (100.0 - highest).min(30.0);
        within("recovery.margin", self.recovery.margin, 0.0, widest)?;
        within(
            "recovery.dwell_seconds",
            self.recovery.dwell_seconds,
            0.0,
            30.0 * DAY,
        )?;
        self.key_weights
            .as_array()
            .iter()
            .try_for_each(|weight| within("key_weights", *weight, 0.0, 1.0))
    }
}
