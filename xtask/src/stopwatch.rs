//! How long did a step take? The one file of this crate that reads a clock.
//!
//! Not here: time in the product, which is an argument everywhere (`reference-server/src/clock.rs`).

use std::time::{Duration, Instant};

#[derive(Debug)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(
        clippy::disallowed_methods,
        reason = "measuring a step is what this file is for"
    )]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn read(&self) -> Duration {
        self.0.elapsed()
    }
}

/// `3.4 s` below a minute, `2 min 05 s` above.
pub(crate) fn readable(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if seconds < 60 {
        format!("{:.1} s", duration.as_secs_f64())
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_like_a_person_would_say_them() {
        assert_eq!(readable(Duration::from_millis(3_400)), "3.4 s");
        assert_eq!(readable(Duration::from_secs(125)), "2 min 05 s");
    }
}
