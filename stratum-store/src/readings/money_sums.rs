//! How much came in and went out? Orders as the shop counted them, spend and revenue as the platform reports them.

use sqlx::FromRow;
use stratum_core::vocabulary::{AccountId, Currency, Timestamp};

use super::{MetricSums, OrderSums};
use crate::column::{
    as_float, counted, hour_from, micros, moment_or_none, parsed, squares_as_float,
};
use crate::{StoreError, TenantScope};

/// Orders one by one and orders as hourly totals, added up by account and currency.
const ORDERS: &str = "SELECT account, currency, SUM(orders) AS orders, SUM(amount) AS amount,
   SUM(squares) AS squares, MAX(last_at) AS last_at
 FROM (
   SELECT account, currency, COUNT(*) AS orders, SUM(amount) AS amount,
     SUM(CAST(amount AS REAL) * amount) AS squares, MAX(placed_at) AS last_at
   FROM orders WHERE tenant = $1 AND placed_at >= $2 AND placed_at < $3
   GROUP BY account, currency
   UNION ALL
   SELECT account, currency, SUM(orders) AS orders, SUM(amount) AS amount,
     SUM(squares) AS squares, (MAX(hour) + 1) * 3600000000 AS last_at
   FROM order_hours WHERE tenant = $1 AND hour >= $4 AND hour < $5 AND orders > 0
   GROUP BY account, currency
 ) AS both_kinds
 GROUP BY account, currency ORDER BY account, currency";

#[derive(FromRow)]
struct OrderRow {
    account: String,
    currency: String,
    orders: i64,
    amount: i64,
    squares: f64,
    last_at: Option<i64>,
}

#[derive(FromRow)]
struct MetricRow {
    granularity: String,
    periods: i64,
    spend: i64,
    learning_spend: i64,
    impressions: i64,
    clicks: i64,
    conversions: i64,
    revenue: i64,
}

impl OrderSums {
    fn add(&mut self, row: &OrderRow, currency: Currency) -> Result<(), StoreError> {
        let orders = counted(row.orders, "orders")?;
        self.orders = self.orders.saturating_add(orders);
        if row.currency == currency.as_str() {
            self.amount += as_float(row.amount, currency);
            self.squares += squares_as_float(row.squares, currency);
        } else {
            self.in_other_currencies = self.in_other_currencies.saturating_add(orders);
        }
        self.last_at = self.last_at.max(moment_or_none(row.last_at)?);
        Ok(())
    }
}

impl TenantScope {
    async fn currency_of(&mut self, account: &AccountId) -> Result<Option<Currency>, StoreError> {
        let (connection, tenant) = self.parts();
        let code: Option<String> =
            sqlx::query_scalar("SELECT currency FROM accounts WHERE tenant = $1 AND account = $2")
                .bind(tenant)
                .bind(account.as_str())
                .fetch_optional(connection)
                .await?;
        code.map(|code| parsed(&code, "currency")).transpose()
    }

    /// The account's own orders, those credited to nobody, and all of them.
    pub(super) async fn order_sums(
        &mut self,
        account: &AccountId,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<(OrderSums, OrderSums, OrderSums), StoreError> {
        let Some(currency) = self.currency_of(account).await? else {
            return Ok(Default::default());
        };
        let (connection, tenant) = self.parts();
        let rows: Vec<OrderRow> = sqlx::query_as(ORDERS)
            .bind(tenant)
            .bind(micros(from))
            .bind(micros(to))
            .bind(hour_from(from))
            .bind(hour_from(to))
            .fetch_all(connection)
            .await?;
        let (mut own, mut shared, mut all) = (
            OrderSums::default(),
            OrderSums::default(),
            OrderSums::default(),
        );
        for row in &rows {
            all.add(row, currency)?;
            if row.account.is_empty() {
                shared.add(row, currency)?;
            } else if row.account == account.as_str() {
                own.add(row, currency)?;
            }
        }
        Ok((own, shared, all))
    }

    /// Hours where there are any in the window, else days: the two are never added together.
    pub(super) async fn metric_sums(
        &mut self,
        account: &AccountId,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<MetricSums, StoreError> {
        let Some(currency) = self.currency_of(account).await? else {
            return Ok(MetricSums::default());
        };
        let (connection, tenant) = self.parts();
        let rows: Vec<MetricRow> = sqlx::query_as(
            "SELECT granularity, COUNT(DISTINCT at) AS periods, SUM(spend) AS spend,
               SUM(CASE WHEN learning = 1 THEN spend ELSE 0 END) AS learning_spend,
               SUM(impressions) AS impressions, SUM(clicks) AS clicks,
               SUM(conversions) AS conversions, SUM(revenue) AS revenue
             FROM metric_periods
             WHERE tenant = $1 AND account = $2 AND granularity IN ('hour', 'day')
               AND at >= $3 AND at < $4 AND currency = $5
             GROUP BY granularity ORDER BY granularity DESC",
        )
        .bind(tenant)
        .bind(account.as_str())
        .bind(micros(from))
        .bind(micros(to))
        .bind(currency.as_str())
        .fetch_all(&mut *connection)
        .await?;
        let newest: (Option<i64>, Option<i64>) = sqlx::query_as(
            "SELECT
               (SELECT MAX(at) + 3600000000 FROM metric_periods
                WHERE tenant = $1 AND account = $2 AND granularity = 'hour' AND at < $3),
               (SELECT MAX(at) FROM metric_periods
                WHERE tenant = $1 AND account = $2 AND granularity = 'day' AND at < $3)",
        )
        .bind(tenant)
        .bind(account.as_str())
        .bind(micros(to))
        .fetch_one(connection)
        .await?;
        let mut sums = MetricSums {
            hours_until: moment_or_none(newest.0)?,
            newest_day: moment_or_none(newest.1)?,
            ..MetricSums::default()
        };
        // `hour` sorts after `day`, so it comes first.
        if let Some(row) = rows
            .iter()
            .find(|row| row.granularity == "hour")
            .or(rows.first())
        {
            sums.periods = counted(row.periods, "periods")?;
            sums.spend = as_float(row.spend, currency);
            sums.learning_spend = as_float(row.learning_spend, currency);
            sums.impressions = counted(row.impressions, "impressions")?;
            sums.clicks = counted(row.clicks, "clicks")?;
            sums.conversions = counted(row.conversions, "conversions")?;
            sums.revenue = as_float(row.revenue, currency);
        }
        Ok(sums)
    }
}
