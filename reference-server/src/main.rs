//! The command `stratum`: hands the words of the command line to the library and returns its exit code.

use std::io::{stderr, stdin, stdout};
use std::process::ExitCode;

use stratum_server::commands::{Streams, run};

fn main() -> ExitCode {
    let mut streams = Streams {
        input: Box::new(stdin()),
        out: Box::new(stdout()),
        err: Box::new(stderr()),
    };
    ExitCode::from(run(std::env::args_os(), &mut streams))
}
