//! Why is there no model? A stable code, the path to the field, and a sentence.

use alloc::string::String;

use thiserror::Error;

use crate::attribution::error::AttributionError;

/// What stands in the way of a hazard model or of its credit.
///
/// ```
/// use stratum_core::attribution::hazard::HazardError;
/// let error = HazardError::UnknownChannel { channel: "radio".into() };
/// assert_eq!(error.code(), "attribution.hazard.unknown_channel");
/// assert_eq!(error.to_string(), "journeys: the model knows no channel `radio`");
/// ```
#[derive(Debug, Clone, PartialEq, Error)]
pub enum HazardError {
    /// A setting is outside its range.
    #[error("settings.{field}: expected {expected}, not {found}")]
    SettingOutOfRange {
        /// Which.
        field: &'static str,
        /// What it may be.
        expected: &'static str,
        /// What was given.
        found: f64,
    },
    /// There is no journey to learn from.
    #[error("journeys: expected at least one journey")]
    NoJourneys,
    /// A journey holds a channel the model has never seen.
    #[error("journeys: the model knows no channel `{channel}`")]
    UnknownChannel {
        /// Its name.
        channel: String,
    },
    /// The rates are not known well enough to say how sure credit is.
    #[error("journeys: {why}, so that no interval of credit can be told")]
    NoIntervals {
        /// Why.
        why: &'static str,
    },
    /// The way of resampling is not one that is offered.
    #[error("{0}")]
    Bootstrap(#[from] AttributionError),
}

impl HazardError {
    /// A stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::SettingOutOfRange { .. } => "attribution.hazard.setting_out_of_range",
            Self::NoJourneys => "attribution.hazard.no_journeys",
            Self::UnknownChannel { .. } => "attribution.hazard.unknown_channel",
            Self::NoIntervals { .. } => "attribution.hazard.no_intervals",
            Self::Bootstrap(error) => error.code(),
        }
    }
}
