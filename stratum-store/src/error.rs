//! What can go wrong between memory and disk? Few things, each with a stable code.

use stratum_core::vocabulary::{CampaignId, TenantId};
use thiserror::Error;

/// Why the store did not do what it was asked.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The database refused or failed.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// The tables could not be brought up to date.
    #[error("the tables could not be brought up to date: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A stored value is not what this version understands.
    #[error("a stored value of `{column}` cannot be understood: {why}")]
    Unreadable {
        /// Which column.
        column: &'static str,
        /// Why.
        why: String,
    },
    /// An entry of the ledger is not what was written.
    #[error("entry {seq} of the ledger is damaged: {why}")]
    DamagedEntry {
        /// Which entry.
        seq: u64,
        /// What is wrong with it.
        why: String,
    },
    /// A value does not fit its column.
    #[error("a value for `{column}` does not fit")]
    OutOfRange {
        /// Which column.
        column: &'static str,
    },
    /// There is no such tenant.
    #[error("there is no tenant `{0}`")]
    UnknownTenant(TenantId),
    /// Only of a simulation is it known what truly set a conversion off.
    #[error("the tenant `{0}` is no simulation: its truth is not known")]
    NotASimulation(TenantId),
    /// A campaign belongs to the account it was first stored under.
    #[error("the campaign `{0}` belongs to another account")]
    CampaignElsewhere(CampaignId),
    /// More is waiting to be written than the store takes in.
    #[error("too much is waiting to be written")]
    Busy,
    /// A submission is larger than all the room there is: it would never be taken in.
    #[error("a submission is larger than what may wait to be written at all")]
    TooHeavy,
    /// The intake has ended; nothing is accepted any more.
    #[error("the store is closing")]
    Closed,
    /// A group of events could not be written; the text says why.
    #[error("the events could not be written: {0}")]
    NotWritten(String),
}

impl StoreError {
    /// A stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Database(_) | Self::NotWritten(_) => "store.database",
            Self::Migration(_) => "store.migration",
            Self::Unreadable { .. } => "store.unreadable",
            Self::DamagedEntry { .. } => "store.damaged_entry",
            Self::OutOfRange { .. } => "store.out_of_range",
            Self::UnknownTenant(_) => "store.unknown_tenant",
            Self::NotASimulation(_) => "store.not_a_simulation",
            Self::CampaignElsewhere(_) => "store.campaign_elsewhere",
            Self::Busy => "store.busy",
            Self::TooHeavy => "store.too_heavy",
            Self::Closed => "store.closed",
        }
    }

    /// Whether asking again later may help.
    #[must_use]
    pub const fn is_worth_retrying(&self) -> bool {
        matches!(self, Self::Busy | Self::Closed)
    }
}
