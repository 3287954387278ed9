//! How unusual is unusual? Distances in robust standard deviations, cut into four.
//!
//! Delivery metrics have heavier tails than normal noise, so the cuts lie further out than a table of the normal law says.

/// How far a point lies from what was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Within what happens.
    Usual,
    /// Worth a look.
    Notable,
    /// An anomaly.
    Severe,
    /// An anomaly that stands for a break.
    Critical,
}

/// From here on a point is notable.
pub const NOTABLE: f64 = 4.0;
/// From here on it is severe.
pub const SEVERE: f64 = 6.0;
/// From here on it is critical.
pub const CRITICAL: f64 = 10.0;

impl Severity {
    /// The severity of a distance in robust standard deviations, of either sign.
    ///
    /// ```
    /// use stratum_core::anomaly::Severity;
    /// assert_eq!(Severity::of(-6.5), Severity::Severe);
    /// assert_eq!(Severity::of(f64::NAN), Severity::Usual);
    /// ```
    #[must_use]
    pub fn of(distance: f64) -> Self {
        let far = distance.abs();
        if far >= CRITICAL {
            Self::Critical
        } else if far >= SEVERE {
            Self::Severe
        } else if far >= NOTABLE {
            Self::Notable
        } else {
            Self::Usual
        }
    }

    /// The name used in JSON and on screens.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Usual => "usual",
            Self::Notable => "notable",
            Self::Severe => "severe",
            Self::Critical => "critical",
        }
    }

    /// Whether it counts as an anomaly.
    #[must_use]
    pub fn is_anomaly(self) -> bool {
        self >= Self::Severe
    }
}
