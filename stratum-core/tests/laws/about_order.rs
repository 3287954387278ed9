//! Does anything depend on chance? The same input gives the same bytes, through JSON too, and the order of rows is no input.
//!
//! Not here: the numbers themselves (`conformance.rs`).

use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use stratum_core::trust::{Policy, PolicySettings, Reason};
use stratum_core::wire::{self, ReviewAnswer, ReviewCall};

use crate::cases;
use crate::worlds::{World, world};

fn through_json<T: Serialize + DeserializeOwned>(value: &T) -> T {
    serde_json::from_str(&serde_json::to_string(value).unwrap()).unwrap()
}

/// The place of a reason in the order of declaration.
fn place(reason: &Reason) -> usize {
    const ORDER: [&str; 18] = [
        "proposal_expired",
        "incomplete",
        "frozen",
        "evidence_out_of_scope",
        "unhealthy",
        "insufficient_evidence",
        "not_measured",
        "below_floor",
        "below_healthy",
        "recovering",
        "exposure_too_large",
        "protection_exhausted",
        "limit_broken",
        "limit_lacks",
        "approval_refused",
        "confirmed",
        "protective",
        "manual_action",
    ];
    ORDER
        .iter()
        .position(|code| *code == reason.code())
        .unwrap()
}

/// The numbers after which a list is put in another order.
fn shuffled<T: Clone>(rows: &[T], by: &[u32]) -> Vec<T> {
    let mut keyed: Vec<(u32, &T)> = by.iter().copied().cycle().zip(rows).collect();
    keyed.sort_by_key(|(key, _)| *key);
    keyed.into_iter().map(|(_, row)| row.clone()).collect()
}

proptest! {
    #![proptest_config(cases(1200))]

    #[test]
    fn same_input_same_bytes(world in world()) {
        let answer = world.answer();
        prop_assert_eq!(&world.answer(), &answer);
        // What was written and read back is the same input.
        let settings: PolicySettings = through_json(world.policy.settings());
        let again = World {
            proposal: through_json(&world.proposal),
            evidence: through_json(&world.evidence),
            policy: Policy::new(settings).unwrap(),
            view: through_json(&world.view),
            now: through_json(&world.now),
        };
        prop_assert_eq!(again.policy.digest(), world.policy.digest());
        prop_assert_eq!(again.proposal.digest(), world.proposal.digest());
        prop_assert_eq!(&again.answer(), &answer);
        let read: ReviewAnswer = serde_json::from_str(&answer).unwrap();
        prop_assert_eq!(&serde_json::to_string(&read).unwrap(), &answer);
        // And the wire says what the typed call says.
        let call = ReviewCall {
            proposal: world.proposal.clone(),
            evidence: world.evidence.clone(),
            policy: Some(world.policy.settings().clone()),
            view: Some(world.view.clone()),
            now: world.now,
        };
        let call: ReviewCall = through_json(&call);
        prop_assert_eq!(&serde_json::to_string(&wire::review(call).unwrap()).unwrap(), &answer);
    }

    #[test]
    fn any_float_is_read_back_as_it_was_written(bits in any::<u64>()) {
        let x = f64::from_bits(bits);
        prop_assume!(x.is_finite());
        let written = serde_json::to_string(&x).unwrap();
        prop_assert_eq!(serde_json::from_str::<f64>(&written).unwrap().to_bits(), bits);
    }

    #[test]
    fn row_order_does_not_matter(world in world(), by in prop::collection::vec(any::<u32>(), 12)) {
        let mut other = world.clone();
        let view = &mut other.view;
        view.applied = shuffled(&view.applied, &by);
        view.approvals = shuffled(&view.approvals, &by);
        view.freezes = shuffled(&view.freezes, &by);
        view.baselines = shuffled(&view.baselines, &by);
        view.rates = shuffled(&view.rates, &by);
        view.spent_approvals = shuffled(&view.spent_approvals, &by);
        prop_assert_eq!(other.answer(), world.answer());
    }

    #[test]
    fn reasons_come_in_the_order_of_their_declaration(world in world()) {
        let places: Vec<usize> = world.review().reasons.iter().map(place).collect();
        prop_assert!(places.is_sorted(), "{:?}", world.review().reasons);
    }
}
