//! Are all dependencies under licences, from sources and at places we agreed to? cargo-deny with `.cargo/deny.toml`.
//!
//! Not here: the licence list is also a plain test (`stratum-core/tests/repository.rs`), for machines without cargo-deny.

use crate::outcome::{Outcome, run};
use crate::toolbox::printed;
use crate::workplace::Workplace;

pub(crate) fn agreed(workplace: &Workplace) -> Outcome {
    if printed(&mut workplace.cargo("deny --version")).is_none() {
        return Outcome::skip("cargo-deny is not installed (`cargo install cargo-deny --locked`)");
    }
    run(workplace.cargo("deny --all-features check licenses bans sources"))
}
