//! What will a customer be worth? Still active or gone, purchases to come, their value: BG/NBD and gamma-gamma, by maximum likelihood.
//!
//! Parameters come with errors, predictions with intervals or with the reason why there are none, and customers that do not determine
//! a model are refused with the parameter that runs off. See `docs/methods/lifetime-value.md`.
//!
//! Not here: costs (values are revenue), why somebody leaves, and covariates.
//!
//! ```
//! use stratum_core::customer::lifetime::{Dropout, History, Horizon, Predictor, PurchaseFit};
//! let customer = |frequency, recency| History { frequency, recency, age: 180.0, repeat_value_minor: 0 };
//! let mut customers = Vec::new();
//! for (count, frequency, recency) in [(60, 0, 0.0), (15, 1, 20.0), (9, 2, 90.0), (9, 5, 60.0), (7, 9, 170.0)] {
//!     customers.extend(vec![customer(frequency, recency); count]);
//! }
//! let fit = PurchaseFit::of(&customers, Dropout::AfterRepeat, 0.95).unwrap();
//! let year = Horizon { period: 365.0, periods: 1, discount_per_period: 0.0 };
//! let predictor = Predictor::new(fit.model, None, year, 0.95).unwrap();
//! // Nine purchases, the last ten days ago, against five that ended four months ago.
//! let (faithful, silent) = (predictor.of(&customer(9, 170.0)), predictor.of(&customer(5, 60.0)));
//! assert!(faithful.alive.value > 0.8 && silent.churn > 0.8);
//! assert!(faithful.purchases.value > 5.0 * silent.purchases.value);
//! ```

pub mod error;
pub mod fit;
pub mod history;
pub mod prediction;
pub mod purchases;
pub mod spending;

pub use error::{LifetimeError, LifetimeRefused};
pub use fit::ParameterError;
pub use history::History;
pub use prediction::{Expected, Horizon, Prediction, Predictor, Sureness, Worth};
pub use purchases::{Dropout, PurchaseFit, PurchaseModel};
pub use spending::{SpendingFit, SpendingModel};

#[cfg(test)]
mod tests;
