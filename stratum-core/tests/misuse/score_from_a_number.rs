//! Misuse: a score that nobody checked.

use stratum_core::vocabulary::Score;

fn score() -> Score {
    Score(f64::NAN)
}

fn main() {}
