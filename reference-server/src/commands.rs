//! What can a person or a script ask on the command line? Words in, an exit code out; every output through a writer.

use std::ffi::OsString;
use std::io::{Read, Write};

use clap::{Parser, Subcommand};

mod demo;
mod doctor;
mod document;
mod example;
pub mod exit;
mod import;
mod moment;
mod replay;
mod review;
mod serve;
mod tenant;
mod verify;

pub use exit::Failure;

/// Where a command reads and writes.
pub struct Streams {
    /// Standard input, or what stands in for it.
    pub input: Box<dyn Read>,
    /// Standard output: results only.
    pub out: Box<dyn Write>,
    /// Standard error: what went wrong, and progress.
    pub err: Box<dyn Write>,
}

impl std::fmt::Debug for Streams {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Streams")
    }
}

/// Stands between broken data and advertising money.
#[derive(Debug, Parser)]
#[command(name = "stratum", version, after_help = exit::HELP, max_term_width = 100)]
struct Words {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a simulated advertiser, if there is none, and serve it on this machine
    Demo(demo::DemoArguments),
    /// Serve what is in a folder, on this machine only
    Serve(serve::ServeArguments),
    /// Ask the gate about one proposal; exit code 0 pass, 10 hold, 11 block
    Review(review::ReviewArguments),
    /// Judge every recorded decision anew; with --policy, under another policy
    Replay(replay::ReplayArguments),
    /// Check the whole ledger; exit code 3 when an entry does not fit
    Verify(verify::VerifyArguments),
    /// Take a file of platform numbers or orders in: whole or not at all
    Import(import::ImportArguments),
    /// Add tenants, accounts, campaigns, sources of events and rules
    Tenant(tenant::TenantArguments),
    /// Say what was understood and what is wrong with it
    Doctor(doctor::DoctorArguments),
    /// Print a commented sample of a document
    Example(example::ExampleArguments),
}

/// Runs one command and says what came of it.
pub fn run(words: impl IntoIterator<Item = OsString>, streams: &mut Streams) -> u8 {
    let words = match Words::try_parse_from(words) {
        Ok(words) => words,
        Err(error) => return usage(&error, streams),
    };
    let outcome = match &words.command {
        Command::Demo(arguments) => demo::run(arguments, streams),
        Command::Serve(arguments) => serve::run(arguments, streams),
        Command::Review(arguments) => review::run(arguments, streams),
        Command::Replay(arguments) => replay::run(arguments, streams),
        Command::Verify(arguments) => verify::run(arguments, streams),
        Command::Import(arguments) => import::run(arguments, streams),
        Command::Tenant(arguments) => tenant::run(arguments, streams),
        Command::Doctor(arguments) => doctor::run(arguments, streams),
        Command::Example(arguments) => example::run(arguments, streams),
    };
    let flushed = streams.out.flush();
    match outcome.and_then(|code| flushed.map(|()| code).map_err(Failure::from)) {
        Ok(code) => code,
        Err(failure) if failure.exit == exit::OK => exit::OK,
        Err(failure) => {
            // When even the error cannot be written, the exit code still says it.
            let _ = writeln!(streams.err, "stratum: {failure}");
            failure.exit
        }
    }
}

/// Help and version go to standard output, misuse to standard error.
fn usage(error: &clap::Error, streams: &mut Streams) -> u8 {
    let out = if error.use_stderr() {
        &mut streams.err
    } else {
        &mut streams.out
    };
    let _ = write!(out, "{}", error.render());
    let _ = out.flush();
    if error.use_stderr() {
        exit::BAD_INPUT
    } else {
        exit::OK
    }
}
