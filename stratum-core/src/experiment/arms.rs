//! What is known of an arm? Counts and sums of its users, and what follows from them: a mean and how users vary around it.
//!
//! Not here: what two arms are to each other (`super::compare`).

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::{ExperimentError, ExperimentRefused, MAX_USERS, check_names};
use crate::numeric::{from_u64, sqrt};

/// A sum that is not zero lies between these, so that nothing computed from it overflows.
const LEAST_SUM: f64 = 1e-15;
const MOST_SUM: f64 = 1e30;
/// What is left of squares after those of the mean is rounding below this part of them.
const ROUNDING: f64 = 1e-12;
/// More than rounding, on the wrong side of zero.
const IMPOSSIBLE: f64 = 1e-9;
/// The same for products, in which the root of rounding is seen.
const IMPOSSIBLE_PRODUCTS: f64 = 1e-6;

/// Users of one arm and how many of them converted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proportion {
    /// Its name.
    pub arm: String,
    /// Users in it, converted or not.
    pub users: u64,
    /// Users who converted, each once.
    pub conversions: u64,
}

/// The sum of a number over the users of an arm, and of its square.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sums {
    /// Of the number.
    pub sum: f64,
    /// Of its square.
    pub sum_squares: f64,
}

/// A number that was known of the same users before the experiment began, such as what they spent in the month before.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Before {
    /// Its sum.
    pub sum: f64,
    /// The sum of its square.
    pub sum_squares: f64,
    /// The sum of its product with the number of the experiment, user by user.
    pub sum_products: f64,
}

/// Users of one arm and a number of each, such as what they spent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mean {
    /// Its name.
    pub arm: String,
    /// Users in it, also those whose number is zero.
    pub users: u64,
    /// The sum of the number.
    pub sum: f64,
    /// The sum of its square.
    pub sum_squares: f64,
    /// What was known before; in all arms or in none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Before>,
}

/// Users of one arm and two numbers of each, one sum of which is divided by the other: revenue per order, clicks per view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quotient {
    /// Its name.
    pub arm: String,
    /// Users in it, also those whose numbers are zero.
    pub users: u64,
    /// What is divided.
    pub numerator: Sums,
    /// What it is divided by.
    pub denominator: Sums,
    /// The sum of the product of both, user by user.
    pub sum_products: f64,
}

/// Arms of one experiment, the control first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arms {
    /// The share of users who converted.
    Proportion(Vec<Proportion>),
    /// The mean of a number over users.
    Mean(Vec<Mean>),
    /// One sum over another.
    Quotient(Vec<Quotient>),
}

/// What follows from the sums of an arm.
pub(super) struct Moments<'a> {
    pub(super) arm: &'a str,
    pub(super) count: u64,
    pub(super) users: f64,
    /// The share, the mean or the quotient.
    pub(super) value: f64,
    /// Of one user; that of the value is so many users smaller.
    pub(super) variance: f64,
    pub(super) before: Option<Covariate>,
}

/// The number known before, and how it goes with that of the experiment.
#[derive(Clone, Copy)]
pub(super) struct Covariate {
    pub(super) mean: f64,
    pub(super) variance: f64,
    pub(super) covariance: f64,
}

impl Arms {
    /// Checks every arm, and what follows from each.
    pub(super) fn moments(&self) -> Result<Vec<Moments<'_>>, ExperimentError> {
        match self {
            Self::Proportion(arms) => {
                let path = "arms.proportion";
                check_names(path, arms.iter().map(|arm| arm.arm.as_str()))?;
                gathered(path, arms, Proportion::moments)
            }
            Self::Mean(arms) => {
                let path = "arms.mean";
                check_names(path, arms.iter().map(|arm| arm.arm.as_str()))?;
                let known = arms.first().is_some_and(|arm| arm.before.is_some());
                gathered(path, arms, |arm| {
                    if arm.before.is_some() == known {
                        arm.moments()
                    } else {
                        Err(("before", ExperimentRefused::UnevenBefore))
                    }
                })
            }
            Self::Quotient(arms) => {
                let path = "arms.quotient";
                check_names(path, arms.iter().map(|arm| arm.arm.as_str()))?;
                gathered(path, arms, Quotient::moments)
            }
        }
    }
}

/// A field of an arm and what is wrong with it.
type Wrong = (&'static str, ExperimentRefused);

fn gathered<'a, T>(
    path: &str,
    arms: &'a [T],
    moments: impl Fn(&'a T) -> Result<Moments<'a>, Wrong>,
) -> Result<Vec<Moments<'a>>, ExperimentError> {
    let numbered = arms.iter().enumerate();
    let found = numbered.map(|(number, arm)| {
        moments(arm).map_err(|(field, why)| {
            ExperimentError::about(format!("{path}[{number}].{field}"), why)
        })
    });
    found.collect()
}

impl Proportion {
    fn moments(&self) -> Result<Moments<'_>, Wrong> {
        let users = counted(self.users)?;
        if self.conversions > self.users {
            return Err(("conversions", ExperimentRefused::MoreConversionsThanUsers));
        }
        let share = from_u64(self.conversions) / users;
        Ok(Moments {
            arm: &self.arm,
            count: self.users,
            users,
            value: share,
            variance: share * (1.0 - share),
            before: None,
        })
    }
}

impl Mean {
    fn moments(&self) -> Result<Moments<'_>, Wrong> {
        let users = counted(self.users)?;
        let sums = Sums {
            sum: self.sum,
            sum_squares: self.sum_squares,
        };
        let squares = centred(users, &sums, ["sum", "sum_squares"])?;
        let before = self.before.map(|before| -> Result<Covariate, Wrong> {
            let earlier = Sums {
                sum: before.sum,
                sum_squares: before.sum_squares,
            };
            let fields = ["before.sum", "before.sum_squares"];
            let earlier_squares = centred(users, &earlier, fields)?;
            let known = ((&sums, squares), (&earlier, earlier_squares));
            let products = together(users, known, before.sum_products, "before.sum_products")?;
            Ok(Covariate {
                mean: before.sum / users,
                variance: earlier_squares / (users - 1.0),
                covariance: products / (users - 1.0),
            })
        });
        Ok(Moments {
            arm: &self.arm,
            count: self.users,
            users,
            value: self.sum / users,
            variance: squares / (users - 1.0),
            before: before.transpose()?,
        })
    }
}

impl Quotient {
    fn moments(&self) -> Result<Moments<'_>, Wrong> {
        let users = counted(self.users)?;
        let (above, below) = (&self.numerator, &self.denominator);
        let fields = ["numerator.sum", "numerator.sum_squares"];
        let above_squares = centred(users, above, fields)?;
        let fields = ["denominator.sum", "denominator.sum_squares"];
        let below_squares = centred(users, below, fields)?;
        let known = ((above, above_squares), (below, below_squares));
        let products = together(users, known, self.sum_products, "sum_products")?;
        if below.sum <= 0.0 {
            return Err(("denominator.sum", ExperimentRefused::NoDenominator));
        }
        let value = above.sum / below.sum;
        let mean_below = below.sum / users;
        let most = above_squares + value * value * below_squares;
        let left = most - 2.0 * value * products;
        let squares = if left > most * ROUNDING { left } else { 0.0 };
        Ok(Moments {
            arm: &self.arm,
            count: self.users,
            users,
            value,
            variance: squares / (users - 1.0) / (mean_below * mean_below),
            before: None,
        })
    }
}

fn counted(users: u64) -> Result<f64, Wrong> {
    match users {
        0 | 1 => Err(("users", ExperimentRefused::TooFewUsers(users))),
        2..=MAX_USERS => Ok(from_u64(users)),
        _ => Err(("users", ExperimentRefused::TooManyUsers(users))),
    }
}

fn sound(sum: f64, field: &'static str) -> Result<(), Wrong> {
    if sum == 0.0 || (LEAST_SUM..=MOST_SUM).contains(&sum.abs()) {
        Ok(())
    } else {
        Err((field, ExperimentRefused::NotASum(sum)))
    }
}

/// Squares around the mean; zero where there is only rounding.
fn centred(users: f64, sums: &Sums, fields: [&'static str; 2]) -> Result<f64, Wrong> {
    let [sum, sum_squares] = fields;
    sound(sums.sum, sum)?;
    sound(sums.sum_squares, sum_squares)?;
    let left = sums.sum_squares - sums.sum * (sums.sum / users);
    if sums.sum_squares < 0.0 || left < -IMPOSSIBLE * sums.sum_squares {
        return Err((sum_squares, ExperimentRefused::ImpossibleSums));
    }
    let only_rounding = left <= ROUNDING * sums.sum_squares;
    Ok(if only_rounding { 0.0 } else { left })
}

/// Products around both means; never more than the squares allow.
fn together(
    users: f64,
    ((one, one_squares), (other, other_squares)): ((&Sums, f64), (&Sums, f64)),
    sum_products: f64,
    field: &'static str,
) -> Result<f64, Wrong> {
    sound(sum_products, field)?;
    let left = sum_products - one.sum * (other.sum / users);
    let most = sqrt(one_squares) * sqrt(other_squares);
    let rounding = IMPOSSIBLE_PRODUCTS * sqrt(one.sum_squares) * sqrt(other.sum_squares);
    if left.abs() > most + rounding {
        return Err((field, ExperimentRefused::ImpossibleSums));
    }
    Ok(left.clamp(-most, most))
}
