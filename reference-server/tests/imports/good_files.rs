//! What a sound file becomes.

use axum::http::StatusCode;
use serde_json::json;

use super::world::{World, account, at};

const CSV: (&str, &str) = ("content-type", "text/csv");

pub(crate) const METRICS: &str = "\
account,campaign,at,spend,impressions,clicks,conversions,revenue,currency
act_1,cmp_1,2026-11-25T09:00:00Z,12.345678,1000,20,2,80.00,EUR
act_1,cmp_1,2026-11-25T10:00:01Z,10,900.0,18,1,40,EUR
act_1,cmp_2,2026-11-25 10:00:00,5.5,100,2,0,0,EUR
";

#[tokio::test]
async fn hourly_metrics_are_taken_again_and_again_and_stay_the_same() {
    let world = World::new().await;
    for _ in 0..2 {
        let answer = world.post("/imports/metrics", &[CSV], METRICS.into()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        assert_eq!(answer.body, json!({"kind": "metrics", "rows": 3}));
    }
    let sums = world.window().await.metrics;
    assert_eq!((sums.periods, sums.spend, sums.revenue), (2, 27.85, 120.0));
    assert_eq!(sums.hours_until, Some(at("2026-11-25T11:00:00Z")));
    let mut scope = world.store.tenant(&world.tenant).read().await.unwrap();
    assert_eq!(scope.campaigns(Some(&account())).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_day_is_the_accounts_own() {
    let world = World::new().await;
    let rows = json!([{
        "account": "act_1", "campaign": "cmp_1", "day": "2026-11-25", "spend": 100, "impressions": 1,
        "clicks": 1, "conversions": 1, "revenue": "200.00", "currency": "EUR",
    }]);
    let answer = world.json("/imports/metrics", "", &rows).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let sums = world.window().await.metrics;
    assert_eq!((sums.periods, sums.spend), (1, 100.0));
    assert_eq!(sums.newest_day, Some(at("2026-11-24T23:00:00Z")));
}

#[tokio::test]
async fn orders_calls_and_states_are_taken() {
    let world = World::new().await;
    let orders = "order_id,placed_at,amount,currency,account\n\
                  o1,2026-11-25T10:00:00Z,19.90,EUR,act_1\n\"o,2\",2026-11-25T12:00:00+01:00,5,eur,\n";
    let answer = world.post("/imports/orders", &[CSV], orders.into()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let calls = json!({"rows": [{
        "account": "act_1", "at": "2026-11-25T11:00:00Z", "calls": 100, "failed_server": 2,
        "latency_p95_ms": 420, "throttle_headroom": 0.6,
    }]});
    let answer = world.json("/imports/api_calls", "", &calls).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let status = json!([
        {"kind": "token", "at": "2026-11-25T11:00:00Z", "account": "act_1", "valid": false},
        {"kind": "incident", "at": "2026-11-25T11:00:00Z", "id": "i1", "platform": "meta", "severity": "major"},
        {"kind": "state", "at": "2026-11-25T11:00:00Z", "account": "act_1", "learning_share": 0.1},
        {"kind": "match", "at": "2026-11-25T11:00:00Z", "account": "act_1", "event": "purchase",
         "events": 10, "confirmed": 9, "platform_score": 8.1},
    ]);
    let answer = world.json("/imports/platform_status", "", &status).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let seen = world.window().await;
    assert_eq!(
        (seen.own_orders.amount, seen.shared_orders.orders),
        (19.9, 1)
    );
    assert_eq!(seen.calls.unwrap().calls.failed_server, 2);
    assert!(!seen.token.unwrap().0.valid);
    assert_eq!(
        (seen.platform.major_incidents, seen.platform.learning_share),
        (1, Some(0.1))
    );
    assert_eq!(seen.confirmation.unwrap().0.confirmed, Some(9));
}

#[tokio::test]
async fn a_time_that_is_there_twice_counts_by_its_last_row_where_that_is_asked_for() {
    let world = World::new().await;
    let series =
        "timestamp,value\n2011-11-06 01:00:00,1\n2011-11-06 01:00:00,2\n2011-11-06 02:00:00,3\n";
    let path = "/imports/delivery?account=act_1&metric=cpc";
    for refused in ["", "&repeated=refuse"] {
        let answer = world
            .post(&format!("{path}{refused}"), &[CSV], series.into())
            .await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer.body["code"], "import.repeated_row");
        let detail = answer.body["detail"].as_str().unwrap();
        assert!(detail.contains("`repeated=last`"), "{detail}");
    }
    let answer = world
        .post(&format!("{path}&repeated=last"), &[CSV], series.into())
        .await;
    assert_eq!(answer.body, json!({"kind": "delivery", "rows": 2}));
    let mut scope = world.store.tenant(&world.tenant).read().await.unwrap();
    let (from, to) = (at("2011-11-06T00:00:00Z"), at("2011-11-07T00:00:00Z"));
    let points = scope.delivery_points(&account(), from, to).await.unwrap();
    let values: Vec<f64> = points.iter().map(|point| point.value).collect();
    assert_eq!(values, [2.0, 3.0]);
}

#[tokio::test]
async fn a_public_series_is_taken_as_a_delivery_metric() {
    let world = World::new().await;
    let series = "timestamp,value\n2011-07-01 00:00:01,0.0819647355164\n2011-07-01 01:00:01,0.0989722357526\n";
    let path = "/imports/delivery?account=act_1&metric=cost_per_click";
    let answer = world.post(path, &[CSV], series.into()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let mut scope = world.store.tenant(&world.tenant).read().await.unwrap();
    let (from, to) = (at("2011-07-01T00:00:00Z"), at("2011-07-02T00:00:00Z"));
    let points = scope.delivery_points(&account(), from, to).await.unwrap();
    assert_eq!(points.len(), 2);
    assert_eq!(
        (points[1].at, points[1].value),
        (at("2011-07-01T01:00:01Z"), 0.0989722357526)
    );
}
