//! `cargo xtask demo`: how does a newcomer see the main job? Builds the dashboard and the server and starts the demo.
//!
//! Not here: the demo itself, which is `stratum demo` in reference-server.

use std::process::{Command, ExitCode};

use crate::arguments::Arguments;
use crate::outcome::{Outcome, run as run_shown, written};
use crate::say::say;
use crate::toolbox;
use crate::workplace::Workplace;

const DASHBOARD: &str = "reference-server/dashboard";

pub(crate) fn run(workplace: &Workplace, words: Vec<String>) -> Result<ExitCode, String> {
    let mut given = Arguments::new(words);
    let without_dashboard = given.switch("--without-dashboard");
    let listen = given.value("--listen")?;
    let data = given.value("--data")?;
    given.finish()?;

    if without_dashboard {
        say("1/2  the dashboard is left out, as asked; the API answers all the same");
    } else {
        say("1/2  the dashboard (first time about a minute: packages, then the build)");
        dashboard(workplace)?;
    }
    say("2/2  the server (first time a few minutes: it compiles in release mode)");
    let mut server = workplace.cargo("run --release -p stratum-trust-server -- demo");
    if let Some(address) = listen {
        server.args(["--listen", &address]);
    }
    if let Some(folder) = data {
        server.args(["--data", &folder]);
    }
    hand_over(server)
}

fn dashboard(workplace: &Workplace) -> Result<(), String> {
    toolbox::node(workplace).map_err(|what| {
        format!(
            "{what}.\nThe dashboard is built with Node (20.19 or later in the 20 line, or 22.12 or \
             later) and its npm:\ninstall it from https://nodejs.org or with your system's packages \
             and run this command again,\nor run `cargo xtask demo --without-dashboard` to start \
             the server and its API alone."
        )
    })?;
    let npm = workplace.program("npm").ok_or("npm is not installed")?;
    let build = || run_shown(workplace.command(&npm, "run build", DASHBOARD));
    match toolbox::npm_install(workplace, &workplace.path(DASHBOARD)).then(build) {
        Outcome::Pass => Ok(()),
        Outcome::Fail(why) | Outcome::Skip(why) => Err(format!(
            "the dashboard was not built: {why}\n(`cargo xtask demo --without-dashboard` starts the \
             server and its API alone)"
        )),
    }
}

/// Becomes the server, so that stopping this process stops it.
#[cfg(unix)]
fn hand_over(mut server: Command) -> Result<ExitCode, String> {
    use std::os::unix::process::CommandExt as _;
    let line = written(&server);
    say(format!("  $ {line}"));
    Err(format!("`{line}` could not start: {}", server.exec()))
}

#[cfg(not(unix))]
fn hand_over(server: Command) -> Result<ExitCode, String> {
    match run_shown(server) {
        Outcome::Pass => Ok(ExitCode::SUCCESS),
        ended => Err(ended.why().to_owned()),
    }
}
