//! Which bytes exactly? A SHA-256 digest, written as lower-case hexadecimal.
//!
//! Canonical bytes are JSON as `serde_json` writes it: fields in declaration order, maps sorted by key, floats in their
//! shortest form that reads back to the same number. The same value gives the same bytes on every platform.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Serialize, Serializer};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

/// A SHA-256 digest.
///
/// ```
/// use stratum_core::vocabulary::Digest;
/// let digest = Digest::of(b"abc");
/// assert!(digest.to_string().starts_with("ba7816bf"));
/// assert_eq!(digest.to_string().parse::<Digest>().unwrap(), digest);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Digest([u8; 32]);

/// The text is not a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a digest is 64 lower-case hexadecimal digits")]
pub struct DigestError;

impl Digest {
    /// What stands before the first entry of a chain.
    pub const ZERO: Self = Self([0; 32]);

    /// The digest of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The digest of several parts, one after the other. Parts carry no separator: write lengths where they can vary.
    #[must_use]
    pub fn of_parts(parts: &[&[u8]]) -> Self {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update(part);
        }
        Self(hasher.finalize().into())
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// The canonical bytes of a value.
///
/// Values of this crate always encode; a value from outside that does not gives an empty vector in no case: the error is
/// returned.
///
/// # Errors
/// Whatever the value's own `Serialize` reports, such as a map with keys that are not text.
pub fn canonical_bytes<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(value)
}

/// The 64 hexadecimal digits.
fn with_digits<T>(digest: &Digest, then: impl FnOnce(&str) -> T) -> T {
    const fn digit(half: u8) -> u8 {
        if half < 10 {
            b'0' + half
        } else {
            b'a' + half - 10
        }
    }
    let mut digits = [0_u8; 64];
    for (pair, byte) in digits.chunks_exact_mut(2).zip(digest.0) {
        pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
    }
    then(core::str::from_utf8(&digits).unwrap_or_default())
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        with_digits(self, |digits| f.write_str(digits))
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        with_digits(self, |digits| serializer.serialize_str(digits))
    }
}

impl core::str::FromStr for Digest {
    type Err = DigestError;
    fn from_str(text: &str) -> Result<Self, DigestError> {
        if text.len() != 64 {
            return Err(DigestError);
        }
        let mut bytes = [0; 32];
        // One digest has one written form.
        let mut digits = text.chars().map(|digit| {
            let lower = !digit.is_ascii_uppercase();
            digit.to_digit(16).filter(|_| lower).ok_or(DigestError)
        });
        for byte in &mut bytes {
            let (Some(high), Some(low)) = (digits.next(), digits.next()) else {
                return Err(DigestError);
            };
            *byte = u8::try_from(high? * 16 + low?).map_err(|_| DigestError)?;
        }
        Ok(Self(bytes))
    }
}

impl TryFrom<String> for Digest {
    type Error = DigestError;
    fn try_from(text: String) -> Result<Self, DigestError> {
        text.parse()
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        alloc::format!("{digest}")
    }
}
