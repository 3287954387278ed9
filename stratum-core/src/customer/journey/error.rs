//! Why are rows refused? A stable code, the path to the field, and a sentence.

use alloc::string::String;

use chrono::SecondsFormat;
use thiserror::Error;

use super::journeys::MAX_CHANNELS;
use super::touch::MAX_NAME_BYTES;
use crate::vocabulary::{Currency, Money, Timestamp};

/// What is wrong with a row, or with two sets of journeys that do not go together.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refused {
    /// A name is empty.
    #[error("a name must not be empty")]
    EmptyName,
    /// A name is longer than [`MAX_NAME_BYTES`].
    #[error("a name may have at most {MAX_NAME_BYTES} bytes, this one has {bytes}")]
    NameTooLong {
        /// How long it is.
        bytes: usize,
    },
    /// A name contains a control character.
    #[error("a name must not contain control characters")]
    ControlCharacter,
    /// The moment cannot be counted in seconds since 1970 with 32 bits.
    #[error("expected a moment from 1970 to 2105, not {}", written(*at))]
    OutsideCalendar {
        /// What was given.
        at: Timestamp,
    },
    /// The moment lies after `now`.
    #[error("{} lies after now, which is {}", written(*at), written(*now))]
    AfterNow {
        /// What was given.
        at: Timestamp,
        /// The moment journeys are built for.
        now: Timestamp,
    },
    /// The rows of one person did not come in order of time, or time was moved beyond a row before it came.
    #[error(
        "expected order of time: {} was handed over after {} had been reached",
        written(*at),
        written(*reached)
    )]
    OutOfOrder {
        /// What was given.
        at: Timestamp,
        /// How far time had come.
        reached: Timestamp,
    },
    /// A conversion is worth less than nothing.
    #[error("a conversion is worth nothing or more, not {value}")]
    NegativeValue {
        /// What was given.
        value: Money,
    },
    /// A second currency.
    #[error("expected {expected} as in the rows before, not {found}")]
    OtherCurrency {
        /// The currency so far.
        expected: Currency,
        /// What was given.
        found: Currency,
    },
    /// All values together are more than 64 bits hold.
    #[error("all values together are more than can be counted")]
    TooMuchValue,
    /// More channels than have a number.
    #[error("there may be at most {MAX_CHANNELS} channels")]
    TooManyChannels,
    /// More rows than have a number.
    #[error("there may be at most {} rows of a kind", u32::MAX)]
    TooManyRows,
    /// Two sets of journeys were built by different rules.
    #[error("journeys built by different rules cannot be put together")]
    OtherRules,
}

fn written(at: Timestamp) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// What is wrong, and where.
///
/// ```
/// use stratum_core::customer::journey::{JourneyRules, Journeys, TouchKind, Touchpoint};
/// let now = "2026-04-01T00:00:00Z".parse().unwrap();
/// let touch = Touchpoint {
///     person: "ada".into(),
///     channel: "".into(),
///     platform: None,
///     kind: TouchKind::Click,
///     at: now,
/// };
/// let error = Journeys::build(&[touch], &[], &JourneyRules::baseline_2026_11(), now).unwrap_err();
/// assert_eq!(error.code(), "journeys.empty_name");
/// assert_eq!(error.to_string(), "touchpoints[0].channel: a name must not be empty");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{path}: {why}")]
pub struct JourneyError {
    pub(super) path: String,
    pub(super) why: Refused,
}

impl JourneyError {
    pub(super) fn about(field: &str, why: Refused) -> Self {
        Self {
            path: field.into(),
            why,
        }
    }

    /// A stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self.why {
            Refused::EmptyName => "journeys.empty_name",
            Refused::NameTooLong { .. } => "journeys.name_too_long",
            Refused::ControlCharacter => "journeys.control_character",
            Refused::OutsideCalendar { .. } => "journeys.outside_calendar",
            Refused::AfterNow { .. } => "journeys.after_now",
            Refused::OutOfOrder { .. } => "journeys.out_of_order",
            Refused::NegativeValue { .. } => "journeys.negative_value",
            Refused::OtherCurrency { .. } => "journeys.mixed_currencies",
            Refused::TooMuchValue => "journeys.too_much_value",
            Refused::TooManyChannels => "journeys.too_many_channels",
            Refused::TooManyRows => "journeys.too_many_rows",
            Refused::OtherRules => "journeys.other_rules",
        }
    }

    /// The field it is about, such as `touchpoints[3].channel`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What was expected and what came.
    #[must_use]
    pub const fn why(&self) -> &Refused {
        &self.why
    }
}
