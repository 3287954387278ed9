//! What do bindings, the server and files speak? Calls and answers as plain data.
//!
//! Values of the vocabulary are their own wire form and check themselves while they are read. What can move money (`Permit`,
//! `Redemption`) has no wire form at all.

pub mod answer;
pub mod call;
pub mod claims;
pub mod credit;
pub mod customers;
pub mod experiments;
pub mod journeys;
pub mod profit;
pub mod touches;

pub use answer::{
    ComponentAnswer, HealthAnswer, HealthSummary, MeasureAnswer, ReviewAnswer, VerdictKind,
};
pub use call::{HealthCall, Refusal, ReviewCall, health, review};
pub use claims::{CalibrateCall, CompareCall, DeduplicateCall, calibrate, compare, deduplicate};
pub use credit::{
    AgreementAnswer, AgreementCall, AttributeCall, IntervalsCall, MAX_MODELS, PathCounts,
    agreement, attribute, intervals,
};
pub use customers::{
    HistoriesAnswer, HistoriesCall, HistoryRow, LifetimeFitAnswer, LifetimeFitCall,
    LifetimePredictAnswer, LifetimePredictCall, RetentionCall, RfmCall, histories, lifetime_fit,
    lifetime_predict, retention, rfm,
};
pub use experiments::{CompareArmsCall, SampleRatioCall, compare_arms, sample_ratio};
pub use journeys::{
    AttributeJourneysCall, HazardAnswer, HazardCall, JourneyIntervalsCall, JourneyRow,
    JourneysAnswer, JourneysCall, Tables, TablesAnswer, TouchRow, attribute_journeys, hazard,
    journey_intervals, journeys,
};
pub use profit::{ProfitCall, profit};
pub use touches::{
    ApportionAnswer, ApportionCall, ChooseOrderCall, OrderedShapleyAnswer, OrderedShapleyCall,
    PathSharesAnswer, PathSharesCall, PlaceIntervalsAnswer, PlaceIntervalsCall, apportion,
    choose_order, ordered_shapley, path_shares, place_intervals,
};

/// The version of the conformance vectors that this crate passes.
pub const CONFORMANCE_VERSION: u32 = 1;
