//! What may evidence do to a verdict? Less of it, or worse of it, never helps; nothing missing or broken is averaged away.
//!
//! Not here: size and direction of the action (`about_exposure`).

use proptest::prelude::*;
use stratum_core::signal::{Health, Outcome, Status};
use stratum_core::trust::{Action, Evidence, Policy, ProposerKind, Reason, Verdict};
use stratum_core::vocabulary::{Missing, Reading};

use crate::worlds::{World, euros, now, proposal_of, sound_evidence, world, worsening};
use crate::{cases, passes};

/// Takes one piece of evidence away.
fn take_away(evidence: &mut Evidence, which: u32, why: Missing) {
    fn gone<T>(reading: &mut Reading<T>, why: Missing) {
        *reading = Reading::Missing { why };
    }
    let r = &mut evidence.readings;
    match which {
        0 => gone(&mut r.match_quality, why),
        1 => gone(&mut r.api_calls, why),
        2 => gone(&mut r.token, why),
        3 => gone(&mut r.events, why),
        4 => gone(&mut r.platform, why),
        5 => gone(&mut r.delivery, why),
        6 => gone(&mut r.records, why),
        7 => gone(&mut r.feed, why),
        8 => gone(&mut r.revenue, why),
        9 => gone(&mut evidence.performance, why),
        _ => {
            if let Reading::Measured(m) = &mut r.match_quality {
                m.value.confirmed = m.value.confirmed.filter(|_| which != 10);
                m.value.platform_score = m.value.platform_score.filter(|_| which != 11);
            }
            if let Reading::Measured(m) = &mut r.api_calls {
                m.value.throttle_headroom = m.value.throttle_headroom.filter(|_| which != 12);
            }
            if let Reading::Measured(m) = &mut r.events {
                m.value.browser = m.value.browser.filter(|_| which != 13);
                m.value.server = m.value.server.filter(|_| which != 14);
                m.value.matched = m.value.matched.filter(|_| which != 15);
                m.value.independent = m.value.independent.filter(|_| which != 16);
            }
        }
    }
}

fn health(world: &World) -> Health {
    let settings = &world.policy.settings().health;
    Health::measure(
        &world.evidence.plan,
        &world.evidence.readings,
        settings,
        world.view.memory.as_ref(),
        world.now,
    )
}

fn why() -> impl Strategy<Value = Missing> {
    prop::sample::select(vec![
        Missing::NotSupplied,
        Missing::NeverReceived,
        Missing::NoObservations,
        Missing::Unreachable,
    ])
}

proptest! {
    #![proptest_config(cases(1500))]

    #[test]
    fn removing_evidence_never_adds_permission(
        world in world(),
        removals in prop::collection::vec((0_u32..17, why()), 1..4),
    ) {
        let mut less = world.clone();
        for (which, why) in removals {
            take_away(&mut less.evidence, which, why);
        }
        prop_assert!(!less.passes() || world.passes());
        let (full, less) = (health(&world), health(&less));
        prop_assert!(less.low() <= full.low() && less.coverage() <= full.coverage());
    }

    #[test]
    fn worse_reading_never_helps(world in world(), flaws in prop::collection::vec(worsening(), 1..3)) {
        let mut worse = world.clone();
        for flaw in flaws {
            flaw.spoil(&mut worse.evidence);
        }
        prop_assert!(!worse.passes() || world.passes());
        let (before, after) = (health(&world), health(&worse));
        // A curve's last bit may differ on either side of one of its points.
        prop_assert!(after.low().value() <= before.low().value() + 1e-9, "{:?} {:?}", before.components(), after.components());
        if let (Some(before), Some(after)) = (before.score(), after.score()) {
            prop_assert!(after.value() <= before.value() + 1e-9);
        }
    }

    #[test]
    fn no_component_can_be_averaged_away_below_its_floor(world in world()) {
        let review = world.review();
        let broken = review.health.components().iter().any(|c| c.bounds.low.value() < c.floor);
        if broken {
            prop_assert_ne!(review.health.status(), Status::Healthy);
            if world.proposal.proposer.kind.is_automation() && passes(&review) {
                prop_assert!(review.reasons.contains(&Reason::Protective));
            }
        }
    }

    #[test]
    fn no_missing_planned_component_opens_the_gate(world in world(), component in 0_usize..5) {
        let mut world = world;
        let readings: &[u32] = [&[0_u32][..], &[1, 2], &[3], &[4, 5], &[6, 7, 8]][component];
        for which in readings {
            take_away(&mut world.evidence, *which, Missing::NeverReceived);
        }
        let review = world.review();
        let lacking = review.health.components()[component];
        prop_assert_eq!(lacking.score, None);
        let known = review.health.coverage() >= world.policy.settings().health.minimum_coverage;
        if lacking.floor > 0.0 || !known {
            prop_assert_ne!(review.health.status(), Status::Healthy);
        }
    }

    #[test]
    fn the_ends_are_in_order_and_hold_what_was_measured(world in world()) {
        let health = health(&world);
        prop_assert!(health.low() <= health.bounds().high);
        prop_assert!(health.status() <= health.earned());
        prop_assert!((0.0..=1.0).contains(&health.coverage()));
        for c in health.components() {
            prop_assert!(c.bounds.low <= c.bounds.high);
            prop_assert!(c.score.is_none_or(|s| c.bounds.low <= s));
        }
        for slot in health.measures() {
            if let Outcome::Measured { score, bounds, .. } = slot.outcome {
                prop_assert!(bounds.low <= score && score <= bounds.high, "{:?}", slot);
            }
        }
    }
}

/// The smallest step of every reading, in both directions where there are two.
fn nudged(evidence: &Evidence, which: u32) -> Option<Evidence> {
    let mut nudged = evidence.clone();
    let r = &mut nudged.readings;
    let second = chrono::TimeDelta::seconds(1);
    let (
        Reading::Measured(matches),
        Reading::Measured(calls),
        Reading::Measured(token),
        Reading::Measured(events),
        Reading::Measured(platform),
        Reading::Measured(delivery),
        Reading::Measured(records),
        Reading::Measured(feed),
        Reading::Measured(revenue),
    ) = (
        &mut r.match_quality,
        &mut r.api_calls,
        &mut r.token,
        &mut r.events,
        &mut r.platform,
        &mut r.delivery,
        &mut r.records,
        &mut r.feed,
        &mut r.revenue,
    )
    else {
        return None;
    };
    match which {
        0 => matches.value.keys.email = matches.value.keys.email.checked_sub(1)?,
        1 => matches.value.confirmed = Some(matches.value.confirmed?.checked_sub(1)?),
        2 => matches.at -= second,
        3 => calls.value.failed_client += u64::from(calls.value.failed() < calls.value.calls),
        4 => calls.value.latency_p95_ms += 1,
        5 => calls.at -= second,
        6 => token.value.expires_at = Some(token.value.expires_at? - second),
        7 => events.value.matched = Some(events.value.matched?.checked_sub(1)?),
        8 => events.value.server = Some(events.value.server? + 1),
        9 => events.at -= second,
        10 => platform.value.learning_share = (platform.value.learning_share + 1e-6).min(1.0),
        11 => platform.value.api_sunset_at = Some(platform.value.api_sunset_at? - second),
        12 => {
            delivery.value.anomalous += u64::from(delivery.value.anomalous < delivery.value.points);
            delivery.value.farthest += 1e-6;
        }
        13 => records.value.late += u64::from(records.value.late < records.value.records),
        14 => records.value.future += u64::from(records.value.future < records.value.records),
        15 => records.at -= second,
        16 => feed.value.lag_seconds += 1,
        17 => revenue.value.platform *= 0.999_999,
        _ => revenue.value.independent *= 0.999_999,
    }
    Some(nudged)
}

proptest! {
    #![proptest_config(cases(2500))]

    #[test]
    fn health_is_continuous(world in world(), which in 0_u32..19) {
        // One event of a few hundred is no small step: all counts are large here.
        let events = world.evidence.readings.match_quality.measured().map_or(0, |m| m.value.events);
        if events < 90_000 {
            return Ok(());
        }
        let Some(evidence) = nudged(&world.evidence, which) else { return Ok(()) };
        let (one, other) = (health(&world), health(&World { evidence, ..world.clone() }));
        let near = |a: f64, b: f64| (a - b).abs() < 0.1;
        prop_assert!(near(one.low().value(), other.low().value()), "{:?} {:?}", one.low(), other.low());
        prop_assert!(near(one.bounds().high.value(), other.bounds().high.value()), "{:?} {:?}", one.measures(), other.measures());
        for (a, b) in one.components().iter().zip(other.components()) {
            prop_assert!(near(a.bounds.low.value(), b.bounds.low.value()), "{:?} {:?}", a, b);
            if let (Some(a), Some(b)) = (a.score, b.score) {
                prop_assert!(near(a.value(), b.value()));
            }
        }
    }
}

fn raise(percent: i64) -> Action {
    let Action::SetDailyBudget { campaign, .. } = (Action::SetDailyBudget {
        campaign: stratum_core::vocabulary::CampaignId::new("winter").unwrap(),
        before: None,
        after: euros("1.00"),
    }) else {
        panic!("a budget")
    };
    Action::SetDailyBudget {
        campaign,
        before: Some(euros("100.00")),
        after: crate::worlds::cents(10_000 + 100 * percent),
    }
}

/// As little as can be asked for: one percent more, by a rule, under the baseline.
fn smallest_raise(evidence: Evidence) -> World {
    World {
        proposal: proposal_of(raise(1), ProposerKind::Rule),
        evidence,
        policy: Policy::baseline_2026_11().unwrap(),
        view: stratum_core::trust::LedgerView::empty(now()),
        now: now(),
    }
}

#[test]
fn nothing_measured_is_held_for_insufficient_evidence() {
    let mut evidence = sound_evidence(90_000, now());
    for which in 0..10 {
        take_away(&mut evidence, which, Missing::NeverReceived);
    }
    let review = smallest_raise(evidence).review();
    assert!(matches!(review.verdict, Verdict::Hold(_)));
    assert_eq!(review.reasons[0].code(), "insufficient_evidence");
    assert_eq!(review.health.score(), None);
}

/// Match quality of 40 percent, reached in different ways, with any number of events and all else as good as can be.
#[test]
fn match_quality_of_forty_does_not_pass_with_all_else_perfect() {
    let huge = 1_000_000_000_000_000;
    for events in [100, 10_000, 1_000_000, 10_000_000_000, huge] {
        let sound = || sound_evidence(huge, now());
        assert!(smallest_raise(sound()).passes(), "all perfect passes");
        let mut ways = Vec::new();
        for way in 0..4 {
            let mut evidence = sound();
            let Reading::Measured(m) = &mut evidence.readings.match_quality else {
                panic!("measured")
            };
            let keys = &mut m.value.keys;
            m.value.events = events;
            let none = stratum_core::signal::KeyCounts {
                email: 0,
                phone: 0,
                click_id: 0,
                external_id: 0,
                browser_id: 0,
                ip_and_agent: 0,
                name_and_address: 0,
            };
            match way {
                // half of the e-mail addresses: 0.8 · 0.5
                0 => {
                    *keys = stratum_core::signal::KeyCounts {
                        email: events / 2,
                        ..none
                    }
                }
                // four fifths of the customer ids: 0.5 · 0.8
                1 => {
                    *keys = stratum_core::signal::KeyCounts {
                        external_id: events / 5 * 4,
                        ..none
                    }
                }
                // a quarter from IP addresses, a fifth of the rest from two thirds of the names: 1 − 0.75 · 0.8
                2 => {
                    let name_and_address = events / 3 * 2;
                    *keys = stratum_core::signal::KeyCounts {
                        ip_and_agent: events,
                        name_and_address,
                        ..none
                    };
                }
                // good keys, and the platform confirms 40 percent
                _ => {
                    m.value.keys = stratum_core::signal::KeyCounts {
                        email: events,
                        click_id: events,
                        ..none
                    };
                    m.value.confirmed = Some(events / 5 * 2);
                }
            }
            if way < 3 {
                evidence.plan.match_confirmation = false;
            }
            ways.push(evidence);
        }
        for (way, evidence) in ways.into_iter().enumerate() {
            let review = smallest_raise(evidence).review();
            assert!(!passes(&review), "way {way} with {events} events passes");
        }
    }
}

/// At the threshold is healthy, a hair below it is not.
#[test]
fn the_threshold_itself_is_enough() {
    let world = smallest_raise(sound_evidence(90_000, now()));
    let low = health(&world).low().value();
    let at = |healthy: f64| {
        let mut settings = world.policy.settings().clone();
        settings.health.healthy = healthy;
        settings.health.recovery.margin = 0.0;
        settings.exposure.rise = 0.0;
        let policy = Policy::new(settings).unwrap();
        World {
            policy,
            ..world.clone()
        }
        .passes()
    };
    assert!(at(low) && !at(low.next_up()));
}
