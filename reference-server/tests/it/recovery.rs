//! Is every write settled in the end, by the truth and once? Outcomes nobody saw, late changes, crashes between any two steps, and
//! a person's word.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::json;
use stratum_connectors::fake_ad_platform::Fault;
use stratum_core::ledger::{Body, ReceiptOutcome};
use stratum_core::trust::{Action, Proposal};
use stratum_core::vocabulary::CampaignId;
use stratum_server::decisions::decision::DecisionState;
use stratum_server::desk::Desk;
use stratum_server::jobs::carry_out::{carry_out, intend, read_back, settle, write};
use stratum_server::jobs::recover_executions::recover_executions;
use stratum_server::jobs::review_proposal::review_new;
use stratum_server::jobs::verify_ledger::verify_ledger;
use stratum_store::trust::ProposalState;

use crate::execution::{begun, carried_out, change_elsewhere, known_budget, state_of_the_proposal};
use crate::stage::{Stage, ask, by_hand, desk_at, euros, noon, tenant};

#[tokio::test]
async fn a_platform_that_cannot_be_read_afterwards_leaves_the_outcome_open_until_it_can() {
    let stage = Stage::set().await;
    let (desk, tenant) = (&stage.desk, tenant());
    let intended = begun(desk, "p1", "120").await;
    stage.platform.faults().on_write(Fault::AppliesThenSilent);
    stage.platform.faults().on_read(Fault::Garbage);
    let certainly_not = write(desk, &intended).await;
    let seen = read_back(desk, &intended, certainly_not).await;
    let done = settle(desk, &tenant, &intended, &seen).await.unwrap();
    assert_eq!(done.state, DecisionState::Unconfirmed);
    assert_eq!(
        recover_executions(desk, &tenant).await.unwrap(),
        0,
        "the lease holds"
    );
    desk.clock.advance(Duration::from_secs(61));
    assert_eq!(recover_executions(desk, &tenant).await.unwrap(), 1);
    let Some(Body::Receipt(receipt)) = stage.records().await.pop() else {
        panic!()
    };
    assert_eq!(receipt.outcome, ReceiptOutcome::Applied);
    assert_eq!(stage.on_platform(), (12_000, 1));
}

#[tokio::test]
async fn a_change_that_is_made_late_is_counted_until_it_is_seen() {
    let stage = Stage::set().await;
    stage.platform.faults().on_write(Fault::AppliesLate);
    let became = carried_out(&stage, "p1", "100", "120").await;
    assert_eq!(became, DecisionState::Unconfirmed, "the old value was seen");
    assert_eq!(stage.on_platform(), (12_000, 1), "and then it was made");
    assert_eq!(counted_changes(&stage.desk).await, 1);
    stage.desk.clock.advance(Duration::from_secs(61));
    assert_eq!(recover_executions(&stage.desk, &tenant()).await.unwrap(), 1);
    assert_eq!(
        state_of_the_proposal(&stage.desk).await,
        ProposalState::Applied
    );
    assert_eq!(known_budget(&stage.desk).await, "120.00 EUR");
}

#[tokio::test]
async fn the_old_value_means_not_applied_only_when_no_late_change_can_come_any_more() {
    let stage = Stage::set().await;
    stage.platform.faults().on_write(Fault::ServerError);
    let became = carried_out(&stage, "p1", "100", "120").await;
    assert_eq!(became, DecisionState::Unconfirmed);
    let mut settled = Vec::new();
    for _ in 0..17 {
        stage.desk.clock.advance(Duration::from_secs(61));
        settled.push(recover_executions(&stage.desk, &tenant()).await.unwrap());
        if settled.len() < 14 {
            assert_eq!(counted_changes(&stage.desk).await, 1);
        }
    }
    assert_eq!(settled.iter().sum::<usize>(), 1, "{settled:?}");
    assert_eq!(counted_changes(&stage.desk).await, 0);
    assert_eq!(
        state_of_the_proposal(&stage.desk).await,
        ProposalState::NotApplied
    );
}

/// How many changes limits count.
async fn counted_changes(desk: &Desk) -> usize {
    let mut scope = desk.store.tenant(&tenant()).read().await.unwrap();
    let since = noon() - chrono::TimeDelta::days(1);
    scope.possible_changes(since).await.unwrap().len()
}

/// After which step the process stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    Review,
    Intent,
    Write,
    ReadBack,
    Settlement,
}

/// Goes as far as `stop` and forgets everything that is not on the disk.
async fn run_until(stage: &Stage, stop: Stop) {
    let (desk, tenant) = (&stage.desk, tenant());
    let reviewed = review_new(desk, &tenant, by_hand("p1", "100", "120"))
        .await
        .unwrap();
    if stop == Stop::Review {
        return;
    }
    let permit = reviewed.permit.unwrap();
    let intended = intend(desk, &tenant, permit, &reviewed.entry)
        .await
        .unwrap()
        .unwrap();
    if stop == Stop::Intent {
        return;
    }
    let certainly_not = write(desk, &intended).await;
    if stop == Stop::Write {
        return;
    }
    let seen = read_back(desk, &intended, certainly_not).await;
    if stop == Stop::ReadBack {
        return;
    }
    settle(desk, &tenant, &intended, &seen).await.unwrap();
}

#[tokio::test]
async fn a_crash_between_any_two_steps_is_settled_and_nothing_is_applied_twice() {
    let expected = [
        (Stop::Review, None, 10_000, ProposalState::NotApplied),
        (
            Stop::Intent,
            Some(ReceiptOutcome::NotApplied),
            10_000,
            ProposalState::NotApplied,
        ),
        (
            Stop::Write,
            Some(ReceiptOutcome::Applied),
            12_000,
            ProposalState::Applied,
        ),
        (
            Stop::ReadBack,
            Some(ReceiptOutcome::Applied),
            12_000,
            ProposalState::Applied,
        ),
        (
            Stop::Settlement,
            Some(ReceiptOutcome::Applied),
            12_000,
            ProposalState::Applied,
        ),
    ];
    for (stop, outcome, cents, state) in expected {
        let stage = Stage::set().await;
        run_until(&stage, stop).await;
        stage.desk.store.close().await;
        let desk = recovered(&stage, stop).await;
        let receipts: Vec<ReceiptOutcome> = crate::stage::entries(&desk)
            .await
            .iter()
            .filter_map(|entry| match Body::read(entry).unwrap() {
                Body::Receipt(receipt) => Some(receipt.outcome),
                _ => None,
            })
            .collect();
        assert_eq!(
            receipts,
            outcome.into_iter().collect::<Vec<_>>(),
            "{stop:?}"
        );
        assert_eq!(stage.on_platform().0, cents, "{stop:?}");
        assert!(stage.on_platform().1 <= 1, "{stop:?}");
        assert_eq!(state_of_the_proposal(&desk).await, state, "{stop:?}");
        assert!(
            verify_ledger(&desk.store, &tenant()).await.unwrap().intact,
            "{stop:?}"
        );
    }
}

/// The next process after a crash: it leaves what is leased alone, and settles it when the lease has run out.
async fn recovered(stage: &Stage, stop: Stop) -> Desk {
    let mut desk = desk_at(stage.folder.path(), &stage.platform, noon()).await;
    desk.holder = "the next process".into();
    recover_executions(&desk, &tenant()).await.unwrap();
    if stop != Stop::Settlement {
        let state = state_of_the_proposal(&desk).await;
        assert_eq!(
            state,
            ProposalState::Waiting,
            "{stop:?}: the lease still holds"
        );
    }
    desk.clock.advance(Duration::from_secs(15 * 60));
    recover_executions(&desk, &tenant()).await.unwrap();
    recover_executions(&desk, &tenant()).await.unwrap();
    desk
}

#[tokio::test]
async fn an_intent_is_settled_by_one_process_only() {
    let stage = Stage::set().await;
    run_until(&stage, Stop::Write).await;
    let mut other = stage.desk.clone();
    other.holder = "the other process".into();
    stage.desk.clock.advance(Duration::from_secs(120));
    let (one, two) = tokio::join!(
        async { recover_executions(&stage.desk, &tenant()).await.unwrap() },
        async { recover_executions(&other, &tenant()).await.unwrap() },
    );
    assert_eq!(one + two, 1);
    assert_eq!(stage.count("receipt").await, 1);
}

#[tokio::test]
async fn what_a_later_change_made_is_not_credited_to_an_earlier_execution() {
    let stage = Stage::set().await;
    stage.platform.faults().on_write(Fault::ServerError);
    let became = carried_out(&stage, "p1", "100", "120").await;
    assert_eq!(became, DecisionState::Unconfirmed);
    // Somebody else does the very same, and the campaign then is changed through here once more.
    change_elsewhere(&stage, 10_100);
    let mut scope = stage.desk.store.tenant(&tenant()).begin().await.unwrap();
    let mut known = scope.campaigns(None).await.unwrap().remove(0);
    known.daily_budget = Some(euros("101"));
    scope.put_campaign(&known).await.unwrap();
    scope.commit().await.unwrap();
    stage.desk.clock.advance(Duration::from_secs(30));
    let reviewed = review_new(&stage.desk, &tenant(), by_hand("p2", "101", "90"))
        .await
        .unwrap();
    let done = carry_out(&stage.desk, &tenant(), reviewed).await.unwrap();
    assert_eq!(done.state, DecisionState::Applied);
    change_elsewhere(&stage, 12_000);
    stage.desk.clock.advance(Duration::from_secs(3600));
    recover_executions(&stage.desk, &tenant()).await.unwrap();
    let mut scope = stage.desk.store.tenant(&tenant()).read().await.unwrap();
    let first = scope
        .proposals(Some(ProposalState::Unconfirmed), 10)
        .await
        .unwrap();
    assert_eq!(first.len(), 1, "nobody can tell what became of the first");
}

#[tokio::test]
async fn a_person_settles_what_nobody_could_confirm_and_the_ledger_keeps_whose_word_it_is() {
    let stage = Stage::set().await;
    let app = stage.app();
    stage
        .platform
        .faults()
        .on_write(Fault::AppliesSomethingElse);
    let became = carried_out(&stage, "p1", "100", "120").await;
    assert_eq!(became, DecisionState::Unconfirmed);
    let path = "/v1/proposals/p1/settlement";
    let word = json!({"outcome": "not_applied", "by": "ana", "why": "seen in the ads manager"});
    let (status, problem) = ask(&app, "POST", path, Some(&word)).await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::CONFLICT, &json!("settlement.not_awaited")),
        "a late change may still come"
    );
    stage.desk.clock.advance(Duration::from_secs(15 * 60));
    recover_executions(&stage.desk, &tenant()).await.unwrap();
    assert_eq!(
        counted_changes(&stage.desk).await,
        1,
        "the platform shows neither"
    );
    let silent = json!({"outcome": "not_applied", "by": "ana", "why": " "});
    let (status, problem) = ask(&app, "POST", path, Some(&silent)).await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("settlement.why"))
    );
    let (status, settled) = ask(&app, "POST", path, Some(&word)).await;
    assert_eq!(
        (status, &settled["state"]),
        (StatusCode::OK, &json!("recorded")),
        "{settled}"
    );
    assert_eq!(counted_changes(&stage.desk).await, 0);
    assert_eq!(
        state_of_the_proposal(&stage.desk).await,
        ProposalState::NotApplied
    );
    let Some(Body::Receipt(receipt)) = stage.records().await.pop() else {
        panic!()
    };
    assert_eq!(receipt.outcome, ReceiptOutcome::NotApplied);
    assert_eq!(receipt.settled_by.unwrap().by.as_str(), "ana");
    let (status, problem) = ask(&app, "POST", path, Some(&word)).await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::CONFLICT, &json!("settlement.not_awaited")),
        "once is enough"
    );
    let (status, _) = ask(&app, "POST", "/v1/proposals/p9/settlement", Some(&word)).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_recovered_receipt_says_what_was_read_before_the_write() {
    let stage = Stage::set().await;
    let pause = Proposal {
        action: Action::Pause {
            campaign: CampaignId::new("c1").unwrap(),
            daily_budget: None,
        },
        ..by_hand("p1", "100", "120")
    };
    stage.platform.faults().on_write(Fault::AppliesLate);
    let reviewed = review_new(&stage.desk, &tenant(), pause).await.unwrap();
    let done = carry_out(&stage.desk, &tenant(), reviewed).await.unwrap();
    assert_eq!(done.state, DecisionState::Unconfirmed);
    stage.desk.clock.advance(Duration::from_secs(61));
    assert_eq!(recover_executions(&stage.desk, &tenant()).await.unwrap(), 1);
    let Some(Body::Receipt(receipt)) = stage.records().await.pop() else {
        panic!()
    };
    assert_eq!(receipt.outcome, ReceiptOutcome::Applied);
    assert_eq!(
        receipt.before,
        Some(euros("100")),
        "the proposal named none"
    );
}

#[tokio::test]
async fn a_proposal_that_expires_while_its_write_is_open_becomes_what_came_of_the_write() {
    let stage = Stage::set().await;
    let (desk, tenant) = (&stage.desk, tenant());
    let brief = Proposal {
        expires_at: Some(noon() + chrono::TimeDelta::seconds(30)),
        ..by_hand("p1", "100", "120")
    };
    let reviewed = review_new(desk, &tenant, brief).await.unwrap();
    let permit = reviewed.permit.unwrap();
    let intended = intend(desk, &tenant, permit, &reviewed.entry)
        .await
        .unwrap()
        .unwrap();
    write(desk, &intended).await;
    desk.clock.advance(Duration::from_secs(45));
    recover_executions(desk, &tenant).await.unwrap();
    assert_eq!(state_of_the_proposal(desk).await, ProposalState::Waiting);
    desk.clock.advance(Duration::from_secs(45));
    recover_executions(desk, &tenant).await.unwrap();
    assert_eq!(state_of_the_proposal(desk).await, ProposalState::Applied);
}
