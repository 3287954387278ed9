//! Does the pass path allocate, and what does a distinct path of journeys take? Counted by a counting allocator, on this thread only.

#![cfg(test)]

use stratum_benches::cases;
use stratum_benches::columns::Columns;
use stratum_core::attribution::PathTable;
use stratum_core::signal::Health;
use stratum_core::trust::{Policy, Review, decide, review};

/// Allocations of one call. The answer is handed back so that dropping it is not part of the count.
fn counted(call: impl FnOnce() -> Review) -> (u64, Review) {
    let mut answer = None;
    let info = allocation_counter::measure(|| answer = Some(call()));
    (info.count_total, answer.unwrap())
}

#[test]
fn the_counter_counts() {
    let info = allocation_counter::measure(|| drop(std::hint::black_box(vec![1_u8])));
    assert_eq!(info.count_total, 1);
}

#[test]
fn a_review_that_passes_allocates_nothing() {
    let (policy, now) = (Policy::baseline_2026_11().unwrap(), cases::now().unwrap());
    let passing = cases::all()
        .unwrap()
        .into_iter()
        .filter(|case| case.name == "pass" || case.name == "pass: another account is frozen");
    let mut seen = 0;
    for case in passing {
        let (evidence, view) = (&case.evidence, &case.view);
        let proposal = case.proposal.clone();
        let (count, answer) = counted(|| review(proposal, evidence, &policy, view, now));
        assert_eq!(count, 0, "{}: {:?}", case.name, answer.reasons);
        seen += 1;
    }
    assert_eq!(seen, 2);
}

/// A reason is worth an allocation: what holds or informs is written into a list.
#[test]
fn a_review_that_does_not_pass_allocates_a_bounded_number_of_lists() {
    let (policy, now) = (Policy::baseline_2026_11().unwrap(), cases::now().unwrap());
    for case in [cases::hold().unwrap(), cases::block().unwrap()] {
        let (evidence, view) = (&case.evidence, &case.view);
        let health = Health::measure(
            &evidence.plan,
            &evidence.readings,
            &policy.settings().health,
            view.memory.as_ref(),
            now,
        );
        let proposal = case.proposal.clone();
        let (count, answer) = counted(|| decide(proposal, evidence, health, &policy, view, now));
        assert!(
            (1..=12).contains(&count),
            "{}: {count} allocations, {:?}",
            case.name,
            answer.reasons
        );
    }
}

#[test]
fn a_distinct_path_takes_less_than_three_hundred_bytes() {
    let columns = Columns::drawn(20, 100_000).unwrap();
    let paths = columns.paths().unwrap();
    let mut table = None;
    let info = allocation_counter::measure(|| table = Some(PathTable::gather(&paths).unwrap()));
    let distinct = u64::try_from(table.unwrap().len()).unwrap();
    assert!(distinct > 10_000);
    assert!(
        info.bytes_max < 300 * distinct,
        "{info:?}, {distinct} paths"
    );
}
