//! Why is there no model or no answer? A stable code, the path to the field, and a sentence.

use alloc::string::String;

use thiserror::Error;

/// The longest time that is taken, in whatever unit: beyond it a number is an error.
pub const MAX_TIME: f64 = 1e9;

/// What is wrong with customers, a model or a question.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum LifetimeRefused {
    /// There is nobody to learn from.
    #[error("expected at least one customer")]
    NoCustomers,
    /// A time is NaN, infinite, below zero or beyond [`MAX_TIME`].
    #[error("expected a time from 0 to {MAX_TIME}, not {found}")]
    NotATime {
        /// What was given.
        found: f64,
    },
    /// The last purchase lies after the end of what was watched.
    #[error("the last purchase was {recency} after the first, and only {age} were watched")]
    RecencyAfterAge {
        /// From the first purchase to the last.
        recency: f64,
        /// From the first purchase to the end.
        age: f64,
    },
    /// A time of the last repeat purchase without a repeat purchase.
    #[error("without a repeat purchase the recency is 0, not {recency}")]
    RecencyWithoutRepeat {
        /// What was given.
        recency: f64,
    },
    /// Repeat purchases at the moment of the first.
    #[error("{frequency} repeat purchases lie after the first one; the recency cannot be 0")]
    RepeatWithoutRecency {
        /// How many.
        frequency: u32,
    },
    /// An amount below zero.
    #[error("expected a value of zero or more, not {found}")]
    NegativeValue {
        /// What was given.
        found: i64,
    },
    /// A value of repeat purchases without one.
    #[error("without a repeat purchase there is no value of {found}")]
    ValueWithoutRepeat {
        /// What was given.
        found: i64,
    },
    /// Nobody came back: how often people buy and when they leave cannot be told.
    #[error("nobody bought again, so that nothing is known about rates and leaving")]
    NoRepeatPurchases,
    /// The likelihood has no highest place: it keeps rising, or stays level, while a parameter runs off.
    #[error(
        "the likelihood has no maximum: `{parameter}` runs off towards {}; the customers do not tell this model's parameters",
        if *upwards { "infinity" } else { "zero" }
    )]
    NoMaximum {
        /// Which parameter ran farthest.
        parameter: &'static str,
        /// Whether it grew.
        upwards: bool,
    },
    /// A parameter or a number of the question is outside its range.
    #[error("expected {expected}, not {found}")]
    OutOfRange {
        /// What it may be.
        expected: &'static str,
        /// What was given.
        found: f64,
    },
    /// A matrix that is not the covariance of anything.
    #[error("expected a symmetric, positive definite matrix")]
    NotACovariance,
}

/// What is wrong, and where.
///
/// ```
/// use stratum_core::customer::lifetime::{Dropout, History, PurchaseFit};
/// let once = History { frequency: 0, recency: 3.0, age: 30.0, repeat_value_minor: 0 };
/// let error = PurchaseFit::of(&[once], Dropout::AfterRepeat, 0.95).unwrap_err();
/// assert_eq!(error.code(), "lifetime.recency_without_repeat");
/// assert_eq!(error.path(), "customers[0].recency");
/// ```
#[derive(Debug, Clone, PartialEq, Error)]
#[error("{path}: {why}")]
pub struct LifetimeError {
    path: String,
    why: LifetimeRefused,
}

impl LifetimeError {
    pub(crate) fn about(path: impl Into<String>, why: LifetimeRefused) -> Self {
        Self {
            path: path.into(),
            why,
        }
    }

    /// A stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self.why {
            LifetimeRefused::NoCustomers => "lifetime.no_customers",
            LifetimeRefused::NotATime { .. } => "lifetime.not_a_time",
            LifetimeRefused::RecencyAfterAge { .. } => "lifetime.recency_after_age",
            LifetimeRefused::RecencyWithoutRepeat { .. } => "lifetime.recency_without_repeat",
            LifetimeRefused::RepeatWithoutRecency { .. } => "lifetime.repeat_without_recency",
            LifetimeRefused::NegativeValue { .. } => "lifetime.negative_value",
            LifetimeRefused::ValueWithoutRepeat { .. } => "lifetime.value_without_repeat",
            LifetimeRefused::NoRepeatPurchases => "lifetime.no_repeat_purchases",
            LifetimeRefused::NoMaximum { .. } => "lifetime.no_maximum",
            LifetimeRefused::OutOfRange { .. } => "lifetime.out_of_range",
            LifetimeRefused::NotACovariance => "lifetime.not_a_covariance",
        }
    }

    /// The field it is about, such as `customers[3].recency`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What was expected and what came.
    #[must_use]
    pub const fn why(&self) -> &LifetimeRefused {
        &self.why
    }
}
