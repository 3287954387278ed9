//! Can what was recorded be trusted? Altered ledgers are detected, replays give the same, permits count once and for a while.
//!
//! Not here: what the store does with entries.

use chrono::TimeDelta;
use proptest::prelude::*;
use stratum_core::ledger::{
    Body, Chain, Entry, EntryKind, Flaw, NotComputable, PolicyRecord, Replay, ReviewRecord,
    Verifier,
};
use stratum_core::trust::{
    Direction, Enforcement, Exposure, Limit, LimitKind, LimitRule, Percent, Policy, RedeemError,
    Verdict,
};
use stratum_core::vocabulary::{ActorId, Digest, TenantId, Timestamp};

use crate::cases;
use crate::worlds::{World, now, world};

fn tenant() -> TenantId {
    TenantId::new("north").unwrap()
}

fn recorded(world: &World) -> Body {
    let (review, w) = (world.review(), world);
    Body::Review(Box::new(ReviewRecord::new(
        &review,
        &w.evidence,
        &w.policy,
        &w.view,
        w.now,
    )))
}

fn chain(bodies: &[(usize, String, i64)]) -> Vec<Entry> {
    let mut chain = Chain::begin(&tenant());
    let entries = bodies.iter().map(|(kind, body, micros)| {
        let kind = EntryKind::ALL[kind % EntryKind::ALL.len()];
        chain.append_written(kind, body.clone(), now() + TimeDelta::microseconds(*micros))
    });
    entries.collect()
}

/// The number and flaw of the first entry that does not fit.
fn first_flaw(entries: &[Entry]) -> Option<(u64, Flaw)> {
    let mut verifier = Verifier::begin(&tenant());
    entries
        .iter()
        .find_map(|entry| verifier.check(entry).err())
        .map(|broken| (broken.seq, broken.flaw))
}

fn flipped(digest: Digest, bit: usize) -> Digest {
    let mut text: Vec<u8> = digest.to_string().into_bytes();
    let digit = &mut text[bit / 4 % 64];
    let value = u32::from_str_radix(&(*digit as char).to_string(), 16).unwrap() ^ (1 << (bit % 4));
    *digit = char::from_digit(value, 16).unwrap() as u8;
    String::from_utf8(text).unwrap().parse().unwrap()
}

/// One bit of one field is turned over.
fn altered(entry: &Entry, field: u32, bit: usize) -> Option<Entry> {
    let mut entry = entry.clone();
    match field {
        0 => entry.seq ^= 1 << (bit % 64),
        1 => entry.at += TimeDelta::nanoseconds(1 << (bit % 40)),
        2 => entry.kind = EntryKind::ALL[(entry.kind as usize + 1 + bit % 6) % 7],
        3 => {
            let mut bytes = entry.body.into_bytes();
            let length = bytes.len().max(1);
            *bytes.get_mut(bit / 8 % length)? ^= 1 << (bit % 8);
            entry.body = String::from_utf8(bytes).ok()?;
        }
        4 => entry.body.push(' '),
        5 => entry.previous = flipped(entry.previous, bit),
        _ => entry.hash = flipped(entry.hash, bit),
    }
    Some(entry)
}

fn bodies() -> impl Strategy<Value = Vec<(usize, String, i64)>> {
    prop::collection::vec((0_usize..7, "\\PC{0,40}", 0_i64..1_000_000_000), 2..12)
}

proptest! {
    #![proptest_config(cases(2000))]

    #[test]
    fn altered_ledger_is_detected(bodies in bodies(), at in any::<prop::sample::Index>(), field in 0_u32..7, bit in 0_usize..100_000) {
        let entries = chain(&bodies);
        prop_assert_eq!(first_flaw(&entries), None);
        let i = at.index(entries.len());
        let Some(other) = altered(&entries[i], field, bit) else { return Ok(()) };
        let mut forged = entries.clone();
        forged[i] = other;
        let (seq, _) = first_flaw(&forged).expect("an alteration is found");
        prop_assert_eq!(seq, i as u64 + 1);
        // With its hash computed anew it fits in itself, and its successor does not follow it.
        forged[i].hash = forged[i].computed_hash();
        if matches!(field, 1..=4) && i + 1 < entries.len() && forged[i].at.timestamp_subsec_nanos().is_multiple_of(1000) {
            prop_assert_eq!(first_flaw(&forged), Some((i as u64 + 2, Flaw::Previous)));
        }
    }

    #[test]
    fn a_bit_of_the_written_ledger_is_detected(bodies in bodies(), at in any::<prop::sample::Index>(), bit in any::<prop::sample::Index>()) {
        let entries = chain(&bodies);
        let i = at.index(entries.len());
        let mut bytes = serde_json::to_vec(&entries[i]).unwrap();
        let bit = bit.index(bytes.len() * 8);
        bytes[bit / 8] ^= 1 << (bit % 8);
        if let Ok(read) = serde_json::from_slice::<Entry>(&bytes) {
            // Only another spelling of the very same entry is no alteration, such as `z` for `Z` in a time.
            let mut forged = entries.clone();
            forged[i] = read;
            prop_assert!(forged == entries || first_flaw(&forged).is_some_and(|(seq, _)| seq == i as u64 + 1));
        }
    }

    #[test]
    fn moved_dropped_doubled_and_foreign_entries_are_detected(bodies in bodies(), from in any::<prop::sample::Index>(), to in any::<prop::sample::Index>()) {
        let entries = chain(&bodies);
        let (from, to) = (from.index(entries.len()), to.index(entries.len()));
        let first = from.min(to) as u64 + 1;
        let mut moved = entries.clone();
        moved.swap(from, to);
        prop_assert_eq!(first_flaw(&moved), (from != to).then_some((first, Flaw::Sequence)));
        let mut doubled = entries.clone();
        doubled.insert(from, entries[from].clone());
        prop_assert_eq!(first_flaw(&doubled), Some((from as u64 + 2, Flaw::Sequence)));
        let mut dropped = entries.clone();
        dropped.remove(from);
        let last = from + 1 == entries.len();
        prop_assert_eq!(first_flaw(&dropped), (!last).then_some((from as u64 + 1, Flaw::Sequence)));
        let mut elsewhere = Verifier::begin(&TenantId::new("south").unwrap());
        prop_assert_eq!(elsewhere.check(&entries[0]).unwrap_err().flaw, Flaw::Previous);
    }
}

proptest! {
    #![proptest_config(cases(120))]

    #[test]
    fn replay_reproduces_every_verdict(worlds in prop::collection::vec(world(), 1..8)) {
        let written = ledger_of(&worlds);
        let written = written.iter().map(|entry| serde_json::to_string(entry).unwrap());
        let mut replay = Replay::as_recorded();
        let mut verifier = Verifier::begin(&tenant());
        let mut judged = 0;
        for line in written {
            let entry: Entry = serde_json::from_str(&line).unwrap();
            prop_assert!(verifier.check(&entry).is_ok());
            if let Some(replayed) = replay.take(&entry).unwrap() {
                prop_assert!(replayed.same, "{:?}", replayed);
                judged += 1;
            }
        }
        prop_assert_eq!(judged, worlds.len());
    }
}

/// The ledger of these worlds' reviews, each under its own policy.
fn ledger_of(worlds: &[World]) -> Vec<Entry> {
    let mut chain = Chain::begin(&tenant());
    let mut written = Vec::new();
    for world in worlds {
        let settings = world.policy.settings().clone();
        let by = ActorId::new("ana").unwrap();
        let policy = PolicyRecord {
            digest: world.policy.digest(),
            settings,
            by,
        };
        for body in [Body::Policy(Box::new(policy)), recorded(world)] {
            written.push(chain.append(&body, world.now).unwrap());
        }
    }
    written
}

proptest! {
    #![proptest_config(cases(120))]

    #[test]
    fn the_same_policy_flips_nothing(mut worlds in prop::collection::vec(world(), 1..8)) {
        let policy = worlds[0].policy.clone();
        for world in &mut worlds {
            world.policy = policy.clone();
        }
        let mut replay = Replay::under(&policy);
        for entry in ledger_of(&worlds) {
            if let Some(replayed) = replay.take(&entry).unwrap() {
                prop_assert!(replayed.same && replayed.not_computable.is_empty(), "{:?}", replayed);
            }
        }
    }

    #[test]
    fn what_was_not_recorded_is_not_computed(world in world(), days in 0_u32..40, recorded in prop::option::of(0_i64..40)) {
        let mut world = world;
        let mut settings = world.policy.settings().clone();
        settings.limits.clear();
        settings.protective.allowed = false;
        settings.protective.within_seconds = 60;
        world.policy = Policy::new(settings.clone()).unwrap();
        world.view.baselines.clear();
        world.view.applied_since = recorded.map(|days| world.now - TimeDelta::days(days));
        settings.limits = [
            LimitRule::Cooldown { seconds: days * 24 * 3600 },
            LimitRule::CumulativeIncreasePercent { at_most: Percent::parse("30").unwrap() },
            LimitRule::ChangesPerDay { at_most: 3 },
        ]
        .map(|rule| Limit { rule, mode: Enforcement::Advisory })
        .to_vec();
        let other = Policy::new(settings).unwrap();
        let mut replay = Replay::under(&other);
        let replayed = ledger_of(&[world.clone()])
            .iter()
            .find_map(|entry| replay.take(entry).unwrap())
            .unwrap();
        let far_enough = days == 0 || recorded.is_some_and(|recorded| i64::from(days) <= recorded);
        let lacks = [(far_enough, LimitKind::Cooldown), (recorded.is_some(), LimitKind::CumulativeIncreasePercent)];
        let expected: Vec<NotComputable> = lacks
            .into_iter()
            .filter(|(held, _)| !held && Exposure::of(&world.proposal.action).direction == Direction::Increase)
            .map(|(_, kind)| NotComputable::Limit(kind))
            .collect();
        prop_assert_eq!(replayed.not_computable, expected);
    }
}

/// The entry that records a world's review, and another one.
fn entries(world: &World, at: Timestamp) -> [Entry; 2] {
    let mut chain = Chain::begin(&tenant());
    let other = World {
        now: world.now - TimeDelta::microseconds(1),
        ..world.clone()
    };
    [recorded(world), recorded(&other)].map(|body| chain.append(&body, at).unwrap())
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn permits_expire_and_are_refused_for_another_entry(world in world(), late in 0_i64..4000) {
        let Verdict::Pass(permit) = world.review().verdict else { return Ok(()) };
        let [recorded, other] = entries(&world, world.now);
        let lives = i64::from(world.policy.settings().permit_seconds);
        let at = world.now + TimeDelta::seconds(late);
        let mut forged = recorded.clone();
        forged.body.push(' ');
        match permit.redeem(&recorded, at) {
            Ok((proposal, redemption)) => {
                prop_assert!(late < lives);
                prop_assert_eq!(&proposal, &world.proposal);
                prop_assert!(redemption.is_for(&proposal));
                let mut changed = proposal;
                changed.made_at += TimeDelta::seconds(1);
                prop_assert!(!redemption.is_for(&changed));
            }
            Err(refused) => {
                prop_assert_eq!(refused, RedeemError::Expired);
                prop_assert!(late >= lives);
            }
        }
        for entry in [other, forged] {
            let Verdict::Pass(permit) = world.review().verdict else { panic!("it passed before") };
            prop_assert_eq!(permit.redeem(&entry, world.now).unwrap_err(), RedeemError::NotRecorded);
        }
        let Verdict::Pass(permit) = world.review().verdict else { panic!("it passed before") };
        let before = world.now - TimeDelta::microseconds(1);
        prop_assert_eq!(permit.redeem(&recorded, before).unwrap_err(), RedeemError::Expired);
    }
}
