//! Who and what is meant? Distinct id types that cannot be swapped for one another.
//!
//! Ids are opaque text chosen outside the core: nothing is parsed out of them and nothing is generated here.

use alloc::string::{String, ToString};
use core::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The longest id accepted, in bytes.
pub const MAX_ID_BYTES: usize = 128;

/// Why a text is not an id.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum IdError {
    /// The text is empty.
    #[error("an id must not be empty")]
    Empty,
    /// The text is longer than [`MAX_ID_BYTES`].
    #[error("an id may have at most {MAX_ID_BYTES} bytes, this one has {bytes}")]
    TooLong {
        /// How long it is.
        bytes: usize,
    },
    /// The text contains a control character.
    #[error("an id must not contain control characters")]
    ControlCharacter,
    /// The id of an actor begins or ends with white space.
    #[error("the id of an actor must not begin or end with white space")]
    OuterSpace,
}

fn checked(text: &str) -> Result<String, IdError> {
    if text.is_empty() {
        return Err(IdError::Empty);
    }
    if text.len() > MAX_ID_BYTES {
        return Err(IdError::TooLong { bytes: text.len() });
    }
    if text.chars().any(char::is_control) {
        return Err(IdError::ControlCharacter);
    }
    Ok(text.to_string())
}

/// One actor has one spelling: a space that nobody sees does not make another one.
fn checked_actor(text: &str) -> Result<String, IdError> {
    if text.trim() == text {
        checked(text)
    } else {
        Err(IdError::OuterSpace)
    }
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        id!($(#[$doc])* $name, checked);
    };
    ($(#[$doc:meta])* $name:ident, $checked:ident) => {
        $(#[$doc])*
        ///
        /// One to 128 bytes without control characters.
        ///
        /// ```
        #[doc = concat!("use stratum_core::vocabulary::", stringify!($name), ";")]
        #[doc = concat!("assert_eq!(", stringify!($name), "::new(\"north-7\").unwrap().as_str(), \"north-7\");")]
        #[doc = concat!("assert!(", stringify!($name), "::new(\"\").is_err());")]
        /// ```
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Checks the text and wraps it.
            ///
            /// # Errors
            /// [`IdError`] when the text is empty, too long or contains a control character.
            pub fn new(text: &str) -> Result<Self, IdError> {
                $checked(text).map(Self)
            }

            /// The text of the id.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                Self::new(&text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    };
}

id!(
    /// A tenant: whose data and whose money.
    TenantId
);
id!(
    /// An ad account on one platform.
    AccountId
);
id!(
    /// A campaign within an ad account.
    CampaignId
);
id!(
    /// A proposal somebody made.
    ProposalId
);
id!(
    /// A person, rule, model or agent. It neither begins nor ends with white space.
    ActorId,
    checked_actor
);

impl ActorId {
    /// Whether both name the same actor: `Ana` is `ana`.
    #[must_use]
    pub fn is_same_actor(&self, other: &Self) -> bool {
        self.0.to_lowercase() == other.0.to_lowercase()
    }
}
id!(
    /// A freeze that somebody set.
    FreezeId
);
id!(
    /// The name of a conversion event, such as `purchase`.
    EventName
);
id!(
    /// The name of one version of a policy.
    PolicyVersion
);
