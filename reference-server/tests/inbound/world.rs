//! The endpoints that take data in, on a fresh store with one tenant, one account, two sources and a clock that stands still.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::Value;
use stratum_core::signal::MeasurementPlan;
use stratum_core::vocabulary::{AccountId, EventName, Platform, TenantId, Timestamp};
use stratum_server::clock::Clock;
use stratum_server::http::v1::ingest::Inbound;
use stratum_server::http::v1::{imports, ingest};
use stratum_store::{
    Account, Channel, EventIntake, IntakeSettings, ReadingsWindow, Source, Store, Tenant,
};
use tower::ServiceExt as _;

pub(crate) const NOW: &str = "2026-11-25T12:00:00Z";
/// `Basic` of `web-key:` and of `shop-key:`.
pub(crate) const WEB: &str = "Basic d2ViLWtleTo=";
pub(crate) const SHOP: &str = "Basic c2hvcC1rZXk6";

pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) tenant: TenantId,
    router: Router,
    _folder: tempfile::TempDir,
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

pub(crate) fn account() -> AccountId {
    AccountId::new("act_1").expect("an id")
}

/// Puts the tenant, its account and its sources into a store.
pub(crate) async fn furnish(store: &Store) -> TenantId {
    let tenant = TenantId::new("north").expect("an id");
    let one = Tenant {
        id: tenant.clone(),
        name: "North".to_owned(),
        simulation: false,
    };
    store
        .operator()
        .put_tenant(&one, at(NOW))
        .await
        .expect("a tenant");
    for (name, channel) in [("web", Channel::Browser), ("shop", Channel::Server)] {
        let source = Source {
            tenant: tenant.clone(),
            id: name.to_owned(),
            name: name.to_owned(),
            channel,
            account: None,
        };
        let key = format!("{name}-key");
        store
            .operator()
            .put_source(&source, &key)
            .await
            .expect("a source");
    }
    let account = Account {
        id: account(),
        platform: Platform::Meta,
        name: "Meta".to_owned(),
        currency: "EUR".parse().expect("a currency"),
        time_zone: "Europe/Berlin".to_owned(),
        conversion_event: EventName::new("purchase").expect("a name"),
        plan: MeasurementPlan {
            browser_events: true,
            server_events: true,
            independent_orders: true,
            match_confirmation: false,
            throttle_headroom: false,
        },
    };
    let mut scope = store.tenant(&tenant).begin().await.expect("a scope");
    scope.put_account(&account).await.expect("an account");
    scope.commit().await.expect("a commit");
    tenant
}

/// What an answer says.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn code(&self) -> &str {
        self.body
            .get("code")
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    pub(crate) fn path(&self) -> &str {
        self.body
            .get("path")
            .and_then(Value::as_str)
            .unwrap_or_default()
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&folder.path().join("stratum.db"))
            .await
            .expect("a store");
        let tenant = furnish(&store).await;
        let inbound = Inbound {
            store: store.clone(),
            intake: EventIntake::start(store.clone(), IntakeSettings::default()),
            clock: Clock::by_hand(at(NOW)),
        };
        let router = Router::new()
            .merge(ingest::routes::<Inbound>())
            .merge(imports::routes::<Inbound>())
            .with_state(inbound);
        Self {
            store,
            tenant,
            router,
            _folder: folder,
        }
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("an answer");
        let status = response.status();
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 20)
            .await
            .expect("a body");
        Answer {
            status,
            body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        }
    }

    pub(crate) async fn post(&self, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
        let mut request = Request::post(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(body)).expect("a request"))
            .await
    }

    /// A JSON body with a write key.
    pub(crate) async fn json(&self, path: &str, key: &str, body: &Value) -> Answer {
        let headers = [
            (header::AUTHORIZATION.as_str(), key),
            (header::CONTENT_TYPE.as_str(), "application/json"),
        ];
        self.post(path, &headers, body.to_string().into_bytes())
            .await
    }

    pub(crate) async fn window(&self) -> ReadingsWindow {
        let event = EventName::new("purchase").expect("a name");
        self.window_of(&event, "2026-11-24T12:00:00Z", "2026-11-25T13:00:00Z")
            .await
    }

    pub(crate) async fn window_of(
        &self,
        event: &EventName,
        from: &str,
        to: &str,
    ) -> ReadingsWindow {
        let mut scope = self
            .store
            .tenant(&self.tenant)
            .read()
            .await
            .expect("a scope");
        scope
            .readings_window(&account(), event, at(from), at(to))
            .await
            .expect("a window")
    }
}
