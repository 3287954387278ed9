//! Does attribution stay linear as new distinct paths keep coming? Times by the row, as a table.
//!
//! The journeys are seeded and ever new, so distinct paths grow with the rows. Times are the least of several. Not here: memory
//! (`footprint`), other libraries (`peers/attribution/run.py`).

use std::hint::black_box;
use std::time::Instant;

use stratum_benches::SetUpError;
use stratum_benches::columns::Columns;
use stratum_core::attribution::{MarkovModel, PathTable, ShapleyModel, Transitions};

const CHANNELS: u16 = 20;
const ROWS: u32 = 10_000_000;
/// Where growth is looked at, in tenths of all rows.
const TENTHS: [u32; 4] = [1, 2, 5, 10];
const ROUNDS: usize = 3;

#[expect(clippy::print_stdout, reason = "its answer is what it prints")]
fn main() -> Result<(), SetUpError> {
    let rows = std::env::args().nth(1).map(|rows| rows.parse());
    let rows: u32 = rows.transpose()?.unwrap_or(ROWS);
    let columns = Columns::drawn(CHANNELS, rows)?;
    println!("| rows | distinct paths | order 1, ns a row | order 3 | Shapley | path table |");
    println!("|---|---|---|---|---|---|");
    for tenths in TENTHS {
        println!("{}", line(&columns, rows / 10 * tenths)?);
    }
    Ok(())
}

fn line(columns: &Columns, rows: u32) -> Result<String, SetUpError> {
    let paths = || columns.first(usize::try_from(rows)?);
    let order =
        |order| least(|| Ok(MarkovModel::fit(&Transitions::count(&paths()?, order)?)?.attribute()));
    let shapley = least(|| Ok(ShapleyModel::RateGame.attribute(&paths()?)?))?;
    let table = least(|| Ok(PathTable::gather(&paths()?)?))?;
    let times = [order(1)?, order(3)?, shapley, table];
    let times = times.map(|seconds| format!("{:.1}", seconds * 1e9 / f64::from(rows)));
    let distinct = PathTable::gather(&paths()?)?.len();
    Ok(format!("| {rows} | {distinct} | {} |", times.join(" | ")))
}

#[expect(
    clippy::disallowed_methods,
    reason = "it measures how long a task takes; nothing that is computed knows of it"
)]
fn least<T>(task: impl Fn() -> Result<T, SetUpError>) -> Result<f64, SetUpError> {
    let mut least = f64::INFINITY;
    for _ in 0..ROUNDS {
        let before = Instant::now();
        let answer = black_box(task()?);
        least = least.min(before.elapsed().as_secs_f64());
        drop(answer);
    }
    Ok(least)
}
