//! Which moment does a person mean? The one way a time is read from the command line, within the years that imports believe.

use chrono::Datelike as _;
use stratum_core::vocabulary::Timestamp;

use crate::imports::{FIRST_YEAR, LAST_YEAR};

/// Reads a time.
///
/// # Errors
/// What a time looks like, or which years are believed.
pub(super) fn moment(text: &str) -> Result<Timestamp, String> {
    let at: Timestamp = text
        .parse()
        .map_err(|_| "expected a time such as 2026-11-25T12:00:00Z".to_owned())?;
    if (FIRST_YEAR..=LAST_YEAR).contains(&at.year()) {
        Ok(at)
    } else {
        Err(format!("expected a year from {FIRST_YEAR} to {LAST_YEAR}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_believable_moments_are_read() {
        for good in ["1995-01-01T00:00:00Z", "2999-12-31T23:59:59+00:00"] {
            assert!(moment(good).is_ok(), "{good}");
        }
        for bad in [
            "+262142-12-31T23:59:59Z",
            "-262143-01-01T00:00:00Z",
            "1994-12-31T23:59:59Z",
            "3000-01-01T00:00:00Z",
        ] {
            let said = moment(bad).unwrap_err();
            assert_eq!(said, "expected a year from 1995 to 2999", "{bad}");
        }
        for bad in ["yesterday", "2026-11-25", ""] {
            let said = moment(bad).unwrap_err();
            assert!(said.contains("2026-11-25T12:00:00Z"), "{bad}: {said}");
        }
    }
}
