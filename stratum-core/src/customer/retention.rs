//! How many come back? Customers by the month or week of their first purchase, and the share that bought again in each later one.
//!
//! A period that is not over is missing, not zero. See `docs/methods/retention.md`. Not here: why they come back, and what is to be
//! expected of one customer (`super::lifetime`).
//!
//! ```
//! use chrono::FixedOffset;
//! use stratum_core::customer::journey::Conversion;
//! use stratum_core::customer::purchases::PurchaseDays;
//! use stratum_core::customer::retention::{Cell, Period, Retention};
//! use stratum_core::vocabulary::Money;
//! let order = |person: &str, at: &str| Conversion {
//!     person: person.into(),
//!     at: at.parse().unwrap(),
//!     value: Money::parse("10.00", "EUR").unwrap(),
//!     order: None,
//! };
//! let orders = [
//!     order("ada", "2026-01-03T09:00:00Z"),
//!     order("ada", "2026-02-07T09:00:00Z"),
//!     order("bob", "2026-01-31T09:00:00Z"),
//! ];
//! let utc = |_| FixedOffset::east_opt(0).unwrap();
//! let days = PurchaseDays::of(&orders, "2026-03-31T23:00:00Z".parse().unwrap(), utc).unwrap();
//! let january = &Retention::of(&days, Period::Month, 12, 0.95).unwrap().cohorts[0];
//! assert_eq!((january.begins.as_str(), january.customers), ("2026-01-01", 2));
//! let Cell::Share(february) = january.cells[0] else { panic!() };
//! assert_eq!((february.customers, february.share), (1, 0.5));
//! // The last day of March is still going on.
//! assert_eq!(january.cells[1], Cell::NotOver);
//! ```

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use chrono::{Datelike as _, NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};

use super::purchases::{PurchaseDays, PurchaseError, PurchaseRefused};
use crate::numeric::{from_u64, reach, wilson};

const MOST_PERIODS: u16 = 520;
/// Between the first of January 1970, a Thursday, and the Monday before it.
const TO_MONDAY: i64 = 3;
const WEEK: i64 = 7;
const MONTHS: i64 = 12;

/// What customers are put together by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// A month of the calendar.
    Month,
    /// Seven days from Monday on.
    Week,
}

/// How many of a cohort bought in a period.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Returned {
    /// Customers who did.
    pub customers: u64,
    /// Their share of the cohort.
    pub share: f64,
    /// The lower end of Wilson's interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// One period of a cohort.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cell {
    /// It is over.
    Share(Returned),
    /// The day of `now` lies within it: nothing can be said yet.
    NotOver,
}

/// Customers whose first purchase fell into one period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cohort {
    /// The first day of the period, such as `2026-03-01`.
    pub begins: String,
    /// How many there are; of a period that is not over, how many so far.
    pub customers: u64,
    /// Whether the period is over, so that nobody joins any more.
    pub complete: bool,
    /// The first period after that of the cohort, the second, and so on up to that of `now`.
    pub cells: Vec<Cell>,
}

/// All cohorts, oldest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// What customers are put together by.
    pub period: Period,
    /// The share of cases the intervals are to hold.
    pub level: f64,
    /// Periods without a first purchase have no cohort.
    pub cohorts: Vec<Cohort>,
}

impl Period {
    /// The number of the period a day lies in.
    fn of(self, day: i64) -> i64 {
        match self {
            Self::Week => (day + TO_MONDAY).div_euclid(WEEK),
            Self::Month => {
                let date = date(day);
                i64::from(date.year()) * MONTHS + i64::from(date.month0())
            }
        }
    }

    fn first_day(self, number: i64) -> NaiveDate {
        match self {
            Self::Week => date(number * WEEK - TO_MONDAY),
            Self::Month => {
                let year = i32::try_from(number.div_euclid(MONTHS)).unwrap_or_default();
                let month = u32::try_from(number.rem_euclid(MONTHS)).unwrap_or_default();
                NaiveDate::from_ymd_opt(year, month + 1, 1).unwrap_or_default()
            }
        }
    }
}

fn date(day: i64) -> NaiveDate {
    let since = TimeDelta::try_days(day).unwrap_or_default();
    let first = NaiveDate::default();
    first.checked_add_signed(since).unwrap_or(first)
}

impl Retention {
    /// Counts who came back, for at most so many periods after the first.
    ///
    /// # Errors
    /// [`PurchaseError`] (`purchases.out_of_range`) for other than 1 to 520 periods (`periods_max`) or a level that is no share.
    pub fn of(
        days: &PurchaseDays,
        period: Period,
        periods_max: u16,
        level: f64,
    ) -> Result<Self, PurchaseError> {
        let refused = |path: &str, expected| {
            let why = PurchaseRefused::OutOfRange { expected };
            Err(PurchaseError::about(path, why))
        };
        if !(1..=MOST_PERIODS).contains(&periods_max) {
            return refused("periods_max", "1 to 520 periods");
        }
        if !(level > 0.0 && level < 1.0) {
            return refused("level", "a share between 0 and 1");
        }
        let now = period.of(days.today());
        let mut cohorts: BTreeMap<i64, (u64, BTreeMap<i64, u64>)> = BTreeMap::new();
        for (_, of_person) in days.iter() {
            let periods: BTreeSet<i64> = of_person.iter().map(|day| period.of(day.day)).collect();
            let mut periods = periods.into_iter();
            let Some(first) = periods.next() else {
                continue;
            };
            let (customers, later) = cohorts.entry(first).or_default();
            *customers += 1;
            for number in periods {
                *later.entry(number).or_default() += 1;
            }
        }
        let reach = reach::normal(level);
        let cell = |number: i64, customers: u64, later: &BTreeMap<i64, u64>| {
            if number >= now {
                return Cell::NotOver;
            }
            let returned = later.get(&number).copied().unwrap_or(0);
            let (came, all) = (from_u64(returned), from_u64(customers));
            let (low, high) = wilson(came, all, reach);
            Cell::Share(Returned {
                customers: returned,
                share: came / all,
                low,
                high,
            })
        };
        let cohorts = cohorts.into_iter().map(|(first, (customers, later))| {
            let last = now.min(first.saturating_add(periods_max.into()));
            let numbers = first + 1..=last;
            Cohort {
                begins: period.first_day(first).to_string(),
                customers,
                complete: first < now,
                cells: numbers
                    .map(|number| cell(number, customers, &later))
                    .collect(),
            }
        });
        Ok(Self {
            period,
            level,
            cohorts: cohorts.collect(),
        })
    }
}
