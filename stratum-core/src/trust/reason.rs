//! Why? A closed list of reasons with parameters, in one fixed order; sentences are made at the edge.

use serde::{Deserialize, Serialize};

use crate::signal::Component;
use crate::vocabulary::{ActorId, FreezeId, Timestamp};

use super::approval::ApprovalRefused;
use super::limits::{Enforcement, LimitKind};

/// What is lacking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lacking {
    /// The amount before the change.
    Before,
    /// The amount of the change.
    Amount,
    /// An amount above zero.
    PositiveAmount,
    /// One currency before and after.
    SameCurrency,
    /// A rate between two currencies.
    CurrencyRate,
    /// The recorded baseline of the campaign's budget.
    Baseline,
    /// What the campaign spends and returns.
    Performance,
}

/// What a reason does to a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Says something worth recording.
    Informs,
    /// Holds it.
    Holds,
    /// Blocks it.
    Blocks,
}

/// One reason. The order of declaration is the order in every answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    tag = "code",
    content = "params",
    rename_all = "snake_case",
    deny_unknown_fields
)]
pub enum Reason {
    /// The proposal may no longer be acted upon.
    ProposalExpired {
        /// Since when.
        expired_at: Timestamp,
    },
    /// The proposal does not say enough to be judged.
    Incomplete {
        /// What is lacking.
        lacks: Lacking,
    },
    /// Increases are frozen.
    Frozen {
        /// By which freeze.
        freeze: FreezeId,
    },
    /// The evidence is about another tenant, platform, account or moment.
    EvidenceOutOfScope,
    /// The signals are measured and bad.
    Unhealthy {
        /// The score; none when nothing is measured any more.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        score: Option<f64>,
        /// The threshold it is below.
        degraded: f64,
    },
    /// Too little was measured to know.
    InsufficientEvidence {
        /// Share of the weight that was measured.
        coverage: f64,
        /// The share needed.
        minimum: f64,
    },
    /// A component has readings missing that the plan asks for.
    NotMeasured {
        /// Which component.
        component: Component,
        /// Share of its planned measures that were measured.
        coverage: f64,
    },
    /// The lower end of a component is below its floor.
    BelowFloor {
        /// Which component.
        component: Component,
        /// Its lower end.
        low: f64,
        /// Its floor.
        floor: f64,
    },
    /// The lower end of health is below the healthy threshold.
    BelowHealthy {
        /// The lower end.
        low: f64,
        /// The threshold.
        healthy: f64,
    },
    /// Health is good again but has not been for long enough.
    Recovering {
        /// Seconds left, if nothing gets worse; none while the margin is not reached.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seconds_left: Option<f64>,
    },
    /// Health is good, but not good enough for an increase of this size.
    ExposureTooLarge {
        /// The lower end.
        low: f64,
        /// The lower end required.
        required: f64,
    },
    /// Automation has made all the protective reductions it may make for now.
    ProtectionExhausted {
        /// How many it may make.
        at_most: u32,
    },
    /// A limit is broken.
    LimitBroken {
        /// Which limit.
        limit: LimitKind,
        /// What that does.
        mode: Enforcement,
    },
    /// A limit cannot be computed, and so counts as broken.
    LimitLacks {
        /// Which limit.
        limit: LimitKind,
        /// What that does.
        mode: Enforcement,
        /// What is lacking.
        lacks: Lacking,
    },
    /// An approval for this proposal is not accepted.
    ApprovalRefused {
        /// Why.
        why: ApprovalRefused,
    },
    /// A second person confirmed what a limit holds.
    Confirmed {
        /// Who.
        by: ActorId,
    },
    /// Passed as a protective reduction although health is not good.
    Protective,
    /// A person acts by hand: the health rule is not asked.
    ManualAction,
}

impl Reason {
    /// What it does to the proposal, where a confirmation by a second person is not given.
    #[must_use]
    pub const fn effect(&self) -> Effect {
        match self {
            Self::Incomplete { .. } | Self::Frozen { .. } | Self::Unhealthy { .. } => {
                Effect::Blocks
            }
            Self::ProposalExpired { .. }
            | Self::EvidenceOutOfScope
            | Self::InsufficientEvidence { .. }
            | Self::NotMeasured { .. }
            | Self::BelowFloor { .. }
            | Self::BelowHealthy { .. }
            | Self::Recovering { .. }
            | Self::ExposureTooLarge { .. }
            | Self::ProtectionExhausted { .. } => Effect::Holds,
            Self::LimitBroken { mode, .. } | Self::LimitLacks { mode, .. } => match mode {
                Enforcement::Advisory => Effect::Informs,
                Enforcement::SoftBlock => Effect::Holds,
                Enforcement::HardBlock => Effect::Blocks,
            },
            Self::ApprovalRefused { .. }
            | Self::Confirmed { .. }
            | Self::Protective
            | Self::ManualAction => Effect::Informs,
        }
    }

    /// The name used in JSON and on screens.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ProposalExpired { .. } => "proposal_expired",
            Self::Incomplete { .. } => "incomplete",
            Self::Frozen { .. } => "frozen",
            Self::EvidenceOutOfScope => "evidence_out_of_scope",
            Self::Unhealthy { .. } => "unhealthy",
            Self::InsufficientEvidence { .. } => "insufficient_evidence",
            Self::NotMeasured { .. } => "not_measured",
            Self::BelowFloor { .. } => "below_floor",
            Self::BelowHealthy { .. } => "below_healthy",
            Self::Recovering { .. } => "recovering",
            Self::ExposureTooLarge { .. } => "exposure_too_large",
            Self::ProtectionExhausted { .. } => "protection_exhausted",
            Self::LimitBroken { .. } => "limit_broken",
            Self::LimitLacks { .. } => "limit_lacks",
            Self::ApprovalRefused { .. } => "approval_refused",
            Self::Confirmed { .. } => "confirmed",
            Self::Protective => "protective",
            Self::ManualAction => "manual_action",
        }
    }
}
