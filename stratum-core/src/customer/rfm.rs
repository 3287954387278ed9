//! Who bought lately, often and for much? Scores of customers by quantiles that can be kept, and segments named by the caller.
//!
//! Thresholds are values that occur, so that equal customers have equal scores, and the same thresholds give the same scores another
//! day. See `docs/methods/rfm.md`. Not here: what a score is good for, and names of segments.
//!
//! ```
//! use chrono::FixedOffset;
//! use stratum_core::customer::journey::Conversion;
//! use stratum_core::customer::purchases::PurchaseDays;
//! use stratum_core::customer::rfm::{Rfm, RfmThresholds, Segment};
//! use stratum_core::vocabulary::Money;
//! let order = |person: &str, at: &str| Conversion {
//!     person: person.into(),
//!     at: at.parse().unwrap(),
//!     value: Money::parse("10.00", "EUR").unwrap(),
//!     order: None,
//! };
//! let orders = [order("ada", "2026-03-30T09:00:00Z"), order("bob", "2026-01-01T09:00:00Z")];
//! let utc = |_| FixedOffset::east_opt(0).unwrap();
//! let days = PurchaseDays::of(&orders, "2026-03-31T12:00:00Z".parse().unwrap(), utc).unwrap();
//! let thresholds = RfmThresholds::of(&days, 2).unwrap();
//! let recent = Segment { name: "recent".into(), recency: [2, 2], frequency: [1, 2], monetary: [1, 2] };
//! let rfm = Rfm::of(&days, &thresholds, &[recent]).unwrap();
//! assert_eq!(rfm.customers[0].segment.as_deref(), Some("recent"));
//! assert_eq!((rfm.customers[1].scores.recency, rfm.without_segment), (1, 1));
//! ```

use alloc::borrow::ToOwned as _;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::purchases::{PurchaseDay, PurchaseDays, PurchaseError, PurchaseRefused};

/// The fewest and the most scores.
const BINS: (u8, u8) = (2, 10);
const MOST_SEGMENTS: usize = 100;

/// Where one score ends and the next begins: one number fewer than scores, in order. A value belongs above those that it is greater than.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RfmThresholds {
    /// Of the days since the last purchase.
    pub days_since: Vec<i64>,
    /// Of the number of orders.
    pub orders: Vec<i64>,
    /// Of the value of all orders, in the smallest unit of the currency.
    pub value_minor: Vec<i64>,
}

/// Three scores, from 1 to the number of scores; more is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scores {
    /// How lately: the fewer days since the last purchase, the higher.
    pub recency: u8,
    /// How often.
    pub frequency: u8,
    /// For how much.
    pub monetary: u8,
}

/// Customers whose scores lie within these, ends included. The first that fits is taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Segment {
    /// What the caller calls it.
    pub name: String,
    /// The lowest and the highest score for how lately.
    pub recency: [u8; 2],
    /// The same for how often.
    pub frequency: [u8; 2],
    /// The same for how much.
    pub monetary: [u8; 2],
}

/// One customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoredCustomer {
    /// Who.
    pub person: String,
    /// Days since the last purchase.
    pub days_since: i64,
    /// Orders, several of a day each counted.
    pub orders: i64,
    /// What they were worth, in the smallest unit.
    pub value_minor: i64,
    /// The scores.
    pub scores: Scores,
    /// The first segment that fits; none where none does.
    pub segment: Option<String>,
}

/// All customers, in order of their names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rfm {
    /// Where scores end.
    pub thresholds: RfmThresholds,
    /// Every customer.
    pub customers: Vec<ScoredCustomer>,
    /// How many fit no segment.
    pub without_segment: u64,
}

/// Days since the last purchase, orders and value.
fn numbers(today: i64, days: &[PurchaseDay]) -> [i64; 3] {
    let last = days.last().map_or(today, |day| day.day);
    let orders: u64 = days.iter().map(|day| day.orders).sum();
    [
        today - last,
        i64::try_from(orders).unwrap_or(i64::MAX),
        days.iter().map(|day| day.value_minor).sum(),
    ]
}

fn refused<T>(path: impl Into<String>, expected: &'static str) -> Result<T, PurchaseError> {
    let why = PurchaseRefused::OutOfRange { expected };
    Err(PurchaseError::about(path, why))
}

impl RfmThresholds {
    /// The quantiles of these customers: threshold k of n scores is the smallest value that at least k/n of them do not exceed.
    ///
    /// # Errors
    /// [`PurchaseError`] (`purchases.out_of_range`) for other than 2 to 10 scores (`bins`), or without a customer.
    pub fn of(days: &PurchaseDays, bins: u8) -> Result<Self, PurchaseError> {
        if !(BINS.0..=BINS.1).contains(&bins) {
            return refused("bins", "2 to 10 scores");
        }
        let all: Vec<[i64; 3]> = days
            .iter()
            .map(|(_, of_person)| numbers(days.today(), of_person))
            .collect();
        if all.is_empty() {
            return refused("conversions", "at least one order");
        }
        let of = |mut values: Vec<i64>| {
            values.sort_unstable();
            let count = values.len();
            let place = |k: u8| (count * usize::from(k)).div_ceil(usize::from(bins));
            let places = (1..bins).map(place);
            places
                .filter_map(|place| values.get(place.saturating_sub(1)).copied())
                .collect()
        };
        Ok(Self {
            days_since: of(all.iter().map(|[days, _, _]| *days).collect()),
            orders: of(all.iter().map(|[_, orders, _]| *orders).collect()),
            value_minor: of(all.iter().map(|[_, _, value]| *value).collect()),
        })
    }

    fn check(&self) -> Result<u8, PurchaseError> {
        let length = self.days_since.len();
        let bins = u8::try_from(length.saturating_add(1)).unwrap_or(u8::MAX);
        for (field, values) in [
            ("days_since", &self.days_since),
            ("orders", &self.orders),
            ("value_minor", &self.value_minor),
        ] {
            let sound = values.len() == length && values.is_sorted();
            if !sound || !(BINS.0..=BINS.1).contains(&bins) {
                let expected = "1 to 9 thresholds in order, as many for each score";
                return refused(format!("thresholds.{field}"), expected);
            }
        }
        Ok(bins)
    }
}

/// How many thresholds a value exceeds.
fn above(thresholds: &[i64], value: i64) -> u8 {
    let above = thresholds.iter().filter(|one| value > **one).count();
    u8::try_from(above).unwrap_or(u8::MAX)
}

impl Segment {
    fn holds(&self, scores: Scores) -> bool {
        let within = |[least, most]: [u8; 2], score: u8| (least..=most).contains(&score);
        within(self.recency, scores.recency)
            && within(self.frequency, scores.frequency)
            && within(self.monetary, scores.monetary)
    }
}

impl Rfm {
    /// Scores customers by thresholds, which may come from other customers or another day.
    ///
    /// # Errors
    /// [`PurchaseError`] (`purchases.out_of_range`) for thresholds that are not in order or of different numbers, or segments that no score
    /// can fit.
    pub fn of(
        days: &PurchaseDays,
        thresholds: &RfmThresholds,
        segments: &[Segment],
    ) -> Result<Self, PurchaseError> {
        let bins = thresholds.check()?;
        if segments.len() > MOST_SEGMENTS {
            return refused("segments", "at most 100 segments");
        }
        for (number, segment) in segments.iter().enumerate() {
            let ranges = [segment.recency, segment.frequency, segment.monetary];
            let sound = |[least, most]: [u8; 2]| least <= most && (1..=bins).contains(&least);
            if segment.name.is_empty() || !ranges.into_iter().all(sound) {
                let expected = "a name, and scores from low to high that occur";
                return refused(format!("segments[{number}]"), expected);
            }
        }
        let customers: Vec<ScoredCustomer> = days
            .iter()
            .map(|(person, of_person)| {
                let [days_since, orders, value_minor] = numbers(days.today(), of_person);
                let scores = Scores {
                    recency: bins - above(&thresholds.days_since, days_since),
                    frequency: 1 + above(&thresholds.orders, orders),
                    monetary: 1 + above(&thresholds.value_minor, value_minor),
                };
                let segment = segments.iter().find(|one| one.holds(scores));
                ScoredCustomer {
                    person: person.to_owned(),
                    days_since,
                    orders,
                    value_minor,
                    scores,
                    segment: segment.map(|one| one.name.clone()),
                }
            })
            .collect();
        let without = customers.iter().filter(|one| one.segment.is_none()).count();
        Ok(Self {
            thresholds: thresholds.clone(),
            customers,
            without_segment: u64::try_from(without).unwrap_or(u64::MAX),
        })
    }
}
