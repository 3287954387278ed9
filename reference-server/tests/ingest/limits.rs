//! How much is taken: 32 KB a call and a message, 500 KB and 2,500 messages a batch.

use std::io::Write as _;

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::world::{SHOP, World};

fn message(n: usize, filling: usize) -> Value {
    json!({
        "type": "track", "event": "purchase", "userId": "u", "messageId": format!("m{n}"),
        "properties": {"filling": "x".repeat(filling)},
    })
}

async fn code(world: &World, path: &str, body: &Value) -> (StatusCode, String) {
    let answer = world.json(path, SHOP, body).await;
    (answer.status, answer.code().to_owned())
}

#[tokio::test]
async fn a_call_has_at_most_32_kilobytes() {
    let world = World::new().await;
    assert_eq!(
        code(&world, "/track", &message(1, 32_000)).await.0,
        StatusCode::OK
    );
    let (status, said) = code(&world, "/track", &message(2, 33_000)).await;
    assert_eq!(
        (status, said.as_str()),
        (StatusCode::BAD_REQUEST, "ingest.call_too_large")
    );
    let (status, said) = code(&world, "/track", &message(3, 900_000)).await;
    assert_eq!(
        (status, said.as_str()),
        (StatusCode::BAD_REQUEST, "ingest.call_too_large")
    );
}

#[tokio::test]
async fn a_batch_has_at_most_500_kilobytes_and_2500_messages() {
    let world = World::new().await;
    let many = |count: usize, filling: usize| -> Value {
        let messages: Vec<Value> = (0..count).map(|n| message(n, filling)).collect();
        json!({"batch": messages})
    };
    assert_eq!(
        code(&world, "/batch", &many(2_500, 1)).await.0,
        StatusCode::OK
    );
    let (status, said) = code(&world, "/batch", &many(2_501, 1)).await;
    assert_eq!(
        (status, said.as_str()),
        (StatusCode::BAD_REQUEST, "ingest.too_many_messages")
    );
    let (status, said) = code(&world, "/batch", &many(20, 30_000)).await;
    assert_eq!(
        (status, said.as_str()),
        (StatusCode::BAD_REQUEST, "ingest.batch_too_large")
    );
    let (status, said) = code(&world, "/batch", &many(1, 33_000)).await;
    assert_eq!(
        (status, said.as_str()),
        (StatusCode::BAD_REQUEST, "ingest.message_too_large")
    );
    assert_eq!(world.window().await.conversions.server.events, 2_500);
}

#[tokio::test]
async fn what_a_batch_says_for_all_its_messages_does_not_multiply_it() {
    let world = World::new().await;
    let with_context = |count: usize, context: usize| {
        let messages: Vec<Value> = (0..count).map(|n| message(n, 1)).collect();
        json!({"batch": messages, "context": {"page": {"url": "x".repeat(context)}}})
    };
    let (status, said) = code(&world, "/batch", &with_context(1_000, 20_000)).await;
    assert_eq!(
        (status, said.as_str()),
        (StatusCode::BAD_REQUEST, "ingest.batch_too_large")
    );
    let usual = with_context(400, 1_500);
    assert_eq!(code(&world, "/batch", &usual).await.0, StatusCode::OK);
    assert_eq!(world.window().await.conversions.server.events, 400);
}

#[tokio::test]
async fn a_compressed_body_is_measured_by_what_is_inside() {
    let world = World::new().await;
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(&vec![b' '; 20_000_000]).unwrap();
    let bomb = writer.finish().unwrap();
    let headers = [("authorization", SHOP), ("content-encoding", "gzip")];
    let answer = world.post("/batch", &headers, bomb.clone()).await;
    assert_eq!(answer.code(), "ingest.batch_too_large");
    let answer = world
        .post("/batch", &headers, bomb[..bomb.len() / 2].to_vec())
        .await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let answer = world.post("/batch", &headers, b"{}".to_vec()).await;
    assert_eq!(answer.code(), "ingest.malformed_gzip");
    let answer = world
        .post("/batch", &[("content-encoding", "br")], b"{}".to_vec())
        .await;
    assert_eq!(
        (answer.status, answer.code()),
        (
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "ingest.unknown_encoding"
        )
    );
}
