//! What was applied before? Changes, baselines and rates that a ledger may hold, also contradictory ones.
//!
//! Not here: what must hold for them.

use proptest::prelude::*;
use stratum_core::trust::{AppliedChange, BudgetBaseline, Direction, Rate};
use stratum_core::vocabulary::{AccountId, CampaignId, Money};

use crate::worlds::{cents, seconds_ago};

fn budget() -> impl Strategy<Value = Money> {
    prop_oneof![
        6 => (0_i64..60_000).prop_map(cents),
        1 => (0_i64..900).prop_map(|n| Money::parse(&n.to_string(), "USD").unwrap()),
    ]
}

pub(crate) fn applied() -> impl Strategy<Value = AppliedChange> {
    let at = prop_oneof![
        prop::sample::select(vec![0_i64, 60, 3600, 86_400]),
        0_i64..900_000
    ];
    let account = prop::sample::select(vec!["act_1", "act_1", "act_2"]);
    let campaign = prop::sample::select(vec!["winter", "winter", "summer"]);
    let direction = prop::sample::select(vec![
        Direction::Increase,
        Direction::Reduce,
        Direction::Neutral,
    ]);
    let amounts = (
        prop::option::weighted(0.9, budget()),
        prop::option::weighted(0.9, budget()),
    );
    (at, account, campaign, direction, amounts, any::<bool>()).prop_map(
        |(at, account, campaign, direction, (before, after), by_automation)| AppliedChange {
            at: seconds_ago(at),
            account: AccountId::new(account).unwrap(),
            campaign: CampaignId::new(campaign).unwrap(),
            direction,
            before,
            after,
            by_automation,
        },
    )
}

pub(crate) fn baseline() -> impl Strategy<Value = BudgetBaseline> {
    budget().prop_map(|daily_budget| BudgetBaseline {
        campaign: CampaignId::new("winter").unwrap(),
        daily_budget,
    })
}

pub(crate) fn rate() -> impl Strategy<Value = Rate> {
    let pair = prop::sample::select(vec![("USD", "EUR"), ("EUR", "USD")]);
    (pair, -2_i64..300).prop_map(|((from, to), hundredths)| Rate {
        from: from.parse().unwrap(),
        to: to.parse().unwrap(),
        rate: rust_decimal::Decimal::new(hundredths, 2),
    })
}
