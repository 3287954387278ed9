//! What is a purchase of a customer worth? The gamma-gamma model: each customer has a mean value, and one's own purchases tell part of it.
//!
//! The value of a purchase has a gamma distribution around the customer's mean (shape p), and inverse scales differ between customers by another
//! gamma distribution (shape q, inverse scale gamma). How often somebody buys is taken to say nothing about how much. See
//! `docs/methods/lifetime-value.md`. Not here: how many purchases come (`super::purchases`).

mod likelihood;

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::error::{LifetimeError, LifetimeRefused};
use super::fit::{self, ParameterError};
use super::history::{self, History, counted, thinned};
use crate::numeric::functions::{exp, from_i64, from_u64, ln, sqrt};
use crate::numeric::{Sum, reach};
use likelihood::{Row, Spenders};

const NAMES: [&str; 3] = ["p", "q", "gamma"];
const MOST_TRIED: usize = 4_096;
/// First guesses of p and q.
const STARTS: [(f64, f64); 4] = [(1.0, 1.5), (6.0, 3.0), (30.0, 6.0), (6.0, 30.0)];

/// Parameters, and the covariance of their logarithms where it is known.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpendingModel {
    /// The shape of the values of one customer's purchases: the larger, the more alike.
    pub p: f64,
    /// The shape of the distribution of customers: the larger, the more alike.
    pub q: f64,
    /// Its inverse scale, in the currency's main unit (such as euros), as in the literature.
    pub gamma: f64,
    /// How many of the smallest units make a main unit, as a power of ten.
    pub exponent: u32,
    /// Of the logarithms of p, q and gamma, in this order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covariance_of_logs: Option<[[f64; 3]; 3]>,
}

/// How sure each parameter is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpendingErrors {
    /// Of p.
    pub p: ParameterError,
    /// Of q.
    pub q: ParameterError,
    /// Of gamma.
    pub gamma: ParameterError,
}

/// A model that was fitted.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpendingFit {
    /// The most likely parameters.
    pub model: SpendingModel,
    /// How sure they are, from the observed information.
    pub errors: SpendingErrors,
    /// How many customers came back with purchases worth something: those the model learns from.
    pub customers: u64,
    /// How many came back with purchases worth nothing; the model knows no such values, and they are left out.
    pub without_value: u64,
    /// The highest log-likelihood of mean values in main units, as the literature writes it.
    pub log_likelihood: f64,
    /// The correlation of the number and the mean value of repeat purchases: the model takes it to be zero. None where one of
    /// them does not vary.
    pub correlation: Option<f64>,
    /// How often all customers were gone through on the last climb.
    pub passes: u32,
}

impl SpendingFit {
    /// The most likely parameters. `exponent` is the number of decimal places of the currency.
    ///
    /// ```
    /// use stratum_core::customer::lifetime::{History, SpendingFit};
    /// let customer = |frequency, euros: i64| History { frequency, recency: 9.0, age: 9.0, repeat_value_minor: euros * 100 };
    /// let once = [5, 12, 20, 31, 45, 80, 160].map(|euros| customer(1, euros));
    /// let often = [60, 88, 120, 152, 240].map(|euros| customer(4, euros));
    /// let customers = [&once[..], &often[..]].concat();
    /// let fit = SpendingFit::of(&customers, 2, 0.95).unwrap();
    /// // Whoever spent 80 is expected to spend less than that the next time: between oneself and everybody.
    /// let next = fit.model.mean_value_minor(&once[5]).unwrap();
    /// let everybody = fit.model.population_mean_minor().unwrap();
    /// assert!(everybody < next && next < 8000.0);
    /// ```
    ///
    /// # Errors
    /// [`LifetimeError`] with the path to a wrong field; `lifetime.no_repeat_purchases` where nobody came back with a purchase worth
    /// something; `lifetime.no_maximum` where no parameters are the most likely ones.
    pub fn of(customers: &[History], exponent: u32, level: f64) -> Result<Self, LifetimeError> {
        fit::check_level(level)?;
        check_exponent(exponent, "exponent")?;
        history::check(customers)?;
        let returned = customers.iter().filter(|one| one.frequency > 0);
        let (with, without): (Vec<&History>, Vec<&History>) =
            returned.partition(|one| one.repeat_value_minor > 0);
        if with.is_empty() {
            let why = LifetimeRefused::NoRepeatPurchases;
            return Err(LifetimeError::about("customers", why));
        }
        let minor = minor_units(exponent);
        let rows = counted(
            with.iter()
                .map(|one| (one.frequency, one.repeat_value_minor)),
            |row| *row,
        );
        let whole = Spenders::of(&rows, minor);
        let part =
            (rows.len() > MOST_TRIED).then(|| Spenders::of(&thinned(&rows, MOST_TRIED), minor));
        // The mean value is the unit there: p gamma / (q − 1) is one.
        let starts = STARTS.map(|(p, q)| [ln(p), ln(q), ln((q - 1.0) / p)]);
        let climb = fit::highest(&starts, part.as_ref(), &whole, Spenders::look);
        let (at, height, covariance, passes) = fit::top_of(climb, &NAMES)?;
        let mut parameters = at.iter().map(|x| exp(*x));
        let mut next = || parameters.next().unwrap_or(f64::NAN);
        let (p, q, gamma) = (next(), next(), next() * whole.unit);
        let covariance: [[f64; 3]; 3] = fit::square(&covariance);
        let reach = reach::normal(level);
        let mut variances = covariance.iter().enumerate();
        let mut error = |value: f64| {
            let row = variances.next();
            let variance = row.and_then(|(at, row)| row.get(at)).copied();
            ParameterError::of(value, variance.unwrap_or(f64::NAN), reach)
        };
        Ok(Self {
            errors: SpendingErrors {
                p: error(p),
                q: error(q),
                gamma: error(gamma),
            },
            model: SpendingModel {
                p,
                q,
                gamma,
                exponent,
                covariance_of_logs: Some(covariance),
            },
            customers: u64::try_from(with.len()).unwrap_or(u64::MAX),
            without_value: u64::try_from(without.len()).unwrap_or(u64::MAX),
            log_likelihood: height - whole.count * ln(whole.unit),
            correlation: correlation(&rows),
            passes,
        })
    }
}

/// Pearson's correlation of the number of purchases and their mean value.
fn correlation(rows: &[(Row, f64)]) -> Option<f64> {
    let pairs = || {
        rows.iter().map(|((frequency, value), count)| {
            let x = f64::from(*frequency);
            (x, from_i64(*value) / x, *count)
        })
    };
    let mut totals = [Sum::new(), Sum::new(), Sum::new()];
    for (x, y, count) in pairs() {
        let parts = [count, count * x, count * y];
        totals
            .iter_mut()
            .zip(parts)
            .for_each(|(sum, part)| sum.add(part));
    }
    let [count, of_x, of_y] = totals.map(|sum| sum.value());
    let (mean_x, mean_y) = (of_x / count, of_y / count);
    let mut squares = [Sum::new(), Sum::new(), Sum::new()];
    for (x, y, count) in pairs() {
        let (x, y) = (x - mean_x, y - mean_y);
        let parts = [count * x * x, count * y * y, count * x * y];
        squares
            .iter_mut()
            .zip(parts)
            .for_each(|(sum, part)| sum.add(part));
    }
    let [x_x, y_y, x_y] = squares.map(|sum| sum.value());
    let both = sqrt(x_x) * sqrt(y_y);
    (both > 0.0).then(|| (x_y / both).clamp(-1.0, 1.0))
}

/// How many of the smallest units make a main unit.
fn check_exponent(exponent: u32, path: &str) -> Result<(), LifetimeError> {
    if exponent <= 4 {
        return Ok(());
    }
    let why = LifetimeRefused::OutOfRange {
        expected: "at most 4 decimal places",
        found: from_u64(exponent.into()),
    };
    Err(LifetimeError::about(path, why))
}

fn minor_units(exponent: u32) -> f64 {
    (0..exponent).fold(1.0, |power, _| power * 10.0)
}

impl SpendingModel {
    pub(super) fn check(&self) -> Result<(), LifetimeError> {
        let parameters = [("p", self.p), ("q", self.q), ("gamma", self.gamma)];
        let covariance = self.covariance_of_logs.as_ref();
        fit::check_model("spending", parameters, "gamma", covariance)?;
        check_exponent(self.exponent, "spending.exponent")
    }

    /// The mean value of a purchase over all customers, in the smallest unit; none where q is one or less, which has no mean.
    #[must_use]
    pub fn population_mean_minor(&self) -> Option<f64> {
        self.mean_value_minor(&History::new_customer())
    }

    /// The mean value to expect of a customer's purchases, in the smallest unit: between the customer's own mean and that of everybody, the
    /// nearer to the own one the more purchases there were. None for a customer without a repeat purchase where q is one or less.
    #[must_use]
    pub fn mean_value_minor(&self, customer: &History) -> Option<f64> {
        let purchases = self.p * f64::from(customer.frequency);
        let below = purchases + self.q - 1.0;
        let gamma_minor = self.gamma * minor_units(self.exponent);
        let above = self.p * (gamma_minor + from_i64(customer.repeat_value_minor));
        (below > 0.0).then(|| above / below)
    }

    /// The derivatives of the logarithm of the same by the logarithms of p, q and gamma.
    pub(super) fn ln_mean_slopes(&self, customer: &History) -> [f64; 3] {
        let purchases = self.p * f64::from(customer.frequency);
        let below = purchases + self.q - 1.0;
        let gamma_minor = self.gamma * minor_units(self.exponent);
        let value = from_i64(customer.repeat_value_minor);
        [
            1.0 - purchases / below,
            -self.q / below,
            gamma_minor / (gamma_minor + value),
        ]
    }
}
