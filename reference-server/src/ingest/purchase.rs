//! Is a conversion complete? The schema of purchases, and the one name they are counted under.

use serde_json::{Map, Value};
use stratum_core::vocabulary::Currency;

/// Names that mean a purchase, in lower case and without separators.
const PURCHASE: [&str; 4] = [
    "ordercompleted",
    "purchase",
    "checkoutcompleted",
    "orderpaid",
];

/// The name an event is counted under: purchases under one, everything else under its own.
///
/// ```
/// use stratum_server::ingest::counted_name;
/// assert_eq!(counted_name("Order Completed"), "purchase");
/// assert_eq!(counted_name("Signed Up"), "Signed Up");
/// ```
#[must_use]
pub fn counted_name(name: &str) -> &str {
    let plain: String = name
        .chars()
        .filter(|c| !matches!(c, ' ' | '_' | '-'))
        .flat_map(char::to_lowercase)
        .take(32)
        .collect();
    if PURCHASE.contains(&plain.as_str()) {
        "purchase"
    } else {
        name.trim()
    }
}

/// What is wrong with the properties of a purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Completeness {
    /// No value that is a number, or no currency that exists.
    pub(super) violates: bool,
    /// A value that must be there is null or empty.
    pub(super) empty: bool,
}

/// The names under which libraries send the value of a purchase, the preferred one first.
const VALUE_NAMES: [&str; 3] = ["value", "revenue", "total"];

pub(super) fn completeness(properties: Option<&Map<String, Value>>) -> Completeness {
    let Some(properties) = properties else {
        return Completeness {
            violates: true,
            empty: false,
        };
    };
    let value = VALUE_NAMES
        .iter()
        .find_map(|name| properties.get(*name).filter(|v| !v.is_null()));
    let sound = value
        .and_then(Value::as_f64)
        .is_some_and(|amount| amount.is_finite() && (0.0..=1e12).contains(&amount));
    let currency = properties
        .get("currency")
        .and_then(Value::as_str)
        .map(str::trim);
    let known = currency.is_some_and(|code| code.to_ascii_uppercase().parse::<Currency>().is_ok());
    let is_empty = |name: &str| match properties.get(name) {
        Some(Value::Null) => true,
        Some(Value::String(text)) => text.trim().is_empty(),
        _ => false,
    };
    let nothing_there = value.is_none() && VALUE_NAMES.iter().any(|name| is_empty(name));
    let empty = nothing_there
        || ["currency", "order_id", "event_id"]
            .into_iter()
            .any(is_empty);
    Completeness {
        violates: !(sound && known),
        empty,
    }
}

/// What makes the conversion the same one on the other side: the event id, else the order id.
pub(super) fn matching(properties: Option<&Map<String, Value>>) -> Option<String> {
    const MOST_BYTES: usize = 200;
    let properties = properties?;
    ["event_id", "order_id"]
        .into_iter()
        .find_map(|name| match properties.get(name)? {
            Value::String(text) => Some(text.trim().to_owned()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        })
        .filter(|id| !id.is_empty() && id.len() <= MOST_BYTES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[expect(
        clippy::needless_pass_by_value,
        reason = "reads better with `json!` in place"
    )]
    fn of(value: Value) -> Completeness {
        completeness(value.as_object())
    }

    #[test]
    fn a_purchase_needs_a_number_and_a_currency() {
        assert_eq!(
            of(json!({"value": 12.5, "currency": "eur"})),
            Completeness::default()
        );
        assert_eq!(
            of(json!({"revenue": 0, "currency": "USD"})),
            Completeness::default()
        );
        for bad in [
            json!({}),
            json!({"value": "12.50", "currency": "EUR"}),
            json!({"value": -1, "currency": "EUR"}),
            json!({"value": 1e300, "currency": "EUR"}),
            json!({"value": 5, "currency": "EURO"}),
            json!({"value": 5}),
        ] {
            assert!(of(bad.clone()).violates, "{bad}");
            assert!(!of(bad.clone()).empty, "{bad}");
        }
        let empty = of(json!({"value": null, "currency": "EUR"}));
        assert!(empty.violates && empty.empty);
        assert!(of(json!({"value": 5, "currency": "EUR", "order_id": ""})).empty);
    }

    #[test]
    fn the_event_id_comes_before_the_order_id() {
        let of = |value: Value| matching(value.as_object());
        assert_eq!(
            of(json!({"event_id": "e1", "order_id": "o1"})),
            Some("e1".to_owned())
        );
        assert_eq!(
            of(json!({"event_id": null, "order_id": 17})),
            Some("17".to_owned())
        );
        assert_eq!(of(json!({"order_id": "  "})), None);
        assert_eq!(of(json!({"order_id": ["x"]})), None);
    }
}
