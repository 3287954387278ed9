//! Is this limit kept? One exact answer per limit: kept, broken with how much would pass, or not computable.

use core::cmp::Ordering;

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

/// Broken, with the largest amount that would pass; there is none where that would be nothing, for which there is the pause.
fn broken_above(most: Option<Money>) -> Finding {
    Finding::Broken {
        after_at_most: most.filter(Money::is_positive),
        wait_seconds: None,
    }
}

/// Kept while `after` is at most `most`; the currencies must agree.
fn at_most(after: Money, most: Money) -> Finding {
    match after.compare(&most) {
        Ok(Ordering::Greater) => broken_above(Some(most)),
        Ok(_) => Finding::Kept,
        Err(_) => Finding::Lacks(Lacking::CurrencyRate),
    }
}

/// One hundredth: the point moves by two places where there is room for them, which is exact and far cheaper than a division.
fn hundredth(number: Decimal) -> Decimal {
    let mut moved = number;
    match moved.set_scale(number.scale().saturating_add(2)) {
        Ok(()) => moved,
        Err(_) => number / Decimal::ONE_HUNDRED,
    }
}

/// Kept while `after` is at most `base` raised by a percentage.
fn at_most_percent(after: Money, base: Money, percent: Percent) -> Finding {
    let factor = Decimal::ONE_HUNDRED + percent.value();
    let Some(scaled) = base.amount().checked_mul(factor) else {
        return Finding::Lacks(Lacking::Amount);
    };
    let exact = hundredth(scaled);
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
    broken_above(Money::new(down, base.currency()).ok())
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
            let today = view
                .applied
                .iter()
                .filter(|c| c.at >= view.account_day_began && is_of_campaign(c, proposal));
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
            // More than one baseline: the lowest binds, in whatever order they come.
            let base = view
                .baselines
                .iter()
                .filter(|b| b.campaign == *action.campaign())
                .min_by_key(|b| (b.daily_budget.amount(), b.daily_budget.currency()));
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
        LimitRule::SpendToday { at_most } => spend_today(performance, *at_most, view, now),
        LimitRule::MinimumReturn { at_least } => minimum_return(performance, *at_least, now),
    }
}

fn increase_percent(action: &Action, percent: Percent) -> Finding {
    let (before, after) = match (action.before(), action.after()) {
        (Some(before), Some(after)) => (before, after),
        (None, Some(_)) => return Finding::Lacks(Lacking::Before),
        (_, None) => return Finding::Lacks(Lacking::Amount),
    };
    if before.is_positive() {
        at_most_percent(after, before, percent)
    } else {
        match action {
            // A percentage of nothing cannot be computed, and a limit that lacks what it needs is not kept.
            Action::SetBid { .. } | Action::SetDailyBudget { .. } if before.amount().is_zero() => {
                Finding::Lacks(Lacking::Before)
            }
            // Starting from nothing is what the others do; how much may be started is a limit in money. An amount below
            // zero is an incomplete proposal already.
            _ => Finding::Kept,
        }
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

fn is_of_campaign(change: &AppliedChange, proposal: &Proposal) -> bool {
    // The campaign first: it tells most changes apart.
    change.campaign == *proposal.action.campaign() && change.account == proposal.account
}

fn of_campaign<'a>(
    proposal: &'a Proposal,
    view: &'a LedgerView,
) -> impl Iterator<Item = &'a AppliedChange> {
    view.applied
        .iter()
        .filter(|change| is_of_campaign(change, proposal))
}

fn cooldown(proposal: &Proposal, view: &LedgerView, seconds: u32, now: Timestamp) -> Finding {
    let Some(last) = of_campaign(proposal, view).map(|c| c.at).max() else {
        return Finding::Kept;
    };
    let elapsed = now
        .timestamp_millis()
        .saturating_sub(last.timestamp_millis());
    let left = i64::from(seconds)
        .saturating_mul(1000)
        .saturating_sub(elapsed);
    if left <= 0 {
        return Finding::Kept;
    }
    // Rounded up: after the wait named, it must be over. Beyond what 32 bits hold, the change is dated in another age.
    let whole = left.saturating_add(999) / 1000;
    Finding::Broken {
        after_at_most: None,
        wait_seconds: Some(u32::try_from(whole).unwrap_or(u32::MAX)),
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
        // Of two at the same moment the lower amount stood first, or it binds all the same.
        .min_by(|a, b| {
            let stood = |c: &AppliedChange| c.before.map(|m| (m.amount(), m.currency()));
            a.at.cmp(&b.at).then_with(|| stood(a).cmp(&stood(b)))
        });
    match first {
        None => Ok(None),
        Some(change) => change.before.map(Some).ok_or(Lacking::Before),
    }
}

fn converted(amount: Decimal, from: Currency, to: Currency, view: &LedgerView) -> Option<Decimal> {
    if from == to {
        return Some(amount);
    }
    // Of several rates the highest binds, in whatever order they come; a rate that is not positive is none.
    let rate = view
        .rates
        .iter()
        .filter(|rate| rate.from == from && rate.to == to && rate.rate > Decimal::ZERO)
        .map(|rate| rate.rate)
        .max()?;
    amount.checked_mul(rate)
}

/// Kept while the increases applied so far plus the proposed one are at most `most`.
fn total<'a>(
    action: &Action,
    applied: impl Iterator<Item = &'a AppliedChange>,
    view: &LedgerView,
    most: Money,
) -> Finding {
    if !action.is_about_budget() {
        return Finding::Kept;
    }
    let mut so_far = Decimal::ZERO;
    let mut lacking: Option<Lacking> = None;
    for change in applied {
        let step = match (change.before, change.after) {
            (Some(before), Some(after)) => increase(before, after, most.currency(), view),
            // A bid has no budget to add up; an increase of a budget without its before cannot be added.
            (None, Some(_)) if change.direction == Direction::Increase => Err(Lacking::Before),
            _ => Ok(Decimal::ZERO),
        };
        match step.and_then(|step| so_far.checked_add(step).ok_or(Lacking::Amount)) {
            Ok(sum) => so_far = sum,
            // The first in the order of their declaration, in whatever order the changes come.
            Err(lacks) => lacking = Some(lacking.map_or(lacks, |first| first.min(lacks))),
        }
    }
    if let Some(lacks) = lacking {
        return Finding::Lacks(lacks);
    }
    budget(action, |before, after| {
        if after.currency() == most.currency() {
            return sum_at_most(before, after, so_far, most);
        }
        match increase(before, after, most.currency(), view) {
            Ok(step) => match so_far.checked_add(step) {
                Some(sum) => kept_if(sum <= most.amount()),
                None => Finding::Lacks(Lacking::Amount),
            },
            Err(lacks) => Finding::Lacks(lacks),
        }
    })
}

/// How much more after than before, in another currency; nothing when it is less.
fn increase(
    before: Money,
    after: Money,
    to: Currency,
    view: &LedgerView,
) -> Result<Decimal, Lacking> {
    let step = after
        .minus(&before)
        .map_err(|_| Lacking::SameCurrency)?
        .amount();
    if step <= Decimal::ZERO {
        return Ok(Decimal::ZERO);
    }
    converted(step, after.currency(), to, view).ok_or(Lacking::CurrencyRate)
}

/// Kept while `so_far` plus the step from before to after is at most `most`, all in one currency.
fn sum_at_most(before: Money, after: Money, so_far: Decimal, most: Money) -> Finding {
    if after.currency() != most.currency() || before.currency() != most.currency() {
        return Finding::Lacks(Lacking::CurrencyRate);
    }
    let room = before
        .amount()
        .checked_add(most.amount())
        .and_then(|sum| sum.checked_sub(so_far));
    let Some(room) = room else {
        return Finding::Lacks(Lacking::Amount);
    };
    if after.amount() <= room {
        return Finding::Kept;
    }
    let down = room.round_dp_with_strategy(
        most.currency().exponent(),
        rust_decimal::RoundingStrategy::ToNegativeInfinity,
    );
    let after_at_most = Money::new(down, most.currency()).ok();
    broken_above(after_at_most.filter(|m| m.amount() > before.amount()))
}

/// Older spend says too little about what was spent since: platforms report by the hour, and within two more.
const OLDEST_SPEND_SECONDS: f64 = 3.0 * 3600.0;

/// Kept while the campaign has spent at most `most` in the account's day; yesterday's spend says nothing about today.
fn spend_today(
    performance: &Reading<Performance>,
    most: Money,
    view: &LedgerView,
    now: Timestamp,
) -> Finding {
    match performance.usable(now) {
        Ok(reading)
            if reading.at >= view.account_day_began
                && reading.age_seconds(now) <= OLDEST_SPEND_SECONDS =>
        {
            match reading.value.spend_today.compare(&most) {
                Ok(order) => kept_if(order != Ordering::Greater),
                Err(_) => Finding::Lacks(Lacking::CurrencyRate),
            }
        }
        Ok(_) | Err(_) => Finding::Lacks(Lacking::Performance),
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
