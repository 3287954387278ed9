//! What did each variant change beside the control? Differences and lifts with intervals and p-values, for one look at the end.
//!
//! Welch's test, the delta method for lifts and quotients, CUPED where something was known before, Holm's correction over
//! variants. See `docs/methods/experiments.md`. Not here: looking again and again while users come in.
//!
//! ```
//! use stratum_core::experiment::arms::{Arms, Proportion};
//! use stratum_core::experiment::compare::{Comparison, Test};
//! let arm = |arm: &str, conversions| Proportion { arm: arm.into(), users: 10_000, conversions };
//! let arms = Arms::Proportion(vec![arm("control", 500), arm("new page", 600)]);
//! let variant = &Comparison::of(&arms, 0.95).unwrap().variants[0];
//! assert!((variant.difference - 0.01).abs() < 1e-15);
//! let Test::Known(test) = variant.test else { panic!() };
//! assert!(test.interval.low > 0.003 && test.interval.high < 0.017 && test.p_value < 0.002);
//! ```

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::arms::{Arms, Covariate, Moments};
use super::{ExperimentError, ExperimentRefused};
use crate::numeric::interval::Interval;
use crate::numeric::{from_u64, sqrt, tail};

/// An arm and what was measured in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArmValue {
    /// Its name.
    pub arm: String,
    /// Users in it.
    pub users: u64,
    /// The share, the mean or the quotient, as measured.
    pub value: f64,
}

/// How sure a difference is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tested {
    /// Of the difference.
    pub standard_error: f64,
    /// Welch's degrees of freedom.
    pub degrees: f64,
    /// At the level asked for, for this variant alone.
    pub interval: Interval,
    /// How often a difference would be this far from zero or farther if there were none; for this variant alone.
    pub p_value: f64,
    /// The same for all variants together, by Holm's correction.
    pub p_value_holm: f64,
}

/// A test, or why there is none.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Test {
    /// It could be made.
    Known(Tested),
    /// All users of one of the two arms are alike, so that nothing says how far chance could have moved it.
    NoVariance,
}

/// A difference as a part of what the control has.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lifted {
    /// 0.1 is ten percent more than the control.
    pub value: f64,
    /// By the delta method.
    pub standard_error: f64,
    /// At the level asked for, for this variant alone.
    pub interval: Interval,
    /// That of the lift, which is not quite that of the difference; for this variant alone.
    pub p_value: f64,
}

/// A lift, or why there is none.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lift {
    /// It could be told.
    Known(Lifted),
    /// All users of one of the two arms are alike.
    NoVariance,
    /// The control is not above zero with all of its interval, so that a part of it means nothing.
    ControlNotAboveZero,
}

/// What was taken off a difference because it was there before.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Adjustment {
    /// How much of a difference before is still there later; 0 where all users were alike before.
    pub theta: f64,
    /// The variant less the control, before.
    pub difference_before: f64,
    /// The squared standard error over what it would be without; none where that is zero.
    pub variance_share: Option<f64>,
}

/// A variant beside the control.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// Its name.
    pub arm: String,
    /// Users in it.
    pub users: u64,
    /// The share, the mean or the quotient, as measured.
    pub value: f64,
    /// The variant less the control, less what was there before.
    pub difference: f64,
    /// How sure it is.
    pub test: Test,
    /// The same as a part of the control.
    pub lift: Lift,
    /// Where something was known before.
    pub adjustment: Option<Adjustment>,
}

/// Every variant beside the control.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    /// The share of cases the intervals are to hold.
    pub level: f64,
    /// The first arm.
    pub control: ArmValue,
    /// The others, in the order they were given.
    pub variants: Vec<Variant>,
}

impl Comparison {
    /// Compares every arm with the first.
    ///
    /// # Errors
    /// [`ExperimentError`]: `experiment.out_of_range` for a level that is not between 0 and 1; with the arm `experiment.arm_count`,
    /// `experiment.bad_name`, `experiment.repeated_name`, `experiment.too_few_users`, `experiment.too_many_users`,
    /// `experiment.more_conversions_than_users`, `experiment.not_a_sum`, `experiment.impossible_sums`, `experiment.uneven_before` and
    /// `experiment.no_denominator`.
    pub fn of(arms: &Arms, level: f64) -> Result<Self, ExperimentError> {
        if !(level > 0.0 && level < 1.0) {
            let why = ExperimentRefused::OutOfRange {
                expected: "a level between 0 and 1, such as 0.95",
                found: level,
            };
            return Err(ExperimentError::about("level", why));
        }
        let moments = arms.moments()?;
        let Some((control, others)) = moments.split_first() else {
            return Err(ExperimentError::about("arms", ExperimentRefused::ArmCount));
        };
        let mut variants: Vec<Variant> = others
            .iter()
            .map(|variant| beside(control, variant, level))
            .collect();
        correct(&mut variants);
        Ok(Self {
            level,
            control: ArmValue {
                arm: control.arm.into(),
                users: control.count,
                value: control.value,
            },
            variants,
        })
    }
}

/// How what was known before enters: its weight, and the covariates of both arms.
struct Taken {
    theta: f64,
    control: Covariate,
    variant: Covariate,
}

const NOTHING: Covariate = Covariate {
    mean: 0.0,
    variance: 0.0,
    covariance: 0.0,
};

impl Taken {
    /// The slope within the arms, so that what the variant changed does not enter it.
    fn of(control: &Moments<'_>, variant: &Moments<'_>) -> Self {
        let (one, other) = (
            control.before.unwrap_or(NOTHING),
            variant.before.unwrap_or(NOTHING),
        );
        let (of_one, of_other) = (control.users - 1.0, variant.users - 1.0);
        let squares = of_one * one.variance + of_other * other.variance;
        let products = of_one * one.covariance + of_other * other.covariance;
        Self {
            theta: if squares > 0.0 {
                products / squares
            } else {
                0.0
            },
            control: one,
            variant: other,
        }
    }
}

/// The variance of `scale` times the value less `slope` times what was before.
fn variance_of(arm: &Moments<'_>, before: Covariate, scale: f64, slope: f64) -> f64 {
    let whole = scale * scale * arm.variance - 2.0 * scale * slope * before.covariance
        + slope * slope * before.variance;
    whole.max(0.0) / arm.users
}

fn beside(control: &Moments<'_>, variant: &Moments<'_>, level: f64) -> Variant {
    let taken = Taken::of(control, variant);
    let before = taken.variant.mean - taken.control.mean;
    let difference = variant.value - control.value - taken.theta * before;
    let of_control = variance_of(control, taken.control, 1.0, taken.theta);
    let of_variant = variance_of(variant, taken.variant, 1.0, taken.theta);
    let plain = control.variance / control.users + variant.variance / variant.users;
    let (mut test, mut lift) = (Test::NoVariance, Lift::NoVariance);
    if of_control > 0.0 && of_variant > 0.0 {
        let error = sqrt(of_control + of_variant);
        let part = of_control / (of_control + of_variant);
        let rest = 1.0 - part;
        let degrees =
            1.0 / (part * part / (control.users - 1.0) + rest * rest / (variant.users - 1.0));
        let reach = tail::student_reach(level, degrees);
        let p_value = tail::student(difference / error, degrees);
        test = Test::Known(Tested {
            standard_error: error,
            degrees,
            interval: Interval::around(difference, error, reach),
            p_value,
            p_value_holm: p_value,
        });
        lift = lifted(control, variant, &taken, difference, (reach, degrees));
    }
    Variant {
        arm: variant.arm.into(),
        users: variant.count,
        value: variant.value,
        difference,
        test,
        lift,
        adjustment: control.before.is_some().then_some(Adjustment {
            theta: taken.theta,
            difference_before: before,
            variance_share: (plain > 0.0).then(|| (of_control + of_variant) / plain),
        }),
    }
}

/// The difference over the control, where both are taken at the mean that all users of the two arms had before.
fn lifted(
    control: &Moments<'_>,
    variant: &Moments<'_>,
    taken: &Taken,
    difference: f64,
    (reach, degrees): (f64, f64),
) -> Lift {
    let users = control.users + variant.users;
    let (part, rest) = (control.users / users, variant.users / users);
    let before = taken.variant.mean - taken.control.mean;
    let base = control.value + taken.theta * rest * before;
    let of_base = sqrt(control.variance / control.users);
    if base <= reach * of_base {
        return Lift::ControlNotAboveZero;
    }
    let value = difference / base;
    let whole = 1.0 + value;
    let slope = taken.theta * (part + whole * rest);
    let of_control = variance_of(control, taken.control, whole, slope);
    let of_variant = variance_of(variant, taken.variant, 1.0, slope);
    let error = sqrt(of_control + of_variant) / base;
    if !error.is_finite() || error <= 0.0 {
        return Lift::ControlNotAboveZero;
    }
    Lift::Known(Lifted {
        value,
        standard_error: error,
        interval: Interval::around(value, error, reach),
        p_value: tail::student(value / error, degrees),
    })
}

/// Holm's correction over all variants: the smallest p-value times their number, the next times one less, never falling.
fn correct(variants: &mut [Variant]) {
    let mut left = variants.iter().map(|_| 1_u64).sum::<u64>();
    let mut tests: Vec<&mut Tested> = variants
        .iter_mut()
        .filter_map(|variant| match &mut variant.test {
            Test::Known(test) => Some(test),
            Test::NoVariance => None,
        })
        .collect();
    tests.sort_by(|one, other| one.p_value.total_cmp(&other.p_value));
    let mut highest = 0.0_f64;
    for test in tests {
        highest = highest.max(test.p_value * from_u64(left)).min(1.0);
        test.p_value_holm = highest;
        left -= 1;
    }
}
