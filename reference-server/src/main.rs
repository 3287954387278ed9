//! The command `stratum`: hands the words of the command line to the library and returns its exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::SUCCESS
}
