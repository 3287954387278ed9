//! Where is the file, and is a commit really on the disk? Opening, migrating and closing the database.
//!
//! One connection writes, so that writers queue in order instead of colliding; several read. WAL with `synchronous=FULL`:
//! a commit returns after the log has been synced, so that what was acknowledged survives a crash of process or machine.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use chrono::TimeDelta;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, SqlSafeStr as _};
use stratum_core::vocabulary::{TenantId, Timestamp};

use crate::operator::Source;
use crate::{OperatorScope, StoreError, TenantDoor};

/// The migrations in their order; a number is never used twice and a text never changed.
const MIGRATIONS: [(i64, &str, &str); 9] = [
    (
        1,
        "tenants",
        include_str!("../migrations/sqlite/0001_tenants.sql"),
    ),
    (
        2,
        "events",
        include_str!("../migrations/sqlite/0002_events.sql"),
    ),
    (
        3,
        "platform numbers",
        include_str!("../migrations/sqlite/0003_platform_numbers.sql"),
    ),
    (
        4,
        "trust",
        include_str!("../migrations/sqlite/0004_trust.sql"),
    ),
    (
        5,
        "ledger",
        include_str!("../migrations/sqlite/0005_ledger.sql"),
    ),
    (
        6,
        "executions before",
        include_str!("../migrations/sqlite/0006_executions_before.sql"),
    ),
    (
        7,
        "proposal ends",
        include_str!("../migrations/sqlite/0007_proposal_ends.sql"),
    ),
    (
        8,
        "delivery changes",
        include_str!("../migrations/sqlite/0008_delivery_changes.sql"),
    ),
    (
        9,
        "customers",
        include_str!("../migrations/sqlite/0009_customers.sql"),
    ),
];

/// Named so that other users of the same database library do not collide with it.
const MIGRATIONS_TABLE: &str = "_stratum_migrations";
const READERS: u32 = 4;
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a caller waits for a connection before it is told that the store is busy.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(30);

/// For how long a source is believed without looking again: a key that another process rotated works no longer than that.
const SOURCE_BELIEVED: TimeDelta = TimeDelta::seconds(30);

/// A source and when it was looked up.
#[derive(Debug)]
struct KnownSource {
    source: Arc<Source>,
    looked_up_at: Timestamp,
}

/// The database of an installation. Cloning it is cheap.
#[derive(Debug, Clone)]
pub struct Store {
    writer: SqlitePool,
    readers: SqlitePool,
    sources: Arc<RwLock<HashMap<String, KnownSource>>>,
}

impl Store {
    /// Opens the database in a file, creates it if it is not there, and brings its tables up to date.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be opened or belongs to a newer version.
    pub async fn open(file: &Path) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            .pragma("cache_size", "-65536")
            .pragma("temp_store", "memory")
            .pragma("journal_size_limit", "67108864")
            .pragma("wal_autocheckpoint", "8192")
            .disable_statement_logging();
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .min_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .connect_with(options.clone())
            .await?;
        migrator().run(&writer).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .max_lifetime(None)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .connect_with(options.pragma("query_only", "on"))
            .await?;
        Ok(Self {
            writer,
            readers,
            sources: Arc::default(),
        })
    }

    /// The door to one tenant's data.
    #[must_use]
    pub fn tenant(&self, tenant: &TenantId) -> TenantDoor {
        TenantDoor::new(self.clone(), tenant.clone())
    }

    /// What crosses tenants: who there is, and whose write key this is.
    #[must_use]
    pub fn operator(&self) -> OperatorScope {
        OperatorScope::new(self.clone())
    }

    /// Waits for what is running, moves the log into the database file and closes it.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    pub(crate) const fn writer(&self) -> &SqlitePool {
        &self.writer
    }

    pub(crate) const fn readers(&self) -> &SqlitePool {
        &self.readers
    }

    /// A source looked up lately, by the digest of its write key.
    pub(crate) fn known_source(&self, digest: &str, now: Timestamp) -> Option<Arc<Source>> {
        let all = self.sources.read().ok()?;
        let known = all.get(digest)?;
        let age = now - known.looked_up_at;
        // A clock that was set back must not make a source live on.
        (TimeDelta::zero() <= age && age < SOURCE_BELIEVED).then(|| Arc::clone(&known.source))
    }

    pub(crate) fn remember_source(&self, digest: String, source: &Arc<Source>, now: Timestamp) {
        if let Ok(mut known) = self.sources.write() {
            let source = Arc::clone(source);
            let looked_up_at = now;
            known.insert(
                digest,
                KnownSource {
                    source,
                    looked_up_at,
                },
            );
        }
    }

    pub(crate) fn forget_source(&self, digest: &str) {
        if let Ok(mut known) = self.sources.write() {
            known.remove(digest);
        }
    }

    pub(crate) fn forget_sources(&self) {
        if let Ok(mut known) = self.sources.write() {
            known.clear();
        }
    }
}

fn migrator() -> Migrator {
    let migrations = MIGRATIONS.map(|(number, name, sql)| {
        Migration::new(
            number,
            name.into(),
            MigrationType::Simple,
            sql.into_sql_str(),
            false,
        )
    });
    let mut migrator = Migrator::with_migrations(migrations.into());
    migrator.dangerous_set_table_name(MIGRATIONS_TABLE);
    migrator
}
