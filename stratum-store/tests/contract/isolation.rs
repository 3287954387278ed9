//! Does nothing cross between tenants? Two of them with the same ids everywhere.

use stratum_core::vocabulary::AccountId;
use stratum_store::metrics::Order;
use stratum_store::trust::DecisionFilter;

use super::world::{World, account, at, campaign, euros, id, purchase};

#[tokio::test]
async fn a_tenant_sees_its_own_rows_only() {
    let world = World::new().await;
    let day = (at("2026-11-25T00:00:00Z"), at("2026-11-26T00:00:00Z"));
    let mut scope = world.store.tenant(&world.north).begin().await.unwrap();
    let order = Order {
        id: "o1".to_owned(),
        account: None,
        amount: euros("10.00"),
        placed_at: at("2026-11-25T10:00:00Z"),
    };
    scope.put_orders(&[order]).await.unwrap();
    scope.put_rule_state("rule", &7, day.0).await.unwrap();
    scope.commit().await.unwrap();

    let mut scope = world.store.tenant(&world.south).read().await.unwrap();
    assert!(scope.orders(day.0, day.1, 10).await.unwrap().is_empty());
    assert_eq!(scope.rule_state::<u32>("rule").await.unwrap(), None);
    assert!(
        scope
            .decisions(&DecisionFilter::default(), 10)
            .await
            .unwrap()
            .is_empty()
    );
    let account: AccountId = id("act_1");
    let window = scope
        .readings_window(&account, &purchase(), day.0, day.1)
        .await
        .unwrap();
    assert_eq!(window.all_orders.orders, 0);
    let other = world.store.tenant(&world.north).read().await.unwrap();
    assert_eq!(other.tenant().as_str(), "north");
}

#[tokio::test]
async fn a_scope_that_only_reads_cannot_write() {
    let world = World::new().await;
    let mut scope = world.store.tenant(&world.north).read().await.unwrap();
    assert!(scope.put_account(&account()).await.is_err());
}

#[tokio::test]
async fn what_is_not_committed_did_not_happen() {
    let world = World::new().await;
    let mut scope = world.store.tenant(&world.north).begin().await.unwrap();
    let mut renamed = campaign();
    renamed.name = "Boots".to_owned();
    scope.put_campaign(&renamed).await.unwrap();
    drop(scope);
    let mut scope = world.store.tenant(&world.north).read().await.unwrap();
    assert_eq!(scope.campaigns(None).await.unwrap(), [campaign()]);
    assert_eq!(scope.accounts().await.unwrap(), [account()]);
}

#[tokio::test]
async fn a_campaign_stays_in_its_account() {
    let world = World::new().await;
    let mut scope = world.store.tenant(&world.north).begin().await.unwrap();
    let mut other = account();
    other.id = id("act_2");
    scope.put_account(&other).await.unwrap();
    let mut moved = campaign();
    moved.account = other.id.clone();
    let refused = scope.put_campaign(&moved).await.unwrap_err();
    assert_eq!(refused.code(), "store.campaign_elsewhere", "{refused}");
    assert_eq!(scope.campaigns(None).await.unwrap(), [campaign()]);
}

#[tokio::test]
async fn a_write_key_leads_to_its_source_and_no_other() {
    let world = World::new().await;
    let operator = world.store.operator();
    let now = at("2026-11-25T12:00:00Z");
    let source = operator
        .source_of("south-shop", now)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (source.tenant.as_str(), source.id.as_str()),
        ("south", "shop")
    );
    assert!(operator.source_of("south", now).await.unwrap().is_none());
    assert!(operator.source_of("", now).await.unwrap().is_none());
    // A key that belongs to somebody cannot be taken over.
    let mut stolen = (*source).clone();
    stolen.tenant = world.north.clone();
    stolen.id = "thief".to_owned();
    assert!(operator.put_source(&stolen, "south-shop").await.is_err());
}

#[tokio::test]
async fn a_key_that_another_process_rotated_ends_within_half_a_minute() {
    let world = World::new().await;
    let (then, soon) = (at("2026-11-25T12:00:00Z"), at("2026-11-25T12:00:29Z"));
    let operator = world.store.operator();
    let source = operator
        .source_of("south-shop", then)
        .await
        .unwrap()
        .unwrap();
    // Another process has a store of its own on the same file.
    let file = world.folder.path().join("stratum.db");
    let elsewhere = stratum_store::Store::open(&file).await.unwrap();
    let rotated = elsewhere.operator().put_source(&source, "new key").await;
    rotated.unwrap();
    elsewhere.close().await;
    let before = operator.source_of("south-shop", soon).await.unwrap();
    assert!(before.is_some(), "it is not looked up for every event");
    let later = at("2026-11-25T12:00:30Z");
    assert!(
        operator
            .source_of("south-shop", later)
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        operator
            .source_of("new key", later)
            .await
            .unwrap()
            .is_some()
    );
    // Nor does a clock that was set back bring it to life again.
    assert!(
        operator
            .source_of("south-shop", then)
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn a_file_can_be_closed_and_opened_again() {
    let world = World::new().await;
    world.store.close().await;
    let file = world.folder.path().join("stratum.db");
    let again = stratum_store::Store::open(&file).await.unwrap();
    assert_eq!(again.operator().tenants().await.unwrap().len(), 2);
}
