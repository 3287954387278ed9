//! Is credit by place exact and fair, as credit by channel is? The laws of credit for the ordered Shapley value.
//!
//! Not here: conservation of value and the order of rows, which are laws of all models together (`about_attribution`).

use std::collections::BTreeMap;

use proptest::prelude::*;
use stratum_core::attribution::{
    Counts, PathTable, Paths as _, PlaceCredit, ShapleyModel, ordered_shapley,
};

use crate::about_attribution::{NAMES, Row, near, rows, table};
use crate::cases;

fn places(table: &PathTable) -> Vec<PlaceCredit> {
    ordered_shapley(table).unwrap()
}

type Cells = BTreeMap<(String, usize), (f64, i64)>;

fn cells(places: Vec<PlaceCredit>) -> Cells {
    let cell = |one: PlaceCredit| ((one.channel, one.place), (one.conversions, one.value_minor));
    places.into_iter().map(cell).collect()
}

/// Alike but for rounding: the last digits of conversions, a cent of value.
fn alike(one: &Cells, other: &Cells, times: i64) -> bool {
    one.keys().eq(other.keys())
        && one.values().zip(other.values()).all(|(one, other)| {
            near(times as f64 * one.0, other.0, 1e-11) && (times * one.1 - other.1).abs() <= times
        })
}

fn names(path: &[usize]) -> Vec<&'static str> {
    path.iter().map(|place| NAMES[*place]).collect()
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn places_of_a_channel_add_up_to_its_credit_in_the_sum_game(rows in rows()) {
        let table = table(&rows);
        let places = places(&table);
        let touched = table.totals().touched;
        let given: f64 = places.iter().map(|one| one.conversions).sum();
        prop_assert!(near(given, touched.conversions as f64, 1e-12));
        for credit in ShapleyModel::SumGame.attribute(&table).unwrap().attribution.credits {
            let own = places.iter().filter(|one| one.channel == credit.channel);
            let (conversions, value) = own.fold((0.0, 0), |(conversions, value), one| {
                (conversions + one.conversions, value + one.value_minor)
            });
            prop_assert!(near(conversions, credit.conversions, 1e-12), "{credit:?}");
            // Odd cents are shared among more places than channels.
            prop_assert!((value - credit.value_minor).abs() <= 18, "{credit:?} {value}");
        }
    }

    #[test]
    fn no_place_is_credited_that_no_converted_path_has(rows in rows()) {
        for one in places(&table(&rows)) {
            let has = |(path, counts): &Row| {
                counts.conversions > 0 && names(path).get(one.place - 1) == Some(&&*one.channel)
            };
            prop_assert!(rows.iter().any(has), "{one:?}");
            prop_assert!(one.conversions > 0.0 && one.value_minor >= 0, "{one:?}");
        }
    }

    #[test]
    fn channels_that_change_names_change_places(rows in rows()) {
        let swapped = |place: &usize| match place { 0 => 1, 1 => 0, other => *other };
        let other: Vec<Row> = rows.iter().map(|(path, counts)| (path.iter().map(swapped).collect(), *counts)).collect();
        let renamed = places(&table(&other)).into_iter().map(|one| {
            let place = NAMES.iter().position(|name| *name == one.channel).unwrap();
            PlaceCredit { channel: NAMES[swapped(&place)].to_owned(), ..one }
        });
        prop_assert!(alike(&cells(places(&table(&rows))), &cells(renamed.collect()), 1));
    }

    #[test]
    fn a_channel_that_only_ends_lapsed_journeys_has_no_place(rows in rows()) {
        let mut table = table(&rows);
        let before = places(&table);
        for (path, counts) in &rows {
            let path = names(path).join(">") + ">vain";
            table.add_text(&path, ">", Counts::lapsed(counts.lapsed + 1)).unwrap();
        }
        prop_assert_eq!(places(&table), before);
    }

    #[test]
    fn every_journey_twice_is_twice_the_credit(rows in rows()) {
        let twice = [rows.clone(), rows.clone()].concat();
        prop_assert!(alike(&cells(places(&table(&rows))), &cells(places(&table(&twice))), 2));
    }

    #[test]
    fn partitions_put_together_are_the_whole(rows in rows(), cut in any::<prop::sample::Index>()) {
        let (one, other) = rows.split_at(cut.index(rows.len()));
        let mut merged = table(other);
        merged.merge(&table(one)).unwrap();
        prop_assert_eq!(places(&merged), places(&table(&rows)));
    }

    #[test]
    fn one_channel_alone_gets_everything(touches in 1_usize..9, conversions in 1_u64..9, value in 0_i64..999) {
        let mut table = PathTable::new();
        table.add_text(&vec!["mail"; touches].join(">"), ">", Counts::converted(conversions, value)).unwrap();
        let places = places(&table);
        prop_assert_eq!(places.len(), touches);
        prop_assert_eq!(places.iter().map(|one| one.value_minor).sum::<i64>(), value);
        let part = conversions as f64 / touches as f64;
        prop_assert!(places.iter().all(|one| one.channel == "mail" && near(one.conversions, part, 1e-12)));
    }
}
