//! How did the calls to a platform's API go, by the hour?

use stratum_core::signal::ApiCalls;
use stratum_core::vocabulary::{AccountId, Timestamp};

use crate::column::{count, hour_of};
use crate::{StoreError, TenantScope};

/// Calls for one account in one hour.
#[derive(Debug, Clone, PartialEq)]
pub struct ApiCallHour {
    /// For which account.
    pub account: AccountId,
    /// Any moment of the hour.
    pub hour: Timestamp,
    /// The calls and how they went.
    pub calls: ApiCalls,
}

impl TenantScope {
    /// Stores hours of calls; an hour that is there already is replaced.
    ///
    /// # Errors
    /// [`StoreError`] when more calls failed than were made or the database fails.
    pub async fn put_api_call_hours(&mut self, hours: &[ApiCallHour]) -> Result<(), StoreError> {
        let (connection, tenant) = self.parts();
        for hour in hours {
            let calls = &hour.calls;
            sqlx::query(
                "INSERT INTO api_call_hours (tenant, account, hour, calls, failed_auth,
                   failed_throttled, failed_server, failed_client, latency_p95_ms,
                   throttle_headroom)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                 ON CONFLICT (tenant, account, hour) DO UPDATE SET calls = excluded.calls,
                   failed_auth = excluded.failed_auth,
                   failed_throttled = excluded.failed_throttled,
                   failed_server = excluded.failed_server,
                   failed_client = excluded.failed_client,
                   latency_p95_ms = excluded.latency_p95_ms,
                   throttle_headroom = excluded.throttle_headroom",
            )
            .bind(tenant)
            .bind(hour.account.as_str())
            .bind(hour_of(hour.hour))
            .bind(count(calls.calls, "calls")?)
            .bind(count(calls.failed_auth, "failed_auth")?)
            .bind(count(calls.failed_throttled, "failed_throttled")?)
            .bind(count(calls.failed_server, "failed_server")?)
            .bind(count(calls.failed_client, "failed_client")?)
            .bind(i64::from(calls.latency_p95_ms))
            .bind(calls.throttle_headroom)
            .execute(&mut *connection)
            .await?;
        }
        Ok(())
    }
}
