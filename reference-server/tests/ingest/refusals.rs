//! What is refused: with one clear error, the path of the field, and nothing stored.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::world::{SHOP, World};

async fn refused(world: &World, path: &str, body: &Value, code: &str, field: &str) {
    let answer = world.json(path, SHOP, body).await;
    assert_eq!(
        answer.status,
        StatusCode::BAD_REQUEST,
        "{body}: {}",
        answer.body
    );
    assert_eq!((answer.code(), answer.path()), (code, field), "{body}");
}

/// A track call that is sound, with some fields changed.
fn track(changed: &Value) -> Value {
    let mut body = json!({"userId": "u", "event": "e"});
    let fields = changed.as_object().expect("an object").clone();
    body.as_object_mut().expect("an object").extend(fields);
    body
}

#[tokio::test]
async fn nobody_did_it() {
    let world = World::new().await;
    for (body, code, field) in [
        (json!([]), "ingest.not_an_object", ""),
        (json!(null), "ingest.not_an_object", ""),
        (json!({"event": "e"}), "ingest.no_user_anon_id", ""),
        (
            json!({"event": "e", "userId": "", "anonymousId": null}),
            "ingest.no_user_anon_id",
            "",
        ),
        (
            json!({"event": "e", "userId": {}}),
            "ingest.wrong_type",
            "userId",
        ),
        (json!({"userId": "u"}), "ingest.missing_field", "event"),
    ] {
        refused(&world, "/track", &body, code, field).await;
    }
    refused(
        &world,
        "/group",
        &track(&json!({})),
        "ingest.missing_field",
        "groupId",
    )
    .await;
    refused(
        &world,
        "/alias",
        &track(&json!({})),
        "ingest.missing_field",
        "previousId",
    )
    .await;
    assert_eq!(world.window().await.records.records, 0);
}

#[tokio::test]
async fn a_wrong_field_is_named() {
    let world = World::new().await;
    for (changed, code, field) in [
        (json!({"event": null}), "ingest.missing_field", "event"),
        (json!({"event": 7}), "ingest.wrong_type", "event"),
        (
            json!({"event": "x".repeat(129)}),
            "ingest.invalid_event_name",
            "event",
        ),
        (
            json!({"messageId": "m".repeat(101)}),
            "ingest.invalid_message_id",
            "messageId",
        ),
        (
            json!({"messageId": 7}),
            "ingest.invalid_message_id",
            "messageId",
        ),
        (
            json!({"timestamp": "yesterday"}),
            "ingest.invalid_time",
            "timestamp",
        ),
        (
            json!({"timestamp": 1_764_072_000}),
            "ingest.invalid_time",
            "timestamp",
        ),
        (
            json!({"originalTimestamp": "x"}),
            "ingest.invalid_time",
            "originalTimestamp",
        ),
        (json!({"sentAt": "x"}), "ingest.invalid_time", "sentAt"),
        (json!({"properties": []}), "ingest.wrong_type", "properties"),
        (json!({"context": "x"}), "ingest.wrong_type", "context"),
    ] {
        refused(&world, "/track", &track(&changed), code, field).await;
    }
    assert_eq!(world.window().await.records.records, 0);
}

#[tokio::test]
async fn one_wrong_message_refuses_the_batch_whole() {
    let world = World::new().await;
    let good = json!({"type": "track", "event": "purchase", "userId": "u", "messageId": "m"});
    for (bad, code, field) in [
        (
            json!({"type": "track", "userId": "u"}),
            "ingest.missing_field",
            "batch[1].event",
        ),
        (
            json!({"type": "track", "event": "e"}),
            "ingest.no_user_anon_id",
            "batch[1]",
        ),
        (
            json!({"type": "trick", "userId": "u"}),
            "ingest.unknown_type",
            "batch[1].type",
        ),
        (
            json!({"userId": "u"}),
            "ingest.missing_field",
            "batch[1].type",
        ),
        (json!("x"), "ingest.not_an_object", "batch[1]"),
    ] {
        refused(
            &world,
            "/batch",
            &json!({"batch": [good, bad]}),
            code,
            field,
        )
        .await;
    }
    for (body, code, field) in [
        (json!({}), "ingest.missing_field", "batch"),
        (json!({"batch": {}}), "ingest.wrong_type", "batch"),
        (json!({"batch": []}), "ingest.empty_batch", "batch"),
        (
            json!({"batch": [good], "context": 1}),
            "ingest.wrong_type",
            "context",
        ),
        (
            json!({"batch": [good], "sentAt": 1}),
            "ingest.invalid_time",
            "sentAt",
        ),
    ] {
        refused(&world, "/batch", &body, code, field).await;
    }
    assert_eq!(world.window().await.records.records, 0);
}

#[tokio::test]
async fn an_unknown_key_is_refused() {
    let world = World::new().await;
    let body = json!({"event": "e", "userId": "u"});
    let answer = world.json("/track", "Basic bm9ib2R5Og==", &body).await;
    assert_eq!(
        (answer.status, answer.code()),
        (StatusCode::UNAUTHORIZED, "ingest.unknown_write_key")
    );
    let answer = world.post("/track", &[], body.to_string().into()).await;
    assert_eq!(
        (answer.status, answer.code()),
        (StatusCode::UNAUTHORIZED, "ingest.no_write_key")
    );
    let answer = world.json("/track", "Bearer x", &body).await;
    assert_eq!(answer.code(), "ingest.no_write_key");
}

#[tokio::test]
async fn what_is_no_json_is_refused() {
    let world = World::new().await;
    for body in [
        "",
        "{",
        "{\"event\":NaN}",
        "{\"event\":\"e\",}",
        "\u{feff}{}",
        "event=e",
    ] {
        let answer = world
            .post("/track", &[("authorization", SHOP)], body.into())
            .await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::BAD_REQUEST, "ingest.malformed_json"),
            "{body}"
        );
    }
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let body = format!("{{\"event\":\"e\",\"userId\":\"u\",\"properties\":{deep}}}");
    let answer = world
        .post("/track", &[("authorization", SHOP)], body.into())
        .await;
    assert_eq!(answer.code(), "ingest.malformed_json");
}
