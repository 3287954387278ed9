//! Is an account of sales an account? Sums to the cent, no trace of the order of rows, refunds that undo, ranges that only widen.
//!
//! Not here: numbers computed by hand (`conformance/profit/`).

use proptest::prelude::*;
use stratum_core::profit::{
    Books, Costs, Fees, Line, MarginBounds, Order, Profit, ProfitError, Rate, Refund, Refunded,
    RefundedLine, Span, Statement, Tax,
};
use stratum_core::vocabulary::Money;

use crate::cases;
use crate::worlds::now;

fn money(cents: u32, currency: &str) -> Money {
    Money::parse(&format!("{}.{:02}", cents / 100, cents % 100), currency).unwrap()
}

/// Units, price, share of the discount, unit cost, category.
type Row = (u32, u32, u32, Option<u32>, u8);

fn line() -> impl Strategy<Value = Row> {
    let unit_cost = prop::option::weighted(0.6, 0_u32..4000);
    (1_u32..5, 0_u32..5000, 0_u32..=100, unit_cost, 0_u8..3)
}

fn tax() -> impl Strategy<Value = Tax> {
    let percent = |text: &str| text.parse().unwrap();
    prop::sample::select(vec![
        Tax::None,
        Tax::Included {
            percent: percent("19"),
        },
        Tax::Added {
            percent: percent("7.7"),
        },
    ])
}

/// One order without a name: up to four lines, half of them with what their goods cost.
fn order() -> impl Strategy<Value = Order> {
    let costs = (
        prop::option::weighted(0.8, 0_u32..900),
        prop::option::weighted(0.8, 0_u32..50),
    );
    let currency = prop::sample::select(vec!["EUR", "USD"]);
    let lines = prop::collection::vec(line(), 1..5);
    (lines, tax(), currency, 0_u32..800, 0_u32..=100, costs).prop_map(
        |(lines, tax, currency, shipping, off, (shipping_cost, fixed))| {
            let row = |(at, (quantity, price, share, cost, category)): (usize, Row)| Line {
                line: format!("l{at}"),
                product: "shirt".into(),
                category: (category > 0).then(|| format!("c{category}")),
                quantity,
                unit_price: money(price, currency),
                discount: Some(money(quantity * price * share / 200, currency)),
                tax: None,
                unit_cost: cost.map(|cost| money(cost, "EUR")),
            };
            let least: u32 = lines
                .iter()
                .map(|(quantity, price, ..)| quantity * price / 2)
                .sum();
            Order {
                order: String::new(),
                at: now(),
                lines: lines.into_iter().enumerate().map(row).collect(),
                tax,
                discount: Some(money(least * off / 100, currency)),
                shipping_charged: Some(money(shipping, currency)),
                shipping_cost: shipping_cost.map(|cost| money(cost, "EUR")),
                fees: fixed.map(|fixed| Fees {
                    fixed: money(fixed, "EUR"),
                    percent: "2.9".parse().unwrap(),
                }),
            }
        },
    )
}

fn orders() -> impl Strategy<Value = Vec<Order>> {
    prop::collection::vec(order(), 1..12).prop_map(|orders| {
        let named = |(at, order)| Order {
            order: format!("o{at}"),
            ..order
        };
        orders.into_iter().enumerate().map(named).collect()
    })
}

fn costs() -> Costs {
    Costs {
        categories: vec![stratum_core::profit::CategoryMargin {
            category: "c1".into(),
            margin_percent: "41.7".parse().unwrap(),
        }],
        ..Costs::default()
    }
}

fn books(costs: &Costs) -> Books {
    let dollar = Rate {
        from: "USD".parse().unwrap(),
        day: now().date_naive(),
        rate: "0.9173".parse().unwrap(),
        source: "a bank".into(),
    };
    Books::new("EUR".parse().unwrap(), costs, &[dollar]).unwrap()
}

fn profit(orders: &[Order], refunds: &[Refund]) -> Profit {
    Profit::of(&books(&costs()), orders, refunds, Some(&[])).unwrap()
}

fn everything(order: &Order, goods_returned: bool) -> Refund {
    Refund {
        refund: order.order.clone(),
        order: order.order.clone(),
        at: now(),
        what: Refunded::Everything { goods_returned },
    }
}

fn summed<'a>(parts: impl Iterator<Item = &'a Statement>) -> Result<Statement, ProfitError> {
    parts
        .into_iter()
        .try_fold(Statement::empty(), |sum, one| sum.plus(one))
}

/// Each end is where it was, or further out.
fn holds(wide: Span, narrow: Span) -> bool {
    let low = wide
        .low_minor
        .is_none_or(|low| Some(low) <= narrow.low_minor);
    let high = wide
        .high_minor
        .is_none_or(|high| narrow.high_minor.is_some_and(|other| high >= other));
    low && high
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn adding_orders_adds_contribution_to_the_cent(orders in orders(), cut in 0_usize..12) {
        let whole = profit(&orders, &[]);
        prop_assert_eq!(&summed(whole.orders.iter().map(|one| &one.statement)).unwrap(), &whole.total);
        let (left, right) = orders.split_at(cut.min(orders.len()));
        let merged = profit(left, &[]).total.plus(&profit(right, &[]).total).unwrap();
        prop_assert_eq!(merged, whole.total);
    }

    #[test]
    fn the_order_of_rows_leaves_no_trace(
        (orders, mut shuffled) in orders().prop_flat_map(|orders| (Just(orders.clone()), Just(orders).prop_shuffle())),
    ) {
        let mut refunds: Vec<Refund> = orders.iter().step_by(2).map(|one| everything(one, true)).collect();
        let answer = profit(&orders, &refunds);
        for order in &mut shuffled {
            order.lines.reverse();
        }
        refunds.reverse();
        prop_assert_eq!(profit(&shuffled, &refunds), answer);
    }

    #[test]
    fn a_refund_of_everything_leaves_fees_and_shipping_only(orders in orders()) {
        let refunds: Vec<Refund> = orders.iter().map(|one| everything(one, true)).collect();
        let before = profit(&orders, &[]).total;
        let after = profit(&orders, &refunds).total;
        prop_assert_eq!((after.goods_minor, after.shipping_minor, after.revenue_minor), (0, 0, 0));
        prop_assert_eq!(after.contribution_1, Span::exactly(0));
        let left = Span::exactly(0).minus(before.fees).unwrap().minus(before.shipping_cost).unwrap();
        prop_assert_eq!(after.contribution_2, left);
    }

    #[test]
    fn refunds_in_parts_come_to_the_refund_of_everything(order in order(), parts in 1_u32..5) {
        let order = Order { order: "o".into(), discount: None, ..order };
        let refund = |part: u32| {
            let lines = order.lines.iter().map(|line| {
                let amount = line.unit_price.amount() * rust_decimal(line.quantity) - line.discount.unwrap().amount();
                let cents = u32::try_from(amount.mantissa()).unwrap();
                let each = |count: u32| count * (part + 1) / parts - count * part / parts;
                let amount = money(each(cents), line.unit_price.currency().as_str());
                RefundedLine { line: line.line.clone(), amount, units_returned: each(line.quantity) }
            });
            let shipping = order.shipping_charged.filter(|_| part == 0);
            let what = Refunded::Part { lines: lines.collect(), shipping };
            Refund { refund: format!("r{part}"), what, ..everything(&order, true) }
        };
        let refunds: Vec<Refund> = (0..parts).map(refund).collect();
        let orders = std::slice::from_ref(&order);
        let all_at_once = profit(orders, &[everything(&order, true)]);
        prop_assert_eq!(profit(orders, &refunds), all_at_once);
    }

    #[test]
    fn a_cost_that_is_not_known_widens_the_range_and_leaves_the_known_part(orders in orders(), bounded in any::<bool>()) {
        let mut costs = costs();
        costs.categories.clear();
        costs.bounds = bounded.then(|| MarginBounds {
            low_percent: "-1000".parse().unwrap(),
            high_percent: "100".parse().unwrap(),
        });
        let mut fewer = orders.clone();
        for order in &mut fewer {
            for line in order.lines.iter_mut().step_by(2) {
                line.unit_cost = None;
            }
        }
        let of = |orders: &[Order]| Profit::of(&books(&costs), orders, &[], None).unwrap();
        let (known, widened) = (of(&orders), of(&fewer));
        prop_assert_eq!(widened.total.revenue_minor, known.total.revenue_minor);
        prop_assert!(widened.total.known_1_minor <= known.total.known_1_minor);
        for (one, other) in known.orders.iter().zip(&widened.orders) {
            for (before, after) in one.lines.iter().zip(&other.lines) {
                prop_assert!(before.rule == after.rule || !after.rule.is_known());
                prop_assert!(before.rule != after.rule || before.cost == after.cost);
            }
        }
        if !bounded {
            prop_assert!(holds(widened.total.contribution_1, known.total.contribution_1));
            prop_assert!(holds(widened.total.contribution_2, known.total.contribution_2));
        }
    }

    #[test]
    fn parts_of_an_account_add_up(orders in orders(), returned in any::<bool>()) {
        let refunds: Vec<Refund> = orders.iter().step_by(3).map(|one| everything(one, returned)).collect();
        let total = profit(&orders, &refunds).total;
        prop_assert_eq!(total.goods_minor, total.list_minor - total.discounts_minor - total.refunded_minor);
        prop_assert_eq!(total.revenue_minor, total.goods_minor + total.shipping_minor);
        let sold: i64 = total.costs.values().map(|one| one.sold_minor).sum();
        prop_assert_eq!(sold, total.list_minor - total.discounts_minor);
        for share in [total.coverage_1(), total.coverage_2()].into_iter().flatten() {
            prop_assert!((0.0..=1.0).contains(&share));
        }
        prop_assert!(total.contribution_2.low_minor <= total.contribution_2.high_minor);
    }
}

fn rust_decimal(count: u32) -> rust_decimal::Decimal {
    count.into()
}
