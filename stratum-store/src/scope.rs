//! How does one get at a tenant's data? Through a transaction that knows its tenant and sees no other.
//!
//! Dropping a scope without `commit` undoes what it wrote. The queries themselves stand with their nouns.

use std::fmt;

use sqlx::{Sqlite, SqliteConnection, Transaction};
use stratum_core::vocabulary::TenantId;

use crate::{Store, StoreError};

/// The door to one tenant's data.
#[derive(Debug, Clone)]
pub struct TenantDoor {
    store: Store,
    tenant: TenantId,
}

impl TenantDoor {
    pub(crate) const fn new(store: Store, tenant: TenantId) -> Self {
        Self { store, tenant }
    }

    /// Opens a transaction that may write. Writers queue; keep it short and commit it.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails or stays busy.
    pub async fn begin(&self) -> Result<TenantScope, StoreError> {
        let transaction = self.store.writer().begin_with("BEGIN IMMEDIATE").await?;
        Ok(TenantScope {
            tenant: self.tenant.clone(),
            transaction,
        })
    }

    /// Opens a transaction that only reads and sees one moment. Anything that writes fails in it.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails or stays busy.
    pub async fn read(&self) -> Result<TenantScope, StoreError> {
        let transaction = self.store.readers().begin().await?;
        Ok(TenantScope {
            tenant: self.tenant.clone(),
            transaction,
        })
    }

    /// Whose data is behind it.
    #[must_use]
    pub const fn tenant(&self) -> &TenantId {
        &self.tenant
    }
}

/// One transaction on one tenant's data.
pub struct TenantScope {
    tenant: TenantId,
    transaction: Transaction<'static, Sqlite>,
}

impl TenantScope {
    /// Whose data it is.
    #[must_use]
    pub const fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// Makes everything written in this scope last. When it returns, it is on the disk.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails; then nothing was written.
    pub async fn commit(self) -> Result<(), StoreError> {
        Ok(self.transaction.commit().await?)
    }

    /// The connection and the text every statement binds first.
    pub(crate) fn parts(&mut self) -> (&mut SqliteConnection, &str) {
        (&mut self.transaction, self.tenant.as_str())
    }
}

impl fmt::Debug for TenantScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TenantScope")
            .field("tenant", &self.tenant)
            .finish_non_exhaustive()
    }
}
