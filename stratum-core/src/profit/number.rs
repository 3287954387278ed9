//! How exact is a percentage, how exact a rate? Decimals as they were written, kept as whole numbers of their last place.
//!
//! Not here: which percentages make sense where (`super::costs`, `super::sale`).

use alloc::string::{String, ToString as _};
use core::fmt;
use core::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::vocabulary::money::plain_decimal;

/// A hundred percent, in millionths of a percent.
pub(super) const WHOLE: i128 = 100_000_000;
const PERCENT_PLACES: u32 = 6;
const MOST_PERCENT: i64 = 1_000;
pub(super) const RATE_PLACES: u32 = 12;
const MOST_RATE: i64 = 1_000_000;

fn counted(text: &str, places: u32, most: i64) -> Option<i128> {
    let number = plain_decimal(text)?.normalize();
    if number.scale() > places || number.abs() > Decimal::from(most) {
        return None;
    }
    let mut number = number;
    number.rescale(places);
    Some(number.mantissa())
}

fn written(count: i128, places: u32) -> String {
    Decimal::from_i128_with_scale(count, places)
        .normalize()
        .to_string()
}

/// A percentage such as `19` or `2.9`: at most a thousand to either side of zero, at most six decimal places.
///
/// ```
/// use stratum_core::profit::Percent;
/// assert_eq!("2.90".parse::<Percent>().unwrap().to_string(), "2.9");
/// assert!("0.0000001".parse::<Percent>().is_err());
/// assert!("1001".parse::<Percent>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Percent(i128);

impl Percent {
    /// In millionths of a percent.
    pub(super) const fn count(self) -> i128 {
        self.0
    }
}

/// How many units of the books' currency one unit of another is worth: more than zero, at most a million, at most twelve decimal places.
///
/// ```
/// use stratum_core::profit::RateNumber;
/// assert_eq!("0.920".parse::<RateNumber>().unwrap().to_string(), "0.92");
/// assert!("0".parse::<RateNumber>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RateNumber(i128);

impl RateNumber {
    /// In units of the twelfth place.
    pub(super) const fn count(self) -> i128 {
        self.0
    }
}

impl FromStr for Percent {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        counted(text, PERCENT_PLACES, MOST_PERCENT)
            .map(Self)
            .ok_or("expected a percentage such as 2.9, at most 1000, with at most 6 decimal places")
    }
}

impl FromStr for RateNumber {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        counted(text, RATE_PLACES, MOST_RATE)
            .filter(|count| *count > 0)
            .map(Self)
            .ok_or("expected a rate such as 0.92, above 0, at most a million, with at most 12 decimal places")
    }
}

impl TryFrom<String> for Percent {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl TryFrom<String> for RateNumber {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&written(self.0, PERCENT_PLACES))
    }
}

impl fmt::Display for RateNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&written(self.0, RATE_PLACES))
    }
}

impl From<Percent> for String {
    fn from(percent: Percent) -> Self {
        percent.to_string()
    }
}

impl From<RateNumber> for String {
    fn from(rate: RateNumber) -> Self {
        rate.to_string()
    }
}
