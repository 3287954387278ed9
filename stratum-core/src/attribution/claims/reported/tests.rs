//! Are the numbers right? Variances, overlaps and parts computed by hand, answers that must exist, and refusals.

use alloc::borrow::ToOwned as _;
use alloc::collections::BTreeMap;
use alloc::string::ToString as _;
use alloc::vec::Vec;

use super::*;
use crate::vocabulary::{Money, Platform};

fn euros(amount: &str) -> Money {
    Money::parse(amount, "EUR").unwrap()
}

fn side(amount: &str, conversions: Option<u64>) -> Record {
    Record {
        revenue: euros(amount),
        conversions,
    }
}

fn policy() -> VariancePolicy {
    VariancePolicy::baseline_2026_11()
}

fn compared(reported: Record, independent: Record) -> Comparison {
    compare(&reported, &independent, &policy()).unwrap()
}

fn measured(variance: Variance) -> MeasuredVariance {
    match variance {
        Variance::Measured(measured) => measured,
        other => panic!("{other:?}"),
    }
}

fn claim(platform: Platform, order: &str, amount: &str) -> Claim {
    Claim {
        platform,
        order: order.into(),
        value: euros(amount),
    }
}

fn order(order: &str, amount: &str) -> Order {
    Order {
        order: order.into(),
        value: euros(amount),
    }
}

fn close(a: f64, b: f64, within: f64) {
    assert!((a - b).abs() <= within, "{a} is not {b}");
}

fn volume(orders: u64, value_minor: i64) -> Volume {
    Volume {
        orders,
        value_minor,
    }
}

#[test]
fn levels_begin_at_their_thresholds() {
    for (reported, value, level) in [
        ("104.99", 0.0499, VarianceLevel::Healthy),
        ("95.01", -0.0499, VarianceLevel::Healthy),
        ("105.00", 0.05, VarianceLevel::Minor),
        ("95.00", -0.05, VarianceLevel::Minor),
        ("115.00", 0.15, VarianceLevel::Moderate),
        ("130.00", 0.30, VarianceLevel::Major),
        ("0.00", -1.0, VarianceLevel::Major),
    ] {
        let answer = compared(side(reported, None), side("100.00", None));
        let revenue = measured(answer.revenue);
        close(revenue.value, value, 1e-15);
        assert_eq!(revenue.level, level, "{reported}");
        assert_eq!((revenue.reach, answer.conversions), (None, None));
    }
}

#[test]
fn counts_give_an_interval() {
    // 300 against 200: a share of 0.6 of 500. Wilson at 1.96: 0.5565 and 0.6420, as quotients 1.2548 and 1.7937.
    let answer = compared(side("300.00", Some(300)), side("200.00", Some(200)));
    let conversions = measured(answer.conversions.unwrap());
    close(conversions.value, 0.5, 1e-15);
    let reach = conversions.reach.unwrap();
    close(reach.interval.low, 0.2548, 5e-4);
    close(reach.interval.high, 0.7937, 5e-4);
    assert_eq!(reach.least, VarianceLevel::Moderate);
    assert_eq!(reach.most, VarianceLevel::Major);
    // Revenue spreads more: ln 1.5 ± 1.96 · √(2 · (1/300 + 1/200)), which is 0.2530.
    let revenue = measured(answer.revenue).reach.unwrap();
    close(revenue.interval.low, 1.5 * 0.776_45 - 1.0, 1e-3);
    close(revenue.interval.high, 1.5 / 0.776_45 - 1.0, 1e-3);
}

#[test]
fn what_nothing_can_be_a_share_of_is_said_so() {
    let nothing = compared(side("50.00", Some(5)), side("0.00", Some(0)));
    assert_eq!(
        nothing.revenue,
        Variance::NothingIndependent { at_least: None }
    );
    let Variance::NothingIndependent {
        at_least: Some(low),
    } = nothing.conversions.unwrap()
    else {
        panic!("{nothing:?}")
    };
    // Five against none: a share of at least 5 / (5 + 1.96²) of all.
    close(low, 5.0 / 3.841_459 - 1.0, 1e-5);
    assert_eq!(nothing.difference, euros("50.00"));
    let neither = compared(side("0.00", Some(0)), side("0.00", Some(0)));
    assert_eq!(neither.revenue, Variance::NothingAtAll);
    assert_eq!(neither.conversions, Some(Variance::NothingAtAll));
}

#[test]
fn nothing_reported_is_a_whole_too_little() {
    let answer = compared(side("0.00", Some(0)), side("80.00", Some(8)));
    let conversions = measured(answer.conversions.unwrap());
    assert_eq!(conversions.value, -1.0);
    let reach = conversions.reach.unwrap();
    assert_eq!(reach.interval.low, -1.0);
    // None of eight: a share of at most 1.96² / (8 + 1.96²), a quotient of 3.84 / 8.
    close(reach.interval.high, 3.841_459 / 8.0 - 1.0, 1e-5);
    assert_eq!(measured(answer.revenue).reach, None);
}

#[test]
fn comparisons_that_make_no_sense_are_refused() {
    let dollars = Record {
        revenue: Money::parse("1", "USD").unwrap(),
        conversions: None,
    };
    let error = compare(&side("1", None), &dollars, &policy()).unwrap_err();
    assert_eq!(error.code(), "attribution.reported.mixed_currencies");
    let error = compare(&side("-1", None), &side("1", None), &policy()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "reported.revenue: expected zero or more, not -1.00 EUR"
    );
    let refused = |change: fn(&mut VariancePolicy)| {
        let mut policy = policy();
        change(&mut policy);
        let error = compare(&side("1", None), &side("1", None), &policy).unwrap_err();
        assert_eq!(error.code(), "attribution.reported.out_of_range");
        error.path().to_owned()
    };
    assert_eq!(refused(|p| p.healthy_below = 0.0), "policy.healthy_below");
    assert_eq!(refused(|p| p.minor_below = 0.01), "policy.minor_below");
    assert_eq!(refused(|p| p.major_from = f64::NAN), "policy.major_from");
    assert_eq!(
        refused(|p| p.order_value_spread = -1.0),
        "policy.order_value_spread"
    );
    assert_eq!(refused(|p| p.level = 1.0), "policy.level");
}

/// Five orders of 100, 50, 30, 20 and 10: 1 is claimed by three, 2 by two, 3 by one, 4 and 5 by nobody; 9 is unknown.
fn example() -> (Vec<Claim>, Vec<Order>) {
    use Platform::{Google, Meta, Tiktok};
    let claims = [
        claim(Meta, "1", "100.00"),
        claim(Google, "1", "110.00"),
        claim(Tiktok, "1", "100.00"),
        claim(Meta, "2", "50.00"),
        claim(Google, "2", "50.00"),
        claim(Google, "3", "30.00"),
        claim(Meta, "9", "40.00"),
        claim(Meta, "2", "55.00"),
    ];
    let orders = [
        order("1", "100.00"),
        order("2", "50.00"),
        order("3", "30.00"),
        order("4", "20.00"),
        order("5", "10.00"),
    ];
    (claims.into(), orders.into())
}

#[test]
fn claims_are_counted_and_each_order_is_divided_once() {
    let (claims, orders) = example();
    let answer = Deduplication::of(&claims, &orders, &Sharing::Equally).unwrap();
    assert_eq!(answer.claimed, volume(7, 48_000));
    assert_eq!(answer.repeated, volume(1, 5_500));
    assert_eq!(answer.claimed_unknown, volume(1, 4_000));
    assert_eq!(answer.known, volume(3, 18_000));
    assert_eq!(answer.unclaimed, volume(2, 3_000));
    assert_eq!(answer.unknown_orders, 1);
    assert_eq!(answer.over_claim_orders, Some(2.0));
    close(answer.over_claim_value.unwrap(), 440.0 / 180.0, 1e-15);
    // 100 in thirds: 33.34, 33.33, 33.33, the odd cent to the first; 50 in halves; 30 to Google.
    let [meta, google, tiktok] = &answer.platforms[..] else {
        panic!("{:?}", answer.platforms)
    };
    assert_eq!(meta.deduplicated_minor, 3_334 + 2_500);
    assert_eq!(google.deduplicated_minor, 3_333 + 2_500 + 3_000);
    assert_eq!(tiktok.deduplicated_minor, 3_333);
    close(meta.deduplicated_orders, 1.0 / 3.0 + 0.5, 1e-15);
    assert_eq!(meta.claimed, volume(3, 19_000));
    assert_eq!(meta.unknown, volume(1, 4_000));
    assert_eq!((meta.alone, google.alone), (volume(0, 0), volume(1, 3_000)));
    let overlaps: Vec<_> = answer.overlaps.iter().map(|pair| pair.both).collect();
    assert_eq!(
        overlaps,
        [volume(2, 15_000), volume(1, 10_000), volume(1, 10_000)]
    );
    assert_eq!(answer.overlaps[0].one, Platform::Meta);
    assert_eq!(answer.overlaps[0].other, Platform::Google);
}

#[test]
fn weights_divide_otherwise() {
    let (claims, orders) = example();
    let weights = [
        (Platform::Meta, 3),
        (Platform::Google, 1),
        (Platform::Tiktok, 0),
    ];
    let sharing = Sharing::Weighted(BTreeMap::from(weights));
    let answer = Deduplication::of(&claims, &orders, &sharing).unwrap();
    let parts: Vec<_> = answer
        .platforms
        .iter()
        .map(|row| row.deduplicated_minor)
        .collect();
    assert_eq!(parts, [7_500 + 3_750, 2_500 + 1_250 + 3_000, 0]);
}

#[test]
fn an_order_without_anybody_to_go_to_is_refused() {
    let (claims, orders) = example();
    let sharing = Sharing::Weighted(BTreeMap::from([(Platform::Meta, 1)]));
    let error = Deduplication::of(&claims, &orders, &sharing).unwrap_err();
    assert_eq!(error.code(), "attribution.reported.no_weight");
    assert!(error.to_string().contains("`3`"), "{error}");
}

#[test]
fn odd_cents_of_many_orders_do_not_pile_up() {
    let orders: Vec<_> = (0..999).map(|n| order(&n.to_string(), "0.01")).collect();
    let claims: Vec<_> = [Platform::Meta, Platform::Google, Platform::Tiktok]
        .iter()
        .flat_map(|platform| (0..999).map(|n| claim(*platform, &n.to_string(), "0.01")))
        .collect();
    let answer = Deduplication::of(&claims, &orders, &Sharing::Equally).unwrap();
    assert!(
        answer
            .platforms
            .iter()
            .all(|row| row.deduplicated_minor == 333)
    );
}

#[test]
fn nothing_claimed_and_nothing_recorded_are_answers() {
    let none = Deduplication::of(&[], &[], &Sharing::Equally).unwrap();
    assert_eq!((none.claimed, none.currency), (volume(0, 0), None));
    assert_eq!(
        (none.over_claim_orders, none.over_claim_value),
        (None, None)
    );
    let (claims, orders) = example();
    let silent = Deduplication::of(&[], &orders, &Sharing::Equally).unwrap();
    assert_eq!(silent.unclaimed, volume(5, 21_000));
    let alone = Deduplication::of(&claims, &[], &Sharing::Equally).unwrap();
    assert_eq!(alone.unknown_orders, 4);
    assert_eq!(alone.claimed_unknown, alone.claimed);
    assert_eq!(alone.over_claim_orders, None);
    assert!(
        alone
            .platforms
            .iter()
            .all(|row| row.deduplicated_minor == 0)
    );
    let free = Deduplication::of(
        &[claim(Platform::Meta, "1", "5")],
        &[order("1", "0")],
        &Sharing::Equally,
    );
    assert_eq!(free.unwrap().over_claim_value, None);
}

#[test]
fn rows_that_are_wrong_are_refused_by_name() {
    let refused = |claims: &[Claim], orders: &[Order]| {
        let error = Deduplication::of(claims, orders, &Sharing::Equally).unwrap_err();
        (error.code(), error.path().to_owned())
    };
    let meta = |order: &str, amount: &str| claim(Platform::Meta, order, amount);
    assert_eq!(
        refused(&[meta("1", "1"), meta("a\nb", "1")], &[]),
        ("attribution.reported.bad_name", "claims[1].order".into())
    );
    assert_eq!(
        refused(&[meta("1", "-1")], &[]),
        ("attribution.reported.negative", "claims[0].value".into())
    );
    assert_eq!(
        refused(&[], &[order("1", "1"), order("1", "1")]),
        (
            "attribution.reported.repeated_order",
            "orders[1].order".into()
        )
    );
    let mut dollars = meta("2", "1");
    dollars.value = Money::parse("1", "USD").unwrap();
    assert_eq!(
        refused(&[dollars], &[order("1", "1")]),
        (
            "attribution.reported.mixed_currencies",
            "claims[0].value".into()
        )
    );
    let long = "x".repeat(129);
    assert_eq!(
        refused(&[], &[order(&long, "1")]).0,
        "attribution.reported.bad_name"
    );
    // A hundred thousand times the largest amount is more than 64 bits of cents.
    let most: Vec<_> = (0..100_000)
        .map(|n| order(&n.to_string(), "1000000000000"))
        .collect();
    assert_eq!(refused(&[], &most).0, "attribution.reported.too_much_value");
}

#[test]
fn answers_read_back_as_they_were_written() {
    let (claims, orders) = example();
    let answer = Deduplication::of(&claims, &orders, &Sharing::Equally).unwrap();
    let written = serde_json::to_string(&answer).unwrap();
    assert_eq!(
        serde_json::from_str::<Deduplication>(&written).unwrap(),
        answer
    );
    let answer = compared(side("300.00", Some(300)), side("200.00", Some(200)));
    let written = serde_json::to_string(&answer).unwrap();
    assert_eq!(
        serde_json::from_str::<Comparison>(&written).unwrap(),
        answer
    );
}
