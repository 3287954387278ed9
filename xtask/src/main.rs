//! Which commands does a person type? Reads the arguments of `cargo xtask` and calls one of them.
//!
//! Not here: what the commands do (one file each) and the steps of the test command (`steps`).

mod arguments;
mod demo;
mod generate;
mod outcome;
mod say;
mod steps;
mod stopwatch;
mod test;
mod toolbox;
mod workplace;

use std::process::ExitCode;

use say::say;
use workplace::Workplace;

const HELP: &str = "\
usage: cargo xtask <command>

  demo  [--listen ADDR] [--data DIR] [--without-dashboard]
        builds the dashboard and the server, then shows the demo advertiser in your browser
  test  [--only STEP]… [--list]
        runs every check of the project, cheap ones first, and says what it ran, skipped and why
  generate
        rewrites the committed files that are made from others
  help  prints this";

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let command = words.next().unwrap_or_else(|| "help".to_owned());
    let rest: Vec<String> = words.collect();
    let workplace = Workplace::find();
    let answer = match command.as_str() {
        "demo" => demo::run(&workplace, rest),
        "test" => test::run(&workplace, rest),
        "generate" => generate::run(&workplace, rest),
        "help" | "--help" | "-h" => {
            say(HELP);
            Ok(ExitCode::SUCCESS)
        }
        other => Err(format!("unknown command `{other}`\n\n{HELP}")),
    };
    answer.unwrap_or_else(|why| {
        say(format!("xtask {command}: {why}"));
        ExitCode::from(2)
    })
}
