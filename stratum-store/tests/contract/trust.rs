//! Are permits used once, leases respected, approvals spent once, policies kept?

use chrono::TimeDelta;
use stratum_core::signal::{Status, StatusMemory};
use stratum_core::trust::{
    Action, Approval, Direction, Freeze, FreezeScope, Policy, Proposal, Proposer, ProposerKind,
};
use stratum_core::vocabulary::{Platform, ProposalId};
use stratum_store::trust::{
    Decision, DecisionFilter, ExecutionState, Incident, IncidentSource, LONGEST_WAIT, NewExecution,
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
        before: serde_json::json!({"daily_budget": "100.00"}),
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
    let lease = TimeDelta::minutes(1)..=TimeDelta::hours(6);
    // Before the lease runs out nobody can take it over.
    assert!(
        scope
            .claim_executions("two", lease.clone(), now, 10)
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
async fn what_is_unconfirmed_is_claimed_after_intents_and_ever_more_rarely() {
    let world = World::new().await;
    let now = at("2026-11-25T12:00:00Z");
    let mut scope = world.store.tenant(&world.north).begin().await.unwrap();
    for number in 0..20 {
        let permit = format!("old{number:02}");
        let begun = now + TimeDelta::seconds(number);
        scope
            .begin_execution(&execution(&permit, "one"), begun)
            .await
            .unwrap();
        scope
            .settle_execution(&permit, "one", ExecutionState::Unconfirmed, begun)
            .await
            .unwrap();
    }
    let new = now + TimeDelta::hours(1);
    scope
        .begin_execution(&execution("new", "one"), new)
        .await
        .unwrap();
    let lease = TimeDelta::minutes(1)..=TimeDelta::hours(6);
    let mut claim = async |at, limit| {
        let claimed = scope.claim_executions("two", lease.clone(), at, limit);
        claimed.await.unwrap()
    };
    let later = new + TimeDelta::minutes(2);
    let first = claim(later, 1).await;
    assert_eq!(first[0].permit, "new");
    assert_eq!(first[0].lease_until, later + TimeDelta::minutes(2));
    // Each of the others has its turn once, and then not before as much time has passed as it is old.
    let mut seen: Vec<String> = Vec::new();
    for _ in 0..4 {
        seen.extend(claim(later, 5).await.into_iter().map(|e| e.permit));
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 20);
    assert!(claim(later, 50).await.is_empty());
    let turn = claim(later + TimeDelta::minutes(62), 50).await;
    assert_eq!((turn.len(), turn[0].permit.as_str()), (21, "new"));
    // Never more rarely than the longest pause.
    let week = later + TimeDelta::days(7);
    let turn = claim(week, 50).await;
    assert_eq!(turn[20].lease_until, week + TimeDelta::hours(6));
}

#[tokio::test]
async fn a_persons_word_settles_only_what_is_unconfirmed() {
    let world = World::new().await;
    let now = at("2026-11-25T12:00:00Z");
    let mut scope = world.store.tenant(&world.north).begin().await.unwrap();
    scope
        .begin_execution(&execution("k1", "one"), now)
        .await
        .unwrap();
    let (applied, unconfirmed) = (ExecutionState::Applied, ExecutionState::Unconfirmed);
    assert!(
        !scope
            .settle_execution_by_hand("k1", applied, now)
            .await
            .unwrap()
    );
    assert!(
        scope
            .unconfirmed_execution(&id("p1"))
            .await
            .unwrap()
            .is_none()
    );
    scope
        .settle_execution("k1", "one", unconfirmed, now)
        .await
        .unwrap();
    let open = scope.unconfirmed_execution(&id("p1")).await.unwrap();
    assert_eq!(open.unwrap().permit, "k1");
    for expected in [true, false] {
        let done = scope.settle_execution_by_hand("k1", applied, now).await;
        assert_eq!(done.unwrap(), expected);
    }
}

#[tokio::test]
async fn a_later_execution_of_the_campaign_is_seen_unless_it_was_certainly_not_applied() {
    let world = World::new().await;
    let now = at("2026-11-25T12:00:00Z");
    let mut scope = world.store.tenant(&world.north).begin().await.unwrap();
    scope
        .begin_execution(&execution("k1", "one"), now)
        .await
        .unwrap();
    let first = scope.execution("k1").await.unwrap().unwrap();
    let before = serde_json::json!({"daily_budget": "100.00"});
    assert_eq!(first.before, Some(before));
    assert!(!scope.is_changed_again(&first).await.unwrap());
    let later = now + TimeDelta::minutes(2);
    scope
        .begin_execution(&execution("k2", "one"), later)
        .await
        .unwrap();
    assert!(scope.is_changed_again(&first).await.unwrap());
    let second = scope.execution("k2").await.unwrap().unwrap();
    assert!(!scope.is_changed_again(&second).await.unwrap());
    scope
        .settle_execution("k2", "one", ExecutionState::NotApplied, later)
        .await
        .unwrap();
    assert!(!scope.is_changed_again(&first).await.unwrap());
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
        (stored.state, stored.seq, &stored.proposal),
        (awaiting, Some(7), &proposal("p1"))
    );
    assert_eq!(scope.proposals(Some(awaiting), 10).await.unwrap().len(), 1);
    assert_eq!(scope.count_proposals(awaiting).await.unwrap(), 1);
    assert!(scope.expire_proposals(now).await.unwrap().is_empty());
    let end = at("2026-11-25T13:00:00Z");
    let expired = scope.expire_proposals(end).await.unwrap();
    assert_eq!(expired, [stored], "each as it was before it expired");
    assert_eq!(
        scope.proposal(&one).await.unwrap().unwrap().state,
        ProposalState::Expired
    );
    // One that names no end waits for a week.
    let endless = Proposal {
        expires_at: None,
        ..proposal("p2")
    };
    scope
        .add_proposal(&endless, awaiting, None, now)
        .await
        .unwrap();
    let end = now + LONGEST_WAIT;
    let just_before = end - TimeDelta::microseconds(1);
    assert!(
        scope
            .expire_proposals(just_before)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(scope.expire_proposals(end).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_proposal_whose_write_is_open_does_not_expire() {
    let world = World::new().await;
    let now = at("2026-11-25T12:00:00Z");
    let late = at("2026-11-25T14:00:00Z");
    let mut scope = world.store.tenant(&world.north).begin().await.unwrap();
    let waiting = ProposalState::Waiting;
    scope
        .add_proposal(&proposal("p1"), waiting, None, now)
        .await
        .unwrap();
    scope
        .begin_execution(&execution("k1", "one"), now)
        .await
        .unwrap();
    for state in [ExecutionState::Intent, ExecutionState::Unconfirmed] {
        if state != ExecutionState::Intent {
            scope
                .settle_execution("k1", "one", state, now)
                .await
                .unwrap();
        }
        assert!(scope.expire_proposals(late).await.unwrap().is_empty());
        let stored = scope.proposal(&id("p1")).await.unwrap().unwrap();
        assert_eq!(stored.state, waiting, "{state}");
    }
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
        let at = now + TimeDelta::hours(hour);
        scope
            .put_health(&id("act_1"), at, &serde_json::json!({"score": hour}))
            .await
            .unwrap();
    }
    let found = scope
        .health_history(&id("act_1"), now, now + TimeDelta::hours(1), 10)
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
