//! Does the Rust code hold? Formatting, lints, tests, the examples and the links in the documentation.
//!
//! Not here: builds for other targets (`bare_metal`) and what needs more than Rust.

use crate::outcome::{Outcome, run};
use crate::say::say;
use crate::toolbox::printed;
use crate::workplace::Workplace;

pub(crate) fn format(workplace: &Workplace) -> Outcome {
    run(workplace.cargo("fmt --all --check"))
}

pub(crate) fn clippy(workplace: &Workplace) -> Outcome {
    run(workplace.cargo("clippy --all-targets -- -D warnings"))
}

/// With nextest where it is installed, else with cargo's own runner: the same tests either way.
pub(crate) fn tests(workplace: &Workplace) -> Outcome {
    if printed(&mut workplace.cargo("nextest --version")).is_some() {
        run(workplace.cargo("nextest run --no-fail-fast"))
    } else {
        say("  cargo-nextest is not installed; using `cargo test`");
        run(workplace.cargo("test --no-fail-fast --lib --bins --tests"))
    }
}

/// Only libraries have examples in their documentation; cargo finds them among the default members.
pub(crate) fn doctests(workplace: &Workplace) -> Outcome {
    run(workplace.cargo("test --doc"))
}

/// The program the README's example is taken from, and the one beside it.
pub(crate) fn walkthrough(workplace: &Workplace) -> Outcome {
    let example =
        |name| run(workplace.cargo(&format!("run -p stratum-trust-core --example {name}")));
    example("gate_a_budget_change").then(|| example("attribute_a_sale"))
}

pub(crate) fn documentation(workplace: &Workplace) -> Outcome {
    let mut command = workplace.cargo("doc --no-deps");
    command.env("RUSTDOCFLAGS", "-D warnings");
    run(command)
}
