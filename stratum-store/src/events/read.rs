//! Which messages are stored? For those who want to be sure, such as a test that kills the server.

use crate::column::counted;
use crate::{StoreError, TenantScope};

impl TenantScope {
    /// How many messages are stored.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn stored_messages(&mut self) -> Result<u64, StoreError> {
        let (connection, tenant) = self.parts();
        let found: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM events WHERE tenant = $1")
            .bind(tenant)
            .fetch_one(connection)
            .await?;
        counted(found, "events")
    }

    /// Whether the message with this id is stored.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn is_stored(&mut self, message: &str) -> Result<bool, StoreError> {
        let (connection, tenant) = self.parts();
        let found: i64 =
            sqlx::query_scalar("SELECT COUNT(*) FROM events WHERE tenant = $1 AND message = $2")
                .bind(tenant)
                .bind(message)
                .fetch_one(connection)
                .await?;
        Ok(found > 0)
    }
}
