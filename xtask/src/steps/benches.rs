//! Do the benches still compile and run? Each once, in test mode, where also their budgets are asserted.
//!
//! Not here: measuring. `cargo bench -p stratum-benches` does that on a quiet machine.

use crate::outcome::{Outcome, run};
use crate::workplace::Workplace;

pub(crate) fn once(workplace: &Workplace) -> Outcome {
    if !workplace.has("benches/Cargo.toml") {
        return Outcome::skip("there are no benches yet");
    }
    run(workplace.cargo("clippy -p stratum-benches --all-targets -- -D warnings"))
        .then(|| run(workplace.cargo("test -p stratum-benches --all-targets")))
}
