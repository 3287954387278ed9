//! Is the second person really another person? Not the proposer in another spelling, and nobody who is an automation.

use axum::http::StatusCode;
use serde_json::json;
use stratum_core::trust::ProposerKind;

use crate::stage::{Stage, ask, by, by_hand};

async fn waiting(proposer: &str) -> Stage {
    let stage = Stage::set().await;
    let mut proposal = serde_json::to_value(by_hand("p1", "100", "150")).unwrap();
    proposal["proposer"]["id"] = json!(proposer);
    let (status, answer) = ask(&stage.app(), "POST", "/v1/proposals", Some(&proposal)).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert_eq!(answer["state"], "awaiting_approval", "{answer}");
    stage
}

#[tokio::test]
async fn another_spelling_is_no_second_person() {
    for (proposer, approver, code) in [
        ("ana", "Ana", "approval.same_person"),
        ("ÉLODIE", "élodie", "approval.same_person"),
        ("ana", "ana ", "actor.invalid"),
        ("ana", "\u{2003}ben", "actor.invalid"),
    ] {
        let stage = waiting(proposer).await;
        let path = "/v1/proposals/p1/approvals";
        let (status, problem) =
            ask(&stage.app(), "POST", path, Some(&json!({"by": approver}))).await;
        assert!(status.is_client_error(), "{approver}: {problem}");
        assert_eq!(
            (&problem["code"], &problem["path"]),
            (&json!(code), &json!("by"))
        );
    }
    let stage = Stage::set().await;
    let mut proposal = serde_json::to_value(by_hand("p1", "100", "150")).unwrap();
    proposal["proposer"]["id"] = json!("ana ");
    let (status, problem) = ask(&stage.app(), "POST", "/v1/proposals", Some(&proposal)).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
    assert_eq!(problem["path"], "proposer.id");
}

#[tokio::test]
async fn an_automation_is_no_second_person() {
    let stage = waiting("ana").await;
    let agent = by(ProposerKind::Agent, "bot", "p2", "100", "90");
    let agent = serde_json::to_value(agent).unwrap();
    let (status, _) = ask(&stage.app(), "POST", "/v1/proposals", Some(&agent)).await;
    assert_eq!(status, StatusCode::OK);
    let path = "/v1/proposals/p1/approvals";
    let (status, problem) = ask(&stage.app(), "POST", path, Some(&json!({"by": "Bot"}))).await;
    assert_eq!(status, StatusCode::CONFLICT, "{problem}");
    assert_eq!(problem["code"], "approval.by_automation");
    let (status, answer) = ask(&stage.app(), "POST", path, Some(&json!({"by": "ben"}))).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
}
