//! Does everybody get their turn? Health each hour and rules every six, whatever fails for others or was missed.

use std::time::Duration;

use chrono::TimeDelta;
use stratum_core::trust::Proposal;
use stratum_core::vocabulary::{AccountId, CampaignId, TenantId, Timestamp};
use stratum_server::desk::Desk;
use stratum_server::jobs::adopt_policy::adopt_policy;
use stratum_server::jobs::run_rules::{
    RETURN_RULE, ReturnRuleSettings, decide_each, run_rules, run_rules_in_turn,
};
use stratum_server::running::background::{Evaluated, turn};
use stratum_store::metrics::{Granularity, MetricPeriod};
use stratum_store::{Campaign, Tenant};

use crate::stage::{Stage, account, actor, by_hand, euros, noon, period, tenant};

/// Three days in which the campaign earned far more than it cost: the rule wants to raise it.
async fn earn(desk: &Desk, campaign: &CampaignId, until: Timestamp) {
    let rows = (1..=72).map(|hours| MetricPeriod {
        campaign: campaign.clone(),
        clicks: 50,
        conversions: 2,
        revenue: euros("140"),
        ..an_hour(until, hours)
    });
    report(desk, &rows.collect::<Vec<_>>()).await;
}

fn an_hour(until: Timestamp, hours: i64) -> MetricPeriod {
    period(Granularity::Hour, until - TimeDelta::hours(hours), "4")
}

/// A tenant whose platform reported this and whose rule aims at a return of two.
async fn report(desk: &Desk, rows: &[MetricPeriod]) {
    let mut scope = desk.store.tenant(&tenant()).begin().await.unwrap();
    scope.put_metrics(rows).await.unwrap();
    let settings = ReturnRuleSettings { target_return: 2.0 };
    scope
        .put_rule_state(RETURN_RULE, &settings, noon())
        .await
        .unwrap();
    scope.commit().await.unwrap();
}

fn first_campaign() -> CampaignId {
    CampaignId::new("c1").unwrap()
}

/// How many proposals there are.
async fn proposed(desk: &Desk) -> usize {
    let mut scope = desk.store.tenant(&tenant()).read().await.unwrap();
    scope.proposals(None, 100).await.unwrap().len()
}

/// How many hours of health the history of the first account has.
async fn evaluated_hours(desk: &Desk, tenant: &TenantId) -> usize {
    let mut scope = desk.store.tenant(tenant).read().await.unwrap();
    let (from, to) = (noon(), noon() + TimeDelta::days(2));
    let history = scope.health_history(&account(), from, to, 100).await;
    history.unwrap().len()
}

#[tokio::test]
async fn rules_look_once_in_six_hours_and_a_missed_turn_is_made_up_for_after_a_restart() {
    let stage = Stage::set().await;
    let desk = &stage.desk;
    earn(desk, &first_campaign(), noon()).await;
    desk.clock.advance(Duration::from_secs(80 * 60));
    let mut evaluated = Evaluated::new();
    turn(desk, &mut evaluated).await;
    assert_eq!(proposed(desk).await, 1, "noon was missed");
    for _ in 0..3 {
        desk.clock.advance(Duration::from_secs(3600));
        turn(desk, &mut evaluated).await;
    }
    assert_eq!(evaluated_hours(desk, &tenant()).await, 4);
    assert_eq!(proposed(desk).await, 1, "it is not six yet");
    turn(desk, &mut Evaluated::new()).await;
    assert_eq!(proposed(desk).await, 1, "a restart is no turn");
    // Six o'clock passes while nobody is here.
    desk.clock.advance(Duration::from_secs(4 * 3600));
    turn(desk, &mut Evaluated::new()).await;
    turn(desk, &mut Evaluated::new()).await;
    assert_eq!(proposed(desk).await, 2);
}

#[tokio::test]
async fn a_tenant_that_cannot_be_evaluated_keeps_its_turn_and_takes_no_other() {
    let stage = Stage::set().await;
    let desk = &stage.desk;
    // Before the other in the order of names, and without a policy.
    let early = TenantId::new("early").unwrap();
    let about = Tenant {
        id: early.clone(),
        name: "Early".into(),
        simulation: false,
    };
    desk.store
        .operator()
        .put_tenant(&about, noon())
        .await
        .unwrap();
    let mut own = desk.store.tenant(&tenant()).read().await.unwrap();
    let account = own.accounts().await.unwrap().remove(0);
    drop(own);
    let mut scope = desk.store.tenant(&early).begin().await.unwrap();
    scope.put_account(&account).await.unwrap();
    scope.commit().await.unwrap();
    desk.clock.advance(Duration::from_secs(120));
    let mut evaluated = Evaluated::new();
    turn(desk, &mut evaluated).await;
    assert_eq!(evaluated_hours(desk, &tenant()).await, 1);
    assert_eq!(evaluated_hours(desk, &early).await, 0);
    let policy = stratum_core::trust::Policy::baseline_2026_11().unwrap();
    adopt_policy(desk, &early, &policy, &actor("ana"))
        .await
        .unwrap();
    desk.clock.advance(Duration::from_secs(60));
    turn(desk, &mut evaluated).await;
    assert_eq!(evaluated_hours(desk, &early).await, 1, "in the same hour");
    assert_eq!(evaluated_hours(desk, &tenant()).await, 1, "and only once");
}

#[tokio::test]
async fn a_turn_that_failed_is_still_to_be_had() {
    let stage = Stage::set().await;
    let desk = &stage.desk;
    earn(desk, &first_campaign(), noon()).await;
    desk.store.close().await;
    assert!(run_rules_in_turn(desk, &tenant(), noon()).await.is_err());
    let again = crate::stage::desk_at(stage.folder.path(), &stage.platform, noon()).await;
    run_rules_in_turn(&again, &tenant(), noon()).await.unwrap();
    assert_eq!(proposed(&again).await, 1);
}

#[tokio::test]
async fn one_proposal_that_does_not_fit_takes_no_other_with_it() {
    let stage = Stage::set().await;
    let unfit = by_hand("p1", "90", "95");
    let elsewhere = Proposal {
        account: AccountId::new("act_9").unwrap(),
        ..by_hand("p2", "100", "110")
    };
    let fit = by_hand("p3", "100", "110");
    let decided = decide_each(&stage.desk, &tenant(), vec![unfit, elsewhere, fit])
        .await
        .unwrap();
    let ids: Vec<&str> = decided.iter().map(|p| p.proposal.id.as_str()).collect();
    assert_eq!(ids, ["p3"]);
    assert_eq!(stage.on_platform(), (11_000, 1));
}

#[tokio::test]
async fn a_campaign_with_the_longest_id_is_looked_at_like_any_other() {
    let stage = Stage::set().await;
    let desk = &stage.desk;
    let long = CampaignId::new(&"x".repeat(128)).unwrap();
    let mut scope = desk.store.tenant(&tenant()).begin().await.unwrap();
    let campaign = Campaign {
        id: long.clone(),
        account: account(),
        name: "Long".into(),
        daily_budget: Some(euros("100")),
        paused: false,
    };
    scope.put_campaign(&campaign).await.unwrap();
    scope.commit().await.unwrap();
    earn(desk, &first_campaign(), noon()).await;
    earn(desk, &long, noon()).await;
    let decided = run_rules(desk, &tenant()).await.unwrap();
    assert_eq!(decided.len(), 2);
    assert!(
        run_rules(desk, &tenant()).await.unwrap().is_empty(),
        "the same look again proposes nothing"
    );
}

#[tokio::test]
async fn a_rule_says_nothing_where_nobody_knows_what_an_order_is_worth() {
    let stage = Stage::set().await;
    let rows = (1..=72).map(|hours| MetricPeriod {
        conversions: 0,
        spend: euros("400"),
        ..an_hour(noon(), hours)
    });
    report(&stage.desk, &rows.collect::<Vec<_>>()).await;
    assert!(run_rules(&stage.desk, &tenant()).await.unwrap().is_empty());
}
