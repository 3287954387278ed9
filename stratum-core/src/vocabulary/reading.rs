//! Was it measured? A reading is a measured value with its age and provenance, or it is missing and says why.
//!
//! There is no `Default` and no fallback value: a formula that meets a missing reading has to say what it does.

use core::fmt;

use serde::{Deserialize, Serialize};

use super::time::{MAX_CLOCK_SKEW_SECONDS, Timestamp, seconds_between};

/// Where a measurement comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Events received by the collection endpoint.
    Events,
    /// Orders from the shop or the CRM: independent of any ad platform.
    Orders,
    /// Calls this system made to the platform's API.
    PlatformApi,
    /// Numbers the platform reports about itself.
    PlatformReport,
    /// A detector of this library.
    Detector,
    /// A file somebody imported.
    Import,
    /// A simulated world with known truth.
    Simulation,
}

/// Why a reading is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// The caller did not hand it over.
    NotSupplied,
    /// Nothing of the kind has ever arrived.
    NeverReceived,
    /// The window holds no observation.
    NoObservations,
    /// Asking for it failed.
    Unreachable,
    /// It claims to be from the future, which is impossible.
    FromTheFuture,
    /// There is no independent count to compare with.
    NoIndependentCount,
}

impl Missing {
    /// The name used in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotSupplied => "not_supplied",
            Self::NeverReceived => "never_received",
            Self::NoObservations => "no_observations",
            Self::Unreachable => "unreachable",
            Self::FromTheFuture => "from_the_future",
            Self::NoIndependentCount => "no_independent_count",
        }
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A value that was measured.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measured<T> {
    /// What was measured.
    pub value: T,
    /// The end of the window it was measured over.
    pub at: Timestamp,
    /// The length of that window, in seconds.
    pub window_seconds: u32,
    /// How many observations it rests on.
    pub observations: u64,
    /// Where it comes from.
    pub source: Source,
}

/// One measurement, or the reason why there is none.
///
/// ```
/// use stratum_core::vocabulary::{Missing, Reading};
/// let reading: Reading<u64> = Reading::Missing { why: Missing::NeverReceived };
/// assert!(reading.measured().is_none());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Reading<T> {
    /// It was measured.
    Measured(Measured<T>),
    /// It was not measured.
    Missing {
        /// The reason.
        why: Missing,
    },
}

impl<T> Reading<T> {
    /// A reading that nobody handed over: what an absent JSON field means.
    #[must_use]
    pub const fn not_supplied() -> Self {
        Self::Missing {
            why: Missing::NotSupplied,
        }
    }

    /// The measurement, if there is one.
    #[must_use]
    pub const fn measured(&self) -> Option<&Measured<T>> {
        match self {
            Self::Measured(measured) => Some(measured),
            Self::Missing { .. } => None,
        }
    }

    /// The measurement as seen at `now`; a measurement from the future counts as missing, because it cannot be true.
    ///
    /// # Errors
    /// The reason why there is nothing to use.
    pub fn usable(&self, now: Timestamp) -> Result<&Measured<T>, Missing> {
        match self {
            Self::Missing { why } => Err(*why),
            Self::Measured(measured)
                if seconds_between(now, measured.at) > MAX_CLOCK_SKEW_SECONDS =>
            {
                Err(Missing::FromTheFuture)
            }
            Self::Measured(measured) => Ok(measured),
        }
    }
}

impl<T> Measured<T> {
    /// How old the measurement is at `now`, in seconds; a clock that runs slightly ahead counts as age zero.
    #[must_use]
    pub fn age_seconds(&self, now: Timestamp) -> f64 {
        let age = seconds_between(self.at, now);
        if age > 0.0 { age } else { 0.0 }
    }
}
