//! Does the library give the agreed answers? Runs every vector of `conformance/`, exactly, floats included.
//!
//! `BLESS=1 cargo test -p stratum-trust-core --test conformance` rewrites what is expected; the oracle in Python keeps that
//! honest. Not here: laws (`laws.rs`) and the oracle itself.

#![cfg(test)]

#[path = "conformance/calls.rs"]
mod calls;
#[path = "conformance/case.rs"]
mod case;
#[path = "conformance/mutations.rs"]
mod mutations;

use std::collections::BTreeSet;

use case::{Case, Expect, files};
use serde_json::Value;

#[expect(
    clippy::disallowed_methods,
    reason = "whoever blesses says so in the environment"
)]
fn blessing() -> bool {
    std::env::var_os("BLESS").is_some()
}

/// What the library says: the answer, or the refusal.
fn said(case: &Case) -> Expect {
    let (answer, refused) = match calls::answer(&case.call, &case::expanded(&case.input)) {
        Ok(answer) => (answer, false),
        Err(refusal) => (refusal, true),
    };
    let asked = case.expect.pointers();
    let parts = asked.iter().map(|pointer| {
        let part = answer.pointer(pointer).cloned();
        (
            pointer.clone(),
            part.unwrap_or(Value::String("nothing stands here".into())),
        )
    });
    if refused {
        Expect::Err(parts.collect())
    } else {
        Expect::Ok(parts.collect())
    }
}

#[test]
fn every_vector_gives_what_it_expects() {
    let (mut count, mut wrong) = (0, Vec::new());
    for file in files() {
        let mut cases = case::read(&file);
        for case in &mut cases {
            count += 1;
            let said = said(case);
            if blessing() {
                case.expect = said;
            } else if said != case.expect {
                wrong.push(format!(
                    "{}\n  {}\n  expected {}\n  said     {}",
                    case.id, case.why, case.expect, said
                ));
            }
        }
        if blessing() {
            case::write(&file, &cases);
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {count} vectors differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(count >= 300, "only {count} vectors");
}

#[test]
fn the_index_names_every_file_and_the_version_of_this_crate() {
    assert_eq!(case::version(), stratum_core::wire::CONFORMANCE_VERSION);
    let listed: BTreeSet<String> = files().into_iter().collect();
    assert_eq!(listed, case::on_disk());
}

#[test]
fn every_vector_has_its_own_id_a_reason_and_a_method_that_is_described() {
    let mut ids = BTreeSet::new();
    for file in files() {
        for case in case::read(&file) {
            assert!(
                case.id.starts_with(file.trim_end_matches(".json")),
                "{} lives in {file}",
                case.id
            );
            assert!(case.why.len() > 10, "{} does not say why", case.id);
            assert!(
                !case.expect.pointers().is_empty(),
                "{} expects nothing",
                case.id
            );
            let page = case.method.split('#').next().unwrap();
            assert!(
                case::root().join("../..").join(page).exists(),
                "{}: no page {page}",
                case.id
            );
            assert!(ids.insert(case.id.clone()), "{} twice", case.id);
        }
    }
}

/// The cases an earlier system got wrong, as far as they concern health, gate, limits, enforcement, execution and attribution.
#[test]
fn every_reference_case_of_what_exists_is_a_vector() {
    let all: Vec<String> = files()
        .iter()
        .flat_map(|file| case::read(file))
        .map(|case| case.why)
        .collect();
    let cases = [
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16, 19, 20, 21, 22, 23, 24, 25, 26, 27, 31,
        32, 33, 34, 35, 36, 37, 38, 40,
    ];
    for n in cases {
        let name = format!("A{n}");
        let named = |why: &String| {
            why.split(|c: char| !c.is_alphanumeric())
                .any(|word| word == name)
        };
        assert!(all.iter().any(named), "reference case {name} is no vector");
    }
}

#[test]
fn the_sample_policy_is_the_baseline() {
    let policy = stratum_core::trust::Policy::baseline_2026_11().unwrap();
    let baseline = serde_json::to_value(policy.settings()).unwrap();
    let path = case::root().join("samples/baseline_2026_11.json");
    if blessing() {
        std::fs::write(&path, format!("{}\n", case::laid_out(&baseline, 0, 0))).unwrap();
    }
    let text = std::fs::read_to_string(path).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), baseline);
}

/// Every number of the baseline is meant: with any of them changed, some vector fails.
#[test]
fn changing_any_number_of_the_policy_fails_a_vector() {
    let cases: Vec<Case> = files().iter().flat_map(|file| case::read(file)).collect();
    let unnoticed = mutations::unnoticed(&cases);
    assert!(
        unnoticed.is_empty(),
        "no vector notices:\n{}",
        unnoticed.join("\n")
    );
}
