//! How did the calls to a platform's API go? One row for each account and hour.

use std::collections::BTreeSet;

use stratum_core::signal::ApiCalls;
use stratum_store::metrics::ApiCallHour;

use super::cell::Row;
use super::error::{Errors, ImportError};
use super::metrics::on_the_hour;
use super::{Known, Table};

const NEEDED: [&str; 4] = ["account", "at", "calls", "latency_p95_ms"];
const KNOWN: [&str; 9] = [
    "account",
    "at",
    "calls",
    "failed_auth",
    "failed_throttled",
    "failed_server",
    "failed_client",
    "latency_p95_ms",
    "throttle_headroom",
];

pub(super) fn rows(table: &Table, known: &Known<'_>) -> Result<Vec<ApiCallHour>, ImportError> {
    table.check_names(&KNOWN, &NEEDED)?;
    let mut errors = Errors::default();
    let mut rows: Vec<ApiCallHour> = Vec::with_capacity(table.len());
    let mut seen = BTreeSet::new();
    for place in 0..table.len() {
        let mut row = Row::new(table, place, &mut errors);
        let Some(hour) = hour(&mut row, known) else {
            continue;
        };
        if seen.insert((hour.account.clone(), hour.hour)) {
            rows.push(hour);
        } else {
            row.wrong(
                "at",
                "import.repeated_row",
                "this account and hour are there twice",
            );
        }
    }
    errors.or(rows)
}

fn hour(row: &mut Row<'_>, known: &Known<'_>) -> Option<ApiCallHour> {
    let account = row.account(known);
    let at = row.past("at", known).and_then(|at| on_the_hour(row, at));
    let calls = row.count("calls");
    let failed = [
        "failed_auth",
        "failed_throttled",
        "failed_server",
        "failed_client",
    ]
    .map(|name| row.count_or_zero(name));
    let latency = row.count("latency_p95_ms").and_then(|n| {
        let fits = u32::try_from(n).ok();
        if fits.is_none() {
            row.wrong(
                "latency_p95_ms",
                "import.too_large",
                "the latency is too large",
            );
        }
        fits
    });
    let headroom = row.optional_number("throttle_headroom", 0.0, 1.0);
    let [auth, throttled, server, client] = failed;
    let calls = ApiCalls {
        calls: calls?,
        failed_auth: auth?,
        failed_throttled: throttled?,
        failed_server: server?,
        failed_client: client?,
        latency_p95_ms: latency?,
        throttle_headroom: headroom?,
    };
    if calls.failed() > calls.calls {
        row.wrong(
            "calls",
            "import.part_exceeds_whole",
            "more calls failed than were made",
        );
        return None;
    }
    Some(ApiCallHour {
        account: account?.id.clone(),
        hour: at?,
        calls,
    })
}
