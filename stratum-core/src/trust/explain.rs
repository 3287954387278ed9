//! What would turn it? The smallest changes that make a held or blocked proposal pass, computed, all of them together.
//!
//! For health: floors first, then the components whose weight needs the least lifting. Each component names the measures that
//! hold it and the value each would have to reach. For limits: the amount, the wait or the confirmation that helps.

use alloc::vec::Vec;
use core::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::signal::health::composite;
use crate::signal::{Component, Health, Measure, MeasureScore, Outcome, Status};
use crate::vocabulary::{FreezeId, Money, Score, Timestamp, seconds_between};

use super::assess::{Assessment, Decision, lacking_components, protective_changes};
use super::evidence::Evidence;
use super::exposure::Direction;
use super::ledger_view::LedgerView;
use super::limits::{Enforcement, Finding, Limit, LimitKind, check};
use super::policy::Policy;
use super::proposal::Proposal;
use super::reason::{Lacking, Reason};

/// One change; an answer lists all that are needed together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Change {
    /// The lower end of a component must rise; one entry for each measure that holds it back.
    LiftComponent {
        /// Which component.
        component: Component,
        /// The lower end of the measure now; 0 when it was not measured.
        low: f64,
        /// The lower end needed.
        needed: f64,
        /// The measure that holds the component back.
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
    /// A hard limit stands, and no amount and no wait that can be named here keeps it. The end of the account's day or better
    /// readings may; a policy without the limit does.
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
            // When the policy allows none at all, waiting does not help: then only health does.
            Reason::ProtectionExhausted { at_most: 0 } => about_health = true,
            Reason::ProtectionExhausted { .. } => {
                let seconds = protection_returns_in(proposal, policy, view, now);
                changes.extend(seconds.map(|seconds| Change::Wait { seconds }));
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
        let protects = assessment.exposure.direction == Direction::Reduce
            && policy.settings().protective.at_most > 0
            && policy.settings().protective.allowed;
        let target = if protects {
            Target::protection(policy)
        } else {
            Target::healthy(assessment, health, policy)
        };
        lift_health(&target, health, policy, view, &mut changes);
        if protects {
            let seconds = protection_returns_in(proposal, policy, view, now);
            changes.extend(seconds.map(|seconds| Change::Wait { seconds }));
        }
    }
    let limited = |reason: &Reason| {
        matches!(
            reason,
            Reason::LimitBroken { .. } | Reason::LimitLacks { .. }
        )
    };
    if assessment.reasons.iter().any(limited) {
        loosen_limits(
            assessment,
            proposal,
            evidence,
            policy,
            view,
            now,
            &mut changes,
        );
    }
    keep_what_binds(&mut changes);
    changes
}

/// Of several waits only the longest binds, of several amounts in one currency only the smallest; of equal ones the first is named.
fn keep_what_binds(changes: &mut Vec<Change>) {
    // Whether the first asks for more than the second, in the same coin; none where they cannot be compared.
    let more = |one: &Change, other: &Change| match (one, other) {
        (Change::Wait { seconds }, Change::Wait { seconds: less }) => seconds.partial_cmp(less),
        (Change::AmountAtMost { amount, .. }, Change::AmountAtMost { amount: larger, .. }) => {
            larger.compare(amount).ok()
        }
        _ => None,
    };
    let mut kept: Vec<Change> = Vec::with_capacity(changes.len());
    for change in changes.drain(..) {
        let rival = kept.iter().position(|other| more(&change, other).is_some());
        match rival.and_then(|at| kept.get_mut(at)) {
            Some(other) if more(&change, other) == Some(Ordering::Greater) => *other = change,
            Some(_) => {}
            None => kept.push(change),
        }
    }
    *changes = kept;
}

/// What keeps the limits, in their order. One confirmation covers every soft limit; another amount is another proposal, which
/// a confirmation given before does not cover.
fn loosen_limits(
    assessment: &Assessment,
    proposal: &Proposal,
    evidence: &Evidence,
    policy: &Policy,
    view: &LedgerView,
    now: Timestamp,
    changes: &mut Vec<Change>,
) {
    let confirmed = |reason: &Reason| matches!(reason, Reason::Confirmed { .. });
    let confirmed = assessment.reasons.iter().any(confirmed);
    let asked = policy.settings().limits.iter();
    let loosened: Vec<(Enforcement, Change)> = asked
        .filter(|limit| limit.mode != Enforcement::Advisory)
        .filter_map(|limit| Some((limit.mode, loosen(limit, proposal, evidence, view, now)?)))
        .collect();
    let another_amount = loosened.iter().any(|(mode, change)| {
        *mode == Enforcement::HardBlock && matches!(change, Change::AmountAtMost { .. })
    });
    let confirm = loosened
        .iter()
        .any(|(_, change)| *change == Change::Confirm);
    for (mode, change) in loosened {
        let soft = mode == Enforcement::SoftBlock;
        if soft && confirmed && !another_amount {
            continue;
        }
        let change = if soft && confirm {
            Change::Confirm
        } else {
            change
        };
        if !changes.contains(&change) {
            changes.push(change);
        }
    }
}

/// In how many seconds one more protective reduction may be made; none when one may be made now, or never.
fn protection_returns_in(
    proposal: &Proposal,
    policy: &Policy,
    view: &LedgerView,
    now: Timestamp,
) -> Option<f64> {
    let protective = policy.settings().protective;
    let changes = protective_changes(proposal, policy, view, now);
    let mut since: Vec<f64> = changes.map(|c| seconds_between(c.at, now)).collect();
    // The youngest first: with the last of `at_most` gone, one more may be made.
    since.sort_unstable_by(f64::total_cmp);
    let last = usize::try_from(protective.at_most)
        .unwrap_or(usize::MAX)
        .checked_sub(1)?;
    Some(f64::from(protective.within_seconds) - since.get(last)?)
}

/// Where health has to get to.
struct Target {
    status: Status,
    /// The lower end of the composite.
    low: f64,
    /// Points above the floors; none where floors are not asked.
    floors: Option<f64>,
}

impl Target {
    /// Healthy, and enough for what the action exposes.
    fn healthy(assessment: &Assessment, health: &Health, policy: &Policy) -> Self {
        let settings = &policy.settings().health;
        let margin = if health.status() == Status::Healthy {
            0.0
        } else {
            settings.recovery.margin
        };
        let (required, threshold) = (assessment.required.value(), settings.healthy + margin);
        Self {
            status: Status::Healthy,
            low: if required > threshold {
                required
            } else {
                threshold
            },
            floors: Some(margin),
        }
    }

    /// Good enough for a protective reduction, which passes while health is degraded.
    fn protection(policy: &Policy) -> Self {
        let settings = &policy.settings().health;
        Self {
            status: Status::Degraded,
            low: settings.degraded + settings.recovery.margin,
            floors: None,
        }
    }
}

/// The lifts that bring health to a target, floors first, then the fewest components.
fn lift_health(
    target: &Target,
    health: &Health,
    policy: &Policy,
    view: &LedgerView,
    changes: &mut Vec<Change>,
) {
    let settings = &policy.settings().health;
    let mut lifts: Vec<(Component, f64)> = match target.floors {
        Some(margin) => lacking_components(health, margin, settings.minimum_coverage).collect(),
        None => Vec::new(),
    };
    let mut lows = LowerEnds::of(health);
    for (component, low) in &lifts {
        lows.set(*component, *low);
    }
    // Each round lifts the component that can give the most, and the last one only as far as needed.
    for _ in Component::ALL {
        let deficit = target.low - lows.composite();
        if deficit <= 0.0 {
            break;
        }
        let Some((component, weight, low)) = lows.most_room() else {
            break;
        };
        let needed = low + deficit * 100.0 / weight;
        // A hair above, so that rounding in the weighted sum cannot leave it a hair below.
        let needed = if needed + 1e-9 < 100.0 {
            needed + 1e-9
        } else {
            100.0
        };
        lows.set(component, needed);
        lifts.retain(|(lifted, _)| *lifted != component);
        lifts.push((component, needed));
    }
    lifts.sort_by_key(|(component, _)| *component);
    for (component, needed) in lifts {
        lift(health, policy, component, needed, changes);
    }
    // Without a memory there is nothing to recover from: an evaluation with better readings stands by itself.
    if health.status() < target.status && view.memory.is_some() {
        let memory = health.memory();
        let recovery = &settings.recovery;
        let wait = memory
            .recovered_in_seconds(target.status, recovery, health.at())
            .unwrap_or_else(|| memory.dwell_left(target.status, recovery));
        if wait > 0.0 {
            changes.push(Change::Wait { seconds: wait });
        }
    }
}

/// The lower ends of the components while they are being lifted.
struct LowerEnds([(Component, f64, f64); 5]);

impl LowerEnds {
    fn of(health: &Health) -> Self {
        let components = health.components();
        Self(components.map(|c| (c.component, c.weight, c.bounds.low.value())))
    }

    fn set(&mut self, component: Component, to: f64) {
        for (_, _, low) in self.0.iter_mut().filter(|(c, ..)| *c == component) {
            *low = Score::nearest(to).value();
        }
    }

    /// The lower end of the composite.
    fn composite(&self) -> f64 {
        composite(self.0.iter().map(|(_, weight, low)| (*weight, *low))).value()
    }

    /// The component that can give the composite the most, with its weight and lower end; none when nothing has room.
    fn most_room(&self) -> Option<(Component, f64, f64)> {
        let room = |(_, weight, low): &(Component, f64, f64)| weight * (100.0 - low);
        let most = self.0.iter().fold(None, |best, c| match best {
            Some(b) if room(b) >= room(c) => Some(b),
            _ => Some(c),
        });
        most.filter(|c| room(c) > 0.0).copied()
    }
}

/// Names the measures that hold a component back, and the value each would have to reach.
fn lift(
    health: &Health,
    policy: &Policy,
    component: Component,
    needed: f64,
    changes: &mut Vec<Change>,
) {
    let curves = &policy.settings().health.curves;
    let of_component = |slot: &&MeasureScore| slot.measure.component() == component;
    for slot in health.measures().iter().filter(of_component) {
        let (low, value) = match slot.outcome {
            Outcome::NotPlanned => continue,
            Outcome::Missing { .. } => (0.0, None),
            Outcome::Measured { value, bounds, .. } => (bounds.low.value(), Some(value)),
        };
        if value.is_some() && low >= needed {
            continue;
        }
        changes.push(Change::LiftComponent {
            component,
            low,
            needed,
            measure: slot.measure,
            value,
            value_needed: curves.of(slot.measure).value_reaching(needed),
        });
    }
}

/// Leaving an amount as it stands increases nothing, so no limit asks for less than that.
fn at_least_as_it_stands(amount: Money, proposal: &Proposal) -> Money {
    match proposal.action.before() {
        Some(before) if before.minus(&amount).is_ok_and(|more| more.is_positive()) => before,
        _ => amount,
    }
}

/// What would keep one limit; nothing when it is kept.
fn loosen(
    limit: &Limit,
    proposal: &Proposal,
    evidence: &Evidence,
    view: &LedgerView,
    now: Timestamp,
) -> Option<Change> {
    let performance = evidence.performance_for(proposal);
    let kind = limit.rule.kind();
    let from_nothing = proposal
        .action
        .before()
        .is_some_and(|before| before.amount().is_zero());
    let by_mode = Some(match limit.mode {
        Enforcement::SoftBlock => Change::Confirm,
        Enforcement::Advisory | Enforcement::HardBlock => Change::ChangePolicy { limit: kind },
    });
    match check(&limit.rule, proposal, performance, view, now) {
        Finding::Kept => None,
        // The amount before is known and is nothing: no percentage of it will ever be one, whatever is supplied.
        Finding::Lacks(Lacking::Before) if from_nothing => by_mode,
        Finding::Lacks(lacks) => Some(Change::Supply { lacks }),
        Finding::Broken {
            after_at_most: Some(amount),
            ..
        } => Some(Change::AmountAtMost {
            limit: kind,
            amount: at_least_as_it_stands(amount, proposal),
        }),
        Finding::Broken {
            wait_seconds: Some(seconds),
            ..
        } => Some(Change::Wait {
            seconds: f64::from(seconds),
        }),
        Finding::Broken { .. } => by_mode,
    }
}
