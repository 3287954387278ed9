//! Do scores and shares treat equals alike, whatever the orders and in whatever order they come?
//!
//! Not here: numbers computed by hand (`conformance/customer/`).

use chrono::{FixedOffset, TimeDelta};
use proptest::prelude::*;
use stratum_core::customer::journey::Conversion;
use stratum_core::customer::purchases::PurchaseDays;
use stratum_core::customer::retention::{Cell, Period, Retention};
use stratum_core::customer::rfm::{Rfm, RfmThresholds};
use stratum_core::vocabulary::Money;

use crate::cases;
use crate::worlds::now;

/// A few dozen persons on a coarse clock, so that ties are common.
fn orders() -> impl Strategy<Value = Vec<Conversion>> {
    let order = (0_u8..30, 0_i64..200, 0_u8..4).prop_map(|(person, days, tens)| Conversion {
        person: format!("p{person}"),
        at: now() - TimeDelta::days(days),
        value: Money::parse(&format!("{tens}0.00"), "EUR").unwrap(),
        order: None,
    });
    prop::collection::vec(order, 1..120)
}

fn days(orders: &[Conversion]) -> PurchaseDays {
    PurchaseDays::of(orders, now(), |_| FixedOffset::east_opt(3600).unwrap()).unwrap()
}

fn period() -> impl Strategy<Value = Period> {
    prop::sample::select(vec![Period::Month, Period::Week])
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn the_order_of_rows_leaves_no_trace_in_days(
        (orders, shuffled) in orders()
            .prop_flat_map(|orders| (Just(orders.clone()), Just(orders).prop_shuffle())),
    ) {
        prop_assert_eq!(days(&orders), days(&shuffled));
    }

    #[test]
    fn histories_are_such_that_models_take_them(orders in orders()) {
        for (_, history) in days(&orders).histories() {
            prop_assert!(history.recency <= history.age && history.repeat_value_minor >= 0);
            prop_assert_eq!(history.frequency == 0, history.recency == 0.0);
            prop_assert!(f64::from(history.frequency) <= history.recency);
        }
    }

    #[test]
    fn more_is_never_scored_lower_and_equals_are_scored_alike(orders in orders(), bins in 2_u8..=10) {
        let days = days(&orders);
        let rfm = Rfm::of(&days, &RfmThresholds::of(&days, bins).unwrap(), &[]).unwrap();
        for one in &rfm.customers {
            for other in &rfm.customers {
                prop_assert!(one.days_since > other.days_since || one.scores.recency >= other.scores.recency);
                prop_assert!(one.orders < other.orders || one.scores.frequency >= other.scores.frequency);
                prop_assert!(one.value_minor < other.value_minor || one.scores.monetary >= other.scores.monetary);
            }
            let scores = [one.scores.recency, one.scores.frequency, one.scores.monetary];
            prop_assert!(scores.iter().all(|score| (1..=bins).contains(score)));
        }
        prop_assert_eq!(&Rfm::of(&days, &rfm.thresholds, &[]).unwrap(), &rfm);
    }

    #[test]
    fn at_most_the_promised_part_lies_above_a_threshold(orders in orders(), bins in 2_u8..=10) {
        let days = days(&orders);
        let rfm = Rfm::of(&days, &RfmThresholds::of(&days, bins).unwrap(), &[]).unwrap();
        for (limit, k) in rfm.thresholds.value_minor.iter().zip(1_usize..) {
            let above = rfm.customers.iter().filter(|one| one.value_minor > *limit).count();
            prop_assert!(above * usize::from(bins) <= rfm.customers.len() * (usize::from(bins) - k));
        }
    }

    #[test]
    fn everybody_is_in_one_cohort_and_shares_lie_within_their_intervals(
        orders in orders(),
        period in period(),
        level in 0.5..0.999,
    ) {
        let days = days(&orders);
        let retention = Retention::of(&days, period, 40, level).unwrap();
        let members: u64 = retention.cohorts.iter().map(|cohort| cohort.customers).sum();
        prop_assert_eq!(members, u64::try_from(days.iter().count()).unwrap());
        for cohort in &retention.cohorts {
            prop_assert_eq!(cohort.complete, !cohort.cells.is_empty());
            for cell in &cohort.cells {
                if let Cell::Share(returned) = cell {
                    prop_assert!(returned.customers <= cohort.customers);
                    prop_assert!(0.0 <= returned.low && returned.low <= returned.share);
                    prop_assert!(returned.share <= returned.high && returned.high <= 1.0);
                }
            }
            let over = cohort.cells.iter().take_while(|cell| matches!(cell, Cell::Share(_))).count();
            prop_assert!(cohort.cells.len() - over <= 1, "what is not over comes last");
        }
    }
}
