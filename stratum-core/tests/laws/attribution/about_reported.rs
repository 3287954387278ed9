//! Is every claimed order divided once, and does a variance say what the two sides say?
//!
//! Not here: numbers computed by hand (`src/attribution/reported/tests.rs`).

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use stratum_core::attribution::claims::reported::{
    Claim, Deduplication, Order, Record, Sharing, Variance, VariancePolicy, compare,
};
use stratum_core::vocabulary::Platform;

use crate::cases;
use crate::worlds::cents;

fn platform() -> impl Strategy<Value = Platform> {
    prop::sample::select(Platform::ALL.to_vec())
}

/// Few ids, so that platforms meet and repeat themselves.
fn id() -> impl Strategy<Value = String> {
    (0_u8..12).prop_map(|n| format!("o{n}"))
}

fn claims() -> impl Strategy<Value = Vec<Claim>> {
    let claim = (platform(), id(), 0_i64..10_000).prop_map(|(platform, order, value)| Claim {
        platform,
        order,
        value: cents(value),
    });
    prop::collection::vec(claim, 0..40)
}

fn orders() -> impl Strategy<Value = Vec<Order>> {
    prop::collection::btree_map(id(), 0_i64..10_000, 0..12).prop_map(|orders| {
        let order = |(order, value)| Order {
            order,
            value: cents(value),
        };
        orders.into_iter().map(order).collect()
    })
}

/// Everybody has some weight.
fn sharing() -> impl Strategy<Value = Sharing> {
    let weights = prop::array::uniform5(1_u32..1000)
        .prop_map(|weights| Platform::ALL.into_iter().zip(weights).collect());
    prop_oneof![Just(Sharing::Equally), weights.prop_map(Sharing::Weighted)]
}

fn counted(claims: &[Claim], orders: &[Order], sharing: &Sharing) -> Deduplication {
    Deduplication::of(claims, orders, sharing).unwrap()
}

fn minor(value: &stratum_core::vocabulary::Money) -> i64 {
    i64::try_from(value.amount().mantissa()).unwrap()
}

fn side(revenue: i64, conversions: Option<u64>) -> Record {
    Record {
        revenue: cents(revenue),
        conversions,
    }
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn every_claimed_order_of_the_record_is_divided_once(
        claims in claims(), orders in orders(), sharing in sharing(),
    ) {
        let answer = counted(&claims, &orders, &sharing);
        let parts: i64 = answer.platforms.iter().map(|row| row.deduplicated_minor).sum();
        prop_assert_eq!(parts, answer.known.value_minor);
        let counts: f64 = answer.platforms.iter().map(|row| row.deduplicated_orders).sum();
        prop_assert!((counts - answer.known.orders as f64).abs() < 1e-9);
        // Nothing is lost: every order of the record is claimed or not, every claim counts, repeats or is unknown.
        let recorded: i64 = orders.iter().map(|row| minor(&row.value)).sum();
        prop_assert_eq!(answer.known.value_minor + answer.unclaimed.value_minor, recorded);
        prop_assert_eq!(answer.known.orders + answer.unclaimed.orders, orders.len() as u64);
        let claimed: i64 = claims.iter().map(|row| minor(&row.value)).sum();
        prop_assert_eq!(answer.claimed.value_minor + answer.repeated.value_minor, claimed);
        prop_assert_eq!(answer.claimed.orders + answer.repeated.orders, claims.len() as u64);
        let of_platforms: u64 = answer.platforms.iter().map(|row| row.claimed.orders).sum();
        prop_assert_eq!(of_platforms, answer.claimed.orders);
    }

    #[test]
    fn the_counts_are_those_of_the_sets(claims in claims(), orders in orders()) {
        let answer = counted(&claims, &orders, &Sharing::Equally);
        let known: BTreeSet<&str> = orders.iter().map(|row| row.order.as_str()).collect();
        let mut sets: BTreeMap<Platform, BTreeSet<&str>> = BTreeMap::new();
        for claim in &claims {
            sets.entry(claim.platform).or_default().insert(&claim.order);
        }
        let all: BTreeSet<&str> = sets.values().flatten().copied().collect();
        prop_assert_eq!(answer.known.orders, all.intersection(&known).count() as u64);
        prop_assert_eq!(answer.unknown_orders, all.difference(&known).count() as u64);
        for pair in &answer.overlaps {
            let both = sets[&pair.one].intersection(&sets[&pair.other]);
            let both = both.filter(|order| known.contains(**order)).count();
            prop_assert_eq!(pair.both.orders, both as u64);
        }
        for row in &answer.platforms {
            let others: BTreeSet<&str> = sets
                .iter()
                .filter(|(platform, _)| **platform != row.platform)
                .flat_map(|(_, set)| set.iter().copied())
                .collect();
            let alone = sets[&row.platform].difference(&others);
            prop_assert_eq!(row.alone.orders, alone.filter(|order| known.contains(**order)).count() as u64);
            prop_assert!(row.deduplicated_orders <= row.claimed.orders as f64 + 1e-9);
        }
        if let Some(ratio) = answer.over_claim_orders {
            prop_assert!(ratio >= 1.0);
        }
    }

    #[test]
    fn the_order_of_rows_leaves_no_trace(
        (claims, orders, mixed_claims, mixed_orders) in (claims(), orders()).prop_flat_map(
            |(claims, orders)| {
                let mixed = (Just(claims.clone()).prop_shuffle(), Just(orders.clone()).prop_shuffle());
                (Just(claims), Just(orders), mixed.0, mixed.1)
            },
        ),
        sharing in sharing(),
    ) {
        let one = counted(&claims, &orders, &sharing);
        prop_assert_eq!(one, counted(&mixed_claims, &mixed_orders, &sharing));
    }

    #[test]
    fn without_overlap_everybody_keeps_what_the_record_says(orders in orders(), sharing in sharing()) {
        let claims: Vec<_> = orders
            .iter()
            .zip(Platform::ALL.into_iter().cycle())
            .map(|(row, platform)| Claim { platform, order: row.order.clone(), value: row.value })
            .collect();
        let answer = counted(&claims, &orders, &sharing);
        for row in &answer.platforms {
            prop_assert_eq!(row.deduplicated_minor, row.claimed.value_minor);
            prop_assert_eq!(row.alone, row.claimed);
        }
    }

    #[test]
    fn an_interval_holds_its_variance_and_narrows_with_counts(
        reported in 1_i64..1_000_000,
        independent in 1_i64..1_000_000,
        counts in (1_u64..5000, 1_u64..5000),
        times in 2_u64..50,
    ) {
        let policy = VariancePolicy::baseline_2026_11();
        let answer = |times: u64| {
            let sides = (
                side(reported, Some(counts.0 * times)),
                side(independent, Some(counts.1 * times)),
            );
            let answer = compare(&sides.0, &sides.1, &policy).unwrap();
            [answer.revenue, answer.conversions.unwrap()].map(|variance| match variance {
                Variance::Measured(measured) => measured,
                other => panic!("{other:?}"),
            })
        };
        for (few, many) in answer(1).into_iter().zip(answer(times)) {
            let (wide, narrow) = (few.reach.unwrap(), many.reach.unwrap());
            prop_assert!((few.value - many.value).abs() < 1e-12);
            prop_assert!(wide.interval.low <= few.value + 1e-12);
            prop_assert!(few.value <= wide.interval.high + 1e-12);
            prop_assert!(narrow.interval.width() <= wide.interval.width());
            prop_assert!(wide.least <= few.level && few.level <= wide.most);
        }
    }

    /// One plus the variance of either side as seen from the other are one another's inverse.
    #[test]
    fn the_two_sides_are_seen_alike_from_either(one in 1_i64..1_000_000, other in 1_i64..1_000_000) {
        let policy = VariancePolicy::baseline_2026_11();
        let value = |a: i64, b: i64| match compare(&side(a, None), &side(b, None), &policy).unwrap().revenue {
            Variance::Measured(measured) => 1.0 + measured.value,
            other => panic!("{other:?}"),
        };
        prop_assert!((value(one, other) * value(other, one) - 1.0).abs() < 1e-9);
    }
}
