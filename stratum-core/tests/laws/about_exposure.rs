//! How do direction and size bear on a verdict? Less is never harder than more, larger takes more health, a freeze only
//! restricts, and a person can always pause.
//!
//! Not here: evidence (`about_evidence`), limits as sums (`about_limits`).

use proptest::prelude::*;
use rust_decimal::Decimal;
use stratum_core::trust::{
    Action, Direction, Exposure, ExposureSettings, Proposal, ProposerKind, Verdict,
};
use stratum_core::vocabulary::Money;

use crate::cases;
use crate::worlds::{cents, freeze, increase, proposal_of, world};

/// The action the other way round, and the same way down instead of up.
fn opposites(action: &Action, percent: i64) -> Vec<Action> {
    let share = |money: &Money| {
        let less = money.amount() * Decimal::new(percent, 2);
        Money::rounded(less, money.currency()).unwrap()
    };
    match action {
        Action::SetDailyBudget {
            campaign,
            before: Some(before),
            after,
        } => vec![
            Action::SetDailyBudget {
                campaign: campaign.clone(),
                before: Some(*after),
                after: *before,
            },
            Action::SetDailyBudget {
                campaign: campaign.clone(),
                before: Some(*before),
                after: share(before),
            },
            Action::Pause {
                campaign: campaign.clone(),
                daily_budget: Some(*before),
            },
            Action::Pause {
                campaign: campaign.clone(),
                daily_budget: None,
            },
        ],
        Action::SetBid {
            campaign,
            before: Some(before),
            after,
        } => vec![
            Action::SetBid {
                campaign: campaign.clone(),
                before: Some(*after),
                after: *before,
            },
            Action::SetBid {
                campaign: campaign.clone(),
                before: Some(*before),
                after: share(before),
            },
        ],
        Action::Resume {
            campaign,
            daily_budget,
        } => {
            vec![Action::Pause {
                campaign: campaign.clone(),
                daily_budget: *daily_budget,
            }]
        }
        Action::Launch {
            campaign,
            daily_budget,
        } => {
            vec![Action::Pause {
                campaign: campaign.clone(),
                daily_budget: Some(*daily_budget),
            }]
        }
        _ => Vec::new(),
    }
}

proptest! {
    #![proptest_config(cases(1500))]

    #[test]
    fn decrease_is_never_harder_than_increase(world in world(), action in increase(), percent in 1_i64..100) {
        let mut up = world.clone();
        up.proposal.action = action;
        for action in opposites(&up.proposal.action, percent) {
            let mut down = up.clone();
            down.proposal.action = action;
            let (up_review, down_review) = (up.review(), down.review());
            prop_assert!(down_review.exposure.direction < up_review.exposure.direction);
            prop_assert!(down_review.required <= up_review.required);
            let rank = |verdict: &Verdict| match verdict {
                Verdict::Pass(_) => 0,
                Verdict::Hold(_) => 1,
                Verdict::Block(_) => 2,
            };
            // Protection is for reductions only: when it is used up, a hold may stand where an increase is held as well.
            prop_assert!(rank(&down_review.verdict) <= rank(&up_review.verdict));
        }
    }

    #[test]
    fn required_health_grows_with_exposure(
        before in 1_i64..1_000_000,
        steps in (0_i64..5_000_000, 0_i64..5_000_000),
        rise in 0.0..30.0_f64,
        half_at in 0.001..1000.0_f64,
        bid in any::<bool>(),
    ) {
        let settings = ExposureSettings { rise, half_at };
        let campaign = || stratum_core::vocabulary::CampaignId::new("winter").unwrap();
        let to = |step: i64| {
            let (before, after) = (Some(cents(before)), cents(before + step));
            let action = if bid {
                Action::SetBid { campaign: campaign(), before, after }
            } else {
                Action::SetDailyBudget { campaign: campaign(), before, after }
            };
            let exposure = Exposure::of(&action);
            (exposure.size, exposure.required(70.0, &settings).value())
        };
        let (small, large) = if steps.0 <= steps.1 { steps } else { (steps.1, steps.0) };
        let ((small_size, small_needs), (large_size, large_needs)) = (to(small), to(large));
        prop_assert!(small_size <= large_size && small_needs <= large_needs);
        prop_assert!((70.0..=70.0 + rise).contains(&small_needs));
        if large_size > small_size * 1.01 + 1e-6 && rise > 0.01 && small_size < half_at * 100.0 {
            prop_assert!(small_needs < large_needs, "{} {}", small_needs, large_needs);
        }
        // One cent more of budget is never a jump.
        let (_, next) = to(small + 1);
        let most = rise * (1.5 / before as f64) / half_at;
        prop_assert!(next - small_needs <= most * 1.000_001 + 1e-9);
    }

    #[test]
    fn freeze_only_restricts(world in world(), freeze in freeze()) {
        let mut frozen = world.clone();
        frozen.view.freezes.push(freeze.clone());
        let direction = Exposure::of(&world.proposal.action).direction;
        if direction == Direction::Increase {
            prop_assert!(!frozen.passes() || world.passes());
            if freeze.covers(&world.proposal) {
                let blocked = matches!(frozen.review().verdict, Verdict::Block(_));
                prop_assert!(blocked);
            }
        } else {
            prop_assert_eq!(frozen.answer(), world.answer());
        }
    }

    #[test]
    fn a_person_can_always_pause(
        world in world(),
        daily_budget in prop::option::of((-500_i64..90_000).prop_map(cents)),
        freezes in prop::collection::vec(freeze(), 0..3),
    ) {
        let mut world = world;
        let campaign = world.proposal.action.campaign().clone();
        let account = world.proposal.account.clone();
        world.proposal = Proposal { account, ..proposal_of(Action::Pause { campaign, daily_budget }, ProposerKind::Person) };
        world.view.freezes.extend(freezes);
        prop_assert!(world.passes());
    }
}
