//! How did one delivery metric of an account run? Two columns, `timestamp` and `value`, as public series have them.

use std::collections::BTreeSet;

use stratum_store::metrics::DeliveryPoint;

use super::cell::Row;
use super::error::{Errors, ImportError};
use super::{Known, Table};

const COLUMNS: [&str; 2] = ["timestamp", "value"];
const LARGEST: f64 = 1e12;
const MAX_NAME_BYTES: usize = 64;

pub(super) fn rows(
    table: &Table,
    metric: &str,
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
    let mut rows = Vec::with_capacity(table.len());
    let mut seen = BTreeSet::new();
    for place in 0..table.len() {
        let mut row = Row::new(table, place, &mut errors);
        let at = row.past("timestamp", known);
        let value = row.number("value", -LARGEST, LARGEST);
        let (Some(at), Some(value)) = (at, value) else {
            continue;
        };
        if seen.insert(at) {
            rows.push(DeliveryPoint {
                metric: metric.to_owned(),
                at,
                value,
            });
        } else {
            row.wrong(
                "timestamp",
                "import.repeated_row",
                "this time is there twice",
            );
        }
    }
    errors.or(rows)
}
