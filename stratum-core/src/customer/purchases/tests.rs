//! Are orders put on the right days, and what is refused?

use super::*;
use crate::vocabulary::Money;

fn order(person: &str, at: &str, euros: &str, order: Option<&str>) -> Conversion {
    Conversion {
        person: person.into(),
        at: at.parse().unwrap(),
        value: Money::parse(euros, "EUR").unwrap(),
        order: order.map(Into::into),
    }
}

fn days(orders: &[Conversion], hours: i32) -> Result<PurchaseDays, PurchaseError> {
    let now = "2026-03-31T22:30:00Z".parse().unwrap();
    PurchaseDays::of(orders, now, |_| {
        FixedOffset::east_opt(hours * 3600).unwrap()
    })
}

#[test]
fn orders_of_one_day_are_one_purchase_and_the_zone_decides_what_a_day_is() {
    let rows = [
        order("bob", "2026-03-01T10:00:00Z", "10.00", None),
        order("bob", "2026-03-01T22:30:00Z", "5.00", None),
        order("bob", "2026-03-02T09:00:00Z", "7.00", None),
    ];
    let utc = days(&rows, 0).unwrap();
    let (_, history) = utc.histories().next().unwrap();
    assert_eq!(
        (history.frequency, history.recency, history.age),
        (1, 1.0, 30.0)
    );
    assert_eq!(history.repeat_value_minor, 700);
    // Two hours ahead the evening is part of the next day, and so is now.
    let ahead = days(&rows, 2).unwrap();
    let (_, history) = ahead.histories().next().unwrap();
    assert_eq!((history.frequency, history.age), (1, 31.0));
    assert_eq!(history.repeat_value_minor, 1200);
}

#[test]
fn an_order_twice_counts_once_and_a_contradiction_is_refused() {
    let first = order("ada", "2026-03-01T10:00:00Z", "10.00", Some("7"));
    let set_aside = days(&[first.clone(), first.clone()], 0).unwrap();
    assert_eq!(
        set_aside.repeated(),
        Repeated {
            rows: 1,
            value_minor: 1000
        }
    );
    assert_eq!(set_aside.iter().next().unwrap().1[0].orders, 1);
    for other in [
        order("ada", "2026-03-01T10:00:00Z", "10.01", Some("7")),
        order("ada", "2026-03-01T10:00:01Z", "10.00", Some("7")),
        order("bob", "2026-03-01T10:00:00Z", "10.00", Some("7")),
    ] {
        let error = days(&[first.clone(), other], 0).unwrap_err();
        assert_eq!(error.code(), "purchases.contradictory_order");
        assert_eq!(error.path(), "conversions[1].order");
    }
}

#[test]
fn what_cannot_be_is_refused_with_its_place() {
    let good = order("ada", "2026-03-01T10:00:00Z", "10.00", None);
    let foreign = Conversion {
        value: Money::parse("9.00", "USD").unwrap(),
        ..good.clone()
    };
    let cases = [
        (
            order("", "2026-03-01T10:00:00Z", "1.00", None),
            "bad_name",
            "person",
        ),
        (
            order("a", "2026-03-01T10:00:00Z", "1.00", Some("\n")),
            "bad_name",
            "order",
        ),
        (
            order("a", "2026-04-01T10:00:00Z", "1.00", None),
            "after_now",
            "at",
        ),
        (
            order("a", "1969-04-01T10:00:00Z", "1.00", None),
            "outside_calendar",
            "at",
        ),
        (
            order("a", "2026-03-01T10:00:00Z", "-1.00", None),
            "negative_value",
            "value",
        ),
        (foreign, "mixed_currencies", "value"),
    ];
    for (row, code, field) in cases {
        let error = days(&[good.clone(), row], 0).unwrap_err();
        assert_eq!(error.code(), format!("purchases.{code}"));
        assert_eq!(error.path(), format!("conversions[1].{field}"));
    }
}
