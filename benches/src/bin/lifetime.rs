//! Our side of the comparison with other libraries of lifetime value: fits the customers of a file, prints JSON.
//!
//! A row has repeat purchases, recency, age and the value of repeat purchases in cents. Reading the file is not timed. Each task is timed several
//! times on one thread and the median is taken; a busy machine makes it longer, never shorter. `peers/lifetime/run.py` calls this.

use std::hint::black_box;
use std::time::Instant;

use stratum_benches::SetUpError;
use stratum_core::customer::lifetime::{Dropout, History, LifetimeError, PurchaseFit, SpendingFit};

const ROUNDS: usize = 5;
const LEVEL: f64 = 0.95;

#[derive(serde::Serialize)]
struct Answer {
    bg_nbd: PurchaseFit,
    bg_nbd_seconds: f64,
    mbg_nbd: PurchaseFit,
    mbg_nbd_seconds: f64,
    gamma_gamma: SpendingFit,
    gamma_gamma_seconds: f64,
    /// Of each customer, by BG/NBD and by MBG/NBD: purchases to expect within the time asked for, and the probability of being active.
    expected: Vec<[f64; 4]>,
}

fn main() -> Result<(), SetUpError> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [file, within] = words.as_slice() else {
        return Err("usage: lifetime FILE WITHIN: customers as CSV, and how far ahead".into());
    };
    let within: f64 = within.parse()?;
    let customers = customers(&std::fs::read_to_string(file)?)?;
    let (bg_nbd, bg_nbd_seconds) =
        timed(|| PurchaseFit::of(black_box(&customers), Dropout::AfterRepeat, LEVEL))?;
    let (mbg_nbd, mbg_nbd_seconds) =
        timed(|| PurchaseFit::of(black_box(&customers), Dropout::AfterEvery, LEVEL))?;
    let (gamma_gamma, gamma_gamma_seconds) =
        timed(|| SpendingFit::of(black_box(&customers), 2, LEVEL))?;
    let expected = customers.iter().map(|customer| {
        let (bg, mbg) = (&bg_nbd.model, &mbg_nbd.model);
        [
            bg.expected_purchases(customer, within),
            mbg.expected_purchases(customer, within),
            bg.alive(customer),
            mbg.alive(customer),
        ]
    });
    let answer = Answer {
        expected: expected.collect(),
        bg_nbd,
        bg_nbd_seconds,
        mbg_nbd,
        mbg_nbd_seconds,
        gamma_gamma,
        gamma_gamma_seconds,
    };
    serde_json::to_writer(std::io::stdout(), &answer)?;
    Ok(())
}

fn customers(text: &str) -> Result<Vec<History>, SetUpError> {
    let mut customers = Vec::new();
    for line in text.lines().skip(1) {
        let mut cells = line.trim_end().split(',');
        let mut next = || cells.next().ok_or("a row has four cells");
        customers.push(History {
            frequency: next()?.parse()?,
            recency: next()?.parse()?,
            age: next()?.parse()?,
            repeat_value_minor: next()?.parse()?,
        });
    }
    Ok(customers)
}

#[expect(
    clippy::disallowed_methods,
    reason = "it measures how long a task takes; nothing that is computed knows of it"
)]
fn timed<T>(mut task: impl FnMut() -> Result<T, LifetimeError>) -> Result<(T, f64), SetUpError> {
    let mut seconds = Vec::new();
    let mut answer = None;
    for _ in 0..ROUNDS {
        let before = Instant::now();
        answer = Some(black_box(task()?));
        seconds.push(before.elapsed().as_secs_f64());
    }
    seconds.sort_unstable_by(f64::total_cmp);
    let answer = answer.ok_or("no round was run")?;
    Ok((answer, seconds.get(ROUNDS / 2).copied().unwrap_or_default()))
}
