//! Does the dashboard hold? Its own npm scripts, run in the order a person would: cheap before dear.
//!
//! Not here: the tests, which live in reference-server/dashboard.

use crate::outcome::{Outcome, run};
use crate::toolbox;
use crate::workplace::Workplace;

const DASHBOARD: &str = "reference-server/dashboard";
/// The names a Chromium goes by.
const CHROMIUM: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

pub(crate) fn unit(workplace: &Workplace) -> Outcome {
    let scripts = || npm_scripts(workplace, &["typecheck", "lint", "test", "build"]);
    installed(workplace).then(scripts)
}

pub(crate) fn browser(workplace: &Workplace) -> Outcome {
    let Some(chromium) = CHROMIUM.iter().find_map(|name| workplace.program(name)) else {
        return Outcome::skip("no Chromium is installed (Debian: `apt-get install chromium`)");
    };
    installed(workplace).then(|| {
        let Some(npm) = workplace.program("npm") else {
            return Outcome::skip("npm is not installed");
        };
        let mut tests = workplace.command(&npm, "run test:browser", DASHBOARD);
        tests.env("CI", "1").env("STRATUM_TEST_CHROMIUM", chromium);
        run(workplace.command(&npm, "run build", DASHBOARD)).then(|| run(tests))
    })
}

fn installed(workplace: &Workplace) -> Outcome {
    if !workplace.path(DASHBOARD).join("package.json").exists() {
        return Outcome::skip("there is no dashboard yet");
    }
    match toolbox::node(workplace) {
        Ok(()) => toolbox::npm_install(workplace, &workplace.path(DASHBOARD)),
        Err(what) => Outcome::skip(what),
    }
}

fn npm_scripts(workplace: &Workplace, scripts: &[&str]) -> Outcome {
    let Some(npm) = workplace.program("npm") else {
        return Outcome::skip("npm is not installed");
    };
    scripts.iter().fold(Outcome::Pass, |so_far, script| {
        so_far.then(|| {
            let mut command = workplace.command(&npm, &format!("run {script}"), DASHBOARD);
            command.env("CI", "1");
            run(command)
        })
    })
}
