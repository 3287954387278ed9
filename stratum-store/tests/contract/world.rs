//! A store in a fresh folder with two tenants that look alike.

use std::fmt::Debug;

use stratum_core::signal::MeasurementPlan;
use stratum_core::vocabulary::{
    AccountId, CampaignId, Currency, EventName, Money, Platform, TenantId, Timestamp,
};
use stratum_store::{Account, Campaign, Channel, Source, Store, Tenant};

pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) north: TenantId,
    pub(crate) south: TenantId,
    pub(crate) folder: tempfile::TempDir,
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

pub(crate) fn id<T: TryFrom<String, Error: Debug>>(text: &str) -> T {
    T::try_from(text.to_owned()).expect("an id")
}

pub(crate) fn euros(amount: &str) -> Money {
    Money::parse(amount, "EUR").expect("money")
}

pub(crate) fn purchase() -> EventName {
    id("purchase")
}

pub(crate) fn account() -> Account {
    Account {
        id: id("act_1"),
        platform: Platform::Meta,
        name: "Meta".to_owned(),
        currency: "EUR".parse::<Currency>().expect("a currency"),
        time_zone: "Europe/Berlin".to_owned(),
        conversion_event: purchase(),
        plan: MeasurementPlan {
            browser_events: true,
            server_events: true,
            independent_orders: true,
            match_confirmation: false,
            throttle_headroom: false,
        },
    }
}

pub(crate) fn campaign() -> Campaign {
    Campaign {
        id: id::<CampaignId>("cmp_1"),
        account: id::<AccountId>("act_1"),
        name: "Tents".to_owned(),
        daily_budget: Some(euros("120.50")),
        paused: false,
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&folder.path().join("stratum.db"))
            .await
            .expect("a store");
        let (north, south): (TenantId, TenantId) = (id("north"), id("south"));
        for tenant in [&north, &south] {
            let one = Tenant {
                id: tenant.clone(),
                name: tenant.to_string(),
                simulation: false,
            };
            store
                .operator()
                .put_tenant(&one, at("2026-11-01T00:00:00Z"))
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
                let key = format!("{tenant}-{name}");
                store
                    .operator()
                    .put_source(&source, &key)
                    .await
                    .expect("a source");
            }
            let mut scope = store.tenant(tenant).begin().await.expect("a scope");
            scope.put_account(&account()).await.expect("an account");
            scope.put_campaign(&campaign()).await.expect("a campaign");
            scope.commit().await.expect("a commit");
        }
        Self {
            store,
            north,
            south,
            folder,
        }
    }
}
