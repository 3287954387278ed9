//! Can a table of paths make a model lose or make up credit, or say something else than a slow look at every row?
//!
//! Any bytes become a few lines of letters (channels) and numbers (conversions, lapsed journeys, value). Demands: no panic; what
//! was earned is given away to the minor unit; rules, both games and chains agree with naive ones; two halves merged are the whole.

use std::collections::BTreeMap;

use stratum_core::attribution::{
    Attribution, AttributionModel, Bootstrap, Channels, Counts, MarkovModel, PathTable, Paths,
    RuleModel, ShapleyModel, Transitions,
};

const NAMES: [&str; 5] = ["a", "b", "c", "d", "e"];
const MOST_ROWS: usize = 8;
const MOST_TOUCHES: usize = 5;
/// Far above what rounding leaves, far below what a wrong step would.
const NEAR: f64 = 1e-9;

struct Row {
    path: Vec<u16>,
    counts: Counts,
}

/// Holds the demands against these bytes.
pub fn run(bytes: &[u8]) {
    let lines = bytes.split(|byte| *byte == b'\n');
    let rows: Vec<Row> = lines.map(row).take(MOST_ROWS).collect();
    let whole = table(&rows);
    let (one, other) = rows.split_at(rows.len() / 2);
    let mut merged = table(other);
    merged.merge(&table(one)).expect("small counts add up");
    hold_rules(&rows, &whole, &merged);
    let all = (1 << NAMES.len()) - 1;
    let sum = by_orderings(|set| within(&rows, set).0);
    let rate = by_orderings(|set| rate(&rows, set));
    let together = rate_shares(&rate, self::rate(&rows, all));
    hold(
        &AttributionModel::Shapley(ShapleyModel::SumGame),
        &whole,
        &merged,
        &shares(&sum),
    );
    hold(
        &AttributionModel::Shapley(ShapleyModel::RateGame),
        &whole,
        &merged,
        &together,
    );
    for order in [1, 2 + bytes.len() % 3] {
        let told = shares(&removal_effects(&rows, order));
        hold(&AttributionModel::Markov { order }, &whole, &merged, &told);
        let counted = Transitions::count(&whole, order).expect("a small chain is counted");
        let model = MarkovModel::fit(&counted).expect("and solved");
        let by_path = model
            .attribute_paths(&whole)
            .expect("its own paths have its channels");
        conserved(&by_path, &whole);
    }
    let sampled = ShapleyModel::RateGameSampled { pairs: 16, seed: 7 };
    conserved(
        &sampled.attribute(&whole).expect("drawn").attribution,
        &whole,
    );
}

fn hold_rules(rows: &[Row], whole: &PathTable, merged: &PathTable) {
    let linear = |at: usize, touches: usize| if at < touches { 1.0 } else { 0.0 };
    let first = |at: usize, _: usize| if at == 0 { 1.0 } else { 0.0 };
    let last = |at: usize, touches: usize| if at + 1 == touches { 1.0 } else { 0.0 };
    hold(
        &AttributionModel::Rule(RuleModel::Linear),
        whole,
        merged,
        &by_weights(rows, linear),
    );
    hold(
        &AttributionModel::Rule(RuleModel::FirstTouch),
        whole,
        merged,
        &by_weights(rows, first),
    );
    hold(
        &AttributionModel::Rule(RuleModel::LastTouch),
        whole,
        merged,
        &by_weights(rows, last),
    );
    hold(
        &AttributionModel::Rule(RuleModel::PositionBased),
        whole,
        merged,
        &by_weights(rows, ends),
    );
    let custom = RuleModel::Custom {
        first: 5,
        between: 2,
        last: 3,
    };
    let non_direct = RuleModel::LastNonDirect {
        direct: vec!["a".into()],
    };
    for (rule, weights) in [
        (RuleModel::WShaped, in_a_w as fn(&[u16]) -> Vec<f64>),
        (custom, five_two_three),
        (non_direct, last_but_a),
    ] {
        let rule = AttributionModel::Rule(rule);
        hold(&rule, whole, merged, &by_touches(rows, weights));
    }
}

/// Letters are touches, numbers in order are conversions, lapsed journeys and value.
fn row(line: &[u8]) -> Row {
    let letters = line.iter().filter(|byte| byte.is_ascii_alphabetic());
    let code = |byte: &u8| u16::from(byte % 5);
    let path: Vec<u16> = letters.take(MOST_TOUCHES).map(code).collect();
    let digits = line
        .split(|byte| !byte.is_ascii_digit())
        .filter(|digits| !digits.is_empty());
    let value = |digits: &[u8]| {
        digits
            .iter()
            .take(4)
            .fold(0, |n, d| n * 10 + u64::from(d - b'0'))
    };
    let mut numbers = digits.map(value);
    let mut next = || numbers.next().unwrap_or(0);
    let (conversions, lapsed, worth) = (next(), next(), next());
    let value_minor = if conversions > 0 {
        i64::try_from(worth).expect("four digits")
    } else {
        0
    };
    Row {
        path,
        counts: Counts {
            conversions,
            value_minor,
            lapsed,
        },
    }
}

fn table(rows: &[Row]) -> PathTable {
    let mut table = PathTable::over(Channels::new(NAMES).expect("five names"));
    for row in rows {
        table.add(&row.path, row.counts).expect("a sound row");
    }
    table
}

/// One model over the whole and over merged halves, beside the shares that were found slowly.
fn hold(model: &AttributionModel, whole: &PathTable, merged: &PathTable, expected: &[f64]) {
    let answer = model.attribute(whole).expect("a small table has an answer");
    assert_eq!(
        answer,
        model.attribute(merged).expect("and again"),
        "halves are the whole"
    );
    conserved(&answer, whole);
    let touched = whole.totals().touched;
    for (credit, share) in answer.credits.iter().zip(expected) {
        let earned = share * touched.conversions as f64;
        assert!(
            (credit.share - share).abs() < NEAR,
            "{}: {credit:?}, slowly {share}",
            answer.model
        );
        assert!(
            (credit.conversions - earned).abs() < NEAR * (1.0 + earned.abs()),
            "{}: {credit:?}",
            answer.model
        );
    }
    let bootstrap = Bootstrap {
        replicates: 20,
        groups: 10,
        level: 0.9,
        seed: 7,
    };
    let intervals = bootstrap.intervals(model, whole).expect("intervals");
    for share in intervals.shares {
        assert!(
            share.low <= share.high && share.standard_error >= 0.0,
            "{share:?}"
        );
    }
}

fn conserved(answer: &Attribution, whole: &PathTable) {
    let touched = whole.totals().touched;
    let given: i64 = answer.credits.iter().map(|credit| credit.value_minor).sum();
    let conversions: f64 = answer.credits.iter().map(|credit| credit.conversions).sum();
    assert_eq!(given, touched.value_minor, "{}", answer.model);
    assert!(
        (conversions - touched.conversions as f64).abs() < NEAR * (1.0 + conversions.abs()),
        "{}",
        answer.model
    );
}

fn ends(at: usize, touches: usize) -> f64 {
    let is_end = at == 0 || at + 1 == touches;
    match touches {
        1 | 2 => 1.0,
        _ if is_end => 0.4,
        _ => 0.2 / (touches - 2) as f64,
    }
}

/// In proportion; nothing when there is nothing.
fn shares(worths: &[f64]) -> Vec<f64> {
    let total: f64 = worths.iter().sum();
    rate_shares(worths, total)
}

fn rate_shares(worths: &[f64], together: f64) -> Vec<f64> {
    let share = |worth: &f64| {
        if together > 0.0 {
            worth / together
        } else {
            0.0
        }
    };
    worths.iter().map(share).collect()
}

fn by_weights(rows: &[Row], weight: impl Fn(usize, usize) -> f64) -> Vec<f64> {
    by_touches(rows, |path| {
        (0..path.len()).map(|at| weight(at, path.len())).collect()
    })
}

fn by_touches(rows: &[Row], weights: impl Fn(&[u16]) -> Vec<f64>) -> Vec<f64> {
    let mut worths = [0.0; NAMES.len()];
    for row in rows {
        let weights = weights(&row.path);
        let total: f64 = weights.iter().sum();
        for (weight, code) in weights.iter().zip(&row.path) {
            worths[usize::from(*code)] += weight / total * row.counts.conversions as f64;
        }
    }
    shares(&worths)
}

/// 30 to both ends and to the middle, which may be two touches, 10 to all others.
fn in_a_w(path: &[u16]) -> Vec<f64> {
    let touches = path.len();
    if touches < 3 {
        return vec![1.0; touches];
    }
    let middle = [(touches - 1) / 2, touches / 2];
    let middles = if middle[0] == middle[1] { 1 } else { 2 };
    let of = |at: usize| match at {
        _ if at == 0 || at + 1 == touches => 30.0,
        _ if middle.contains(&at) => 30.0 / middles as f64,
        _ => 10.0 / (touches - 2 - middles) as f64,
    };
    (0..touches).map(of).collect()
}

/// What lies between shares its weight; without a between it is split.
fn five_two_three(path: &[u16]) -> Vec<f64> {
    match path.len() {
        0 => Vec::new(),
        1 => vec![1.0],
        2 => vec![6.0, 4.0],
        touches => {
            let mut weights = vec![2.0 / (touches - 2) as f64; touches];
            weights[0] = 5.0;
            weights[touches - 1] = 3.0;
            weights
        }
    }
}

fn last_but_a(path: &[u16]) -> Vec<f64> {
    let last = path.iter().rposition(|code| *code != 0);
    let last = last.or(path.len().checked_sub(1));
    (0..path.len())
        .map(|at| if Some(at) == last { 1.0 } else { 0.0 })
        .collect()
}

/// Conversions and journeys that touched channels of the set only.
fn within(rows: &[Row], set: usize) -> (f64, f64) {
    let inside =
        |row: &&Row| !row.path.is_empty() && row.path.iter().all(|code| set >> code & 1 == 1);
    let add = |(won, ended): (f64, f64), row: &Row| {
        let counts = row.counts;
        (
            won + counts.conversions as f64,
            ended + (counts.conversions + counts.lapsed) as f64,
        )
    };
    rows.iter().filter(inside).fold((0.0, 0.0), add)
}

fn rate(rows: &[Row], set: usize) -> f64 {
    let (won, ended) = within(rows, set);
    if ended > 0.0 { won / ended } else { 0.0 }
}

/// What each channel adds to those before it, averaged over all orderings.
fn by_orderings(worth: impl Fn(usize) -> f64) -> Vec<f64> {
    fn visit(set: usize, weight: f64, worths: &[f64], values: &mut [f64]) {
        let left: Vec<usize> = (0..NAMES.len())
            .filter(|place| set >> place & 1 == 0)
            .collect();
        for place in &left {
            let (with, weight) = (set | 1 << place, weight / left.len() as f64);
            values[*place] += weight * (worths[with] - worths[set]);
            visit(with, weight, worths, values);
        }
    }
    let worths: Vec<f64> = (0..1 << NAMES.len()).map(worth).collect();
    let mut values = vec![0.0; NAMES.len()];
    visit(0, 1.0, &worths, &mut values);
    values
}

/// From a state to the next ones, with counts; the end with a conversion is `None`.
type Steps = BTreeMap<Vec<u16>, Vec<(Option<u16>, f64)>>;

/// The part of conversions lost when every step to a channel leads nowhere, by solving each chain anew.
fn removal_effects(rows: &[Row], order: usize) -> Vec<f64> {
    let (mut steps, mut visits) = (Steps::new(), BTreeMap::new());
    for row in rows.iter().filter(|row| !row.path.is_empty()) {
        let ended = (row.counts.conversions + row.counts.lapsed) as f64;
        for at in 0..=row.path.len() {
            let state = row.path[at.saturating_sub(order)..at].to_vec();
            let step = match row.path.get(at) {
                Some(code) => (Some(*code), ended),
                None => (None, row.counts.conversions as f64),
            };
            *visits.entry(state.clone()).or_insert(0.0) += ended;
            steps.entry(state).or_default().push(step);
        }
    }
    let whole = chance(&steps, &visits, order, None);
    let lost = |code| 1.0 - chance(&steps, &visits, order, Some(code)) / whole;
    let codes = 0..u16::try_from(NAMES.len()).expect("five");
    codes
        .map(|code| if whole > 0.0 { lost(code) } else { 0.0 })
        .collect()
}

fn chance(
    steps: &Steps,
    visits: &BTreeMap<Vec<u16>, f64>,
    order: usize,
    removed: Option<u16>,
) -> f64 {
    let place: BTreeMap<&Vec<u16>, usize> = steps.keys().zip(0..).collect();
    let n = place.len();
    let mut matrix = vec![vec![0.0; n + 1]; n];
    for (state, row) in steps.iter().zip(&mut matrix) {
        let ((state, steps), all) = (state, visits[state.0]);
        row[place[state]] += 1.0;
        for (channel, count) in steps.iter().filter(|(_, count)| *count > 0.0) {
            match channel {
                None => row[n] += count / all,
                Some(code) if removed == Some(*code) => {}
                Some(code) => {
                    let mut next = [state.as_slice(), &[*code]].concat();
                    next.drain(..next.len().saturating_sub(order));
                    row[place[&next]] -= count / all;
                }
            }
        }
    }
    solved(matrix).first().copied().unwrap_or(0.0)
}

/// Gauss and Jordan, with pivots. The start is the shortest state, so the first unknown.
fn solved(mut matrix: Vec<Vec<f64>>) -> Vec<f64> {
    let n = matrix.len();
    for at in 0..n {
        let pivot = (at..n).max_by(|a, b| matrix[*a][at].abs().total_cmp(&matrix[*b][at].abs()));
        matrix.swap(at, pivot.expect("a row"));
        let row = matrix[at].clone();
        for (other, line) in matrix.iter_mut().enumerate() {
            let part = line[at] / row[at];
            if other != at && part != 0.0 {
                line.iter_mut()
                    .zip(&row)
                    .for_each(|(cell, more)| *cell -= part * more);
            }
        }
    }
    (0..n).map(|at| matrix[at][n] / matrix[at][at]).collect()
}
