//! Which touches and conversions are the laws tried on? A few persons and channels on a coarse clock, so that equal instants,
//! edges of windows and duplicate orders are common.
//!
//! Not here: what must hold for them.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use proptest::prelude::*;
use stratum_core::customer::journey::{Conversion, TouchKind, Touchpoint};
use stratum_core::vocabulary::{Platform, Timestamp};

use crate::worlds::{cents, now};

/// Rows and the moment they are looked at.
#[derive(Debug, Clone)]
pub(crate) struct Contacts {
    pub(crate) touches: Vec<Touchpoint>,
    pub(crate) sales: Vec<Conversion>,
    pub(crate) now: Timestamp,
}

impl Contacts {
    pub(crate) fn persons(&self) -> BTreeSet<String> {
        let touches = self.touches.iter().map(|row| row.person.clone());
        let sales = self.sales.iter().map(|row| row.person.clone());
        touches.chain(sales).collect()
    }
}

/// The value in the smallest unit.
pub(crate) fn minor(sale: &Conversion) -> i64 {
    i64::try_from(sale.value.amount().mantissa()).unwrap()
}

fn person() -> impl Strategy<Value = String> {
    // Names of different lengths, and not in order of the alphabet.
    prop::sample::select(vec!["zo", "ada", "mira", "bruno", "c"]).prop_map(str::to_owned)
}

/// Half days, a quarter of them moved by a few seconds or a fraction of one.
fn moment() -> impl Strategy<Value = Timestamp> {
    let moved = prop_oneof![
        6 => Just(0_i64),
        1 => prop::sample::select(vec![1000_i64, -1000, 250, -1, 1]),
        1 => 0_i64..3_600_000,
    ];
    (0_i64..120, moved)
        .prop_map(|(halves, millis)| {
            now() - TimeDelta::hours(12 * halves) - TimeDelta::milliseconds(millis)
        })
        .prop_map(|at| at.min(now()))
}

fn touch() -> impl Strategy<Value = Touchpoint> {
    let channel = prop::sample::select(vec!["search", "mail", "social", "video", "audio"]);
    let platform = prop::sample::select(vec![
        None,
        Some(Platform::Meta),
        Some(Platform::Google),
        Some(Platform::Tiktok),
        Some(Platform::Snapchat),
        Some(Platform::Exchange),
    ]);
    let kind = prop_oneof![2 => Just(TouchKind::Click), 1 => Just(TouchKind::View)];
    (person(), channel, platform, kind, moment()).prop_map(
        |(person, channel, platform, kind, at)| Touchpoint {
            person,
            channel: channel.to_owned(),
            platform,
            kind,
            at,
        },
    )
}

fn sale() -> impl Strategy<Value = Conversion> {
    let order = prop::option::of(prop::sample::select(vec!["1", "2", "3", "4"]));
    (person(), moment(), 0_i64..5000, order).prop_map(|(person, at, value, order)| Conversion {
        person,
        at,
        value: cents(value),
        order: order.map(str::to_owned),
    })
}

pub(crate) fn contacts() -> impl Strategy<Value = Contacts> {
    let touches = prop::collection::vec(touch(), 0..60);
    // One sale in four has a second one at its instant, with the same order id or with another.
    let second = prop::option::weighted(0.25, sale());
    let sales = prop::collection::vec((sale(), second), 0..13);
    (touches, sales).prop_map(|(touches, sales)| {
        let sales = sales.into_iter().flat_map(|(sale, second)| {
            let second = second.map(|second| Conversion {
                person: sale.person.clone(),
                at: sale.at,
                ..second
            });
            [Some(sale), second].into_iter().flatten()
        });
        Contacts {
            touches,
            sales: sales.collect(),
            now: now(),
        }
    })
}
