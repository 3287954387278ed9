//! How does a value of the core become a column and back? Moments as microseconds, amounts in the smallest unit of their
//! currency, everything else as text.

use std::fmt::Display;
use std::str::FromStr;

use chrono::{DateTime, SubsecRound as _};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use stratum_core::vocabulary::{Currency, Money, Timestamp};

use crate::StoreError;

const MICROS_PER_HOUR: i64 = 3_600_000_000;

pub(crate) fn micros(at: Timestamp) -> i64 {
    at.trunc_subsecs(6).timestamp_micros()
}

pub(crate) fn moment(micros: i64) -> Result<Timestamp, StoreError> {
    DateTime::from_timestamp_micros(micros)
        .ok_or_else(|| unreadable("at", "not a moment of the calendar"))
}

pub(crate) fn moment_or_none(micros: Option<i64>) -> Result<Option<Timestamp>, StoreError> {
    micros.map(moment).transpose()
}

/// The hour in which a moment lies, counted since 1970.
pub(crate) fn hour_of(at: Timestamp) -> i64 {
    micros(at).div_euclid(MICROS_PER_HOUR)
}

/// The first hour that begins at or after a moment.
pub(crate) fn hour_from(at: Timestamp) -> i64 {
    micros(at)
        .saturating_add(MICROS_PER_HOUR - 1)
        .div_euclid(MICROS_PER_HOUR)
}

pub(crate) fn beginning_of(hour: i64) -> Result<Timestamp, StoreError> {
    hour.checked_mul(MICROS_PER_HOUR)
        .ok_or(StoreError::OutOfRange { column: "hour" })
        .and_then(moment)
}

pub(crate) fn count(n: u64, column: &'static str) -> Result<i64, StoreError> {
    i64::try_from(n).map_err(|_| StoreError::OutOfRange { column })
}

pub(crate) fn counted(n: i64, column: &'static str) -> Result<u64, StoreError> {
    u64::try_from(n).map_err(|_| unreadable(column, "a count below zero"))
}

pub(crate) fn smallest_units(money: &Money) -> Result<i64, StoreError> {
    let mut amount = money.amount();
    amount.rescale(money.currency().exponent());
    i64::try_from(amount.mantissa()).map_err(|_| StoreError::OutOfRange { column: "amount" })
}

pub(crate) fn money(units: i64, currency: Currency) -> Result<Money, StoreError> {
    Money::new(Decimal::new(units, currency.exponent()), currency)
        .map_err(|error| unreadable("amount", error))
}

/// Smallest units as a number of whole units, for statistics; never for a balance.
pub(crate) fn as_float(units: i64, currency: Currency) -> f64 {
    Decimal::new(units, currency.exponent())
        .to_f64()
        .unwrap_or(0.0)
}

/// A sum of squares of smallest units as squares of whole units.
pub(crate) fn squares_as_float(squares: f64, currency: Currency) -> f64 {
    (0..currency.exponent()).fold(squares, |sum, _| sum / 100.0)
}

pub(crate) fn parsed<T: FromStr<Err: Display>>(
    text: &str,
    column: &'static str,
) -> Result<T, StoreError> {
    text.parse()
        .map_err(|error: T::Err| unreadable(column, error))
}

pub(crate) fn identified<T: TryFrom<String, Error: Display>>(
    text: String,
    column: &'static str,
) -> Result<T, StoreError> {
    T::try_from(text).map_err(|error| unreadable(column, error))
}

/// An id where the empty text stands for none.
pub(crate) fn identified_or_none<T: TryFrom<String, Error: Display>>(
    text: String,
    column: &'static str,
) -> Result<Option<T>, StoreError> {
    if text.is_empty() {
        Ok(None)
    } else {
        identified(text, column).map(Some)
    }
}

pub(crate) fn written<T: Serialize + ?Sized>(
    value: &T,
    column: &'static str,
) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| unreadable(column, error))
}

pub(crate) fn read<T: DeserializeOwned>(text: &str, column: &'static str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| unreadable(column, error))
}

pub(crate) fn unreadable(column: &'static str, why: impl Display) -> StoreError {
    StoreError::Unreadable {
        column,
        why: why.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_comes_back_as_it_went() {
        for (amount, code) in [
            ("120.50", "EUR"),
            ("7", "JPY"),
            ("0.125", "KWD"),
            ("-3.10", "USD"),
        ] {
            let before = Money::parse(amount, code).unwrap();
            let units = smallest_units(&before).unwrap();
            assert_eq!(money(units, before.currency()).unwrap(), before);
        }
        assert_eq!(
            smallest_units(&Money::parse("0.125", "KWD").unwrap()).unwrap(),
            125
        );
    }

    #[test]
    fn hours_before_1970_are_hours_too() {
        let at: Timestamp = "1969-12-31T23:30:00Z".parse().unwrap();
        assert_eq!(hour_of(at), -1);
        assert_eq!(hour_from(at), 0);
        assert_eq!(
            beginning_of(-1).unwrap(),
            "1969-12-31T23:00:00Z".parse::<Timestamp>().unwrap()
        );
    }

    #[test]
    fn squares_are_scaled_twice() {
        assert_eq!(squares_as_float(40_000.0, "EUR".parse().unwrap()), 4.0);
        assert_eq!(squares_as_float(4.0, "JPY".parse().unwrap()), 4.0);
    }
}
