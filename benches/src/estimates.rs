//! How do we compare? Reads the medians that criterion wrote during this very run.
//!
//! Nothing is remembered from another run or another machine.

use std::fs;
use std::path::Path;

/// Removes what earlier runs of the groups with this beginning left, so that nothing old is shown as new.
///
/// # Errors
/// When a folder that is there cannot be removed.
pub fn forget(folder: &Path, beginning: &str) -> std::io::Result<()> {
    let Ok(groups) = fs::read_dir(folder) else {
        return Ok(());
    };
    for group in groups {
        let group = group?;
        if group.file_name().to_string_lossy().starts_with(beginning) {
            fs::remove_dir_all(group.path())?;
        }
    }
    Ok(())
}

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
