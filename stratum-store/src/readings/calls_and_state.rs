//! How did the platform and its API fare over the window, and what is the newest that is known about them?

use sqlx::FromRow;
use stratum_core::signal::{ApiCalls, KeyCounts, MatchCounts, Token};
use stratum_core::vocabulary::{AccountId, EventName, Timestamp};

use super::{CallSums, PlatformSums};
use crate::column::{beginning_of, counted, hour_from, micros, moment, moment_or_none, unreadable};
use crate::{StoreError, TenantScope};

#[derive(FromRow)]
struct CallRow {
    calls: i64,
    failed_auth: i64,
    failed_throttled: i64,
    failed_server: i64,
    failed_client: i64,
    latency_p95_ms: i64,
    newest: i64,
}

#[derive(FromRow)]
struct StateRow {
    checked_at: i64,
    api_sunset_at: Option<i64>,
    learning_share: f64,
    changes_requested: i64,
    changes_rejected: i64,
}

#[derive(FromRow)]
struct SaidRow {
    at: i64,
    events: i64,
    confirmed: Option<i64>,
    platform_score: Option<f64>,
}

impl TenantScope {
    pub(super) async fn call_sums(
        &mut self,
        account: &AccountId,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Option<CallSums>, StoreError> {
        let (connection, tenant) = self.parts();
        let row: Option<CallRow> = sqlx::query_as(
            "SELECT SUM(calls) AS calls, SUM(failed_auth) AS failed_auth,
               SUM(failed_throttled) AS failed_throttled, SUM(failed_server) AS failed_server,
               SUM(failed_client) AS failed_client, MAX(latency_p95_ms) AS latency_p95_ms,
               MAX(hour) AS newest
             FROM api_call_hours
             WHERE tenant = $1 AND account = $2 AND hour >= $3 AND hour < $4
             HAVING COUNT(*) > 0",
        )
        .bind(tenant)
        .bind(account.as_str())
        .bind(hour_from(from))
        .bind(hour_from(to))
        .fetch_optional(&mut *connection)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let headroom: Option<f64> = sqlx::query_scalar(
            "SELECT throttle_headroom FROM api_call_hours
             WHERE tenant = $1 AND account = $2 AND hour = $3",
        )
        .bind(tenant)
        .bind(account.as_str())
        .bind(row.newest)
        .fetch_one(connection)
        .await?;
        Ok(Some(CallSums {
            calls: ApiCalls {
                calls: counted(row.calls, "calls")?,
                failed_auth: counted(row.failed_auth, "failed_auth")?,
                failed_throttled: counted(row.failed_throttled, "failed_throttled")?,
                failed_server: counted(row.failed_server, "failed_server")?,
                failed_client: counted(row.failed_client, "failed_client")?,
                latency_p95_ms: u32::try_from(row.latency_p95_ms)
                    .map_err(|error| unreadable("latency_p95_ms", error))?,
                throttle_headroom: headroom,
            },
            until: beginning_of(row.newest.saturating_add(1))?,
        }))
    }

    pub(super) async fn token_state(
        &mut self,
        account: &AccountId,
    ) -> Result<Option<(Token, Timestamp)>, StoreError> {
        let (connection, tenant) = self.parts();
        let row: Option<(bool, bool, Option<i64>, i64)> = sqlx::query_as(
            "SELECT valid, renews, expires_at, checked_at FROM tokens
             WHERE tenant = $1 AND account = $2",
        )
        .bind(tenant)
        .bind(account.as_str())
        .fetch_optional(connection)
        .await?;
        let Some((valid, renews, expires_at, checked_at)) = row else {
            return Ok(None);
        };
        let token = Token {
            valid,
            expires_at: moment_or_none(expires_at)?,
            renews,
        };
        Ok(Some((token, moment(checked_at)?)))
    }

    /// The platform's word on its own matching: its counts only, our keys are not part of it.
    pub(super) async fn confirmation(
        &mut self,
        account: &AccountId,
        event: &EventName,
    ) -> Result<Option<(MatchCounts, Timestamp)>, StoreError> {
        let (connection, tenant) = self.parts();
        let row: Option<SaidRow> = sqlx::query_as(
            "SELECT at, events, confirmed, platform_score FROM match_confirmations
             WHERE tenant = $1 AND account = $2 AND event = $3",
        )
        .bind(tenant)
        .bind(account.as_str())
        .bind(event.as_str())
        .fetch_optional(connection)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let no_keys = KeyCounts {
            email: 0,
            phone: 0,
            click_id: 0,
            external_id: 0,
            browser_id: 0,
            ip_and_agent: 0,
            name_and_address: 0,
        };
        let counts = MatchCounts {
            events: counted(row.events, "events")?,
            keys: no_keys,
            confirmed: row.confirmed.map(|n| counted(n, "confirmed")).transpose()?,
            platform_score: row.platform_score,
        };
        Ok(Some((counts, moment(row.at)?)))
    }

    pub(super) async fn platform_sums(
        &mut self,
        account: &AccountId,
        now: Timestamp,
    ) -> Result<PlatformSums, StoreError> {
        let (connection, tenant) = self.parts();
        let open: Vec<(String, i64)> = sqlx::query_as(
            "SELECT i.severity, COUNT(*) FROM platform_incidents i
             JOIN accounts a ON a.tenant = i.tenant AND a.account = $2 AND a.platform = i.platform
             WHERE i.tenant = $1 AND i.account IN ('', $2) AND i.opened_at <= $3
               AND (i.closed_at IS NULL OR i.closed_at > $3)
             GROUP BY i.severity ORDER BY i.severity",
        )
        .bind(tenant)
        .bind(account.as_str())
        .bind(micros(now))
        .fetch_all(&mut *connection)
        .await?;
        let state: Option<StateRow> = sqlx::query_as(
            "SELECT checked_at, api_sunset_at, learning_share, changes_requested, changes_rejected
             FROM platform_states WHERE tenant = $1 AND account = $2",
        )
        .bind(tenant)
        .bind(account.as_str())
        .fetch_optional(connection)
        .await?;
        let mut sums = PlatformSums::default();
        for (severity, n) in open {
            let n = u32::try_from(n).map_err(|error| unreadable("severity", error))?;
            if severity == "major" {
                sums.major_incidents = n;
            } else {
                sums.minor_incidents = n;
            }
        }
        if let Some(state) = state {
            sums.checked_at = Some(moment(state.checked_at)?);
            sums.api_sunset_at = moment_or_none(state.api_sunset_at)?;
            sums.learning_share = Some(state.learning_share);
            sums.changes_requested = counted(state.changes_requested, "changes_requested")?;
            sums.changes_rejected = counted(state.changes_rejected, "changes_rejected")?;
        }
        Ok(sums)
    }
}
