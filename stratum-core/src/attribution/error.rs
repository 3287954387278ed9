//! What can be wrong with journeys, or with a question about them? A stable code, the path to the field, and a sentence.

use alloc::string::String;

use thiserror::Error;

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Refused {
    /// A touch names no channel.
    #[error("a touch names no channel")]
    EmptyChannel,
    /// A channel's name is too long.
    #[error("the name of a channel may have at most {most} bytes, this one has {bytes}")]
    LongChannel {
        /// Its length.
        bytes: usize,
        /// The bound.
        most: usize,
    },
    /// More different channels than are taken.
    #[error("there may be at most {most} channels; group the rare ones")]
    TooManyChannels {
        /// The bound.
        most: usize,
    },
    /// A touch has a code that no channel has.
    #[error("the code {code} belongs to no channel, there are {channels}")]
    UnknownCode {
        /// The code.
        code: u16,
        /// How many channels there are.
        channels: usize,
    },
    /// A name that no channel has.
    #[error("`{name}` is not one of the channels")]
    UnknownChannel {
        /// The name.
        name: String,
    },
    /// The same channel is listed twice.
    #[error("the channel `{name}` is listed twice")]
    RepeatedChannel {
        /// Its name.
        name: String,
    },
    /// A path has more touches than are taken.
    #[error("a path may have at most {most} touches, this one has {touches}")]
    LongPath {
        /// How many it has.
        touches: usize,
        /// The bound.
        most: usize,
    },
    /// A value below zero: refunds are taken off before, or reported apart.
    #[error("a value is zero or more, not {value}")]
    NegativeValue {
        /// The value.
        value: i64,
    },
    /// A value without a conversion.
    #[error("a path without conversions cannot have the value {value}")]
    ValueWithoutConversion {
        /// The value.
        value: i64,
    },
    /// The sums leave the range that is kept exactly.
    #[error("the sum is too large to be kept exactly")]
    TooLarge,
    /// Columns of different lengths.
    #[error("the column has {rows} rows, expected {expected}")]
    UnevenColumns {
        /// Its rows.
        rows: usize,
        /// The rows expected.
        expected: usize,
    },
    /// Offsets that do not begin at zero, do not ascend or do not end where the touches end.
    #[error(
        "offsets go from 0 to the number of touches without falling; expected {expected}, found {found}"
    )]
    WrongOffset {
        /// The least that could stand here.
        expected: u32,
        /// What stands here.
        found: u32,
    },
    /// An order that is not offered.
    #[error("the order of a chain is 1 to {most}, not {order}")]
    UnknownOrder {
        /// The order asked for.
        order: usize,
        /// The highest offered.
        most: usize,
    },
    /// Counts of different orders.
    #[error("counts of order {one} and of order {other} cannot be put together")]
    DifferentOrders {
        /// One order.
        one: usize,
        /// The other.
        other: usize,
    },
    /// A chain so slow that its answer could not be computed to the accuracy promised.
    #[error(
        "the chain of order {order} with {states} states converges too slowly; take order 1 or shorten repeated touches"
    )]
    SlowChain {
        /// The order.
        order: usize,
        /// The number of states.
        states: usize,
    },
    /// More transitions and channels than a chain is solved for.
    #[error(
        "{transitions} transitions among {channels} channels are too many to solve; lower the order or group channels"
    )]
    TooManyTransitions {
        /// Different transitions.
        transitions: usize,
        /// Channels.
        channels: usize,
    },
    /// Weights that cannot be used.
    #[error("weights are whole numbers, not all zero and one for each touch")]
    UnusableWeights,
    /// A half-life of nothing.
    #[error("a half-life is longer than nothing")]
    NoHalfLife,
    /// A model that needs the time of each touch.
    #[error("this model needs the time of each touch, and these paths have none")]
    TimesNeeded,
    /// A level that is no share.
    #[error("a level lies between 0 and 1, both left out")]
    NotALevel,
    /// A number outside what is offered.
    #[error("expected {least} to {most}, not {given}")]
    OutOfRange {
        /// What was given.
        given: usize,
        /// The lowest.
        least: usize,
        /// The highest.
        most: usize,
    },
    /// More orderings than are drawn for these journeys.
    #[error("for these journeys at most {most} pairs of orderings are drawn, not {given}")]
    TooManyPairs {
        /// What was asked for.
        given: usize,
        /// What is drawn.
        most: usize,
    },
    /// More resampling than is done for these journeys and this model.
    #[error("for these journeys and this model at most {most} replicates are drawn, not {given}")]
    TooManyReplicates {
        /// What was asked for.
        given: usize,
        /// What is drawn.
        most: usize,
    },
}

/// Why journeys are not taken or a model gives no answer, and where.
///
/// ```
/// use stratum_core::attribution::PathTable;
/// let mut table = PathTable::new();
/// let error = table.add_text("search > > shop", ">", Default::default()).unwrap_err();
/// assert_eq!(error.code(), "attribution.empty_channel");
/// assert_eq!(error.to_string(), "path[1]: a touch names no channel");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{path}: {why}")]
pub struct AttributionError {
    path: String,
    why: Refused,
}

impl AttributionError {
    pub(super) fn about(path: impl Into<String>, why: Refused) -> Self {
        Self {
            path: path.into(),
            why,
        }
    }

    /// A stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self.why {
            Refused::EmptyChannel => "attribution.empty_channel",
            Refused::LongChannel { .. } => "attribution.long_channel",
            Refused::TooManyChannels { .. } => "attribution.too_many_channels",
            Refused::UnknownCode { .. } => "attribution.unknown_code",
            Refused::UnknownChannel { .. } => "attribution.unknown_channel",
            Refused::RepeatedChannel { .. } => "attribution.repeated_channel",
            Refused::LongPath { .. } => "attribution.long_path",
            Refused::NegativeValue { .. } => "attribution.negative_value",
            Refused::ValueWithoutConversion { .. } => "attribution.value_without_conversion",
            Refused::TooLarge => "attribution.too_large",
            Refused::UnevenColumns { .. } => "attribution.uneven_columns",
            Refused::WrongOffset { .. } => "attribution.wrong_offset",
            Refused::UnknownOrder { .. } => "attribution.unknown_order",
            Refused::DifferentOrders { .. } => "attribution.different_orders",
            Refused::SlowChain { .. } => "attribution.slow_chain",
            Refused::TooManyTransitions { .. } => "attribution.too_many_transitions",
            Refused::UnusableWeights => "attribution.unusable_weights",
            Refused::NoHalfLife => "attribution.no_half_life",
            Refused::TimesNeeded => "attribution.times_needed",
            Refused::NotALevel => "attribution.not_a_level",
            Refused::OutOfRange { .. } => "attribution.out_of_range",
            Refused::TooManyPairs { .. } => "attribution.too_many_pairs",
            Refused::TooManyReplicates { .. } => "attribution.too_many_replicates",
        }
    }

    /// The field it is about, such as `rows[3].value`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What was expected and what came.
    #[must_use]
    pub const fn why(&self) -> &Refused {
        &self.why
    }
}
