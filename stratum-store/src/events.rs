//! What happened on the site and in the shop? Events as they were received, and what is counted about them.
//!
//! Parsing and judging a message is the server's work; here it is stored once, counted and matched with its twin.

mod hours;
mod intake;
mod keys;
mod read;
mod tally;
mod write;

use std::fmt;
use std::str::FromStr;

use stratum_core::vocabulary::{AccountId, EventName, TenantId, Timestamp};

pub use hours::{EventHour, RecordHour};
pub use intake::{EventIntake, IntakeSettings, Stored};
pub use keys::{Key, Keys};

/// From which side an event comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// A page in a browser.
    Browser,
    /// A server: the shop, a CRM, a tag server.
    Server,
    /// An app.
    Mobile,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Self; 3] = [Self::Browser, Self::Server, Self::Mobile];

    /// The name used in SQL and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Server => "server",
            Self::Mobile => "mobile",
        }
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown channel; known are browser, server and mobile")]
pub struct UnknownChannel;

impl FromStr for Channel {
    type Err = UnknownChannel;
    fn from_str(text: &str) -> Result<Self, UnknownChannel> {
        Self::ALL
            .into_iter()
            .find(|channel| channel.as_str() == text)
            .ok_or(UnknownChannel)
    }
}

/// What the collection endpoint noticed about a message.
#[expect(
    clippy::struct_excessive_bools,
    reason = "a checklist: each defect is there or not"
)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Defects {
    /// It breaks the schema of its event.
    pub schema_violation: bool,
    /// It lacks a value where one must be.
    pub empty_value: bool,
    /// It arrived long after it happened.
    pub late: bool,
    /// It claims to have happened in the future.
    pub future: bool,
}

/// One message, ready to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// The id that makes it the same message when it comes again; unique within the tenant.
    pub message: String,
    /// `track`, `identify`, `page`, `screen`, `group` or `alias`.
    pub kind: &'static str,
    /// Under which name it is counted.
    pub event: EventName,
    /// From which side it comes.
    pub channel: Channel,
    /// What makes it the same conversion when the other side reports it; only conversions have one.
    pub matching: Option<String>,
    /// When it happened, corrected for the sender's clock.
    pub at: Timestamp,
    /// The moment under which it is counted: `at` where that can be believed, else when it was received.
    pub counted_at: Timestamp,
    /// The valid match keys it carries.
    pub keys: Keys,
    /// What is wrong with it.
    pub defects: Defects,
    /// The message as JSON.
    pub payload: String,
}

/// What one request brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// Whose events.
    pub tenant: TenantId,
    /// From which source.
    pub source: String,
    /// For which account; none when for all of them.
    pub account: Option<AccountId>,
    /// When they were received.
    pub received_at: Timestamp,
    /// The events, in the order in which they came.
    pub events: Vec<NewEvent>,
}
