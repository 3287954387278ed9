//! Whom did a channel meet, and who bought? One row for each touch or conversion of a person.
//!
//! Such rows belong to no advertising account, so they fit whatever is known; only their times are held against the clock.

use std::collections::BTreeSet;

use stratum_core::customer::journey::{Conversion, MAX_NAME_BYTES, TouchKind, Touchpoint};
use stratum_core::vocabulary::{Platform, Timestamp};
use stratum_store::{StoreError, TenantScope};

use super::cell::{Places, Row};
use super::error::{Errors, ImportError};
use super::table::shortened;
use super::{Known, Table};

const TOUCH_NEEDED: [&str; 4] = ["person", "channel", "kind", "at"];
const TOUCH_KNOWN: [&str; 5] = ["person", "channel", "kind", "at", "platform"];
const SALE_NEEDED: [&str; 4] = ["person", "at", "amount", "currency"];
const SALE_KNOWN: [&str; 5] = ["person", "at", "amount", "currency", "order_id"];

/// What kind of rows an upload about persons has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CustomerKind {
    /// Touches.
    Touchpoints,
    /// Conversions.
    Conversions,
}

/// Rows about persons that were read.
#[derive(Debug, Clone, PartialEq)]
pub enum CustomerUpload {
    /// Touches.
    Touchpoints(Vec<Touchpoint>),
    /// Conversions.
    Conversions(Vec<Conversion>),
}

impl CustomerKind {
    /// The name of the kind, as in the address it is sent to.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Touchpoints => "touchpoints",
            Self::Conversions => "conversions",
        }
    }
}

impl CustomerUpload {
    /// Reads the rows of a table.
    ///
    /// # Errors
    /// Every error that was found, the first of them listed.
    pub fn read(kind: CustomerKind, table: &Table, now: Timestamp) -> Result<Self, ImportError> {
        let known = Known::new(&[], &[], now);
        match kind {
            CustomerKind::Touchpoints => touchpoints(table, &known).map(Self::Touchpoints),
            CustomerKind::Conversions => conversions(table, &known).map(Self::Conversions),
        }
    }

    /// How many rows it has.
    #[must_use]
    pub fn rows(&self) -> usize {
        match self {
            Self::Touchpoints(rows) => rows.len(),
            Self::Conversions(rows) => rows.len(),
        }
    }

    /// Hands the rows to the store; the caller commits. Rows that are there already are replaced.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn save(&self, scope: &mut TenantScope) -> Result<(), StoreError> {
        match self {
            Self::Touchpoints(rows) => scope.put_touchpoints(rows).await,
            Self::Conversions(rows) => scope.put_conversions(rows).await,
        }
    }
}

fn touchpoints(table: &Table, known: &Known<'_>) -> Result<Vec<Touchpoint>, ImportError> {
    table.check_names(&TOUCH_KNOWN, &TOUCH_NEEDED)?;
    let mut errors = Errors::default();
    let mut rows: Vec<Touchpoint> = Vec::with_capacity(table.len());
    let mut seen = BTreeSet::new();
    for place in 0..table.len() {
        let mut row = Row::new(table, place, &mut errors);
        let Some(touch) = touchpoint(&mut row, known) else {
            continue;
        };
        let key = (
            touch.person.clone(),
            touch.at,
            touch.channel.clone(),
            touch.kind,
        );
        if seen.insert(key) {
            rows.push(touch);
        } else {
            row.wrong("at", "import.repeated_row", "this touch is there twice");
        }
    }
    errors.or(rows)
}

fn conversions(table: &Table, known: &Known<'_>) -> Result<Vec<Conversion>, ImportError> {
    table.check_names(&SALE_KNOWN, &SALE_NEEDED)?;
    let mut errors = Errors::default();
    let mut rows: Vec<Conversion> = Vec::with_capacity(table.len());
    let mut seen = BTreeSet::new();
    for place in 0..table.len() {
        let mut row = Row::new(table, place, &mut errors);
        let Some(sale) = conversion(&mut row, known) else {
            continue;
        };
        // An order is one wherever it stands; without an order, person and moment say which conversion it is.
        let (key, field) = match &sale.order {
            Some(order) => ((order.clone(), None), "order_id"),
            None => ((sale.person.clone(), Some(sale.at)), "at"),
        };
        if seen.insert(key) {
            rows.push(sale);
        } else {
            row.wrong(
                field,
                "import.repeated_row",
                "this conversion is there twice",
            );
        }
    }
    errors.or(rows)
}

fn touchpoint(row: &mut Row<'_>, known: &Known<'_>) -> Option<Touchpoint> {
    let person = row.id("person", name);
    let channel = row.id("channel", name);
    let kind = kind(row);
    let at = row.past("at", known);
    let platform = platform(row);
    Some(Touchpoint {
        person: person?,
        channel: channel?,
        platform: platform?,
        kind: kind?,
        at: at?,
    })
}

fn conversion(row: &mut Row<'_>, known: &Known<'_>) -> Option<Conversion> {
    let person = row.id("person", name);
    let at = row.past("at", known);
    let value = row
        .currency("currency")
        .and_then(|currency| row.money("amount", currency, Places::Exact));
    let order = match row.optional("order_id") {
        None => Some(None),
        Some(_) => row.id("order_id", name).map(Some),
    };
    Some(Conversion {
        person: person?,
        at: at?,
        value: value?,
        order: order?,
    })
}

fn name(text: &str) -> Option<String> {
    let sound = text.len() <= MAX_NAME_BYTES && !text.chars().any(char::is_control);
    sound.then(|| text.to_owned())
}

fn kind(row: &mut Row<'_>) -> Option<TouchKind> {
    match row.text("kind")?.to_ascii_lowercase().as_str() {
        "click" => Some(TouchKind::Click),
        "view" => Some(TouchKind::View),
        other => {
            let detail = format!("`{}` is no kind; expected click or view", shortened(other));
            row.wrong("kind", "import.unknown_kind", detail);
            None
        }
    }
}

/// The platform, or none where the cell is empty. The outer `None` is an error.
fn platform(row: &mut Row<'_>) -> Option<Option<Platform>> {
    let Some(text) = row.optional("platform") else {
        return Some(None);
    };
    let found = text.to_ascii_lowercase().parse().ok();
    if found.is_none() {
        let detail = format!("there is no platform `{}`", shortened(text));
        row.wrong("platform", "import.unknown_platform", detail);
    }
    found.map(Some)
}
