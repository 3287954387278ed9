//! How often did which step follow which? Whole counts of a chain of order 1 to 4, which add up over partitions.
//!
//! Not here: probabilities and what follows from them (`chain`).

mod counting;

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use self::counting::{PlainCells, hashed_cells};
use crate::attribution::channels::{MAX_CHANNELS, Ranked};
use crate::attribution::error::{AttributionError, Refused};
use crate::attribution::paths::{Counts, PathTotals, Paths, too_large};

/// The highest order: how many touches back a chain remembers.
pub const MAX_ORDER: usize = 4;

/// Bits of one channel in a state.
const SYMBOL_BITS: u32 = 16;

/// Where a transition leads: to a conversion, to a channel (its place in the order of names, plus one), or to nothing.
pub(in crate::attribution) const CONVERTED: u32 = 0;
pub(in crate::attribution) const LAPSED: u32 = 1 << SYMBOL_BITS;

/// How often a state was left in one direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::attribution) struct Cell {
    /// The last channels, the newest in the lowest bits; zeros before the first touch.
    pub(in crate::attribution) from: u64,
    pub(in crate::attribution) to: u32,
    pub(in crate::attribution) count: u64,
}

impl Cell {
    const fn key(&self) -> (u64, u32) {
        (self.from, self.to)
    }
}

/// Counts of transitions.
///
/// ```
/// use stratum_core::attribution::{Counts, PathTable, Transitions};
/// let mut table = PathTable::new();
/// table.add_text("search > email", ">", Counts::converted(3, 0))?;
/// table.add_text("search", ">", Counts::lapsed(1))?;
/// let transitions = Transitions::count(&table, 1)?;
/// assert_eq!(transitions.states(), 3); // start, search, email
/// assert_eq!(transitions.len(), 4); // start to search, search to email, search to nothing, email to a conversion
/// let mut twice = transitions.clone();
/// twice.merge(&transitions)?;
/// assert_eq!(twice.totals().touched.conversions, 6);
/// # Ok::<(), stratum_core::attribution::AttributionError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transitions {
    order: usize,
    /// In ascending order.
    names: Vec<String>,
    /// In ascending order of their keys.
    cells: Vec<Cell>,
    totals: PathTotals,
}

impl Transitions {
    /// Counts the transitions along paths: from what a journey has seen in its last `order` touches to its next touch, its
    /// conversion or its end.
    ///
    /// # Errors
    /// An order that is not offered, sums that are too large.
    pub fn count(paths: &impl Paths, order: usize) -> Result<Self, AttributionError> {
        if !(1..=MAX_ORDER).contains(&order) {
            let most = MAX_ORDER;
            return Err(AttributionError::about(
                "order",
                Refused::UnknownOrder { order, most },
            ));
        }
        let names = paths.names();
        let most = MAX_CHANNELS;
        if names.len() > most {
            return Err(AttributionError::about(
                "channels",
                Refused::TooManyChannels { most },
            ));
        }
        let ranked = Ranked::of(&names);
        let symbols = ranked.symbols();
        let cells = match PlainCells::over(names.len(), order) {
            Some(plain) => plain.count(paths, &symbols)?,
            None => hashed_cells(paths, &symbols, order)?,
        };
        Ok(Self {
            order,
            names: ranked.names,
            cells,
            totals: paths.totals(),
        })
    }

    /// The counts themselves, in ascending order of their keys.
    pub(in crate::attribution) fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// From counts in ascending order of their keys; what the journeys were worth is not known.
    pub(in crate::attribution) fn from_cells(
        order: usize,
        names: Vec<String>,
        cells: Vec<Cell>,
    ) -> Self {
        let ended = |to| {
            let ending = cells.iter().filter(|cell| cell.to == to);
            ending.map(|cell| cell.count).sum()
        };
        let touched = Counts {
            conversions: ended(CONVERTED),
            value_minor: 0,
            lapsed: ended(LAPSED),
        };
        let totals = PathTotals {
            touched,
            ..PathTotals::default()
        };
        Self {
            order,
            names,
            cells,
            totals,
        }
    }

    /// Adds the counts of another partition; channels are matched by name.
    ///
    /// # Errors
    /// Counts of another order, too many channels, sums that are too large.
    pub fn merge(&mut self, other: &Self) -> Result<(), AttributionError> {
        if self.order != other.order {
            let (one, other) = (self.order, other.order);
            let why = Refused::DifferentOrders { one, other };
            return Err(AttributionError::about("order", why));
        }
        let totals = self.totals.plus(other.totals).ok_or_else(too_large)?;
        let mut names: Vec<&str> = self.names.iter().map(|name| &**name).collect();
        names.extend(other.names.iter().map(|name| &**name));
        names.sort_unstable();
        names.dedup();
        let most = MAX_CHANNELS;
        if names.len() > most {
            let why = Refused::TooManyChannels { most };
            return Err(AttributionError::about("channels", why));
        }
        let mut cells = renamed(&self.cells, &places(&self.names, &names));
        cells.extend(renamed(&other.cells, &places(&other.names, &names)));
        self.cells = added_up(cells)?;
        self.names = names.into_iter().map(ToOwned::to_owned).collect();
        self.totals = totals;
        Ok(())
    }

    /// The counts of a chain that remembers fewer touches.
    ///
    /// # Errors
    /// An order below one or above this one.
    pub fn of_lower_order(&self, order: usize) -> Result<Self, AttributionError> {
        if !(1..=self.order).contains(&order) {
            let most = self.order;
            let why = Refused::UnknownOrder { order, most };
            return Err(AttributionError::about("order", why));
        }
        let cells = self.cells.iter().map(|cell| Cell {
            from: cell.from & newest(order),
            ..*cell
        });
        Ok(Self {
            order,
            names: self.names.clone(),
            cells: added_up(cells.collect())?,
            totals: self.totals,
        })
    }

    /// How many touches back the chain remembers.
    #[must_use]
    pub const fn order(&self) -> usize {
        self.order
    }

    /// The channels, in ascending order.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// What the journeys came to together.
    #[must_use]
    pub const fn totals(&self) -> PathTotals {
        self.totals
    }

    /// How many different transitions there were.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.cells.len()
    }

    /// Whether there was none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// How many different states there were, the start among them.
    #[must_use]
    pub fn states(&self) -> usize {
        self.rows().count()
    }

    /// The transitions out of each state.
    pub(super) fn rows(&self) -> impl Iterator<Item = &[Cell]> {
        self.cells.chunk_by(|one, next| one.from == next.from)
    }
}

/// The lowest bits, which hold the newest touches.
pub(super) const fn newest(order: usize) -> u64 {
    match order {
        1 => 0xffff,
        2 => 0xffff_ffff,
        3 => 0xffff_ffff_ffff,
        _ => u64::MAX,
    }
}

/// The state after one more touch.
pub(in crate::attribution) fn next_state(state: u64, symbol: u16, order: usize) -> u64 {
    (state << SYMBOL_BITS | u64::from(symbol)) & newest(order)
}

/// For the symbol of each name the symbol in a longer list; both lists ascend.
fn places(names: &[String], longer: &[&str]) -> Vec<u16> {
    let mut symbols = alloc::vec![0];
    let mut longer = (1..=u16::MAX).zip(longer);
    for name in names {
        let same = longer.find(|(_, other)| *other == name);
        symbols.push(same.map_or(0, |(symbol, _)| symbol));
    }
    symbols
}

fn renamed(cells: &[Cell], symbols: &[u16]) -> Vec<Cell> {
    let place = |symbol: u64| {
        let symbol = usize::try_from(symbol).unwrap_or(0);
        u64::from(symbols.get(symbol).copied().unwrap_or(0))
    };
    let renamed = cells.iter().map(|cell| {
        let parts = [48, 32, 16, 0].map(|shift| place(cell.from >> shift & 0xffff) << shift);
        let to = match cell.to {
            CONVERTED | LAPSED => cell.to,
            symbol => u32::try_from(place(u64::from(symbol))).unwrap_or(0),
        };
        Cell {
            from: parts.iter().sum(),
            to,
            count: cell.count,
        }
    });
    renamed.collect()
}

/// Sorts cells and makes one of those with the same key.
fn added_up(mut cells: Vec<Cell>) -> Result<Vec<Cell>, AttributionError> {
    cells.sort_unstable_by_key(Cell::key);
    let mut sums: Vec<Cell> = Vec::with_capacity(cells.len());
    for cell in cells {
        match sums.last_mut() {
            Some(last) if last.key() == cell.key() => {
                let sum = last.count.checked_add(cell.count);
                last.count = sum.ok_or_else(too_large)?;
            }
            _ => sums.push(cell),
        }
    }
    Ok(sums)
}

#[cfg(test)]
mod tests;
