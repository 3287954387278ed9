//! What is new or was replaced since somebody last read an account's delivery? The database notes it, so that what another
//! process imports is noticed too.

use stratum_core::vocabulary::{AccountId, Timestamp};

use crate::column::{count, counted, micros, moment};
use crate::{StoreError, TenantScope};

/// What has changed in one series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryChange {
    /// The name of the series; none for the numbers of the campaigns.
    pub series: Option<String>,
    /// The earliest hour that is new or was replaced by other numbers.
    pub first_at: Timestamp,
    /// The number of the newest writing: where to go on from.
    pub number: u64,
}

impl TenantScope {
    /// Begins a writing of an account's delivery. INVARIANT: whatever changes in it is noted under a number that nobody has read.
    pub(super) async fn begin_writing(&mut self, account: &AccountId) -> Result<(), StoreError> {
        let (connection, tenant) = self.parts();
        sqlx::query(
            "INSERT INTO delivery_writings (tenant, account, number) VALUES ($1, $2, 1)
             ON CONFLICT (tenant, account) DO UPDATE SET number = number + 1",
        )
        .bind(tenant)
        .bind(account.as_str())
        .execute(connection)
        .await?;
        Ok(())
    }

    /// What has changed in the delivery of an account after the writing with this number, in hours from `from` on, by series.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn delivery_changes(
        &mut self,
        account: &AccountId,
        after: u64,
        from: Timestamp,
    ) -> Result<Vec<DeliveryChange>, StoreError> {
        let (connection, tenant) = self.parts();
        let rows: Vec<(String, i64, i64)> = sqlx::query_as(
            "SELECT series, MIN(at), MAX(number) FROM delivery_changes
             WHERE tenant = $1 AND account = $2 AND number > $3 AND at >= $4
             GROUP BY series ORDER BY series",
        )
        .bind(tenant)
        .bind(account.as_str())
        .bind(count(after, "number")?)
        .bind(micros(from))
        .fetch_all(connection)
        .await?;
        rows.into_iter()
            .map(|(series, at, number)| {
                Ok(DeliveryChange {
                    series: Some(series).filter(|name| !name.is_empty()),
                    first_at: moment(at)?,
                    number: counted(number, "number")?,
                })
            })
            .collect()
    }
}
