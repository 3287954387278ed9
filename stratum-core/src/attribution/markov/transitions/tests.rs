//! Do counts add up, whichever way they are counted? Small tables.

use super::counting::hashed_cells;
use super::*;
use crate::attribution::{Counts, PathTable};

fn table(paths: &[&str]) -> PathTable {
    let mut table = PathTable::new();
    for (n, path) in (1..).zip(paths) {
        let lapsed = n % 3;
        let counts = Counts {
            lapsed,
            ..Counts::converted(n, 10)
        };
        table.add_text(path, ">", counts).unwrap();
    }
    table
}

const PATHS: [&str; 5] = ["a>b>a>c>b>b", "c", "b>a", "a>a>a>a>a>a>a", "c>b>a>c>b>a"];

#[test]
fn both_ways_of_counting_agree_and_lower_orders_follow_from_higher_ones() {
    let table = table(&PATHS);
    let symbols = Ranked::of(&table.names()).symbols();
    let highest = Transitions::count(&table, MAX_ORDER).unwrap();
    for order in 1..=MAX_ORDER {
        let counted = Transitions::count(&table, order).unwrap();
        assert_eq!(
            counted.cells,
            hashed_cells(&table, &symbols, order).unwrap()
        );
        assert_eq!(counted, highest.of_lower_order(order).unwrap());
    }
}

#[test]
fn partitions_with_other_channels_add_up_to_the_whole() {
    let (one, rest) = PATHS.split_at(2);
    for order in 1..=MAX_ORDER {
        let of = |paths| Transitions::count(&table(paths), order).unwrap();
        let mut whole = PathTable::new();
        whole.merge(&table(one)).unwrap();
        whole.merge(&table(rest)).unwrap();
        whole.merge(&table(&["aa>z"])).unwrap();
        let whole = Transitions::count(&whole, order).unwrap();
        let (mut forth, mut back) = (of(one), of(&["aa>z"]));
        forth.merge(&of(rest)).unwrap();
        forth.merge(&of(&["aa>z"])).unwrap();
        back.merge(&of(rest)).unwrap();
        back.merge(&of(one)).unwrap();
        assert_eq!(forth, whole);
        assert_eq!(back, whole);
    }
}

#[test]
fn what_cannot_be_counted_is_refused() {
    let table = table(&PATHS);
    for order in [0, 5] {
        let error = Transitions::count(&table, order).unwrap_err();
        assert_eq!(
            (error.path(), error.code()),
            ("order", "attribution.unknown_order")
        );
    }
    let mut one = Transitions::count(&table, 1).unwrap();
    let two = Transitions::count(&table, 2).unwrap();
    assert_eq!(
        one.merge(&two).unwrap_err().code(),
        "attribution.different_orders"
    );
    let mut many = PathTable::new();
    many.add_text("a>a>a", ">", Counts::lapsed(u64::MAX / 2))
        .unwrap();
    let error = Transitions::count(&many, 1).unwrap_err();
    assert_eq!(error.code(), "attribution.too_large");
}
