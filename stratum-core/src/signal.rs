//! Is the data good? Readings in, signal health out.
//!
//! Each reading is turned into measures in its natural unit, each measure into a score by a curve of the policy, the
//! measures of a component into the score of its weakest one, and the components into the weighted composite. Every step
//! carries an interval; nothing here decides what may be done.

pub mod api_health;
pub mod baseline;
pub mod curve;
pub mod data_quality;
pub mod event_loss;
pub mod health;
pub mod hysteresis;
pub mod match_quality;
pub mod measure;
pub mod platform_stability;
pub mod readings;
pub mod settings;
pub mod sheet;

pub use curve::{Curve, CurveError};
pub use health::{ComponentHealth, Health};
pub use hysteresis::{Status, StatusMemory};
pub use measure::{Component, Measure, Unit};
pub use readings::{
    ApiCalls, DeliveryScan, EventCounts, Feed, Impossible, KeyCounts, MatchCounts, MeasurementPlan,
    PlatformState, Readings, RecordCounts, Revenue, Token,
};
pub use settings::{CurveSet, HealthSettings, KeyWeights, PerComponent, Recovery, SettingsError};
pub use sheet::{MeasureScore, Outcome};
