//! Can a review call from outside make the gate stop, contradict itself or pass what must not pass?
//!
//! Any bytes: no panic. Bytes that are a call: the same answer twice, an answer that reads back, and the promises of a
//! verdict: a pass by automation has the health that was required.

use stratum_core::signal::Status;
use stratum_core::trust::{Basis, Reason};
use stratum_core::wire::{ReviewCall, VerdictKind, review};

/// Holds the demands against these bytes.
pub fn run(bytes: &[u8]) {
    let Ok(call) = serde_json::from_slice::<ReviewCall>(bytes) else {
        return;
    };
    let written = serde_json::to_vec(&call).expect("a call that was read can be written");
    let again: ReviewCall = serde_json::from_slice(&written).expect("and read again");
    assert_eq!(
        serde_json::to_vec(&again).expect("and written again"),
        written,
        "one call has one written form"
    );
    let first = review(call);
    let second = review(again);
    match (&first, &second) {
        (Ok(one), Ok(other)) => {
            let one_written = serde_json::to_vec(one).expect("an answer can be written");
            let other_written = serde_json::to_vec(other).expect("an answer can be written");
            assert_eq!(one_written, other_written, "same input, same bytes");
            let read = serde_json::from_slice(&one_written).expect("an answer can be read");
            assert_eq!(*one, read, "an answer reads back as it was");
        }
        (Err(one), Err(other)) => {
            assert_eq!(one, other, "same input, same refusal");
            assert!(!one.code.is_empty() && !one.path.is_empty() && !one.message.is_empty());
        }
        _ => panic!("the same call was refused once and answered once"),
    }
    if let Ok(answer) = first {
        if answer.verdict == VerdictKind::Pass {
            assert!(answer.permit.is_some() && answer.would_pass_if.is_empty());
            let protective = answer.reasons.contains(&Reason::Protective);
            if answer.basis == Some(Basis::Gate) && !protective {
                assert_eq!(answer.health.status, Status::Healthy);
                assert!(answer.health.low >= answer.required, "{answer:?}");
            }
        } else {
            assert!(answer.permit.is_none() && !answer.reasons.is_empty());
            assert!(
                !answer.would_pass_if.is_empty(),
                "every state has an exit: {answer:?}"
            );
        }
    }
}
