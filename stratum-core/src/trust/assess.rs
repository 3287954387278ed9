//! What speaks for and against? All rules of the gate, in one fixed order, as a pure value.
//!
//! This file decides and explains; it cannot make a permit. The order: the proposal itself, freezes, health, limits,
//! confirmation.

use alloc::vec::Vec;

use crate::signal::{Component, ComponentHealth, Health, Status};
use crate::vocabulary::{Digest, FreezeId, Score, Timestamp, seconds_between};

use super::action::Action;
use super::approval::Approval;
use super::evidence::Evidence;
use super::exposure::{Direction, Exposure};
use super::ledger_view::{AppliedChange, LedgerView};
use super::limits::{Enforcement, Finding, check};
use super::policy::Policy;
use super::proposal::Proposal;
use super::reason::{Effect, Lacking, Reason};

/// What the rules come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It may be done.
    Pass,
    /// Not now: alert only.
    Hold,
    /// No: a person must act.
    Block,
}

/// The decision with everything that led to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    /// What the rules come to.
    pub decision: Decision,
    /// Why, in the fixed order.
    pub reasons: Vec<Reason>,
    /// What the action exposes.
    pub exposure: Exposure,
    /// The lower end of health required for that.
    pub required: Score,
    /// The approval that was used, to be marked as spent.
    pub approval: Option<Digest>,
}

/// Judges a proposal by health that was computed from `evidence`.
#[must_use]
pub fn assess(
    proposal: &Proposal,
    evidence: &Evidence,
    health: &Health,
    policy: &Policy,
    view: &LedgerView,
    now: Timestamp,
) -> Assessment {
    let settings = policy.settings();
    let exposure = Exposure::of(&proposal.action);
    let required = exposure.required(settings.health.healthy, &settings.exposure);
    let mut reasons = Vec::new();
    judge_proposal(proposal, now, &mut reasons);
    let increases = exposure.direction == Direction::Increase;
    if increases {
        judge_freezes(proposal, view, &mut reasons);
    }
    let by_automation = proposal.proposer.kind.is_automation();
    if by_automation {
        // Health of another moment is evidence about something else, too.
        if !evidence.is_about(proposal) || health.at() != now {
            reasons.push(Reason::EvidenceOutOfScope);
        }
        let protective = protective(proposal, health, exposure.direction, policy, view, now);
        match protective {
            Some(reason) => reasons.push(reason),
            None => judge_health(health, policy, required, &mut reasons, now),
        }
    }
    if increases {
        judge_limits(proposal, evidence, policy, view, now, &mut reasons);
    }
    let approval = judge_approvals(proposal, view, now, &mut reasons);
    if !by_automation {
        reasons.push(Reason::ManualAction);
    }
    let decision = decide(&reasons, approval.is_some());
    Assessment {
        decision,
        reasons,
        exposure,
        required,
        // An approval is used up by the action it lets through, and by nothing else.
        approval: approval.filter(|_| decision == Decision::Pass),
    }
}

fn decide(reasons: &[Reason], confirmed: bool) -> Decision {
    let effect = |reason: &Reason| match reason {
        Reason::LimitBroken {
            mode: Enforcement::SoftBlock,
            ..
        }
        | Reason::LimitLacks {
            mode: Enforcement::SoftBlock,
            ..
        } if confirmed => Effect::Informs,
        reason => reason.effect(),
    };
    match reasons.iter().map(effect).max() {
        Some(Effect::Blocks) => Decision::Block,
        Some(Effect::Holds) => Decision::Hold,
        Some(Effect::Informs) | None => Decision::Pass,
    }
}

/// Every freeze that covers the proposal, in the order of their ids, in whatever order they come.
fn judge_freezes(proposal: &Proposal, view: &LedgerView, reasons: &mut Vec<Reason>) {
    let covering = view.freezes.iter().filter(|freeze| freeze.covers(proposal));
    let mut ids: Vec<&FreezeId> = covering.map(|freeze| &freeze.id).collect();
    ids.sort_unstable();
    ids.dedup();
    reasons.extend(
        ids.into_iter()
            .map(|id| Reason::Frozen { freeze: id.clone() }),
    );
}

fn judge_proposal(proposal: &Proposal, now: Timestamp, reasons: &mut Vec<Reason>) {
    if let Some(end) = proposal.expires_at.filter(|end| *end <= now) {
        reasons.push(Reason::ProposalExpired { expired_at: end });
    }
    let lacks = match &proposal.action {
        Action::SetDailyBudget { before, after, .. } | Action::SetBid { before, after, .. } => {
            match before {
                _ if !after.is_positive() => Some(Lacking::PositiveAmount),
                None => Some(Lacking::Before),
                Some(before) if before.currency() != after.currency() => {
                    Some(Lacking::SameCurrency)
                }
                Some(before) if before.amount().is_sign_negative() => Some(Lacking::PositiveAmount),
                Some(_) => None,
            }
        }
        Action::Launch { daily_budget, .. } => {
            (!daily_budget.is_positive()).then_some(Lacking::PositiveAmount)
        }
        Action::Resume { daily_budget, .. } => daily_budget
            .is_some_and(|budget| !budget.is_positive())
            .then_some(Lacking::PositiveAmount),
        // A stop is never incomplete.
        Action::Pause { .. } => None,
    };
    reasons.extend(lacks.map(|lacks| Reason::Incomplete { lacks }));
}

/// Whether a reduction by automation is judged as protection instead of by health; none when it is not.
fn protective(
    proposal: &Proposal,
    health: &Health,
    direction: Direction,
    policy: &Policy,
    view: &LedgerView,
    now: Timestamp,
) -> Option<Reason> {
    let settings = policy.settings();
    // The lower end, not the status, opens this door, and with the margin that leaving `unhealthy` takes: taking evidence
    // away must not open it.
    let enough = settings.health.degraded + settings.health.recovery.margin;
    let degraded_at_worst = health.low().value() >= enough;
    if direction != Direction::Reduce
        || !settings.protective.allowed
        || !degraded_at_worst
        || health.status() != Status::Degraded
    {
        return None;
    }
    let at_most = settings.protective.at_most;
    let recent = protective_changes(proposal, policy, view, now).count();
    if recent < usize::try_from(at_most).unwrap_or(usize::MAX) {
        Some(Reason::Protective)
    } else {
        Some(Reason::ProtectionExhausted { at_most })
    }
}

/// The reductions that automation made in the account within the window of protection.
pub(super) fn protective_changes<'a>(
    proposal: &'a Proposal,
    policy: &Policy,
    view: &'a LedgerView,
    now: Timestamp,
) -> impl Iterator<Item = &'a AppliedChange> {
    let window = f64::from(policy.settings().protective.within_seconds);
    view.applied.iter().filter(move |change| {
        change.account == proposal.account
            && change.by_automation
            && change.direction == Direction::Reduce
            && seconds_between(change.at, now) < window
    })
}

fn judge_health(
    health: &Health,
    policy: &Policy,
    required: Score,
    reasons: &mut Vec<Reason>,
    now: Timestamp,
) {
    let settings = &policy.settings().health;
    let low = health.low().value();
    if health.status() == Status::Healthy {
        if low < required.value() {
            let required = required.value();
            reasons.push(Reason::ExposureTooLarge { low, required });
        }
        return;
    }
    if health.status() == Status::Unhealthy {
        reasons.push(Reason::Unhealthy {
            score: health.score().map(Score::value),
            degraded: settings.degraded,
        });
    }
    let (coverage, minimum) = (health.coverage(), settings.minimum_coverage);
    if coverage < minimum {
        reasons.push(Reason::InsufficientEvidence { coverage, minimum });
    }
    let below = |c: &&ComponentHealth| c.is_below_floor();
    for c in health.components().iter().filter(below) {
        if c.coverage < 1.0 && !c.is_surely_below_floor() {
            reasons.push(Reason::NotMeasured {
                component: c.component,
                coverage: c.coverage,
            });
        }
    }
    for c in health.components().iter().filter(below) {
        if c.coverage >= 1.0 || c.is_surely_below_floor() {
            let (low, floor) = (c.bounds.low.value(), c.floor);
            reasons.push(Reason::BelowFloor {
                component: c.component,
                low,
                floor,
            });
        }
    }
    if low < settings.healthy {
        reasons.push(Reason::BelowHealthy {
            low,
            healthy: settings.healthy,
        });
    }
    if health.earned() > health.status() {
        let seconds_left =
            health
                .memory()
                .recovered_in_seconds(health.earned(), &settings.recovery, now);
        reasons.push(Reason::Recovering { seconds_left });
    }
}

fn judge_limits(
    proposal: &Proposal,
    evidence: &Evidence,
    policy: &Policy,
    view: &LedgerView,
    now: Timestamp,
    reasons: &mut Vec<Reason>,
) {
    let mut lacking = Vec::new();
    let performance = evidence.performance_for(proposal);
    for limit in &policy.settings().limits {
        let (kind, mode) = (limit.rule.kind(), limit.mode);
        match check(&limit.rule, proposal, performance, view, now) {
            Finding::Kept => {}
            Finding::Broken { .. } => reasons.push(Reason::LimitBroken { limit: kind, mode }),
            Finding::Lacks(lacks) => lacking.push(Reason::LimitLacks {
                limit: kind,
                mode,
                lacks,
            }),
        }
    }
    reasons.append(&mut lacking);
}

/// Uses the first approval that fits, if a limit asks for one; says why those before it were refused. The first given comes
/// first, in whatever order they come.
fn judge_approvals(
    proposal: &Proposal,
    view: &LedgerView,
    now: Timestamp,
    reasons: &mut Vec<Reason>,
) -> Option<Digest> {
    let asked = reasons.iter().any(|reason| {
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
    });
    if !asked {
        return None;
    }
    let mut approvals: Vec<&Approval> = view.approvals.iter().collect();
    approvals.sort_unstable_by_key(|a| (a.at, &a.by, a.expires_at, a.proposal));
    approvals.dedup();
    for approval in approvals {
        match approval.accept(proposal, &view.spent_approvals, now) {
            Ok(()) => {
                reasons.push(Reason::Confirmed {
                    by: approval.by.clone(),
                });
                return Some(approval.digest());
            }
            Err(why) => reasons.push(Reason::ApprovalRefused { why }),
        }
    }
    None
}

/// Which components hold a proposal back, for explaining: each with the lower end it needs. With too little measured
/// altogether, also those that have something missing and no floor to miss.
pub(super) fn lacking_components<'a>(
    health: &'a Health,
    margin: f64,
    minimum_coverage: f64,
) -> impl Iterator<Item = (Component, f64)> + 'a {
    let unknown = health.coverage() < minimum_coverage;
    health.components().iter().filter_map(move |c| {
        let floor = if c.floor > 0.0 { c.floor + margin } else { 0.0 };
        let (low, owes) = (c.bounds.low.value(), unknown && c.coverage < 1.0);
        (low < floor || owes).then_some((c.component, if low < floor { floor } else { low }))
    })
}
