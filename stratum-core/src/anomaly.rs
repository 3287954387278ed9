//! Is this unusual? A causal, robust detector for hourly delivery metrics.
//!
//! Each point is judged by what came before it and by nothing else. A point that is not there stays missing: it is neither
//! usual nor unusual. What an anomaly means for health is `signal`'s question, what may be done about it `trust`'s.
//! See `docs/methods/delivery-anomalies.md`.

pub mod delivery;
pub mod seasonal;
pub mod severity;
pub mod streaming;
pub mod window;

pub use delivery::DeliveryWatch;
pub use severity::Severity;
pub use streaming::{Detector, DetectorSettings, Judgement, Point, Scale};
