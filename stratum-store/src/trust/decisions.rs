//! Which decisions were there? An index over the reviews of the ledger, for lists and filters.
//!
//! Everything in it can be derived again from the ledger, except the truth of a simulation, which is kept here.

use std::ops::RangeInclusive;

use sqlx::FromRow;
use stratum_core::vocabulary::{AccountId, CampaignId, ProposalId, Timestamp};

use crate::column::{count, counted, identified, micros, moment, read, unreadable, written};
use crate::{StoreError, TenantScope};

/// What only a simulation knows: whether an action did harm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Truth {
    /// It lost money.
    Harmful,
    /// It did not.
    Harmless,
}

impl Truth {
    /// The name used in SQL and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Harmful => "harmful",
            Self::Harmless => "harmless",
        }
    }

    fn named(text: &str) -> Result<Self, StoreError> {
        match text {
            "harmful" => Ok(Self::Harmful),
            "harmless" => Ok(Self::Harmless),
            _ => Err(unreadable("truth", "neither harmful nor harmless")),
        }
    }
}

/// One decision of the gate.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// Its entry in the ledger.
    pub seq: u64,
    /// When it was made.
    pub at: Timestamp,
    /// In which account.
    pub account: AccountId,
    /// About which campaign.
    pub campaign: CampaignId,
    /// About which proposal.
    pub proposal: ProposalId,
    /// `pass`, `hold` or `block`.
    pub verdict: String,
    /// What has become of it, such as `applied`.
    pub state: String,
    /// What a simulation knows about it; none in reality.
    pub truth: Option<Truth>,
    /// What a list shows of it, as the server wrote it.
    pub summary: serde_json::Value,
}

/// Which decisions to list.
#[derive(Debug, Clone, Default)]
pub struct DecisionFilter {
    /// Only those before this entry.
    pub before: Option<u64>,
    /// Only those with this verdict.
    pub verdict: Option<String>,
    /// Only those of this account.
    pub account: Option<AccountId>,
    /// Only those in this state.
    pub state: Option<String>,
}

#[derive(FromRow)]
struct DecisionRow {
    seq: i64,
    at: i64,
    account: String,
    campaign: String,
    proposal: String,
    verdict: String,
    state: String,
    truth: Option<String>,
    summary: String,
}

impl TryFrom<DecisionRow> for Decision {
    type Error = StoreError;
    fn try_from(row: DecisionRow) -> Result<Self, StoreError> {
        Ok(Self {
            seq: counted(row.seq, "seq")?,
            at: moment(row.at)?,
            account: identified(row.account, "account")?,
            campaign: identified(row.campaign, "campaign")?,
            proposal: identified(row.proposal, "proposal")?,
            verdict: row.verdict,
            state: row.state,
            truth: row.truth.as_deref().map(Truth::named).transpose()?,
            summary: read(&row.summary, "summary")?,
        })
    }
}

impl TenantScope {
    /// Adds a decision to the index, or replaces it.
    ///
    /// # Errors
    /// [`StoreError`] when the verdict is none or the database fails.
    pub async fn put_decision(&mut self, decision: &Decision) -> Result<(), StoreError> {
        let summary = written(&decision.summary, "summary")?;
        let (connection, tenant) = self.parts();
        sqlx::query(
            "INSERT INTO decisions
               (tenant, seq, at, account, campaign, proposal, verdict, state, truth, summary)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             ON CONFLICT (tenant, seq) DO UPDATE SET state = excluded.state,
               truth = excluded.truth, summary = excluded.summary",
        )
        .bind(tenant)
        .bind(count(decision.seq, "seq")?)
        .bind(micros(decision.at))
        .bind(decision.account.as_str())
        .bind(decision.campaign.as_str())
        .bind(decision.proposal.as_str())
        .bind(&decision.verdict)
        .bind(&decision.state)
        .bind(decision.truth.map(Truth::as_str))
        .bind(summary)
        .execute(connection)
        .await?;
        Ok(())
    }

    /// Notes what has become of a decision.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn set_decision_state(&mut self, seq: u64, state: &str) -> Result<(), StoreError> {
        let (connection, tenant) = self.parts();
        sqlx::query("UPDATE decisions SET state = $1 WHERE tenant = $2 AND seq = $3")
            .bind(state)
            .bind(tenant)
            .bind(count(seq, "seq")?)
            .execute(connection)
            .await?;
        Ok(())
    }

    /// The entry of the newest decision; none when nothing was decided. The ledger holds at least that many entries.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn newest_decision(&mut self) -> Result<Option<u64>, StoreError> {
        let (connection, tenant) = self.parts();
        let seq: Option<i64> =
            sqlx::query_scalar("SELECT MAX(seq) FROM decisions WHERE tenant = $1")
                .bind(tenant)
                .fetch_one(connection)
                .await?;
        seq.map(|seq| counted(seq, "seq")).transpose()
    }

    /// One decision.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn decision(&mut self, seq: u64) -> Result<Option<Decision>, StoreError> {
        let (connection, tenant) = self.parts();
        let row: Option<DecisionRow> = sqlx::query_as(
            "SELECT seq, at, account, campaign, proposal, verdict, state, truth, summary
             FROM decisions WHERE tenant = $1 AND seq = $2",
        )
        .bind(tenant)
        .bind(count(seq, "seq")?)
        .fetch_optional(connection)
        .await?;
        row.map(Decision::try_from).transpose()
    }

    /// The decisions whose entries lie within a range, in their order.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn decisions_within(
        &mut self,
        entries: RangeInclusive<u64>,
    ) -> Result<Vec<Decision>, StoreError> {
        let (connection, tenant) = self.parts();
        let rows: Vec<DecisionRow> = sqlx::query_as(
            "SELECT seq, at, account, campaign, proposal, verdict, state, truth, summary
             FROM decisions WHERE tenant = $1 AND seq BETWEEN $2 AND $3 ORDER BY seq",
        )
        .bind(tenant)
        .bind(count(*entries.start(), "seq")?)
        .bind(count(*entries.end(), "seq")?)
        .fetch_all(connection)
        .await?;
        rows.into_iter().map(Decision::try_from).collect()
    }

    /// Decisions that fit the filter, newest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn decisions(
        &mut self,
        filter: &DecisionFilter,
        limit: u32,
    ) -> Result<Vec<Decision>, StoreError> {
        let before = filter
            .before
            .map_or(Ok(i64::MAX), |seq| count(seq, "seq"))?;
        let (connection, tenant) = self.parts();
        let rows: Vec<DecisionRow> = sqlx::query_as(
            "SELECT seq, at, account, campaign, proposal, verdict, state, truth, summary
             FROM decisions
             WHERE tenant = $1 AND seq < $2 AND ($3 IS NULL OR verdict = $3)
               AND ($4 IS NULL OR account = $4) AND ($5 IS NULL OR state = $5)
             ORDER BY seq DESC LIMIT $6",
        )
        .bind(tenant)
        .bind(before)
        .bind(filter.verdict.as_deref())
        .bind(filter.account.as_ref().map(AccountId::as_str))
        .bind(filter.state.as_deref())
        .bind(limit)
        .fetch_all(connection)
        .await?;
        rows.into_iter().map(Decision::try_from).collect()
    }
}
