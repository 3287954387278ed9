//! How shall the fake platform fail? A list of faults, each used for one request, in order.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

/// One way to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Answers 429 and does nothing.
    RateLimited,
    /// Answers 500 and does nothing.
    ServerError,
    /// Does what it is asked, then never answers.
    AppliesThenSilent,
    /// Never answers, and does what it was asked once the campaign has been read again.
    AppliesLate,
    /// Does nothing and never answers.
    Silent,
    /// Does what it is asked, then answers what cannot be read.
    Garbage,
    /// Refuses the change.
    Rejected,
    /// Accepts the change, answers as if all were well, and does half of it.
    AppliesSomethingElse,
}

/// The faults still to come for requests that change something, and for those that only read.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    writes: Arc<Mutex<VecDeque<Fault>>>,
    reads: Arc<Mutex<VecDeque<Fault>>>,
}

impl Faults {
    /// The next change fails like this.
    pub fn on_write(&self, fault: Fault) {
        if let Ok(mut faults) = self.writes.lock() {
            faults.push_back(fault);
        }
    }

    /// The next read fails like this.
    pub fn on_read(&self, fault: Fault) {
        if let Ok(mut faults) = self.reads.lock() {
            faults.push_back(fault);
        }
    }

    pub(super) fn next_write(&self) -> Option<Fault> {
        self.writes
            .lock()
            .ok()
            .and_then(|mut faults| faults.pop_front())
    }

    pub(super) fn next_read(&self) -> Option<Fault> {
        self.reads
            .lock()
            .ok()
            .and_then(|mut faults| faults.pop_front())
    }
}
