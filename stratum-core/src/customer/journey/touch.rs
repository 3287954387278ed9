//! What did a person see, and what did they do? Touchpoints and conversions, as they come in.
//!
//! These are rows of the edge, with names as text. Behind [`super::Journeys`] names are numbers.

use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::vocabulary::{Money, Platform, Timestamp};

/// The longest name of a person, a channel or an order, in bytes.
pub const MAX_NAME_BYTES: usize = 128;

/// How a person met an advertisement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TouchKind {
    /// It was clicked, tapped or swiped.
    Click,
    /// It was shown.
    View,
}

/// One contact of one person with one channel.
///
/// ```
/// use stratum_core::customer::journey::{TouchKind, Touchpoint};
/// let row = r#"{"person":"ada","channel":"newsletter","kind":"click","at":"2026-03-01T10:00:00Z"}"#;
/// let touch: Touchpoint = serde_json::from_str(row).unwrap();
/// assert_eq!((touch.platform, touch.kind), (None, TouchKind::Click));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Touchpoint {
    /// Whose contact it was: an opaque name, one to 128 bytes without control characters.
    pub person: String,
    /// Under which channel it is counted, named likewise.
    pub channel: String,
    /// The advertising platform it came from; none for mail, search results and other channels nobody advertises on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<Platform>,
    /// Click or view.
    pub kind: TouchKind,
    /// When it happened.
    pub at: Timestamp,
}

/// What one person bought, ordered or signed at one moment.
///
/// ```
/// use stratum_core::customer::journey::Conversion;
/// let row = r#"{"person":"ada","at":"2026-03-02T09:00:00Z","value":{"amount":"80.00","currency":"EUR"},"order":"1001"}"#;
/// let conversion: Conversion = serde_json::from_str(row).unwrap();
/// assert_eq!(conversion.value.to_string(), "80.00 EUR");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conversion {
    /// Who converted.
    pub person: String,
    /// When.
    pub at: Timestamp,
    /// What it was worth: not less than nothing, and in one currency for all rows.
    pub value: Money,
    /// The id of the order, where there is one: a second row of the same person with the same id is a duplicate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
}
