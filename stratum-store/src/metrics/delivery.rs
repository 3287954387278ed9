//! How did a further delivery metric of an account run, such as its cost per click?

use stratum_core::vocabulary::{AccountId, Timestamp};

use crate::column::{micros, moment};
use crate::{StoreError, TenantScope};

/// One value of one metric.
#[derive(Debug, Clone, PartialEq)]
pub struct DeliveryPoint {
    /// Which metric, such as `cost_per_click`.
    pub metric: String,
    /// When.
    pub at: Timestamp,
    /// How much; finite.
    pub value: f64,
}

impl TenantScope {
    /// Stores points of an account's series; a point that is there already is replaced.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn put_delivery_points(
        &mut self,
        account: &AccountId,
        points: &[DeliveryPoint],
    ) -> Result<(), StoreError> {
        self.begin_writing(account).await?;
        let (connection, tenant) = self.parts();
        for point in points {
            sqlx::query(
                "INSERT INTO delivery_series (tenant, account, metric, at, value)
                 VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (tenant, account, metric, at) DO UPDATE SET value = excluded.value",
            )
            .bind(tenant)
            .bind(account.as_str())
            .bind(point.metric.as_str())
            .bind(micros(point.at))
            .bind(point.value)
            .execute(&mut *connection)
            .await?;
        }
        Ok(())
    }

    /// The points of an account within `from..to`, by metric and time.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn delivery_points(
        &mut self,
        account: &AccountId,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<DeliveryPoint>, StoreError> {
        let (connection, tenant) = self.parts();
        let rows: Vec<(String, i64, f64)> = sqlx::query_as(
            "SELECT metric, at, value FROM delivery_series
             WHERE tenant = $1 AND account = $2 AND at >= $3 AND at < $4 ORDER BY metric, at",
        )
        .bind(tenant)
        .bind(account.as_str())
        .bind(micros(from))
        .bind(micros(to))
        .fetch_all(connection)
        .await?;
        rows.into_iter()
            .map(|(metric, at, value)| {
                Ok(DeliveryPoint {
                    metric,
                    at: moment(at)?,
                    value,
                })
            })
            .collect()
    }
}
