//! What crosses tenants? Who there is, and whose write key this is; named so that it stands out in a review.

use std::sync::Arc;

use sqlx::FromRow;
use stratum_core::vocabulary::{AccountId, Digest, TenantId, Timestamp};

use crate::column::{identified, identified_or_none, micros, parsed};
use crate::events::Channel;
use crate::{Store, StoreError, TenantScope};

/// A customer of the installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// Its id.
    pub id: TenantId,
    /// Its name.
    pub name: String,
    /// Whether everything of it comes from a simulated world.
    pub simulation: bool,
}

/// Where events come from: a write key and what it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Whose events they are.
    pub tenant: TenantId,
    /// Its id within the tenant.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where events are from when they do not say so themselves.
    pub channel: Channel,
    /// The account it speaks for; none when it speaks for all of them.
    pub account: Option<AccountId>,
}

#[derive(FromRow)]
struct SourceRow {
    tenant: String,
    source: String,
    name: String,
    channel: String,
    account: String,
}

impl TryFrom<SourceRow> for Source {
    type Error = StoreError;
    fn try_from(row: SourceRow) -> Result<Self, StoreError> {
        Ok(Self {
            tenant: identified(row.tenant, "tenant")?,
            id: row.source,
            name: row.name,
            channel: parsed(&row.channel, "channel")?,
            account: identified_or_none(row.account, "account")?,
        })
    }
}

fn tenant(row: (String, String, bool)) -> Result<Tenant, StoreError> {
    let (id, name, simulation) = row;
    Ok(Tenant {
        id: identified(id, "tenant")?,
        name,
        simulation,
    })
}

/// Work across tenants.
#[derive(Debug, Clone)]
pub struct OperatorScope {
    store: Store,
}

impl OperatorScope {
    pub(crate) const fn new(store: Store) -> Self {
        Self { store }
    }

    /// Adds a tenant, or renames it.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn put_tenant(&self, tenant: &Tenant, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO tenants (tenant, name, simulation, created_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (tenant) DO UPDATE SET name = excluded.name",
        )
        .bind(tenant.id.as_str())
        .bind(&tenant.name)
        .bind(tenant.simulation)
        .bind(micros(now))
        .execute(self.store.writer())
        .await?;
        Ok(())
    }

    /// Every tenant, by id.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn tenants(&self) -> Result<Vec<Tenant>, StoreError> {
        let rows = sqlx::query_as("SELECT tenant, name, simulation FROM tenants ORDER BY tenant")
            .fetch_all(self.store.readers())
            .await?;
        rows.into_iter().map(tenant).collect()
    }

    /// The source with this write key; one that was found is believed for half a minute.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn source_of(
        &self,
        write_key: &str,
        now: Timestamp,
    ) -> Result<Option<Arc<Source>>, StoreError> {
        let digest = Digest::of(write_key.as_bytes()).to_string();
        if let Some(known) = self.store.known_source(&digest, now) {
            return Ok(Some(known));
        }
        let row: Option<SourceRow> = sqlx::query_as(
            "SELECT tenant, source, name, channel, account FROM sources WHERE write_key_digest = $1",
        )
        .bind(&digest)
        .fetch_optional(self.store.readers())
        .await?;
        let Some(row) = row else {
            self.store.forget_source(&digest);
            return Ok(None);
        };
        let source = Arc::new(Source::try_from(row)?);
        self.store.remember_source(digest, &source, now);
        Ok(Some(source))
    }

    /// Adds a source with its write key, or changes it; at once, outside of any transaction.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails, or another source has this key.
    pub async fn put_source(&self, source: &Source, write_key: &str) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO sources (tenant, source, name, write_key_digest, channel, account)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (tenant, source) DO UPDATE SET name = excluded.name,
               write_key_digest = excluded.write_key_digest, channel = excluded.channel,
               account = excluded.account",
        )
        .bind(source.tenant.as_str())
        .bind(&source.id)
        .bind(&source.name)
        .bind(Digest::of(write_key.as_bytes()).to_string())
        .bind(source.channel.as_str())
        .bind(source.account.as_ref().map_or("", AccountId::as_str))
        .execute(self.store.writer())
        .await?;
        self.store.forget_sources();
        Ok(())
    }
}

impl TenantScope {
    /// This tenant; none when it was never added.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn about(&mut self) -> Result<Option<Tenant>, StoreError> {
        let (connection, id) = self.parts();
        let row = sqlx::query_as("SELECT tenant, name, simulation FROM tenants WHERE tenant = $1")
            .bind(id)
            .fetch_optional(connection)
            .await?;
        row.map(tenant).transpose()
    }

    /// The tenant's sources, by id. Write keys are kept as digests only and cannot be read back.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn sources(&mut self) -> Result<Vec<Source>, StoreError> {
        let (connection, id) = self.parts();
        let rows: Vec<SourceRow> = sqlx::query_as(
            "SELECT tenant, source, name, channel, account FROM sources WHERE tenant = $1
             ORDER BY source",
        )
        .bind(id)
        .fetch_all(connection)
        .await?;
        rows.into_iter().map(Source::try_from).collect()
    }
}
