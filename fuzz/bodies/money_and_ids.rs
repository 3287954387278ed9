//! Can a text from outside become an amount, a currency, an id or a digest that is none?
//!
//! Any bytes: no panic. A text that is accepted: written and read again it is the same value; sums come back to where they
//! started, and amounts stay within their bound and their currency's places.

use stratum_core::ledger::EntryKind;
use stratum_core::trust::Percent;
use stratum_core::vocabulary::{AccountId, Currency, Digest, Money, Platform, Timestamp};

/// Holds the demands against these bytes: lines are taken in pairs.
pub fn run(bytes: &[u8]) {
    let Ok(text) = core::str::from_utf8(bytes) else {
        return;
    };
    let mut amounts: Vec<Money> = Vec::new();
    let lines: Vec<&str> = text.split('\n').take(64).collect();
    for pair in lines.windows(2) {
        amounts.extend(Money::parse(pair[0], pair[1]));
    }
    for line in &lines {
        one_word(line);
        let read = serde_json::from_str::<Money>(line);
        amounts.extend(read);
    }
    for (index, money) in amounts.iter().enumerate() {
        in_bounds(money);
        let other = &amounts[(index + 1) % amounts.len()];
        if let Ok(sum) = money.plus(other) {
            in_bounds(&sum);
            assert_eq!(
                sum.minus(other),
                Ok(*money),
                "what was added can be taken away"
            );
        }
        assert_eq!(
            money.compare(other).is_ok(),
            money.currency() == other.currency()
        );
    }
}

fn in_bounds(money: &Money) {
    let written = serde_json::to_string(money).expect("money can be written");
    let read: Money = serde_json::from_str(&written).expect("and read");
    assert_eq!(read, *money);
    assert_eq!(
        serde_json::to_string(&read).expect("and written again"),
        written,
        "one amount has one written form"
    );
    assert_eq!(money.amount().scale(), money.currency().exponent());
}

fn one_word(word: &str) {
    if let Ok(currency) = word.parse::<Currency>() {
        assert_eq!(currency.as_str(), word);
        assert!(currency.exponent() <= 3);
    }
    if let Ok(id) = AccountId::new(word) {
        assert_eq!(id.as_str(), word);
        let written = serde_json::to_string(&id).expect("an id can be written");
        assert_eq!(
            serde_json::from_str::<AccountId>(&written).expect("and read"),
            id
        );
    }
    if let Ok(digest) = word.parse::<Digest>() {
        assert_eq!(digest.to_string(), word);
    }
    if let Ok(percent) = Percent::parse(word) {
        assert!(percent.is_sound());
        let written = serde_json::to_string(&percent).expect("a percentage can be written");
        assert_eq!(
            serde_json::from_str::<Percent>(&written).expect("and read"),
            percent
        );
    }
    if let Ok(platform) = word.parse::<Platform>() {
        assert_eq!(platform.as_str(), word);
    }
    if let Some(kind) = EntryKind::named(word) {
        assert_eq!(kind.as_str(), word);
    }
    if let Ok(at) = word.parse::<Timestamp>() {
        let written = serde_json::to_string(&at).expect("a time can be written");
        assert_eq!(
            serde_json::from_str::<Timestamp>(&written).expect("and read"),
            at
        );
    }
}
