//! Which channel did a person meet, when and how?

use stratum_core::customer::journey::{TouchKind, Touchpoint};
use stratum_core::vocabulary::{Platform, Timestamp};

use crate::column::{micros, moment, parsed, unreadable, written};
use crate::{StoreError, TenantScope};

type TouchRow = (String, String, String, String, i64);

const fn kind_name(kind: TouchKind) -> &'static str {
    match kind {
        TouchKind::Click => "click",
        TouchKind::View => "view",
    }
}

/// How many touches one statement writes.
const ROWS_IN_A_STATEMENT: usize = 500;

fn columns(touch: &Touchpoint) -> (i64, &str, &str, &str, &str) {
    (
        micros(touch.at),
        touch.person.as_str(),
        touch.channel.as_str(),
        kind_name(touch.kind),
        touch.platform.map_or("", Platform::as_str),
    )
}

fn touch(row: TouchRow) -> Result<Touchpoint, StoreError> {
    let (person, channel, platform, kind, at) = row;
    let platform = Some(platform).filter(|name| !name.is_empty());
    Ok(Touchpoint {
        person,
        channel,
        platform: platform
            .map(|name| parsed::<Platform>(&name, "platform"))
            .transpose()?,
        kind: match kind.as_str() {
            "click" => TouchKind::Click,
            "view" => TouchKind::View,
            other => return Err(unreadable("kind", format!("`{other}` is no kind of touch"))),
        },
        at: moment(at)?,
    })
}

impl TenantScope {
    /// Stores touches. The same person on the same channel in the same way at the same moment is one touch; its platform is
    /// replaced.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn put_touchpoints(&mut self, touches: &[Touchpoint]) -> Result<(), StoreError> {
        let (connection, tenant) = self.parts();
        for chunk in touches.chunks(ROWS_IN_A_STATEMENT) {
            let rows: Vec<_> = chunk.iter().map(columns).collect();
            // The rows travel as one JSON text, so that a statement is prepared once whatever their number. Without the
            // condition, SQLite would take ON for that of a join.
            sqlx::query(
                "INSERT INTO touchpoints (tenant, at, person, channel, kind, platform)
                 SELECT $1, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4
                 FROM json_each($2) WHERE true
                 ON CONFLICT (tenant, at, person, channel, kind)
                 DO UPDATE SET platform = excluded.platform",
            )
            .bind(tenant)
            .bind(written(&rows, "touchpoints")?)
            .execute(&mut *connection)
            .await?;
        }
        Ok(())
    }

    /// The touches within `from..to`, at most `limit`, by time.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn touchpoints(
        &mut self,
        from: Timestamp,
        to: Timestamp,
        limit: u32,
    ) -> Result<Vec<Touchpoint>, StoreError> {
        let (connection, tenant) = self.parts();
        let rows: Vec<TouchRow> = sqlx::query_as(
            "SELECT person, channel, platform, kind, at FROM touchpoints
             WHERE tenant = $1 AND at >= $2 AND at < $3
             ORDER BY at, person, channel, kind LIMIT $4",
        )
        .bind(tenant)
        .bind(micros(from))
        .bind(micros(to))
        .bind(limit)
        .fetch_all(connection)
        .await?;
        rows.into_iter().map(touch).collect()
    }
}
