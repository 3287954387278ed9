//! What did a tracking library send? The wire of Segment and RudderStack, read into events. Pure: bytes and a moment in,
//! events or one error out.
//!
//! Limits and answers are described in `docs/INGESTION.md`. Who sent it and where it is kept is decided elsewhere.

mod channel;
mod error;
mod keys;
mod message;
mod purchase;
mod time;
mod unpack;
mod write_key;

use chrono::TimeDelta;
use serde_json::{Map, Value};
use stratum_core::vocabulary::Timestamp;
use stratum_store::{Channel, NewEvent};

pub use error::IngestError;
pub use purchase::counted_name;
pub use unpack::unpacked;
pub use write_key::basic_write_key;

/// The longest single call, in bytes.
pub const MAX_CALL_BYTES: usize = 32 * 1024;
/// The longest batch, in bytes, after decompression.
pub const MAX_BATCH_BYTES: usize = 500 * 1024;
/// The longest batch, in bytes of its events, when each has what the batch says for all of them: a context of the batch is
/// stored with every message.
pub const MAX_SPREAD_BYTES: usize = 2 * MAX_BATCH_BYTES;
/// The most messages in a batch.
pub const MAX_BATCH_EVENTS: usize = 2_500;
/// The longest message id, in characters.
pub const MAX_MESSAGE_ID_CHARS: usize = 100;

/// What is believed about times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plausible {
    /// How far ahead of us a sender's clock may be.
    pub ahead: TimeDelta,
    /// How long after it happened an event still counts as in time.
    pub in_time: TimeDelta,
    /// How old an event may be to be counted when it happened; an older one counts as of its arrival.
    pub oldest: TimeDelta,
}

impl Plausible {
    /// What the server uses: ten minutes, one hour, eight days.
    pub const USUAL: Self = Self {
        ahead: TimeDelta::minutes(10),
        in_time: TimeDelta::hours(1),
        oldest: TimeDelta::days(8),
    };
}

/// What a message says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Somebody did something.
    Track,
    /// Who somebody is.
    Identify,
    /// Somebody looked at a page.
    Page,
    /// Somebody looked at a screen of an app.
    Screen,
    /// Somebody belongs to a group.
    Group,
    /// Somebody is known under another id too.
    Alias,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::Track,
        Self::Identify,
        Self::Page,
        Self::Screen,
        Self::Group,
        Self::Alias,
    ];

    /// The name on the wire and in SQL.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Track => "track",
            Self::Identify => "identify",
            Self::Page => "page",
            Self::Screen => "screen",
            Self::Group => "group",
            Self::Alias => "alias",
        }
    }

    /// Under which name messages that are no events of their own are counted.
    const fn counted_as(self) -> &'static str {
        match self {
            Self::Track => "$track",
            Self::Identify => "$identify",
            Self::Page => "$page",
            Self::Screen => "$screen",
            Self::Group => "$group",
            Self::Alias => "$alias",
        }
    }

    fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// What has to be known to read a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival {
    /// When it was received.
    pub received_at: Timestamp,
    /// From which side its source sends when the message does not say.
    pub channel: Channel,
    /// What is believed about times.
    pub plausible: Plausible,
}

/// A body that is a JSON object.
///
/// # Errors
/// [`IngestError`] when it is no JSON or no object.
pub fn parsed(body: &[u8]) -> Result<Map<String, Value>, IngestError> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err(IngestError::NotAnObject {
            path: String::new(),
        }),
        Err(error) => Err(IngestError::MalformedJson {
            why: error.to_string(),
        }),
    }
}

/// The write key in a body; sources in browsers send it there.
#[must_use]
pub fn write_key(body: &Map<String, Value>) -> Option<&str> {
    body.get("writeKey")
        .and_then(Value::as_str)
        .filter(|key| !key.is_empty())
}

/// The event of a single call.
///
/// # Errors
/// [`IngestError`] with the path of the field.
pub fn single(
    kind: Kind,
    body: Map<String, Value>,
    arrival: &Arrival,
) -> Result<NewEvent, IngestError> {
    message::event(kind, body, None, "", arrival)
}

/// The events of a batch, in its order.
///
/// # Errors
/// [`IngestError`] with the path of the first field that is wrong; then none of the batch is to be stored.
pub fn batch(
    mut body: Map<String, Value>,
    arrival: &Arrival,
) -> Result<Vec<NewEvent>, IngestError> {
    let messages = match body.remove("batch") {
        Some(Value::Array(messages)) => messages,
        Some(Value::Null) | None => return Err(IngestError::missing("batch")),
        Some(_) => return Err(IngestError::wrong_type("batch", "a list of messages")),
    };
    if messages.is_empty() {
        return Err(IngestError::EmptyBatch);
    }
    if messages.len() > MAX_BATCH_EVENTS {
        return Err(IngestError::TooManyMessages {
            messages: messages.len(),
        });
    }
    let sent_at = body.remove("sentAt");
    let context = object_of(&mut body, "context")?;
    let integrations = object_of(&mut body, "integrations")?;
    let mut events = Vec::with_capacity(messages.len());
    let mut spread = 0;
    for (place, message) in messages.into_iter().enumerate() {
        let path = format!("batch[{place}]");
        let Value::Object(mut fields) = message else {
            return Err(IngestError::NotAnObject { path });
        };
        let kind = match fields.get("type") {
            Some(Value::String(name)) => {
                Kind::named(name).ok_or_else(|| IngestError::UnknownType {
                    path: format!("{path}.type"),
                })?
            }
            Some(Value::Null) | None => {
                return Err(IngestError::missing(&format!("{path}.type")));
            }
            Some(_) => return Err(IngestError::wrong_type(&format!("{path}.type"), "text")),
        };
        merge(&mut fields, "context", context.as_ref(), &path)?;
        merge(&mut fields, "integrations", integrations.as_ref(), &path)?;
        let event = message::event(kind, fields, sent_at.as_ref(), &path, arrival)?;
        spread += event.payload.len();
        if spread > MAX_SPREAD_BYTES {
            return Err(IngestError::BatchTooLarge);
        }
        events.push(event);
    }
    Ok(events)
}

fn object_of(
    body: &mut Map<String, Value>,
    name: &str,
) -> Result<Option<Map<String, Value>>, IngestError> {
    match body.remove(name) {
        Some(Value::Object(fields)) => Ok(Some(fields)),
        Some(Value::Null) | None => Ok(None),
        Some(_) => Err(IngestError::wrong_type(name, "an object")),
    }
}

/// Adds what the batch says for all its messages; what a message says itself comes first.
fn merge(
    fields: &mut Map<String, Value>,
    name: &str,
    of_batch: Option<&Map<String, Value>>,
    path: &str,
) -> Result<(), IngestError> {
    let Some(of_batch) = of_batch else {
        return Ok(());
    };
    let slot = fields.entry(name).or_insert(Value::Null);
    if slot.is_null() {
        *slot = Value::Object(Map::new());
    }
    let Value::Object(own) = slot else {
        return Err(IngestError::wrong_type(
            &format!("{path}.{name}"),
            "an object",
        ));
    };
    for (key, value) in of_batch {
        if !own.contains_key(key) {
            own.insert(key.clone(), value.clone());
        }
    }
    Ok(())
}
