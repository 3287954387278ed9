//! Does a passed proposal reach the platform once, and only as it was judged? Faults of the platform, leases, other changes.

use std::time::Duration;

use serde_json::json;
use stratum_connectors::fake_ad_platform::Fault;
use stratum_connectors::fake_ad_platform::campaigns::CampaignChange;
use stratum_core::ledger::{Body, ReceiptOutcome};
use stratum_server::decisions::decision::DecisionState;
use stratum_server::desk::Desk;
use stratum_server::jobs::JobError;
use stratum_server::jobs::carry_out::{
    Intended, SetAside, carry_out, intend, read_back, settle, write,
};
use stratum_server::jobs::recover_executions::recover_executions;
use stratum_server::jobs::review_proposal::review_new;
use stratum_server::jobs::verify_ledger::verify_ledger;
use stratum_store::trust::ProposalState;

use crate::stage::{Stage, ask, by_hand, euros, tenant};

pub(crate) async fn carried_out(
    stage: &Stage,
    id: &str,
    before: &str,
    after: &str,
) -> DecisionState {
    let reviewed = review_new(&stage.desk, &tenant(), by_hand(id, before, after))
        .await
        .unwrap();
    carry_out(&stage.desk, &tenant(), reviewed)
        .await
        .unwrap()
        .state
}

pub(crate) async fn known_budget(desk: &Desk) -> String {
    let mut scope = desk.store.tenant(&tenant()).read().await.unwrap();
    scope.campaigns(None).await.unwrap()[0]
        .daily_budget
        .unwrap()
        .to_string()
}

#[tokio::test]
async fn a_passed_proposal_is_written_read_back_and_recorded() {
    let stage = Stage::set().await;
    let became = carried_out(&stage, "p1", "100", "120").await;
    assert_eq!(became, DecisionState::Applied);
    assert_eq!(stage.on_platform(), (12_000, 1));
    assert_eq!(known_budget(&stage.desk).await, "120.00 EUR");
    assert_eq!(
        stage.kinds().await,
        ["policy", "review", "execution", "receipt"]
    );
    let Some(Body::Receipt(receipt)) = stage.records().await.pop() else {
        panic!()
    };
    assert_eq!(receipt.before, Some(euros("100")));
    assert_eq!(receipt.observed, Some(euros("120")));
    assert!(
        verify_ledger(&stage.desk.store, &tenant())
            .await
            .unwrap()
            .intact
    );
}

#[tokio::test]
async fn each_fault_ends_in_the_truth() {
    let expected = [
        (Fault::RateLimited, DecisionState::Recorded, 10_000),
        (Fault::ServerError, DecisionState::Unconfirmed, 10_000),
        (Fault::Rejected, DecisionState::Recorded, 10_000),
        (Fault::Silent, DecisionState::Unconfirmed, 10_000),
        (Fault::AppliesThenSilent, DecisionState::Applied, 12_000),
        (Fault::Garbage, DecisionState::Applied, 12_000),
        (
            Fault::AppliesSomethingElse,
            DecisionState::Unconfirmed,
            6_001,
        ),
    ];
    for (fault, became, cents) in expected {
        let stage = Stage::set().await;
        stage.platform.faults().on_write(fault);
        assert_eq!(
            carried_out(&stage, "p1", "100", "120").await,
            became,
            "{fault:?}"
        );
        assert_eq!(stage.on_platform().0, cents, "{fault:?}");
        // What the store believes is what the platform shows.
        let expected = format!("{}.{:02} EUR", cents / 100, cents % 100);
        assert_eq!(known_budget(&stage.desk).await, expected, "{fault:?}");
    }
}

#[tokio::test]
async fn a_campaign_that_cannot_be_read_first_is_not_written() {
    let stage = Stage::set().await;
    stage.platform.faults().on_read(Fault::Garbage);
    let proposal = serde_json::to_value(by_hand("p1", "100", "120")).unwrap();
    let (_, answer) = ask(&stage.app(), "POST", "/v1/proposals", Some(&proposal)).await;
    assert_eq!(
        (&answer["state"], &answer["set_aside"]),
        (&json!("recorded"), &json!("campaign_unreadable")),
        "{answer}"
    );
    assert_eq!(stage.on_platform(), (10_000, 0));
    assert_eq!(stage.kinds().await, ["policy", "review"]);
    assert_eq!(
        state_of_the_proposal(&stage.desk).await,
        ProposalState::NotApplied
    );
}

#[tokio::test]
async fn a_campaign_that_was_changed_elsewhere_is_left_alone_and_judged_anew() {
    let stage = Stage::set().await;
    let reviewed = review_new(&stage.desk, &tenant(), by_hand("p1", "100", "120"))
        .await
        .unwrap();
    change_elsewhere(&stage, 5_000);
    let done = carry_out(&stage.desk, &tenant(), reviewed).await.unwrap();
    assert_eq!(done.state, DecisionState::Recorded);
    assert_eq!(done.set_aside, Some(SetAside::CampaignChanged));
    assert_eq!(
        stage.on_platform().0,
        5_000,
        "what was judged was 20 % more, not 140 % more"
    );
    assert_eq!(stage.kinds().await, ["policy", "review"]);
    // What was seen is what the next proposal starts from.
    let became = carried_out(&stage, "p2", "50", "60").await;
    assert_eq!(became, DecisionState::Applied);
}

/// Somebody changes the budget in the platform's own interface.
pub(crate) fn change_elsewhere(stage: &Stage, cents: i64) {
    let change = CampaignChange {
        daily_budget: Some(cents),
        ..CampaignChange::default()
    };
    let key = format!("somebody else {cents}");
    stage
        .platform
        .with_campaigns(|all| all.change("act_1", "c1", &key, &change))
        .unwrap()
        .unwrap();
}

/// A change from 100 whose intent is on the disk.
pub(crate) async fn begun(desk: &Desk, id: &str, after: &str) -> Intended {
    let reviewed = review_new(desk, &tenant(), by_hand(id, "100", after))
        .await
        .unwrap();
    let permit = reviewed.permit.unwrap();
    intend(desk, &tenant(), permit, &reviewed.entry)
        .await
        .unwrap()
        .unwrap()
}

#[tokio::test]
async fn a_proposal_from_another_budget_is_refused() {
    let stage = Stage::set().await;
    let error = review_new(&stage.desk, &tenant(), by_hand("p1", "90", "95"))
        .await
        .unwrap_err();
    assert!(
        matches!(error, JobError::ProposalDoesNotFit { .. }),
        "{error}"
    );
    assert_eq!(
        stage.kinds().await,
        ["policy"],
        "nothing partial is recorded"
    );
}

#[tokio::test]
async fn one_id_is_one_proposal() {
    let stage = Stage::set().await;
    carried_out(&stage, "p1", "100", "110").await;
    let again = review_new(&stage.desk, &tenant(), by_hand("p1", "110", "120"))
        .await
        .unwrap_err();
    assert!(matches!(again, JobError::ProposalExists(_)));
    assert_eq!(stage.on_platform(), (11_000, 1));
}

pub(crate) async fn state_of_the_proposal(desk: &Desk) -> ProposalState {
    let mut scope = desk.store.tenant(&tenant()).read().await.unwrap();
    scope.proposals(None, 10).await.unwrap()[0].state
}

#[tokio::test]
async fn a_late_settlement_by_who_lost_the_lease_changes_nothing_and_answers_what_is_stored() {
    let stage = Stage::set().await;
    let (desk, tenant) = (&stage.desk, tenant());
    let intended = begun(desk, "p1", "120").await;
    let certainly_not = write(desk, &intended).await;
    stage.platform.faults().on_read(Fault::Garbage);
    let seen = read_back(desk, &intended, certainly_not).await;
    assert_eq!(seen.outcome, ReceiptOutcome::Unconfirmed);
    let mut other = desk.clone();
    other.holder = "the other process".into();
    desk.clock.advance(Duration::from_secs(120));
    assert_eq!(recover_executions(&other, &tenant).await.unwrap(), 1);
    let done = settle(desk, &tenant, &intended, &seen).await.unwrap();
    assert_eq!((done.state, done.receipt), (DecisionState::Applied, None));
    assert_eq!(stage.count("receipt").await, 1);
}

#[tokio::test]
async fn nothing_is_sent_that_could_outlive_the_lease() {
    let stage = Stage::set().await;
    let (desk, tenant) = (&stage.desk, tenant());
    let intended = begun(desk, "p1", "120").await;
    desk.clock.advance(Duration::from_secs(40));
    let certainly_not = write(desk, &intended).await;
    assert!(certainly_not);
    assert_eq!(stage.on_platform(), (10_000, 0));
    let seen = read_back(desk, &intended, certainly_not).await;
    let done = settle(desk, &tenant, &intended, &seen).await.unwrap();
    assert_eq!(done.state, DecisionState::Recorded);
}

#[tokio::test]
async fn a_permit_that_runs_out_while_the_writer_is_busy_is_not_redeemed() {
    let stage = Stage::set().await;
    let (desk, tenant) = (&stage.desk, tenant());
    let reviewed = review_new(desk, &tenant, by_hand("p1", "100", "120"))
        .await
        .unwrap();
    let busy = desk.store.tenant(&tenant).begin().await.unwrap();
    let (intended, ()) = tokio::join!(
        intend(desk, &tenant, reviewed.permit.unwrap(), &reviewed.entry),
        async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            desk.clock.advance(Duration::from_secs(301));
            drop(busy);
        }
    );
    assert_eq!(
        intended.unwrap().unwrap_err(),
        SetAside::PermitExpired,
        "the moment of the intent counts, not the one it was asked for"
    );
}

#[tokio::test]
async fn of_two_reviews_at_once_only_the_first_is_carried_out() {
    let stage = Stage::set().await;
    let (desk, tenant) = (&stage.desk, tenant());
    let first = review_new(desk, &tenant, by_hand("p1", "100", "120"))
        .await
        .unwrap();
    let second = review_new(desk, &tenant, by_hand("p2", "100", "125"))
        .await
        .unwrap();
    let (second_permit, first_permit) = (second.permit.unwrap(), first.permit.unwrap());
    let begun = intend(desk, &tenant, first_permit, &first.entry)
        .await
        .unwrap();
    assert!(begun.is_ok());
    // The second was judged before the first began, so what it was judged by is not true any more.
    let overtaken = intend(desk, &tenant, second_permit, &second.entry)
        .await
        .unwrap();
    assert_eq!(overtaken.unwrap_err(), SetAside::Overtaken);
    let executions = stage
        .kinds()
        .await
        .into_iter()
        .filter(|kind| *kind == "execution")
        .count();
    assert_eq!(executions, 1);
}

#[tokio::test]
async fn a_proposal_that_expired_after_its_review_is_not_begun() {
    let stage = Stage::set().await;
    let mut proposal = by_hand("p1", "100", "120");
    proposal.expires_at = Some(proposal.made_at + chrono::TimeDelta::seconds(30));
    let reviewed = review_new(&stage.desk, &tenant(), proposal).await.unwrap();
    stage.desk.clock.advance(Duration::from_secs(30));
    let done = carry_out(&stage.desk, &tenant(), reviewed).await.unwrap();
    assert_eq!(done.set_aside, Some(SetAside::ProposalExpired));
    assert_eq!(stage.on_platform(), (10_000, 0));
}
