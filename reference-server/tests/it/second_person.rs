//! Does a second person's word count for exactly one proposal, and does a freeze only ever restrict? Through the API.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::{Value, json};

use stratum_server::jobs::recover_executions::recover_executions;

use crate::stage::{Stage, ask, by_hand, tenant};

fn proposed(id: &str, before: &str, after: &str) -> Value {
    serde_json::to_value(by_hand(id, before, after)).unwrap()
}

#[tokio::test]
async fn a_limit_holds_until_a_second_person_confirms_this_very_proposal() {
    let stage = Stage::set().await;
    let app = stage.app();
    // 50 % more is beyond the baseline's 30 % for one increase.
    let (status, held) = ask(
        &app,
        "POST",
        "/v1/proposals",
        Some(&proposed("p1", "100", "150")),
    )
    .await;
    assert_eq!(
        (status, &held["verdict"]),
        (StatusCode::OK, &json!("hold")),
        "{held}"
    );
    assert_eq!(held["state"], "awaiting_approval");
    assert_eq!(held["would_pass_if"][0]["kind"], "amount_at_most");
    let (_, list) = ask(&app, "GET", "/v1/proposals?state=awaiting_approval", None).await;
    assert_eq!(list["proposals"][0]["proposal_id"], "p1");

    let path = "/v1/proposals/p1/approvals";
    let (status, problem) = ask(&app, "POST", path, Some(&json!({"by": "ana"}))).await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::CONFLICT, &json!("approval.same_person"))
    );
    assert_eq!(stage.on_platform().0, 10_000);

    let (status, passed) = ask(&app, "POST", path, Some(&json!({"by": "ben"}))).await;
    assert_eq!(
        (status, &passed["state"]),
        (StatusCode::OK, &json!("applied")),
        "{passed}"
    );
    assert_eq!(passed["receipt"]["observed"]["amount"], "150.00");
    assert_eq!(stage.on_platform(), (15_000, 1));
    let (_, list) = ask(&app, "GET", "/v1/decisions?state=awaiting_approval", None).await;
    assert_eq!(list["decisions"], json!([]), "nothing waits any more");

    let (status, problem) = ask(&app, "POST", path, Some(&json!({"by": "cem"}))).await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::CONFLICT, &json!("approval.not_awaited"))
    );
    assert_eq!(
        stage.kinds().await,
        [
            "policy",
            "review",
            "approval",
            "review",
            "execution",
            "receipt"
        ]
    );
}

#[tokio::test]
async fn a_proposal_that_has_expired_cannot_be_approved() {
    let stage = Stage::set().await;
    let app = stage.app();
    let mut proposal = proposed("p1", "100", "150");
    proposal["expires_at"] = json!("2026-11-25T12:30:00Z");
    ask(&app, "POST", "/v1/proposals", Some(&proposal)).await;
    stage.desk.clock.advance(Duration::from_secs(3600));
    let path = "/v1/proposals/p1/approvals";
    let (status, problem) = ask(&app, "POST", path, Some(&json!({"by": "ben"}))).await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::CONFLICT, &json!("approval.expired"))
    );
    let (_, list) = ask(&app, "GET", "/v1/proposals?state=awaiting_approval", None).await;
    assert_eq!(list["proposals"], json!([]));
}

#[tokio::test]
async fn a_proposal_that_names_no_end_waits_for_a_week() {
    let stage = Stage::set().await;
    let app = stage.app();
    let (_, held) = ask(
        &app,
        "POST",
        "/v1/proposals",
        Some(&proposed("p1", "100", "150")),
    )
    .await;
    let path = "/v1/proposals?state=awaiting_approval";
    let (_, list) = ask(&app, "GET", path, None).await;
    assert_eq!(
        list["proposals"][0]["expires_at"], "2026-12-02T12:00:00Z",
        "{list}"
    );
    stage.desk.clock.advance(Duration::from_secs(7 * 24 * 3600));
    recover_executions(&stage.desk, &tenant()).await.unwrap();
    let (_, list) = ask(&app, "GET", "/v1/proposals?state=expired", None).await;
    assert_eq!(list["proposals"][0]["proposal_id"], "p1");
    let (_, decision) = ask(&app, "GET", &format!("/v1/decisions/{}", held["seq"]), None).await;
    assert_eq!(decision["state"], "held");
}

#[tokio::test]
async fn a_freeze_stops_increases_and_nothing_else_until_it_is_lifted() {
    let stage = Stage::set().await;
    let app = stage.app();
    let freeze = json!({"scope": {"account": "act_1"}, "by": "ana", "why": "checkout is broken"});
    let (status, set) = ask(&app, "POST", "/v1/freezes", Some(&freeze)).await;
    assert_eq!(status, StatusCode::OK, "{set}");
    let (_, up) = ask(
        &app,
        "POST",
        "/v1/proposals",
        Some(&proposed("p1", "100", "110")),
    )
    .await;
    assert_eq!(
        (&up["verdict"], &up["reasons"][0]["code"]),
        (&json!("block"), &json!("frozen"))
    );
    let (_, down) = ask(
        &app,
        "POST",
        "/v1/proposals",
        Some(&proposed("p2", "100", "80")),
    )
    .await;
    assert_eq!(down["state"], "applied", "{down}");
    let pause = json!({
        "id": "p3", "tenant": "north", "platform": "meta", "account": "act_1",
        "action": {"pause": {"campaign": "c1"}},
        "proposer": {"kind": "person", "id": "ana"}, "made_at": "2026-11-25T12:00:00Z"
    });
    let (_, paused) = ask(&app, "POST", "/v1/proposals", Some(&pause)).await;
    assert_eq!(paused["state"], "applied", "a stop always works: {paused}");

    let (_, overview) = ask(&app, "GET", "/v1/overview", None).await;
    assert_eq!(overview["freezes"][0]["id"], set["id"]);
    let path = format!("/v1/freezes/{}/lift", set["id"].as_str().unwrap());
    let (status, _) = ask(&app, "POST", &path, Some(&json!({"by": "ben"}))).await;
    assert_eq!(status, StatusCode::OK);
    let (status, problem) = ask(&app, "POST", &path, Some(&json!({"by": "ben"}))).await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::NOT_FOUND, &json!("freeze.unknown"))
    );
    stage.desk.clock.advance(Duration::from_secs(5 * 3600));
    let (_, up) = ask(
        &app,
        "POST",
        "/v1/proposals",
        Some(&proposed("p4", "80", "88")),
    )
    .await;
    assert_eq!(up["verdict"], "pass", "{up}");
}

#[tokio::test]
async fn automation_is_held_where_nothing_is_measured() {
    let stage = Stage::set().await;
    let app = stage.app();
    let mut proposal = proposed("p1", "100", "110");
    proposal["proposer"] = json!({"kind": "agent", "id": "spend-agent"});
    let (_, held) = ask(&app, "POST", "/v1/proposals", Some(&proposal)).await;
    assert_eq!(held["verdict"], "hold", "{held}");
    let codes: Vec<&str> = held["reasons"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|r| r["code"].as_str())
        .collect();
    assert!(codes.contains(&"insufficient_evidence"), "{codes:?}");
    assert_eq!(stage.on_platform(), (10_000, 0));
}

#[tokio::test]
async fn a_policy_is_adopted_with_every_number_and_by_whom() {
    let stage = Stage::set().await;
    let app = stage.app();
    let (_, now) = ask(&app, "GET", "/v1/policy", None).await;
    let mut policy = now["policy"].clone();
    policy["version"] = json!("strict-1");
    policy["health"]["healthy"] = json!(80.0);
    policy["limits"][0]["mode"] = json!("hard_block");
    let body = json!({"policy": policy, "by": "ana"});
    let (status, adopted) = ask(&app, "PUT", "/v1/policy", Some(&body)).await;
    assert_eq!(
        (status, &adopted["version"]),
        (StatusCode::OK, &json!("strict-1")),
        "{adopted}"
    );
    let (_, blocked) = ask(
        &app,
        "POST",
        "/v1/proposals",
        Some(&proposed("p1", "100", "150")),
    )
    .await;
    assert_eq!(blocked["verdict"], "block", "{blocked}");
    policy["health"]["weights"]["match_quality"] = json!(36.0);
    let body = json!({"policy": policy, "by": "ana"});
    let (status, problem) = ask(&app, "PUT", "/v1/policy", Some(&body)).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        (&problem["code"], &problem["path"]),
        (&json!("policy.invalid"), &json!("policy.health.weights"))
    );
    assert_eq!(stage.kinds().await, ["policy", "policy", "review"]);
}
