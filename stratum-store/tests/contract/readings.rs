//! Are the sums over a window what was put in, in the right currency and without adding hours to days?

use stratum_core::signal::{ApiCalls, Token};
use stratum_core::vocabulary::{AccountId, Platform, Timestamp};
use stratum_store::metrics::{
    ApiCallHour, DeliveryPoint, Granularity, IncidentSeverity, MatchConfirmation, MetricPeriod,
    Order, OrderHour, PlatformIncident, PlatformStateRow, TokenState,
};
use stratum_store::{ReadingsWindow, Store};

use super::world::{World, at, euros, id, purchase};
use stratum_core::vocabulary::Money;

fn account() -> AccountId {
    id("act_1")
}

fn period(granularity: Granularity, when: &str, spend: &str, campaign: &str) -> MetricPeriod {
    MetricPeriod {
        account: account(),
        campaign: id(campaign),
        granularity,
        at: at(when),
        spend: euros(spend),
        impressions: 1000,
        clicks: 20,
        conversions: 2,
        revenue: euros("80.00"),
        learning: campaign == "cmp_2",
    }
}

async fn window(world: &World, from: Timestamp, to: Timestamp) -> ReadingsWindow {
    let mut scope = world.store.tenant(&world.north).read().await.unwrap();
    scope
        .readings_window(&account(), &purchase(), from, to)
        .await
        .unwrap()
}

#[tokio::test]
async fn hours_and_days_are_never_added_and_a_row_put_again_replaces_itself() {
    let world = World::new().await;
    let mut scope = world.store.tenant(&world.north).begin().await.unwrap();
    let rows = [
        period(Granularity::Hour, "2026-11-25T10:00:00Z", "10.00", "cmp_1"),
        period(Granularity::Hour, "2026-11-25T10:00:00Z", "5.25", "cmp_2"),
        period(Granularity::Hour, "2026-11-25T11:00:00Z", "1.00", "cmp_1"),
        period(Granularity::Day, "2026-11-24T23:00:00Z", "400.00", "cmp_1"),
    ];
    scope.put_metrics(&rows).await.unwrap();
    scope.put_metrics(&rows).await.unwrap();
    scope.commit().await.unwrap();
    let (from, to) = (at("2026-11-24T12:00:00Z"), at("2026-11-25T12:00:00Z"));
    let sums = window(&world, from, to).await.metrics;
    assert_eq!(
        (sums.periods, sums.spend, sums.learning_spend),
        (2, 16.25, 5.25)
    );
    assert_eq!(
        (sums.impressions, sums.conversions, sums.revenue),
        (3000, 6, 240.0)
    );
    assert_eq!(sums.hours_until, Some(at("2026-11-25T12:00:00Z")));
    assert_eq!(sums.newest_day, Some(at("2026-11-24T23:00:00Z")));
    // The newest moment is known even where the window is empty.
    let later = window(
        &world,
        at("2026-11-27T00:00:00Z"),
        at("2026-11-28T00:00:00Z"),
    )
    .await;
    assert_eq!(
        (later.metrics.periods, later.metrics.hours_until),
        (0, sums.hours_until)
    );

    let mut scope = world.store.tenant(&world.north).read().await.unwrap();
    let hours = scope.account_hours(&account(), from, to).await.unwrap();
    assert_eq!(
        hours.iter().map(|h| h.spend).collect::<Vec<_>>(),
        [15.25, 1.0]
    );
    let found = scope
        .metrics(&account(), Granularity::Day, from, to)
        .await
        .unwrap();
    assert_eq!(found, [rows[3].clone()]);
}

fn order(id: &str, owner: Option<&str>, amount: Money, when: &str) -> Order {
    Order {
        id: id.to_owned(),
        account: owner.map(super::world::id),
        amount,
        placed_at: at(when),
    }
}

#[tokio::test]
async fn orders_add_up_by_owner_and_other_currencies_stay_out() {
    let world = World::new().await;
    let mut scope = world.store.tenant(&world.north).begin().await.unwrap();
    let dollars = Money::parse("99.00", "USD").unwrap();
    let rows = [
        order("o1", Some("act_1"), euros("10.50"), "2026-11-25T10:00:00Z"),
        order("o2", Some("act_1"), dollars, "2026-11-25T10:30:00Z"),
        order("o3", None, euros("20.00"), "2026-11-25T11:59:59.999Z"),
        order("o4", None, euros("40.00"), "2026-11-25T12:00:00Z"),
    ];
    scope.put_orders(&rows).await.unwrap();
    scope.put_orders(&rows).await.unwrap();
    let total = OrderHour {
        account: Some(account()),
        hour: at("2026-11-25T09:20:00Z"),
        orders: 3,
        amount: euros("30.00"),
        squares: 300.0,
    };
    scope.put_order_hours(&[total]).await.unwrap();
    scope.commit().await.unwrap();
    let seen = window(
        &world,
        at("2026-11-25T09:00:00Z"),
        at("2026-11-25T12:00:00Z"),
    )
    .await;
    assert_eq!((seen.own_orders.orders, seen.own_orders.amount), (5, 40.5));
    assert_eq!(seen.own_orders.squares, 300.0 + 10.5 * 10.5);
    assert_eq!(seen.own_orders.in_other_currencies, 1);
    assert_eq!(
        (seen.shared_orders.orders, seen.shared_orders.amount),
        (1, 20.0)
    );
    assert_eq!(seen.all_orders.orders, 6);
    assert_eq!(
        seen.all_orders.last_at,
        Some(at("2026-11-25T11:59:59.999Z"))
    );
}

fn calls(latency_p95_ms: u32, throttle_headroom: Option<f64>) -> ApiCalls {
    ApiCalls {
        calls: 100,
        failed_auth: 1,
        failed_throttled: 2,
        failed_server: 3,
        failed_client: 4,
        latency_p95_ms,
        throttle_headroom,
    }
}

#[tokio::test]
async fn calls_are_added_with_the_worst_latency_and_the_newest_headroom() {
    let world = World::new().await;
    let hour = |when: &str, calls| ApiCallHour {
        account: account(),
        hour: at(when),
        calls,
    };
    let hours = [
        hour("2026-11-25T10:00:00Z", calls(900, Some(0.2))),
        hour("2026-11-25T11:00:00Z", calls(300, Some(0.7))),
    ];
    let mut scope = world.store.tenant(&world.north).begin().await.unwrap();
    scope.put_api_call_hours(&hours).await.unwrap();
    scope.commit().await.unwrap();
    let seen = window(
        &world,
        at("2026-11-25T10:00:00Z"),
        at("2026-11-25T12:00:00Z"),
    )
    .await;
    let sums = seen.calls.unwrap();
    assert_eq!((sums.calls.calls, sums.calls.failed()), (200, 20));
    assert_eq!(
        (sums.calls.latency_p95_ms, sums.calls.throttle_headroom),
        (900, Some(0.7))
    );
    assert_eq!(sums.until, at("2026-11-25T12:00:00Z"));
    let empty = window(
        &world,
        at("2026-11-20T10:00:00Z"),
        at("2026-11-20T12:00:00Z"),
    )
    .await;
    assert!(empty.calls.is_none());
}

#[tokio::test]
async fn the_newest_knowledge_about_the_token_and_the_platform_counts() {
    let world = World::new().await;
    let mut scope = world.store.tenant(&world.north).begin().await.unwrap();
    let token = |valid, when: &str| TokenState {
        account: account(),
        token: Token {
            valid,
            expires_at: Some(at("2027-01-01T00:00:00Z")),
            renews: false,
        },
        checked_at: at(when),
    };
    scope
        .put_token(&token(false, "2026-11-25T11:00:00Z"))
        .await
        .unwrap();
    scope
        .put_token(&token(true, "2026-11-25T10:00:00Z"))
        .await
        .unwrap();
    let state = PlatformStateRow {
        account: account(),
        checked_at: at("2026-11-25T11:30:00Z"),
        api_sunset_at: None,
        learning_share: 0.25,
        changes_requested: 4,
        changes_rejected: 1,
    };
    scope.put_platform_state(&state).await.unwrap();
    let said = MatchConfirmation {
        account: account(),
        event: purchase(),
        at: at("2026-11-25T11:00:00Z"),
        events: 50,
        confirmed: Some(41),
        platform_score: Some(7.5),
    };
    scope.put_match_confirmation(&said).await.unwrap();
    scope.commit().await.unwrap();
    let seen = window(
        &world,
        at("2026-11-25T10:00:00Z"),
        at("2026-11-25T12:00:00Z"),
    )
    .await;
    assert!(!seen.token.unwrap().0.valid);
    assert_eq!(seen.platform.learning_share, Some(0.25));
    assert_eq!(seen.confirmation.unwrap().0.confirmed, Some(41));
}

#[tokio::test]
async fn incidents_count_while_they_last_and_on_their_platform_only() {
    let world = World::new().await;
    let mut scope = world.store.tenant(&world.north).begin().await.unwrap();
    let incident = |id: &str, platform, severity, closed: Option<&str>| PlatformIncident {
        id: id.to_owned(),
        platform,
        account: None,
        severity,
        opened_at: at("2026-11-25T08:00:00Z"),
        closed_at: closed.map(at),
    };
    for one in [
        incident("i1", Platform::Meta, IncidentSeverity::Major, None),
        incident(
            "i2",
            Platform::Meta,
            IncidentSeverity::Minor,
            Some("2026-11-25T09:00:00Z"),
        ),
        incident("i3", Platform::Google, IncidentSeverity::Minor, None),
    ] {
        scope.put_platform_incident(&one).await.unwrap();
    }
    scope.commit().await.unwrap();
    let seen = window(
        &world,
        at("2026-11-25T10:00:00Z"),
        at("2026-11-25T12:00:00Z"),
    )
    .await;
    assert_eq!(
        (seen.platform.major_incidents, seen.platform.minor_incidents),
        (1, 0)
    );
}

#[tokio::test]
async fn a_series_is_read_by_metric_and_time() {
    let world = World::new().await;
    let point = |metric: &str, when: &str, value| DeliveryPoint {
        metric: metric.to_owned(),
        at: at(when),
        value,
    };
    let points = [
        point("cost_per_click", "2026-11-25T10:00:01Z", 0.08),
        point("cost_per_mille", "2026-11-25T10:00:01Z", 0.4),
    ];
    let mut scope = world.store.tenant(&world.north).begin().await.unwrap();
    scope
        .put_delivery_points(&account(), &points)
        .await
        .unwrap();
    scope
        .put_delivery_points(&account(), &points)
        .await
        .unwrap();
    scope.commit().await.unwrap();
    let mut scope = world.store.tenant(&world.north).read().await.unwrap();
    let (from, to) = (at("2026-11-25T00:00:00Z"), at("2026-11-26T00:00:00Z"));
    assert_eq!(
        scope.delivery_points(&account(), from, to).await.unwrap(),
        points
    );
}

/// What has changed since: the series, the earliest hour and where to go on from.
async fn changes(world: &World, after: u64) -> Vec<(Option<String>, Timestamp, u64)> {
    // Another process sees the same.
    let file = world.folder.path().join("stratum.db");
    let other = Store::open(&file).await.unwrap();
    let mut scope = other.tenant(&world.north).read().await.unwrap();
    let from = at("2026-11-01T00:00:00Z");
    let found = scope.delivery_changes(&account(), after, from).await;
    let found = found.unwrap().into_iter();
    found
        .map(|change| (change.series, change.first_at, change.number))
        .collect()
}

#[tokio::test]
async fn what_is_new_or_was_replaced_by_other_numbers_is_noted_and_nothing_else() {
    let world = World::new().await;
    let hour = |when, spend| period(Granularity::Hour, when, spend, "cmp_1");
    let (ten, eleven) = ("2026-11-25T10:00:00Z", "2026-11-25T11:00:00Z");
    let put = async |tenant, rows: &[MetricPeriod]| {
        let mut scope = world.store.tenant(tenant).begin().await.unwrap();
        scope.put_metrics(rows).await.unwrap();
        scope.commit().await.unwrap();
    };
    put(&world.north, &[hour(eleven, "1.00"), hour(ten, "1.00")]).await;
    assert_eq!(changes(&world, 0).await, [(None, at(ten), 1)]);
    let day = period(Granularity::Day, "2026-11-24T23:00:00Z", "9.00", "cmp_1");
    let mut learned = hour(ten, "1.00");
    learned.conversions = 7;
    put(&world.north, &[day, learned]).await;
    put(&world.south, &[hour(ten, "5.00")]).await;
    assert_eq!(
        changes(&world, 1).await,
        [],
        "no hour costs anything else here"
    );
    put(&world.north, &[hour(eleven, "2.00")]).await;
    assert_eq!(changes(&world, 1).await, [(None, at(eleven), 3)]);
    let mut scope = world.store.tenant(&world.north).begin().await.unwrap();
    let point = DeliveryPoint {
        metric: "reach".to_owned(),
        at: at(ten),
        value: 1.0,
    };
    scope
        .put_delivery_points(&account(), &[point])
        .await
        .unwrap();
    scope.commit().await.unwrap();
    let reach = Some("reach".to_owned());
    assert_eq!(changes(&world, 3).await, [(reach, at(ten), 4)]);
}
