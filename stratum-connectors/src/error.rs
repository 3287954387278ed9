//! What went wrong with a call, and is it worth trying again? One error for every platform.
//!
//! Addresses, tokens and bodies never appear in a message.

use std::fmt;
use std::time::Duration;

/// What kind of failure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The platform does not accept who we are.
    Unauthorised,
    /// Too many calls.
    RateLimited,
    /// There is no such campaign or account.
    NotFound,
    /// The platform understood and refused.
    Rejected,
    /// The platform failed, or cannot be reached.
    Unavailable,
    /// No answer in time: whether a change was made is unknown.
    TimedOut,
    /// The answer cannot be read.
    Malformed,
    /// This platform cannot do that.
    Unsupported,
    /// The redemption was given for another proposal; nothing was sent.
    NotPermitted,
}

impl Kind {
    /// The name used in JSON and logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unauthorised => "unauthorised",
            Self::RateLimited => "rate_limited",
            Self::NotFound => "not_found",
            Self::Rejected => "rejected",
            Self::Unavailable => "unavailable",
            Self::TimedOut => "timed_out",
            Self::Malformed => "malformed",
            Self::Unsupported => "unsupported",
            Self::NotPermitted => "not_permitted",
        }
    }

    /// Whether a change that ended like this was certainly not made.
    #[must_use]
    pub const fn is_certainly_not_applied(self) -> bool {
        match self {
            Self::Unauthorised
            | Self::RateLimited
            | Self::NotFound
            | Self::Rejected
            | Self::Unsupported
            | Self::NotPermitted => true,
            Self::Unavailable | Self::TimedOut | Self::Malformed => false,
        }
    }
}

/// Whether it is worth trying again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// It will fail again.
    Never,
    /// Not before this much time has passed.
    After(Duration),
}

/// A call that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// What kind of failure.
    pub kind: Kind,
    /// Whether to try again.
    pub retry: Retry,
    /// What was being done, such as `read_campaign`.
    pub operation: &'static str,
    /// The HTTP status, where there was an answer.
    pub status: Option<u16>,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} failed: {}", self.operation, self.kind.as_str())?;
        match self.status {
            Some(status) => write!(f, " (status {status})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}
