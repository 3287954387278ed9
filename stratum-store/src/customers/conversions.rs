//! What did a person buy, and when?

use stratum_core::customer::journey::Conversion;
use stratum_core::vocabulary::{Currency, Timestamp};

use crate::column::{micros, moment, money, parsed, smallest_units, written};
use crate::{StoreError, TenantScope};

type ConversionRow = (String, i64, i64, String, String);

/// How many conversions one statement writes.
const ROWS_IN_A_STATEMENT: usize = 500;

/// An order that is there already is replaced, also when it turns out to be another person's. The rows travel as one JSON text;
/// without the condition, SQLite would take ON for that of a join.
const WITH_ORDER: &str = "INSERT INTO conversions (tenant, person, at, amount, currency, order_id)
 SELECT $1, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4
 FROM json_each($2) WHERE true
 ON CONFLICT (tenant, order_id) WHERE order_id <> '' DO UPDATE SET person = excluded.person,
   at = excluded.at, amount = excluded.amount, currency = excluded.currency";
const WITHOUT_ORDER: &str =
    "INSERT INTO conversions (tenant, person, at, amount, currency, order_id)
 SELECT $1, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4
 FROM json_each($2) WHERE true
 ON CONFLICT (tenant, person, at) WHERE order_id = '' DO UPDATE SET amount = excluded.amount,
   currency = excluded.currency";

fn columns(one: &Conversion) -> Result<(&str, i64, i64, Currency, &str), StoreError> {
    Ok((
        one.person.as_str(),
        micros(one.at),
        smallest_units(&one.value)?,
        one.value.currency(),
        one.order.as_deref().unwrap_or_default(),
    ))
}

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
        let (with, without): (Vec<&Conversion>, Vec<&Conversion>) = conversions
            .iter()
            .partition(|one| one.order.as_deref().is_some_and(|id| !id.is_empty()));
        for (statement, all) in [(WITH_ORDER, with), (WITHOUT_ORDER, without)] {
            for chunk in all.chunks(ROWS_IN_A_STATEMENT) {
                let rows: Result<Vec<_>, StoreError> =
                    chunk.iter().map(|one| columns(one)).collect();
                sqlx::query(statement)
                    .bind(tenant)
                    .bind(written(&rows?, "conversions")?)
                    .execute(&mut *connection)
                    .await?;
            }
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
