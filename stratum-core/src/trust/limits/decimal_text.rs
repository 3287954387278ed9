//! How is a decimal written in JSON? As text, so that no reader turns it into a float.

use alloc::string::{String, ToString};

use rust_decimal::Decimal;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serializer};

use crate::vocabulary::money::plain_decimal;

/// Writes the decimal as text.
///
/// # Errors
/// Those of the serializer.
pub fn serialize<S: Serializer>(value: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&value.normalize().to_string())
}

/// Reads a decimal from text.
///
/// # Errors
/// When the text is not an exact decimal number.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
    let text = String::deserialize(deserializer)?;
    plain_decimal(&text)
        .ok_or_else(|| D::Error::custom("expected a decimal number in quotes, such as \"12.5\""))
}
