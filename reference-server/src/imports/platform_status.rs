//! What is known about the platforms? One row for each finding; `kind` says which columns count.

use stratum_core::signal::Token;
use stratum_core::vocabulary::Platform;
use stratum_store::metrics::{
    IncidentSeverity, MatchConfirmation, PlatformIncident, PlatformStateRow, TokenState,
};

use super::cell::Row;
use super::error::{Errors, ImportError};
use super::table::shortened;
use super::{Known, Table};

/// One finding.
#[derive(Debug, Clone, PartialEq)]
pub enum PlatformStatus {
    /// `kind = incident`: something the platform reports about itself.
    Incident(PlatformIncident),
    /// `kind = token`: how an account's access token fared.
    Token(TokenState),
    /// `kind = state`: announced ends, learning, rejected changes.
    State(PlatformStateRow),
    /// `kind = match`: what the platform says it matched.
    Match(MatchConfirmation),
}

const NEEDED: [&str; 2] = ["kind", "at"];
const KNOWN: [&str; 18] = [
    "kind",
    "at",
    "account",
    "platform",
    "id",
    "severity",
    "closed_at",
    "valid",
    "renews",
    "expires_at",
    "api_sunset_at",
    "learning_share",
    "changes_requested",
    "changes_rejected",
    "event",
    "events",
    "confirmed",
    "platform_score",
];

pub(super) fn rows(table: &Table, known: &Known<'_>) -> Result<Vec<PlatformStatus>, ImportError> {
    table.check_names(&KNOWN, &NEEDED)?;
    let mut errors = Errors::default();
    let mut rows = Vec::with_capacity(table.len());
    for place in 0..table.len() {
        let mut row = Row::new(table, place, &mut errors);
        let found = match row.text("kind") {
            Some("incident") => incident(&mut row, known).map(PlatformStatus::Incident),
            Some("token") => token(&mut row, known).map(PlatformStatus::Token),
            Some("state") => state(&mut row, known).map(PlatformStatus::State),
            Some("match") => confirmation(&mut row, known).map(PlatformStatus::Match),
            Some(other) => {
                let detail = format!(
                    "unknown kind `{}`; known are incident, token, state and match",
                    shortened(other)
                );
                row.wrong("kind", "import.unknown_kind", detail);
                None
            }
            None => None,
        };
        rows.extend(found);
    }
    errors.or(rows)
}

fn incident(row: &mut Row<'_>, known: &Known<'_>) -> Option<PlatformIncident> {
    let id = row.id("id", |text| (text.len() <= 128).then(|| text.to_owned()));
    let platform = row.text("platform").and_then(|text| {
        let found = text.parse::<Platform>();
        if let Err(error) = found {
            row.wrong("platform", "import.unknown_platform", error.to_string());
        }
        found.ok()
    });
    let account = row.optional_account(known);
    let severity = match row.text("severity") {
        Some("minor") => Some(IncidentSeverity::Minor),
        Some("major") => Some(IncidentSeverity::Major),
        Some(_) => {
            row.wrong(
                "severity",
                "import.unknown_severity",
                "expected minor or major",
            );
            None
        }
        None => None,
    };
    let opened_at = row.past("at", known);
    let closed_at = row.optional_moment("closed_at");
    if let (Some(opened), Some(Some(closed))) = (opened_at, closed_at)
        && closed < opened
    {
        row.wrong(
            "closed_at",
            "import.ends_before_it_begins",
            "it ends before it begins",
        );
        return None;
    }
    Some(PlatformIncident {
        id: id?,
        platform: platform?,
        account: account?,
        severity: severity?,
        opened_at: opened_at?,
        closed_at: closed_at?,
    })
}

fn token(row: &mut Row<'_>, known: &Known<'_>) -> Option<TokenState> {
    let account = row.account(known);
    let valid = row.text("valid").and_then(|_| row.flag("valid"));
    let renews = row.flag("renews");
    let expires_at = row.optional_moment("expires_at");
    let checked_at = row.past("at", known);
    Some(TokenState {
        account: account?.id.clone(),
        token: Token {
            valid: valid?,
            expires_at: expires_at?,
            renews: renews?,
        },
        checked_at: checked_at?,
    })
}

fn state(row: &mut Row<'_>, known: &Known<'_>) -> Option<PlatformStateRow> {
    let account = row.account(known);
    let checked_at = row.past("at", known);
    let api_sunset_at = row.optional_moment("api_sunset_at");
    let learning_share = row.number("learning_share", 0.0, 1.0);
    let requested = row.count_or_zero("changes_requested");
    let rejected = row.count_or_zero("changes_rejected");
    if rejected > requested {
        row.wrong(
            "changes_rejected",
            "import.part_exceeds_whole",
            "more changes were rejected than requested",
        );
        return None;
    }
    Some(PlatformStateRow {
        account: account?.id.clone(),
        checked_at: checked_at?,
        api_sunset_at: api_sunset_at?,
        learning_share: learning_share?,
        changes_requested: requested?,
        changes_rejected: rejected?,
    })
}

fn confirmation(row: &mut Row<'_>, known: &Known<'_>) -> Option<MatchConfirmation> {
    let account = row.account(known);
    let event = row.id("event", |text| {
        stratum_core::vocabulary::EventName::new(text).ok()
    });
    let at = row.past("at", known);
    let events = row.count("events");
    let confirmed = match row.optional("confirmed") {
        None => Some(None),
        Some(_) => row.count("confirmed").map(Some),
    };
    let score = row.optional_number("platform_score", 0.0, 10.0);
    if let (Some(events), Some(Some(confirmed))) = (events, confirmed)
        && confirmed > events
    {
        row.wrong(
            "confirmed",
            "import.part_exceeds_whole",
            "more was matched than received",
        );
        return None;
    }
    Some(MatchConfirmation {
        account: account?.id.clone(),
        event: event?,
        at: at?,
        events: events?,
        confirmed: confirmed?,
        platform_score: score?,
    })
}
