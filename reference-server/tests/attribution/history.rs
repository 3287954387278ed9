//! What happened before the time that is asked about: does it stay out of the answer?

use axum::http::StatusCode;
use stratum_core::customer::journey::{Conversion, TouchKind, Touchpoint};
use stratum_core::vocabulary::Money;

use super::{Stage, at};

fn touch(person: &str, channel: &str, time: &str) -> Touchpoint {
    Touchpoint {
        person: person.to_owned(),
        channel: channel.to_owned(),
        platform: None,
        kind: TouchKind::Click,
        at: at(time),
    }
}

fn sale(person: &str, time: &str, amount: &str, currency: &str) -> Conversion {
    Conversion {
        person: person.to_owned(),
        at: at(time),
        value: Money::parse(amount, currency).unwrap(),
        order: None,
    }
}

/// Somebody bought in euros since the first of September, and somebody in another currency before.
async fn with_a_sale_before(amount: &str, currency: &str) -> Stage {
    let stage = Stage::set(false).await;
    let touches = [
        touch("ada", "mail", "2026-08-20T10:00:00Z"),
        touch("bob", "search", "2026-08-30T10:00:00Z"),
        touch("cy", "mail", "2026-09-02T10:00:00Z"),
        touch("dee", "search", "2026-09-03T10:00:00Z"),
    ];
    let sales = [
        sale("ada", "2026-08-20T12:00:00Z", amount, currency),
        sale("bob", "2026-09-01T00:00:00Z", "20", "EUR"),
        sale("cy", "2026-09-04T10:00:00Z", "30.50", "EUR"),
    ];
    let mut scope = stage.store.tenant(&Stage::tenant()).begin().await.unwrap();
    scope.put_touchpoints(&touches).await.unwrap();
    scope.put_conversions(&sales).await.unwrap();
    scope.commit().await.unwrap();
    stage
}

#[tokio::test]
async fn a_time_in_one_currency_is_answered_though_another_one_came_before() {
    let changed = with_a_sale_before("99", "USD").await;
    let same = with_a_sale_before("1", "EUR").await;
    let from = "from=2026-09-01T00:00:00Z";
    for path in [
        format!("/attribution?{from}&replicates=20"),
        format!("/journeys/flow?{from}"),
    ] {
        let (status, answer) = changed.get(&path).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        // What was sold before counts as a sale, whatever it was worth.
        assert_eq!(answer, same.get(&path).await.1);
    }
    let asked = format!("/attribution?{from}&models=hazard&replicates=20");
    let (_, answer) = changed.get(&asked).await;
    let euros = |amount: &str| serde_json::json!({"amount": amount, "currency": "EUR"});
    assert_eq!(answer["currency"], "EUR");
    assert_eq!(answer["converted"]["value"], euros("50.50"));
    // Both within the time: no second currency enters a sum.
    for path in [
        "/attribution?from=2026-08-20T00:00:00Z",
        "/journeys/flow?from=2026-08-20T00:00:00Z",
    ] {
        let (status, problem) = changed.get(path).await;
        assert_eq!(status, StatusCode::CONFLICT, "{problem}");
        assert_eq!(problem["code"], "journeys.mixed_currencies");
    }
}

#[tokio::test]
async fn a_time_in_which_nothing_was_sold_is_answered_after_sales_in_two_currencies() {
    let stage = with_a_sale_before("99", "USD").await;
    let asked = "/attribution?from=2026-09-05T00:00:00Z&models=linear,hazard&replicates=20";
    let (status, answer) = stage.get(asked).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert_eq!(answer["converted"]["conversions"], 0);
    assert_eq!(
        answer["counts"]["lapsed"], 1,
        "dee came before and did not buy"
    );
}
