//! How does a script learn what came of it? Exit codes that stay, and errors of one line.

use std::borrow::Cow;
use std::fmt;
use std::io;

/// It worked; a review passed; a ledger is intact.
pub const OK: u8 = 0;
/// It failed for a reason outside the input: a full disk, a port in use, a check of `doctor` that found something.
pub const FAILED: u8 = 1;
/// The command line or its input cannot be used.
pub const BAD_INPUT: u8 = 2;
/// The ledger was altered, or a recorded decision cannot be reproduced.
pub const LEDGER_BROKEN: u8 = 3;
/// A file, folder or tenant that was named is not there.
pub const NOT_FOUND: u8 = 4;
/// A review says hold.
pub const HOLD: u8 = 10;
/// A review says block.
pub const BLOCK: u8 = 11;

/// What `--help` and the documents say about exit codes.
pub const HELP: &str = "\
Exit codes:
   0  it worked; the review passed; the ledger is intact
   1  it failed for a reason outside the input (disk, port in use); doctor found something
   2  the command line or its input cannot be used
   3  the ledger or what is kept of it was altered, or a recorded decision cannot be reproduced
   4  a file, folder or tenant that was named is not there
  10  the review says hold
  11  the review says block";

/// Why a command ended early: one line, with a stable code and the path of the field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The exit code.
    pub exit: u8,
    /// A stable code, such as `input.invalid_field`.
    pub code: Cow<'static, str>,
    /// The sentence.
    pub detail: String,
    /// The file or field it is about.
    pub path: Option<String>,
}

impl Failure {
    /// The input cannot be used.
    #[must_use]
    pub fn bad_input(code: impl Into<Cow<'static, str>>, detail: impl Into<String>) -> Self {
        Self {
            exit: BAD_INPUT,
            code: code.into(),
            detail: detail.into(),
            path: None,
        }
    }

    /// What was named is not there.
    #[must_use]
    pub fn not_found(code: impl Into<Cow<'static, str>>, detail: impl Into<String>) -> Self {
        Self {
            exit: NOT_FOUND,
            ..Self::bad_input(code, detail)
        }
    }

    /// It failed for a reason outside the input.
    #[must_use]
    pub fn outside(code: impl Into<Cow<'static, str>>, cause: &dyn fmt::Display) -> Self {
        Self {
            exit: FAILED,
            ..Self::bad_input(code, cause.to_string())
        }
    }

    /// Points at the file or field.
    #[must_use]
    pub fn at(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // One line whatever the cause printed.
        let detail = self.detail.replace(['\n', '\r'], " ");
        match &self.path {
            Some(path) => write!(f, "{path}: {detail} [{}]", self.code),
            None => write!(f, "{detail} [{}]", self.code),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            // Whoever read our output has seen enough.
            return Self {
                exit: OK,
                ..Self::bad_input("output.closed", "")
            };
        }
        Self::outside("output.failed", &error)
    }
}
