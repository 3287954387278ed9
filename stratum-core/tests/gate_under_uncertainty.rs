//! Does health open only for what is good, and not flutter? Three simulations with known truth against the real health.
//!
//! Four components are measured as proportions of n observations each, through readings whose curve is the identity, so that a
//! truth of .65 is a score of 65. Threshold 70, recovery margin and dwell time as in the baseline.

#![cfg(test)]

use chrono::TimeDelta;
use stratum_core::numeric::Chance;
use stratum_core::signal::DeliveryScan;
use stratum_core::signal::{
    ApiCalls, Curve, CurveSet, EventCounts, Feed, Health, HealthSettings, KeyCounts, MatchCounts,
    Measure, MeasurementPlan, PerComponent, PlatformState, Readings, RecordCounts, Status,
    StatusMemory, Token, baseline,
};
use stratum_core::vocabulary::{Measured, Reading, Source, Timestamp};

const PLAN: MeasurementPlan = MeasurementPlan {
    browser_events: true,
    server_events: true,
    independent_orders: false,
    match_confirmation: true,
    throttle_headroom: false,
};

/// Baseline thresholds, with the identity as the curve of the four proportions and equal weights for their components.
fn settings() -> HealthSettings {
    let mut settings = baseline::november_2026().unwrap();
    let mut curves: std::collections::BTreeMap<Measure, Curve> = settings.curves.clone().into();
    let rising = Curve::new(vec![(0.0, 0.0), (1.0, 100.0)]).unwrap();
    let falling = Curve::new(vec![(0.0, 100.0), (1.0, 0.0)]).unwrap();
    for measure in [
        Measure::MatchConfirmed,
        Measure::ApiSuccess,
        Measure::TwinMatch,
    ] {
        curves.insert(measure, rising.clone());
    }
    curves.insert(Measure::SchemaViolations, falling);
    // Two sides that each miss a third leave about a tenth unseen: not what is tested here.
    curves.insert(
        Measure::LostEvents,
        Curve::new(vec![(0.0, 100.0), (1.0, 99.0)]).unwrap(),
    );
    settings.curves = CurveSet::try_from(curves).unwrap();
    settings.weights = PerComponent {
        match_quality: 25.0,
        api_health: 25.0,
        event_loss: 25.0,
        platform_stability: 0.0,
        data_quality: 25.0,
    };
    settings
}

fn hour(n: i64) -> Timestamp {
    "2026-11-02T00:00:00Z".parse::<Timestamp>().unwrap() + TimeDelta::hours(n)
}

fn at<T>(value: T, now: Timestamp, observations: u64) -> Reading<T> {
    Reading::Measured(Measured {
        value,
        at: now,
        window_seconds: 3600,
        observations,
        source: Source::Simulation,
    })
}

fn matches(matched: u64, n: u64) -> MatchCounts {
    let keys = KeyCounts {
        email: n,
        phone: n,
        click_id: n,
        external_id: n,
        browser_id: n,
        ip_and_agent: n,
        name_and_address: n,
    };
    MatchCounts {
        events: n,
        keys,
        confirmed: Some(matched),
        platform_score: None,
    }
}

fn calls(answered: u64, n: u64) -> ApiCalls {
    ApiCalls {
        calls: n,
        failed_auth: 0,
        failed_throttled: 0,
        failed_server: n - answered,
        failed_client: 0,
        latency_p95_ms: 300,
        throttle_headroom: None,
    }
}

const IN_ORDER: PlatformState = PlatformState {
    minor_incidents: 0,
    major_incidents: 0,
    changes_requested: 0,
    changes_rejected: 0,
    api_sunset_at: None,
    learning_share: 0.0,
};

fn records(sound: u64, n: u64) -> RecordCounts {
    RecordCounts {
        records: n,
        schema_violations: n - sound,
        duplicates: 0,
        late: 0,
        future: 0,
        empty_values: 0,
    }
}

/// Readings in which match quality, API health, event loss and data quality each rest on a share of `n`.
fn readings(shares: [u64; 4], n: u64, now: Timestamp) -> Readings {
    let [matched, answered, twins, sound] = shares;
    let events = EventCounts {
        browser: Some(n),
        server: Some(n),
        matched: Some(twins),
        independent: None,
    };
    Readings {
        match_quality: at(matches(matched, n), now, n),
        api_calls: at(calls(answered, n), now, n),
        token: at(
            Token {
                valid: true,
                expires_at: None,
                renews: true,
            },
            now,
            1,
        ),
        events: at(events, now, n),
        platform: at(IN_ORDER, now, 1),
        delivery: at(
            DeliveryScan {
                points: 10_000,
                anomalous: 0,
                farthest: 2.5,
            },
            now,
            10_000,
        ),
        records: at(records(sound, n), now, n),
        feed: at(
            Feed {
                lag_seconds: 600,
                flat_hours: 0,
            },
            now,
            1,
        ),
        ..Readings::nothing()
    }
}

fn drawn(chance: &mut Chance, truth: f64, n: u64, now: Timestamp) -> Readings {
    let shares = [(); 4].map(|()| (0..n).map(|_| u64::from(chance.happens(truth))).sum());
    readings(shares, n, now)
}

fn measure(
    readings: &Readings,
    settings: &HealthSettings,
    memory: Option<&StatusMemory>,
    now: Timestamp,
) -> Health {
    Health::measure(&PLAN, readings, settings, memory, now)
}

#[test]
fn the_set_up_turns_a_truth_into_its_score() {
    let health = measure(
        &readings([65_000; 4], 100_000, hour(0)),
        &settings(),
        None,
        hour(0),
    );
    assert!(
        (health.score().unwrap().value() - 65.0).abs() < 1e-9,
        "{:?}",
        health.components()
    );
    assert!((health.low().value() - 65.0).abs() < 0.5);
}

#[test]
fn at_most_one_percent_opens_falsely_at_every_sample_size() {
    const RUNS: u64 = 2000;
    let settings = settings();
    for n in [1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 500] {
        let mut chance = Chance::new(72, n);
        let opened = (0..RUNS)
            .filter(|_| {
                measure(
                    &drawn(&mut chance, 0.65, n, hour(0)),
                    &settings,
                    None,
                    hour(0),
                )
                .status()
                    == Status::Healthy
            })
            .count();
        println!("truth .65, n {n}: {opened} of {RUNS} open");
        assert!(opened <= 20, "n {n}: {opened} of {RUNS}");
    }
}

#[test]
fn what_caution_costs_at_a_truth_of_eighty() {
    // Not a demand of its own: the price, so that nobody has to guess it.
    const RUNS: u64 = 1000;
    let settings = settings();
    let open = |n| {
        let mut chance = Chance::new(73, n);
        let healthy = |_: &u64| {
            measure(
                &drawn(&mut chance, 0.80, n, hour(0)),
                &settings,
                None,
                hour(0),
            )
            .status()
                == Status::Healthy
        };
        let open = (0..RUNS).filter(healthy).count();
        println!("truth .80, n {n}: {open} of {RUNS} open");
        open
    };
    assert!(open(10) < 400);
    assert!(open(200) > 900);
    assert!(open(500) == 1000);
}

/// A truth that wanders between two bounds, reflected at both.
fn wander(chance: &mut Chance, truth: f64, least: f64, most: f64) -> f64 {
    let next = truth + 0.004 * chance.normal();
    if next > most {
        most - (next - most)
    } else if next < least {
        least + (least - next)
    } else {
        next
    }
}

/// How often the gate turns in 30 days of hourly readings while the truth wanders.
fn flips(seed: u64, n: u64, least: f64, most: f64) -> u32 {
    let settings = settings();
    let mut chance = Chance::new(seed, 1);
    let (mut truth, mut memory, mut flips) = ((least + most) / 2.0, None, 0);
    let mut was_open = None;
    for h in 0..30 * 24 {
        truth = wander(&mut chance, truth, least, most);
        let health = measure(
            &drawn(&mut chance, truth, n, hour(h)),
            &settings,
            memory.as_ref(),
            hour(h),
        );
        let open = health.status() == Status::Healthy;
        flips += u32::from(was_open.is_some_and(|was| was != open));
        was_open = Some(open);
        memory = Some(*health.memory());
    }
    flips
}

#[test]
fn at_most_six_flips_in_thirty_days_around_the_threshold() {
    let all: Vec<u32> = (0..20).map(|seed| flips(seed, 200, 0.68, 0.72)).collect();
    println!("truth .68 to .72, n 200, flips in 30 days: {all:?}");
    assert!(all.iter().all(|flips| *flips <= 6), "{all:?}");
}

#[test]
fn at_most_six_flips_where_the_lower_end_itself_meets_the_threshold() {
    // The hardest place for this gate: at n = 200 a truth around .76 puts the lower end at 70, at n = 1200 one around .725.
    for (n, least, most) in [(200, 0.74, 0.78), (1200, 0.70, 0.75)] {
        let all: Vec<u32> = (0..12)
            .map(|seed| flips(200 + seed, n, least, most))
            .collect();
        println!("truth {least} to {most}, n {n}, flips in 30 days: {all:?}");
        assert!(all.iter().all(|flips| *flips <= 6), "n {n}: {all:?}");
    }
}

#[test]
fn a_drop_from_eighty_to_sixty_closes_within_two_hours() {
    const RUNS: u64 = 100;
    let settings = settings();
    let (mut open_before, mut latest) = (0, 0);
    for seed in 0..RUNS {
        let mut chance = Chance::new(seed, 2);
        let mut memory = None;
        let mut status = Status::Degraded;
        for h in 0..60 {
            let (before, truth) = (status, if h < 48 { 0.80 } else { 0.60 });
            let readings = drawn(&mut chance, truth, 200, hour(h));
            let health = measure(&readings, &settings, memory.as_ref(), hour(h));
            memory = Some(*health.memory());
            status = health.status();
            open_before += u64::from(h == 47 && status == Status::Healthy);
            if h >= 48 && before == Status::Healthy && status != Status::Healthy {
                latest = latest.max(h - 47);
            }
        }
        assert_ne!(status, Status::Healthy, "seed {seed} never closed");
    }
    println!(
        "drop .80 to .60: open before in {open_before} of {RUNS}, closed after at most {latest} h"
    );
    assert!(open_before >= 90 && latest <= 2);
}
