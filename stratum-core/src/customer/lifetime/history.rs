//! What is known of a customer? Repeat purchases, when the last of them was, how long one could watch, and what they were worth.
//!
//! Not here: how that is counted from orders (`super::super::purchases`).

use alloc::format;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::error::{LifetimeError, LifetimeRefused, MAX_TIME};

/// One customer, seen from the first purchase on. Times are in one unit for all customers, as a rule days.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct History {
    /// Purchases after the first.
    pub frequency: u32,
    /// The time from the first purchase to the last; zero without a repeat purchase.
    pub recency: f64,
    /// The time from the first purchase to the end of what was watched.
    pub age: f64,
    /// What the purchases after the first were worth together, in the smallest unit of the currency.
    pub repeat_value_minor: i64,
}

impl History {
    /// A customer who buys for the first time at this moment.
    ///
    /// ```
    /// use stratum_core::customer::lifetime::History;
    /// assert_eq!(History::new_customer().frequency, 0);
    /// ```
    #[must_use]
    pub const fn new_customer() -> Self {
        Self {
            frequency: 0,
            recency: 0.0,
            age: 0.0,
            repeat_value_minor: 0,
        }
    }

    fn flaw(&self) -> Option<(&'static str, LifetimeRefused)> {
        let (recency, age, value) = (self.recency, self.age, self.repeat_value_minor);
        let sound = |time: f64| (0.0..=MAX_TIME).contains(&time);
        if !sound(age) {
            Some(("age", LifetimeRefused::NotATime { found: age }))
        } else if !sound(recency) {
            Some(("recency", LifetimeRefused::NotATime { found: recency }))
        } else if recency > age {
            let why = LifetimeRefused::RecencyAfterAge { recency, age };
            Some(("recency", why))
        } else if self.frequency == 0 && recency > 0.0 {
            let why = LifetimeRefused::RecencyWithoutRepeat { recency };
            Some(("recency", why))
        } else if self.frequency > 0 && recency <= 0.0 {
            let frequency = self.frequency;
            let why = LifetimeRefused::RepeatWithoutRecency { frequency };
            Some(("recency", why))
        } else if value < 0 {
            let why = LifetimeRefused::NegativeValue { found: value };
            Some(("repeat_value_minor", why))
        } else if self.frequency == 0 && value > 0 {
            let why = LifetimeRefused::ValueWithoutRepeat { found: value };
            Some(("repeat_value_minor", why))
        } else {
            None
        }
    }
}

/// Refuses the first customer that cannot be.
pub(super) fn check(customers: &[History]) -> Result<(), LifetimeError> {
    if customers.is_empty() {
        return Err(LifetimeError::about(
            "customers",
            LifetimeRefused::NoCustomers,
        ));
    }
    for (number, customer) in customers.iter().enumerate() {
        if let Some((field, why)) = customer.flaw() {
            let path = format!("customers[{number}].{field}");
            return Err(LifetimeError::about(path, why));
        }
    }
    Ok(())
}

/// Equal things once, with how many there are, in order of the key.
pub(super) fn counted<T: Copy, K: Ord>(
    all: impl Iterator<Item = T>,
    key: impl Fn(&T) -> K,
) -> Vec<(T, f64)> {
    let mut sorted: Vec<T> = all.collect();
    sorted.sort_unstable_by_key(&key);
    let mut counted: Vec<(T, f64)> = Vec::new();
    for one in sorted {
        match counted.last_mut() {
            Some((last, count)) if key(last) == key(&one) => *count += 1.0,
            _ => counted.push((one, 1.0)),
        }
    }
    counted
}

/// At most so many, evenly spread, with the counts of those that are kept.
pub(super) fn thinned<T: Copy>(counted: &[(T, f64)], most: usize) -> Vec<(T, f64)> {
    let every = counted.len().div_ceil(most).max(1);
    counted.iter().step_by(every).copied().collect()
}
