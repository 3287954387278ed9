//! How do many events become rows? In statements of many rows each, within one transaction.
//!
//! Who asks for it and when it is acknowledged is `intake.rs`; what is counted is `tally.rs`.

use std::collections::{HashMap, HashSet};

use sqlx::{AssertSqlSafe, Row as _, SqliteConnection};

use super::hours::{Mode, write_event_hour, write_record_hour};
use super::tally::{Tally, Twin, TwinKey, twin_key};
use super::{NewEvent, Submission};
use crate::StoreError;
use crate::column::micros;

/// Rows in one statement: a few sizes, so that each statement is prepared once and reused.
const CHUNKS: [usize; 4] = [128, 32, 8, 1];
const EVENT_COLUMNS: usize = 11;
const TWIN_COLUMNS: usize = 7;

/// How many events of a submission were new, and how many were known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stored {
    /// Stored now.
    pub new: u64,
    /// Known already, and not stored again.
    pub known: u64,
}

/// Writes the submissions and says for each what became of it. The caller commits.
pub(super) async fn write_group(
    connection: &mut SqliteConnection,
    group: &[&Submission],
) -> Result<Vec<Stored>, StoreError> {
    let firsts = first_of_each_message(group);
    let new = insert_events(connection, &firsts).await?;
    let known = read_twins(connection, group).await?;
    let mut tally = Tally::default();
    let mut stored = Vec::with_capacity(group.len());
    let mut at = 0;
    for submission in group {
        let mut counts = Stored::default();
        for event in &submission.events {
            let is_first = firsts
                .get(at)
                .is_some_and(|(_, first)| std::ptr::eq(*first, event));
            let is_new = is_first && new.get(at).copied().unwrap_or(false);
            at += usize::from(is_first);
            if is_new {
                counts.new += 1;
                tally.add(submission, event, &known)?;
            } else {
                counts.known += 1;
                tally.add_known(submission, event);
            }
        }
        stored.push(counts);
    }
    write_tally(connection, &tally).await?;
    Ok(stored)
}

type Placed<'a> = (&'a Submission, &'a NewEvent);

/// Within one group the first message with an id counts, as it would if they had come one after the other.
fn first_of_each_message<'a>(group: &[&'a Submission]) -> Vec<Placed<'a>> {
    let mut seen: HashSet<(&str, &str)> = HashSet::new();
    let all = group
        .iter()
        .flat_map(|s| s.events.iter().map(move |event| (*s, event)));
    all.filter(|(s, event)| seen.insert((s.tenant.as_str(), event.message.as_str())))
        .collect()
}

/// `INSERT … VALUES ($1, $2), ($3, $4) …` for that many rows.
fn rows(head: &str, columns: usize, rows: usize, tail: &str) -> String {
    let mut sql = String::with_capacity(head.len() + tail.len() + rows * columns * 6);
    sql.push_str(head);
    for row in 0..rows {
        sql.push_str(if row == 0 { " (" } else { ", (" });
        for column in 1..=columns {
            sql.push_str(if column == 1 { "$" } else { ", $" });
            sql.push_str(&(row * columns + column).to_string());
        }
        sql.push(')');
    }
    sql.push_str(tail);
    sql
}

/// Cuts a slice into pieces of the agreed sizes.
fn pieces<T>(mut rest: &[T]) -> Vec<&[T]> {
    let mut found = Vec::new();
    for size in CHUNKS {
        while let Some((piece, after)) = rest.split_at_checked(size) {
            found.push(piece);
            rest = after;
        }
    }
    found
}

/// Inserts the events and says for each whether it was new.
async fn insert_events(
    connection: &mut SqliteConnection,
    events: &[Placed<'_>],
) -> Result<Vec<bool>, StoreError> {
    let mut new = Vec::with_capacity(events.len());
    for piece in pieces(events) {
        let sql = rows(
            "INSERT INTO events (tenant, message, account, source, kind, event, channel, matching, \
             at, received_at, payload) VALUES",
            EVENT_COLUMNS,
            piece.len(),
            " ON CONFLICT DO NOTHING RETURNING tenant, message",
        );
        let mut statement = sqlx::query(AssertSqlSafe(sql));
        for (submission, event) in piece {
            statement = statement
                .bind(submission.tenant.as_str())
                .bind(event.message.as_str())
                .bind(
                    submission
                        .account
                        .as_ref()
                        .map_or("", |account| account.as_str()),
                )
                .bind(submission.source.as_str())
                .bind(event.kind)
                .bind(event.event.as_str())
                .bind(event.channel.as_str())
                .bind(event.matching.as_deref())
                .bind(micros(event.at))
                .bind(micros(submission.received_at))
                .bind(event.payload.as_str());
        }
        let inserted = statement.fetch_all(&mut *connection).await?;
        if inserted.len() == piece.len() {
            new.resize(new.len() + piece.len(), true);
            continue;
        }
        let mut keys = HashSet::with_capacity(inserted.len());
        for row in &inserted {
            keys.insert((row.try_get::<&str, _>(0)?, row.try_get::<&str, _>(1)?));
        }
        new.extend(
            piece
                .iter()
                .map(|(s, e)| keys.contains(&(s.tenant.as_str(), e.message.as_str()))),
        );
    }
    Ok(new)
}

/// The twins of these conversions as the database knows them.
async fn read_twins(
    connection: &mut SqliteConnection,
    group: &[&Submission],
) -> Result<HashMap<TwinKey, Twin>, StoreError> {
    let mut asked: HashSet<TwinKey> = HashSet::new();
    for submission in group {
        asked.extend(
            submission
                .events
                .iter()
                .filter_map(|event| twin_key(submission, event)),
        );
    }
    let mut asked: Vec<TwinKey> = asked.into_iter().collect();
    asked.sort();
    let mut known = HashMap::new();
    let same = |a: &TwinKey, b: &TwinKey| {
        (&a.tenant, &a.account, &a.event) == (&b.tenant, &b.account, &b.event)
    };
    for run in asked.chunk_by(same) {
        for piece in pieces(run) {
            read_piece(connection, piece, &mut known).await?;
        }
    }
    Ok(known)
}

/// Its matching id, and in which hour each side first brought it.
type TwinRow = (String, Option<i64>, Option<i64>, Option<i64>);

/// Reads twins that differ in their matching id only.
async fn read_piece(
    connection: &mut SqliteConnection,
    piece: &[TwinKey],
    known: &mut HashMap<TwinKey, Twin>,
) -> Result<(), StoreError> {
    let Some(first) = piece.first() else {
        return Ok(());
    };
    let places: Vec<String> = (4..piece.len() + 4).map(|n| format!("${n}")).collect();
    let sql = format!(
        "SELECT matching, browser_hour, server_hour, mobile_hour FROM event_twins
         WHERE tenant = $1 AND account = $2 AND event = $3 AND matching IN ({})",
        places.join(", ")
    );
    let mut statement = sqlx::query_as(AssertSqlSafe(sql))
        .bind(first.tenant.as_str())
        .bind(
            first
                .account
                .as_ref()
                .map_or("", |account| account.as_str()),
        )
        .bind(first.event.as_str());
    for key in piece {
        statement = statement.bind(key.matching.as_str());
    }
    let found: Vec<TwinRow> = statement.fetch_all(connection).await?;
    for (matching, browser, server, mobile) in found {
        known.insert(
            TwinKey {
                matching,
                ..first.clone()
            },
            Twin {
                browser,
                server,
                mobile,
            },
        );
    }
    Ok(())
}

async fn write_tally(connection: &mut SqliteConnection, tally: &Tally) -> Result<(), StoreError> {
    for (((tenant, ..), _), hour) in &tally.events {
        write_event_hour(connection, tenant.as_str(), hour, Mode::Add).await?;
    }
    for ((tenant, ..), hour) in &tally.records {
        write_record_hour(connection, tenant.as_str(), hour, Mode::Add).await?;
    }
    let changed: Vec<(&TwinKey, &Twin)> = tally.changed.iter().collect();
    for piece in pieces(&changed) {
        let sql = rows(
            "INSERT INTO event_twins (tenant, account, event, matching, browser_hour, server_hour, \
             mobile_hour) VALUES",
            TWIN_COLUMNS,
            piece.len(),
            " ON CONFLICT (tenant, account, event, matching) DO UPDATE SET \
             browser_hour = excluded.browser_hour, server_hour = excluded.server_hour, \
             mobile_hour = excluded.mobile_hour",
        );
        let mut statement = sqlx::query(AssertSqlSafe(sql));
        for (key, twin) in piece {
            statement = statement
                .bind(key.tenant.as_str())
                .bind(key.account.as_ref().map_or("", |account| account.as_str()))
                .bind(key.event.as_str())
                .bind(key.matching.as_str())
                .bind(twin.browser)
                .bind(twin.server)
                .bind(twin.mobile);
        }
        statement.execute(&mut *connection).await?;
    }
    Ok(())
}
