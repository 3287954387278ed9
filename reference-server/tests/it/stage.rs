//! What do the tests stand on? A tenant with one account and one campaign, a clock moved by hand, a fake platform.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::Value;
use stratum_connectors::fake_ad_platform::campaigns::Campaign as PlatformCampaign;
use stratum_connectors::fake_ad_platform::{FakeAdPlatform, RunningPlatform, start};
use stratum_core::ledger::{Body as Record, Entry};
use stratum_core::signal::MeasurementPlan;
use stratum_core::trust::{
    Action, Enforcement, Limit, LimitRule, Policy, Proposal, Proposer, ProposerKind,
};
use stratum_core::vocabulary::{
    AccountId, ActorId, CampaignId, Money, Platform, PolicyVersion, ProposalId, TenantId, Timestamp,
};
use stratum_server::clock::Clock;
use stratum_server::config::{Config, DEFAULT_LISTEN};
use stratum_server::desk::Desk;
use stratum_server::http::{AppState, router};
use stratum_server::jobs::adopt_policy::adopt_policy;
use stratum_store::metrics::{Granularity, MetricPeriod};
use stratum_store::{Account, Campaign, Store, Tenant};
use tempfile::TempDir;
use tower::ServiceExt as _;

pub(crate) struct Stage {
    pub(crate) folder: TempDir,
    pub(crate) desk: Desk,
    pub(crate) platform: RunningPlatform,
}

pub(crate) fn tenant() -> TenantId {
    TenantId::new("north").unwrap()
}

pub(crate) fn account() -> AccountId {
    AccountId::new("act_1").unwrap()
}

pub(crate) fn actor(id: &str) -> ActorId {
    ActorId::new(id).unwrap()
}

pub(crate) fn euros(amount: &str) -> Money {
    Money::parse(amount, "EUR").unwrap()
}

pub(crate) fn noon() -> Timestamp {
    "2026-11-25T12:00:00Z".parse().unwrap()
}

/// A change of the campaign's daily budget, by a person: within limits it needs no health.
pub(crate) fn by_hand(id: &str, before: &str, after: &str) -> Proposal {
    by(ProposerKind::Person, "ana", id, before, after)
}

pub(crate) fn by(kind: ProposerKind, who: &str, id: &str, before: &str, after: &str) -> Proposal {
    Proposal {
        id: ProposalId::new(id).unwrap(),
        tenant: tenant(),
        platform: Platform::Meta,
        account: account(),
        action: Action::SetDailyBudget {
            campaign: CampaignId::new("c1").unwrap(),
            before: Some(euros(before)),
            after: euros(after),
        },
        proposer: Proposer {
            kind,
            id: actor(who),
        },
        made_at: noon(),
        expires_at: None,
    }
}

/// A desk on the files of a folder, as a process would set it up.
pub(crate) async fn desk_at(folder: &Path, platform: &RunningPlatform, at: Timestamp) -> Desk {
    let store = Store::open(&folder.join("stratum.db")).await.unwrap();
    let client = FakeAdPlatform::new(&platform.address(), Duration::from_millis(250)).unwrap();
    Desk::new(store, Clock::by_hand(at)).connected_to(Arc::new(client))
}

impl Stage {
    pub(crate) async fn set() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let platform = start(&folder.path().join("platform.json")).await.unwrap();
        let desk = desk_at(folder.path(), &platform, noon()).await;
        let about = Tenant {
            id: tenant(),
            name: "North".into(),
            simulation: false,
        };
        desk.store
            .operator()
            .put_tenant(&about, noon())
            .await
            .unwrap();
        adopt_policy(
            &desk,
            &tenant(),
            &Policy::baseline_2026_11().unwrap(),
            &actor("ana"),
        )
        .await
        .unwrap();
        let mut scope = desk.store.tenant(&tenant()).begin().await.unwrap();
        let plan = MeasurementPlan {
            browser_events: true,
            server_events: true,
            independent_orders: true,
            match_confirmation: false,
            throttle_headroom: false,
        };
        let account_row = Account {
            id: account(),
            platform: Platform::Meta,
            name: "North on Meta".into(),
            currency: "EUR".parse().unwrap(),
            time_zone: "Europe/Berlin".into(),
            conversion_event: stratum_core::vocabulary::EventName::new("purchase").unwrap(),
            plan,
        };
        scope.put_account(&account_row).await.unwrap();
        let campaign = Campaign {
            id: CampaignId::new("c1").unwrap(),
            account: account(),
            name: "Tents".into(),
            daily_budget: Some(euros("100")),
            paused: false,
        };
        scope.put_campaign(&campaign).await.unwrap();
        scope.commit().await.unwrap();
        let on_platform = PlatformCampaign {
            id: "c1".into(),
            currency: "EUR".into(),
            daily_budget: 10_000,
            bid: None,
            status: "ACTIVE".into(),
        };
        platform
            .with_campaigns(|all| all.put("act_1", [on_platform]))
            .unwrap()
            .unwrap();
        Self {
            folder,
            desk,
            platform,
        }
    }

    /// Adopts a policy whose only limit is this one; breaking it blocks.
    pub(crate) async fn limited_by(&self, rule: LimitRule) {
        let mut settings = Policy::baseline_2026_11().unwrap().settings().clone();
        settings.version = PolicyVersion::new("one limit").unwrap();
        let mode = Enforcement::HardBlock;
        settings.limits = vec![Limit { rule, mode }];
        let policy = Policy::new(settings).unwrap();
        adopt_policy(&self.desk, &tenant(), &policy, &actor("ana"))
            .await
            .unwrap();
    }

    pub(crate) fn app(&self) -> Router {
        let config = Config::of(DEFAULT_LISTEN, self.folder.path().to_owned());
        router(AppState::new(config, self.desk.clone()))
    }

    /// What the platform has: the budget in cents and how many different changes were made.
    pub(crate) fn on_platform(&self) -> (i64, usize) {
        let look = |all: &mut stratum_connectors::fake_ad_platform::Campaigns| {
            (
                all.find("act_1", "c1").unwrap().daily_budget,
                all.changes_made(),
            )
        };
        self.platform.with_campaigns(look).unwrap()
    }

    pub(crate) async fn records(&self) -> Vec<Record> {
        entries(&self.desk)
            .await
            .iter()
            .map(|entry| Record::read(entry).unwrap())
            .collect()
    }

    pub(crate) async fn kinds(&self) -> Vec<&'static str> {
        entries(&self.desk)
            .await
            .iter()
            .map(|entry| entry.kind.as_str())
            .collect()
    }

    /// How many entries of a kind the ledger has.
    pub(crate) async fn count(&self, kind: &str) -> usize {
        let kinds = self.kinds().await;
        kinds.into_iter().filter(|known| *known == kind).count()
    }
}

/// What the campaign of the stage spent in a period that began at `at`; one conversion, worth nothing.
pub(crate) fn period(granularity: Granularity, at: Timestamp, spend: &str) -> MetricPeriod {
    MetricPeriod {
        account: account(),
        campaign: CampaignId::new("c1").unwrap(),
        granularity,
        at,
        spend: euros(spend),
        impressions: 1000,
        clicks: 10,
        conversions: 1,
        revenue: euros("0"),
        learning: false,
    }
}

pub(crate) async fn entries(desk: &Desk) -> Vec<Entry> {
    let mut scope = desk.store.tenant(&tenant()).read().await.unwrap();
    scope.entries_after(0, 1000).await.unwrap()
}

/// Sends a request and answers status and JSON (null where there is none).
pub(crate) async fn ask(
    app: &Router,
    method: &str,
    path: &str,
    body: Option<&Value>,
) -> (StatusCode, Value) {
    let mut request = Request::builder().method(method).uri(path);
    let bytes = match body {
        Some(value) => {
            request = request.header("content-type", "application/json");
            Body::from(serde_json::to_vec(value).unwrap())
        }
        None => Body::empty(),
    };
    send(app, request.body(bytes).unwrap()).await
}

pub(crate) async fn send(app: &Router, request: Request<Body>) -> (StatusCode, Value) {
    let response = app.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let bytes = axum::body::to_bytes(response.into_body(), 64 * 1024 * 1024)
        .await
        .unwrap();
    (
        status,
        serde_json::from_slice(&bytes).unwrap_or(Value::Null),
    )
}
