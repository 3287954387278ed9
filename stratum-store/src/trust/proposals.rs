//! What was proposed, and how far is it? A queue holds proposals, never permits.

use std::fmt;
use std::str::FromStr;

use chrono::TimeDelta;
use sqlx::FromRow;
use stratum_core::trust::Proposal;
use stratum_core::vocabulary::{ProposalId, Timestamp};

use crate::column::{count, counted, micros, moment, moment_or_none, parsed, read, written};
use crate::{StoreError, TenantScope};

/// For how long a proposal waits that names no end itself.
pub const LONGEST_WAIT: TimeDelta = TimeDelta::days(7);

/// How far a proposal is. Every state but the first two and [`Self::Unconfirmed`] is final.
///
/// INVARIANT: no proposal waits for ever. One that waits expires; one that is unconfirmed is settled by a reading of the
/// platform or by a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProposalState {
    /// Waiting for its review.
    Waiting,
    /// Held for a second person.
    AwaitingApproval,
    /// Held by the gate.
    Held,
    /// Blocked by the gate.
    Blocked,
    /// Carried out and read back.
    Applied,
    /// Tried, and not carried out.
    NotApplied,
    /// Tried, and nobody knows.
    Unconfirmed,
    /// Too old to act upon.
    Expired,
}

impl ProposalState {
    const ALL: [Self; 8] = [
        Self::Waiting,
        Self::AwaitingApproval,
        Self::Held,
        Self::Blocked,
        Self::Applied,
        Self::NotApplied,
        Self::Unconfirmed,
        Self::Expired,
    ];

    /// The name used in SQL and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::AwaitingApproval => "awaiting_approval",
            Self::Held => "held",
            Self::Blocked => "blocked",
            Self::Applied => "applied",
            Self::NotApplied => "not_applied",
            Self::Unconfirmed => "unconfirmed",
            Self::Expired => "expired",
        }
    }
}

impl fmt::Display for ProposalState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no state of a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown state of a proposal")]
pub struct UnknownProposalState;

impl FromStr for ProposalState {
    type Err = UnknownProposalState;
    fn from_str(text: &str) -> Result<Self, UnknownProposalState> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or(UnknownProposalState)
    }
}

/// A proposal and how far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredProposal {
    /// The proposal.
    pub proposal: Proposal,
    /// How far it is.
    pub state: ProposalState,
    /// When it came in.
    pub created_at: Timestamp,
    /// Until when it waits: what the proposal says, or [`LONGEST_WAIT`] after it came in.
    pub expires_at: Option<Timestamp>,
    /// The entry of its newest review; none before the first.
    pub seq: Option<u64>,
}

#[derive(FromRow)]
struct ProposalRow {
    state: String,
    body: String,
    created_at: i64,
    expires_at: Option<i64>,
    seq: Option<i64>,
}

impl TryFrom<ProposalRow> for StoredProposal {
    type Error = StoreError;
    fn try_from(row: ProposalRow) -> Result<Self, StoreError> {
        Ok(Self {
            proposal: read(&row.body, "body")?,
            state: parsed(&row.state, "state")?,
            created_at: moment(row.created_at)?,
            expires_at: moment_or_none(row.expires_at)?,
            seq: row.seq.map(|seq| counted(seq, "seq")).transpose()?,
        })
    }
}

impl TenantScope {
    /// Adds a proposal; says `false` and changes nothing when its id is taken.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn add_proposal(
        &mut self,
        proposal: &Proposal,
        state: ProposalState,
        seq: Option<u64>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let body = written(proposal, "body")?;
        let seq = seq.map(|seq| count(seq, "seq")).transpose()?;
        let (connection, tenant) = self.parts();
        let done = sqlx::query(
            "INSERT INTO proposals
               (tenant, proposal, account, state, body, created_at, expires_at, seq)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
        )
        .bind(tenant)
        .bind(proposal.id.as_str())
        .bind(proposal.account.as_str())
        .bind(state.as_str())
        .bind(body)
        .bind(micros(now))
        .bind(micros(proposal.expires_at.unwrap_or(now + LONGEST_WAIT)))
        .bind(seq)
        .execute(connection)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Moves a proposal from one state to another; says `false` and changes nothing when it is not in the first one.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn move_proposal(
        &mut self,
        id: &ProposalId,
        from: ProposalState,
        to: ProposalState,
        seq: Option<u64>,
    ) -> Result<bool, StoreError> {
        let seq = seq.map(|seq| count(seq, "seq")).transpose()?;
        let (connection, tenant) = self.parts();
        let done = sqlx::query(
            "UPDATE proposals SET state = $1, seq = COALESCE($2, seq)
             WHERE tenant = $3 AND proposal = $4 AND state = $5",
        )
        .bind(to.as_str())
        .bind(seq)
        .bind(tenant)
        .bind(id.as_str())
        .bind(from.as_str())
        .execute(connection)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// One proposal.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn proposal(
        &mut self,
        id: &ProposalId,
    ) -> Result<Option<StoredProposal>, StoreError> {
        let (connection, tenant) = self.parts();
        let row: Option<ProposalRow> = sqlx::query_as(
            "SELECT state, body, created_at, expires_at, seq FROM proposals
             WHERE tenant = $1 AND proposal = $2",
        )
        .bind(tenant)
        .bind(id.as_str())
        .fetch_optional(connection)
        .await?;
        row.map(StoredProposal::try_from).transpose()
    }

    /// Proposals in one state, or in any, newest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn proposals(
        &mut self,
        state: Option<ProposalState>,
        limit: u32,
    ) -> Result<Vec<StoredProposal>, StoreError> {
        let (connection, tenant) = self.parts();
        let rows: Vec<ProposalRow> = sqlx::query_as(
            "SELECT state, body, created_at, expires_at, seq FROM proposals
             WHERE tenant = $1 AND ($2 IS NULL OR state = $2)
             ORDER BY created_at DESC, proposal LIMIT $3",
        )
        .bind(tenant)
        .bind(state.map(ProposalState::as_str))
        .bind(limit)
        .fetch_all(connection)
        .await?;
        rows.into_iter().map(StoredProposal::try_from).collect()
    }

    /// How many proposals are in one state.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn count_proposals(&mut self, state: ProposalState) -> Result<u64, StoreError> {
        let (connection, tenant) = self.parts();
        let found: i64 =
            sqlx::query_scalar("SELECT COUNT(*) FROM proposals WHERE tenant = $1 AND state = $2")
                .bind(tenant)
                .bind(state.as_str())
                .fetch_one(connection)
                .await?;
        counted(found, "proposals")
    }

    /// Marks waiting proposals that have expired by `now`, and answers each as it was before.
    ///
    /// INVARIANT: a proposal whose write is open does not expire: it becomes what comes of the write.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn expire_proposals(
        &mut self,
        now: Timestamp,
    ) -> Result<Vec<StoredProposal>, StoreError> {
        let (connection, tenant) = self.parts();
        let rows: Vec<ProposalRow> = sqlx::query_as(
            "SELECT state, body, created_at, expires_at, seq FROM proposals AS p
             WHERE tenant = $1 AND state IN ('waiting', 'awaiting_approval') AND expires_at <= $2
               AND NOT EXISTS (SELECT 1 FROM executions AS e
                 WHERE e.tenant = p.tenant AND e.proposal = p.proposal
                   AND e.state IN ('intent', 'unconfirmed'))
             ORDER BY created_at, proposal",
        )
        .bind(tenant)
        .bind(micros(now))
        .fetch_all(connection)
        .await?;
        let due: Result<Vec<_>, _> = rows.into_iter().map(StoredProposal::try_from).collect();
        let due = due?;
        for stored in &due {
            self.move_proposal(
                &stored.proposal.id,
                stored.state,
                ProposalState::Expired,
                None,
            )
            .await?;
        }
        Ok(due)
    }
}
