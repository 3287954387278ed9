//! Does a change reach the platform once, and is what became of it said truthfully? Over a real socket, faults included.

#![cfg(test)]

use std::path::Path;
use std::time::Duration;

use stratum_connectors::ad_platform::compare;
use stratum_connectors::fake_ad_platform::campaigns::Campaign;
use stratum_connectors::fake_ad_platform::{FakeAdPlatform, Fault, RunningPlatform, start};
use stratum_connectors::{AdPlatform, Kind, Observed};
use stratum_core::ledger::{Body, Chain, ReviewRecord};
use stratum_core::signal::{MeasurementPlan, Readings};
use stratum_core::trust::{
    Action, Evidence, LedgerView, Policy, Proposal, Proposer, ProposerKind, Redemption, Scope,
    Verdict, review,
};
use stratum_core::vocabulary::{
    AccountId, ActorId, CampaignId, Money, Platform, ProposalId, Reading, TenantId, Timestamp,
};

fn now() -> Timestamp {
    "2026-11-25T12:00:00Z".parse().unwrap()
}

fn account() -> AccountId {
    AccountId::new("act_1").unwrap()
}

fn campaign() -> CampaignId {
    CampaignId::new("c1").unwrap()
}

fn euros(amount: &str) -> Money {
    Money::parse(amount, "EUR").unwrap()
}

fn proposal(id: &str, after: &str) -> Proposal {
    Proposal {
        id: ProposalId::new(id).unwrap(),
        tenant: TenantId::new("north").unwrap(),
        platform: Platform::Meta,
        account: account(),
        action: Action::SetDailyBudget {
            campaign: campaign(),
            before: Some(euros("100")),
            after: euros(after),
        },
        proposer: Proposer {
            kind: ProposerKind::Person,
            id: ActorId::new("ana").unwrap(),
        },
        made_at: now(),
        expires_at: None,
    }
}

/// A redemption, obtained the only way there is: through the gate and the ledger. A person may act by hand.
fn redeemed(proposal: Proposal) -> (Proposal, Redemption) {
    let scope = Scope {
        tenant: proposal.tenant.clone(),
        platform: proposal.platform,
        account: proposal.account.clone(),
        conversion_event: None,
    };
    let plan = MeasurementPlan {
        browser_events: true,
        server_events: true,
        independent_orders: true,
        match_confirmation: false,
        throttle_headroom: false,
    };
    let readings = Readings::nothing();
    let evidence = Evidence {
        scope,
        plan,
        readings,
        performance: Reading::not_supplied(),
    };
    let policy = Policy::baseline_2026_11().unwrap();
    let view = LedgerView::empty(now());
    let tenant = proposal.tenant.clone();
    let review = review(proposal, &evidence, &policy, &view, now());
    let record = ReviewRecord::new(&review, &evidence, &policy, &view, now());
    let entry = Chain::begin(&tenant)
        .append(&Body::Review(Box::new(record)), now())
        .unwrap();
    match review.verdict {
        Verdict::Pass(permit) => permit.redeem(&entry, now()).unwrap(),
        other => panic!("{other:?}"),
    }
}

async fn platform(folder: &Path) -> (RunningPlatform, FakeAdPlatform) {
    let running = start(&folder.join("platform.json")).await.unwrap();
    let client = FakeAdPlatform::new(&running.address(), Duration::from_millis(300)).unwrap();
    (running, client)
}

fn with_one_campaign(running: &RunningPlatform) {
    let campaign = Campaign {
        id: "c1".into(),
        currency: "EUR".into(),
        daily_budget: 10_000,
        bid: None,
        status: "ACTIVE".into(),
    };
    running
        .with_campaigns(|all| all.put("act_1", [campaign]))
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn a_change_is_made_and_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let (running, client) = platform(folder.path()).await;
    with_one_campaign(&running);
    let before = client.read_campaign(&account(), &campaign()).await.unwrap();
    let (proposal, redemption) = redeemed(proposal("p1", "120"));
    client.change(&redemption, &proposal).await.unwrap();
    let after = client.read_campaign(&account(), &campaign()).await.unwrap();
    assert_eq!(after.daily_budget, euros("120"));
    assert_eq!(
        compare(&proposal.action, Some(&before), &after),
        Observed::Applied
    );
    assert_eq!(client.take_records().len(), 3);
    assert!(client.take_records().is_empty());
}

#[tokio::test]
async fn a_redemption_for_another_proposal_sends_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (running, client) = platform(folder.path()).await;
    with_one_campaign(&running);
    let (_, redemption) = redeemed(proposal("p1", "120"));
    let larger = proposal("p1", "1200");
    let error = client.change(&redemption, &larger).await.unwrap_err();
    assert_eq!(error.kind, Kind::NotPermitted);
    assert!(client.take_records().is_empty());
}

#[tokio::test]
async fn the_same_redemption_twice_is_one_change() {
    let folder = tempfile::tempdir().unwrap();
    let (running, client) = platform(folder.path()).await;
    with_one_campaign(&running);
    let (proposal, redemption) = redeemed(proposal("p1", "120"));
    client.change(&redemption, &proposal).await.unwrap();
    client.change(&redemption, &proposal).await.unwrap();
    assert_eq!(running.with_campaigns(|all| all.changes_made()), Some(1));
}

#[tokio::test]
async fn each_fault_is_named_and_the_campaign_tells_what_became_of_it() {
    let expected = [
        (
            Fault::RateLimited,
            Some(Kind::RateLimited),
            Observed::NotApplied,
        ),
        (
            Fault::ServerError,
            Some(Kind::Unavailable),
            Observed::NotApplied,
        ),
        (Fault::Rejected, Some(Kind::Rejected), Observed::NotApplied),
        (Fault::Silent, Some(Kind::TimedOut), Observed::NotApplied),
        (
            Fault::AppliesThenSilent,
            Some(Kind::TimedOut),
            Observed::Applied,
        ),
        (
            Fault::AppliesLate,
            Some(Kind::TimedOut),
            Observed::NotApplied,
        ),
        (Fault::Garbage, Some(Kind::Malformed), Observed::Applied),
        (Fault::AppliesSomethingElse, None, Observed::Unconfirmed),
    ];
    for (fault, failure, outcome) in expected {
        let folder = tempfile::tempdir().unwrap();
        let (running, client) = platform(folder.path()).await;
        with_one_campaign(&running);
        let before = client.read_campaign(&account(), &campaign()).await.unwrap();
        running.faults().on_write(fault);
        let (proposal, redemption) = redeemed(proposal("p1", "120"));
        let answer = client.change(&redemption, &proposal).await;
        assert_eq!(answer.err().map(|error| error.kind), failure, "{fault:?}");
        let after = client.read_campaign(&account(), &campaign()).await.unwrap();
        let seen = compare(&proposal.action, Some(&before), &after);
        assert_eq!(seen, outcome, "{fault:?}");
        let certainly_not = failure.is_some_and(Kind::is_certainly_not_applied);
        assert!(
            !certainly_not || outcome == Observed::NotApplied,
            "{fault:?}"
        );
    }
}

#[tokio::test]
async fn a_change_that_timed_out_may_still_be_made_after_the_old_value_was_seen() {
    let folder = tempfile::tempdir().unwrap();
    let (running, client) = platform(folder.path()).await;
    with_one_campaign(&running);
    running.faults().on_write(Fault::AppliesLate);
    let (proposal, redemption) = redeemed(proposal("p1", "120"));
    client.change(&redemption, &proposal).await.unwrap_err();
    for expected in ["100", "120", "120"] {
        let seen = client.read_campaign(&account(), &campaign()).await.unwrap();
        assert_eq!(seen.daily_budget, euros(expected));
    }
    assert_eq!(running.with_campaigns(|all| all.changes_made()), Some(1));
}

#[tokio::test]
async fn a_read_is_tried_again_where_that_helps() {
    let folder = tempfile::tempdir().unwrap();
    let (running, client) = platform(folder.path()).await;
    with_one_campaign(&running);
    running.faults().on_read(Fault::ServerError);
    running.faults().on_read(Fault::RateLimited);
    assert!(client.read_campaign(&account(), &campaign()).await.is_ok());
    running.faults().on_read(Fault::Garbage);
    let error = client
        .read_campaign(&account(), &campaign())
        .await
        .unwrap_err();
    assert_eq!(error.kind, Kind::Malformed);
    let gone = CampaignId::new("gone").unwrap();
    let error = client.read_campaign(&account(), &gone).await.unwrap_err();
    assert_eq!((error.kind, error.status), (Kind::NotFound, Some(404)));
}

#[tokio::test]
async fn the_platform_remembers_across_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let (proposal, redemption) = redeemed(proposal("p1", "120"));
    {
        let (running, client) = platform(folder.path()).await;
        with_one_campaign(&running);
        client.change(&redemption, &proposal).await.unwrap();
    }
    let (running, client) = platform(folder.path()).await;
    client.change(&redemption, &proposal).await.unwrap();
    let after = client.read_campaign(&account(), &campaign()).await.unwrap();
    assert_eq!(after.daily_budget, euros("120"));
    assert_eq!(running.with_campaigns(|all| all.changes_made()), Some(1));
}

#[tokio::test]
async fn a_platform_that_is_gone_is_unavailable() {
    let folder = tempfile::tempdir().unwrap();
    let (running, client) = platform(folder.path()).await;
    drop(running);
    tokio::time::sleep(Duration::from_millis(50)).await;
    let error = client
        .read_campaign(&account(), &campaign())
        .await
        .unwrap_err();
    assert!(
        matches!(error.kind, Kind::Unavailable | Kind::TimedOut),
        "{error}"
    );
}
