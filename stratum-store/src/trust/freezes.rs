//! What is stopped? Freezes in force, and who lifted the others.

use stratum_core::trust::Freeze;
use stratum_core::vocabulary::{ActorId, FreezeId, Timestamp};

use crate::column::{micros, read, written};
use crate::{StoreError, TenantScope};

impl TenantScope {
    /// Sets a freeze; says `false` and changes nothing when its id is taken.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn add_freeze(&mut self, freeze: &Freeze) -> Result<bool, StoreError> {
        let body = written(freeze, "body")?;
        let (connection, tenant) = self.parts();
        let done = sqlx::query(
            "INSERT INTO freezes (tenant, freeze, body, set_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT DO NOTHING",
        )
        .bind(tenant)
        .bind(freeze.id.as_str())
        .bind(body)
        .bind(micros(freeze.at))
        .execute(connection)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Lifts a freeze; says `false` when it is not in force.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn lift_freeze(
        &mut self,
        id: &FreezeId,
        by: &ActorId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let (connection, tenant) = self.parts();
        let done = sqlx::query(
            "UPDATE freezes SET lifted_at = $1, lifted_by = $2
             WHERE tenant = $3 AND freeze = $4 AND lifted_at IS NULL",
        )
        .bind(micros(now))
        .bind(by.as_str())
        .bind(tenant)
        .bind(id.as_str())
        .execute(connection)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// The freezes in force, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn freezes(&mut self) -> Result<Vec<Freeze>, StoreError> {
        let (connection, tenant) = self.parts();
        let rows: Vec<String> = sqlx::query_scalar(
            "SELECT body FROM freezes WHERE tenant = $1 AND lifted_at IS NULL
             ORDER BY set_at, freeze",
        )
        .bind(tenant)
        .fetch_all(connection)
        .await?;
        rows.iter().map(|body| read(body, "body")).collect()
    }
}
