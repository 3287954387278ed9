//! How did one delivery metric of an account run? Two columns, `timestamp` and `value`, as public series have them.

use std::collections::BTreeMap;

use serde::Deserialize;
use stratum_store::metrics::DeliveryPoint;

use super::cell::Row;
use super::error::{Errors, ImportError};
use super::{Known, Table};

const COLUMNS: [&str; 2] = ["timestamp", "value"];
const LARGEST: f64 = 1e12;
const MAX_NAME_BYTES: usize = 64;

/// What happens when a time is there twice, as where the clocks of an export were set back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Repeated {
    /// The file is refused.
    #[default]
    Refuse,
    /// The last of the rows counts.
    Last,
}

pub(super) fn rows(
    table: &Table,
    metric: &str,
    repeated: Repeated,
    known: &Known<'_>,
) -> Result<Vec<DeliveryPoint>, ImportError> {
    let sound = !metric.is_empty()
        && metric.len() <= MAX_NAME_BYTES
        && metric
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if !sound {
        return Err(ImportError::unreadable(
            "import.invalid_metric",
            "the name of a metric has 1 to 64 lower-case letters, digits and underscores",
        ));
    }
    table.check_names(&COLUMNS, &COLUMNS)?;
    let mut errors = Errors::default();
    let mut points = BTreeMap::new();
    for place in 0..table.len() {
        let mut row = Row::new(table, place, &mut errors);
        let at = row.past("timestamp", known);
        let value = row.number("value", -LARGEST, LARGEST);
        let (Some(at), Some(value)) = (at, value) else {
            continue;
        };
        let point = DeliveryPoint {
            metric: metric.to_owned(),
            at,
            value,
        };
        if points.insert(at, point).is_some() && repeated == Repeated::Refuse {
            row.wrong(
                "timestamp",
                "import.repeated_row",
                "this time is there twice; with `repeated=last` (`--repeated last`) the last row counts",
            );
        }
    }
    errors.or(points.into_values().collect())
}
