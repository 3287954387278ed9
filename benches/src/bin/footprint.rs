//! What does a distinct path take in a table of paths? Bytes asked of an allocator that counts, as a table.
//!
//! This allocator makes room anew for whatever grows and copies it there, so the peak is the worst there can be. Not here: time
//! (`growth`), which that would spoil.

use stratum_benches::SetUpError;
use stratum_benches::columns::Columns;
use stratum_core::attribution::PathTable;

const CHANNELS: u16 = 20;
const ROWS: u32 = 10_000_000;
/// Where it is looked at, in tenths of all rows.
const TENTHS: [u32; 4] = [1, 2, 5, 10];

#[expect(clippy::print_stdout, reason = "its answer is what it prints")]
fn main() -> Result<(), SetUpError> {
    let rows = std::env::args().nth(1).map(|rows| rows.parse());
    let rows: u32 = rows.transpose()?.unwrap_or(ROWS);
    let columns = Columns::drawn(CHANNELS, rows)?;
    println!(
        "| rows | distinct paths | touches of one | bytes of one | bytes of one at the peak |"
    );
    println!("|---|---|---|---|---|");
    for tenths in TENTHS {
        println!("{}", line(&columns, rows / 10 * tenths)?);
    }
    Ok(())
}

fn line(columns: &Columns, rows: u32) -> Result<String, SetUpError> {
    let paths = columns.first(usize::try_from(rows)?)?;
    let mut table = None;
    let counted = allocation_counter::measure(|| table = Some(PathTable::gather(&paths)));
    let table = table.ok_or("nothing was gathered")??;
    let distinct = u32::try_from(table.len())?;
    let touches: usize = table.rows().map(|(path, _)| path.len()).sum();
    let of_one = [
        u64::try_from(touches)?,
        u64::try_from(counted.bytes_current)?,
        counted.bytes_max,
    ];
    let of_one = of_one.map(|all| format!("{:.1}", tenths(all, distinct)));
    Ok(format!("| {rows} | {distinct} | {} |", of_one.join(" | ")))
}

/// A part of a whole, to the first decimal.
fn tenths(all: u64, parts: u32) -> f64 {
    let tenths = (all * 10).checked_div(u64::from(parts)).unwrap_or(0);
    f64::from(u32::try_from(tenths).unwrap_or(u32::MAX)) / 10.0
}
