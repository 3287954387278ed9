//! How long does it take, in days and in touches? Time lags of conversions and lengths of paths.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use chrono::FixedOffset;
use serde::{Deserialize, Serialize};

use super::worth;
use crate::customer::journey::columns::{Outcome, Tally};
use crate::customer::journey::journeys::Journeys;
use crate::vocabulary::{Currency, Timestamp};

const DAY: i64 = 86_400;

/// The buckets: from so many days to so many, both included.
const BUCKETS: [(u32, Option<u32>); 8] = [
    (0, Some(0)),
    (1, Some(1)),
    (2, Some(3)),
    (4, Some(7)),
    (8, Some(14)),
    (15, Some(30)),
    (31, Some(60)),
    (61, None),
];

/// From which touch a time lag is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LagFrom {
    /// From the first one of the journey.
    FirstTouch,
    /// From the last one.
    LastTouch,
}

/// Conversions with a time lag of so many days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LagRow {
    /// The shortest lag of this row, in calendar days.
    pub from_days: u32,
    /// The longest one; none for the last row.
    pub to_days: Option<u32>,
    /// Journeys.
    pub journeys: u64,
    /// Conversions that ended them.
    pub conversions: u64,
    /// What these are worth, in the smallest unit of the currency.
    pub value_minor: i64,
}

/// How many calendar days lie between touch and conversion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeLags {
    /// Which touch is meant.
    pub from: LagFrom,
    /// The currency of the values.
    pub currency: Option<Currency>,
    /// Eight rows: 0, 1, 2–3, 4–7, 8–14, 15–30, 31–60 and 61 or more days.
    pub rows: Vec<LagRow>,
}

/// Journeys of so many touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LengthRow {
    /// How many touches.
    pub touches: u64,
    /// Journeys that ended with a conversion.
    pub converted: u64,
    /// Journeys whose windows passed.
    pub lapsed: u64,
    /// Journeys that have not ended.
    pub open: u64,
    /// Conversions that ended the converted ones.
    pub conversions: u64,
    /// What these are worth, in the smallest unit of the currency.
    pub value_minor: i64,
}

/// How many touches journeys have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PathLengths {
    /// The currency of the values.
    pub currency: Option<Currency>,
    /// One row per length that occurs, shortest first.
    pub rows: Vec<LengthRow>,
}

impl Journeys {
    /// Counts converted journeys by the calendar days from touch to conversion, in the account's own time zone.
    ///
    /// `offset` says how far that zone's clock is ahead of UTC at a moment. It is an argument because the rules of time zones
    /// change and are no part of this library. A conversion on the day of the touch has lag 0, even if the day has 25 hours.
    ///
    /// ```
    /// use chrono::FixedOffset;
    /// use stratum_core::customer::journey::{
    ///     Conversion, JourneyRules, Journeys, LagFrom, TouchKind, Touchpoint,
    /// };
    /// use stratum_core::vocabulary::Money;
    /// let touch = Touchpoint {
    ///     person: "ada".into(),
    ///     channel: "mail".into(),
    ///     platform: None,
    ///     kind: TouchKind::Click,
    ///     at: "2026-03-01T22:30:00Z".parse().unwrap(),
    /// };
    /// let order = Conversion {
    ///     person: "ada".into(),
    ///     at: "2026-03-01T23:30:00Z".parse().unwrap(),
    ///     value: Money::parse("80.00", "EUR").unwrap(),
    ///     order: None,
    /// };
    /// let rules = JourneyRules::baseline_2026_11();
    /// let now = "2026-04-01T00:00:00Z".parse().unwrap();
    /// let journeys = Journeys::build(&[touch], &[order], &rules, now).unwrap();
    /// let hours = |hours: i32| move |_| FixedOffset::east_opt(hours * 3600).unwrap();
    /// // One hour later is the same day in London and the next one in Berlin.
    /// assert_eq!(journeys.time_lags(LagFrom::FirstTouch, hours(0)).rows[0].journeys, 1);
    /// assert_eq!(journeys.time_lags(LagFrom::FirstTouch, hours(1)).rows[1].journeys, 1);
    /// ```
    pub fn time_lags(&self, from: LagFrom, offset: impl Fn(Timestamp) -> FixedOffset) -> TimeLags {
        let day = |seconds: u32| {
            let seconds = i64::from(seconds);
            let at = Timestamp::from_timestamp(seconds, 0).unwrap_or_default();
            (seconds + i64::from(offset(at).local_minus_utc())).div_euclid(DAY)
        };
        let mut rows = BUCKETS.map(|(from_days, to_days)| LagRow {
            from_days,
            to_days,
            journeys: 0,
            conversions: 0,
            value_minor: 0,
        });
        for journey in self.iter() {
            let before = match from {
                LagFrom::FirstTouch => journey.seconds_before_end.first(),
                LagFrom::LastTouch => journey.seconds_before_end.last(),
            };
            let (Outcome::Converted, Some(before)) = (journey.outcome, before) else {
                continue;
            };
            let touched = journey.end_seconds.saturating_sub(*before);
            // Where a zone repeats a whole day, the calendar can run backwards; a lag cannot.
            let days = (day(journey.end_seconds) - day(touched)).max(0);
            let row = rows
                .iter_mut()
                .find(|row| row.to_days.is_none_or(|to| days <= i64::from(to)));
            if let Some(row) = row {
                row.journeys += 1;
                row.conversions += u64::from(journey.conversions);
                row.value_minor += journey.value_minor;
            }
        }
        TimeLags {
            from,
            currency: self.currency(),
            rows: rows.into(),
        }
    }

    /// Counts journeys by the number of their touches.
    ///
    /// ```
    /// use stratum_core::customer::journey::{JourneyRules, Journeys};
    /// let now = "2026-04-01T00:00:00Z".parse().unwrap();
    /// let none = Journeys::build(&[], &[], &JourneyRules::baseline_2026_11(), now).unwrap();
    /// assert!(none.path_lengths().rows.is_empty());
    /// ```
    #[must_use]
    pub fn path_lengths(&self) -> PathLengths {
        let mut rows: BTreeMap<usize, LengthRow> = BTreeMap::new();
        for journey in self.iter() {
            let length = journey.channel_codes.len();
            let row = rows.entry(length).or_insert_with(|| LengthRow {
                touches: u64::try_from(length).unwrap_or(u64::MAX),
                converted: 0,
                lapsed: 0,
                open: 0,
                conversions: 0,
                value_minor: 0,
            });
            match journey.outcome {
                Outcome::Converted => row.converted += 1,
                Outcome::Lapsed => row.lapsed += 1,
                Outcome::Open => row.open += 1,
            }
            let Tally {
                conversions,
                value_minor,
            } = worth(&journey);
            row.conversions += conversions;
            row.value_minor += value_minor;
        }
        PathLengths {
            currency: self.currency(),
            rows: rows.into_values().collect(),
        }
    }
}
