//! What was learned about each channel? Effect, lag and how sure both are.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::climb::highest;
use super::error::HazardError;
use super::information::{errors, inside};
use super::settings::HazardSettings;
use super::sweep::Seen;
use crate::attribution::claims::estimate::Interval;
use crate::customer::journey::Journeys;
use crate::numeric::functions::exp;
use crate::numeric::reach;

pub(super) const DAY: f64 = 86_400.0;

/// A number that is not below zero, and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// The most likely value.
    pub value: f64,
    /// The standard error of its logarithm, about the error relative to the value. None for less than one conversion, at the edge
    /// of the range, or where the journeys do not tell this rate from another.
    pub relative_error: Option<f64>,
    /// The interval that follows from it: value · exp(± reach · error).
    pub interval: Option<Interval>,
}

impl Rate {
    fn new(value: f64, relative_error: Option<f64>, reach: f64) -> Self {
        let interval = relative_error.map(|error| Interval {
            low: value * exp(-reach * error),
            high: value * exp(reach * error),
        });
        Self {
            value,
            relative_error,
            interval,
        }
    }
}

/// How long after a touch its conversions come.
///
/// ```
/// use stratum_core::attribution::hazard::Lag;
/// assert_eq!(serde_json::to_string(&Lag::AtLeast(90.0)).unwrap(), r#"{"at_least":90.0}"#);
/// assert_eq!(serde_json::from_str::<Lag>(r#""unknown""#).unwrap(), Lag::Unknown);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lag {
    /// The mean lag in days.
    Mean(Rate),
    /// As fast as the settings tell apart, or faster: the mean lag in days is at most this.
    AtMost(f64),
    /// As slow as the settings tell apart, or slower: the mean lag in days is at least this. Over times that are short against it,
    /// the channel acts like a constant rate, and its effect is an extrapolation.
    AtLeast(f64),
    /// The channel converts nobody, so that there is nothing to tell.
    Unknown,
}

/// What was learned about one channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelHazard {
    /// Its name.
    pub channel: String,
    /// How many touches it had.
    pub touches: u64,
    /// Conversions per touch, if one waited for ever.
    pub effect: Rate,
    /// How long they take.
    pub lag: Lag,
}

/// A fitted model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HazardModel {
    /// Conversions per person and day that no touch accounts for, while a person has a journey.
    pub baseline_per_day: Rate,
    /// Days in which persons were watched.
    pub person_days: f64,
    /// All channels, in order of the alphabet.
    pub channels: Vec<ChannelHazard>,
    /// The log-likelihood with time in seconds, from the first guess to the end: it never falls, but for
    /// rounding.
    pub log_likelihoods: Vec<f64>,
    /// How many passes over the journeys it took.
    pub passes: u32,
    /// Whether the climb ended because it rose no more, and not because the passes were used up.
    pub converged: bool,
    /// With which settings.
    pub settings: HazardSettings,
}

impl HazardModel {
    /// Fits the model. Without a conversion all rates are zero, which is the most likely answer.
    ///
    /// ```
    /// use stratum_core::attribution::hazard::{HazardModel, HazardSettings};
    /// use stratum_core::customer::journey::{JourneyRules, Journeys};
    /// let now = "2026-04-01T00:00:00Z".parse().unwrap();
    /// let none = Journeys::build(&[], &[], &JourneyRules::baseline_2026_11(), now).unwrap();
    /// let error = HazardModel::fit(&none, &HazardSettings::baseline_2026_11()).unwrap_err();
    /// assert_eq!(error.code(), "attribution.hazard.no_journeys");
    /// ```
    ///
    /// # Errors
    /// [`HazardError`] when there is no journey or a setting is outside its range.
    pub fn fit(journeys: &Journeys, settings: &HazardSettings) -> Result<Self, HazardError> {
        settings.check()?;
        if journeys.is_empty() {
            return Err(HazardError::NoJourneys);
        }
        let seen = Seen::of(journeys, settings);
        let climb = highest(&seen, settings);
        let errors = errors(&seen, &climb.top);
        let reach = reach::normal(settings.level);
        let rates = &climb.top.rates;
        let learned = rates.kernels.iter().zip(&errors.kernels);
        let counted = journeys.channel_names().zip(&seen.touches);
        let channels = counted
            .zip(learned)
            .map(|((name, touches), (kernel, (of_effect, of_decay)))| {
                let mean_lag = 1.0 / kernel.decay / DAY;
                let lag = if kernel.effect <= 0.0 {
                    Lag::Unknown
                } else if inside(&seen, kernel.decay) {
                    // A decay and its mean lag have the same relative error.
                    Lag::Mean(Rate::new(mean_lag, *of_decay, reach))
                } else if kernel.decay > seen.decays.0 * 2.0 {
                    Lag::AtMost(mean_lag)
                } else {
                    Lag::AtLeast(mean_lag)
                };
                ChannelHazard {
                    channel: name.to_string(),
                    touches: *touches,
                    effect: Rate::new(kernel.effect, *of_effect, reach),
                    lag,
                }
            })
            .collect();
        Ok(Self {
            baseline_per_day: Rate::new(rates.baseline * DAY, errors.baseline, reach),
            person_days: seen.person_seconds / DAY,
            channels,
            log_likelihoods: climb.heights,
            passes: climb.passes,
            converged: climb.converged,
            settings: *settings,
        })
    }

    /// How likely the journeys are at the end of the climb.
    #[must_use]
    pub fn log_likelihood(&self) -> f64 {
        self.log_likelihoods.last().copied().unwrap_or(f64::NAN)
    }
}
