//! What did the last evaluation leave behind, and how did health run? Status memories, health history, states of rules.

use serde::Serialize;
use serde::de::DeserializeOwned;
use stratum_core::signal::StatusMemory;
use stratum_core::vocabulary::{AccountId, Timestamp};

use crate::column::{micros, moment, read, written};
use crate::{StoreError, TenantScope};

/// Health at one moment, as the server wrote it.
#[derive(Debug, Clone, PartialEq)]
pub struct HealthPoint {
    /// When.
    pub at: Timestamp,
    /// What it was.
    pub health: serde_json::Value,
}

impl TenantScope {
    /// The status memory of a scope, such as an account and its conversion event; none before the first evaluation.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn status_memory(&mut self, scope: &str) -> Result<Option<StatusMemory>, StoreError> {
        let (connection, tenant) = self.parts();
        let text: Option<String> = sqlx::query_scalar(
            "SELECT memory FROM status_memories WHERE tenant = $1 AND scope = $2",
        )
        .bind(tenant)
        .bind(scope)
        .fetch_optional(connection)
        .await?;
        text.map(|text| read(&text, "memory")).transpose()
    }

    /// Stores the status memory of a scope.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn put_status_memory(
        &mut self,
        scope: &str,
        memory: &StatusMemory,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let text = written(memory, "memory")?;
        let (connection, tenant) = self.parts();
        sqlx::query(
            "INSERT INTO status_memories (tenant, scope, memory, updated_at)
             VALUES ($1, $2, $3, $4)
             ON CONFLICT (tenant, scope) DO UPDATE SET memory = excluded.memory,
               updated_at = excluded.updated_at",
        )
        .bind(tenant)
        .bind(scope)
        .bind(text)
        .bind(micros(now))
        .execute(connection)
        .await?;
        Ok(())
    }

    /// Stores the health of an account at one moment.
    ///
    /// # Errors
    /// [`StoreError`] when the value does not encode or the database fails.
    pub async fn put_health<T: Serialize + Sync>(
        &mut self,
        account: &AccountId,
        at: Timestamp,
        health: &T,
    ) -> Result<(), StoreError> {
        let text = written(health, "health")?;
        let (connection, tenant) = self.parts();
        sqlx::query(
            "INSERT INTO health_history (tenant, account, at, health) VALUES ($1, $2, $3, $4)
             ON CONFLICT (tenant, account, at) DO UPDATE SET health = excluded.health",
        )
        .bind(tenant)
        .bind(account.as_str())
        .bind(micros(at))
        .bind(text)
        .execute(connection)
        .await?;
        Ok(())
    }

    /// The health of an account within `from..=to`, by time, at most `limit` points.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn health_history(
        &mut self,
        account: &AccountId,
        from: Timestamp,
        to: Timestamp,
        limit: u32,
    ) -> Result<Vec<HealthPoint>, StoreError> {
        let (connection, tenant) = self.parts();
        let rows: Vec<(i64, String)> = sqlx::query_as(
            "SELECT at, health FROM health_history
             WHERE tenant = $1 AND account = $2 AND at >= $3 AND at <= $4 ORDER BY at LIMIT $5",
        )
        .bind(tenant)
        .bind(account.as_str())
        .bind(micros(from))
        .bind(micros(to))
        .bind(limit)
        .fetch_all(connection)
        .await?;
        rows.into_iter()
            .map(|(at, health)| {
                Ok(HealthPoint {
                    at: moment(at)?,
                    health: read(&health, "health")?,
                })
            })
            .collect()
    }

    /// The newest stored health of an account.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn newest_health(
        &mut self,
        account: &AccountId,
    ) -> Result<Option<HealthPoint>, StoreError> {
        let (connection, tenant) = self.parts();
        let row: Option<(i64, String)> = sqlx::query_as(
            "SELECT at, health FROM health_history WHERE tenant = $1 AND account = $2
             ORDER BY at DESC LIMIT 1",
        )
        .bind(tenant)
        .bind(account.as_str())
        .fetch_optional(connection)
        .await?;
        row.map(|(at, health)| {
            Ok(HealthPoint {
                at: moment(at)?,
                health: read(&health, "health")?,
            })
        })
        .transpose()
    }

    /// What a rule or a job remembers between its runs; none before the first.
    ///
    /// # Errors
    /// [`StoreError`] when the state is of another shape or the database fails.
    pub async fn rule_state<T: DeserializeOwned>(
        &mut self,
        rule: &str,
    ) -> Result<Option<T>, StoreError> {
        let (connection, tenant) = self.parts();
        let text: Option<String> =
            sqlx::query_scalar("SELECT state FROM rule_states WHERE tenant = $1 AND rule = $2")
                .bind(tenant)
                .bind(rule)
                .fetch_optional(connection)
                .await?;
        text.map(|text| read(&text, "state")).transpose()
    }

    /// Stores what a rule or a job remembers.
    ///
    /// # Errors
    /// [`StoreError`] when the state does not encode or the database fails.
    pub async fn put_rule_state<T: Serialize + Sync>(
        &mut self,
        rule: &str,
        state: &T,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let text = written(state, "state")?;
        let (connection, tenant) = self.parts();
        sqlx::query(
            "INSERT INTO rule_states (tenant, rule, state, updated_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (tenant, rule) DO UPDATE SET state = excluded.state,
               updated_at = excluded.updated_at",
        )
        .bind(tenant)
        .bind(rule)
        .bind(text)
        .bind(micros(now))
        .execute(connection)
        .await?;
        Ok(())
    }
}
