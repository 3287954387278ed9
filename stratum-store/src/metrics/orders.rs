//! What did the shop sell? Counted without the help of any ad platform.

use stratum_core::numeric::from_decimal;
use stratum_core::vocabulary::{AccountId, Currency, Money, Timestamp};

use crate::column::{
    count, hour_of, identified_or_none, micros, moment, money, parsed, smallest_units,
};
use crate::{StoreError, TenantScope};

/// An order, or a closed deal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Its id in the shop.
    pub id: String,
    /// The account it is credited to; none when nobody knows.
    pub account: Option<AccountId>,
    /// What was paid.
    pub amount: Money,
    /// When.
    pub placed_at: Timestamp,
}

/// Orders of one hour, as a total.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderHour {
    /// The account they are credited to; none when nobody knows.
    pub account: Option<AccountId>,
    /// Any moment of the hour.
    pub hour: Timestamp,
    /// How many.
    pub orders: u64,
    /// What was paid for them together.
    pub amount: Money,
    /// The sum of their squared amounts, in whole units: says how many orders the total really rests on.
    pub squares: f64,
}

type OrderRow = (String, String, i64, String, i64);

fn order(row: OrderRow) -> Result<Order, StoreError> {
    let (id, account, units, currency, placed_at) = row;
    let currency: Currency = parsed(&currency, "currency")?;
    Ok(Order {
        id,
        account: identified_or_none(account, "account")?,
        amount: money(units, currency)?,
        placed_at: moment(placed_at)?,
    })
}

/// How many smallest units a whole unit has, squared.
fn squared_unit(currency: Currency) -> f64 {
    (0..currency.exponent()).fold(1.0, |product, _| product * 100.0)
}

impl Order {
    /// Its amount, squared, in whole units.
    #[must_use]
    pub fn square(&self) -> f64 {
        let amount = from_decimal(self.amount.amount());
        amount * amount
    }
}

impl TenantScope {
    /// Stores orders; an order that is there already is replaced.
    ///
    /// # Errors
    /// [`StoreError`] when an amount is negative or the database fails.
    pub async fn put_orders(&mut self, orders: &[Order]) -> Result<(), StoreError> {
        let (connection, tenant) = self.parts();
        for order in orders {
            sqlx::query(
                "INSERT INTO orders (tenant, order_id, account, amount, currency, placed_at)
                 VALUES ($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (tenant, order_id) DO UPDATE SET account = excluded.account,
                   amount = excluded.amount, currency = excluded.currency,
                   placed_at = excluded.placed_at",
            )
            .bind(tenant)
            .bind(order.id.as_str())
            .bind(order.account.as_ref().map_or("", AccountId::as_str))
            .bind(smallest_units(&order.amount)?)
            .bind(order.amount.currency().as_str())
            .bind(micros(order.placed_at))
            .execute(&mut *connection)
            .await?;
        }
        Ok(())
    }

    /// Stores totals of hours; a total that is there already is replaced. An order counts either here or by itself, never
    /// in both.
    ///
    /// # Errors
    /// [`StoreError`] when an amount is negative or the database fails.
    pub async fn put_order_hours(&mut self, hours: &[OrderHour]) -> Result<(), StoreError> {
        let (connection, tenant) = self.parts();
        for hour in hours {
            sqlx::query(
                "INSERT INTO order_hours (tenant, account, hour, orders, amount, squares, currency)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)
                 ON CONFLICT (tenant, hour, account) DO UPDATE SET orders = excluded.orders,
                   amount = excluded.amount, squares = excluded.squares,
                   currency = excluded.currency",
            )
            .bind(tenant)
            .bind(hour.account.as_ref().map_or("", AccountId::as_str))
            .bind(hour_of(hour.hour))
            .bind(count(hour.orders, "orders")?)
            .bind(smallest_units(&hour.amount)?)
            .bind(hour.squares * squared_unit(hour.amount.currency()))
            .bind(hour.amount.currency().as_str())
            .execute(&mut *connection)
            .await?;
        }
        Ok(())
    }

    /// The orders placed within `from..to`, at most `limit`, by time.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn orders(
        &mut self,
        from: Timestamp,
        to: Timestamp,
        limit: u32,
    ) -> Result<Vec<Order>, StoreError> {
        let (connection, tenant) = self.parts();
        let rows: Vec<OrderRow> = sqlx::query_as(
            "SELECT order_id, account, amount, currency, placed_at FROM orders
             WHERE tenant = $1 AND placed_at >= $2 AND placed_at < $3
             ORDER BY placed_at, order_id LIMIT $4",
        )
        .bind(tenant)
        .bind(micros(from))
        .bind(micros(to))
        .bind(limit)
        .fetch_all(connection)
        .await?;
        rows.into_iter().map(order).collect()
    }
}
