//! Where does a line for the person at the keyboard go? To standard output, here and nowhere else.
//!
//! Not here: logs. These commands have none; what they do is what they print.

use std::fmt::Display;
use std::io::Write as _;

/// Prints one line. A closed pipe is not an error: whoever closed it has read enough.
pub(crate) fn say(line: impl Display) {
    let mut out = std::io::stdout().lock();
    drop(writeln!(out, "{line}"));
    drop(out.flush());
}
