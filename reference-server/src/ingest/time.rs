//! When did it happen? The sender's time, corrected for its clock: received − (sent − original).

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use serde_json::Value;
use stratum_core::vocabulary::Timestamp;
use stratum_store::events::Defects;

use super::{Arrival, IngestError};

/// Reads a time as tracking libraries write it: RFC 3339, or ISO 8601 without a zone, which is UTC then.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.to_utc());
    }
    for shape in [
        "%Y-%m-%dT%H:%M:%S%.f",
        "%Y-%m-%d %H:%M:%S%.f",
        "%Y-%m-%dT%H:%M:%S%.f%z",
    ] {
        if let Ok(time) = DateTime::parse_from_str(text, shape) {
            return Some(time.to_utc());
        }
        if let Ok(time) = NaiveDateTime::parse_from_str(text, shape) {
            return Some(time.and_utc());
        }
    }
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    Some(day.and_hms_opt(0, 0, 0)?.and_utc())
}

/// Reads an optional field; null is absent.
pub(super) fn field(
    value: Option<&Value>,
    path: impl Fn() -> String,
) -> Result<Option<Timestamp>, IngestError> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => moment(text)
            .map(Some)
            .ok_or_else(|| IngestError::Time { path: path() }),
        Some(_) => Err(IngestError::Time { path: path() }),
    }
}

/// When it happened by our clock.
pub(super) fn corrected(
    original: Option<Timestamp>,
    sent_at: Option<Timestamp>,
    received_at: Timestamp,
) -> Timestamp {
    match (original, sent_at) {
        (None, _) => received_at,
        (Some(original), None) => original,
        (Some(original), Some(sent_at)) => received_at
            .checked_sub_signed(sent_at - original)
            .unwrap_or(original),
    }
}

/// The moment an event is counted under, and whether it came late or from the future.
pub(super) fn placed(at: Timestamp, arrival: &Arrival) -> (Timestamp, Defects) {
    let (plausible, received) = (&arrival.plausible, arrival.received_at);
    let age = received - at;
    let future = -age > plausible.ahead;
    let ancient = age > plausible.oldest;
    let defects = Defects {
        late: age > plausible.in_time,
        future,
        ..Defects::default()
    };
    // A clock that runs a little ahead must not open an hour that has not begun.
    let counted = if future || ancient {
        received
    } else {
        at.min(received)
    };
    (counted, defects)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_clock_that_is_wrong_by_an_hour_does_not_matter() {
        let received = at("2026-11-25T12:00:05Z");
        let happened = corrected(
            Some(at("2026-11-25T13:00:00Z")),
            Some(at("2026-11-25T13:00:03Z")),
            received,
        );
        assert_eq!(happened, at("2026-11-25T12:00:02Z"));
        assert_eq!(corrected(None, Some(received), received), received);
    }

    #[test]
    fn times_are_read_as_libraries_write_them() {
        for text in [
            "2026-11-25T12:00:00Z",
            "2026-11-25T12:00:00.000Z",
            "2026-11-25T12:00:00.000000+00:00",
            "2026-11-25T13:00:00+01:00",
            "2026-11-25T13:00:00+0100",
            "2026-11-25T12:00:00",
            "2026-11-25 12:00:00.0",
        ] {
            assert_eq!(moment(text), Some(at("2026-11-25T12:00:00Z")), "{text}");
        }
        assert_eq!(moment("2026-11-25"), Some(at("2026-11-25T00:00:00Z")));
        for text in ["", "now", "1764072000", "2026-13-01T00:00:00Z", "NaN"] {
            assert_eq!(moment(text), None, "{text}");
        }
    }
}
