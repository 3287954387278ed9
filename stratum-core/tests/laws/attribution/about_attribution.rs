//! Is credit exact, fair and independent of how the rows came, whatever the model?
//!
//! Not here: models computed by hand (`src/attribution/**/tests.rs`).

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use stratum_core::attribution::{
    Attribution, Channels, Counts, MAX_ORDER, MarkovModel, PathColumns, PathTable, Paths,
    RuleModel, ShapleyModel, Transitions, ordered_shapley,
};
use stratum_core::customer::journey::{JourneyRules, Journeys};

use crate::cases;
use crate::contacts::contacts;

pub(crate) const NAMES: [&str; 5] = ["mail", "search", "display", "social", "affiliate"];

/// One row: a path of channels by number, and what came of it.
pub(crate) type Row = (Vec<usize>, Counts);

fn row() -> impl Strategy<Value = Row> {
    let path = prop::collection::vec(0..NAMES.len(), 1..7);
    (path, 0_u64..4, 0_u64..4, 0_i64..1_000).prop_map(|(path, conversions, lapsed, value)| {
        let value_minor = if conversions > 0 { value } else { 0 };
        let counts = Counts {
            conversions,
            value_minor,
            lapsed,
        };
        (path, counts)
    })
}

pub(crate) fn rows() -> impl Strategy<Value = Vec<Row>> {
    prop::collection::vec(row(), 1..16)
}

/// A table that sees channels in the order of the rows.
pub(crate) fn table(rows: &[Row]) -> PathTable {
    let mut table = PathTable::new();
    for (path, counts) in rows {
        let names: Vec<&str> = path.iter().map(|place| NAMES[*place]).collect();
        table.add_text(&names.join(" > "), ">", *counts).unwrap();
    }
    table
}

fn rules() -> Vec<RuleModel> {
    vec![
        RuleModel::FirstTouch,
        RuleModel::LastTouch,
        RuleModel::LastNonDirect {
            direct: vec!["mail".to_owned()],
        },
        RuleModel::Linear,
        RuleModel::PositionBased,
        RuleModel::WShaped,
        RuleModel::Custom {
            first: 3,
            between: 5,
            last: 7,
        },
    ]
}

fn games() -> Vec<ShapleyModel> {
    let sampled = ShapleyModel::RateGameSampled { pairs: 16, seed: 7 };
    vec![ShapleyModel::SumGame, ShapleyModel::RateGame, sampled]
}

fn markov(paths: &impl Paths, order: usize) -> MarkovModel {
    MarkovModel::fit(&Transitions::count(paths, order).unwrap()).unwrap()
}

/// What every model says.
pub(crate) fn answers(paths: &impl Paths) -> Vec<Attribution> {
    let mut answers: Vec<Attribution> = rules()
        .iter()
        .map(|rule| rule.attribute(paths).unwrap())
        .collect();
    for order in 1..=MAX_ORDER {
        let model = markov(paths, order);
        answers.push(model.attribute());
        answers.push(model.attribute_paths(paths).unwrap());
    }
    answers.extend(
        games()
            .iter()
            .map(|game| game.attribute(paths).unwrap().attribution),
    );
    answers
}

pub(crate) fn near(one: f64, other: f64, within: f64) -> bool {
    (one - other).abs() <= within
}

/// The removal effect as it is told: strike every step to the channel, send it to nothing, and solve the chain anew. The states
/// are the last touches, the unknowns the chances of a conversion, the method elimination with pivots.
fn removal_effects_as_told(rows: &[Row], order: usize) -> Vec<f64> {
    let mut counts: BTreeMap<Vec<usize>, BTreeMap<Option<usize>, f64>> = BTreeMap::new();
    let mut converted: BTreeMap<Vec<usize>, f64> = BTreeMap::new();
    for (path, ended) in rows {
        let (won, lost) = (ended.conversions as f64, ended.lapsed as f64);
        let state = |touches: usize| path[touches.saturating_sub(order)..touches].to_vec();
        for (touches, channel) in path.iter().enumerate() {
            *counts
                .entry(state(touches))
                .or_default()
                .entry(Some(*channel))
                .or_default() += won + lost;
        }
        *counts
            .entry(state(path.len()))
            .or_default()
            .entry(None)
            .or_default() += won + lost;
        *converted.entry(state(path.len())).or_default() += won;
    }
    let states: Vec<&Vec<usize>> = counts.keys().collect();
    let chance = |removed: Option<usize>| -> f64 {
        let n = states.len();
        let mut matrix = vec![vec![0.0; n + 1]; n];
        for (at, state) in states.iter().enumerate() {
            matrix[at][at] = 1.0;
            let visits: f64 = counts[*state].values().sum();
            if visits == 0.0 {
                continue;
            }
            matrix[at][n] = converted.get(*state).copied().unwrap_or(0.0) / visits;
            for (channel, count) in &counts[*state] {
                let Some(channel) = channel else { continue };
                if Some(*channel) != removed {
                    let mut next = [state.as_slice(), &[*channel]].concat();
                    next.drain(..next.len().saturating_sub(order));
                    let to = states.iter().position(|state| **state == next).unwrap();
                    matrix[at][to] -= count / visits;
                }
            }
        }
        let start = states.iter().position(|state| state.is_empty()).unwrap();
        solved(matrix)[start]
    };
    let whole = chance(None);
    let effect = |channel: usize| {
        if whole > 0.0 {
            1.0 - chance(Some(channel)) / whole
        } else {
            0.0
        }
    };
    (0..NAMES.len()).map(effect).collect()
}

/// Gauss and Jordan, with pivots.
fn solved(mut matrix: Vec<Vec<f64>>) -> Vec<f64> {
    let n = matrix.len();
    for at in 0..n {
        let pivot = (at..n).max_by(|a, b| matrix[*a][at].abs().total_cmp(&matrix[*b][at].abs()));
        matrix.swap(at, pivot.unwrap());
        let row = matrix[at].clone();
        for (other, line) in matrix.iter_mut().enumerate() {
            let part = line[at] / row[at];
            if other != at && part != 0.0 {
                for (cell, more) in line.iter_mut().zip(&row) {
                    *cell -= part * more;
                }
            }
        }
    }
    (0..n).map(|at| matrix[at][n] / matrix[at][at]).collect()
}

/// What a set of channels is worth, by looking at every row: conversions within, and journeys within.
fn within(rows: &[Row], set: &BTreeSet<usize>) -> (f64, f64) {
    let inside = rows
        .iter()
        .filter(|(path, _)| path.iter().all(|place| set.contains(place)));
    inside.fold((0.0, 0.0), |(won, all), (_, counts)| {
        let (converted, lapsed) = (counts.conversions as f64, counts.lapsed as f64);
        (won + converted, all + converted + lapsed)
    })
}

fn rate(rows: &[Row], set: &BTreeSet<usize>) -> f64 {
    let (won, all) = within(rows, set);
    if all > 0.0 { won / all } else { 0.0 }
}

/// The Shapley value by its definition: the average over all orderings.
fn by_orderings(worth: impl Fn(&BTreeSet<usize>) -> f64) -> Vec<f64> {
    fn all(left: &[usize], before: &mut Vec<usize>, visit: &mut impl FnMut(&[usize])) {
        if left.is_empty() {
            visit(before);
        }
        for (at, channel) in left.iter().enumerate() {
            before.push(*channel);
            all(&[&left[..at], &left[at + 1..]].concat(), before, visit);
            before.pop();
        }
    }
    let (mut values, mut orderings) = ([0.0; NAMES.len()], 0.0);
    let channels: Vec<usize> = (0..NAMES.len()).collect();
    all(&channels, &mut Vec::new(), &mut |ordering| {
        let mut set = BTreeSet::new();
        for channel in ordering {
            let before = worth(&set);
            set.insert(*channel);
            values[*channel] += worth(&set) - before;
        }
        orderings += 1.0;
    });
    values.iter().map(|value| value / orderings).collect()
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn credit_adds_up_to_what_was_earned(rows in rows()) {
        let table = table(&rows);
        let touched = table.totals().touched;
        for answer in answers(&table) {
            let values: i64 = answer.credits.iter().map(|credit| credit.value_minor).sum();
            let conversions: f64 = answer.credits.iter().map(|credit| credit.conversions).sum();
            let shares: f64 = answer.credits.iter().map(|credit| credit.share).sum();
            prop_assert_eq!(values, touched.value_minor, "{}", answer.model);
            prop_assert!(near(conversions, touched.conversions as f64, 1e-12), "{}", answer.model);
            let whole = if touched.conversions > 0 { 1.0 } else { 0.0 };
            prop_assert!(near(shares, whole, 1e-12), "{}: {shares}", answer.model);
        }
        let places = ordered_shapley(&table).unwrap();
        prop_assert_eq!(places.iter().map(|place| place.value_minor).sum::<i64>(), touched.value_minor);
    }

    #[test]
    fn the_order_of_rows_changes_nothing(
        (rows, shuffled) in rows().prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
    ) {
        let (one, other) = (table(&rows), table(&shuffled));
        prop_assert_eq!(answers(&one), answers(&other));
        prop_assert_eq!(ordered_shapley(&one).unwrap(), ordered_shapley(&other).unwrap());
        let ordered = |table: &PathTable| {
            let table = table.in_order().unwrap();
            let rows: Vec<_> = table.rows().map(|(path, counts)| (path.to_vec(), counts)).collect();
            rows
        };
        prop_assert_eq!(ordered(&one), ordered(&other));
    }

    #[test]
    fn partitions_put_together_are_the_whole(rows in rows(), cut in any::<prop::sample::Index>()) {
        let (one, other) = rows.split_at(cut.index(rows.len()));
        let whole = table(&rows);
        let mut merged = table(other);
        merged.merge(&table(one)).unwrap();
        prop_assert_eq!(merged.totals(), whole.totals());
        prop_assert_eq!(answers(&merged), answers(&whole));
        for order in 1..=MAX_ORDER {
            let count = |rows| Transitions::count(&table(rows), order).unwrap();
            let mut counted = count(other);
            counted.merge(&count(one)).unwrap();
            prop_assert_eq!(&counted, &count(&rows));
            prop_assert_eq!(MarkovModel::fit(&counted).unwrap(), markov(&whole, order));
        }
    }

    #[test]
    fn columns_and_tables_and_text_say_the_same(rows in rows()) {
        let channels = Channels::new(NAMES).unwrap();
        let (mut offsets, mut codes) = (vec![0], Vec::new());
        for (path, _) in &rows {
            codes.extend(path.iter().map(|place| u16::try_from(*place).unwrap()));
            offsets.push(u32::try_from(codes.len()).unwrap());
        }
        let small = |n: u64| u32::try_from(n).unwrap();
        let conversions: Vec<u32> = rows.iter().map(|(_, c)| small(c.conversions)).collect();
        let values: Vec<i64> = rows.iter().map(|(_, c)| c.value_minor).collect();
        let lapsed: Vec<u32> = rows.iter().map(|(_, c)| small(c.lapsed)).collect();
        let columns =
            PathColumns::new(&channels, &offsets, &codes, &conversions, &values, &lapsed).unwrap();
        let mut text = PathTable::over(channels.clone());
        text.merge(&table(&rows)).unwrap();
        let gathered = answers(&PathTable::gather(&columns).unwrap());
        prop_assert_eq!(&answers(&columns), &gathered);
        prop_assert_eq!(&answers(&text), &gathered);
    }

    #[test]
    fn channels_that_play_the_same_part_get_the_same(rows in rows()) {
        let swapped = |place: &usize| match place { 0 => 1, 1 => 0, other => *other };
        let mut both = rows.clone();
        both.extend(rows.iter().map(|(path, counts)| (path.iter().map(swapped).collect(), *counts)));
        let table = table(&both);
        for answer in answers(&table) {
            // Drawn orderings are fair on average only, and one rule names a channel.
            if answer.model.contains("pairs") || answer.model == "last_non_direct" {
                continue;
            }
            if let (Some(one), Some(other)) = (answer.of(NAMES[0]), answer.of(NAMES[1])) {
                prop_assert!(near(one.share, other.share, 1e-12), "{} {one:?} {other:?}", answer.model);
                prop_assert!((one.value_minor - other.value_minor).abs() <= 1, "{}", answer.model);
            }
        }
    }

    #[test]
    fn a_channel_that_only_ends_lapsed_journeys_gets_nothing(rows in rows()) {
        let mut table = table(&rows);
        for (path, counts) in &rows {
            let path: Vec<&str> = path.iter().map(|place| NAMES[*place]).collect();
            let path = path.join(">") + "> vain > vain";
            table.add_text(&path, ">", Counts::lapsed(counts.lapsed + 1)).unwrap();
        }
        for answer in answers(&table) {
            // In the rate game such a channel does harm, which is another law.
            if !answer.model.contains("rate game") {
                let vain = answer.of("vain").unwrap();
                prop_assert_eq!((vain.share, vain.value_minor), (0.0, 0), "{}", answer.model);
            }
        }
    }

    #[test]
    fn a_channel_on_no_path_gets_nothing_and_takes_nothing(rows in rows()) {
        let mut more = PathTable::over(Channels::new(["unused"]).unwrap());
        more.merge(&table(&rows)).unwrap();
        for (with, without) in answers(&more).iter().zip(answers(&table(&rows))) {
            let unused = with.of("unused").unwrap();
            prop_assert_eq!((unused.share, unused.value_minor), (0.0, 0), "{}", with.model);
            // With one channel more, other orderings are drawn, and a chain is solved in another order.
            if !with.model.contains("pairs") {
                for credit in &without.credits {
                    let share = with.of(&credit.channel).unwrap().share;
                    prop_assert!(near(share, credit.share, 1e-12), "{}: {credit:?} {share}", with.model);
                }
            }
        }
    }

    #[test]
    fn a_channel_that_changes_no_rate_is_worth_nothing(rows in rows()) {
        let mut table = table(&rows);
        for (path, counts) in &rows {
            let path: Vec<&str> = path.iter().map(|place| NAMES[*place]).collect();
            table.add_text(&(path.join(">") + "> idle"), ">", *counts).unwrap();
        }
        for game in &games()[1..] {
            let answer = game.attribute(&table).unwrap();
            let idle = answer.worths.iter().find(|worth| worth.channel == "idle").unwrap();
            prop_assert_eq!(idle.worth, 0.0);
            // That it never adds anything is not known from drawn orderings.
            prop_assert!(idle.error == 0.0 || *game != ShapleyModel::RateGame, "{idle:?}");
        }
    }

    #[test]
    fn every_journey_twice_changes_no_share(rows in rows()) {
        let mut twice = rows.clone();
        twice.extend(rows.clone());
        let (once, twice) = (answers(&table(&rows)), answers(&table(&twice)));
        for (once, twice) in once.iter().zip(&twice) {
            for (once, twice) in once.credits.iter().zip(&twice.credits) {
                prop_assert!(near(once.share, twice.share, 1e-12));
                prop_assert!((2 * once.value_minor - twice.value_minor).abs() <= 2);
            }
        }
    }

    #[test]
    fn one_channel_alone_gets_everything(
        rows in prop::collection::vec((prop::collection::vec(Just(2_usize), 1..6), 1_u64..5, 0_u64..5, 0_i64..99), 1..6),
    ) {
        let counts = |(path, conversions, lapsed, value_minor)| {
            (path, Counts { conversions, value_minor, lapsed })
        };
        let table = table(&rows.into_iter().map(counts).collect::<Vec<Row>>());
        let touched = table.totals().touched;
        for answer in answers(&table) {
            let all = answer.of(NAMES[2]).unwrap();
            prop_assert_eq!((all.share, all.value_minor), (1.0, touched.value_minor), "{}", answer.model);
        }
    }

    #[test]
    fn removal_effects_are_those_of_solving_each_chain_anew(rows in rows()) {
        for order in 1..=MAX_ORDER {
            let told = removal_effects_as_told(&rows, order);
            for (name, effect) in markov(&table(&rows), order).removal_effects() {
                let place = NAMES.iter().position(|other| *other == name).unwrap();
                prop_assert!(near(effect, told[place], 1e-12), "order {order} {name}: {effect} {}", told[place]);
            }
        }
    }

    #[test]
    fn shapley_values_are_the_average_over_all_orderings(rows in rows()) {
        let table = table(&rows);
        let sum = by_orderings(|set| within(&rows, set).0);
        let rate = by_orderings(|set| rate(&rows, set));
        for (game, expected) in [(ShapleyModel::SumGame, sum), (ShapleyModel::RateGame, rate)] {
            for found in game.attribute(&table).unwrap().worths {
                let place = NAMES.iter().position(|other| *other == found.channel).unwrap();
                prop_assert!(near(found.worth, expected[place], 1e-12), "{found:?} {}", expected[place]);
            }
        }
    }

    #[test]
    fn worths_add_up_to_what_all_are_worth_together(rows in rows(), seed in any::<u64>()) {
        let table = table(&rows);
        let sampled = ShapleyModel::RateGameSampled { pairs: 20, seed };
        for game in games().iter().chain([&sampled]) {
            let answer = game.attribute(&table).unwrap();
            let worths: f64 = answer.worths.iter().map(|worth| worth.worth).sum();
            prop_assert!(near(worths, answer.together, 1e-12));
        }
    }

    #[test]
    fn journeys_are_read_as_the_table_of_their_paths(contacts in contacts()) {
        let rules = JourneyRules::baseline_2026_11();
        let journeys = Journeys::build(&contacts.touches, &contacts.sales, &rules, contacts.now).unwrap();
        let table = PathTable::gather(&journeys).unwrap();
        prop_assert_eq!(table.totals(), Paths::totals(&journeys));
        prop_assert_eq!(answers(&table), answers(&journeys));
        let decay = RuleModel::TimeDecay { half_life_seconds: 86_400 }.attribute(&journeys).unwrap();
        let earned: i64 = decay.credits.iter().map(|credit| credit.value_minor).sum();
        prop_assert_eq!(earned, journeys.totals().converted.value_minor);
        prop_assert_eq!(decay.totals.open, journeys.totals().journeys_open);
    }
}

/// A law about credit proves nothing where nothing is ever earned or no harm is ever done.
#[test]
fn the_rows_reach_what_the_laws_speak_of() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut earned, mut nothing, mut harm, mut returns) = (0, 0, 0, 0);
    for _ in 0..200 {
        let rows = rows().new_tree(&mut runner).unwrap().current();
        let answer = ShapleyModel::RateGame.attribute(&table(&rows)).unwrap();
        let credits = &answer.attribution.credits;
        let converted = answer.attribution.totals.touched.conversions > 0;
        earned += u32::from(converted);
        nothing += u32::from(!converted);
        harm += u32::from(credits.iter().any(|credit| credit.share < 0.0));
        let comes_back =
            |path: &Vec<usize>| path.iter().collect::<BTreeSet<_>>().len() < path.len();
        returns += u32::from(rows.iter().any(|(path, _)| comes_back(path)));
    }
    let counts = format!("earned {earned}, nothing {nothing}, harm {harm}, returns {returns}");
    assert!(
        earned > 100 && nothing > 0 && harm > 50 && returns > 100,
        "{counts}"
    );
}
