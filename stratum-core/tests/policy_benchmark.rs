//! Does our gate stop more harm than the predecessor's rules and hold less that is harmless?
//!
//! Every run judges a few worlds, so that nobody breaks it unseen. The report of `docs/POLICY-BENCHMARK.md` over 240 worlds is
//! `cargo test --release -p stratum-trust-core --test policy_benchmark full_report -- --ignored --nocapture`.

#![cfg(test)]

#[path = "policy_benchmark/course.rs"]
mod course;
#[path = "policy_benchmark/predecessor.rs"]
mod predecessor;
#[path = "policy_benchmark/report.rs"]
mod report;
#[path = "policy_benchmark/tally.rs"]
mod tally;

use course::{Course, GATES, Judged, Truth, run};
use std::io::stdout;
use std::ops::Range;

use stratum_core::trust::Policy;

/// Nothing was ever tuned on these.
const REPORTED: Range<u64> = 1001..1241;
/// The first of them: what every test run judges.
const QUICK: Range<u64> = 1001..1011;
/// What curves may be tuned on.
const TUNING: Range<u64> = 1..101;

#[test]
fn more_harm_is_stopped_and_less_held_needlessly_than_under_the_predecessors_rules() {
    let policy = Policy::baseline_2026_11().unwrap();
    let courses: Vec<Course> = QUICK.map(|seed| run(seed, &policy)).collect();
    let stopped =
        |gate: usize| tally::share(&courses, |j| j.truth == Truth::Harmful, |j| !j.passed[gate]);
    let held = |gate: usize| {
        tally::share(
            &courses,
            |j| j.truth == Truth::Harmless,
            |j| !j.passed[gate],
        )
    };
    for (gate, name) in GATES.iter().enumerate() {
        println!(
            "{name}: stops {}, holds {}",
            stopped(gate).text(),
            held(gate).text()
        );
    }
    assert!(
        stopped(0).of > 100.0 && held(0).of > 100.0,
        "too few proposals to judge by"
    );
    assert!(held(0).value < held(1).value && held(0).value < held(2).value);
    assert!(stopped(0).value > stopped(1).value && stopped(0).value > stopped(2).value);
    let clean = tally::share(
        &courses,
        |j| j.truth == Truth::Harmless && j.fault.is_none(),
        |j| !j.passed[0],
    );
    assert!(clean.value < 0.05, "held without a fault: {}", clean.text());
    assert!(
        tally::money(&courses, |j: &Judged| j.truth == Truth::Harmful
            && j.passed[0])
            >= 0.0
    );
    assert!(
        courses
            .iter()
            .all(|course| course.quiet_hours[0] > course.faulty_hours[0] / 10)
    );
    assert!(
        courses
            .iter()
            .flat_map(|c| &c.judged)
            .all(|j| j.passed[0] == j.reason.is_none())
    );
    let shifted = courses
        .iter()
        .flat_map(|c| &c.judged)
        .filter(|j| j.shifted)
        .count();
    assert!(shifted > 0, "no demand shift among the seeds");
}

#[test]
fn the_same_seed_gives_the_same_course() {
    let policy = Policy::baseline_2026_11().unwrap();
    let told = |course: &Course| format!("{course:?}");
    assert_eq!(told(&run(1001, &policy)), told(&run(1001, &policy)));
}

/// The courses of the seeds in order, computed on two threads.
fn all(seeds: Range<u64>, policy: &Policy) -> Vec<Course> {
    let middle = u64::midpoint(seeds.start, seeds.end);
    std::thread::scope(|scope| {
        let half = scope.spawn(|| {
            (seeds.start..middle)
                .map(|seed| run(seed, policy))
                .collect::<Vec<_>>()
        });
        let rest: Vec<_> = (middle..seeds.end).map(|seed| run(seed, policy)).collect();
        let mut courses = half.join().unwrap();
        courses.extend(rest);
        courses
    })
}

/// The baseline, or the policy in the file that `STRATUM_BENCHMARK_POLICY` names.
#[expect(
    clippy::disallowed_methods,
    reason = "which policy to try is the caller's business"
)]
fn policy() -> Policy {
    match std::env::var_os("STRATUM_BENCHMARK_POLICY") {
        Some(path) => {
            let settings = std::fs::read_to_string(path).unwrap();
            Policy::new(serde_json::from_str(&settings).unwrap()).unwrap()
        }
        None => Policy::baseline_2026_11().unwrap(),
    }
}

fn report_on(seeds: Range<u64>) {
    let policy = policy();
    let courses = all(seeds.clone(), &policy);
    let named = format!("{} to {}", seeds.start, seeds.end - 1);
    report::report(
        &mut stdout().lock(),
        &courses,
        &named,
        policy.settings().version.as_str(),
    )
    .unwrap();
}

#[test]
#[ignore = "240 worlds: run it in release, as the first lines of this file say"]
fn full_report() {
    report_on(REPORTED);
}

#[test]
#[ignore = "for whoever changes a curve: 100 worlds that may be tuned on"]
fn tuning_report() {
    report_on(TUNING);
}
