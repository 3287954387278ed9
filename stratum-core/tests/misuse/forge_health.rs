//! Misuse: health that was not measured.

use stratum_core::signal::Health;
use stratum_core::vocabulary::Score;

fn improve(mut health: Health) -> Health {
    health.score = Some(Score::BEST);
    health
}

fn main() {}
