//! What was counted in an hour? Conversions by when they happened, records by when they arrived.
//!
//! Used by the intake, which adds to the hours, and by a simulation or an import of totals, which sets them.

use sqlx::SqliteConnection;
use stratum_core::vocabulary::{AccountId, EventName, Timestamp};

use super::Channel;
use super::keys::Key;
use crate::column::{count, hour_of, micros};
use crate::{StoreError, TenantScope};

/// Conversions of one hour, from one side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventHour {
    /// For which account; none when for all of them.
    pub account: Option<AccountId>,
    /// Which event.
    pub event: EventName,
    /// From which side.
    pub channel: Channel,
    /// Any moment of the hour.
    pub hour: Timestamp,
    /// Events that happened in it.
    pub events: u64,
    /// How many of them brought a conversion that this side had brought before.
    pub repeated: u64,
    /// How many of them have a twin on the other side.
    pub matched: u64,
    /// How many of them carry each match key, in the order of [`Key::ALL`].
    pub keys: [u64; Key::COUNT],
    /// When the last of them happened.
    pub last_at: Timestamp,
}

/// Records that arrived in one hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordHour {
    /// For which account; none when for all of them.
    pub account: Option<AccountId>,
    /// Which event.
    pub event: EventName,
    /// Any moment of the hour.
    pub hour: Timestamp,
    /// Records received, duplicates included.
    pub records: u64,
    /// How many of them break their schema.
    pub schema_violations: u64,
    /// How many of them were known already, as a message or as a conversion of the same side.
    pub duplicates: u64,
    /// How many of them arrived late.
    pub late: u64,
    /// How many of them claim to be from the future.
    pub future: u64,
    /// How many of them lack a value where one must be.
    pub empty_values: u64,
    /// When the last of them arrived.
    pub last_at: Timestamp,
}

/// What to do with what is already counted in the hour.
#[derive(Debug, Clone, Copy)]
pub(super) enum Mode {
    Add,
    Set,
}

const SET_EVENTS: &str = "INSERT INTO event_hours
   (tenant, account, event, channel, hour, events, repeated, matched, email, phone, external_id,
    ip_and_agent, name_and_address, click_meta, click_google, click_tiktok, click_snapchat,
    browser_meta, browser_tiktok, browser_snapchat, last_at)
 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
 ON CONFLICT (tenant, event, hour, account, channel) DO UPDATE SET
   events = excluded.events, repeated = excluded.repeated, matched = excluded.matched,
   email = excluded.email, phone = excluded.phone, external_id = excluded.external_id,
   ip_and_agent = excluded.ip_and_agent, name_and_address = excluded.name_and_address,
   click_meta = excluded.click_meta, click_google = excluded.click_google,
   click_tiktok = excluded.click_tiktok, click_snapchat = excluded.click_snapchat,
   browser_meta = excluded.browser_meta, browser_tiktok = excluded.browser_tiktok,
   browser_snapchat = excluded.browser_snapchat, last_at = excluded.last_at";

const ADD_EVENTS: &str = "INSERT INTO event_hours AS e
   (tenant, account, event, channel, hour, events, repeated, matched, email, phone, external_id,
    ip_and_agent, name_and_address, click_meta, click_google, click_tiktok, click_snapchat,
    browser_meta, browser_tiktok, browser_snapchat, last_at)
 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
 ON CONFLICT (tenant, event, hour, account, channel) DO UPDATE SET
   events = e.events + excluded.events, repeated = e.repeated + excluded.repeated,
   email = e.email + excluded.email, phone = e.phone + excluded.phone,
   external_id = e.external_id + excluded.external_id,
   ip_and_agent = e.ip_and_agent + excluded.ip_and_agent,
   name_and_address = e.name_and_address + excluded.name_and_address,
   click_meta = e.click_meta + excluded.click_meta,
   click_google = e.click_google + excluded.click_google,
   click_tiktok = e.click_tiktok + excluded.click_tiktok,
   click_snapchat = e.click_snapchat + excluded.click_snapchat,
   browser_meta = e.browser_meta + excluded.browser_meta,
   browser_tiktok = e.browser_tiktok + excluded.browser_tiktok,
   browser_snapchat = e.browser_snapchat + excluded.browser_snapchat,
   last_at = CASE WHEN excluded.last_at > e.last_at THEN excluded.last_at ELSE e.last_at END";

const ADD_MATCHED: &str = "UPDATE event_hours SET matched = matched + $1
 WHERE tenant = $2 AND event = $3 AND hour = $4 AND account = $5 AND channel = $6";

const SET_RECORDS: &str = "INSERT INTO record_hours
   (tenant, account, event, hour, records, schema_violations, duplicates, late, future,
    empty_values, last_at)
 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
 ON CONFLICT (tenant, event, hour, account) DO UPDATE SET
   records = excluded.records, schema_violations = excluded.schema_violations,
   duplicates = excluded.duplicates, late = excluded.late, future = excluded.future,
   empty_values = excluded.empty_values, last_at = excluded.last_at";

const ADD_RECORDS: &str = "INSERT INTO record_hours AS r
   (tenant, account, event, hour, records, schema_violations, duplicates, late, future,
    empty_values, last_at)
 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
 ON CONFLICT (tenant, event, hour, account) DO UPDATE SET
   records = r.records + excluded.records,
   schema_violations = r.schema_violations + excluded.schema_violations,
   duplicates = r.duplicates + excluded.duplicates, late = r.late + excluded.late,
   future = r.future + excluded.future, empty_values = r.empty_values + excluded.empty_values,
   last_at = CASE WHEN excluded.last_at > r.last_at THEN excluded.last_at ELSE r.last_at END";

fn account_text(account: Option<&AccountId>) -> &str {
    account.map_or("", AccountId::as_str)
}

pub(super) async fn write_event_hour(
    connection: &mut SqliteConnection,
    tenant: &str,
    row: &EventHour,
    mode: Mode,
) -> Result<(), StoreError> {
    // A twin may turn up in an hour to which no event is added, so `matched` grows on its own.
    let (sql, matched) = match mode {
        Mode::Add => (ADD_EVENTS, 0),
        Mode::Set => (SET_EVENTS, row.matched),
    };
    if row.events > 0 || matches!(mode, Mode::Set) {
        let mut statement = sqlx::query(sql)
            .bind(tenant)
            .bind(account_text(row.account.as_ref()))
            .bind(row.event.as_str())
            .bind(row.channel.as_str())
            .bind(hour_of(row.hour));
        for n in [row.events, row.repeated, matched]
            .into_iter()
            .chain(row.keys)
        {
            statement = statement.bind(count(n, "events")?);
        }
        statement
            .bind(micros(row.last_at))
            .execute(&mut *connection)
            .await?;
    }
    if row.matched > 0 && matches!(mode, Mode::Add) {
        sqlx::query(ADD_MATCHED)
            .bind(count(row.matched, "matched")?)
            .bind(tenant)
            .bind(row.event.as_str())
            .bind(hour_of(row.hour))
            .bind(account_text(row.account.as_ref()))
            .bind(row.channel.as_str())
            .execute(connection)
            .await?;
    }
    Ok(())
}

pub(super) async fn write_record_hour(
    connection: &mut SqliteConnection,
    tenant: &str,
    row: &RecordHour,
    mode: Mode,
) -> Result<(), StoreError> {
    let mut statement = sqlx::query(match mode {
        Mode::Add => ADD_RECORDS,
        Mode::Set => SET_RECORDS,
    })
    .bind(tenant)
    .bind(account_text(row.account.as_ref()))
    .bind(row.event.as_str())
    .bind(hour_of(row.hour));
    let counts = [
        row.records,
        row.schema_violations,
        row.duplicates,
        row.late,
        row.future,
        row.empty_values,
    ];
    for n in counts {
        statement = statement.bind(count(n, "records")?);
    }
    statement
        .bind(micros(row.last_at))
        .execute(connection)
        .await?;
    Ok(())
}

impl TenantScope {
    /// Sets what was counted in these hours, whatever was counted in them before.
    ///
    /// # Errors
    /// [`StoreError`] when a part exceeds its whole or the database fails.
    pub async fn put_event_hours(&mut self, hours: &[EventHour]) -> Result<(), StoreError> {
        let (connection, tenant) = self.parts();
        for hour in hours {
            write_event_hour(connection, tenant, hour, Mode::Set).await?;
        }
        Ok(())
    }

    /// Sets what arrived in these hours, whatever was counted in them before.
    ///
    /// # Errors
    /// [`StoreError`] when a part exceeds its whole or the database fails.
    pub async fn put_record_hours(&mut self, hours: &[RecordHour]) -> Result<(), StoreError> {
        let (connection, tenant) = self.parts();
        for hour in hours {
            write_record_hour(connection, tenant, hour, Mode::Set).await?;
        }
        Ok(())
    }
}
