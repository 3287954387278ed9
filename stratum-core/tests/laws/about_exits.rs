//! Does every state have an exit? What is held or blocked names what would turn it, and doing that turns it.
//!
//! Not here: that the changes named are the fewest.

use chrono::TimeDelta;
use proptest::prelude::*;
use rust_decimal::Decimal;
use stratum_core::numeric::from_u64;
use stratum_core::numeric::functions::nearest_count;
use stratum_core::signal::{Curve, EventCounts, Health, Measure, Readings};
use stratum_core::trust::{Action, Approval, Change, Evidence, Freeze, Lacking, Performance};
use stratum_core::vocabulary::{ActorId, Money, Reading, Timestamp};

use crate::worlds::{World, cents, measured, now, sound_readings, world};
use crate::{cases, passes};

const MANY: u64 = 1_000_000_000_000;

/// As good as it can be measured; the rest of its reading stays as it is, but as fresh and as often observed.
#[expect(clippy::too_many_lines, reason = "one arm per measure")]
fn improve(evidence: &mut Evidence, measure: Measure, at: Timestamp) {
    let best = sound_readings(MANY, at);
    let r = &mut evidence.readings;
    match measure {
        Measure::MatchEstimate | Measure::MatchConfirmed => {
            let confirmed = r.match_quality.measured().and_then(|m| m.value.confirmed);
            let share = r.match_quality.measured().map_or(1.0, |m| {
                m.value.confirmed.unwrap_or(0) as f64 / m.value.events.max(1) as f64
            });
            r.match_quality = best.match_quality;
            if let Reading::Measured(m) = &mut r.match_quality {
                let keys = &mut m.value.keys;
                for n in [
                    &mut keys.email,
                    &mut keys.phone,
                    &mut keys.click_id,
                    &mut keys.external_id,
                    &mut keys.browser_id,
                    &mut keys.name_and_address,
                ] {
                    *n = MANY;
                }
                let kept = confirmed.filter(|_| measure == Measure::MatchEstimate);
                m.value.confirmed =
                    Some(kept.map_or(MANY, |_| nearest_count(share * from_u64(MANY))));
            }
        }
        Measure::ApiSuccess | Measure::ApiLatency | Measure::ThrottleHeadroom => {
            improve_calls(r, &best, measure);
        }
        Measure::TokenLife => r.token = best.token,
        Measure::TwinMatch
        | Measure::LostEvents
        | Measure::SurplusEvents
        | Measure::ServerCapture
        | Measure::BrowserCapture => {
            let all = Some(MANY);
            r.events = measured(
                EventCounts {
                    browser: all,
                    server: all,
                    matched: all,
                    independent: all,
                },
                MANY,
                at,
            );
            // With one side and nothing independent to compare with, nothing can be known: count the orders.
            let plan = &mut evidence.plan;
            let sides = u32::from(plan.browser_events) + u32::from(plan.server_events);
            if sides == 0 || (sides == 1 && !plan.independent_orders) {
                (plan.independent_orders, plan.server_events) = (true, true);
                improve(evidence, Measure::RevenueGap, at);
            }
        }
        Measure::OpenIncidents
        | Measure::RejectedChanges
        | Measure::ApiSunset
        | Measure::LearningShare => improve_platform(r, &best, measure),
        Measure::DeliveryAnomalies | Measure::DeliveryDeparture => {
            r.delivery = best.delivery;
            if let Reading::Measured(m) = &mut r.delivery {
                m.value.anomalous = 0;
                m.value.farthest = 0.0;
            }
        }
        Measure::SchemaViolations
        | Measure::DuplicateRecords
        | Measure::LateRecords
        | Measure::FutureRecords
        | Measure::EmptyValues => {
            improve_records(r, &best, measure);
        }
        Measure::WatermarkLag | Measure::FlatFeed => {
            if let (Reading::Measured(old), Reading::Measured(new)) = (&r.feed, &best.feed) {
                let mut feed = *new;
                feed.value = old.value;
                r.feed = Reading::Measured(feed);
            } else {
                r.feed = best.feed;
            }
            if let Reading::Measured(m) = &mut r.feed {
                match measure {
                    Measure::WatermarkLag => m.value.lag_seconds = 0,
                    _ => m.value.flat_hours = 0,
                }
            }
        }
        Measure::RevenueGap => {
            r.revenue = best.revenue;
            if let Reading::Measured(m) = &mut r.revenue {
                m.value.platform = m.value.independent;
            }
        }
    }
}

fn improve_calls(r: &mut Readings, best: &Readings, measure: Measure) {
    let old = r.api_calls.measured().map(|m| m.value);
    r.api_calls = best.api_calls;
    let (Some(old), Reading::Measured(m)) = (old, &mut r.api_calls) else {
        return;
    };
    let failed = old.failed() as f64 / old.calls.max(1) as f64;
    m.value.failed_server = nearest_count(failed * from_u64(MANY));
    (m.value.latency_p95_ms, m.value.throttle_headroom) =
        (old.latency_p95_ms, old.throttle_headroom);
    match measure {
        Measure::ApiSuccess => m.value.failed_server = 0,
        Measure::ApiLatency => m.value.latency_p95_ms = 1,
        _ => m.value.throttle_headroom = Some(1.0),
    }
}

fn improve_platform(r: &mut Readings, best: &Readings, measure: Measure) {
    let old = r.platform.measured().map(|m| m.value);
    r.platform = best.platform;
    let (Some(old), Reading::Measured(m)) = (old, &mut r.platform) else {
        return;
    };
    m.value = old;
    match measure {
        Measure::OpenIncidents => (m.value.minor_incidents, m.value.major_incidents) = (0, 0),
        Measure::RejectedChanges => m.value.changes_rejected = 0,
        Measure::ApiSunset => m.value.api_sunset_at = None,
        _ => m.value.learning_share = 0.0,
    }
}

fn improve_records(r: &mut Readings, best: &Readings, measure: Measure) {
    let old = r.records.measured().map(|m| m.value);
    r.records = best.records;
    let (Some(old), Reading::Measured(m)) = (old, &mut r.records) else {
        return;
    };
    let scaled =
        |n: u64| nearest_count(from_u64(n) / from_u64(old.records.max(1)) * from_u64(MANY));
    m.value.schema_violations = scaled(old.schema_violations);
    m.value.duplicates = scaled(old.duplicates);
    m.value.late = scaled(old.late);
    m.value.future = scaled(old.future);
    m.value.empty_values = scaled(old.empty_values);
    match measure {
        Measure::SchemaViolations => m.value.schema_violations = 0,
        Measure::DuplicateRecords => m.value.duplicates = 0,
        Measure::LateRecords => m.value.late = 0,
        Measure::FutureRecords => m.value.future = 0,
        _ => m.value.empty_values = 0,
    }
}

fn set_after(action: &mut Action, amount: Money) {
    let (Action::SetDailyBudget { after, .. }
    | Action::SetBid { after, .. }
    | Action::Resume {
        daily_budget: Some(after),
        ..
    }
    | Action::Launch {
        daily_budget: after,
        ..
    }) = action
    else {
        return;
    };
    if amount.amount() < after.amount() {
        *after = amount;
    }
}

/// Moves every reading along with `now`, so that waiting does not make it older.
fn redate(readings: &mut Readings, by: TimeDelta) {
    fn later<T>(reading: &mut Reading<T>, by: TimeDelta) {
        if let Reading::Measured(m) = reading {
            m.at += by;
        }
    }
    later(&mut readings.match_quality, by);
    later(&mut readings.api_calls, by);
    later(&mut readings.token, by);
    later(&mut readings.events, by);
    later(&mut readings.platform, by);
    later(&mut readings.delivery, by);
    later(&mut readings.records, by);
    later(&mut readings.feed, by);
    later(&mut readings.revenue, by);
    if let Reading::Measured(m) = &mut readings.token {
        m.value.expires_at = m.value.expires_at.map(|at| at + by);
    }
    if let Reading::Measured(m) = &mut readings.platform {
        m.value.api_sunset_at = m.value.api_sunset_at.map(|at| at + by);
    }
}

/// Whether doing these changes is about something this test can do.
fn can_be_done(changes: &[Change]) -> bool {
    changes.iter().all(|change| match change {
        Change::ChangePolicy { .. } => false,
        Change::Supply { lacks } => *lacks == Lacking::Performance,
        // A share of counts is never known to be all of them.
        Change::LiftComponent { needed, .. } => *needed < 99.8,
        _ => true,
    })
}

fn wait_of(changes: &[Change]) -> f64 {
    let seconds = changes.iter().map(|change| match change {
        Change::Wait { seconds } => *seconds,
        _ => 0.0,
    });
    seconds.fold(0.0, f64::max)
}

fn milliseconds(seconds: f64) -> TimeDelta {
    TimeDelta::milliseconds(i64::try_from(nearest_count((seconds * 1000.0).ceil())).unwrap())
}

/// The world after everything named was done.
fn turned(world: &World, changes: &[Change], memory: &Health) -> World {
    let mut turned = world.clone();
    let mut confirm = false;
    for change in changes {
        match change {
            Change::LiftComponent { measure, .. } => {
                improve(&mut turned.evidence, *measure, world.now);
            }
            Change::AmountAtMost { amount, .. } => set_after(&mut turned.proposal.action, *amount),
            Change::Confirm => confirm = true,
            Change::LiftFreeze { freeze } => {
                turned.view.freezes.retain(|f: &Freeze| f.id != *freeze);
            }
            Change::Supply { .. } => {
                // A campaign that has spent nothing today and returned a hundredfold before.
                let (nothing, something) = (cents(0), cents(100));
                let performance = Performance {
                    spend_today: nothing,
                    spend: something,
                    revenue: cents(10_000),
                };
                turned.evidence.performance = measured(performance, 1, world.now);
                turned.evidence.scope.account = turned.proposal.account.clone();
            }
            Change::MatchScope => turned.evidence.scope.account = turned.proposal.account.clone(),
            Change::ProposeAgain => turned.proposal.expires_at = None,
            Change::Wait { .. } | Change::ChangePolicy { .. } => {}
        }
    }
    let recovery = turned.policy.settings().health.recovery;
    if turned.view.memory.is_some() {
        turned.view.memory = Some(*memory.memory());
    }
    let wait = wait_of(changes);
    // Health is looked at again now, when the first of two dwell times is over, and at the end.
    for pause in [0.0, (wait - recovery.dwell_seconds).max(0.0), wait] {
        let by = world.now + milliseconds(pause) - turned.now;
        turned.now += by;
        redate(&mut turned.evidence.readings, by);
        if turned.view.memory.is_some() && pause < wait {
            let settings = &turned.policy.settings().health;
            let (evidence, memory) = (&turned.evidence, turned.view.memory);
            let health = Health::measure(
                &evidence.plan,
                &evidence.readings,
                settings,
                memory.as_ref(),
                turned.now,
            );
            turned.view.memory = Some(*health.memory());
        }
    }
    if turned
        .proposal
        .expires_at
        .is_some_and(|end| end <= turned.now)
    {
        turned.proposal.expires_at = None;
    }
    if confirm
        || turned
            .view
            .approvals
            .iter()
            .any(|a| a.accept(&world.proposal, &[], world.now).is_ok())
    {
        let by = ActorId::new("dora").unwrap();
        turned.view.approvals =
            vec![Approval::give(&turned.proposal, by, &turned.policy, turned.now).unwrap()];
    }
    turned
}

proptest! {
    #![proptest_config(cases(2500))]

    #[test]
    fn every_state_has_an_exit(world in world()) {
        let review = world.review();
        if passes(&review) {
            prop_assert!(review.would_pass_if.is_empty());
            return Ok(());
        }
        prop_assert!(!review.would_pass_if.is_empty(), "{:?}", review.reasons);
        for change in &review.would_pass_if {
            match change {
                Change::LiftComponent { low, needed, measure, value, value_needed, .. } => {
                    prop_assert!(value.is_none() || low < needed);
                    let curve: &Curve = world.policy.settings().health.curves.of(*measure);
                    let reached = value_needed.map(|value| curve.score(value).value());
                    prop_assert!(reached.is_none_or(|score| score >= *needed - 1e-6));
                }
                Change::Wait { seconds } => prop_assert!(*seconds > 0.0),
                Change::AmountAtMost { amount, .. } => prop_assert!(amount.amount() > Decimal::ZERO),
                _ => {}
            }
        }
        // Doing what is named turns it. What time or a supplied number brings with it may take another round: a window that
        // has moved on, a rate to the currency of a limit.
        let (mut state, mut review) = (world, review);
        for _ in 0..3 {
            if passes(&review) || !can_be_done(&review.would_pass_if) {
                return Ok(());
            }
            state = turned(&state, &review.would_pass_if, &review.health);
            let moved_on = state.now > now();
            let supplied = review.would_pass_if.iter().any(|change| matches!(change, Change::Supply { .. }));
            let named = review.would_pass_if;
            review = state.review();
            prop_assert!(passes(&review) || moved_on || supplied, "{:?}\nand now {:?}", named, review.reasons);
        }
        prop_assert!(passes(&review), "three rounds, and now {:?}", review.reasons);
    }
}
