//! Where does a cumulative limit count from? From the first budget, whatever happened to bids and however late outcomes came.

use chrono::TimeDelta;
use serde_json::Value;
use stratum_core::trust::{Action, LimitRule, Percent};
use stratum_core::vocabulary::{CampaignId, ProposalId, Timestamp};
use stratum_store::Campaign;
use stratum_store::trust::{ExecutionState, NewExecution};

use crate::stage::{Stage, account, ask, by_hand, euros, noon, tenant};

const HOUR: TimeDelta = TimeDelta::hours(1);

fn campaign() -> CampaignId {
    CampaignId::new("c1").unwrap()
}

fn budget(before: &str, after: &str) -> Action {
    Action::SetDailyBudget {
        campaign: campaign(),
        before: Some(euros(before)),
        after: euros(after),
    }
}

fn bid() -> Action {
    Action::SetBid {
        campaign: campaign(),
        before: Some(euros("1")),
        after: euros("1.10"),
    }
}

/// A stage whose policy allows 30 % above the baseline and no more, with these changes behind it: begun, settled, what.
async fn with_changes(changes: &[(Timestamp, Timestamp, Action)], known: &str) -> Stage {
    let stage = Stage::set().await;
    let at_most = Percent::parse("30").unwrap();
    stage
        .limited_by(LimitRule::CumulativeIncreasePercent { at_most })
        .await;
    let mut scope = stage.desk.store.tenant(&tenant()).begin().await.unwrap();
    for (n, (begun, settled, action)) in changes.iter().enumerate() {
        let new = NewExecution {
            permit: format!("permit {n}"),
            proposal: ProposalId::new(&format!("past {n}")).unwrap(),
            account: account(),
            action: action.clone(),
            before: Value::Null,
            by_automation: false,
            lease_holder: "test".into(),
            lease_until: *settled,
        };
        assert!(scope.begin_execution(&new, *begun).await.unwrap());
        let applied = ExecutionState::Applied;
        let done = scope.settle_execution(&new.permit, "test", applied, *settled);
        assert!(done.await.unwrap());
    }
    let now = Campaign {
        id: campaign(),
        account: account(),
        name: "Tents".into(),
        daily_budget: Some(euros(known)),
        paused: false,
    };
    scope.put_campaign(&now).await.unwrap();
    scope.commit().await.unwrap();
    stage
}

async fn proposed(stage: &Stage, before: &str, after: &str) -> Value {
    let body = serde_json::to_value(by_hand("p1", before, after)).unwrap();
    ask(&stage.app(), "POST", "/v1/proposals", Some(&body))
        .await
        .1
}

#[tokio::test]
async fn a_change_of_a_bid_does_not_move_the_baseline() {
    let ago = |hours| noon() - HOUR * hours;
    let past = [
        (ago(30), ago(30), bid()),
        (ago(20), ago(20), budget("100", "125")),
    ];
    let stage = with_changes(&past, "125").await;
    let answer = proposed(&stage, "125", "140").await;
    assert_eq!(
        answer["verdict"], "block",
        "140 is 40 % above 100: {answer}"
    );
    let stage = with_changes(&past, "125").await;
    assert_eq!(proposed(&stage, "125", "130").await["verdict"], "pass");
}

#[tokio::test]
async fn an_outcome_that_came_late_does_not_move_the_baseline() {
    let ago = |hours| noon() - HOUR * hours;
    let past = [
        (ago(30), ago(2), budget("100", "110")),
        (ago(20), ago(20), budget("110", "125")),
    ];
    let stage = with_changes(&past, "125").await;
    let answer = proposed(&stage, "125", "140").await;
    assert_eq!(
        answer["verdict"], "block",
        "140 is 40 % above 100: {answer}"
    );
}

#[tokio::test]
async fn a_baseline_lasts_longer_than_any_window() {
    let long_ago = noon() - TimeDelta::days(400);
    let past = [(long_ago, long_ago, budget("100", "125"))];
    let stage = with_changes(&past, "125").await;
    let answer = proposed(&stage, "125", "140").await;
    assert_eq!(
        answer["verdict"], "block",
        "140 is 40 % above 100: {answer}"
    );
}

#[tokio::test]
async fn a_start_counts_from_the_budget_that_is_known() {
    let stage = with_changes(&[], "100").await;
    let mut scope = stage.desk.store.tenant(&tenant()).begin().await.unwrap();
    let mut all = scope.campaigns(None).await.unwrap();
    all[0].paused = true;
    scope.put_campaign(&all[0]).await.unwrap();
    scope.commit().await.unwrap();
    let mut proposal = by_hand("p1", "100", "110");
    proposal.action = Action::Launch {
        campaign: campaign(),
        daily_budget: euros("140"),
    };
    let body = serde_json::to_value(&proposal).unwrap();
    let (_, answer) = ask(&stage.app(), "POST", "/v1/proposals", Some(&body)).await;
    assert_eq!(answer["verdict"], "block", "{answer}");
    proposal.id = ProposalId::new("p2").unwrap();
    proposal.action = Action::Launch {
        campaign: campaign(),
        daily_budget: euros("120"),
    };
    let body = serde_json::to_value(&proposal).unwrap();
    let (_, answer) = ask(&stage.app(), "POST", "/v1/proposals", Some(&body)).await;
    assert_eq!(answer["verdict"], "pass", "{answer}");
}
