//! Does the detector see the labelled windows of real cost series, and is it quiet elsewhere?
//!
//! The series (Numenta Anomaly Benchmark, `realAdExchange`) are not part of the repository: `STRATUM_TEST_DATA` names the
//! folder that holds `nab/`. Without it this test says so and checks nothing but the built-in cases.

#![cfg(test)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::{NaiveDateTime, TimeDelta};
use stratum_core::anomaly::{Detector, DetectorSettings, Judgement, Point, Scale, Severity};
use stratum_core::numeric::Chance;
use stratum_core::vocabulary::Timestamp;

fn hour(n: i64) -> Timestamp {
    "2026-05-04T00:00:00Z".parse::<Timestamp>().unwrap() + TimeDelta::hours(n)
}

fn point(n: i64, value: f64) -> Point {
    Point {
        at: hour(n),
        value: Some(value),
        observations: None,
    }
}

/// A working day's shape: low at night, high in the evening, as a factor.
fn season(n: i64) -> f64 {
    [
        0.4, 0.3, 0.3, 0.3, 0.4, 0.6, 0.8, 1.0, 1.1, 1.2, 1.2, 1.2, 1.2, 1.2, 1.1, 1.1, 1.2, 1.3,
        1.5, 1.7, 1.8, 1.6, 1.1, 0.7,
    ][usize::try_from(n.rem_euclid(24)).unwrap()]
}

#[test]
fn a_flat_series_then_a_hundredfold_is_critical() {
    for scale in [Scale::Multiplicative, Scale::Additive] {
        let mut detector = Detector::new(DetectorSettings {
            scale,
            ..DetectorSettings::hourly_delivery()
        });
        for n in 0..200 {
            assert_eq!(
                detector.observe(&point(n, 50.0)).severity(),
                Severity::Usual
            );
        }
        assert_eq!(
            detector.observe(&point(200, 5000.0)).severity(),
            Severity::Critical
        );
        assert_eq!(
            detector.observe(&point(201, 50.0)).severity(),
            Severity::Usual
        );
        assert_eq!(
            detector.observe(&point(202, 0.0)).severity(),
            Severity::Critical
        );
    }
}

#[test]
fn a_daily_season_is_learned_and_then_a_daytime_value_at_night_is_seen() {
    let mut detector = Detector::new(DetectorSettings::hourly_delivery());
    let mut chance = Chance::new(1, 0);
    let mut alarms = 0;
    for n in 0..24 * 60 {
        let severity = detector
            .observe(&point(n, 100.0 * season(n) * chance.factor(0.08)))
            .severity();
        alarms += u32::from(n >= 24 * 10 && severity.is_anomaly());
    }
    assert_eq!(alarms, 0);
    let night = 24 * 60 + 3;
    assert!(
        detector
            .observe(&point(night, 170.0))
            .severity()
            .is_anomaly()
    );
}

#[test]
fn what_is_missing_stays_missing() {
    let mut with_gaps = Detector::new(DetectorSettings::hourly_delivery());
    for n in 0..200 {
        with_gaps.observe(&point(n, 3.0));
        let gap = Point {
            at: hour(n),
            value: None,
            observations: None,
        };
        let before = with_gaps.clone();
        assert_eq!(with_gaps.observe(&gap), Judgement::Missing);
        assert_eq!(with_gaps.observe(&point(n, f64::NAN)), Judgement::Missing);
        assert_eq!(with_gaps, before);
    }
}

#[test]
fn a_rate_from_three_events_does_not_scream() {
    let mut detector = Detector::new(DetectorSettings::hourly_delivery());
    for n in 0..200 {
        detector.observe(&Point {
            observations: Some(400),
            ..point(n, 0.02)
        });
    }
    let few = |n| Point {
        observations: Some(n),
        ..point(200, 0.1)
    };
    assert!(!detector.clone().observe(&few(3)).severity().is_anomaly());
    assert_eq!(detector.observe(&few(4000)).severity(), Severity::Critical);
}

#[test]
fn a_new_level_is_taken_over_within_a_day() {
    let mut detector = Detector::new(DetectorSettings::hourly_delivery());
    let mut chance = Chance::new(2, 0);
    for n in 0..24 * 20 {
        detector.observe(&point(n, 10.0 * chance.factor(0.06)));
    }
    let anomalies: Vec<i64> = (24 * 20..24 * 24)
        .filter(|n| {
            detector
                .observe(&point(*n, 22.0 * chance.factor(0.06)))
                .severity()
                .is_anomaly()
        })
        .collect();
    assert_eq!(anomalies.first(), Some(&(24 * 20)));
    assert!(anomalies.last().unwrap() - 24 * 20 < 24, "{anomalies:?}");
}

#[test]
fn the_same_points_give_the_same_judgements() {
    let run = || {
        let mut detector = Detector::new(DetectorSettings::hourly_delivery());
        let mut chance = Chance::new(9, 9);
        (0..500)
            .map(|n| detector.observe(&point(n, chance.factor(0.5))))
            .collect::<Vec<_>>()
    };
    assert_eq!(run(), run());
}

/// What one file of the exchange came to.
#[derive(Debug, Default)]
struct Found {
    windows: usize,
    hit: usize,
    outside: usize,
    false_points: usize,
    false_runs: usize,
}

fn read_time(text: &str) -> Timestamp {
    let text = text.split('.').next().unwrap();
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S")
        .unwrap()
        .and_utc()
}

fn watch_file(path: &Path, windows: &[(Timestamp, Timestamp)], least: Severity) -> Found {
    let mut detector = Detector::new(DetectorSettings::hourly_delivery());
    let mut found = Found {
        windows: windows.len(),
        ..Found::default()
    };
    let mut hit = vec![false; windows.len()];
    let mut last_false: Option<Timestamp> = None;
    for line in std::fs::read_to_string(path).unwrap().lines().skip(1) {
        let (at, value) = line.split_once(',').unwrap();
        let (at, value) = (read_time(at), value.parse().unwrap());
        let severity = detector
            .observe(&Point {
                at,
                value: Some(value),
                observations: None,
            })
            .severity();
        let inside = windows
            .iter()
            .position(|(from, to)| *from <= at && at <= *to);
        match inside {
            Some(index) => hit[index] |= severity >= least,
            None => {
                found.outside += 1;
                if severity >= least {
                    found.false_points += 1;
                    let apart = last_false.is_none_or(|last| at - last > TimeDelta::hours(12));
                    found.false_runs += usize::from(apart);
                    last_false = Some(at);
                }
            }
        }
    }
    found.hit = hit.iter().filter(|h| **h).count();
    found
}

#[expect(
    clippy::disallowed_methods,
    reason = "where the data lies is the machine's business, not the code's"
)]
fn data_folder() -> Option<PathBuf> {
    std::env::var_os("STRATUM_TEST_DATA").map(|folder| PathBuf::from(folder).join("nab"))
}

#[test]
fn labelled_windows_of_a_real_exchange_are_seen_and_the_rest_is_quiet() {
    let Some(folder) = data_folder() else {
        eprintln!(
            "skipped: STRATUM_TEST_DATA is not set, so the real exchange series are not read"
        );
        return;
    };
    let labels = std::fs::read_to_string(folder.join("labelled_windows.json")).unwrap();
    let labels: BTreeMap<String, Vec<(String, String)>> = serde_json::from_str(&labels).unwrap();
    for least in [Severity::Notable, Severity::Severe, Severity::Critical] {
        let mut all = Found::default();
        for (name, windows) in labels
            .iter()
            .filter(|(name, _)| name.starts_with("realAdExchange/"))
        {
            let windows: Vec<_> = windows
                .iter()
                .map(|(a, b)| (read_time(a), read_time(b)))
                .collect();
            let found = watch_file(&folder.join(name), &windows, least);
            println!("{name} {}: {found:?}", least.as_str());
            all.windows += found.windows;
            all.hit += found.hit;
            all.outside += found.outside;
            all.false_points += found.false_points;
            all.false_runs += found.false_runs;
        }
        println!("all {}: {all:?}", least.as_str());
        if least == Severity::Severe {
            assert_eq!(all.windows, 14);
            assert!(all.hit >= 10, "{all:?}");
            // 8,600 points outside the windows are twelve metric-months.
            assert!(all.false_points * 200 <= all.outside, "{all:?}");
            assert!(all.false_runs <= 24, "{all:?}");
        }
    }
}
