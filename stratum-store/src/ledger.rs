//! What happened, in order? The append-only ledger on disk.
//!
//! Linking and verifying are the core's; triggers refuse every statement that would change, remove or skip an entry.

use sqlx::FromRow;
use stratum_core::ledger::{Body, Chain, Entry, EntryKind};
use stratum_core::vocabulary::{Digest, Timestamp};

use crate::column::{count, counted, identified, micros, moment, unreadable};
use crate::{StoreError, TenantScope};

/// Text is read as bytes: a damaged entry has to be named, not to stop the reading of the others.
#[derive(FromRow)]
struct EntryRow {
    seq: i64,
    at: i64,
    kind: Vec<u8>,
    body: Vec<u8>,
    previous: Vec<u8>,
    hash: Vec<u8>,
}

impl TryFrom<EntryRow> for Entry {
    type Error = StoreError;
    fn try_from(row: EntryRow) -> Result<Self, StoreError> {
        let seq = counted(row.seq, "seq")?;
        let damaged = |why: String| StoreError::DamagedEntry { seq, why };
        let text = |bytes: Vec<u8>| {
            String::from_utf8(bytes).map_err(|_| damaged("its text is not UTF-8".to_owned()))
        };
        let digest = |bytes: Vec<u8>| {
            text(bytes)?
                .parse::<Digest>()
                .map_err(|error| damaged(error.to_string()))
        };
        Ok(Self {
            seq,
            at: moment(row.at).map_err(|error| damaged(error.to_string()))?,
            kind: EntryKind::named(&text(row.kind)?)
                .ok_or_else(|| damaged("no kind of entry has this name".to_owned()))?,
            body: text(row.body)?,
            previous: digest(row.previous)?,
            hash: digest(row.hash)?,
        })
    }
}

impl TenantScope {
    /// The growing end of the tenant's ledger. Inside a writing scope nobody else can append meanwhile.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn chain(&mut self) -> Result<Chain, StoreError> {
        let id = self.tenant().clone();
        let (connection, tenant) = self.parts();
        let head: Option<(i64, String)> = sqlx::query_as(
            "SELECT seq, hash FROM ledger WHERE tenant = $1 ORDER BY seq DESC LIMIT 1",
        )
        .bind(tenant)
        .fetch_optional(connection)
        .await?;
        match head {
            None => Ok(Chain::begin(&id)),
            Some((seq, hash)) => {
                let hash: Digest = identified(hash, "hash")?;
                Ok(Chain::resume(counted(seq, "seq")?, hash))
            }
        }
    }

    /// Appends a record, in the same transaction as the change it records.
    ///
    /// # Errors
    /// [`StoreError`] when the record does not encode or the database fails.
    pub async fn append_entry(&mut self, body: &Body, now: Timestamp) -> Result<Entry, StoreError> {
        let mut chain = self.chain().await?;
        let entry = chain
            .append(body, now)
            .map_err(|error| unreadable("body", error))?;
        self.put_entry(&entry).await?;
        Ok(entry)
    }

    /// Stores entries that were linked elsewhere, such as by a long simulation; they must follow the head without a gap.
    ///
    /// # Errors
    /// [`StoreError`] when an entry does not follow the one before or the database fails.
    pub async fn append_linked(&mut self, entries: &[Entry]) -> Result<(), StoreError> {
        let mut head = self.chain().await?.head();
        for entry in entries {
            if entry.previous != head || entry.computed_hash() != entry.hash {
                return Err(unreadable(
                    "hash",
                    "the entry does not follow the one before",
                ));
            }
            self.put_entry(entry).await?;
            head = entry.hash;
        }
        Ok(())
    }

    async fn put_entry(&mut self, entry: &Entry) -> Result<(), StoreError> {
        let (connection, tenant) = self.parts();
        sqlx::query(
            "INSERT INTO ledger (tenant, seq, at, kind, body, previous, hash)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(tenant)
        .bind(count(entry.seq, "seq")?)
        .bind(micros(entry.at))
        .bind(entry.kind.as_str())
        .bind(&entry.body)
        .bind(entry.previous.to_string())
        .bind(entry.hash.to_string())
        .execute(connection)
        .await?;
        Ok(())
    }

    /// One entry.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn entry(&mut self, seq: u64) -> Result<Option<Entry>, StoreError> {
        let (connection, tenant) = self.parts();
        let row: Option<EntryRow> = sqlx::query_as(
            "SELECT seq, at, kind, body, previous, hash FROM ledger WHERE tenant = $1 AND seq = $2",
        )
        .bind(tenant)
        .bind(count(seq, "seq")?)
        .fetch_optional(connection)
        .await?;
        row.map(Entry::try_from).transpose()
    }

    /// At most `limit` entries after number `after`, oldest first. Call it again with the last number to stream a ledger of
    /// any length in bounded memory.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn entries_after(
        &mut self,
        after: u64,
        limit: u32,
    ) -> Result<Vec<Entry>, StoreError> {
        let (connection, tenant) = self.parts();
        let rows: Vec<EntryRow> = sqlx::query_as(
            "SELECT seq, at, kind, body, previous, hash FROM ledger
             WHERE tenant = $1 AND seq > $2 ORDER BY seq LIMIT $3",
        )
        .bind(tenant)
        .bind(count(after, "seq")?)
        .bind(limit)
        .fetch_all(connection)
        .await?;
        rows.into_iter().map(Entry::try_from).collect()
    }

    /// At most `limit` entries before number `before` (or the newest), newest first.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn entries_before(
        &mut self,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Entry>, StoreError> {
        let before = before.map_or(Ok(i64::MAX), |seq| count(seq, "seq"))?;
        let (connection, tenant) = self.parts();
        let rows: Vec<EntryRow> = sqlx::query_as(
            "SELECT seq, at, kind, body, previous, hash FROM ledger
             WHERE tenant = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3",
        )
        .bind(tenant)
        .bind(before)
        .bind(limit)
        .fetch_all(connection)
        .await?;
        rows.into_iter().map(Entry::try_from).collect()
    }
}
