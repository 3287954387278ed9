//! Is this limit kept? One exact answer per limit: kept, broken with how much would pass, or not computable.

use rust_decimal::Decimal;

use crate::trust::action::Action;
use crate::trust::evidence::Performance;
use crate::trust::exposure::Direction;
use crate::trust::ledger_view::{AppliedChange, LedgerView};
use crate::trust::proposal::Proposal;
use crate::trust::reason::Lacking;
use crate::vocabulary::{Currency, Money, Reading, Timestamp, seconds_between};

use super::{LimitRule, Percent};

/// The answer of one limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// It is kept.
    Kept,
    /// It is broken.
    Broken {
        /// The largest amount after the change that would keep it, where an amount can help.
        after_at_most: Option<Money>,
        /// After how many seconds it would be kept, where waiting helps.
        wait_seconds: Option<u32>,
    },
    /// It cannot be computed, and so counts as broken.
    Lacks(Lacking),
}

const BROKEN: Finding = Finding::Broken {
    after_at_most: None,
    wait_seconds: None,
};

fn kept_if(kept: bool) -> Finding {
    if kept { Finding::Kept } else { BROKEN }
}

/// Kept while `after` is at most `most`; the currencies must agree.
fn at_most(after: Money, most: Money) -> Finding {
    match after.compare(&most) {
        Ok(core::cmp::Ordering::Greater) => Finding::Broken {
            after_at_most: Some(most),
            wait_seconds: None,
        },
        Ok(_) => Finding::Kept,
        Err(_) => Finding::Lacks(Lacking::CurrencyRate),
    }
}

/// Kept while `after` is at most `base` raised by a percentage.
fn at_most_percent(after: Money, base: Money, percent: Percent) -> Finding {
    let factor = Decimal::ONE_HUNDRED + percent.value();
    let Some(scaled) = base.amount().checked_mul(factor) else {
        return Finding::Lacks(Lacking::Amount);
    };
    let exact = scaled / Decimal::ONE_HUNDRED;
    if after.currency() != base.currency() {
        return Finding::Lacks(Lacking::CurrencyRate);
    }
    if after.amount() <= exact {
        return Finding::Kept;
    }
    // Rounded down: the amount named must itself keep the limit.
    let down = exact.round_dp_with_strategy(
        base.currency().exponent(),
        rust_decimal::RoundingStrategy::ToZero,
    );
    Finding::Broken {
        after_at_most: Money::new(down, base.currency()).ok(),
        wait_seconds: None,
    }
}

/// Checks one limit for a proposal that increases exposure.
#[must_use]
pub fn check(
    rule: &LimitRule,
    proposal: &Proposal,
    performance: &Reading<Performance>,
    view: &LedgerView,
    now: Timestamp,
) -> Finding {
    let action = &proposal.action;
    match rule {
        LimitRule::IncreasePercent { at_most } => increase_percent(action, *at_most),
        LimitRule::IncreaseAmount { at_most } => budget(action, |before, after| {
            sum_at_most(before, after, Decimal::ZERO, *at_most)
        }),
        LimitRule::CampaignDailyBudget { at_most: most } => {
            budget(action, |_, after| at_most(after, *most))
        }
        LimitRule::ChangesPerDay { at_most } => {
            let today = of_campaign(proposal, view).filter(|c| c.at >= view.account_day_began);
            kept_if(today.count() < usize::try_from(*at_most).unwrap_or(usize::MAX))
        }
        LimitRule::Cooldown { seconds } => cooldown(proposal, view, *seconds, now),
        LimitRule::RollingIncreasePercent {
            within_seconds,
            at_most,
        } => budget(action, |before, after| {
            let base = at_window_start(proposal, view, *within_seconds, now);
            base.map_or_else(Finding::Lacks, |base| {
                at_most_percent(after, base.unwrap_or(before), *at_most)
            })
        }),
        LimitRule::CumulativeIncreasePercent { at_most } => budget(action, |_, after| {
            let base = view
                .baselines
                .iter()
                .find(|b| b.campaign == *action.campaign());
            base.map_or(Finding::Lacks(Lacking::Baseline), |base| {
                at_most_percent(after, base.daily_budget, *at_most)
            })
        }),
        LimitRule::AccountDailyIncrease { at_most } => {
            let today = view
                .applied
                .iter()
                .filter(|c| c.account == proposal.account && c.at >= view.account_day_began);
            total(action, today, view, *at_most)
        }
        LimitRule::PortfolioIncrease {
            within_seconds,
            at_most,
        } => {
            let window = f64::from(*within_seconds);
            let recent = view
                .applied
                .iter()
                .filter(|c| seconds_between(c.at, now) <= window);
            total(action, recent, view, *at_most)
        }
        LimitRule::SpendToday { at_most: most } => match performance.usable(now) {
            Ok(reading) => match reading.value.spend_today.compare(most) {
                Ok(order) => kept_if(order != core::cmp::Ordering::Greater),
                Err(_) => Finding::Lacks(Lacking::CurrencyRate),
            },
            Err(_) => Finding::Lacks(Lacking::Performance),
        },
        LimitRule::MinimumReturn { at_least } => minimum_return(performance, *at_least, now),
    }
}

fn increase_percent(action: &Action, percent: Percent) -> Finding {
    let (Some(before), Some(after)) = (action.before(), action.after()) else {
        return Finding::Lacks(Lacking::Before);
    };
    if before.is_positive() {
        at_most_percent(after, before, percent)
    } else {
        // Starting from nothing is no percentage; how much may be started is a limit in money.
        Finding::Kept
    }
}

/// Applies a bound to the daily budgets of an action; bids have none and keep it.
fn budget(action: &Action, bound: impl FnOnce(Money, Money) -> Finding) -> Finding {
    if !action.is_about_budget() {
        return Finding::Kept;
    }
    match (action.before(), action.after()) {
        (Some(before), Some(after)) => bound(before, after),
        (None, Some(_)) => Finding::Lacks(Lacking::Before),
        (_, None) => Finding::Lacks(Lacking::Amount),
    }
}

fn of_campaign<'a>(
    proposal: &'a Proposal,
    view: &'a LedgerView,
) -> impl Iterator<Item = &'a AppliedChange> {
    view.applied.iter().filter(|change| {
        change.account == proposal.account && change.campaign == *proposal.action.campaign()
    })
}

fn cooldown(proposal: &Proposal, view: &LedgerView, seconds: u32, now: Timestamp) -> Finding {
    let Some(last) = of_campaign(proposal, view).map(|c| c.at).max() else {
        return Finding::Kept;
    };
    let left = last.timestamp() + i64::from(seconds) - now.timestamp();
    match u32::try_from(left) {
        Ok(left) if left > 0 => Finding::Broken {
            after_at_most: None,
            wait_seconds: Some(left),
        },
        _ => Finding::Kept,
    }
}

/// The campaign's daily budget when the window began: what stood before its first change within the window.
fn at_window_start(
    proposal: &Proposal,
    view: &LedgerView,
    within_seconds: u32,
    now: Timestamp,
) -> Result<Option<Money>, Lacking> {
    let window = f64::from(within_seconds);
    let first = of_campaign(proposal, view)
        .filter(|c| c.after.is_some() && seconds_between(c.at, now) <= window)
        .min_by_key(|c| c.at);
    match first {
        None => Ok(None),
        Some(change) => change.before.map(Some).ok_or(Lacking::Before),
    }
}

fn converted(amount: Decimal, from: Currency, to: Currency, view: &LedgerView) -> Option<Decimal> {
    if from == to {
        return Some(amount);
    }
    let rate = view
        .rates
        .iter()
        .find(|rate| rate.from == from && rate.to == to)?;
    amount.checked_mul(rate.rate)
}

/// Kept while the increases applied so far plus the proposed one are at most `most`.
fn total<'a>(
    action: &Action,
    applied: impl Iterator<Item = &'a AppliedChange>,
    view: &LedgerView,
    most: Money,
) -> Finding {
    let mut so_far = Decimal::ZERO;
    for change in applied.filter(|c| c.direction == Direction::Increase) {
        let (Some(before), Some(after)) = (change.before, change.after) else {
            // A bid has no budget to add up; an increase of a budget without its before cannot be added.
            if change.after.is_some() {
                return Finding::Lacks(Lacking::Before);
            }
            continue;
        };
        let step = after.amount() - before.amount();
        match converted(step, after.currency(), most.currency(), view) {
            Some(step) => so_far += step,
            None => return Finding::Lacks(Lacking::CurrencyRate),
        }
    }
    budget(action, |before, after| {
        if after.currency() == most.currency() {
            return sum_at_most(before, after, so_far, most);
        }
        let step = after.amount() - before.amount();
        match converted(step, after.currency(), most.currency(), view) {
            Some(step) => kept_if(so_far + step <= most.amount()),
            None => Finding::Lacks(Lacking::CurrencyRate),
        }
    })
}

/// Kept while `so_far` plus the step from before to after is at most `most`, all in one currency.
fn sum_at_most(before: Money, after: Money, so_far: Decimal, most: Money) -> Finding {
    if after.currency() != most.currency() || before.currency() != most.currency() {
        return Finding::Lacks(Lacking::CurrencyRate);
    }
    if so_far + after.amount() - before.amount() <= most.amount() {
        return Finding::Kept;
    }
    let room = before.amount() + most.amount() - so_far;
    let after_at_most = Money::new(room, most.currency())
        .ok()
        .filter(|m| m.amount() > before.amount());
    Finding::Broken {
        after_at_most,
        wait_seconds: None,
    }
}

fn minimum_return(
    performance: &Reading<Performance>,
    at_least: Decimal,
    now: Timestamp,
) -> Finding {
    let Ok(reading) = performance.usable(now) else {
        return Finding::Lacks(Lacking::Performance);
    };
    let Performance { spend, revenue, .. } = reading.value;
    if spend.currency() != revenue.currency() {
        return Finding::Lacks(Lacking::CurrencyRate);
    }
    if !spend.is_positive() {
        return Finding::Lacks(Lacking::Performance);
    }
    match spend.amount().checked_mul(at_least) {
        Some(needed) => kept_if(revenue.amount() >= needed),
        None => Finding::Lacks(Lacking::Amount),
    }
}
