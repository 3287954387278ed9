//! How fast does a touch work, and which touch was it? An additive hazard model of the time to conversion.
//!
//! A person converts at a rate of λ(t) = baseline + Σ effect · decay · exp(−decay · (t − touch)), summed over the touches of the
//! journey, with one effect and one decay per channel. All are learned, so recency is not assumed. Journeys that lapsed or are
//! open count with the time they lasted. The credit for a conversion is the part each touch, and the baseline, had in the rate at
//! that moment. See `docs/methods/hazard-attribution.md`.
//!
//! Not here: whether a channel caused anything. The model sees who was reached, not who would have bought anyway.
//!
//! ```
//! use stratum_core::attribution::hazard::{HazardModel, HazardSettings};
//! use stratum_core::customer::journey::{Conversion, JourneyRules, Journeys, TouchKind, Touchpoint};
//! use stratum_core::vocabulary::Money;
//! let touch = |person: &str, channel: &str, at: &str| Touchpoint {
//!     person: person.into(),
//!     channel: channel.into(),
//!     platform: None,
//!     kind: TouchKind::Click,
//!     at: at.parse().unwrap(),
//! };
//! let touches = [
//!     touch("ada", "mail", "2026-03-01T10:00:00Z"),
//!     touch("bob", "mail", "2026-03-01T10:00:00Z"),
//! ];
//! let order = Conversion {
//!     person: "ada".into(),
//!     at: "2026-03-01T12:00:00Z".parse().unwrap(),
//!     value: Money::parse("80.00", "EUR").unwrap(),
//!     order: None,
//! };
//! let now = "2026-04-01T00:00:00Z".parse().unwrap();
//! let rules = JourneyRules::baseline_2026_11();
//! let journeys = Journeys::build(&touches, &[order], &rules, now).unwrap();
//! let model = HazardModel::fit(&journeys, &HazardSettings::baseline_2026_11()).unwrap();
//! assert!(model.converged);
//! let mail = &model.channels[0];
//! // One of two mails led to an order, and the one that did was watched until then only.
//! assert!(mail.effect.value > 0.5 && mail.effect.value < 1.0);
//! let credit = model.credit(&journeys).unwrap();
//! assert_eq!(credit.baseline.value_minor + credit.channels[0].credit.value_minor, 8000);
//! ```

mod climb;
pub mod credit;
pub mod error;
mod information;
pub mod model;
mod newton;
mod overlooked;
pub mod settings;
pub mod spread;
mod sweep;

pub use credit::{ChannelCredit, Credit, HazardCredit, Shares};
pub use error::HazardError;
pub use model::{ChannelHazard, HazardModel, Lag, Rate};
pub use settings::HazardSettings;
pub use spread::{HazardIntervals, HazardShare};

#[cfg(test)]
mod tests;
