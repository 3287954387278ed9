//! Our side of the comparison with other libraries of attribution: times each task on the journeys of a file, prints JSON.
//!
//! The peers get their rows in memory as well, so reading the file is not timed. Each task is timed several times on one thread
//! and the median is taken; a busy machine makes it longer, never shorter. `peers/attribution/run.py` calls this.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Instant;

use stratum_benches::SetUpError;
use stratum_benches::columns::Columns;
use stratum_core::attribution::{
    Attribution, AttributionModel, Bootstrap, Channels, Counts, MarkovModel, PathTable, RuleModel,
    ShapleyModel, Transitions,
};

const ROUNDS: usize = 5;

/// A row of the file.
struct Row<'a> {
    path: &'a str,
    counts: Counts,
}

#[derive(serde::Serialize)]
struct Task {
    name: &'static str,
    seconds: f64,
    credit: BTreeMap<String, f64>,
}

fn main() -> Result<(), SetUpError> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [file, times] = words.as_slice() else {
        return Err(
            "usage: attribution FILE TIMES: journeys as CSV, and how often to take them".into(),
        );
    };
    let times: usize = times.parse()?;
    let text = std::fs::read_to_string(file)?;
    let rows = rows(&text)?;
    let columns = columns(&rows, times)?;
    let mut tasks = Vec::new();
    if times == 1 {
        tasks.extend(from_text(&rows)?);
    }
    tasks.extend(from_columns(&columns)?);
    serde_json::to_writer(std::io::stdout(), &tasks)?;
    Ok(())
}

fn rows(text: &str) -> Result<Vec<Row<'_>>, SetUpError> {
    let mut rows = Vec::new();
    for line in text.lines().skip(1) {
        let mut cells = line.trim_end().split(',');
        let mut next = || cells.next().ok_or("a row has four cells");
        let (path, conversions, value, lapsed) = (next()?, next()?, next()?, next()?);
        let counts = Counts {
            conversions: conversions.parse()?,
            value_minor: value.parse()?,
            lapsed: lapsed.parse()?,
        };
        rows.push(Row { path, counts });
    }
    Ok(rows)
}

fn columns(rows: &[Row<'_>], times: usize) -> Result<Columns, SetUpError> {
    let mut columns = Columns::over(Channels::default());
    for row in rows.iter().cycle().take(rows.len() * times) {
        for name in row.path.split(" > ") {
            columns.codes.push(columns.channels.code_of(name)?);
        }
        columns.offsets.push(u32::try_from(columns.codes.len())?);
        columns
            .conversions
            .push(u32::try_from(row.counts.conversions)?);
        columns.values_minor.push(row.counts.value_minor);
        columns.lapsed.push(u32::try_from(row.counts.lapsed)?);
    }
    Ok(columns)
}

fn table(rows: &[Row<'_>]) -> Result<PathTable, SetUpError> {
    let mut table = PathTable::new();
    for row in rows {
        table.add_text(row.path, ">", row.counts)?;
    }
    Ok(table)
}

#[expect(
    clippy::disallowed_methods,
    reason = "it measures how long a task takes; nothing that is computed knows of it"
)]
fn timed(
    name: &'static str,
    mut task: impl FnMut() -> Result<Attribution, SetUpError>,
) -> Result<Task, SetUpError> {
    let mut seconds = Vec::new();
    let mut answer = None;
    for _ in 0..ROUNDS {
        let before = Instant::now();
        answer = Some(black_box(task()?));
        seconds.push(before.elapsed().as_secs_f64());
    }
    seconds.sort_unstable_by(f64::total_cmp);
    let credits = answer.map(|answer| answer.credits).unwrap_or_default();
    let credit = credits
        .into_iter()
        .map(|one| (one.channel, one.conversions));
    let seconds = seconds.get(ROUNDS / 2).copied().unwrap_or_default();
    Ok(Task {
        name,
        seconds,
        credit: credit.collect(),
    })
}

fn markov(transitions: &Transitions) -> Result<Attribution, SetUpError> {
    Ok(MarkovModel::fit(transitions)?.attribute())
}

fn three_rules(paths: &impl stratum_core::attribution::Paths) -> Result<Attribution, SetUpError> {
    black_box(RuleModel::FirstTouch.attribute(paths)?);
    black_box(RuleModel::LastTouch.attribute(paths)?);
    Ok(RuleModel::Linear.attribute(paths)?)
}

/// From the very strings that the peers get.
fn from_text(rows: &[Row<'_>]) -> Result<Vec<Task>, SetUpError> {
    let text = |order| move || markov(&Transitions::count(&table(black_box(rows))?, order)?);
    Ok(vec![
        timed("text heuristics", || three_rules(&table(black_box(rows))?))?,
        timed("text markov1", text(1))?,
        timed("text markov2", text(2))?,
        timed("text markov3", text(3))?,
        timed("text shapley", || {
            let answer = ShapleyModel::RateGame.attribute(&table(black_box(rows))?)?;
            Ok(answer.attribution)
        })?,
    ])
}

fn from_columns(columns: &Columns) -> Result<Vec<Task>, SetUpError> {
    let counted = |order| move || markov(&Transitions::count(&black_box(columns).paths()?, order)?);
    Ok(vec![
        timed("columns heuristics", || {
            three_rules(&black_box(columns).paths()?)
        })?,
        timed("columns markov1", counted(1))?,
        timed("columns markov2", counted(2))?,
        timed("columns markov3", counted(3))?,
        timed("columns markov4", counted(4))?,
        timed("columns shapley", || {
            let answer = ShapleyModel::RateGame.attribute(&black_box(columns).paths()?)?;
            Ok(answer.attribution)
        })?,
        timed("columns bootstrap markov1", || {
            let (model, paths) = (
                AttributionModel::Markov { order: 1 },
                black_box(columns).paths()?,
            );
            black_box(Bootstrap::usual(1).intervals(&model, &paths)?);
            Ok(model.attribute(&paths)?)
        })?,
    ])
}
