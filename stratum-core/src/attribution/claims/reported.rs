//! How far can what platforms report be believed? Their revenue against an independent record, and their claims against each other.
//!
//! Two questions. `compare` sets what one platform reports beside what the shop's own books say. `Deduplication` goes order by
//! order: several platforms claim the same one, some claim orders nobody knows. See `docs/methods/reported-revenue.md`.
//!
//! Not here: whether an order happened because of an advertisement. An order that one platform alone claims may have come anyway.
//!
//! ```
//! use stratum_core::attribution::claims::reported::{Record, Variance, VarianceLevel, VariancePolicy, compare};
//! use stratum_core::vocabulary::Money;
//! let side = |amount: &str, conversions| Record {
//!     revenue: Money::parse(amount, "EUR").unwrap(),
//!     conversions: Some(conversions),
//! };
//! let policy = VariancePolicy::baseline_2026_11();
//! let answer = compare(&side("1200.00", 24), &side("1000.00", 20), &policy).unwrap();
//! let Variance::Measured(revenue) = answer.revenue else { panic!() };
//! assert_eq!((revenue.value, revenue.level), (0.2, VarianceLevel::Moderate));
//! // Two dozen orders cannot tell: the truth may be healthy or major.
//! let reach = revenue.reach.unwrap();
//! assert_eq!((reach.least, reach.most), (VarianceLevel::Healthy, VarianceLevel::Major));
//! ```

pub mod claims;
pub mod error;
pub mod policy;
pub mod rows;
pub mod variance;

pub use claims::{Deduplication, Overlap, PlatformClaims};
pub use error::{ReportedError, ReportedRefused};
pub use policy::{VarianceLevel, VariancePolicy};
pub use rows::{Claim, Order, Sharing, Volume};
pub use variance::{Comparison, MeasuredVariance, Reach, Record, Variance, compare};

#[cfg(test)]
mod tests;
