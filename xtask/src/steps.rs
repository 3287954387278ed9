//! What does the test command run, in which order? The table of steps, from cheap to dear.
//!
//! To add a step: write a function `fn(&Workplace) -> Outcome` in a file below and add one line here.
//! A step that cannot run on this machine returns `Outcome::skip` with the reason; it never passes silently.
//! Not here: the tests themselves. A new Rust test joins `tests`, a new dashboard test joins `dashboard`, by being there.

mod bare_metal;
mod benches;
mod clients;
mod dashboard;
mod fuzz;
mod generated;
mod licences;
mod oracle;
mod rust;

use crate::outcome::Outcome;
use crate::workplace::Workplace;

#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) question: &'static str,
    pub(crate) run: fn(&Workplace) -> Outcome,
}

#[rustfmt::skip] // one line per step reads as the table it is
pub(crate) const STEPS: &[Step] = &[
    Step { name: "format", question: "is the Rust code formatted?", run: rust::format },
    Step { name: "clippy", question: "do the lints hold?", run: rust::clippy },
    Step { name: "tests", question: "do the Rust tests pass (vectors, laws, misuse, gate table, architecture, …)?", run: rust::tests },
    Step { name: "doctests", question: "do the examples in the Rust documentation run?", run: rust::doctests },
    Step { name: "walkthrough", question: "do the examples the README names run?", run: rust::walkthrough },
    Step { name: "rustdoc", question: "does the Rust documentation build without a broken link?", run: rust::documentation },
    Step { name: "generated", question: "are the generated files what their generators write?", run: generated::fresh },
    Step { name: "oracle", question: "does the naive second implementation agree with the vectors?", run: oracle::agrees },
    Step { name: "bare-metal", question: "does the core build where there is no clock, file, socket or std?", run: bare_metal::core_builds },
    Step { name: "dashboard", question: "does the dashboard type-check, lint, pass its tests and build?", run: dashboard::unit },
    Step { name: "browser", question: "does the dashboard work in a real browser?", run: dashboard::browser },
    Step { name: "clients", question: "do the unmodified Segment and RudderStack clients reach the server?", run: clients::end_to_end },
    Step { name: "fuzz", question: "do the parsers survive the committed corpus and some seconds of mutation?", run: fuzz::smoke },
    Step { name: "benches", question: "do the benches compile and run once?", run: benches::once },
    Step { name: "licences", question: "are licences, sources and bans of all dependencies as agreed?", run: licences::agreed },
];
