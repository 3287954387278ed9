//! What does one message say? Its id, who did it, when, from which side, and what identifies that person.

use serde_json::{Map, Value};
use stratum_core::vocabulary::{Digest, EventName};
use stratum_store::NewEvent;
use stratum_store::events::Defects;

use super::purchase::{Completeness, completeness, counted_name, matching};
use super::{Arrival, IngestError, Kind, MAX_CALL_BYTES, MAX_MESSAGE_ID_CHARS};
use super::{channel, keys, time};

/// What libraries send beside the message; none of it is kept.
const NOT_OF_THE_MESSAGE: [&str; 3] = ["writeKey", "_metadata", "sentAt"];

struct Message<'a> {
    fields: Map<String, Value>,
    path: &'a str,
}

impl Message<'_> {
    fn at(&self, name: &str) -> String {
        if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        }
    }

    /// An id: text or a whole number; null and the empty text are absent.
    fn id(&self, name: &str) -> Result<Option<String>, IngestError> {
        match self.fields.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.trim().to_owned()).filter(|t| !t.is_empty())),
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            Some(_) => Err(IngestError::wrong_type(&self.at(name), "text or a number")),
        }
    }

    /// An object that may be absent or null.
    fn object(&self, name: &str) -> Result<Option<&Map<String, Value>>, IngestError> {
        match self.fields.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(fields)) => Ok(Some(fields)),
            Some(_) => Err(IngestError::wrong_type(&self.at(name), "an object")),
        }
    }

    fn check_who(&self, kind: Kind) -> Result<(), IngestError> {
        let (user, anonymous) = (self.id("userId")?, self.id("anonymousId")?);
        if user.is_none() && anonymous.is_none() {
            return Err(IngestError::NobodyDidIt {
                path: self.path.to_owned(),
            });
        }
        let needed = match kind {
            Kind::Group => "groupId",
            Kind::Alias => "previousId",
            Kind::Track | Kind::Identify | Kind::Page | Kind::Screen => return Ok(()),
        };
        match self.id(needed)? {
            Some(_) => Ok(()),
            None => Err(IngestError::missing(&self.at(needed))),
        }
    }

    fn name(&self, kind: Kind) -> Result<EventName, IngestError> {
        let path = || self.at("event");
        let name = match (kind, self.fields.get("event")) {
            (Kind::Track, Some(Value::String(name))) if !name.trim().is_empty() => {
                counted_name(name)
            }
            (Kind::Track, None | Some(Value::Null | Value::String(_))) => {
                return Err(IngestError::missing(&path()));
            }
            (Kind::Track, Some(_)) => return Err(IngestError::wrong_type(&path(), "text")),
            (_, _) => kind.counted_as(),
        };
        EventName::new(name).map_err(|_| IngestError::EventName { path: path() })
    }

    /// The sender's id, or one made from the content, so that the same message sent again is the same. A message without an
    /// id and without a time of its own cannot be told from its repetition; within one hour, equal ones count as one.
    fn message_id(
        &self,
        kind: Kind,
        arrival: &Arrival,
        timed: bool,
    ) -> Result<String, IngestError> {
        let wrong = || IngestError::MessageId {
            path: self.at("messageId"),
        };
        match self.fields.get("messageId") {
            Some(Value::String(id)) if !id.is_empty() => {
                let sound =
                    id.chars().count() <= MAX_MESSAGE_ID_CHARS && !id.chars().any(char::is_control);
                if sound { Ok(id.clone()) } else { Err(wrong()) }
            }
            None | Some(Value::Null | Value::String(_)) => {
                let content = serde_json::to_vec(&self.fields).map_err(|error| {
                    IngestError::MalformedJson {
                        why: error.to_string(),
                    }
                })?;
                let hour = arrival.received_at.timestamp().div_euclid(3600);
                let hour = if timed { 0 } else { hour };
                let digest =
                    Digest::of_parts(&[kind.as_str().as_bytes(), &hour.to_be_bytes(), &content]);
                Ok(format!("content-{digest}"))
            }
            Some(_) => Err(wrong()),
        }
    }
}

/// Reads one message. `path` is where it stands in the body, `sent_at` what its batch says about all of its messages.
pub(super) fn event(
    kind: Kind,
    mut fields: Map<String, Value>,
    sent_at: Option<&Value>,
    path: &str,
    arrival: &Arrival,
) -> Result<NewEvent, IngestError> {
    let own_sent_at = fields.remove("sentAt");
    for name in NOT_OF_THE_MESSAGE {
        fields.remove(name);
    }
    let message = Message { fields, path };
    message.check_who(kind)?;
    let name = message.name(kind)?;
    let original = time::field(message.fields.get("originalTimestamp"), || {
        message.at("originalTimestamp")
    })?;
    let written = time::field(message.fields.get("timestamp"), || message.at("timestamp"))?;
    let original = original.or(written);
    let sent = match own_sent_at.as_ref().filter(|value| !value.is_null()) {
        Some(own) => time::field(Some(own), || message.at("sentAt"))?,
        None => time::field(sent_at, || "sentAt".to_owned())?,
    };
    let id = message.message_id(kind, arrival, original.is_some())?;
    let at = time::corrected(original, sent, arrival.received_at);
    let (counted_at, times) = time::placed(at, arrival);
    let properties = message.object("properties")?;
    message.object("context")?;
    message.object("traits")?;
    message.object("integrations")?;
    let is_track = kind == Kind::Track;
    let Completeness { violates, empty } = if is_track && name.as_str() == "purchase" {
        completeness(properties)
    } else {
        Completeness::default()
    };
    let event = NewEvent {
        message: id,
        kind: kind.as_str(),
        event: name,
        channel: channel::channel(&message.fields, arrival.channel),
        matching: if is_track { matching(properties) } else { None },
        at,
        counted_at,
        keys: keys::keys(&message.fields),
        defects: Defects {
            schema_violation: violates,
            empty_value: empty,
            ..times
        },
        payload: serde_json::to_string(&message.fields).map_err(|error| {
            IngestError::MalformedJson {
                why: error.to_string(),
            }
        })?,
    };
    if event.payload.len() > MAX_CALL_BYTES {
        return Err(IngestError::MessageTooLarge {
            path: path.to_owned(),
        });
    }
    Ok(event)
}
