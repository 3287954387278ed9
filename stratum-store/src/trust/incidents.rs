//! When was something wrong with the signals or the demand? As a simulation knows it, or as it was observed.

use sqlx::FromRow;
use stratum_core::vocabulary::{AccountId, Timestamp};

use crate::column::{identified, micros, moment, moment_or_none, read, unreadable, written};
use crate::{StoreError, TenantScope};

/// Who says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IncidentSource {
    /// The simulation, which made it.
    SimulationTruth,
    /// The readings.
    Observed,
}

impl IncidentSource {
    /// The name used in SQL and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SimulationTruth => "simulation_truth",
            Self::Observed => "observed",
        }
    }

    fn named(text: &str) -> Result<Self, StoreError> {
        match text {
            "simulation_truth" => Ok(Self::SimulationTruth),
            "observed" => Ok(Self::Observed),
            _ => Err(unreadable("source", "no source of incidents has this name")),
        }
    }
}

/// A time in which something was wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Incident {
    /// Its id.
    pub id: String,
    /// In which account.
    pub account: AccountId,
    /// What kind, such as `pixel_lost`.
    pub kind: String,
    /// When it began.
    pub began_at: Timestamp,
    /// When it ended; none while it lasts.
    pub ended_at: Option<Timestamp>,
    /// Whether the data was wrong; a real shift of demand is no fault.
    pub fault: bool,
    /// Who says so.
    pub source: IncidentSource,
    /// When the status first fell because of it; none when it never did.
    pub first_noticed_at: Option<Timestamp>,
    /// A code and its parameters, for the text on the screen.
    pub summary: serde_json::Value,
}

#[derive(FromRow)]
struct IncidentRow {
    incident: String,
    account: String,
    kind: String,
    began_at: i64,
    ended_at: Option<i64>,
    fault: bool,
    source: String,
    first_noticed_at: Option<i64>,
    summary: String,
}

impl TryFrom<IncidentRow> for Incident {
    type Error = StoreError;
    fn try_from(row: IncidentRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.incident,
            account: identified(row.account, "account")?,
            kind: row.kind,
            began_at: moment(row.began_at)?,
            ended_at: moment_or_none(row.ended_at)?,
            fault: row.fault,
            source: IncidentSource::named(&row.source)?,
            first_noticed_at: moment_or_none(row.first_noticed_at)?,
            summary: read(&row.summary, "summary")?,
        })
    }
}

impl TenantScope {
    /// Stores an incident, or its end.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn put_incident(&mut self, incident: &Incident) -> Result<(), StoreError> {
        let summary = written(&incident.summary, "summary")?;
        let (connection, tenant) = self.parts();
        sqlx::query(
            "INSERT INTO incidents (tenant, incident, account, kind, began_at, ended_at, fault,
               source, first_noticed_at, summary)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             ON CONFLICT (tenant, incident) DO UPDATE SET ended_at = excluded.ended_at,
               first_noticed_at = excluded.first_noticed_at, summary = excluded.summary",
        )
        .bind(tenant)
        .bind(&incident.id)
        .bind(incident.account.as_str())
        .bind(&incident.kind)
        .bind(micros(incident.began_at))
        .bind(incident.ended_at.map(micros))
        .bind(incident.fault)
        .bind(incident.source.as_str())
        .bind(incident.first_noticed_at.map(micros))
        .bind(summary)
        .execute(connection)
        .await?;
        Ok(())
    }

    /// The incidents that had begun by `now`, newest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn incidents(
        &mut self,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Incident>, StoreError> {
        let (connection, tenant) = self.parts();
        let rows: Vec<IncidentRow> = sqlx::query_as(
            "SELECT incident, account, kind, began_at, ended_at, fault, source, first_noticed_at,
               summary
             FROM incidents WHERE tenant = $1 AND began_at <= $2
             ORDER BY began_at DESC, incident LIMIT $3",
        )
        .bind(tenant)
        .bind(micros(now))
        .bind(limit)
        .fetch_all(connection)
        .await?;
        rows.into_iter().map(Incident::try_from).collect()
    }
}
