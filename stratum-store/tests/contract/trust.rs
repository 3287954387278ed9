//! Are permits used once, leases respected, approvals spent once, policies kept?

use stratum_core::signal::{Status, StatusMemory};
use stratum_core::trust::{
    Action, Approval, Direction, Freeze, FreezeScope, Policy, Proposal, Proposer, ProposerKind,
};
use stratum_core::vocabulary::{Platform, ProposalId};
use stratum_store::trust::{
    Decision, DecisionFilter, ExecutionState, Incident, IncidentSource, NewExecution,
    ProposalState, Truth,
};

use super::world::{World, at, euros, id};

fn proposal(name: &str) -> Proposal {
    Proposal {
        id: id(name),
        tenant: id("north"),
        platform: Platform::Meta,
        account: id("act_1"),
        action: Action::SetDailyBudget {
            campaign: id("cmp_1"),
            before: Some(euros("100.00")),
            after: euros("120.00"),
        },
        proposer: Proposer {
            kind: ProposerKind::Rule,
            id: id("rule-1"),
        },
        made_at: at("2026-11-25T11:59:00Z"),
        expires_at: Some(at("2026-11-25T13:00:00Z")),
    }
}

fn execution(permit: &str, holder: &str) -> NewExecution {
    NewExecution {
        permit: permit.to_owned(),
        proposal: id("p1"),
        account: id("act_1"),
        action: proposal("p1").action,
        by_automation: true,
        lease_holder: holder.to_owned(),
        lease_until: at("2026-11-25T12:01:00Z"),
    }
}

#[tokio::test]
async fn a_permit_is_used_once_and_its_lease_fences_the_late() {
    let world = World::new().await;
    let now = at("2026-11-25T12:00:00Z");
    let mut scope = world.store.tenant(&world.north).begin().await.unwrap();
    assert!(
        scope
            .begin_execution(&execution("k1", "one"), now)
            .await
            .unwrap()
    );
    assert!(
        !scope
            .begin_execution(&execution("k1", "two"), now)
            .await
            .unwrap()
    );
    let lease = at("2026-11-25T12:05:00Z");
    // Before the lease runs out nobody can take it over.
    assert!(
        scope
            .claim_executions("two", lease, now, 10)
            .await
            .unwrap()
            .is_empty()
    );
    let late = at("2026-11-25T12:02:00Z");
    let claimed = scope
        .claim_executions("two", lease, late, 10)
        .await
        .unwrap();
    assert_eq!(claimed.len(), 1);
    assert_eq!(claimed[0].state, ExecutionState::Intent);
    // What is under way is not applied, and counts for limits all the same.
    let midnight = at("2026-11-25T00:00:00Z");
    assert!(scope.applied_changes(midnight).await.unwrap().is_empty());
    assert_eq!(scope.possible_changes(midnight).await.unwrap().len(), 1);
    // Who lost the lease cannot settle any more; who holds it can, once.
    let done = ExecutionState::Applied;
    assert!(
        !scope
            .settle_execution("k1", "one", done, late)
            .await
            .unwrap()
    );
    assert!(
        scope
            .settle_execution("k1", "two", done, late)
            .await
            .unwrap()
    );
    assert!(
        !scope
            .settle_execution("k1", "two", ExecutionState::NotApplied, late)
            .await
            .unwrap()
    );
    let applied = scope
        .applied_changes(at("2026-11-25T00:00:00Z"))
        .await
        .unwrap();
    assert_eq!(applied.len(), 1);
    // It counts from when it was written, not from when its outcome became known.
    assert_eq!(
        (applied[0].direction, applied[0].at),
        (Direction::Increase, now)
    );
    assert_eq!(applied[0].after, Some(euros("120.00")));
    assert!(
        scope
            .applied_changes(at("2026-11-26T00:00:00Z"))
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(scope.execution("k1").await.unwrap().unwrap().state, done);
}

#[tokio::test]
async fn a_proposal_moves_only_from_where_it_is() {
    let world = World::new().await;
    let now = at("2026-11-25T12:00:00Z");
    let mut scope = world.store.tenant(&world.north).begin().await.unwrap();
    let (waiting, awaiting) = (ProposalState::Waiting, ProposalState::AwaitingApproval);
    assert!(
        scope
            .add_proposal(&proposal("p1"), waiting, None, now)
            .await
            .unwrap()
    );
    assert!(
        !scope
            .add_proposal(&proposal("p1"), waiting, None, now)
            .await
            .unwrap()
    );
    let one: ProposalId = id("p1");
    assert!(
        scope
            .move_proposal(&one, waiting, awaiting, Some(7))
            .await
            .unwrap()
    );
    assert!(
        !scope
            .move_proposal(&one, waiting, ProposalState::Applied, None)
            .await
            .unwrap()
    );
    let stored = scope.proposal(&one).await.unwrap().unwrap();
    assert_eq!(
        (stored.state, stored.seq, stored.proposal),
        (awaiting, Some(7), proposal("p1"))
    );
    assert_eq!(scope.proposals(Some(awaiting), 10).await.unwrap().len(), 1);
    assert_eq!(scope.count_proposals(awaiting).await.unwrap(), 1);
    assert_eq!(scope.expire_proposals(now).await.unwrap(), 0);
    assert_eq!(
        scope
            .expire_proposals(at("2026-11-25T13:00:00Z"))
            .await
            .unwrap(),
        1
    );
    assert_eq!(
        scope.proposal(&one).await.unwrap().unwrap().state,
        ProposalState::Expired
    );
}

#[tokio::test]
async fn an_approval_is_spent_once() {
    let world = World::new().await;
    let now = at("2026-11-25T12:00:00Z");
    let policy = Policy::baseline_2026_11().unwrap();
    let approval = Approval::give(&proposal("p1"), id("ben"), &policy, now).unwrap();
    let mut scope = world.store.tenant(&world.north).begin().await.unwrap();
    scope.add_approval(&approval).await.unwrap();
    scope.add_approval(&approval).await.unwrap();
    let (given, spent) = scope.approvals(proposal("p1").digest()).await.unwrap();
    assert_eq!(
        (given.as_slice(), spent.len()),
        ([approval.clone()].as_slice(), 0)
    );
    assert!(scope.spend_approval(approval.digest(), now).await.unwrap());
    assert!(!scope.spend_approval(approval.digest(), now).await.unwrap());
    let (_, spent) = scope.approvals(proposal("p1").digest()).await.unwrap();
    assert_eq!(spent, [approval.digest()]);
}

#[tokio::test]
async fn a_freeze_is_in_force_until_it_is_lifted() {
    let world = World::new().await;
    let now = at("2026-11-25T12:00:00Z");
    let freeze = Freeze {
        id: id("f1"),
        scope: FreezeScope {
            platform: None,
            account: Some(id("act_1")),
            campaign: None,
        },
        by: id("ana"),
        at: now,
        why: "the pixel looks wrong".to_owned(),
    };
    let mut scope = world.store.tenant(&world.north).begin().await.unwrap();
    assert!(scope.add_freeze(&freeze).await.unwrap());
    assert!(!scope.add_freeze(&freeze).await.unwrap());
    assert_eq!(
        scope.freezes().await.unwrap(),
        std::slice::from_ref(&freeze)
    );
    assert!(
        scope
            .lift_freeze(&freeze.id, &id("ben"), now)
            .await
            .unwrap()
    );
    assert!(
        !scope
            .lift_freeze(&freeze.id, &id("ben"), now)
            .await
            .unwrap()
    );
    assert!(scope.freezes().await.unwrap().is_empty());
}

#[tokio::test]
async fn the_policy_adopted_last_holds_and_the_others_are_kept() {
    let world = World::new().await;
    let now = at("2026-11-25T12:00:00Z");
    let first = Policy::baseline_2026_11().unwrap();
    let mut settings = first.settings().clone();
    settings.permit_seconds = 60;
    let second = Policy::new(settings).unwrap();
    let mut scope = world.store.tenant(&world.north).begin().await.unwrap();
    assert!(scope.current_policy().await.unwrap().is_none());
    for policy in [&first, &second] {
        scope.adopt_policy(policy, &id("ana"), now).await.unwrap();
    }
    assert_eq!(
        scope.current_policy().await.unwrap().unwrap().policy,
        second
    );
    assert_eq!(
        scope.policy(first.digest()).await.unwrap().unwrap().policy,
        first
    );
    scope.adopt_policy(&first, &id("ana"), now).await.unwrap();
    assert_eq!(scope.current_policy().await.unwrap().unwrap().policy, first);
}

#[tokio::test]
async fn memories_and_histories_come_back() {
    let world = World::new().await;
    let now = at("2026-11-25T12:00:00Z");
    let memory = StatusMemory {
        status: Status::Degraded,
        since: now,
        better_since: None,
    };
    let mut scope = world.store.tenant(&world.north).begin().await.unwrap();
    scope
        .put_status_memory("act_1", &memory, now)
        .await
        .unwrap();
    assert_eq!(scope.status_memory("act_1").await.unwrap(), Some(memory));
    assert_eq!(scope.status_memory("act_2").await.unwrap(), None);
    for hour in 0..3 {
        let at = now + chrono::TimeDelta::hours(hour);
        scope
            .put_health(&id("act_1"), at, &serde_json::json!({"score": hour}))
            .await
            .unwrap();
    }
    let found = scope
        .health_history(&id("act_1"), now, now + chrono::TimeDelta::hours(1), 10)
        .await;
    assert_eq!(found.unwrap().len(), 2);
    let newest = scope.newest_health(&id("act_1")).await.unwrap().unwrap();
    assert_eq!(newest.health, serde_json::json!({"score": 2}));
}

#[tokio::test]
async fn decisions_and_incidents_are_listed_newest_first() {
    let world = World::new().await;
    let now = at("2026-11-25T12:00:00Z");
    let decision = |seq: u64, verdict: &str| Decision {
        seq,
        at: now,
        account: id("act_1"),
        campaign: id("cmp_1"),
        proposal: id(&format!("p{seq}")),
        verdict: verdict.to_owned(),
        state: "recorded".to_owned(),
        truth: Some(Truth::Harmful),
        summary: serde_json::json!({}),
    };
    let mut scope = world.store.tenant(&world.north).begin().await.unwrap();
    for (seq, verdict) in [(1, "pass"), (2, "hold"), (3, "hold"), (4, "block")] {
        scope.put_decision(&decision(seq, verdict)).await.unwrap();
    }
    scope.set_decision_state(2, "held").await.unwrap();
    let filter = DecisionFilter {
        verdict: Some("hold".to_owned()),
        ..DecisionFilter::default()
    };
    let held = scope.decisions(&filter, 10).await.unwrap();
    assert_eq!(held.iter().map(|d| d.seq).collect::<Vec<_>>(), [3, 2]);
    let before = DecisionFilter {
        before: Some(3),
        ..DecisionFilter::default()
    };
    assert_eq!(scope.decisions(&before, 1).await.unwrap()[0].state, "held");
    assert_eq!(scope.decision(4).await.unwrap(), Some(decision(4, "block")));
    let incident = Incident {
        id: "i1".to_owned(),
        account: id("act_1"),
        kind: "pixel_lost".to_owned(),
        began_at: now,
        ended_at: None,
        fault: true,
        source: IncidentSource::SimulationTruth,
        first_noticed_at: None,
        summary: serde_json::json!({"code": "pixel_lost"}),
    };
    scope.put_incident(&incident).await.unwrap();
    assert_eq!(scope.incidents(now, 10).await.unwrap(), [incident]);
}
