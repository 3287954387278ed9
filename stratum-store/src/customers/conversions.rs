//! What did a person buy, and when?

use stratum_core::customer::journey::Conversion;
use stratum_core::vocabulary::{Currency, Timestamp};

use crate::column::{micros, moment, money, parsed, smallest_units};
use crate::{StoreError, TenantScope};

type ConversionRow = (String, i64, i64, String, String);

/// An order that is there already is replaced, also when it turns out to be another person's.
const WITH_ORDER: &str = "INSERT INTO conversions (tenant, person, at, amount, currency, order_id)
 VALUES ($1, $2, $3, $4, $5, $6)
 ON CONFLICT (tenant, order_id) WHERE order_id <> '' DO UPDATE SET person = excluded.person,
   at = excluded.at, amount = excluded.amount, currency = excluded.currency";
const WITHOUT_ORDER: &str =
    "INSERT INTO conversions (tenant, person, at, amount, currency, order_id)
 VALUES ($1, $2, $3, $4, $5, $6)
 ON CONFLICT (tenant, person, at) WHERE order_id = '' DO UPDATE SET amount = excluded.amount,
   currency = excluded.currency";

fn conversion(row: ConversionRow) -> Result<Conversion, StoreError> {
    let (person, at, units, currency, order) = row;
    let currency: Currency = parsed(&currency, "currency")?;
    Ok(Conversion {
        person,
        at: moment(at)?,
        value: money(units, currency)?,
        order: Some(order).filter(|id| !id.is_empty()),
    })
}

impl TenantScope {
    /// Stores conversions. One with an order replaces what is known of that order; one without replaces what the same person
    /// did at the same moment.
    ///
    /// # Errors
    /// [`StoreError`] when a value is negative or the database fails.
    pub async fn put_conversions(&mut self, conversions: &[Conversion]) -> Result<(), StoreError> {
        let (connection, tenant) = self.parts();
        for conversion in conversions {
            let order = conversion.order.as_deref().unwrap_or_default();
            let statement = if order.is_empty() {
                WITHOUT_ORDER
            } else {
                WITH_ORDER
            };
            sqlx::query(statement)
                .bind(tenant)
                .bind(conversion.person.as_str())
                .bind(micros(conversion.at))
                .bind(smallest_units(&conversion.value)?)
                .bind(conversion.value.currency().as_str())
                .bind(order)
                .execute(&mut *connection)
                .await?;
        }
        Ok(())
    }

    /// The conversions within `from..to`, at most `limit`, by time.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn conversions(
        &mut self,
        from: Timestamp,
        to: Timestamp,
        limit: u32,
    ) -> Result<Vec<Conversion>, StoreError> {
        let (connection, tenant) = self.parts();
        let rows: Vec<ConversionRow> = sqlx::query_as(
            "SELECT person, at, amount, currency, order_id FROM conversions
             WHERE tenant = $1 AND at >= $2 AND at < $3 ORDER BY at, person, order_id LIMIT $4",
        )
        .bind(tenant)
        .bind(micros(from))
        .bind(micros(to))
        .bind(limit)
        .fetch_all(connection)
        .await?;
        rows.into_iter().map(conversion).collect()
    }
}
