//! On which days did each person buy, and for how much? Orders as days of the account's own calendar.
//!
//! What a person buys on one day is one purchase, as in the literature on repeat buying. Days are counted in the account's time zone, and the
//! day of `now` is the last that is watched. Rows may come in any order. A row that repeats an order exactly is set aside and
//! counted; one that contradicts it is refused. See `docs/methods/lifetime-value.md`.
//!
//! Not here: what to learn from it (`super::lifetime`, `super::rfm`, `super::retention`).
//!
//! ```
//! use chrono::FixedOffset;
//! use stratum_core::customer::journey::Conversion;
//! use stratum_core::customer::purchases::PurchaseDays;
//! use stratum_core::vocabulary::Money;
//! let order = |at: &str, euros: &str, order: &str| Conversion {
//!     person: "ada".into(),
//!     at: at.parse().unwrap(),
//!     value: Money::parse(euros, "EUR").unwrap(),
//!     order: Some(order.into()),
//! };
//! let orders = [
//!     order("2026-03-11T23:30:00Z", "50.00", "3"),
//!     order("2026-03-01T09:00:00Z", "80.00", "1"),
//!     order("2026-03-12T10:00:00Z", "20.00", "4"),
//! ];
//! let now = "2026-03-31T12:00:00Z".parse().unwrap();
//! // An hour ahead of UTC, the order before midnight belongs to the next day.
//! let days = PurchaseDays::of(&orders, now, |_| FixedOffset::east_opt(3600).unwrap()).unwrap();
//! let (person, history) = days.histories().next().unwrap();
//! assert_eq!((person, history.frequency, history.recency, history.age), ("ada", 1, 11.0, 30.0));
//! assert_eq!(history.repeat_value_minor, 7000);
//! ```

pub mod error;

use alloc::collections::BTreeMap;
use alloc::collections::btree_map::Entry;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use chrono::FixedOffset;
use serde::{Deserialize, Serialize};

pub use error::{PurchaseError, PurchaseRefused};

use super::journey::{Conversion, MAX_NAME_BYTES};
use super::lifetime::History;
use crate::numeric::from_i64;
use crate::vocabulary::{Currency, Timestamp};

const DAY: i64 = 86_400;
/// The years 1970 to 2105, as for journeys.
const LAST_SECOND: i64 = 4_294_967_295;

/// What one person bought on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PurchaseDay {
    /// The day, counted from the first of January 1970 in the account's calendar.
    pub day: i64,
    /// How many orders.
    pub orders: u64,
    /// What they were worth together, in the smallest unit of the currency.
    pub value_minor: i64,
}

/// Rows that were set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Repeated {
    /// How many repeat an order that was read before.
    pub rows: u64,
    /// What they say they are worth.
    pub value_minor: i64,
}

/// The days on which persons bought, in order of the names of persons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PurchaseDays {
    currency: Option<Currency>,
    today: i64,
    repeated: Repeated,
    persons: Vec<(String, Vec<PurchaseDay>)>,
}

impl PurchaseDays {
    /// Puts orders on days. `offset` says how far the account's clock is ahead of UTC at a moment; it is an argument because the
    /// rules of time zones change and are no part of this library.
    ///
    /// # Errors
    /// [`PurchaseError`] with the path to a wrong field, such as `conversions[3].value`: an empty or long name, a moment after `now`
    /// or outside 1970 to 2105, an amount below zero, a second currency, or an order that contradicts an earlier row.
    pub fn of(
        orders: &[Conversion],
        now: Timestamp,
        offset: impl Fn(Timestamp) -> FixedOffset,
    ) -> Result<Self, PurchaseError> {
        let day = |at: Timestamp| {
            let ahead = i64::from(offset(at).local_minus_utc());
            (at.timestamp() + ahead).div_euclid(DAY)
        };
        // Where a zone repeats a day, an order could fall on a later day than now does.
        let today = day(now);
        let mut intake = Intake::default();
        let mut persons: BTreeMap<&str, BTreeMap<i64, PurchaseDay>> = BTreeMap::new();
        for (number, row) in orders.iter().enumerate() {
            let Some(value_minor) = intake.take(number, row, now)? else {
                continue;
            };
            let day = day(row.at).min(today);
            let days = persons.entry(row.person.as_str()).or_default();
            let of_day = days.entry(day).or_insert(PurchaseDay {
                day,
                orders: 0,
                value_minor: 0,
            });
            of_day.orders += 1;
            // INVARIANT: the sum of all rows fits, so that of some does.
            of_day.value_minor = of_day.value_minor.saturating_add(value_minor);
        }
        let persons = persons.into_iter();
        Ok(Self {
            currency: intake.currency,
            today,
            repeated: intake.repeated,
            persons: persons
                .map(|(person, days)| (person.into(), days.into_values().collect()))
                .collect(),
        })
    }

    /// The currency of every value; none without an order.
    #[must_use]
    pub const fn currency(&self) -> Option<Currency> {
        self.currency
    }

    /// The day of `now`, counted like the others.
    #[must_use]
    pub const fn today(&self) -> i64 {
        self.today
    }

    /// Rows that repeat an order: they count nowhere else.
    #[must_use]
    pub const fn repeated(&self) -> Repeated {
        self.repeated
    }

    /// Every person with the days in order; nobody is without one.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[PurchaseDay])> {
        let persons = self.persons.iter();
        persons.map(|(person, days)| (person.as_str(), days.as_slice()))
    }

    /// Every person as the models of lifetime value see them, with times in days.
    pub fn histories(&self) -> impl Iterator<Item = (&str, History)> {
        self.iter().filter_map(|(person, days)| {
            let (first, repeats) = days.split_first()?;
            let last = repeats.last().unwrap_or(first);
            let history = History {
                frequency: u32::try_from(repeats.len()).unwrap_or(u32::MAX),
                recency: from_i64(last.day - first.day),
                age: from_i64(self.today - first.day),
                repeat_value_minor: repeats.iter().map(|day| day.value_minor).sum(),
            };
            Some((person, history))
        })
    }
}

/// What all rows must have in common.
#[derive(Default)]
struct Intake<'a> {
    currency: Option<Currency>,
    value_minor: i64,
    repeated: Repeated,
    orders: BTreeMap<&'a str, &'a Conversion>,
}

impl<'a> Intake<'a> {
    /// The value of a row in the smallest unit; none where it repeats an order.
    fn take(
        &mut self,
        number: usize,
        row: &'a Conversion,
        now: Timestamp,
    ) -> Result<Option<i64>, PurchaseError> {
        let refused = |field: &str, why| {
            Err(PurchaseError::about(
                format!("conversions[{number}].{field}"),
                why,
            ))
        };
        if !is_name(&row.person) {
            return refused("person", PurchaseRefused::BadName);
        }
        if row.order.as_deref().is_some_and(|order| !is_name(order)) {
            return refused("order", PurchaseRefused::BadName);
        }
        if !(0..=LAST_SECOND).contains(&row.at.timestamp()) {
            return refused("at", PurchaseRefused::OutsideCalendar { at: row.at });
        }
        if row.at > now {
            return refused("at", PurchaseRefused::AfterNow { at: row.at, now });
        }
        let found = row.value.currency();
        if let Some(expected) = self.currency.filter(|expected| *expected != found) {
            return refused("value", PurchaseRefused::OtherCurrency { expected, found });
        }
        self.currency = Some(found);
        // Money is kept with exactly the decimal places of its currency, so this is the amount in the smallest unit.
        let minor = row.value.amount().mantissa();
        if minor < 0 {
            return refused("value", PurchaseRefused::NegativeValue { value: row.value });
        }
        let minor = i64::try_from(minor).ok();
        let sum = minor.and_then(|minor| self.value_minor.checked_add(minor));
        let (Some(minor), Some(sum)) = (minor, sum) else {
            return refused("value", PurchaseRefused::TooMuchValue);
        };
        self.value_minor = sum;
        let Some(order) = row.order.as_deref() else {
            return Ok(Some(minor));
        };
        match self.orders.entry(order) {
            Entry::Vacant(free) => {
                free.insert(row);
                Ok(Some(minor))
            }
            Entry::Occupied(taken) if *taken.get() == row => {
                self.repeated.rows += 1;
                self.repeated.value_minor += minor;
                Ok(None)
            }
            Entry::Occupied(_) => {
                let order = order.into();
                refused("order", PurchaseRefused::ContradictoryOrder { order })
            }
        }
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.len() <= MAX_NAME_BYTES && !name.chars().any(char::is_control)
}

#[cfg(test)]
mod tests;
