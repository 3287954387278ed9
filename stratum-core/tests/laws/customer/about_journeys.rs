//! Is every touch and every conversion where the rules put it, however the rows come?
//!
//! Not here: journeys computed by hand (`src/customer/journey/tests.rs`).

use std::collections::BTreeSet;

use chrono::{FixedOffset, TimeDelta};
use proptest::prelude::*;
use stratum_core::customer::journey::{
    Conversion, JourneyBuilder, JourneyRules, Journeys, LagFrom, OpenJourneys, Outcome, Sankey,
    State, Touchpoint,
};
use stratum_core::vocabulary::Timestamp;

use crate::cases;
use crate::contacts::{Contacts, contacts, minor};

const OPEN: [OpenJourneys; 2] = [OpenJourneys::Count, OpenJourneys::LeaveOut];

fn rules() -> JourneyRules {
    JourneyRules::baseline_2026_11()
}

fn built(contacts: &Contacts) -> Journeys {
    Journeys::build(&contacts.touches, &contacts.sales, &rules(), contacts.now).unwrap()
}

/// Every table there is.
fn tables(journeys: &Journeys) -> String {
    let zone = |_: Timestamp| FixedOffset::east_opt(7200).unwrap();
    let lags = [LagFrom::FirstTouch, LagFrom::LastTouch].map(|from| journeys.time_lags(from, zone));
    let by_open = OPEN.map(|open| {
        (
            journeys.top_paths(7, open),
            journeys.transitions(open),
            journeys.sankey(3, 2, open),
        )
    });
    let rest = (
        journeys.totals(),
        journeys.path_lengths(),
        journeys.assists(),
    );
    serde_json::to_string(&(lags, by_open, rest)).unwrap()
}

enum Row<'a> {
    Touch(&'a Touchpoint),
    Sale(&'a Conversion),
}

/// All rows in order of time; within one instant by the keys.
fn in_order_of_time<'a>(contacts: &'a Contacts, keys: &[u32]) -> Vec<(Timestamp, Row<'a>)> {
    let touches = contacts.touches.iter().map(|row| (row.at, Row::Touch(row)));
    let sales = contacts.sales.iter().map(|row| (row.at, Row::Sale(row)));
    let mut rows: Vec<_> = touches
        .chain(sales)
        .zip(keys.iter().copied().cycle())
        .collect();
    rows.sort_by_key(|((at, _), key)| (*at, *key));
    rows.into_iter().map(|(row, _)| row).collect()
}

/// Row by row; every now and then what has closed is taken out, or time is moved on.
fn streamed(contacts: &Contacts, keys: &[u32]) -> Journeys {
    let mut builder = JourneyBuilder::new(&rules());
    let mut taken: Option<Journeys> = None;
    let mut keep = |part: Journeys| {
        taken = Some(match taken.take() {
            Some(before) => before.merged(&part).unwrap(),
            None => part,
        });
    };
    let rows = in_order_of_time(contacts, keys);
    for ((at, row), key) in rows.into_iter().zip(keys.iter().cycle()) {
        match key % 5 {
            0 => keep(builder.take_closed()),
            1 => builder.advance_to(at).unwrap(),
            _ => {}
        }
        match row {
            Row::Touch(row) => builder.push_touch(row).unwrap(),
            Row::Sale(row) => builder.push_conversion(row).unwrap(),
        }
    }
    keep(builder.finish(contacts.now).unwrap());
    taken.unwrap()
}

/// Rows of some persons only.
fn of_persons(contacts: &Contacts, mine: impl Fn(&str) -> bool) -> Contacts {
    let mut part = contacts.clone();
    part.touches.retain(|row| mine(&row.person));
    part.sales.retain(|row| mine(&row.person));
    part
}

/// The conversions of a person that count, by instant: how many and what they are worth. Duplicates are dropped here.
fn sales_of(contacts: &Contacts, person: &str) -> Vec<(Timestamp, u32, i64)> {
    let mut sales: Vec<&Conversion> = contacts.sales.iter().collect();
    sales.retain(|sale| sale.person == person);
    sales.sort_by_key(|sale| (sale.at, minor(sale)));
    let mut orders = BTreeSet::new();
    sales.retain(|sale| sale.order.as_ref().is_none_or(|order| orders.insert(order)));
    let mut by_instant: Vec<(Timestamp, u32, i64)> = Vec::new();
    for sale in sales {
        match by_instant.last_mut() {
            Some((at, count, value)) if *at == sale.at => {
                *count += 1;
                *value += minor(sale);
            }
            _ => by_instant.push((sale.at, 1, minor(sale))),
        }
    }
    by_instant
}

fn last_moment(touch: &Touchpoint) -> Timestamp {
    let seconds = rules().windows.seconds(touch.platform, touch.kind);
    touch.at + TimeDelta::seconds(i64::from(seconds))
}

fn has_window(touch: &Touchpoint) -> bool {
    rules().windows.seconds(touch.platform, touch.kind) > 0
}

/// A converted journey as the definition says it: person, end, path, conversions, value.
type Told = (String, i64, Vec<String>, u32, i64);

/// The definition, word for word: after the conversion before, not after this one, within the own window.
fn as_defined(contacts: &Contacts) -> (Vec<Told>, u64) {
    let persons: BTreeSet<&str> = contacts.sales.iter().map(|s| s.person.as_str()).collect();
    let (mut told, mut untouched) = (Vec::new(), 0);
    for person in persons {
        let mut before = None;
        for (at, count, value) in sales_of(contacts, person) {
            let mut counting: Vec<&Touchpoint> = contacts.touches.iter().collect();
            counting.retain(|touch| touch.person == person && has_window(touch));
            counting.retain(|touch| Some(touch.at) > before && touch.at <= at);
            counting.retain(|touch| at <= last_moment(touch));
            counting.sort_by_key(|touch| (touch.at, &touch.channel));
            if counting.is_empty() {
                untouched += u64::from(count);
            } else {
                let path = counting.iter().map(|touch| touch.channel.clone());
                let person = person.to_owned();
                told.push((person, at.timestamp(), path.collect(), count, value));
            }
            before = Some(at);
        }
    }
    (told, untouched)
}

fn conserves(flow: &Sankey) -> Result<(), TestCaseError> {
    let at = |place: u32| &flow.nodes[usize::try_from(place).unwrap()];
    let (mut left, mut arrived) = (0, 0);
    for (place, node) in (0..).zip(&flow.nodes) {
        let links = |mine: &dyn Fn(u32, u32) -> bool| -> u64 {
            let links = flow.links.iter().filter(|link| mine(link.from, link.to));
            links.map(|link| link.journeys).sum()
        };
        let into = links(&|_, to| to == place);
        let out = links(&|from, _| from == place);
        match node.state {
            State::Start => {
                prop_assert_eq!((into, out, node.step), (0, node.journeys, 0));
                left += out;
            }
            State::Converted | State::Lapsed | State::Open => {
                prop_assert_eq!((into, out), (node.journeys, 0));
                arrived += into;
            }
            State::Channel(_) | State::Rest | State::Longer => {
                prop_assert_eq!((into, out), (node.journeys, node.journeys));
            }
        }
    }
    prop_assert_eq!(left, arrived);
    for link in &flow.links {
        prop_assert_eq!(at(link.from).step + 1, at(link.to).step);
        prop_assert!(link.journeys > 0);
    }
    Ok(())
}

/// A column of a table, added up.
fn sum<T, N: core::iter::Sum>(rows: &[T], column: impl Fn(&T) -> N) -> N {
    rows.iter().map(column).sum()
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn row_by_row_gives_what_all_rows_at_once_give(
        contacts in contacts(),
        keys in prop::collection::vec(any::<u32>(), 40),
    ) {
        let together = built(&contacts);
        prop_assert_eq!(&streamed(&contacts, &keys), &together);
        // One person after the other is in order for each person, too.
        let mut apart = JourneyBuilder::new(&rules());
        for person in contacts.persons() {
            for (_, row) in in_order_of_time(&of_persons(&contacts, |name| name == person), &keys) {
                match row {
                    Row::Touch(row) => apart.push_touch(row).unwrap(),
                    Row::Sale(row) => apart.push_conversion(row).unwrap(),
                }
            }
        }
        prop_assert_eq!(&apart.finish(contacts.now).unwrap(), &together);
    }

    #[test]
    fn the_order_of_touches_and_conversions_changes_nothing(
        (contacts, touches, sales) in contacts().prop_flat_map(|contacts| {
            let touches = Just(contacts.touches.clone()).prop_shuffle();
            let sales = Just(contacts.sales.clone()).prop_shuffle();
            (Just(contacts), touches, sales)
        }),
    ) {
        let now = contacts.now;
        let shuffled = Contacts { touches, sales, now };
        prop_assert_eq!(built(&shuffled), built(&contacts));
        prop_assert_eq!(tables(&built(&shuffled)), tables(&built(&contacts)));
    }

    #[test]
    fn parts_by_person_put_together_are_the_whole(contacts in contacts(), mask in any::<u8>()) {
        let first = |name: &str| (mask >> (name.len() % 8)) & 1 == 1;
        let (one, other) = (
            built(&of_persons(&contacts, first)),
            built(&of_persons(&contacts, |name| !first(name))),
        );
        let whole = built(&contacts);
        for together in [one.clone().merged(&other).unwrap(), other.merged(&one).unwrap()] {
            prop_assert_eq!(&together, &whole);
            prop_assert_eq!(tables(&together), tables(&whole));
        }
    }

    #[test]
    fn converted_journeys_are_what_the_definition_says(contacts in contacts()) {
        let journeys = built(&contacts);
        let converted = journeys.iter().filter(|journey| journey.outcome == Outcome::Converted);
        let told: Vec<Told> = converted
            .map(|journey| {
                let path = journey.channel_names().map(str::to_owned).collect();
                let end = i64::from(journey.end_seconds);
                (journey.person.to_owned(), end, path, journey.conversions, journey.value_minor)
            })
            .collect();
        let (defined, untouched) = as_defined(&contacts);
        prop_assert_eq!(told, defined);
        prop_assert_eq!(journeys.totals().untouched.conversions, untouched);
    }

    #[test]
    fn nothing_is_lost_and_nothing_is_counted_twice(contacts in contacts()) {
        let journeys = built(&contacts);
        let totals = journeys.totals();
        let tallies = [totals.converted, totals.untouched, totals.duplicates];
        prop_assert_eq!(sum(&tallies, |tally| tally.conversions), contacts.sales.len() as u64);
        prop_assert_eq!(sum(&tallies, |tally| tally.value_minor), sum(&contacts.sales, minor));
        let touches = totals.touches + totals.touches_without_window;
        prop_assert_eq!(touches, contacts.touches.len() as u64);
        prop_assert_eq!(journeys.channel_codes().len() as u64, totals.touches);
        prop_assert_eq!(journeys.values_minor().iter().sum::<i64>(), totals.converted.value_minor);
        let count = |outcome| journeys.outcomes().iter().filter(|o| **o == outcome).count() as u64;
        prop_assert_eq!(count(Outcome::Converted), totals.journeys_converted);
        prop_assert_eq!(count(Outcome::Lapsed), totals.journeys_lapsed);
        prop_assert_eq!(count(Outcome::Open), totals.journeys_open);
    }

    #[test]
    fn touches_lie_before_their_end_and_sessions_count_up(contacts in contacts()) {
        let longest = 30 * 86_400;
        for journey in built(&contacts).iter() {
            let before = journey.seconds_before_end;
            let sessions = journey.session_numbers;
            prop_assert!(!before.is_empty());
            prop_assert!(before.is_sorted_by(|a, b| a >= b));
            prop_assert_eq!(journey.span_seconds(), before[0]);
            prop_assert!(journey.outcome != Outcome::Converted || before[0] <= longest);
            prop_assert_eq!(journey.conversions > 0, journey.outcome == Outcome::Converted);
            prop_assert_eq!(sessions[0], 1);
            prop_assert!(sessions.is_sorted_by(|a, b| *b == *a || *b == *a + 1));
        }
    }

    #[test]
    fn a_journey_is_open_exactly_while_a_touch_still_counts(contacts in contacts()) {
        let journeys = built(&contacts);
        let open: BTreeSet<&str> = journeys
            .iter()
            .filter(|journey| journey.outcome == Outcome::Open)
            .map(|journey| journey.person)
            .collect();
        let counts = |touch: &&Touchpoint| {
            let sold = sales_of(&contacts, &touch.person).last().map(|(at, ..)| *at);
            has_window(touch) && Some(touch.at) > sold && last_moment(touch) >= contacts.now
        };
        let alive = contacts.touches.iter().filter(counts);
        let alive: BTreeSet<&str> = alive.map(|touch| touch.person.as_str()).collect();
        prop_assert_eq!(open.len() as u64, journeys.totals().journeys_open);
        prop_assert_eq!(open, alive);
    }

    #[test]
    fn a_closed_journey_stays_as_it_is(contacts in contacts(), days in 0_i64..60) {
        let earlier = contacts.now - TimeDelta::days(days);
        let mut then = contacts.clone();
        then.touches.retain(|row| row.at <= earlier);
        then.sales.retain(|row| row.at <= earlier);
        then.now = earlier;
        let (then, now) = (built(&then), built(&contacts));
        for person in contacts.persons() {
            let told = |journeys: &Journeys| -> Vec<String> {
                let own = journeys.iter().filter(|journey| journey.person == person);
                let closed = own.filter(|journey| journey.outcome != Outcome::Open);
                closed
                    .map(|journey| {
                        let path: Vec<&str> = journey.channel_names().collect();
                        let (outcome, end) = (journey.outcome, journey.end_seconds);
                        format!("{path:?} {outcome:?} {end} {:?}", journey.seconds_before_end)
                    })
                    .collect()
            };
            let (then, now) = (told(&then), told(&now));
            prop_assert!(now.starts_with(&then), "{then:?} became {now:?}");
        }
    }

    #[test]
    fn flows_are_conserved_at_every_node(
        contacts in contacts(),
        steps in 0_u8..6,
        channels in 0_u16..5,
    ) {
        let journeys = built(&contacts);
        for open in OPEN {
            let flow = journeys.sankey(steps, channels, open);
            conserves(&flow)?;
            let own: BTreeSet<&str> = flow
                .nodes
                .iter()
                .filter_map(|node| match &node.state {
                    State::Channel(name) => Some(name.as_str()),
                    _ => None,
                })
                .collect();
            prop_assert!(own.len() <= usize::from(channels));
        }
    }

    #[test]
    fn tables_add_up_to_the_totals(contacts in contacts()) {
        let journeys = built(&contacts);
        let totals = journeys.totals();
        let all = totals.journeys_converted + totals.journeys_lapsed + totals.journeys_open;
        let converted = totals.converted;

        let top = journeys.top_paths(usize::MAX, OpenJourneys::Count);
        prop_assert_eq!(top.distinct_paths, top.rows.len() as u64);
        prop_assert_eq!(sum(&top.rows, |row| row.journeys), all);
        prop_assert_eq!(sum(&top.rows, |row| row.conversions), converted.conversions);
        prop_assert_eq!(sum(&top.rows, |row| row.value_minor), converted.value_minor);

        let steps = journeys.transitions(OpenJourneys::Count).rows;
        let from = |state: &State| sum(&steps, |row| if row.from == *state { row.count } else { 0 });
        let to = |state: &State| sum(&steps, |row| if row.to == *state { row.count } else { 0 });
        prop_assert_eq!(from(&State::Start), all);
        prop_assert_eq!(to(&State::Converted), totals.journeys_converted);
        for name in journeys.channel_names() {
            let channel = State::Channel(name.to_owned());
            prop_assert_eq!(from(&channel), to(&channel));
        }

        let utc = |_: Timestamp| FixedOffset::east_opt(0).unwrap();
        let lags = journeys.time_lags(LagFrom::LastTouch, utc).rows;
        prop_assert_eq!(sum(&lags, |row| row.journeys), totals.journeys_converted);
        prop_assert_eq!(sum(&lags, |row| row.value_minor), converted.value_minor);
        let lengths = journeys.path_lengths().rows;
        let touches = sum(&lengths, |row| row.touches * (row.converted + row.lapsed + row.open));
        prop_assert_eq!(touches, totals.touches);

        let assists = journeys.assists().rows;
        prop_assert_eq!(sum(&assists, |row| row.last_touch), totals.journeys_converted);
        prop_assert_eq!(sum(&assists, |row| row.first_touch), totals.journeys_converted);
        prop_assert_eq!(sum(&assists, |row| row.last_touch_value_minor), converted.value_minor);
        for row in assists {
            prop_assert_eq!(row.touched, row.last_touch + row.assist_only);
            let value = row.overlapping_assisted_value_minor + row.last_touch_value_minor;
            prop_assert!(value <= converted.value_minor);
        }
    }
}

/// A law about journeys proves nothing where nothing ever happens.
#[test]
fn the_contacts_reach_every_end() {
    use proptest::strategy::{Strategy as _, ValueTree as _};
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut converted, mut lapsed, mut open, mut untouched) = (0, 0, 0, 0);
    let (mut twice, mut long, mut at_once) = (0, 0, 0);
    for _ in 0..300 {
        let contacts = contacts().new_tree(&mut runner).unwrap().current();
        let journeys = built(&contacts);
        let totals = journeys.totals();
        converted += totals.journeys_converted;
        lapsed += totals.journeys_lapsed;
        open += totals.journeys_open;
        untouched += totals.untouched.conversions;
        twice += totals.duplicates.conversions;
        for journey in journeys.iter() {
            long += u32::from(journey.channel_codes.len() > 3);
            at_once += u32::from(journey.conversions > 1);
        }
    }
    let ends = format!("converted {converted}, lapsed {lapsed}, open {open}");
    let rest = format!("untouched {untouched}, twice {twice}, long {long}, at once {at_once}");
    assert!(converted > 500 && lapsed > 500 && open > 200, "{ends}");
    assert!(untouched > 300 && twice > 50 && long > 50, "{rest}");
    assert!(at_once > 20, "{rest}");
}
