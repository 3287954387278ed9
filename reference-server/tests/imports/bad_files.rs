//! What a bad file gets to hear, and that nothing of it is stored.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::good_files::METRICS;
use super::world::World;

const CSV: (&str, &str) = ("content-type", "text/csv");

async fn metrics(world: &World, body: &str) -> (StatusCode, String, String) {
    let answer = world.post("/imports/metrics", &[CSV], body.into()).await;
    (
        answer.status,
        answer.code().to_owned(),
        answer.path().to_owned(),
    )
}

#[tokio::test]
async fn each_wrong_cell_is_named() {
    let world = World::new().await;
    let good = METRICS.lines().nth(1).unwrap();
    for (from, to, code, field) in [
        ("EUR", "EURO", "import.unknown_currency", "currency"),
        ("EUR", "USD", "import.other_currency", "currency"),
        ("act_1", "act_9", "import.unknown_account", "account"),
        ("act_1", "", "import.missing_value", "account"),
        ("12.345678", "NaN", "import.not_a_number", "spend"),
        ("12.345678", "inf", "import.not_a_number", "spend"),
        ("12.345678", "-1", "import.negative_amount", "spend"),
        ("12.345678", "1e15", "import.too_large", "spend"),
        (
            "12.345678",
            "1000000000000000000000000000000000000",
            "import.too_large",
            "spend",
        ),
        (",1000,", ",-5,", "import.negative_count", "impressions"),
        (",1000,", ",1.5,", "import.not_a_number", "impressions"),
        (
            ",1000,",
            ",99999999999999999999,",
            "import.too_large",
            "impressions",
        ),
        (",1000,", ",,", "import.missing_value", "impressions"),
        ("2026-11-25T09", "2026-11-25T13", "import.future_time", "at"),
        (
            "2026-11-25T09",
            "1970-01-01T00",
            "import.impossible_time",
            "at",
        ),
        (
            "2026-11-25T09:00:00Z",
            "yesterday",
            "import.invalid_time",
            "at",
        ),
        (
            "2026-11-25T09:00:00Z",
            "1764072000",
            "import.invalid_time",
            "at",
        ),
    ] {
        let body = format!("{METRICS}{}\n", good.replacen(from, to, 1));
        // The row that is wrong is the fourth.
        let (status, said, path) = metrics(&world, &body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{to}");
        assert_eq!(
            (said.as_str(), path),
            (code, format!("rows[3].{field}")),
            "{to}"
        );
    }
    let (_, code, path) = metrics(&world, &format!("{METRICS}{good}\n")).await;
    assert_eq!(
        (code.as_str(), path.as_str()),
        ("import.repeated_row", "rows[3].campaign")
    );
    assert_eq!(
        world.window().await.metrics.periods,
        0,
        "nothing partial is stored"
    );
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_refused_whole() {
    let world = World::new().await;
    let header = METRICS.lines().next().unwrap();
    for (body, code) in [
        (String::new(), "import.no_rows"),
        (format!("{header}\n"), "import.no_rows"),
        (METRICS.replace(",currency", ""), "import.malformed_csv"),
        (
            METRICS.replace("currency\n", "curency\n"),
            "import.missing_column",
        ),
        (
            METRICS
                .replace("currency\n", "currency,colour\n")
                .replace(",EUR\n", ",EUR,red\n"),
            "import.unknown_column",
        ),
        (METRICS.replace("clicks", "spend"), "import.doubled_column"),
        (
            METRICS.trim_end_matches("0,0,EUR\n").to_owned(),
            "import.malformed_csv",
        ),
        (METRICS.replace("cmp_2", "\"cmp_2"), "import.truncated"),
    ] {
        let (status, said, _) = metrics(&world, &body).await;
        assert_eq!(
            (status, said.as_str()),
            (StatusCode::BAD_REQUEST, code),
            "{body}"
        );
    }
    for (body, code) in [
        ("{\"rows\": [{\"order_id\": \"o1\"", "import.truncated"),
        ("{\"rows\": 7}", "import.no_rows"),
        ("[7]", "import.not_an_object"),
        ("[{\"order_id\": NaN}]", "import.malformed_json"),
        ("[{\"order_id\": {}}]", "import.wrong_type"),
        ("[]", "import.no_rows"),
    ] {
        let answer = world
            .post(
                "/imports/orders",
                &[("content-type", "application/json")],
                body.into(),
            )
            .await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::BAD_REQUEST, code),
            "{body}"
        );
    }
    let answer = world.post("/imports/orders", &[], METRICS.into()).await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn twenty_errors_are_listed_and_all_are_counted() {
    let world = World::new().await;
    let rows: Vec<Value> = (0..30)
        .map(|n| {
            json!({"order_id": format!("o{n}"), "placed_at": "2026-11-25T10:00:00Z",
            "amount": "1.005", "currency": "EUR"})
        })
        .collect();
    let answer = world.json("/imports/orders", "", &json!(rows)).await;
    assert_eq!(
        (answer.status, answer.code()),
        (StatusCode::UNPROCESSABLE_ENTITY, "import.too_fine")
    );
    assert_eq!(answer.body["errors"].as_array().unwrap().len(), 20);
    assert_eq!(answer.body["errors_found"], 30);
    assert_eq!(answer.body["errors"][19]["path"], "rows[19].amount");
}

#[tokio::test]
async fn parts_do_not_exceed_their_whole() {
    let world = World::new().await;
    for (path, row, field) in [
        (
            "/imports/api_calls",
            json!({"account": "act_1", "at": "2026-11-25T11:00:00Z", "calls": 3,
            "failed_auth": 2, "failed_server": 2, "latency_p95_ms": 1}),
            "rows[0].calls",
        ),
        (
            "/imports/platform_status",
            json!({"kind": "match", "at": "2026-11-25T11:00:00Z",
            "account": "act_1", "event": "purchase", "events": 3, "confirmed": 4}),
            "rows[0].confirmed",
        ),
    ] {
        let answer = world.json(path, "", &json!([row])).await;
        assert_eq!(
            (answer.code(), answer.path()),
            ("import.part_exceeds_whole", field)
        );
    }
    let row = json!([{"account": "act_1", "at": "2026-11-25T11:00:00Z", "calls": 3,
        "latency_p95_ms": 1, "throttle_headroom": 1.5}]);
    let answer = world.json("/imports/api_calls", "", &row).await;
    assert_eq!(
        (answer.code(), answer.path()),
        ("import.out_of_range", "rows[0].throttle_headroom")
    );
}

#[tokio::test]
async fn an_unknown_tenant_account_or_metric_is_refused() {
    let world = World::new().await;
    let answer = world
        .post("/imports/metrics?tenant=south", &[CSV], METRICS.into())
        .await;
    assert_eq!(
        (answer.status, answer.code()),
        (StatusCode::NOT_FOUND, "request.unknown_tenant")
    );
    let series = "timestamp,value\n2011-07-01 00:00:01,0.08\n";
    for (query, code) in [
        (
            "account=act_9&metric=cost_per_click",
            "import.unknown_account",
        ),
        ("account=act_1&metric=Cost%20per", "import.invalid_metric"),
        ("account=act_1", "request.invalid_query"),
    ] {
        let answer = world
            .post(&format!("/imports/delivery?{query}"), &[CSV], series.into())
            .await;
        assert_eq!(answer.code(), code, "{query}");
    }
    let bad = "timestamp,value\n2011-07-01 00:00:01,NaN\n2011-07-01 00:00:01,1e13\n";
    let answer = world
        .post(
            "/imports/delivery?account=act_1&metric=m",
            &[CSV],
            bad.into(),
        )
        .await;
    assert_eq!(answer.body["errors"][0]["code"], "import.not_a_number");
    assert_eq!(answer.body["errors"][1]["code"], "import.out_of_range");
}
