//! How much money was moved, and how much was protected? Over every decision of a simulation, against its known truth.

use rust_decimal::Decimal;
use serde::Serialize;
use stratum_core::vocabulary::Currency;
use stratum_store::TenantScope;
use stratum_store::trust::{Decision, DecisionFilter};

use super::JobError;
use crate::decisions::decision::{DecisionState, DecisionSummary, Truth};
use crate::decisions::truth_table::{COUNTED, TruthTable, TruthTableAnswer, written};

const PAGE: u32 = 500;

/// Applied changes of daily budgets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// Raised by this much in sum.
    pub increases: String,
    /// Lowered by this much in sum.
    pub decreases: String,
}

/// Money moved and money protected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MoneySummary {
    /// In which currency.
    pub currency: Currency,
    /// What was moved.
    pub moved: Moved,
    /// What was protected, and at what cost.
    pub protected: TruthTableAnswer,
    /// What that is measured against.
    pub note: &'static str,
}

/// Sums over every decision in one currency.
///
/// # Errors
/// [`JobError::Store`].
pub async fn sum_money(
    scope: &mut TenantScope,
    currency: Currency,
) -> Result<MoneySummary, JobError> {
    let mut table = TruthTable::new(currency);
    let (mut increases, mut decreases) = (Decimal::ZERO, Decimal::ZERO);
    let mut filter = DecisionFilter::default();
    loop {
        let page = scope.decisions(&filter, PAGE).await?;
        let Some(last) = page.last() else { break };
        filter.before = Some(last.seq);
        for decision in page {
            let Some((change, passed, truth, applied)) = change_of(&decision, currency) else {
                continue;
            };
            if let (Some(truth), true) = (truth, change > Decimal::ZERO)
                && let Ok(increase) = stratum_core::vocabulary::Money::rounded(change, currency)
            {
                table.add(&increase, passed, truth);
            }
            if applied && change > Decimal::ZERO {
                increases = increases.saturating_add(change);
            } else if applied {
                decreases = decreases.saturating_sub(change);
            }
        }
    }
    Ok(MoneySummary {
        currency,
        moved: Moved {
            increases: written(increases, currency),
            decreases: written(decreases, currency),
        },
        protected: table.answer(),
        note: COUNTED,
    })
}

/// By how much a decision is about a daily budget, whether it passed, what is true of it, and whether it was applied.
fn change_of(
    decision: &Decision,
    currency: Currency,
) -> Option<(Decimal, bool, Option<Truth>, bool)> {
    let summary: DecisionSummary = serde_json::from_value(decision.summary.clone()).ok()?;
    let (before, after) = (summary.before?, summary.after?);
    if summary.action == "set_bid" || before.currency() != currency || after.currency() != currency
    {
        return None;
    }
    let truth = decision
        .truth
        .and_then(|truth| Truth::named(truth.as_str()));
    let passed = decision.verdict == "pass";
    let applied = decision.state == DecisionState::Applied.as_str();
    Some((
        after.amount().checked_sub(before.amount())?,
        passed,
        truth,
        applied,
    ))
}
