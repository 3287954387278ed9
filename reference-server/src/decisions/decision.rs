//! How does a decision look in a list? The short form of a review, written once beside the ledger entry it comes from.
//!
//! Everything in it can be derived again from the ledger; what changes later (`state`, `truth`) is kept in columns.

use serde::{Deserialize, Serialize};
use stratum_core::ledger::ReviewRecord;
use stratum_core::signal::Status;
use stratum_core::trust::{Basis, Enforcement, Proposer, Reason};
use stratum_core::vocabulary::{AccountId, CampaignId, Money, Timestamp};
use stratum_core::wire::VerdictKind;

/// The short form of a review.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DecisionSummary {
    /// The number of its ledger entry.
    pub seq: u64,
    /// When it was decided.
    pub at: Timestamp,
    /// In which account.
    pub account: AccountId,
    /// About which campaign.
    pub campaign: CampaignId,
    /// What people call that campaign.
    pub campaign_name: String,
    /// What was to be done, such as `set_daily_budget`.
    pub action: String,
    /// The amount before.
    pub before: Option<Money>,
    /// The amount after.
    pub after: Option<Money>,
    /// Who proposed it.
    pub proposer: Proposer,
    /// What the gate said.
    pub verdict: VerdictKind,
    /// On what ground it passed.
    pub basis: Option<Basis>,
    /// Why.
    pub reasons: Vec<Reason>,
    /// The status of the signals.
    pub status: Status,
    /// Their score.
    pub score: Option<f64>,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// The lower end that was required.
    pub required: f64,
}

impl DecisionSummary {
    /// The short form of a record.
    #[must_use]
    pub fn of(seq: u64, record: &ReviewRecord, campaign_name: &str) -> Self {
        let (proposal, answer) = (&record.proposal, &record.answer);
        Self {
            seq,
            at: record.now,
            account: proposal.account.clone(),
            campaign: proposal.action.campaign().clone(),
            campaign_name: campaign_name.to_owned(),
            action: proposal.action.kind().to_owned(),
            before: proposal.action.before(),
            after: proposal.action.after(),
            proposer: proposal.proposer.clone(),
            verdict: answer.verdict,
            basis: answer.basis,
            reasons: answer.reasons.clone(),
            status: answer.health.status,
            score: answer.health.score,
            low: answer.health.low,
            high: answer.health.high,
            required: answer.required,
        }
    }
}

/// What became of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecisionState {
    /// It passed; nothing was changed on a platform: none is connected, or the change was not made.
    Recorded,
    /// It passed, and the platform shows it.
    Applied,
    /// It passed, and nobody knows whether the platform did it.
    Unconfirmed,
    /// Only the confirmation of a second person is missing.
    AwaitingApproval,
    /// Held.
    Held,
    /// Blocked.
    Blocked,
}

impl DecisionState {
    /// The name used in JSON and SQL.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Recorded => "recorded",
            Self::Applied => "applied",
            Self::Unconfirmed => "unconfirmed",
            Self::AwaitingApproval => "awaiting_approval",
            Self::Held => "held",
            Self::Blocked => "blocked",
        }
    }

    /// The state right after the review.
    #[must_use]
    pub fn after_review(verdict: VerdictKind, reasons: &[Reason]) -> Self {
        match verdict {
            VerdictKind::Pass => Self::Recorded,
            VerdictKind::Block => Self::Blocked,
            VerdictKind::Hold if only_confirmation_is_missing(reasons) => Self::AwaitingApproval,
            VerdictKind::Hold => Self::Held,
        }
    }
}

/// Whether everything that holds is a limit that a second person may confirm.
fn only_confirmation_is_missing(reasons: &[Reason]) -> bool {
    use stratum_core::trust::Effect;
    reasons
        .iter()
        .filter(|reason| reason.effect() != Effect::Informs)
        .all(|reason| {
            matches!(
                reason,
                Reason::LimitBroken {
                    mode: Enforcement::SoftBlock,
                    ..
                } | Reason::LimitLacks {
                    mode: Enforcement::SoftBlock,
                    ..
                }
            )
        })
}

/// Whether a proposed action would have done harm: known in a simulation only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Truth {
    /// It would have cost more than it brought.
    Harmful,
    /// It would not.
    Harmless,
}

impl Truth {
    /// The name used in JSON and SQL.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Harmful => "harmful",
            Self::Harmless => "harmless",
        }
    }

    /// The truth with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Harmful, Self::Harmless]
            .into_iter()
            .find(|truth| truth.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stratum_core::trust::LimitKind;

    #[test]
    fn a_hold_waits_for_approval_only_when_nothing_else_holds_it() {
        let limit = |mode| Reason::LimitBroken {
            limit: LimitKind::Cooldown,
            mode,
        };
        let health = Reason::BelowHealthy {
            low: 60.0,
            healthy: 70.0,
        };
        let after = |reasons: &[Reason]| DecisionState::after_review(VerdictKind::Hold, reasons);
        let soft = limit(Enforcement::SoftBlock);
        assert_eq!(
            after(std::slice::from_ref(&soft)),
            DecisionState::AwaitingApproval
        );
        let advised = [limit(Enforcement::Advisory), soft.clone()];
        assert_eq!(after(&advised), DecisionState::AwaitingApproval);
        assert_eq!(after(&[health, soft]), DecisionState::Held);
    }
}
