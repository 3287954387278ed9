//! What truly set the conversions of a simulation off? Known there, and nowhere else.

use stratum_core::simulation::CauseTruth;
use stratum_core::vocabulary::Timestamp;

use crate::column::{count, counted, micros, moment};
use crate::{StoreError, TenantScope};

type TruthRow = (String, i64, i64, i64, i64);

/// The truth about everything that happened within a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CauseTruths {
    /// From when on.
    pub from: Timestamp,
    /// Up to, and not with, this moment.
    pub to: Timestamp,
    /// What each cause came to, in order of channels; what no touch set off comes first.
    pub causes: Vec<CauseTruth>,
}

impl TenantScope {
    /// Writes the truth down, in place of what was known before.
    ///
    /// # Errors
    /// [`StoreError::NotASimulation`] for a tenant that is none; [`StoreError`] when the database fails.
    pub async fn put_cause_truths(&mut self, truths: &CauseTruths) -> Result<(), StoreError> {
        let owner = self.tenant().clone();
        let (connection, tenant) = self.parts();
        let simulated: Option<bool> =
            sqlx::query_scalar("SELECT simulation FROM tenants WHERE tenant = $1")
                .bind(tenant)
                .fetch_optional(&mut *connection)
                .await?;
        if simulated != Some(true) {
            return Err(StoreError::NotASimulation(owner));
        }
        sqlx::query("DELETE FROM cause_truths WHERE tenant = $1")
            .bind(tenant)
            .execute(&mut *connection)
            .await?;
        for cause in &truths.causes {
            sqlx::query(
                "INSERT INTO cause_truths
                   (tenant, channel, began_at, ended_at, conversions, value_minor)
                 VALUES ($1, $2, $3, $4, $5, $6)",
            )
            .bind(tenant)
            .bind(cause.channel.as_deref().unwrap_or_default())
            .bind(micros(truths.from))
            .bind(micros(truths.to))
            .bind(count(cause.conversions, "conversions")?)
            .bind(cause.value_minor)
            .execute(&mut *connection)
            .await?;
        }
        Ok(())
    }

    /// The truth, where it is known.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn cause_truths(&mut self) -> Result<Option<CauseTruths>, StoreError> {
        let (connection, tenant) = self.parts();
        let rows: Vec<TruthRow> = sqlx::query_as(
            "SELECT channel, began_at, ended_at, conversions, value_minor FROM cause_truths
             WHERE tenant = $1 ORDER BY channel",
        )
        .bind(tenant)
        .fetch_all(connection)
        .await?;
        let Some((_, from, to, _, _)) = rows.first() else {
            return Ok(None);
        };
        let (from, to) = (moment(*from)?, moment(*to)?);
        let causes = rows
            .into_iter()
            .map(|(channel, _, _, conversions, value_minor)| {
                Ok(CauseTruth {
                    channel: Some(channel).filter(|name| !name.is_empty()),
                    conversions: counted(conversions, "conversions")?,
                    value_minor,
                })
            })
            .collect::<Result<_, StoreError>>()?;
        Ok(Some(CauseTruths { from, to, causes }))
    }
}
