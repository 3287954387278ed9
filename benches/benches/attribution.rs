//! How fast is credit shared out? Rules, Markov chains, Shapley values, intervals and hazards over seeded journeys.
//!
//! Side by side with other libraries: `peers/attribution/run.py`. See `README.md` and `docs/methods/attribution.md` for the last
//! recorded numbers.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Duration;

use criterion::{Criterion, Throughput};
use stratum_benches::SetUpError;
use stratum_benches::columns::Columns;
use stratum_core::attribution::hazard::{HazardModel, HazardSettings};
use stratum_core::attribution::{
    AttributionModel, Bootstrap, MarkovModel, PathTable, RuleModel, ShapleyModel, Transitions,
};
use stratum_core::customer::journey::{JourneyRules, Journeys};
use stratum_core::simulation::PeoplePlan;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const JOURNEYS: u32 = 100_000;
const PERSONS: u64 = 20_000;

/// As the rows of a file would have them.
fn text_of(columns: &Columns) -> Result<Vec<String>, SetUpError> {
    let mut rows = Vec::new();
    let ends = columns.offsets.iter().zip(columns.offsets.iter().skip(1));
    for (start, end) in ends {
        let (start, end) = (usize::try_from(*start)?, usize::try_from(*end)?);
        let codes = columns.codes.get(start..end).unwrap_or_default();
        let names: Vec<&str> = codes
            .iter()
            .filter_map(|c| columns.channels.name(*c))
            .collect();
        rows.push(names.join(" > "));
    }
    Ok(rows)
}

fn main() -> Result<(), SetUpError> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let folder: PathBuf = folder.parent().unwrap_or(folder).join("criterion");
    let mut criterion = Criterion::default()
        .output_directory(&folder)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(4))
        .configure_from_args();
    by_columns(&mut criterion)?;
    by_text(&mut criterion)?;
    by_people(&mut criterion)?;
    criterion.final_summary();
    Ok(())
}

fn by_columns(criterion: &mut Criterion) -> Result<(), SetUpError> {
    let columns = Columns::drawn(20, JOURNEYS)?;
    let paths = columns.paths()?;
    let mut group = criterion.benchmark_group("attribution_columns");
    group.throughput(Throughput::Elements(u64::from(JOURNEYS)));
    group.bench_function("check", |b| b.iter(|| black_box(&columns).paths().is_ok()));
    group.bench_function("linear", |b| {
        b.iter(|| RuleModel::Linear.attribute(black_box(&paths)));
    });
    for order in 1..=4 {
        group.bench_function(format!("markov_{order}"), |b| {
            b.iter(|| MarkovModel::fit(&Transitions::count(black_box(&paths), order)?));
        });
    }
    group.bench_function("shapley_rate_20", |b| {
        b.iter(|| ShapleyModel::RateGame.attribute(black_box(&paths)));
    });
    group.bench_function("markov_1_intervals", |b| {
        let model = AttributionModel::Markov { order: 1 };
        b.iter(|| Bootstrap::usual(1).intervals(&model, black_box(&paths)));
    });
    let ten = Columns::drawn(10, JOURNEYS)?;
    let ten = ten.paths()?;
    group.bench_function("shapley_rate_10", |b| {
        b.iter(|| ShapleyModel::RateGame.attribute(black_box(&ten)));
    });
    group.finish();
    Ok(())
}

fn by_text(criterion: &mut Criterion) -> Result<(), SetUpError> {
    let columns = Columns::drawn(20, JOURNEYS)?;
    let text = text_of(&columns)?;
    let counts = columns.conversions.iter().zip(&columns.lapsed);
    let rows: Vec<_> = text.iter().zip(counts).collect();
    let mut group = criterion.benchmark_group("attribution_text");
    group.throughput(Throughput::Elements(u64::from(JOURNEYS)));
    group.bench_function("markov_1", |b| {
        b.iter(|| -> Result<MarkovModel, SetUpError> {
            let mut table = PathTable::new();
            for (path, (conversions, lapsed)) in black_box(&rows) {
                let counts = stratum_core::attribution::Counts {
                    conversions: u64::from(**conversions),
                    value_minor: 0,
                    lapsed: u64::from(**lapsed),
                };
                table.add_text(path, ">", counts)?;
            }
            Ok(MarkovModel::fit(&Transitions::count(&table, 1)?)?)
        });
    });
    group.finish();
    Ok(())
}

/// From touchpoints: journeys, and the model of the time to conversion.
fn by_people(criterion: &mut Criterion) -> Result<(), SetUpError> {
    let start = "2026-03-01T00:00:00Z".parse()?;
    let now = "2026-08-01T00:00:00Z".parse()?;
    let people = PeoplePlan::outdoor_shop(7, PERSONS, start, "EUR".parse()?).simulate();
    let rules = JourneyRules::baseline_2026_11();
    let mut group = criterion.benchmark_group("attribution_people");
    group.sample_size(20);
    group.throughput(Throughput::Elements(u64::try_from(
        people.touchpoints.len(),
    )?));
    group.bench_function("journeys", |b| {
        b.iter(|| {
            Journeys::build(
                black_box(&people.touchpoints),
                &people.conversions,
                &rules,
                now,
            )
        });
    });
    let journeys = Journeys::build(&people.touchpoints, &people.conversions, &rules, now)?;
    group.bench_function("hazard", |b| {
        b.iter(|| HazardModel::fit(black_box(&journeys), &HazardSettings::baseline_2026_11()));
    });
    group.finish();
    Ok(())
}
