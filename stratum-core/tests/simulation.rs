//! Is the simulated world what it says: repeatable, honest about its truth, and damaged only where an incident is?

#![cfg(test)]

use chrono::TimeDelta;
use stratum_core::signal::{Component, Health, Measure, Outcome, Status, StatusMemory, baseline};
use stratum_core::simulation::{
    BudgetSetting, HourRecord, Incident, IncidentKind, Shown, World, WorldPlan, readings_at,
    window_of,
};
use stratum_core::vocabulary::{Digest, Timestamp};

fn start() -> Timestamp {
    "2026-08-03T00:00:00Z".parse().unwrap()
}

/// The demo's advertiser without its fate, and with what is given instead.
fn advertiser(seed: u64, incidents: Vec<Incident>) -> WorldPlan {
    WorldPlan {
        incidents,
        ..WorldPlan::demo(seed, start(), 90)
    }
}

fn lasting(kind: IncidentKind, from_hour: i64, hours: i64) -> Incident {
    let from = start() + TimeDelta::hours(from_hour);
    Incident {
        kind,
        account: 0,
        from,
        to: from + TimeDelta::hours(hours),
    }
}

fn lived(plan: WorldPlan, hours: usize) -> World {
    let mut world = World::new(plan);
    (0..hours).for_each(|_| world.step(&[]));
    world
}

/// Health of the first account at every hour, memory handed on.
fn healths(world: &World) -> Vec<Health> {
    let settings = baseline::november_2026().unwrap();
    let mut memory: Option<StatusMemory> = None;
    let plan = world.plan().accounts[0].measurement;
    let mut all = Vec::new();
    for hour in world.history() {
        let now = hour.ended();
        let readings = readings_at(world.history(), 0, now);
        readings.check(now).unwrap();
        let health = Health::measure(&plan, &readings, &settings, memory.as_ref(), now);
        memory = Some(*health.memory());
        all.push(health);
    }
    all
}

#[test]
fn same_seed_same_bytes() {
    let bytes = |seed| {
        Digest::of(
            format!(
                "{:?}",
                lived(WorldPlan::drawn(seed, start(), 40), 24 * 20).history()
            )
            .as_bytes(),
        )
    };
    assert_eq!(bytes(5), bytes(5));
    assert_ne!(bytes(5), bytes(6));
}

#[test]
fn these_are_the_bytes_of_seed_one() {
    // A change here means that every stored world of the demo changes: say so in the changelog.
    let world = lived(WorldPlan::drawn(1, start(), 40), 24 * 3);
    let orders: usize = world.history().iter().map(|hour| hour.orders.len()).sum();
    let cents: u64 = world
        .history()
        .iter()
        .flat_map(|hour| &hour.orders)
        .map(|order| order.cents)
        .sum();
    assert_eq!((orders, cents), (ORDERS, CENTS));
}

/// Orders and their value in the first three days of the world of seed one.
const ORDERS: usize = 1036;
const CENTS: u64 = 9_421_977;

fn truths(hour: &HourRecord) -> Vec<(u64, u64, u64)> {
    let campaigns = hour.accounts.iter().flat_map(|a| &a.campaigns);
    campaigns
        .map(|c| {
            (
                c.truth.revenue.to_bits(),
                c.truth.orders,
                c.truth.marginal_return.to_bits(),
            )
        })
        .collect()
}

#[test]
fn a_fault_damages_what_is_shown_and_never_what_is_true() {
    let sound = lived(advertiser(3, Vec::new()), 24 * 6);
    let kinds = [
        IncidentKind::PixelLost { page: 0 },
        IncidentKind::ServerEventsStop,
        IncidentKind::Duplicates { share: 0.8 },
        IncidentKind::ApiLag { hours: 24 },
        IncidentKind::ApiErrors { share: 0.3 },
        IncidentKind::TokenExpired,
        IncidentKind::RevenueMismatch { factor: 1.7 },
    ];
    for kind in kinds {
        let damaged = lived(advertiser(3, vec![lasting(kind, 72, 48)]), 24 * 6);
        for (a, b) in sound.history().iter().zip(damaged.history()) {
            assert_eq!(truths(a), truths(b), "{}", kind.as_str());
            assert_eq!(a.orders, b.orders, "{}", kind.as_str());
            for (x, y) in a.accounts.iter().zip(&b.accounts) {
                for (sound, damaged) in x.campaigns.iter().zip(&y.campaigns) {
                    assert_eq!(sound.undamaged, damaged.undamaged, "{}", kind.as_str());
                    assert_eq!(sound.settled, sound.undamaged);
                }
            }
        }
        let now = sound.now() - TimeDelta::hours(30);
        let [really, undamaged] = [Shown::Really, Shown::Undamaged]
            .map(|shown| window_of(damaged.history(), (0, 0), now, 48, shown));
        assert_ne!(really, undamaged, "{} leaves no trace", kind.as_str());
        let outside = window_of(damaged.history(), (1, 0), now, 48, Shown::Really);
        assert_eq!(
            outside,
            window_of(sound.history(), (1, 0), now, 48, Shown::Really),
            "{}",
            kind.as_str()
        );
    }
}

#[test]
fn an_undisturbed_advertiser_is_healthy_nearly_always() {
    let world = lived(advertiser(4, Vec::new()), 24 * 40);
    let healths = healths(&world);
    let after_start = &healths[72..];
    let healthy = after_start
        .iter()
        .filter(|h| h.status() == Status::Healthy)
        .count();
    let share = stratum_core::numeric::from_u64(u64::try_from(healthy).unwrap())
        / stratum_core::numeric::from_u64(u64::try_from(after_start.len()).unwrap());
    println!("healthy {:.1} % of hours", 100.0 * share);
    assert!(share > 0.95, "{share}");
}

/// After how many hours of a fault health is no longer healthy, at the latest over five worlds.
fn hours_to_notice(kind: IncidentKind) -> Vec<Option<usize>> {
    (0..5)
        .map(|seed| {
            let world = lived(
                advertiser(50 + seed, vec![lasting(kind, 24 * 14, 96)]),
                24 * 18,
            );
            healths(&world)[24 * 14..]
                .iter()
                .position(|h| h.status() != Status::Healthy)
                .map(|n| n + 1)
        })
        .collect()
}

#[test]
fn every_fault_that_misleads_is_noticed() {
    let kinds = [
        (IncidentKind::ServerEventsStop, 24),
        (IncidentKind::Duplicates { share: 0.8 }, 24),
        (IncidentKind::ApiLag { hours: 30 }, 30),
        (IncidentKind::ApiErrors { share: 0.25 }, 3),
        (IncidentKind::TokenExpired, 1),
        (IncidentKind::RevenueMismatch { factor: 1.8 }, 60),
    ];
    for (kind, within) in kinds {
        let noticed = hours_to_notice(kind);
        println!("{}: noticed after {noticed:?} h", kind.as_str());
        assert!(
            noticed.iter().all(|n| n.is_some_and(|n| n <= within)),
            "{}: {noticed:?}",
            kind.as_str()
        );
    }
}

#[test]
fn a_pixel_lost_on_one_page_lowers_the_browsers_capture_at_once() {
    let world = lived(
        advertiser(
            8,
            vec![lasting(IncidentKind::PixelLost { page: 0 }, 24 * 14, 96)],
        ),
        24 * 16,
    );
    let healths = healths(&world);
    let capture = |health: &Health| {
        let slot = health
            .measures()
            .iter()
            .find(|m| m.measure == Measure::BrowserCapture)
            .unwrap();
        let Outcome::Measured { value, .. } = slot.outcome else {
            panic!()
        };
        value
    };
    assert!(capture(&healths[24 * 14 - 1]) > 0.8);
    assert!(capture(&healths[24 * 15]) < 0.6);
    let low = |h: &Health| {
        h.components()
            .iter()
            .find(|c| c.component == Component::EventLoss)
            .unwrap()
            .bounds
            .low
    };
    assert!(low(&healths[24 * 15]) < low(&healths[24 * 14 - 1]));
}

#[test]
fn a_real_demand_shift_is_not_a_fault() {
    for factor in [0.6, 1.8] {
        let world = lived(
            advertiser(
                9,
                vec![lasting(
                    IncidentKind::DemandShift { factor },
                    24 * 14,
                    24 * 7,
                )],
            ),
            24 * 21,
        );
        let during = &healths(&world)[24 * 14..];
        let held = during
            .iter()
            .filter(|h| h.status() != Status::Healthy)
            .count();
        println!(
            "demand x {factor}: {held} of {} hours not healthy",
            during.len()
        );
        assert!(held * 10 <= during.len(), "factor {factor}: {held}");
    }
}

#[test]
fn money_has_diminishing_returns_and_budgets_feed_back() {
    let spend_and_revenue = |factor: f64| {
        let mut world = World::new(advertiser(11, Vec::new()));
        let budget = world.daily_budget(0, 0).unwrap() * factor;
        world.step(&[BudgetSetting {
            account: 0,
            campaign: 0,
            daily_budget: budget,
        }]);
        (0..24 * 30).for_each(|_| world.step(&[]));
        let campaigns = || {
            world
                .history()
                .iter()
                .map(|hour| &hour.accounts[0].campaigns[0])
        };
        let spend: f64 = campaigns().map(|c| c.undamaged.spend).sum();
        let expected: f64 = campaigns().map(|c| c.truth.expected_revenue).sum();
        (
            spend,
            expected,
            campaigns().next_back().unwrap().truth.marginal_return,
        )
    };
    let (half, once, twice) = (
        spend_and_revenue(0.5),
        spend_and_revenue(1.0),
        spend_and_revenue(2.0),
    );
    assert!((twice.0 / once.0 - 2.0).abs() < 1e-9 && (once.0 / half.0 - 2.0).abs() < 1e-9);
    assert!(once.1 / half.1 < 1.8 && twice.1 / once.1 < 1.6);
    assert!(half.2 > once.2 && once.2 > twice.2);
}

#[test]
fn settings_that_make_no_sense_change_nothing() {
    let mut world = World::new(advertiser(12, Vec::new()));
    let before = world.daily_budget(0, 0);
    for daily_budget in [0.0, -5.0, f64::NAN, f64::INFINITY] {
        world.step(&[BudgetSetting {
            account: 0,
            campaign: 0,
            daily_budget,
        }]);
    }
    world.step(&[BudgetSetting {
        account: 9,
        campaign: 0,
        daily_budget: 5.0,
    }]);
    assert_eq!(world.daily_budget(0, 0), before);
}

#[test]
fn nothing_is_read_that_was_not_known_yet() {
    let world = lived(
        advertiser(
            13,
            vec![lasting(IncidentKind::ApiLag { hours: 20 }, 48, 30)],
        ),
        24 * 5,
    );
    let earlier = start() + TimeDelta::hours(60);
    let mut until_then = lived(
        advertiser(
            13,
            vec![lasting(IncidentKind::ApiLag { hours: 20 }, 48, 30)],
        ),
        60,
    );
    let seen = |world: &World| {
        (
            readings_at(world.history(), 0, earlier),
            window_of(world.history(), (0, 1), earlier, 48, Shown::Really),
        )
    };
    assert_eq!(seen(&world), seen(&until_then));
    until_then.step(&[]);
    assert_eq!(seen(&world), seen(&until_then));
}
