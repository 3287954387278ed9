//! How often do customers buy, and how likely have they left? The BG/NBD model and its modified form.
//!
//! A customer buys at a rate λ while active, and after a purchase leaves with the probability p. Rates have a gamma distribution
//! (shape r, inverse scale alpha), probabilities a beta distribution (a, b), independent of each other. See
//! `docs/methods/lifetime-value.md`. Not here: what purchases are worth (`super::spending`).

mod likelihood;

use serde::{Deserialize, Serialize};

use super::error::{LifetimeError, LifetimeRefused};
use super::fit::{self, ParameterError};
use super::history::{self, History, counted, thinned};
use crate::numeric::fading::fading;
use crate::numeric::functions::{exp, ln};
use crate::numeric::reach;
use likelihood::{Customers, Row};

const NAMES: [&str; 4] = ["r", "alpha", "a", "b"];
/// Several first guesses are tried on at most so many different customers; the best is taken on with all of them.
const MOST_TRIED: usize = 4_096;

/// When a customer may leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dropout {
    /// After every repeat purchase, never after the first: BG/NBD (Fader, Hardie and Lee 2005). Whoever bought once is active for
    /// certain.
    AfterRepeat,
    /// After every purchase, the first one too: MBG/NBD (Batislam, Denizel and Filiztekin 2007; Hoppe and Wagner 2007).
    AfterEvery,
}

impl Dropout {
    /// How often a customer may have left and did not, less one.
    pub(super) const fn extra(self) -> u32 {
        match self {
            Self::AfterRepeat => 0,
            Self::AfterEvery => 1,
        }
    }
}

/// Parameters, and the covariance of their logarithms where it is known.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PurchaseModel {
    /// When customers may leave.
    pub dropout: Dropout,
    /// The shape of the distribution of rates.
    pub r: f64,
    /// Its inverse scale, in the unit of time of the customers: the mean rate is r / alpha.
    pub alpha: f64,
    /// The first parameter of the distribution of the probability to leave, whose mean is a / (a + b).
    pub a: f64,
    /// The second one.
    pub b: f64,
    /// Of the logarithms of r, alpha, a and b, in this order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covariance_of_logs: Option<[[f64; 4]; 4]>,
}

/// How sure each parameter is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PurchaseErrors {
    /// Of r.
    pub r: ParameterError,
    /// Of alpha.
    pub alpha: ParameterError,
    /// Of a.
    pub a: ParameterError,
    /// Of b.
    pub b: ParameterError,
}

/// A model that was fitted.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PurchaseFit {
    /// The most likely parameters.
    pub model: PurchaseModel,
    /// How sure they are, from the observed information.
    pub errors: PurchaseErrors,
    /// How many customers there were.
    pub customers: u64,
    /// How many of them came back.
    pub returned: u64,
    /// The highest log-likelihood, as the literature writes it.
    pub log_likelihood: f64,
    /// How often all customers were gone through on the last climb.
    pub passes: u32,
}

impl PurchaseFit {
    /// The most likely parameters. Customers with the same numbers are counted and gone through once; their order does not matter.
    ///
    /// ```
    /// use stratum_core::customer::lifetime::{Dropout, History, PurchaseFit};
    /// let customer = |frequency, recency, age| History { frequency, recency, age, repeat_value_minor: 0 };
    /// let mut customers = Vec::new();
    /// for (count, frequency, recency) in [(60, 0, 0.0), (15, 1, 20.0), (9, 2, 90.0), (9, 5, 60.0), (7, 9, 170.0)] {
    ///     customers.extend(vec![customer(frequency, recency, 180.0); count]);
    /// }
    /// let fit = PurchaseFit::of(&customers, Dropout::AfterRepeat, 0.95).unwrap();
    /// assert_eq!((fit.customers, fit.returned), (100, 40));
    /// assert!(fit.model.alpha > 0.0 && fit.errors.r.interval.contains(fit.model.r));
    /// ```
    ///
    /// # Errors
    /// [`LifetimeError`] with the path to a wrong field, such as `customers[3].recency`; `lifetime.no_repeat_purchases`; and
    /// `lifetime.no_maximum` where no parameters are the most likely ones, with the one that runs off.
    pub fn of(customers: &[History], dropout: Dropout, level: f64) -> Result<Self, LifetimeError> {
        fit::check_level(level)?;
        history::check(customers)?;
        let returned = customers.iter().filter(|one| one.frequency > 0).count();
        if returned == 0 {
            let why = LifetimeRefused::NoRepeatPurchases;
            return Err(LifetimeError::about("customers", why));
        }
        let key = |row: &Row| (row.age.to_bits(), row.frequency, row.recency.to_bits());
        let rows = counted(customers.iter().map(Row::of), key);
        let whole = Customers::of(rows.clone(), dropout);
        let part =
            (rows.len() > MOST_TRIED).then(|| Customers::of(thinned(&rows, MOST_TRIED), dropout));
        let starts = starts(&whole);
        let climb = fit::highest(&starts, part.as_ref(), &whole, Customers::look);
        let (at, height, covariance, passes) = fit::top_of(climb, &NAMES)?;
        let mut parameters = at.iter().map(|x| exp(*x));
        let mut next = || parameters.next().unwrap_or(f64::NAN);
        let (r, alpha, a, b) = (next(), next() * whole.unit, next(), next());
        let covariance: [[f64; 4]; 4] = fit::square(&covariance);
        let reach = reach::normal(level);
        let mut variances = covariance.iter().enumerate();
        let mut error = |value: f64| {
            let row = variances.next();
            let variance = row.and_then(|(at, row)| row.get(at)).copied();
            ParameterError::of(value, variance.unwrap_or(f64::NAN), reach)
        };
        Ok(Self {
            errors: PurchaseErrors {
                r: error(r),
                alpha: error(alpha),
                a: error(a),
                b: error(b),
            },
            model: PurchaseModel {
                dropout,
                r,
                alpha,
                a,
                b,
                covariance_of_logs: Some(covariance),
            },
            customers: u64::try_from(customers.len()).unwrap_or(u64::MAX),
            returned: u64::try_from(returned).unwrap_or(u64::MAX),
            // Densities of times: in another unit of time they are smaller by its logarithm for each repeat purchase.
            log_likelihood: height - whole.repeats * ln(whole.unit),
            passes,
        })
    }
}

/// Where climbs begin: few and many differences among rates, and among probabilities to leave, around the mean rate.
fn starts(customers: &Customers) -> [[f64; 4]; 6] {
    let mean_rate = customers.repeats / customers.time;
    let start = |r: f64, a: f64, b: f64| [ln(r), ln(r / mean_rate), ln(a), ln(b)];
    [
        start(0.3, 0.5, 2.0),
        start(0.3, 1.0, 20.0),
        start(1.0, 0.5, 2.0),
        start(1.0, 3.0, 6.0),
        start(4.0, 0.5, 2.0),
        start(4.0, 1.0, 20.0),
    ]
}

impl PurchaseModel {
    pub(super) fn check(&self) -> Result<(), LifetimeError> {
        let parameters = [
            ("r", self.r),
            ("alpha", self.alpha),
            ("a", self.a),
            ("b", self.b),
        ];
        let covariance = self.covariance_of_logs.as_ref();
        fit::check_model("purchases", parameters, "alpha", covariance)
    }

    /// How often the customer stayed when they could have left.
    fn stayed(&self, customer: &History) -> u32 {
        customer.frequency.saturating_add(self.dropout.extra())
    }

    /// The logarithm of the odds of having left, with its derivatives by the logarithms of r, alpha, a and b. None where nobody can
    /// have left.
    pub(super) fn ln_odds_left(&self, customer: &History) -> Option<(f64, [f64; 4])> {
        let stayed = self.stayed(customer).checked_sub(1)?;
        let shape = self.r + f64::from(customer.frequency);
        let rest = self.b + f64::from(stayed);
        let (until_end, until_last) = (self.alpha + customer.age, self.alpha + customer.recency);
        let silence = ln(until_end / until_last);
        let by_alpha = shape * (1.0 / until_end - 1.0 / until_last);
        let odds = ln(self.a / rest) + shape * silence;
        let slopes = [self.r * silence, self.alpha * by_alpha, 1.0, -self.b / rest];
        Some((odds, slopes))
    }

    /// The probability that a customer is still active.
    ///
    /// ```
    /// use stratum_core::customer::lifetime::{Dropout, History, PurchaseModel};
    /// let model = PurchaseModel { dropout: Dropout::AfterRepeat, r: 0.243, alpha: 4.414, a: 0.793, b: 2.426, covariance_of_logs: None };
    /// let customer = |frequency, recency| History { frequency, recency, age: 38.86, repeat_value_minor: 0 };
    /// assert!((model.alive(&customer(2, 30.43)) - 0.727).abs() < 0.001);
    /// assert!(model.alive(&customer(2, 10.0)) < model.alive(&customer(2, 30.43)));
    /// assert_eq!(model.alive(&customer(0, 0.0)), 1.0);
    /// ```
    #[must_use]
    pub fn alive(&self, customer: &History) -> f64 {
        self.ln_odds_left(customer)
            .map_or(1.0, |(odds, _)| 1.0 / (1.0 + exp(odds)))
    }

    /// How many purchases to expect within a time after the end of what was watched, in the unit of the customers.
    ///
    /// ```
    /// use stratum_core::customer::lifetime::{Dropout, History, PurchaseModel};
    /// let model = PurchaseModel { dropout: Dropout::AfterRepeat, r: 0.243, alpha: 4.414, a: 0.793, b: 2.426, covariance_of_logs: None };
    /// let customer = History { frequency: 2, recency: 30.43, age: 38.86, repeat_value_minor: 0 };
    /// assert!((model.expected_purchases(&customer, 39.0) - 1.226).abs() < 0.001);
    /// ```
    #[must_use]
    pub fn expected_purchases(&self, customer: &History, within: f64) -> f64 {
        self.alive(customer) * self.expected_while_active(customer, within)
    }

    /// The same, if the customer is active now.
    pub(super) fn expected_while_active(&self, customer: &History, within: f64) -> f64 {
        let shape = self.r + f64::from(customer.frequency);
        let stayed = self.b + f64::from(self.stayed(customer));
        fading(shape, within / (self.alpha + customer.age), self.a, stayed)
    }

    /// The model with the logarithms of its parameters moved.
    pub(super) fn moved(&self, by: [f64; 4]) -> Self {
        let [r, alpha, a, b] = by;
        Self {
            r: self.r * exp(r),
            alpha: self.alpha * exp(alpha),
            a: self.a * exp(a),
            b: self.b * exp(b),
            ..*self
        }
    }
}
