//! Which touchpoints led to which conversion? Journeys in columns, and reports that count them exactly.
//!
//! A touch counts for a conversion when it is not after it and lies within the lookback window of its own platform and kind.
//! There is no fallback: a conversion without such a touch stays untouched. See `docs/methods/journeys.md`.
//!
//! Not here: credit for channels, and which person two devices belong to.
//!
//! ```
//! use stratum_core::customer::journey::{
//!     Conversion, JourneyRules, Journeys, OpenJourneys, Outcome, TouchKind, Touchpoint,
//! };
//! use stratum_core::vocabulary::{Money, Platform};
//! let click = |channel: &str, platform, at: &str| Touchpoint {
//!     person: "ada".into(),
//!     channel: channel.into(),
//!     platform: Some(platform),
//!     kind: TouchKind::Click,
//!     at: at.parse().unwrap(),
//! };
//! let touches = [
//!     click("search", Platform::Google, "2026-03-01T10:00:00Z"),
//!     click("social", Platform::Meta, "2026-03-12T10:00:00Z"),
//! ];
//! let order = Conversion {
//!     person: "ada".into(),
//!     at: "2026-03-13T10:00:00Z".parse().unwrap(),
//!     value: Money::parse("80.00", "EUR").unwrap(),
//!     order: Some("1001".into()),
//! };
//! let rules = JourneyRules::baseline_2026_11();
//! let now = "2026-04-01T00:00:00Z".parse().unwrap();
//! let journeys = Journeys::build(&touches, &[order], &rules, now).unwrap();
//! let journey = journeys.iter().next().unwrap();
//! assert_eq!(journey.outcome, Outcome::Converted);
//! assert_eq!(journey.channel_names().collect::<Vec<_>>(), ["search", "social"]);
//! assert_eq!(journey.value_minor, 8000);
//! assert_eq!(journeys.top_paths(10, OpenJourneys::Count).rows[0].path, ["search", "social"]);
//! ```

pub mod builder;
pub mod columns;
pub mod error;
mod intake;
pub mod journeys;
mod names;
mod person;
pub mod report;
pub mod touch;
pub mod window;

pub use builder::JourneyBuilder;
pub use columns::{Outcome, Tally, Totals};
pub use error::{JourneyError, Refused};
pub use journeys::{Journey, Journeys, MAX_CHANNELS};
pub use report::{
    Assists, LagFrom, OpenJourneys, PathLengths, Sankey, State, TimeLags, TopPaths, Transitions,
};
pub use touch::{Conversion, MAX_NAME_BYTES, TouchKind, Touchpoint};
pub use window::{JourneyRules, Lookback, SessionGap, WindowError, Windows};

#[cfg(test)]
mod tests;
