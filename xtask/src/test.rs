//! `cargo xtask test`: does everything hold? Runs the steps from cheap to dear and tells what ran, what did not and why.
//!
//! Not here: the steps (`steps`).

use std::process::ExitCode;
use std::time::Duration;

use crate::arguments::Arguments;
use crate::outcome::Outcome;
use crate::say::say;
use crate::steps::{STEPS, Step};
use crate::stopwatch::{Stopwatch, readable};
use crate::workplace::Workplace;

/// A step that ended.
struct Ended {
    name: &'static str,
    outcome: Outcome,
    took: Duration,
}

pub(crate) fn run(workplace: &Workplace, words: Vec<String>) -> Result<ExitCode, String> {
    let mut given = Arguments::new(words);
    let list = given.switch("--list");
    let mut wanted = Vec::new();
    while let Some(name) = given.value("--only")? {
        wanted.push(name);
    }
    given.finish()?;
    if list {
        for step in STEPS {
            say(format!("{:<12} {}", step.name, step.question));
        }
        return Ok(ExitCode::SUCCESS);
    }
    let chosen = choose(&wanted)?;
    let total = Stopwatch::start();
    let ended: Vec<Ended> = chosen
        .iter()
        .enumerate()
        .map(|(index, step)| take(workplace, step, index + 1, chosen.len()))
        .collect();
    Ok(close(&ended, total.read()))
}

fn choose(wanted: &[String]) -> Result<Vec<&'static Step>, String> {
    if let Some(unknown) = wanted
        .iter()
        .find(|name| STEPS.iter().all(|step| step.name != **name))
    {
        let names: Vec<_> = STEPS.iter().map(|step| step.name).collect();
        return Err(format!(
            "no step is called `{unknown}`; there are: {}",
            names.join(", ")
        ));
    }
    let chosen = |step: &&Step| wanted.is_empty() || wanted.iter().any(|name| name == step.name);
    Ok(STEPS.iter().filter(chosen).collect())
}

fn take(workplace: &Workplace, step: &Step, number: usize, of: usize) -> Ended {
    say(format!(
        "\n[{number}/{of}] {}: {}",
        step.name, step.question
    ));
    let stopwatch = Stopwatch::start();
    let outcome = (step.run)(workplace);
    let took = stopwatch.read();
    say(format!(
        "[{number}/{of}] {} {} in {}",
        outcome.word(),
        step.name,
        readable(took)
    ));
    if !outcome.why().is_empty() {
        say(format!("        {}", outcome.why()));
    }
    Ended {
        name: step.name,
        outcome,
        took,
    }
}

fn close(ended: &[Ended], took: Duration) -> ExitCode {
    say("\nstep          result  time         why");
    for one in ended {
        let (word, time) = (one.outcome.word(), readable(one.took));
        say(format!(
            "{:<12}  {word}    {time:<11}  {}",
            one.name,
            one.outcome.why()
        )
        .trim_end());
    }
    let count = |word| {
        ended
            .iter()
            .filter(|one| one.outcome.word() == word)
            .count()
    };
    let failed = count("FAIL");
    say(format!("\nall steps took {}", readable(took)));
    say(format!(
        "{} passed, {failed} failed, {} skipped",
        count("PASS"),
        count("SKIP")
    ));
    if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_steps_can_be_asked_for() {
        assert!(choose(&["spellcheck".to_owned()]).is_err());
        assert_eq!(
            choose(&["clippy".to_owned()]).map(|chosen| chosen.len()),
            Ok(1)
        );
        assert_eq!(choose(&[]).map(|chosen| chosen.len()), Ok(STEPS.len()));
    }

    #[test]
    fn step_names_are_unique_and_fit_the_table() {
        for (index, step) in STEPS.iter().enumerate() {
            assert!(step.name.len() <= 12, "{}", step.name);
            assert!(
                STEPS[..index]
                    .iter()
                    .all(|earlier| earlier.name != step.name)
            );
        }
    }
}
