//! Does a freeze stop what it names? One whose parts fit nothing is refused, so that nobody trusts in it.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::stage::{Stage, ask};

async fn set(stage: &Stage, scope: Value) -> (StatusCode, Value) {
    let body = json!({"scope": scope, "by": "ana", "why": "test"});
    ask(&stage.app(), "POST", "/v1/freezes", Some(&body)).await
}

#[tokio::test]
async fn a_freeze_that_covers_nothing_is_refused() {
    let stage = Stage::set().await;
    for (scope, status, code) in [
        (json!({"campaign": "c9"}), 404, "campaign.unknown"),
        (json!({"account": "act_9"}), 404, "account.unknown"),
        (
            json!({"account": "act_1", "campaign": "c9"}),
            404,
            "campaign.unknown",
        ),
        (
            json!({"account": "act_1", "platform": "tiktok"}),
            409,
            "freeze.covers_nothing",
        ),
        (
            json!({"campaign": "c1", "platform": "tiktok"}),
            409,
            "freeze.covers_nothing",
        ),
        (json!({"platform": "tiktok"}), 409, "freeze.covers_nothing"),
    ] {
        let (found, problem) = set(&stage, scope.clone()).await;
        assert_eq!(found.as_u16(), status, "{scope}: {problem}");
        assert_eq!(problem["code"], code, "{scope}: {problem}");
    }
    assert_eq!(stage.kinds().await, ["policy"], "nothing is recorded");
}

#[tokio::test]
async fn a_freeze_that_covers_something_is_set() {
    let stage = Stage::set().await;
    for scope in [
        json!({}),
        json!({"platform": "meta"}),
        json!({"account": "act_1", "platform": "meta", "campaign": "c1"}),
        json!({"campaign": "c1"}),
    ] {
        let (status, answer) = set(&stage, scope.clone()).await;
        assert_eq!(status, StatusCode::OK, "{scope}: {answer}");
    }
}
