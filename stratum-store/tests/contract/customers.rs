//! Are touches and conversions kept once each, in order of time, and the truth of a simulation beside them?

use stratum_core::customer::journey::{Conversion, TouchKind, Touchpoint};
use stratum_core::simulation::CauseTruth;
use stratum_core::vocabulary::Platform;
use stratum_store::Tenant;
use stratum_store::customers::CauseTruths;

use super::world::{World, at, euros, id};

fn touch(person: &str, channel: &str, time: &str) -> Touchpoint {
    Touchpoint {
        person: person.to_owned(),
        channel: channel.to_owned(),
        platform: Some(Platform::Meta),
        kind: TouchKind::Click,
        at: at(time),
    }
}

fn bought(person: &str, time: &str, amount: &str, order: Option<&str>) -> Conversion {
    Conversion {
        person: person.to_owned(),
        at: at(time),
        value: euros(amount),
        order: order.map(str::to_owned),
    }
}

#[tokio::test]
async fn a_touch_that_comes_again_is_the_same_touch() {
    let world = World::new().await;
    let early = touch("ada", "social", "2026-11-20T10:00:00Z");
    let mut late = touch("ada", "mail", "2026-11-21T10:00:00.123456Z");
    late.kind = TouchKind::View;
    let mut scope = world.store.tenant(&world.north).begin().await.unwrap();
    let both = [late.clone(), early.clone()];
    scope.put_touchpoints(&both).await.unwrap();
    scope.put_touchpoints(&both).await.unwrap();
    // A platform that was not known before replaces; another kind at the same moment is another touch.
    late.platform = None;
    scope.put_touchpoints(&[late.clone()]).await.unwrap();
    let mut viewed = early.clone();
    viewed.kind = TouchKind::View;
    scope.put_touchpoints(&[viewed.clone()]).await.unwrap();
    scope.commit().await.unwrap();

    let mut scope = world.store.tenant(&world.north).read().await.unwrap();
    let (from, to) = (at("2026-11-20T10:00:00Z"), at("2026-11-22T00:00:00Z"));
    let kept = scope.touchpoints(from, to, 10).await.unwrap();
    assert_eq!(kept, [early.clone(), viewed, late.clone()]);
    assert_eq!(scope.touchpoints(from, to, 1).await.unwrap(), [early]);
    assert!(scope.touchpoints(from, from, 10).await.unwrap().is_empty());
    let mut other = world.store.tenant(&world.south).read().await.unwrap();
    assert!(other.touchpoints(from, to, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn many_touches_are_kept_and_names_stay_as_they_were_written() {
    let world = World::new().await;
    let odd = [
        "007",
        "1e3",
        "null",
        "true",
        "a\"b",
        "\u{1f3d4} Ötztal",
        "[1]",
    ];
    let names = odd.iter().cycle().take(1_234).enumerate();
    let touches: Vec<Touchpoint> = names
        .map(|(second, name)| {
            let mut touch = touch(name, name, "2026-11-20T10:00:00Z");
            touch.at += std::time::Duration::from_secs(second as u64);
            touch
        })
        .collect();
    let mut scope = world.store.tenant(&world.north).begin().await.unwrap();
    scope.put_touchpoints(&touches).await.unwrap();
    let (from, to) = (at("2026-11-20T00:00:00Z"), at("2026-11-21T00:00:00Z"));
    assert_eq!(scope.touchpoints(from, to, 2_000).await.unwrap(), touches);
}

#[tokio::test]
async fn an_order_is_known_by_its_id_and_other_conversions_by_person_and_moment() {
    let world = World::new().await;
    let mut scope = world.store.tenant(&world.north).begin().await.unwrap();
    let noon = "2026-11-20T12:00:00Z";
    scope
        .put_conversions(&[
            bought("ada", noon, "10.00", Some("o1")),
            bought("ada", noon, "20.00", None),
            bought("bob", noon, "30.00", None),
        ])
        .await
        .unwrap();
    // The order was paid later, by somebody else; what ada did at noon is worth more than was thought.
    let moved = bought("cy", "2026-11-20T13:00:00Z", "11.00", Some("o1"));
    let dearer = bought("ada", noon, "21.00", None);
    let all = [moved.clone(), dearer.clone()];
    scope.put_conversions(&all).await.unwrap();
    scope.put_conversions(&all).await.unwrap();
    scope.commit().await.unwrap();

    let mut scope = world.store.tenant(&world.north).read().await.unwrap();
    let (from, to) = (at("2026-11-20T00:00:00Z"), at("2026-11-21T00:00:00Z"));
    let kept = scope.conversions(from, to, 10).await.unwrap();
    assert_eq!(kept, [dearer, bought("bob", noon, "30.00", None), moved]);
    let mut other = world.store.tenant(&world.south).read().await.unwrap();
    assert!(other.conversions(from, to, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_truth_is_kept_for_a_simulation_only() {
    let world = World::new().await;
    let cause = |channel: Option<&str>, conversions| CauseTruth {
        channel: channel.map(str::to_owned),
        conversions,
        value_minor: 100,
    };
    let mut truths = CauseTruths {
        from: at("2026-11-01T00:00:00Z"),
        to: at("2026-11-20T00:00:00Z"),
        causes: vec![cause(None, 3), cause(Some("mail"), 2)],
    };
    let mut scope = world.store.tenant(&world.north).begin().await.unwrap();
    let refused = scope.put_cause_truths(&truths).await.unwrap_err();
    assert_eq!(refused.code(), "store.not_a_simulation", "{refused}");
    drop(scope);

    let simulated = Tenant {
        id: id("shop"),
        name: "Shop".to_owned(),
        simulation: true,
    };
    let operator = world.store.operator();
    operator
        .put_tenant(&simulated, at("2026-11-01T00:00:00Z"))
        .await
        .unwrap();
    let mut scope = world.store.tenant(&simulated.id).begin().await.unwrap();
    scope.put_cause_truths(&truths).await.unwrap();
    truths.causes.pop();
    scope.put_cause_truths(&truths).await.unwrap();
    scope.commit().await.unwrap();
    let mut scope = world.store.tenant(&simulated.id).read().await.unwrap();
    assert_eq!(scope.cause_truths().await.unwrap(), Some(truths));
    let mut scope = world.store.tenant(&world.north).read().await.unwrap();
    assert_eq!(scope.cause_truths().await.unwrap(), None);
}
