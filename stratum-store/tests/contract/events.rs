//! Is every message stored once and counted once, whatever the order and the company in which it comes?

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use stratum_core::vocabulary::AccountId;
use stratum_store::events::{Defects, Key, Keys, Stored};
use stratum_store::{Channel, EventIntake, IntakeSettings, NewEvent, ReadingsWindow, Submission};

use super::world::{World, at, id, purchase};

fn event(message: &str, channel: Channel, matching: Option<&str>, when: &str) -> NewEvent {
    NewEvent {
        message: message.to_owned(),
        kind: "track",
        event: purchase(),
        channel,
        matching: matching.map(str::to_owned),
        at: at(when),
        counted_at: at(when),
        keys: Keys::NONE.with(Key::Email).with(Key::ClickMeta),
        defects: Defects::default(),
        payload: "{}".to_owned(),
    }
}

fn submission(world: &World, events: Vec<NewEvent>) -> Submission {
    Submission {
        tenant: world.north.clone(),
        source: "web".to_owned(),
        account: None,
        received_at: at("2026-11-25T12:00:00Z"),
        events,
    }
}

async fn window(world: &World) -> ReadingsWindow {
    let mut scope = world.store.tenant(&world.north).read().await.unwrap();
    let account: AccountId = id("act_1");
    scope
        .readings_window(
            &account,
            &purchase(),
            at("2026-11-24T00:00:00Z"),
            at("2026-11-26T00:00:00Z"),
        )
        .await
        .unwrap()
}

#[tokio::test]
async fn a_message_that_comes_again_is_stored_once_and_counted_as_a_duplicate() {
    let world = World::new().await;
    let intake = EventIntake::start(world.store.clone(), IntakeSettings::default());
    let first = event("m1", Channel::Browser, Some("o1"), "2026-11-25T11:00:00Z");
    let both = submission(&world, vec![first.clone(), first.clone()]);
    assert_eq!(
        intake.submit(both).await.unwrap(),
        Stored { new: 1, known: 1 }
    );
    let again = submission(&world, vec![first]);
    assert_eq!(
        intake.submit(again).await.unwrap(),
        Stored { new: 0, known: 1 }
    );
    let seen = window(&world).await;
    assert_eq!(seen.conversions.browser.events, 1);
    assert_eq!(seen.conversions.browser.repeated, 0);
    assert_eq!((seen.records.records, seen.records.duplicates), (3, 2));
    assert_eq!(
        seen.key_counts(stratum_core::vocabulary::Platform::Meta)
            .click_id,
        1
    );
    assert_eq!(
        seen.key_counts(stratum_core::vocabulary::Platform::Google)
            .click_id,
        0
    );
}

#[tokio::test]
async fn a_conversion_is_matched_once_on_each_side_even_across_hours() {
    let world = World::new().await;
    let intake = EventIntake::start(world.store.clone(), IntakeSettings::default());
    let events = vec![
        event("b1", Channel::Browser, Some("o1"), "2026-11-25T10:59:59Z"),
        event("s1", Channel::Server, Some("o1"), "2026-11-25T11:00:01Z"),
        // the pixel fired twice
        event("b2", Channel::Browser, Some("o1"), "2026-11-25T11:00:02Z"),
        event("b3", Channel::Browser, Some("o2"), "2026-11-25T11:10:00Z"),
        event("s4", Channel::Server, None, "2026-11-25T11:10:00Z"),
    ];
    for one in events {
        intake.submit(submission(&world, vec![one])).await.unwrap();
    }
    let seen = window(&world).await;
    let (browser, server) = (seen.conversions.browser, seen.conversions.server);
    assert_eq!(
        (browser.events, browser.repeated, browser.matched),
        (3, 1, 1)
    );
    assert_eq!((server.events, server.repeated, server.matched), (2, 0, 1));
    assert_eq!((browser.conversions(), seen.matched()), (2, 1));
    assert_eq!(seen.records.duplicates, 1);
    assert_eq!(server.last_at, Some(at("2026-11-25T11:10:00Z")));
}

#[tokio::test]
async fn one_bad_submission_does_not_take_the_others_with_it() {
    let world = World::new().await;
    let intake = EventIntake::start(world.store.clone(), IntakeSettings::default());
    let good = submission(
        &world,
        vec![event("g", Channel::Server, None, "2026-11-25T11:00:00Z")],
    );
    let mut bad = good.clone();
    bad.events[0].message = "bad".to_owned();
    bad.events[0].kind = "not a kind";
    let (good, bad) = tokio::join!(intake.submit(good), intake.submit(bad));
    assert_eq!(good.unwrap(), Stored { new: 1, known: 0 });
    assert!(bad.is_err());
    assert_eq!(window(&world).await.conversions.server.events, 1);
}

#[tokio::test]
async fn what_is_waiting_is_bounded() {
    let world = World::new().await;
    let settings = IntakeSettings {
        events_per_commit: 10,
        waiting_bytes: 1_000,
    };
    let intake = EventIntake::start(world.store.clone(), settings);
    let one = |n: usize| {
        let name = format!("m{n}");
        submission(
            &world,
            vec![event(&name, Channel::Server, None, "2026-11-25T11:00:00Z")],
        )
    };
    let mut answers = Vec::new();
    let mut waiting = tokio::task::JoinSet::new();
    for n in 0..50 {
        let (intake, one) = (intake.clone(), one(n));
        waiting.spawn(async move { intake.submit(one).await });
    }
    while let Some(answer) = waiting.join_next().await {
        answers.push(answer.unwrap());
    }
    let stored = answers.iter().filter(|answer| answer.is_ok()).count();
    let busy = answers
        .iter()
        .filter(|answer| {
            answer
                .as_ref()
                .is_err_and(stratum_store::StoreError::is_worth_retrying)
        })
        .count();
    assert!(
        stored > 0 && busy > 0 && stored + busy == 50,
        "{stored} stored, {busy} busy"
    );
    let counted = window(&world).await.conversions.server.events;
    assert_eq!(counted, u64::try_from(stored).unwrap());
}

#[tokio::test]
async fn what_would_never_fit_is_refused_for_good() {
    let world = World::new().await;
    let settings = IntakeSettings {
        events_per_commit: 10,
        waiting_bytes: 1_000,
    };
    let intake = EventIntake::start(world.store.clone(), settings);
    let many = ["a", "b", "c"]
        .map(|name| event(name, Channel::Server, None, "2026-11-25T11:00:00Z"))
        .to_vec();
    let refused = intake.submit(submission(&world, many)).await.unwrap_err();
    assert!(
        matches!(refused, stratum_store::StoreError::TooHeavy) && !refused.is_worth_retrying(),
        "{refused}"
    );
    assert_eq!(window(&world).await.conversions.server.events, 0);
}

/// What the counts should be, the slow way.
fn expected(arrived: &[(u8, Channel, Option<u8>)]) -> BTreeMap<Channel, (u64, u64, u64)> {
    let mut messages = BTreeSet::new();
    let mut seen: BTreeSet<(Channel, u8)> = BTreeSet::new();
    let mut counts: BTreeMap<Channel, (u64, u64, u64)> = BTreeMap::new();
    for (message, channel, matching) in arrived {
        if !messages.insert(*message) {
            continue;
        }
        let count = counts.entry(*channel).or_default();
        count.0 += 1;
        if let Some(matching) = matching
            && !seen.insert((*channel, *matching))
        {
            count.1 += 1;
        }
    }
    for (channel, count) in &mut counts {
        let others: &[Channel] = match channel {
            Channel::Server => &[Channel::Browser, Channel::Mobile],
            Channel::Browser | Channel::Mobile => &[Channel::Server],
        };
        let twins = seen.iter().filter(|(side, matching)| {
            side == channel
                && others
                    .iter()
                    .any(|other| seen.contains(&(*other, *matching)))
        });
        count.2 = twins.count() as u64;
    }
    counts
}

fn arrivals() -> impl Strategy<Value = Vec<(u8, Channel, Option<u8>)>> {
    let channel = prop::sample::select(Channel::ALL.to_vec());
    prop::collection::vec((0..40_u8, channel, prop::option::of(0..12_u8)), 1..80)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn counts_do_not_depend_on_how_events_are_grouped(arrived in arrivals(), size in 1..20_usize) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let world = World::new().await;
            let intake = EventIntake::start(world.store.clone(), IntakeSettings::default());
            for group in arrived.chunks(size) {
                let events = group.iter().map(|(message, channel, matching)| {
                    let matching = matching.map(|m| format!("o{m}"));
                    let hour = format!("2026-11-25T{:02}:30:00Z", message % 12);
                    event(&format!("m{message}"), *channel, matching.as_deref(), &hour)
                });
                intake.submit(submission(&world, events.collect())).await.unwrap();
            }
            let sides = window(&world).await.conversions;
            let expected = expected(&arrived);
            for (channel, side) in [
                (Channel::Browser, sides.browser),
                (Channel::Server, sides.server),
                (Channel::Mobile, sides.mobile),
            ] {
                let counted = (side.events, side.repeated, side.matched);
                assert_eq!(counted, expected.get(&channel).copied().unwrap_or_default(), "{channel}");
            }
        });
    }
}
