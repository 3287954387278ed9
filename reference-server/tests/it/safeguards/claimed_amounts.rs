//! Does what a proposal claims about the campaign move its limits? No: it agrees with what is known, or it is refused.

use axum::http::StatusCode;
use serde_json::{Value, json};
use stratum_core::vocabulary::CampaignId;
use stratum_store::Campaign;

use crate::stage::{Stage, account, ask, by_hand, euros, tenant};

fn with_action(id: &str, action: &Value) -> Value {
    let mut proposal = serde_json::to_value(by_hand(id, "100", "110")).unwrap();
    proposal["action"] = action.clone();
    proposal
}

fn money(amount: &str) -> Value {
    json!({"amount": amount, "currency": "EUR"})
}

async fn known_as(stage: &Stage, daily_budget: Option<&str>, paused: bool) {
    let mut scope = stage.desk.store.tenant(&tenant()).begin().await.unwrap();
    let campaign = Campaign {
        id: CampaignId::new("c1").unwrap(),
        account: account(),
        name: "Tents".into(),
        daily_budget: daily_budget.map(euros),
        paused,
    };
    scope.put_campaign(&campaign).await.unwrap();
    scope.commit().await.unwrap();
}

#[tokio::test]
async fn amounts_that_disagree_with_the_campaign_are_refused() {
    let stage = Stage::set().await;
    let about = |name: &str, more: Value| {
        let mut fields = json!({"campaign": "c1"});
        for (key, value) in more.as_object().unwrap() {
            fields[key] = value.clone();
        }
        json!({ name: fields })
    };
    let budget = |amount: &str| json!({"daily_budget": money(amount)});
    let refused = [
        (about("pause", budget("10000")), "action.pause.daily_budget"),
        (about("resume", budget("200")), "action.resume.daily_budget"),
        (about("launch", budget("200")), "action.launch.campaign"),
        (
            about(
                "set_daily_budget",
                json!({"before": money("90"), "after": money("95")}),
            ),
            "action.set_daily_budget.before",
        ),
    ];
    for (action, path) in &refused {
        let body = with_action("p1", action);
        let (status, problem) = ask(&stage.app(), "POST", "/v1/proposals", Some(&body)).await;
        assert_eq!(status, StatusCode::CONFLICT, "{problem}");
        assert_eq!(problem["code"], "proposal.does_not_fit");
        assert_eq!(problem["path"], *path);
    }
    assert_eq!(stage.kinds().await, ["policy"], "nothing is recorded");
    // Where the budget is not known, nobody's word for it counts.
    known_as(&stage, None, false).await;
    let body = with_action("p1", &about("pause", budget("10000")));
    let (status, problem) = ask(&stage.app(), "POST", "/v1/proposals", Some(&body)).await;
    assert_eq!(status, StatusCode::CONFLICT, "{problem}");
}

#[tokio::test]
async fn a_stop_needs_no_amount_and_a_paused_campaign_may_be_launched() {
    let stage = Stage::set().await;
    let pause = json!({"pause": {"campaign": "c1"}});
    let body = with_action("p1", &pause);
    let (status, answer) = ask(&stage.app(), "POST", "/v1/proposals", Some(&body)).await;
    assert_eq!(
        (status, &answer["verdict"]),
        (StatusCode::OK, &json!("pass"))
    );
    known_as(&stage, Some("100"), true).await;
    let launch = json!({"launch": {"campaign": "c1", "daily_budget": money("50")}});
    let body = with_action("p2", &launch);
    let (status, answer) = ask(&stage.app(), "POST", "/v1/proposals", Some(&body)).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
}
