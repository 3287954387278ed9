//! How do the platforms themselves fare? Incidents, tokens, announced ends, what they say they matched.

use stratum_core::signal::Token;
use stratum_core::vocabulary::{AccountId, EventName, Platform, Timestamp};

use crate::column::{count, micros};
use crate::{StoreError, TenantScope};

/// How wide an incident reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IncidentSeverity {
    /// Limited effect.
    Minor,
    /// Wide effect.
    Major,
}

impl IncidentSeverity {
    /// The name used in SQL and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }
}

/// Something a platform reports about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlatformIncident {
    /// Its id on the platform's status page.
    pub id: String,
    /// Which platform.
    pub platform: Platform,
    /// Only this account; none for the whole platform.
    pub account: Option<AccountId>,
    /// How wide it reaches.
    pub severity: IncidentSeverity,
    /// When it began.
    pub opened_at: Timestamp,
    /// When it ended; none while it lasts.
    pub closed_at: Option<Timestamp>,
}

/// What is known about an account's platform at one moment, incidents apart.
#[derive(Debug, Clone, PartialEq)]
pub struct PlatformStateRow {
    /// Which account.
    pub account: AccountId,
    /// When it was looked at.
    pub checked_at: Timestamp,
    /// When the API version in use is switched off, if announced.
    pub api_sunset_at: Option<Timestamp>,
    /// Share of spend in campaigns that are still learning, 0 to 1.
    pub learning_share: f64,
    /// Changes asked for in the day before.
    pub changes_requested: u64,
    /// How many of them the platform rejected.
    pub changes_rejected: u64,
}

/// The access token of an account, and when it was tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenState {
    /// Of which account.
    pub account: AccountId,
    /// The token's state.
    pub token: Token,
    /// When it was tried.
    pub checked_at: Timestamp,
}

/// What a platform says it matched, over a window that ends at `at`.
#[derive(Debug, Clone, PartialEq)]
pub struct MatchConfirmation {
    /// For which account.
    pub account: AccountId,
    /// Which event.
    pub event: EventName,
    /// When the window ended.
    pub at: Timestamp,
    /// Events it received.
    pub events: u64,
    /// How many of them it matched; none when it does not say.
    pub confirmed: Option<u64>,
    /// Its own quality score from 0 to 10; none when it does not say.
    pub platform_score: Option<f64>,
}

impl TenantScope {
    /// Stores an incident, or its end.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn put_platform_incident(
        &mut self,
        incident: &PlatformIncident,
    ) -> Result<(), StoreError> {
        let (connection, tenant) = self.parts();
        sqlx::query(
            "INSERT INTO platform_incidents
               (tenant, incident, platform, account, severity, opened_at, closed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (tenant, incident) DO UPDATE SET platform = excluded.platform,
               account = excluded.account, severity = excluded.severity,
               opened_at = excluded.opened_at, closed_at = excluded.closed_at",
        )
        .bind(tenant)
        .bind(&incident.id)
        .bind(incident.platform.as_str())
        .bind(incident.account.as_ref().map_or("", AccountId::as_str))
        .bind(incident.severity.as_str())
        .bind(micros(incident.opened_at))
        .bind(incident.closed_at.map(micros))
        .execute(connection)
        .await?;
        Ok(())
    }

    /// Stores what is known about an account's platform now; older knowledge is replaced, newer is kept.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn put_platform_state(&mut self, state: &PlatformStateRow) -> Result<(), StoreError> {
        let (connection, tenant) = self.parts();
        sqlx::query(
            "INSERT INTO platform_states AS s (tenant, account, checked_at, api_sunset_at,
               learning_share, changes_requested, changes_rejected)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (tenant, account) DO UPDATE SET checked_at = excluded.checked_at,
               api_sunset_at = excluded.api_sunset_at, learning_share = excluded.learning_share,
               changes_requested = excluded.changes_requested,
               changes_rejected = excluded.changes_rejected
             WHERE excluded.checked_at >= s.checked_at",
        )
        .bind(tenant)
        .bind(state.account.as_str())
        .bind(micros(state.checked_at))
        .bind(state.api_sunset_at.map(micros))
        .bind(state.learning_share)
        .bind(count(state.changes_requested, "changes_requested")?)
        .bind(count(state.changes_rejected, "changes_rejected")?)
        .execute(connection)
        .await?;
        Ok(())
    }

    /// Stores how an account's token fared; older knowledge is replaced, newer is kept.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn put_token(&mut self, state: &TokenState) -> Result<(), StoreError> {
        let (connection, tenant) = self.parts();
        sqlx::query(
            "INSERT INTO tokens AS t (tenant, account, valid, renews, expires_at, checked_at)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (tenant, account) DO UPDATE SET valid = excluded.valid,
               renews = excluded.renews, expires_at = excluded.expires_at,
               checked_at = excluded.checked_at
             WHERE excluded.checked_at >= t.checked_at",
        )
        .bind(tenant)
        .bind(state.account.as_str())
        .bind(state.token.valid)
        .bind(state.token.renews)
        .bind(state.token.expires_at.map(micros))
        .bind(micros(state.checked_at))
        .execute(connection)
        .await?;
        Ok(())
    }

    /// Stores what a platform says it matched; older knowledge is replaced, newer is kept.
    ///
    /// # Errors
    /// [`StoreError`] when more was matched than received or the database fails.
    pub async fn put_match_confirmation(
        &mut self,
        said: &MatchConfirmation,
    ) -> Result<(), StoreError> {
        let confirmed = said.confirmed.map(|n| count(n, "confirmed")).transpose()?;
        let (connection, tenant) = self.parts();
        sqlx::query(
            "INSERT INTO match_confirmations AS m
               (tenant, account, event, at, events, confirmed, platform_score)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (tenant, account, event) DO UPDATE SET at = excluded.at,
               events = excluded.events, confirmed = excluded.confirmed,
               platform_score = excluded.platform_score
             WHERE excluded.at >= m.at",
        )
        .bind(tenant)
        .bind(said.account.as_str())
        .bind(said.event.as_str())
        .bind(micros(said.at))
        .bind(count(said.events, "events")?)
        .bind(confirmed)
        .bind(said.platform_score)
        .execute(connection)
        .await?;
        Ok(())
    }
}
