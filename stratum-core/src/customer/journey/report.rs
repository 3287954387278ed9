//! What do many journeys have in common? Tables of exact counts: paths, transitions, lags and lengths, assists, flows.
//!
//! Counts are whole numbers and values are in the smallest unit of the currency, so that tables can be added and compared.
//! Not here: shares, rates and credit.

pub mod assists;
pub mod distributions;
pub mod paths;
pub mod sankey;
pub mod transitions;

use alloc::string::{String, ToString};

use serde::{Deserialize, Serialize};

pub use assists::{AssistRow, Assists};
pub use distributions::{LagFrom, LagRow, LengthRow, PathLengths, TimeLags};
pub use paths::{PathRow, TopPaths};
pub use sankey::{Sankey, SankeyLink, SankeyNode};
pub use transitions::{TransitionRow, Transitions};

use super::columns::{Outcome, Tally};
use super::journeys::{Journey, Journeys};

/// Whether journeys that have not ended appear in a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OpenJourneys {
    /// They do, with an end of their own.
    Count,
    /// They do not.
    LeaveOut,
}

impl OpenJourneys {
    pub(super) fn admit(self, journey: &Journey<'_>) -> bool {
        self == Self::Count || journey.outcome != Outcome::Open
    }
}

/// Where a journey is, step by step: at its start, at a channel, at its end.
///
/// ```
/// use stratum_core::customer::journey::State;
/// let state = State::Channel("search".to_owned());
/// assert_eq!(serde_json::to_string(&state).unwrap(), r#"{"channel":"search"}"#);
/// assert_eq!(serde_json::to_string(&State::<String>::Lapsed).unwrap(), r#""lapsed""#);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State<C = String> {
    /// Before the first touch.
    Start,
    /// A touch of this channel.
    Channel(C),
    /// A touch of any channel that has no place of its own in the table.
    Rest,
    /// Touches beyond the last step of the table.
    Longer,
    /// The end: a conversion.
    Converted,
    /// The end: the windows passed.
    Lapsed,
    /// No end yet.
    Open,
}

impl State<u16> {
    const fn end(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Converted => Self::Converted,
            Outcome::Lapsed => Self::Lapsed,
            Outcome::Open => Self::Open,
        }
    }

    fn named(self, journeys: &Journeys) -> State {
        match self {
            Self::Channel(code) => {
                State::Channel(journeys.channel_name(code).unwrap_or_default().to_string())
            }
            Self::Start => State::Start,
            Self::Rest => State::Rest,
            Self::Longer => State::Longer,
            Self::Converted => State::Converted,
            Self::Lapsed => State::Lapsed,
            Self::Open => State::Open,
        }
    }
}

/// The conversions that ended a journey.
fn worth(journey: &Journey<'_>) -> Tally {
    Tally {
        conversions: u64::from(journey.conversions),
        value_minor: journey.value_minor,
    }
}
