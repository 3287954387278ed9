//! What was carried out, and what is still under way? One row for each redeemed permit, with a lease.
//!
//! A row without an outcome whose lease has run out belongs to whoever claims it: read the platform again, then settle.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use chrono::TimeDelta;
use serde_json::Value;
use sqlx::FromRow;
use stratum_core::trust::{Action, AppliedChange, Direction, Exposure};
use stratum_core::vocabulary::{AccountId, ProposalId, Timestamp};

use crate::column::{counted, identified, micros, moment, moment_or_none, parsed, read, written};
use crate::{StoreError, TenantScope};

/// How far an execution is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExecutionState {
    /// A write is about to happen, or has happened and was not read back.
    Intent,
    /// The platform shows what was requested.
    Applied,
    /// The platform shows what was there before.
    NotApplied,
    /// The platform shows something else, or cannot be read.
    Unconfirmed,
}

impl ExecutionState {
    const ALL: [Self; 4] = [
        Self::Intent,
        Self::Applied,
        Self::NotApplied,
        Self::Unconfirmed,
    ];

    /// The name used in SQL and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Intent => "intent",
            Self::Applied => "applied",
            Self::NotApplied => "not_applied",
            Self::Unconfirmed => "unconfirmed",
        }
    }
}

impl fmt::Display for ExecutionState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no state of an execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown state of an execution")]
pub struct UnknownExecutionState;

impl FromStr for ExecutionState {
    type Err = UnknownExecutionState;
    fn from_str(text: &str) -> Result<Self, UnknownExecutionState> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or(UnknownExecutionState)
    }
}

/// A write that is about to happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewExecution {
    /// The text of the permit's id: the idempotency key of the write.
    pub permit: String,
    /// Of which proposal.
    pub proposal: ProposalId,
    /// In which account.
    pub account: AccountId,
    /// What is to be done.
    pub action: Action,
    /// The campaign as the platform showed it before.
    pub before: Value,
    /// Whether automation does it.
    pub by_automation: bool,
    /// Who does it, such as the name of a process.
    pub lease_holder: String,
    /// Until when nobody else may touch it.
    pub lease_until: Timestamp,
}

/// A write and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Execution {
    /// The text of the permit's id.
    pub permit: String,
    /// Of which proposal.
    pub proposal: ProposalId,
    /// In which account.
    pub account: AccountId,
    /// What was to be done.
    pub action: Action,
    /// The campaign as the platform showed it before, where that was kept.
    pub before: Option<Value>,
    /// Whether automation did it.
    pub by_automation: bool,
    /// How far it is.
    pub state: ExecutionState,
    /// When it began.
    pub begun_at: Timestamp,
    /// Until when nobody else may touch it.
    pub lease_until: Timestamp,
    /// When its outcome was settled.
    pub settled_at: Option<Timestamp>,
}

/// What every statement that answers executions names, in one place.
macro_rules! columns {
    () => {
        "permit, proposal, account, action, before, by_automation, state, begun_at, lease_until, settled_at"
    };
}

#[derive(FromRow)]
struct ExecutionRow {
    permit: String,
    proposal: String,
    account: String,
    action: String,
    before: Option<String>,
    by_automation: bool,
    state: String,
    begun_at: i64,
    lease_until: i64,
    settled_at: Option<i64>,
}

impl TryFrom<ExecutionRow> for Execution {
    type Error = StoreError;
    fn try_from(row: ExecutionRow) -> Result<Self, StoreError> {
        Ok(Self {
            permit: row.permit,
            proposal: identified(row.proposal, "proposal")?,
            account: identified(row.account, "account")?,
            action: read(&row.action, "action")?,
            before: row.before.map(|text| read(&text, "before")).transpose()?,
            by_automation: row.by_automation,
            state: parsed(&row.state, "state")?,
            begun_at: moment(row.begun_at)?,
            lease_until: moment(row.lease_until)?,
            settled_at: moment_or_none(row.settled_at)?,
        })
    }
}

const fn direction_text(direction: Direction) -> &'static str {
    match direction {
        Direction::Increase => "increase",
        Direction::Neutral => "neutral",
        Direction::Reduce => "reduce",
    }
}

impl TenantScope {
    /// Notes that a write is about to happen; says `false` and changes nothing when the permit was used before.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn begin_execution(
        &mut self,
        new: &NewExecution,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let action = written(&new.action, "action")?;
        let before = written(&new.before, "before")?;
        let direction = direction_text(Exposure::of(&new.action).direction);
        let (connection, tenant) = self.parts();
        let done = sqlx::query(
            "INSERT INTO executions (tenant, permit, proposal, account, campaign, action, direction,
               by_automation, state, begun_at, lease_until, lease_holder, before)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'intent', $9, $10, $11, $12)
             ON CONFLICT DO NOTHING",
        )
        .bind(tenant)
        .bind(&new.permit)
        .bind(new.proposal.as_str())
        .bind(new.account.as_str())
        .bind(new.action.campaign().as_str())
        .bind(action)
        .bind(direction)
        .bind(new.by_automation)
        .bind(micros(now))
        .bind(micros(new.lease_until))
        .bind(&new.lease_holder)
        .bind(before)
        .execute(connection)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Settles an execution; says `false` and changes nothing unless `holder` still holds it and it has no outcome.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn settle_execution(
        &mut self,
        permit: &str,
        holder: &str,
        state: ExecutionState,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let (connection, tenant) = self.parts();
        let done = sqlx::query(
            "UPDATE executions SET state = $1, settled_at = $2
             WHERE tenant = $3 AND permit = $4 AND lease_holder = $5
               AND state IN ('intent', 'unconfirmed')",
        )
        .bind(state.as_str())
        .bind(micros(now))
        .bind(tenant)
        .bind(permit)
        .bind(holder)
        .execute(connection)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Takes over executions without a certain outcome whose lease has run out, at most `limit`: first those of which nothing
    /// is known yet, then those that were looked at longest ago.
    ///
    /// The new lease is as long as the execution is old, within `lease`: the longer nobody knows, the more rarely it is asked.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn claim_executions(
        &mut self,
        holder: &str,
        lease: RangeInclusive<TimeDelta>,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Execution>, StoreError> {
        let span = |delta: &TimeDelta| delta.num_microseconds().unwrap_or(i64::MAX);
        let (connection, tenant) = self.parts();
        let rows: Vec<ExecutionRow> = sqlx::query_as(concat!(
            "UPDATE executions SET lease_holder = $1,
               lease_until = $4 + max($2, min($6, $4 - begun_at))
             WHERE tenant = $3 AND permit IN (
               SELECT permit FROM executions
               WHERE tenant = $3 AND state IN ('intent', 'unconfirmed') AND lease_until <= $4
               ORDER BY state = 'unconfirmed', lease_until, permit LIMIT $5)
             RETURNING ",
            columns!()
        ))
        .bind(holder)
        .bind(span(lease.start()))
        .bind(tenant)
        .bind(micros(now))
        .bind(limit)
        .bind(span(lease.end()))
        .fetch_all(connection)
        .await?;
        let mut claimed: Vec<Execution> = rows
            .into_iter()
            .map(Execution::try_from)
            .collect::<Result<_, _>>()?;
        claimed.sort_by_key(|execution| (execution.state, execution.begun_at));
        Ok(claimed)
    }

    /// Settles an unconfirmed execution by a person's word, whoever holds it; says `false` and changes nothing when it is not
    /// unconfirmed.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn settle_execution_by_hand(
        &mut self,
        permit: &str,
        state: ExecutionState,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let (connection, tenant) = self.parts();
        let done = sqlx::query(
            "UPDATE executions SET state = $1, settled_at = $2
             WHERE tenant = $3 AND permit = $4 AND state = 'unconfirmed'",
        )
        .bind(state.as_str())
        .bind(micros(now))
        .bind(tenant)
        .bind(permit)
        .execute(connection)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// The unconfirmed execution of a proposal; a proposal is executed at most once.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn unconfirmed_execution(
        &mut self,
        proposal: &ProposalId,
    ) -> Result<Option<Execution>, StoreError> {
        let (connection, tenant) = self.parts();
        let row: Option<ExecutionRow> = sqlx::query_as(concat!(
            "SELECT ",
            columns!(),
            " FROM executions WHERE tenant = $1 AND proposal = $2 AND state = 'unconfirmed'"
        ))
        .bind(tenant)
        .bind(proposal.as_str())
        .fetch_optional(connection)
        .await?;
        row.map(Execution::try_from).transpose()
    }

    /// One execution.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn execution(&mut self, permit: &str) -> Result<Option<Execution>, StoreError> {
        let (connection, tenant) = self.parts();
        let row: Option<ExecutionRow> = sqlx::query_as(concat!(
            "SELECT ",
            columns!(),
            " FROM executions WHERE tenant = $1 AND permit = $2"
        ))
        .bind(tenant)
        .bind(permit)
        .fetch_optional(connection)
        .await?;
        row.map(Execution::try_from).transpose()
    }

    /// Those of these executions that there are.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn executions_of(
        &mut self,
        permits: &[String],
    ) -> Result<Vec<Execution>, StoreError> {
        let names = written(&permits, "permits")?;
        let (connection, tenant) = self.parts();
        let rows: Vec<ExecutionRow> = sqlx::query_as(concat!(
            "SELECT ",
            columns!(),
            " FROM executions WHERE tenant = $1 AND permit IN (SELECT value FROM json_each($2))"
        ))
        .bind(tenant)
        .bind(names)
        .fetch_all(connection)
        .await?;
        rows.into_iter().map(Execution::try_from).collect()
    }

    /// How many executions there are.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn count_executions(&mut self) -> Result<u64, StoreError> {
        let (connection, tenant) = self.parts();
        let number: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM executions WHERE tenant = $1")
            .bind(tenant)
            .fetch_one(connection)
            .await?;
        counted(number, "executions")
    }

    /// Whether a campaign may have been changed again since an execution began: then what it shows says nothing about that one.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn is_changed_again(&mut self, execution: &Execution) -> Result<bool, StoreError> {
        let (connection, tenant) = self.parts();
        let found: Option<i64> = sqlx::query_scalar(
            "SELECT 1 FROM executions
             WHERE tenant = $1 AND account = $2 AND campaign = $3 AND begun_at >= $4
               AND permit <> $5 AND state <> 'not_applied' LIMIT 1",
        )
        .bind(tenant)
        .bind(execution.account.as_str())
        .bind(execution.action.campaign().as_str())
        .bind(micros(execution.begun_at))
        .bind(&execution.permit)
        .fetch_optional(connection)
        .await?;
        Ok(found.is_some())
    }

    /// The changes begun since a moment that were applied, in every account, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn applied_changes(
        &mut self,
        since: Timestamp,
    ) -> Result<Vec<AppliedChange>, StoreError> {
        self.changes(
            concat!(
                "SELECT ",
                columns!(),
                " FROM executions WHERE tenant = $1 AND state = 'applied' AND begun_at >= $2
             ORDER BY begun_at, permit"
            ),
            since,
        )
        .await
    }

    /// The changes begun since a moment that were applied or may have been, oldest first: what limits count.
    ///
    /// A write under way, or one whose result nobody could read, counts until it is known not to have happened. Otherwise two
    /// proposals at once could each find room for themselves alone.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn possible_changes(
        &mut self,
        since: Timestamp,
    ) -> Result<Vec<AppliedChange>, StoreError> {
        self.changes(
            concat!(
                "SELECT ",
                columns!(),
                " FROM executions WHERE tenant = $1 AND state IN ('intent', 'unconfirmed', 'applied')
               AND begun_at >= $2
             ORDER BY begun_at, permit"
            ),
            since,
        )
        .await
    }

    async fn changes(
        &mut self,
        statement: &'static str,
        since: Timestamp,
    ) -> Result<Vec<AppliedChange>, StoreError> {
        let (connection, tenant) = self.parts();
        let rows: Vec<ExecutionRow> = sqlx::query_as(statement)
            .bind(tenant)
            .bind(micros(since))
            .fetch_all(connection)
            .await?;
        rows.into_iter()
            .map(|row| Execution::try_from(row).map(applied))
            .collect()
    }
}

fn applied(execution: Execution) -> AppliedChange {
    let action = &execution.action;
    let budgets = action.is_about_budget();
    AppliedChange {
        // When the write was made, not when its outcome became known: that may be long after, and out of order.
        at: execution.begun_at,
        account: execution.account,
        campaign: action.campaign().clone(),
        direction: Exposure::of(action).direction,
        before: if budgets { action.before() } else { None },
        after: if budgets { action.after() } else { None },
        by_automation: execution.by_automation,
    }
}
