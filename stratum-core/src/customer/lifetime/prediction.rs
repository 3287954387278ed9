//! What is to be expected of a customer, and how sure is it? Still active, purchases, their value, and the value over a horizon.
//!
//! Intervals say what the customers the model was fitted on leave open about its parameters: by first derivatives, on the scale of logits for
//! shares and of logarithms for the rest. Not here: the chance in what one customer will do, which is far larger; and costs: values are
//! revenue.

use serde::{Deserialize, Serialize};

use super::error::{LifetimeError, LifetimeRefused};
use super::fit::check_level;
use super::history::{self, History};
use super::purchases::PurchaseModel;
use super::spending::SpendingModel;
use crate::numeric::functions::{exp, ln, sqrt};
use crate::numeric::interval::Interval;
use crate::numeric::reach;

/// How far a logarithm is moved for a difference in place of a derivative.
const NUDGE: f64 = 1e-4;
const MOST_PERIODS: u16 = 1_200;

/// How far ahead, in steps of equal length.
///
/// ```
/// use stratum_core::customer::lifetime::Horizon;
/// // A year of days, with ten percent a year.
/// let year = Horizon { period: 365.0 / 12.0, periods: 12, discount_per_period: 0.1 / 12.0 };
/// assert_eq!(serde_json::from_str::<Horizon>(&serde_json::to_string(&year).unwrap()).unwrap(), year);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Horizon {
    /// The length of a step, in the unit of the customers.
    pub period: f64,
    /// How many steps, 1 to 1,200.
    pub periods: u16,
    /// What a purchase loses in worth for each step, from 0 on; all purchases of a step count at its end.
    pub discount_per_period: f64,
}

/// How sure a number is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sureness {
    /// It lies between these, as far as the parameters leave it open.
    Interval(Interval),
    /// It is so by the definition of the model: whoever bought once cannot have left in BG/NBD.
    ByDefinition,
    /// The model came without the covariance of its parameters.
    NoCovariance,
    /// The parameters leave it open over more than a float can say.
    Unbounded,
}

/// A number to expect.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// The mean of what is to be expected.
    pub value: f64,
    /// How sure that mean is.
    pub sureness: Sureness,
}

/// A worth to expect, or why there is none.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Worth {
    /// In the smallest unit of the currency.
    Expected(Expected),
    /// No model of spending was given.
    NoSpendingModel,
    /// The distribution of mean values has no mean: q is one or less and the customer has no repeat purchase, or so few purchases that
    /// p times their number and q together are one or less.
    NoMean,
}

/// What is to be expected of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prediction {
    /// The probability of being active at the end of what was watched.
    pub alive: Expected,
    /// Churn: the probability of having left, one less `alive`.
    pub churn: f64,
    /// Purchases within the horizon.
    pub purchases: Expected,
    /// The mean value of a purchase.
    pub mean_value_minor: Worth,
    /// The value of all purchases within the horizon, discounted.
    pub value_minor: Worth,
}

/// Models with a horizon, checked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Predictor {
    purchases: PurchaseModel,
    spending: Option<SpendingModel>,
    horizon: Horizon,
    reach: f64,
}

impl Predictor {
    /// Models to predict with. `level` is the share of cases the intervals are to hold.
    ///
    /// ```
    /// use stratum_core::customer::lifetime::{Dropout, History, Horizon, Predictor, PurchaseModel, SpendingModel, Sureness, Worth};
    /// let purchases = PurchaseModel { dropout: Dropout::AfterRepeat, r: 0.243, alpha: 4.414, a: 0.793, b: 2.426, covariance_of_logs: None };
    /// let spending = SpendingModel { p: 6.25, q: 3.74, gamma: 15.44, exponent: 2, covariance_of_logs: None };
    /// let horizon = Horizon { period: 39.0, periods: 1, discount_per_period: 0.0 };
    /// let predictor = Predictor::new(purchases, Some(spending), horizon, 0.95).unwrap();
    /// let customer = History { frequency: 2, recency: 30.43, age: 38.86, repeat_value_minor: 4473 };
    /// let prediction = predictor.of(&customer);
    /// let Worth::Expected(mean) = prediction.mean_value_minor else { panic!() };
    /// let Worth::Expected(value) = prediction.value_minor else { panic!() };
    /// assert!((value.value - mean.value * prediction.purchases.value).abs() < 1e-9);
    /// assert_eq!(value.sureness, Sureness::NoCovariance);
    /// ```
    ///
    /// # Errors
    /// [`LifetimeError`] with the path to a parameter or a number of the horizon outside its range.
    pub fn new(
        purchases: PurchaseModel,
        spending: Option<SpendingModel>,
        horizon: Horizon,
        level: f64,
    ) -> Result<Self, LifetimeError> {
        check_level(level)?;
        purchases.check()?;
        spending.map_or(Ok(()), |spending| spending.check())?;
        horizon.check()?;
        Ok(Self {
            purchases,
            spending,
            horizon,
            reach: reach::normal(level),
        })
    }

    /// What is to be expected of each customer.
    ///
    /// # Errors
    /// [`LifetimeError`] for no customers, or one that cannot be, with the path such as `customers[3].recency`.
    pub fn of_all(
        &self,
        customers: &[History],
    ) -> Result<alloc::vec::Vec<Prediction>, LifetimeError> {
        history::check(customers)?;
        Ok(customers.iter().map(|customer| self.of(customer)).collect())
    }

    /// What is to be expected of one customer, whose numbers are not checked.
    #[must_use]
    pub fn of(&self, customer: &History) -> Prediction {
        let alive = self.alive(customer);
        let ln_left = self.purchases.ln_odds_left(customer);
        let streams = self.streams(&self.purchases, customer);
        let slopes = self.purchases.covariance_of_logs.map(|covariance| {
            let of_alive =
                ln_left.map(|(_, slopes)| slopes.map(|slope| slope * (alive.value - 1.0)));
            let (all, discounted) = self.stream_slopes(customer, of_alive.unwrap_or_default());
            (
                variance(&all, &covariance),
                variance(&discounted, &covariance),
            )
        });
        let (all, discounted) = streams;
        let mean = self.spending.as_ref().map(|spending| {
            let variance = spending
                .covariance_of_logs
                .map(|covariance| variance(&spending.ln_mean_slopes(customer), &covariance));
            (spending.mean_value_minor(customer), variance)
        });
        let (mean_value_minor, value_minor) = match mean {
            None => (Worth::NoSpendingModel, Worth::NoSpendingModel),
            Some((None, _)) => (Worth::NoMean, Worth::NoMean),
            Some((Some(mean), of_mean)) => {
                // The two models share no parameter.
                let both = slopes.zip(of_mean).map(|((_, one), other)| one + other);
                let value = alive.value * discounted * mean;
                (
                    Worth::Expected(self.above_zero(mean, of_mean)),
                    Worth::Expected(self.above_zero(value, both)),
                )
            }
        };
        Prediction {
            alive,
            // Not one less the other: a small share keeps its digits.
            churn: ln_left.map_or(0.0, |(odds, _)| 1.0 / (1.0 + exp(-odds))),
            purchases: self.above_zero(alive.value * all, slopes.map(|(one, _)| one)),
            mean_value_minor,
            value_minor,
        }
    }

    fn alive(&self, customer: &History) -> Expected {
        let Some((odds, slopes)) = self.purchases.ln_odds_left(customer) else {
            return Expected {
                value: 1.0,
                sureness: Sureness::ByDefinition,
            };
        };
        let share = |odds: f64| 1.0 / (1.0 + exp(odds));
        let sureness = match self.purchases.covariance_of_logs {
            None => Sureness::NoCovariance,
            Some(covariance) => {
                let far = self.reach * sqrt(variance(&slopes, &covariance));
                Sureness::Interval(Interval {
                    low: share(odds + far),
                    high: share(odds - far),
                })
            }
        };
        Expected {
            value: share(odds),
            sureness,
        }
    }

    /// Purchases of an active customer within the horizon: all, and discounted.
    fn streams(&self, model: &PurchaseModel, customer: &History) -> (f64, f64) {
        let Horizon {
            period,
            periods,
            discount_per_period,
        } = self.horizon;
        if discount_per_period == 0.0 {
            let all = model.expected_while_active(customer, period * f64::from(periods));
            return (all, all);
        }
        let (mut before, mut discounted, mut worth) = (0.0, 0.0, 1.0);
        for number in 1..=periods {
            let all = model.expected_while_active(customer, period * f64::from(number));
            worth /= 1.0 + discount_per_period;
            discounted += (all - before) * worth;
            before = all;
        }
        (before, discounted)
    }

    /// The derivatives of the logarithms of both streams, with those of being active added.
    fn stream_slopes(&self, customer: &History, of_alive: [f64; 4]) -> ([f64; 4], [f64; 4]) {
        let (mut all, mut discounted) = (of_alive, of_alive);
        let mut cells = all.iter_mut().zip(discounted.iter_mut());
        for number in 0..4 {
            let nudged = |way: f64| {
                let by = core::array::from_fn(|at| if at == number { way } else { 0.0 });
                self.streams(&self.purchases.moved(by), customer)
            };
            let (up, down) = (nudged(NUDGE), nudged(-NUDGE));
            if let Some((all, discounted)) = cells.next() {
                *all += ln(up.0 / down.0) / (2.0 * NUDGE);
                *discounted += ln(up.1 / down.1) / (2.0 * NUDGE);
            }
        }
        (all, discounted)
    }

    /// A number above zero with the variance of its logarithm.
    fn above_zero(&self, value: f64, variance: Option<f64>) -> Expected {
        let sureness = variance.map_or(Sureness::NoCovariance, |variance| {
            let far = self.reach * sqrt(variance);
            let (low, high) = (value * exp(-far), value * exp(far));
            if low.is_finite() && high.is_finite() {
                Sureness::Interval(Interval { low, high })
            } else {
                Sureness::Unbounded
            }
        });
        Expected { value, sureness }
    }
}

/// The variance of a combination.
fn variance<const N: usize>(slopes: &[f64; N], covariance: &[[f64; N]; N]) -> f64 {
    let rows = covariance.iter().zip(slopes);
    let row = |(cells, slope): (&[f64; N], &f64)| {
        let line: f64 = cells
            .iter()
            .zip(slopes)
            .map(|(cell, other)| cell * other)
            .sum();
        line * slope
    };
    rows.map(row).sum::<f64>().max(0.0)
}

impl Horizon {
    fn check(&self) -> Result<(), LifetimeError> {
        let rules = [
            (
                "period",
                self.period > 0.0 && self.period <= 1e6,
                "more than 0 and at most 1000000",
                self.period,
            ),
            (
                "periods",
                (1..=MOST_PERIODS).contains(&self.periods),
                "1 to 1200",
                f64::from(self.periods),
            ),
            (
                "discount_per_period",
                (0.0..=10.0).contains(&self.discount_per_period),
                "0 to 10",
                self.discount_per_period,
            ),
        ];
        let broken = rules.into_iter().find(|(_, holds, _, _)| !holds);
        broken.map_or(Ok(()), |(field, _, expected, found)| {
            let why = LifetimeRefused::OutOfRange { expected, found };
            Err(LifetimeError::about(alloc::format!("horizon.{field}"), why))
        })
    }
}
