//! Which programs and packages does this machine offer, and what is said when one is missing?
//!
//! Not here: what they are used for (`demo`, `steps`).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::outcome::{Outcome, run};
use crate::say::say;
use crate::workplace::Workplace;

/// The Node releases the dashboard's build tool runs on.
const NODE_NEEDED: &str = "20.19 or later in the 20 line, or 22.12 or later";

/// `Ok` when a fitting Node and npm are there, else one sentence that says what is the matter.
pub(crate) fn node(workplace: &Workplace) -> Result<(), String> {
    let node = workplace.program("node").ok_or("Node is not installed")?;
    workplace.program("npm").ok_or("npm is not installed")?;
    let printed = printed(Command::new(node).arg("--version")).ok_or("`node --version` failed")?;
    if node_is_new_enough(&printed) {
        Ok(())
    } else {
        Err(format!(
            "Node {} is installed, but {NODE_NEEDED} is needed",
            printed.trim()
        ))
    }
}

fn node_is_new_enough(version: &str) -> bool {
    let mut numbers = version
        .trim()
        .trim_start_matches('v')
        .split('.')
        .map(str::parse::<u32>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(20)), Some(Ok(minor))) => minor >= 19,
        (Some(Ok(22)), Some(Ok(minor))) => minor >= 12,
        (Some(Ok(major)), _) => major > 22,
        _ => false,
    }
}

/// Standard output of a command that succeeds.
pub(crate) fn printed(command: &mut Command) -> Option<String> {
    let output = command
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok()
}

/// `npm ci` in `folder`, unless the same lock file was installed there before.
pub(crate) fn npm_install(workplace: &Workplace, folder: &Path) -> Outcome {
    let lock = folder.join("package-lock.json");
    let modules = folder.join("node_modules");
    let stamp = modules.join(".installed-from");
    if same_content(&lock, &stamp) {
        say("  the npm packages are installed already");
        return Outcome::Pass;
    }
    let Some(npm) = workplace.program("npm") else {
        return Outcome::skip("npm is not installed");
    };
    let mut install = Command::new(npm);
    install
        .args(["ci", "--no-audit", "--no-fund"])
        .current_dir(folder);
    run(install).then(|| keep(&lock, &stamp))
}

/// A Python environment under the build folder with the packages of a requirements file.
pub(crate) fn python_environment(
    workplace: &Workplace,
    requirements: &Path,
) -> Result<PathBuf, Outcome> {
    let home = workplace.target("clients/python");
    let python = home.join("bin/python");
    let stamp = home.join("installed-from.txt");
    if python.exists() && same_content(requirements, &stamp) {
        say("  the Python packages are installed already");
        return Ok(python);
    }
    let Some(base) = workplace.program("python3") else {
        return Err(Outcome::skip("python3 is not installed"));
    };
    let mut create = Command::new(base);
    create.args(["-m", "venv", "--clear"]).arg(&home);
    let mut install = Command::new(&python);
    install.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "-r",
    ]);
    install.arg(requirements);
    match run(create)
        .then(|| run(install))
        .then(|| keep(requirements, &stamp))
    {
        Outcome::Pass => Ok(python),
        ended => Err(ended),
    }
}

fn same_content(one: &Path, other: &Path) -> bool {
    match (fs::read(one), fs::read(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

/// Remembers what was installed. Failing to remember costs time, nothing else.
fn keep(from: &Path, to: &Path) -> Outcome {
    fs::copy(from, to).ok();
    Outcome::Pass
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_node_releases_the_build_tool_supports_are_accepted() {
        for good in ["v20.19.0\n", "v20.20.2", "v22.12.0", "v24.1.0"] {
            assert!(node_is_new_enough(good), "{good}");
        }
        for bad in ["v18.20.1", "v20.18.3", "v21.7.0", "v22.11.0", "", "node"] {
            assert!(!node_is_new_enough(bad), "{bad}");
        }
    }
}
