//! How much harm was stopped, and how much good with it? Increases, counted by what the gate said and what was true.
//!
//! Only a simulation knows the truth; for a real tenant there is no such table.

use rust_decimal::Decimal;
use serde::Serialize;
use stratum_core::vocabulary::{Currency, Money};

use crate::decisions::decision::Truth;

/// Money and number of increases in one corner of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Corner {
    amount: Decimal,
    count: u64,
}

/// Increases by verdict and truth, in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TruthTable {
    currency: Currency,
    stopped_harmful: Corner,
    stopped_harmless: Corner,
    passed_harmful: Corner,
    passed_harmless: Corner,
}

/// The table as it is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TruthTableAnswer {
    /// Money of harmful increases that were stopped.
    pub stopped_harmful: String,
    /// How many.
    pub stopped_harmful_count: u64,
    /// Money of harmless increases that were stopped.
    pub stopped_harmless: String,
    /// How many.
    pub stopped_harmless_count: u64,
    /// Money of harmful increases that passed.
    pub passed_harmful: String,
    /// How many.
    pub passed_harmful_count: u64,
    /// Money of harmless increases that passed.
    pub passed_harmless: String,
    /// How many.
    pub passed_harmless_count: u64,
}

impl TruthTable {
    /// An empty table.
    #[must_use]
    pub fn new(currency: Currency) -> Self {
        let none = Corner::default();
        Self {
            currency,
            stopped_harmful: none,
            stopped_harmless: none,
            passed_harmful: none,
            passed_harmless: none,
        }
    }

    /// Counts one increase. An amount in another currency is left out: nothing is converted here.
    pub fn add(&mut self, increase: &Money, passed: bool, truth: Truth) {
        if increase.currency() != self.currency {
            return;
        }
        let corner = match (passed, truth) {
            (false, Truth::Harmful) => &mut self.stopped_harmful,
            (false, Truth::Harmless) => &mut self.stopped_harmless,
            (true, Truth::Harmful) => &mut self.passed_harmful,
            (true, Truth::Harmless) => &mut self.passed_harmless,
        };
        corner.amount = corner.amount.saturating_add(increase.amount());
        corner.count += 1;
    }

    /// The table as it is answered.
    #[must_use]
    pub fn answer(&self) -> TruthTableAnswer {
        let text = |corner: &Corner| written(corner.amount, self.currency);
        TruthTableAnswer {
            stopped_harmful: text(&self.stopped_harmful),
            stopped_harmful_count: self.stopped_harmful.count,
            stopped_harmless: text(&self.stopped_harmless),
            stopped_harmless_count: self.stopped_harmless.count,
            passed_harmful: text(&self.passed_harmful),
            passed_harmful_count: self.passed_harmful.count,
            passed_harmless: text(&self.passed_harmless),
            passed_harmless_count: self.passed_harmless.count,
        }
    }
}

/// What such a table counts: said wherever one is shown.
pub const COUNTED: &str = "increases the rule proposed, against the known truth of the simulation; those that only damaged data led to \
     and that pay all the same are not counted, nor is what an agent or a person wished";

/// An amount with as many decimal places as its currency has.
#[must_use]
pub fn written(amount: Decimal, currency: Currency) -> String {
    let mut amount = amount;
    amount.rescale(currency.exponent());
    amount.to_string()
}

/// By how much an action raises a daily budget; none when it does not, or when that cannot be told.
#[must_use]
pub fn increase_of(action: &stratum_core::trust::Action) -> Option<Money> {
    if !action.is_about_budget() {
        return None;
    }
    let (before, after) = (action.before()?, action.after()?);
    after.minus(&before).ok().filter(Money::is_positive)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_increase_is_counted_in_its_corner() {
        let euros = |amount| Money::parse(amount, "EUR").unwrap();
        let mut table = TruthTable::new("EUR".parse().unwrap());
        table.add(&euros("20"), false, Truth::Harmful);
        table.add(&euros("5.50"), false, Truth::Harmful);
        table.add(&euros("7"), true, Truth::Harmless);
        table.add(&Money::parse("9", "USD").unwrap(), true, Truth::Harmful);
        let answer = table.answer();
        assert_eq!(
            (
                answer.stopped_harmful.as_str(),
                answer.stopped_harmful_count
            ),
            ("25.50", 2)
        );
        assert_eq!(
            (
                answer.passed_harmless.as_str(),
                answer.passed_harmless_count
            ),
            ("7.00", 1)
        );
        assert_eq!(
            (answer.passed_harmful.as_str(), answer.passed_harmful_count),
            ("0.00", 0)
        );
    }
}
