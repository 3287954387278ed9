//! Which arithmetic gives the same bits everywhere? Functions, intervals, climbs to a top and seeded chance.
//!
//! This is the only place that calls `libm` and the only place that turns integers and decimals into floats.

pub(crate) mod climb;
pub mod fading;
pub mod functions;
pub mod gamma;
pub mod interval;
pub(crate) mod matrix;
pub mod quantile;
pub mod reach;
pub mod seeded;
pub mod sum;
pub mod tail;

pub use functions::{from_decimal, from_i64, from_u64, sqrt};
pub use interval::wilson;
pub use seeded::Chance;
pub use sum::{Sum, sum};
