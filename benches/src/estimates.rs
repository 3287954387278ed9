//! How do we compare? Reads the medians that criterion wrote during this very run.
//!
//! Nothing is remembered from another run or another machine.

use std::fs;
use std::path::Path;

/// The median of a bench in nanoseconds, with the ends of its 95 % interval; none when it has not run.
#[must_use]
pub fn median(folder: &Path, group: &str, bench: &str) -> Option<(f64, f64, f64)> {
    let file = folder
        .join(group)
        .join(bench)
        .join("new")
        .join("estimates.json");
    let text = fs::read_to_string(file).ok()?;
    let read: serde_json::Value = serde_json::from_str(&text).ok()?;
    let median = read.get("median")?;
    let interval = median.get("confidence_interval")?;
    Some((
        median.get("point_estimate")?.as_f64()?,
        interval.get("lower_bound")?.as_f64()?,
        interval.get("upper_bound")?.as_f64()?,
    ))
}
