//! Do the official clients, as published, reach the server? Installs them under the build folder and runs the test.
//!
//! Not here: the test (`reference-server/tests/clients.rs`) and the little programs it runs (`tests/clients/`).
//! It finds what is installed here through STRATUM_TEST_PYTHON and STRATUM_TEST_NODE_MODULES.

use std::fs;
use std::path::PathBuf;

use crate::outcome::{Outcome, run};
use crate::toolbox;
use crate::workplace::Workplace;

const PROGRAMS: &str = "reference-server/tests/clients";

pub(crate) fn end_to_end(workplace: &Workplace) -> Outcome {
    if !workplace.has("reference-server/tests/clients.rs") {
        return Outcome::skip("there is no test of the clients yet");
    }
    let requirements = workplace.path(PROGRAMS).join("requirements.txt");
    let python = match toolbox::python_environment(workplace, &requirements) {
        Ok(python) => python,
        Err(ended) => return ended,
    };
    let modules = match node_modules(workplace) {
        Ok(modules) => modules,
        Err(ended) => return ended,
    };
    let mut test = workplace
        .cargo("test -p stratum-trust-server --test clients -- --include-ignored --nocapture");
    test.env("STRATUM_TEST_PYTHON", python)
        .env("STRATUM_TEST_NODE_MODULES", modules);
    run(test)
}

/// Installs outside the sources: a `node_modules` in the middle of the Rust tests helps nobody.
fn node_modules(workplace: &Workplace) -> Result<PathBuf, Outcome> {
    toolbox::node(workplace).map_err(Outcome::skip)?;
    let home = workplace.target("clients/node");
    fs::create_dir_all(&home).map_err(|error| Outcome::fail(format!("no folder: {error}")))?;
    for file in ["package.json", "package-lock.json"] {
        fs::copy(workplace.path(PROGRAMS).join(file), home.join(file))
            .map_err(|error| Outcome::fail(format!("{PROGRAMS}/{file}: {error}")))?;
    }
    match toolbox::npm_install(workplace, &home) {
        Outcome::Pass => Ok(home.join("node_modules")),
        ended => Err(ended),
    }
}
