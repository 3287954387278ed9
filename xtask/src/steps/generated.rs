//! Are the generated files what their generators write today? The same table as `cargo xtask generate`.
//!
//! Not here: the generators (`generate`).

use crate::generate::stale;
use crate::outcome::Outcome;
use crate::workplace::Workplace;

pub(crate) fn fresh(workplace: &Workplace) -> Outcome {
    match stale(workplace) {
        Ok(files) if files.is_empty() => Outcome::Pass,
        Ok(files) => Outcome::fail(format!(
            "stale: {}; run `cargo xtask generate` and commit what it writes",
            files.join(", ")
        )),
        Err(why) => Outcome::fail(why),
    }
}
