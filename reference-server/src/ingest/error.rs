//! What is wrong with what was sent? One error with a stable code and the path of the field.

use thiserror::Error;

use super::{
    MAX_BATCH_BYTES, MAX_BATCH_EVENTS, MAX_CALL_BYTES, MAX_MESSAGE_ID_CHARS, MAX_SPREAD_BYTES,
};

/// Why a call is refused; nothing of it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum IngestError {
    /// The body is no JSON.
    #[error("the body is not JSON: {why}")]
    MalformedJson {
        /// What the reader said.
        why: String,
    },
    /// The body, or a message of a batch, is no object.
    #[error("expected a JSON object")]
    NotAnObject {
        /// Which one.
        path: String,
    },
    /// The body cannot be decompressed.
    #[error("the body is not what `content-encoding: gzip` promises, or it ended too early")]
    MalformedGzip,
    /// The body is compressed in a way that is not read here.
    #[error("only `gzip` and `identity` are read here")]
    UnknownEncoding,
    /// A single call is too long.
    #[error("a call may have at most {MAX_CALL_BYTES} bytes")]
    CallTooLarge,
    /// A batch is too long, or becomes so when each message gets what the batch says for all of them.
    #[error(
        "a batch may have at most {MAX_BATCH_BYTES} bytes after decompression, and its messages at most {MAX_SPREAD_BYTES} with what it says for all of them"
    )]
    BatchTooLarge,
    /// A message of a batch is too long.
    #[error("a message may have at most {MAX_CALL_BYTES} bytes")]
    MessageTooLarge {
        /// Which one.
        path: String,
    },
    /// A batch has too many messages.
    #[error("a batch may have at most {MAX_BATCH_EVENTS} messages, this one has {messages}")]
    TooManyMessages {
        /// How many.
        messages: usize,
    },
    /// A batch has no message.
    #[error("the batch is empty")]
    EmptyBatch,
    /// A field that must be there is not, or is null.
    #[error("a value is missing")]
    Missing {
        /// Which field.
        path: String,
    },
    /// A field has a value of another type.
    #[error("expected {expected}")]
    WrongType {
        /// Which field.
        path: String,
        /// What it should be.
        expected: &'static str,
    },
    /// A message of a batch is of no known type.
    #[error("unknown type; known are track, identify, page, screen, group and alias")]
    UnknownType {
        /// Which field.
        path: String,
    },
    /// Nobody did it.
    #[error("no_user_anon_id: one of `userId` and `anonymousId` is required")]
    NobodyDidIt {
        /// Which message.
        path: String,
    },
    /// The name of an event is too long or contains control characters.
    #[error("an event name has 1 to 128 bytes without control characters")]
    EventName {
        /// Which field.
        path: String,
    },
    /// A message id is too long or contains control characters.
    #[error(
        "a message id has at most {MAX_MESSAGE_ID_CHARS} characters, none of them a control character"
    )]
    MessageId {
        /// Which field.
        path: String,
    },
    /// A time cannot be read.
    #[error("expected a time such as 2026-11-25T09:30:00.000Z")]
    Time {
        /// Which field.
        path: String,
    },
}

impl IngestError {
    pub(super) fn missing(path: &str) -> Self {
        Self::Missing {
            path: path.to_owned(),
        }
    }

    pub(super) fn wrong_type(path: &str, expected: &'static str) -> Self {
        Self::WrongType {
            path: path.to_owned(),
            expected,
        }
    }

    /// A stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::MalformedJson { .. } => "ingest.malformed_json",
            Self::NotAnObject { .. } => "ingest.not_an_object",
            Self::MalformedGzip => "ingest.malformed_gzip",
            Self::UnknownEncoding => "ingest.unknown_encoding",
            Self::CallTooLarge => "ingest.call_too_large",
            Self::BatchTooLarge => "ingest.batch_too_large",
            Self::MessageTooLarge { .. } => "ingest.message_too_large",
            Self::TooManyMessages { .. } => "ingest.too_many_messages",
            Self::EmptyBatch => "ingest.empty_batch",
            Self::Missing { .. } => "ingest.missing_field",
            Self::WrongType { .. } => "ingest.wrong_type",
            Self::UnknownType { .. } => "ingest.unknown_type",
            Self::NobodyDidIt { .. } => "ingest.no_user_anon_id",
            Self::EventName { .. } => "ingest.invalid_event_name",
            Self::MessageId { .. } => "ingest.invalid_message_id",
            Self::Time { .. } => "ingest.invalid_time",
        }
    }

    /// The field it is about; none when it is about the whole body.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        let path = match self {
            Self::NotAnObject { path }
            | Self::MessageTooLarge { path }
            | Self::Missing { path }
            | Self::WrongType { path, .. }
            | Self::UnknownType { path }
            | Self::NobodyDidIt { path }
            | Self::EventName { path }
            | Self::MessageId { path }
            | Self::Time { path } => path.as_str(),
            Self::TooManyMessages { .. } | Self::EmptyBatch => "batch",
            Self::MalformedJson { .. }
            | Self::MalformedGzip
            | Self::UnknownEncoding
            | Self::CallTooLarge
            | Self::BatchTooLarge => "",
        };
        (!path.is_empty()).then_some(path)
    }
}
