//! What would turn it? The smallest changes that make a held or blocked proposal pass, computed, all of them together.
//!
//! For health: floors first, then the components whose weight needs the least lifting. Each component names the measure that
//! holds it and the value that measure would have to reach. For limits: the amount, the wait or the confirmation that helps.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::signal::{Component, Health, Measure, Outcome, Status};
use crate::vocabulary::{FreezeId, Money, Timestamp};

use super::assess::{Assessment, Decision, lacking_components};
use super::evidence::Evidence;
use super::ledger_view::LedgerView;
use super::limits::{Enforcement, Finding, LimitKind, check};
use super::policy::Policy;
use super::proposal::Proposal;
use super::reason::{Lacking, Reason};

/// One change; an answer lists all that are needed together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Change {
    /// The lower end of a component must rise.
    LiftComponent {
        /// Which component.
        component: Component,
        /// Its lower end now.
        low: f64,
        /// The lower end needed.
        needed: f64,
        /// The measure that holds it back.
        measure: Measure,
        /// That measure's value now; none when it was not measured.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value: Option<f64>,
        /// The value that would earn the score needed, were it known exactly.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value_needed: Option<f64>,
    },
    /// Time must pass.
    Wait {
        /// How much.
        seconds: f64,
    },
    /// The amount after the change must be at most this.
    AmountAtMost {
        /// For which limit.
        limit: LimitKind,
        /// The amount.
        amount: Money,
    },
    /// A second person must confirm.
    Confirm,
    /// A freeze must be lifted.
    LiftFreeze {
        /// Which freeze.
        freeze: FreezeId,
    },
    /// Something that is lacking must be supplied.
    Supply {
        /// What.
        lacks: Lacking,
    },
    /// The evidence must be about the account of the proposal.
    MatchScope,
    /// The proposal must be made again.
    ProposeAgain,
    /// Nothing about readings or amounts helps: a hard limit stands.
    ChangePolicy {
        /// Which limit.
        limit: LimitKind,
    },
}

/// The changes that turn the assessment; empty when it passes.
#[must_use]
pub fn would_pass_if(
    assessment: &Assessment,
    proposal: &Proposal,
    evidence: &Evidence,
    health: &Health,
    policy: &Policy,
    view: &LedgerView,
    now: Timestamp,
) -> Vec<Change> {
    let mut changes = Vec::new();
    if assessment.decision == Decision::Pass {
        return changes;
    }
    let mut about_health = false;
    for reason in &assessment.reasons {
        match reason {
            Reason::ProposalExpired { .. } => changes.push(Change::ProposeAgain),
            Reason::Incomplete { lacks } => changes.push(Change::Supply { lacks: *lacks }),
            Reason::Frozen { freeze } => {
                changes.push(Change::LiftFreeze {
                    freeze: freeze.clone(),
                });
            }
            Reason::EvidenceOutOfScope => changes.push(Change::MatchScope),
            Reason::ProtectionExhausted { .. } => {
                let seconds = f64::from(policy.settings().protective.within_seconds);
                changes.push(Change::Wait { seconds });
            }
            Reason::Unhealthy { .. }
            | Reason::InsufficientEvidence { .. }
            | Reason::NotMeasured { .. }
            | Reason::BelowFloor { .. }
            | Reason::BelowHealthy { .. }
            | Reason::Recovering { .. }
            | Reason::ExposureTooLarge { .. } => about_health = true,
            Reason::LimitBroken { .. }
            | Reason::LimitLacks { .. }
            | Reason::ApprovalRefused { .. }
            | Reason::Confirmed { .. }
            | Reason::Protective
            | Reason::ManualAction => {}
        }
    }
    if about_health {
        lift_health(assessment, health, policy, &mut changes);
    }
    if assessment.approval.is_none() {
        loosen_limits(proposal, evidence, policy, view, now, &mut changes);
    }
    changes
}

/// The lifts that bring the lower end of health to what is required, floors first, then the fewest components.
fn lift_health(
    assessment: &Assessment,
    health: &Health,
    policy: &Policy,
    changes: &mut Vec<Change>,
) {
    let settings = &policy.settings().health;
    let recovering = health.status() != Status::Healthy;
    let margin = if recovering {
        settings.recovery.margin
    } else {
        0.0
    };
    let required = assessment.required.value();
    let threshold = settings.healthy + margin;
    let target = if required > threshold {
        required
    } else {
        threshold
    };
    let mut lifts: Vec<(Component, f64)> = lacking_components(health, margin).collect();
    // Each round lifts the component that can give the most, and the last one only as far as needed.
    for _ in Component::ALL {
        let lifted = health.lifted(&lifts, settings);
        let deficit = target - lifted.low().value();
        if deficit <= 0.0 {
            break;
        }
        let room = |c: &crate::signal::ComponentHealth| c.weight * (100.0 - c.bounds.low.value());
        let most = lifted.components().iter().fold(None, |best, c| match best {
            Some(b) if room(b) >= room(c) => Some(b),
            _ => Some(c),
        });
        let Some(c) = most.filter(|c| room(c) > 0.0) else {
            break;
        };
        let needed = c.bounds.low.value() + deficit * 100.0 / c.weight;
        // A hair above, so that rounding in the weighted sum cannot leave it a hair below.
        let needed = if needed + 1e-9 < 100.0 {
            needed + 1e-9
        } else {
            100.0
        };
        lifts.retain(|(component, _)| *component != c.component);
        lifts.push((c.component, needed));
    }
    lifts.sort_by_key(|(component, _)| *component);
    changes.extend(
        lifts
            .iter()
            .map(|(component, needed)| lift(health, policy, *component, *needed)),
    );
    if recovering {
        let wait = health
            .memory()
            .recovered_in_seconds(&settings.recovery, health.at())
            .unwrap_or(settings.recovery.dwell_seconds);
        // Without a memory there is nothing to recover from: the next evaluation stands by itself.
        if wait > 0.0 && health.memory().since < health.at() {
            changes.push(Change::Wait { seconds: wait });
        }
    }
}

/// Names the measure that holds a component back, and the value it would have to reach.
fn lift(health: &Health, policy: &Policy, component: Component, needed: f64) -> Change {
    let mut low = 100.0;
    let mut weakest: Option<(Measure, f64, Option<f64>)> = None;
    for slot in health
        .measures()
        .iter()
        .filter(|slot| slot.measure.component() == component)
    {
        let (slot_low, value) = match slot.outcome {
            Outcome::NotPlanned => continue,
            Outcome::Missing { .. } => (0.0, None),
            Outcome::Measured { value, bounds, .. } => (bounds.low.value(), Some(value)),
        };
        if weakest.is_none() || slot_low < low {
            low = slot_low;
            weakest = Some((slot.measure, slot_low, value));
        }
    }
    let first = Measure::ALL
        .into_iter()
        .find(|m| m.component() == component);
    let (measure, low, value) =
        weakest.unwrap_or((first.unwrap_or(Measure::MatchEstimate), 0.0, None));
    let value_needed = policy
        .settings()
        .health
        .curves
        .of(measure)
        .value_reaching(needed);
    Change::LiftComponent {
        component,
        low,
        needed,
        measure,
        value,
        value_needed,
    }
}

fn loosen_limits(
    proposal: &Proposal,
    evidence: &Evidence,
    policy: &Policy,
    view: &LedgerView,
    now: Timestamp,
    changes: &mut Vec<Change>,
) {
    if super::exposure::Exposure::of(&proposal.action).direction
        != super::exposure::Direction::Increase
    {
        return;
    }
    for limit in policy
        .settings()
        .limits
        .iter()
        .filter(|l| l.mode != Enforcement::Advisory)
    {
        let kind = limit.rule.kind();
        let change = match check(
            &limit.rule,
            proposal,
            evidence.performance_for(proposal),
            view,
            now,
        ) {
            Finding::Kept => continue,
            Finding::Lacks(lacks) => Change::Supply { lacks },
            Finding::Broken {
                after_at_most: Some(amount),
                ..
            } => Change::AmountAtMost {
                limit: kind,
                amount,
            },
            Finding::Broken {
                wait_seconds: Some(seconds),
                ..
            } => Change::Wait {
                seconds: f64::from(seconds),
            },
            Finding::Broken { .. } if limit.mode == Enforcement::SoftBlock => Change::Confirm,
            Finding::Broken { .. } => Change::ChangePolicy { limit: kind },
        };
        if !changes.contains(&change) {
            changes.push(change);
        }
    }
}
