//! Do the vectors have a second origin? Runs the naive Python implementation that derives the expected numbers.
//!
//! Not here: running the vectors against the library, which is a Rust test (`stratum-core/tests/conformance.rs`).

use crate::outcome::{Outcome, run};
use crate::workplace::Workplace;

const ORACLE: &str = "stratum-core/conformance/oracle";

pub(crate) fn agrees(workplace: &Workplace) -> Outcome {
    if !workplace.has(ORACLE) {
        return Outcome::skip("there is no oracle yet");
    }
    let Some(python) = workplace.program("python3") else {
        return Outcome::skip("python3 is not installed");
    };
    run(workplace.command(&python, "-B check.py", ORACLE))
}
