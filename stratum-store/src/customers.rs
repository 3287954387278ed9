//! Who met which channel, and who bought what? Touches and conversions of persons, and the known truth of a simulation.
//!
//! Putting a row again replaces it, so that an import can be repeated. Journeys are built by the core; nothing here joins rows.

mod cause_truths;
mod conversions;
mod touchpoints;

pub use cause_truths::CauseTruths;
