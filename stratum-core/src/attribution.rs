//! Who gets credit? Models that share what was earned among the channels on the way to it, exactly.
//!
//! Everything is a sum of whole numbers until the last step: rows may come in any order and partitions may be merged, and the
//! answer is the same to the last bit. Credit adds up to what was earned, always. What a model says is correlation; only an
//! experiment says what would not have happened otherwise.
//! Not here: building journeys out of touchpoints; that is `customer::journey`.

pub mod agreement;
pub mod bootstrap;
pub mod channels;
pub mod claims;
pub mod columns;
pub mod credit;
pub mod error;
pub mod hazard;
pub mod markov;
pub mod model;
pub mod paths;
pub mod rules;
pub mod shapley;
pub mod table;

pub use agreement::{Agreement, ShareRange, agreement, share_ranges};
pub use bootstrap::{Bootstrap, PlaceInterval, ShareInterval, ShareIntervals};
pub use channels::{Channels, MAX_CHANNELS};
pub use columns::PathColumns;
pub use credit::{Attribution, Credit, apportion};
pub use error::{AttributionError, Refused};
pub use markov::{MAX_ORDER, MarkovModel, OrderChoice, OrderFit, Transitions, choose_order};
pub use model::AttributionModel;
pub use paths::{CountedPath, Counts, MAX_PATH, PathTotals, Paths};
pub use rules::{RuleModel, attribute_by};
pub use shapley::{
    MAX_EXACT_CHANNELS, PlaceCredit, ShapleyAnswer, ShapleyModel, ShapleyWorth, ordered_shapley,
};
pub use table::PathTable;
