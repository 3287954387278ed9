//! What is accepted, and what becomes of it.

use std::io::Write as _;

use axum::http::{Method, Request, StatusCode};
use proptest::prelude::*;
use serde_json::{Value, json};
use stratum_core::vocabulary::{EventName, Platform};
use stratum_server::ingest::{Arrival, Plausible, batch, parsed};
use stratum_store::Channel;

use super::world::{NOW, SHOP, WEB, World, at};

fn purchase(message: &str, order: &str) -> Value {
    json!({
        "type": "track", "event": "Order Completed", "messageId": message, "userId": "u-1",
        "timestamp": "2026-11-25T11:30:00.000Z",
        "properties": {"order_id": order, "revenue": 49.9, "currency": "EUR", "email": "ana@example.com"},
    })
}

#[tokio::test]
async fn each_verb_is_accepted_with_its_answer() {
    let world = World::new().await;
    for (path, body) in [
        (
            "/track",
            json!({"event": "Signed Up", "anonymousId": "a-1", "properties": null}),
        ),
        (
            "/identify",
            json!({"userId": "u-1", "traits": {"email": "ana@example.com"}}),
        ),
        (
            "/page",
            json!({"anonymousId": "a-1", "name": "Home", "userId": null}),
        ),
        ("/screen", json!({"anonymousId": "a-1", "name": "Home"})),
        ("/group", json!({"userId": "u-1", "groupId": 7})),
        ("/alias", json!({"userId": "u-1", "previousId": "a-1"})),
        ("/t", json!({"event": "Signed Up", "anonymousId": "a-2"})),
    ] {
        let answer = world.json(path, WEB, &body).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
        assert_eq!(answer.body, json!({"success": true}));
    }
    let name = EventName::new("Signed Up").unwrap();
    let seen = world
        .window_of(&name, "2026-11-25T12:00:00Z", "2026-11-25T13:00:00Z")
        .await;
    assert_eq!(seen.conversions.browser.events, 2);
}

#[tokio::test]
async fn the_write_key_may_stand_in_the_body() {
    let world = World::new().await;
    let mut body = purchase("m1", "o1");
    body["writeKey"] = json!("shop-key");
    let answer = world
        .post(
            "/track",
            &[("content-type", "text/plain")],
            body.to_string().into(),
        )
        .await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(world.window().await.conversions.server.events, 1);
}

#[tokio::test]
async fn both_sides_of_a_purchase_become_one_matched_conversion() {
    let world = World::new().await;
    let from_shop = json!({"batch": [purchase("s1", "o1"), purchase("s2", "o2")]});
    assert_eq!(
        world.json("/batch", SHOP, &from_shop).await.status,
        StatusCode::OK
    );
    assert_eq!(
        world
            .json("/track", WEB, &purchase("b1", "o1"))
            .await
            .status,
        StatusCode::OK
    );
    let seen = world.window().await;
    let (browser, server) = (seen.conversions.browser, seen.conversions.server);
    assert_eq!((browser.events, server.events, seen.matched()), (1, 2, 1));
    assert_eq!(seen.key_counts(Platform::Meta).email, 3);
    assert_eq!(
        (seen.records.records, seen.records.schema_violations),
        (3, 0)
    );
}

#[tokio::test]
async fn a_batch_sent_again_is_accepted_and_counted_once() {
    let world = World::new().await;
    let batch = json!({"batch": [purchase("s1", "o1"), purchase("s2", "o2")], "sentAt": NOW});
    for _ in 0..3 {
        assert_eq!(
            world.json("/batch", SHOP, &batch).await.status,
            StatusCode::OK
        );
    }
    let seen = world.window().await;
    assert_eq!(seen.conversions.server.events, 2);
    assert_eq!((seen.records.records, seen.records.duplicates), (6, 4));
}

#[tokio::test]
async fn a_message_without_an_id_sent_again_is_counted_once() {
    let world = World::new().await;
    let mut message = purchase("", "o1");
    message.as_object_mut().unwrap().remove("messageId");
    for sent_at in ["2026-11-25T11:59:58Z", "2026-11-25T11:59:59Z"] {
        message["sentAt"] = json!(sent_at);
        assert_eq!(
            world.json("/track", SHOP, &message).await.status,
            StatusCode::OK
        );
    }
    let mut other = message.clone();
    other["properties"]["order_id"] = json!("o2");
    assert_eq!(
        world.json("/track", SHOP, &other).await.status,
        StatusCode::OK
    );
    assert_eq!(world.window().await.conversions.server.events, 2);
}

#[tokio::test]
async fn the_senders_clock_is_corrected() {
    let world = World::new().await;
    let mut message = purchase("m1", "o1");
    // Sent three hours ahead of us, three seconds after it happened.
    message["timestamp"] = json!("2026-11-25T15:00:00.000Z");
    let batch = json!({"batch": [message], "sentAt": "2026-11-25T15:00:03.000Z"});
    assert_eq!(
        world.json("/batch", SHOP, &batch).await.status,
        StatusCode::OK
    );
    let seen = world.window().await;
    assert_eq!(
        seen.conversions.server.last_at,
        Some(at("2026-11-25T11:59:57Z"))
    );
    assert_eq!((seen.records.future, seen.records.late), (0, 0));
}

#[tokio::test]
async fn impossible_and_incomplete_messages_are_kept_and_counted_as_such() {
    let world = World::new().await;
    let with = |message: &str, when: &str, properties: Value| {
        let mut one = purchase(message, message);
        one["timestamp"] = json!(when);
        one["properties"] = properties;
        one
    };
    let sound = json!({"value": 1, "currency": "EUR"});
    let batch = json!({"batch": [
        with("m1", "2026-11-25T12:30:00Z", sound.clone()),
        with("m2", "2026-11-10T12:00:00Z", sound.clone()),
        with("m3", "2026-11-25T08:00:00Z", sound),
        with("m4", "2026-11-25T12:00:00Z", json!({"value": "7", "currency": "EUR"})),
        with("m5", "2026-11-25T12:00:00Z", json!({"value": null, "currency": null})),
    ]});
    assert_eq!(
        world.json("/batch", SHOP, &batch).await.status,
        StatusCode::OK
    );
    let seen = world.window().await;
    let records = seen.records;
    assert_eq!((records.records, records.future, records.late), (5, 1, 2));
    assert_eq!((records.schema_violations, records.empty_values), (2, 1));
    // What cannot be believed counts as of its arrival, so it is not lost from sight.
    assert_eq!(seen.conversions.server.events, 5);
}

#[tokio::test]
async fn what_a_batch_says_for_all_is_said_by_each() {
    let body = json!({
        "context": {"library": {"name": "analytics-python"}, "ip": "203.0.113.7"},
        "integrations": {"All": false},
        "batch": [
            {"type": "track", "event": "x", "userId": "u", "context": {"ip": "203.0.113.8"}},
            {"type": "track", "event": "x", "userId": "u", "context": null},
        ],
    });
    let arrival = Arrival {
        received_at: at(NOW),
        channel: Channel::Browser,
        plausible: Plausible::USUAL,
    };
    let events = batch(parsed(body.to_string().as_bytes()).unwrap(), &arrival).unwrap();
    let payloads: Vec<Value> = events
        .iter()
        .map(|e| serde_json::from_str(&e.payload).unwrap())
        .collect();
    assert_eq!(payloads[0]["context"]["ip"], "203.0.113.8");
    assert_eq!(payloads[1]["context"]["ip"], "203.0.113.7");
    assert_eq!(payloads[0]["integrations"], json!({"All": false}));
    assert!(events.iter().all(|event| event.channel == Channel::Server));
}

#[tokio::test]
async fn compressed_bodies_are_read() {
    let world = World::new().await;
    let body = json!({"batch": [purchase("s1", "o1")]}).to_string();
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    writer.write_all(body.as_bytes()).unwrap();
    let headers = [("authorization", SHOP), ("content-encoding", "gzip")];
    let answer = world
        .post("/batch", &headers, writer.finish().unwrap())
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(world.window().await.conversions.server.events, 1);
}

#[tokio::test]
async fn a_page_of_any_origin_may_send() {
    let world = World::new().await;
    let request = Request::builder()
        .method(Method::OPTIONS)
        .uri("/batch")
        .header("origin", "https://shop.example")
        .body(axum::body::Body::empty())
        .unwrap();
    assert_eq!(world.send(request).await.status, StatusCode::NO_CONTENT);
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        prop::sample::select(vec![
            "track",
            "2026-11-25T12:00:00Z",
            "EUR",
            "fb.1.1764072000000.77"
        ])
        .prop_map(Value::from),
    ];
    let names = prop::sample::select(vec![
        "type",
        "event",
        "userId",
        "anonymousId",
        "messageId",
        "timestamp",
        "sentAt",
        "properties",
        "context",
        "traits",
        "order_id",
        "value",
        "currency",
        "email",
        "page",
        "url",
        "batch",
        "x",
    ]);
    leaf.prop_recursive(5, 48, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(names.clone().prop_map(str::to_owned), inner, 0..8)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_body_gives_events_or_one_error_with_a_code(
        messages in prop::collection::vec(any_json(), 0..4),
        sent_at in any_json(),
    ) {
        let arrival = Arrival {
            received_at: at(NOW),
            channel: Channel::Browser,
            plausible: Plausible::USUAL,
        };
        let body = json!({"batch": messages, "sentAt": sent_at}).to_string();
        match batch(parsed(body.as_bytes()).unwrap(), &arrival) {
            Ok(events) => {
                prop_assert_eq!(events.len(), messages.len());
                for event in events {
                    prop_assert!(event.counted_at <= arrival.received_at);
                    prop_assert!(arrival.received_at - event.counted_at <= Plausible::USUAL.oldest);
                    prop_assert!(serde_json::from_str::<Value>(&event.payload).is_ok());
                }
            }
            Err(error) => prop_assert!(error.code().starts_with("ingest.")),
        }
    }

    #[test]
    fn any_bytes_are_refused_or_read(bytes in prop::collection::vec(any::<u8>(), 0..256)) {
        let _ = parsed(&bytes);
        let _ = stratum_server::ingest::unpacked(
            &bytes, Some("gzip"), 1024, stratum_server::ingest::IngestError::BatchTooLarge,
        );
    }
}
