//! What did the shop sell? One row for each order.

use std::collections::BTreeSet;

use stratum_store::metrics::Order;

use super::cell::{Places, Row};
use super::error::{Errors, ImportError};
use super::{Known, Table};

const NEEDED: [&str; 4] = ["order_id", "placed_at", "amount", "currency"];
const KNOWN: [&str; 5] = ["order_id", "placed_at", "amount", "currency", "account"];
const MAX_ID_BYTES: usize = 128;

pub(super) fn rows(table: &Table, known: &Known<'_>) -> Result<Vec<Order>, ImportError> {
    table.check_names(&KNOWN, &NEEDED)?;
    let mut errors = Errors::default();
    let mut rows: Vec<Order> = Vec::with_capacity(table.len());
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for place in 0..table.len() {
        let mut row = Row::new(table, place, &mut errors);
        let Some(order) = order(&mut row, known) else {
            continue;
        };
        if seen.insert(order.id.clone()) {
            rows.push(order);
        } else {
            row.wrong(
                "order_id",
                "import.repeated_row",
                "this order is there twice",
            );
        }
    }
    errors.or(rows)
}

fn order(row: &mut Row<'_>, known: &Known<'_>) -> Option<Order> {
    let id = row.id("order_id", |text| {
        let sound = text.len() <= MAX_ID_BYTES && !text.chars().any(char::is_control);
        sound.then(|| text.to_owned())
    });
    let placed_at = row.past("placed_at", known);
    let amount = row
        .currency("currency")
        .and_then(|c| row.money("amount", c, Places::Exact));
    let account = row.optional_account(known);
    Some(Order {
        id: id?,
        account: account?,
        amount: amount?,
        placed_at: placed_at?,
    })
}
