//! How did a step end? Passed, failed or skipped, the last two always with the reason.
//!
//! Not here: running the steps and counting them (`test`).

use std::process::Command;

use crate::say::say;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Pass,
    Fail(String),
    Skip(String),
}

impl Outcome {
    pub(crate) fn fail(why: impl Into<String>) -> Self {
        Self::Fail(why.into())
    }

    pub(crate) fn skip(why: impl Into<String>) -> Self {
        Self::Skip(why.into())
    }

    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Pass => "PASS",
            Self::Fail(_) => "FAIL",
            Self::Skip(_) => "SKIP",
        }
    }

    pub(crate) fn why(&self) -> &str {
        match self {
            Self::Pass => "",
            Self::Fail(why) | Self::Skip(why) => why,
        }
    }

    /// The next thing to do, unless this one already failed or was skipped.
    pub(crate) fn then(self, next: impl FnOnce() -> Self) -> Self {
        match self {
            Self::Pass => next(),
            ended => ended,
        }
    }
}

/// Shows the command line, runs it with its output passed through, and judges by its exit code.
pub(crate) fn run(mut command: Command) -> Outcome {
    let line = written(&command);
    say(format!("  $ {line}"));
    match command.status() {
        Ok(status) if status.success() => Outcome::Pass,
        Ok(status) => Outcome::fail(format!("`{line}` ended with {status}")),
        Err(error) => Outcome::fail(format!("`{line}` could not start: {error}")),
    }
}

/// The command as one would type it: program by its name, arguments as they are.
pub(crate) fn written(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    std::iter::once(name)
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_stops_at_its_first_failure() {
        let never = || Outcome::fail("must not be reached");
        assert_eq!(
            Outcome::skip("no tool").then(never),
            Outcome::skip("no tool")
        );
        assert_eq!(Outcome::Pass.then(|| Outcome::Pass), Outcome::Pass);
    }

    #[test]
    fn a_program_that_does_not_exist_fails_with_its_name() {
        let outcome = run(Command::new("a-program-nobody-has"));
        assert!(
            outcome.why().contains("a-program-nobody-has"),
            "{outcome:?}"
        );
    }
}
