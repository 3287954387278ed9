//! What comes in? Claims of platforms, orders of the independent record, and how one is divided among the others.

use alloc::collections::BTreeMap;
use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::vocabulary::{Money, Platform};

/// A platform says an order came from it.
///
/// ```
/// use stratum_core::attribution::claims::reported::Claim;
/// let row = r#"{"platform":"meta","order":"1001","value":{"amount":"80.00","currency":"EUR"}}"#;
/// let claim: Claim = serde_json::from_str(row).unwrap();
/// assert_eq!(claim.order, "1001");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// Who claims it.
    pub platform: Platform,
    /// The id of the order, as the shop writes it.
    pub order: String,
    /// What the platform says it was worth, zero or more.
    pub value: Money,
}

/// An order of the independent record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// Its id, once in the record.
    pub order: String,
    /// What it was worth, zero or more.
    pub value: Money,
}

/// How an order is divided among those who claim it.
///
/// ```
/// use stratum_core::attribution::claims::reported::Sharing;
/// use stratum_core::vocabulary::Platform;
/// let weights = [(Platform::Meta, 2), (Platform::Google, 1)].into();
/// let written = serde_json::to_string(&Sharing::Weighted(weights)).unwrap();
/// assert_eq!(written, r#"{"weighted":{"meta":2,"google":1}}"#);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sharing {
    /// In equal parts.
    Equally,
    /// In proportion to these weights; a platform that is not named has none.
    Weighted(BTreeMap<Platform, u32>),
}

impl Sharing {
    pub(super) fn weight(&self, platform: Platform) -> u64 {
        match self {
            Self::Equally => 1,
            Self::Weighted(weights) => weights.get(&platform).copied().map_or(0, u64::from),
        }
    }
}

/// How many orders or claims, and what they are worth together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Volume {
    /// How many.
    pub orders: u64,
    /// Their value in the smallest unit of the currency.
    pub value_minor: i64,
}

impl Volume {
    // INVARIANT: no value is negative, and all claims and all orders together fit into 64 bits each, which is checked as they
    // come in. So no sum of a part can overflow.
    pub(super) const fn add(&mut self, value_minor: i64) {
        self.orders = self.orders.saturating_add(1);
        self.value_minor = self.value_minor.saturating_add(value_minor);
    }
}
