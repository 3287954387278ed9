//! Should this campaign's daily budget change? The first rule: return over a window against a target.
//!
//! It raises when even the lower end of the return is above the target and lowers when even the upper end is below, by half of
//! what is missing and never by more than a fifth. Between the two it says nothing, and it says why.

use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive as _;
use thiserror::Error;

use super::posterior::{Belief, ReturnEstimate, Sample};
use crate::numeric::from_decimal;
use crate::trust::{Action, Proposal, Proposer, ProposerKind};
use crate::vocabulary::{
    AccountId, ActorId, CampaignId, Money, Platform, ProposalId, TenantId, Timestamp,
    seconds_between,
};

/// The rule with its settings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReturnRule {
    /// The return on ad spend it aims at.
    pub target_return: f64,
    /// How many conversions the belief "as planned" is worth.
    pub prior_conversions: f64,
    /// How much order values vary: standard deviation over mean.
    pub value_spread: f64,
    /// Standard deviations of the interval.
    pub z: f64,
    /// The largest step, as a share of the budget.
    pub largest_step: f64,
    /// The smallest step worth making.
    pub smallest_step: f64,
    /// Hours of data a window must hold.
    pub least_hours: u32,
    /// How old the newest hour of the window may be, in seconds.
    pub oldest_seconds: f64,
    /// How long a campaign is left alone after a change, in seconds.
    pub cooldown_seconds: f64,
}

/// Why the rule's settings cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{field}: {why}")]
pub struct RuleError {
    /// Which field.
    pub field: &'static str,
    /// What is wrong with it.
    pub why: &'static str,
}

/// What the rule looks at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Campaign {
    /// Its daily budget.
    pub daily_budget: Money,
    /// Spent over the window, in the same currency.
    pub spend: f64,
    /// Earned over the window, as the platform reports it.
    pub revenue: f64,
    /// Conversions over the window, as the platform reports them.
    pub conversions: u64,
    /// Hours of the window that have data.
    pub hours: u32,
    /// The end of its newest hour.
    pub newest: Option<Timestamp>,
    /// What an order of the account is usually worth.
    pub usual_order_value: f64,
    /// When its budget last changed.
    pub changed_at: Option<Timestamp>,
}

/// A budget change that the rule wants.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BudgetChange {
    /// The daily budget now.
    pub before: Money,
    /// The daily budget wanted.
    pub after: Money,
    /// The return it rests on.
    pub estimate: ReturnEstimate,
}

/// Why the rule wants nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// The budget changed too recently.
    CoolingDown,
    /// The window holds too few hours, or none that is recent.
    TooLittleData,
    /// A number cannot be true: negative, not finite, or a budget of nothing.
    Impossible,
    /// The interval holds the target: nothing to gain from a change that could be shown.
    OnTarget,
}

/// What the rule found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Finding {
    /// It wants a change.
    Change(BudgetChange),
    /// It wants none.
    Nothing(Silence),
}

impl ReturnRule {
    /// The rule as the demo and the benchmark use it.
    ///
    /// # Errors
    /// [`RuleError`] when the target is not a positive number.
    pub fn aiming_at(target_return: f64) -> Result<Self, RuleError> {
        let rule = Self {
            target_return,
            prior_conversions: 3.0,
            value_spread: 0.7,
            z: 1.645,
            largest_step: 0.2,
            smallest_step: 0.05,
            least_hours: 48,
            oldest_seconds: 26.0 * 3600.0,
            cooldown_seconds: 48.0 * 3600.0,
        };
        rule.check()?;
        Ok(rule)
    }

    /// Whether every setting can be used.
    ///
    /// # Errors
    /// The first [`RuleError`].
    pub fn check(&self) -> Result<(), RuleError> {
        let positive = |x: f64| x.is_finite() && x > 0.0;
        let rules = [
            (
                positive(self.target_return),
                "target_return",
                "must be a positive number",
            ),
            (
                positive(self.prior_conversions),
                "prior_conversions",
                "must be a positive number",
            ),
            (
                self.value_spread.is_finite() && self.value_spread >= 0.0,
                "value_spread",
                "must be zero or more",
            ),
            (positive(self.z), "z", "must be a positive number"),
            (
                self.largest_step > 0.0 && self.largest_step <= 0.5,
                "largest_step",
                "must lie between 0 and 0.5",
            ),
            (
                self.smallest_step >= 0.0 && self.smallest_step <= self.largest_step,
                "smallest_step",
                "must not exceed the largest step",
            ),
        ];
        match rules.into_iter().find(|(holds, _, _)| !holds) {
            Some((_, field, why)) => Err(RuleError { field, why }),
            None => Ok(()),
        }
    }

    /// Looks at a campaign.
    ///
    /// ```
    /// use stratum_core::autopilot::{Campaign, Finding, ReturnRule, Silence};
    /// use stratum_core::vocabulary::Money;
    /// let now = "2026-11-25T12:00:00Z".parse().unwrap();
    /// let rule = ReturnRule::aiming_at(2.0).unwrap();
    /// let campaign = Campaign {
    ///     daily_budget: Money::parse("100", "EUR").unwrap(),
    ///     spend: 300.0, revenue: 3000.0, conversions: 60, hours: 72, newest: Some(now),
    ///     usual_order_value: 50.0, changed_at: None,
    /// };
    /// let Finding::Change(change) = rule.look_at(&campaign, now) else { panic!() };
    /// assert_eq!(change.after.to_string(), "120.00 EUR");
    /// let one_sale = Campaign { spend: 8.0, revenue: 50.0, conversions: 1, ..campaign };
    /// assert_eq!(rule.look_at(&one_sale, now), Finding::Nothing(Silence::OnTarget));
    /// ```
    #[must_use]
    pub fn look_at(&self, campaign: &Campaign, now: Timestamp) -> Finding {
        if !campaign.is_possible() {
            return Finding::Nothing(Silence::Impossible);
        }
        let since = |at: Timestamp| seconds_between(at, now);
        if campaign
            .changed_at
            .is_some_and(|at| since(at) < self.cooldown_seconds)
        {
            return Finding::Nothing(Silence::CoolingDown);
        }
        let recent = campaign
            .newest
            .is_some_and(|at| since(at) <= self.oldest_seconds);
        if campaign.hours < self.least_hours || !recent {
            return Finding::Nothing(Silence::TooLittleData);
        }
        let estimate = self.estimate(campaign);
        let ratio = estimate.mean / self.target_return;
        let wanted = if estimate.low > self.target_return {
            self.step((ratio - 1.0) / 2.0)
        } else if estimate.high < self.target_return {
            -self.step((1.0 - ratio) / 2.0)
        } else {
            return Finding::Nothing(Silence::OnTarget);
        };
        let before = campaign.daily_budget;
        match changed(before, wanted) {
            Some(after) if after.amount() != before.amount() => Finding::Change(BudgetChange {
                before,
                after,
                estimate,
            }),
            _ => Finding::Nothing(Silence::OnTarget),
        }
    }

    fn estimate(&self, campaign: &Campaign) -> ReturnEstimate {
        #[expect(
            clippy::cast_precision_loss,
            reason = "conversions stay far below 2^53"
        )]
        let conversions = campaign.conversions as f64;
        let sample = Sample {
            spend: campaign.spend,
            revenue: campaign.revenue,
            conversions,
            usual_order_value: campaign.usual_order_value,
        };
        let belief = Belief {
            target: self.target_return,
            worth: self.prior_conversions,
            value_spread: self.value_spread,
            z: self.z,
        };
        ReturnEstimate::from_sample(&sample, &belief)
    }

    fn step(&self, wanted: f64) -> f64 {
        wanted.max(self.smallest_step).min(self.largest_step)
    }
}

/// The budget after a relative change, in whole units of the currency where it has enough of them.
fn changed(before: Money, relative: f64) -> Option<Money> {
    let amount = from_decimal(before.amount()) * (1.0 + relative);
    let after = Decimal::from_f64(amount)?;
    let after = if amount >= 20.0 {
        after.round_dp(0)
    } else {
        after
    };
    Money::rounded(after, before.currency())
        .ok()
        .filter(Money::is_positive)
}

impl Campaign {
    fn is_possible(&self) -> bool {
        let amount = |x: f64| x.is_finite() && x >= 0.0;
        amount(self.spend)
            && amount(self.revenue)
            && self.usual_order_value.is_finite()
            && self.usual_order_value > 0.0
            && self.daily_budget.is_positive()
    }
}

/// Whose campaign it is and who asks: what turns a change into a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposalContext {
    /// The id of the proposal, unique within the tenant.
    pub id: ProposalId,
    /// Whose money.
    pub tenant: TenantId,
    /// On which platform.
    pub platform: Platform,
    /// In which ad account.
    pub account: AccountId,
    /// Which campaign.
    pub campaign: CampaignId,
    /// Which rule.
    pub rule: ActorId,
    /// When.
    pub made_at: Timestamp,
    /// Until when it may be acted upon.
    pub expires_at: Option<Timestamp>,
}

impl BudgetChange {
    /// The change as a proposal for the gate.
    #[must_use]
    pub fn proposal(&self, context: ProposalContext) -> Proposal {
        Proposal {
            id: context.id,
            tenant: context.tenant,
            platform: context.platform,
            account: context.account,
            action: Action::SetDailyBudget {
                campaign: context.campaign,
                before: Some(self.before),
                after: self.after,
            },
            proposer: Proposer {
                kind: ProposerKind::Rule,
                id: context.rule,
            },
            made_at: context.made_at,
            expires_at: context.expires_at,
        }
    }
}
