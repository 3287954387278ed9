//! Did it work? Randomised experiments: whether the arms are what was intended, and what a variant changed.
//!
//! Everything is computed from counts and sums of an arm; no row of a person is needed. Who is in which arm is decided outside.
//! See `docs/methods/experiments.md`. Not here: what attribution makes of a lift test (`crate::attribution::claims`).

pub mod arms;
pub mod compare;
mod error;
pub mod ratio;

pub use error::{ExperimentError, ExperimentRefused};

use alloc::collections::BTreeSet;
use alloc::format;

use crate::customer::journey::MAX_NAME_BYTES;

/// More arms are no experiment but a search.
pub const MAX_ARMS: usize = 100;
/// Users of one arm, so that those of all arms are counted exactly in a float.
pub const MAX_USERS: u64 = 10_000_000_000_000;

/// Refuses a list of arms that is too short or too long, and names that are none or come twice.
fn check_names<'a>(
    arms: &str,
    names: impl ExactSizeIterator<Item = &'a str>,
) -> Result<(), ExperimentError> {
    if !(2..=MAX_ARMS).contains(&names.len()) {
        return Err(ExperimentError::about(arms, ExperimentRefused::ArmCount));
    }
    let mut seen = BTreeSet::new();
    for (number, name) in names.enumerate() {
        let refused = |why| ExperimentError::about(format!("{arms}[{number}].arm"), why);
        let sound = !name.is_empty() && name.len() <= MAX_NAME_BYTES;
        if !sound || name.chars().any(char::is_control) {
            return Err(refused(ExperimentRefused::BadName));
        }
        if !seen.insert(name) {
            let arm = name.into();
            return Err(refused(ExperimentRefused::RepeatedName { arm }));
        }
    }
    Ok(())
}
