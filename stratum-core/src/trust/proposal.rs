//! Who wants to do what? Anyone may propose anything; only the gate decides.

use serde::{Deserialize, Serialize};

use crate::vocabulary::digest::canonical_bytes;
use crate::vocabulary::{AccountId, ActorId, Digest, Platform, ProposalId, TenantId, Timestamp};

use super::action::Action;

/// What kind of actor proposes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProposerKind {
    /// A rule somebody wrote.
    Rule,
    /// A statistical model.
    Model,
    /// An AI agent.
    Agent,
    /// A person, acting by hand.
    Person,
}

impl ProposerKind {
    /// Whether nobody looks before it acts. Everything but a person is automation.
    #[must_use]
    pub const fn is_automation(self) -> bool {
        !matches!(self, Self::Person)
    }
}

/// Who proposes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proposer {
    /// What kind of actor.
    pub kind: ProposerKind,
    /// Which one.
    pub id: ActorId,
}

/// An action somebody wants to take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proposal {
    /// Its id, unique within the tenant.
    pub id: ProposalId,
    /// Whose money.
    pub tenant: TenantId,
    /// On which platform.
    pub platform: Platform,
    /// In which ad account.
    pub account: AccountId,
    /// What to do.
    pub action: Action,
    /// Who proposes it.
    pub proposer: Proposer,
    /// When it was made.
    pub made_at: Timestamp,
    /// Until when it may be acted upon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

impl Proposal {
    /// The digest that an approval is bound to: any change to the proposal changes it.
    #[must_use]
    pub fn digest(&self) -> Digest {
        // A proposal holds text, decimals and times only, which always encode; the empty fallback approves nothing real.
        canonical_bytes(self).map_or(Digest::ZERO, |bytes| Digest::of(&bytes))
    }
}
