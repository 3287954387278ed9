//! How many conversions happened, from which side, and in what state did the records arrive?

use sqlx::{FromRow, Row as _};
use stratum_core::vocabulary::{AccountId, EventName, Timestamp};

use super::{ConversionCounts, RecordSums, SideCounts};
use crate::column::{counted, hour_from, moment_or_none, parsed};
use crate::events::{Channel, Key};
use crate::{StoreError, TenantScope};

#[derive(FromRow)]
struct RecordRow {
    records: i64,
    schema_violations: i64,
    duplicates: i64,
    late: i64,
    future: i64,
    empty_values: i64,
    last_at: Option<i64>,
}

impl TenantScope {
    pub(super) async fn conversion_counts(
        &mut self,
        account: &AccountId,
        event: &EventName,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<ConversionCounts, StoreError> {
        let (connection, tenant) = self.parts();
        let rows = sqlx::query(
            "SELECT channel, SUM(events), SUM(repeated), SUM(matched), MAX(last_at), SUM(email),
               SUM(phone), SUM(external_id), SUM(ip_and_agent), SUM(name_and_address),
               SUM(click_meta), SUM(click_google), SUM(click_tiktok), SUM(click_snapchat),
               SUM(browser_meta), SUM(browser_tiktok), SUM(browser_snapchat)
             FROM event_hours
             WHERE tenant = $1 AND event = $2 AND hour >= $3 AND hour < $4
               AND account IN ('', $5)
             GROUP BY channel ORDER BY channel",
        )
        .bind(tenant)
        .bind(event.as_str())
        .bind(hour_from(from))
        .bind(hour_from(to))
        .bind(account.as_str())
        .fetch_all(connection)
        .await?;
        let mut counts = ConversionCounts::default();
        for row in rows {
            let channel: String = row.try_get(0)?;
            let mut keys = [0; Key::COUNT];
            for (place, slot) in keys.iter_mut().enumerate() {
                *slot = counted(row.try_get(5 + place)?, "keys")?;
            }
            let side = SideCounts {
                events: counted(row.try_get(1)?, "events")?,
                repeated: counted(row.try_get(2)?, "repeated")?,
                matched: counted(row.try_get(3)?, "matched")?,
                keys,
                last_at: moment_or_none(row.try_get(4)?)?,
            };
            match parsed::<Channel>(&channel, "channel")? {
                Channel::Browser => counts.browser = side,
                Channel::Server => counts.server = side,
                Channel::Mobile => counts.mobile = side,
            }
        }
        Ok(counts)
    }

    pub(super) async fn record_sums(
        &mut self,
        account: &AccountId,
        event: &EventName,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<RecordSums, StoreError> {
        let (connection, tenant) = self.parts();
        let row: RecordRow = sqlx::query_as(
            "SELECT COALESCE(SUM(records), 0) AS records,
               COALESCE(SUM(schema_violations), 0) AS schema_violations,
               COALESCE(SUM(duplicates), 0) AS duplicates, COALESCE(SUM(late), 0) AS late,
               COALESCE(SUM(future), 0) AS future, COALESCE(SUM(empty_values), 0) AS empty_values,
               MAX(last_at) AS last_at
             FROM record_hours
             WHERE tenant = $1 AND event = $2 AND hour >= $3 AND hour < $4
               AND account IN ('', $5)",
        )
        .bind(tenant)
        .bind(event.as_str())
        .bind(hour_from(from))
        .bind(hour_from(to))
        .bind(account.as_str())
        .fetch_one(connection)
        .await?;
        Ok(RecordSums {
            records: counted(row.records, "records")?,
            schema_violations: counted(row.schema_violations, "schema_violations")?,
            duplicates: counted(row.duplicates, "duplicates")?,
            late: counted(row.late, "late")?,
            future: counted(row.future, "future")?,
            empty_values: counted(row.empty_values, "empty_values")?,
            last_at: moment_or_none(row.last_at)?,
        })
    }

    pub(super) async fn has_own_sources(
        &mut self,
        account: &AccountId,
    ) -> Result<bool, StoreError> {
        let (connection, tenant) = self.parts();
        let found: i64 =
            sqlx::query_scalar("SELECT COUNT(*) FROM sources WHERE tenant = $1 AND account = $2")
                .bind(tenant)
                .bind(account.as_str())
                .fetch_one(connection)
                .await?;
        Ok(found > 0)
    }
}
