//! How often did which step follow which? Whole counts of a chain of order 1 to 4, which add up over partitions.
//!
//! Not here: probabilities and what follows from them (`chain`).

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::hash::{BuildHasher as _, Hasher as _};

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use crate::attribution::channels::{HASHER, MAX_CHANNELS, Ranked};
use crate::attribution::error::{AttributionError, Refused};
use crate::attribution::paths::{PathTotals, Paths, too_large};

/// The highest order: how many touches back a chain remembers.
pub const MAX_ORDER: usize = 4;

/// Bits of one channel in a state.
const SYMBOL_BITS: u32 = 16;
/// Chains with at most so many possible transitions are counted in a plain array.
const MOST_PLAIN_CELLS: usize = 1 << 22;

/// Where a transition leads: to a conversion, to a channel (its place in the order of names, plus one), or to nothing.
pub(super) const CONVERTED: u32 = 0;
pub(super) const LAPSED: u32 = 1 << SYMBOL_BITS;

/// How often a state was left in one direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cell {
    /// The last channels, the newest in the lowest bits; zeros before the first touch.
    pub(super) from: u64,
    pub(super) to: u32,
    pub(super) count: u64,
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
pub(super) fn next_state(state: u64, symbol: u16, order: usize) -> u64 {
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

/// Makes sure that no cell can leave 64 bits, before anything is counted.
struct Bound(u64);

impl Bound {
    fn take(&mut self, journeys: u64, touches: usize) -> Result<(), AttributionError> {
        let touches = u64::try_from(touches).ok();
        let more = touches.and_then(|touches| touches.checked_mul(journeys));
        let sum = more.and_then(|more| self.0.checked_add(more));
        self.0 = sum.ok_or_else(too_large)?;
        Ok(())
    }
}

/// An array with a place for every possible transition, in the order of keys.
struct PlainCells {
    order: usize,
    bits: u32,
    lapsed: usize,
    counts: Vec<u64>,
}

impl PlainCells {
    fn over(channels: usize, order: usize) -> Option<Self> {
        let lapsed = channels + 1;
        let bits = usize::BITS - lapsed.leading_zeros();
        let all_bits = bits.checked_mul(u32::try_from(order + 1).ok()?)?;
        let cells = 1_usize.checked_shl(all_bits)?;
        (all_bits < usize::BITS && cells <= MOST_PLAIN_CELLS).then(|| Self {
            order,
            bits,
            lapsed,
            counts: alloc::vec![0; cells],
        })
    }

    fn count(mut self, paths: &impl Paths, symbols: &[u16]) -> Result<Vec<Cell>, AttributionError> {
        let mut bound = Bound(0);
        let (bits, mask) = (self.bits, self.counts.len() - 1);
        let lapsed = self.lapsed;
        let counts = &mut self.counts[..];
        let mut add = |at: usize, more: u64| {
            if let Some(count) = counts.get_mut(at) {
                *count = count.wrapping_add(more);
            }
        };
        paths.try_for_each(|path| {
            let ended = path.counts;
            let journeys = ended.conversions + ended.lapsed;
            bound.take(journeys, path.codes.len())?;
            let mut state = 0;
            for code in path.codes {
                let symbol = symbols.get(usize::from(*code)).copied().unwrap_or(0);
                // One cell is a state and where it leads; the state after it drops the oldest touch.
                let cell = state << bits & mask | usize::from(symbol);
                add(cell, journeys);
                state = cell;
            }
            add(state << bits & mask, ended.conversions);
            add(state << bits & mask | lapsed, ended.lapsed);
            Ok(())
        })?;
        Ok(self.cells())
    }

    fn cells(&self) -> Vec<Cell> {
        let low = (1_usize << self.bits) - 1;
        let row = |(state, row): (usize, &[u64])| {
            let mut from = 0;
            for back in (0..self.order).rev() {
                let shift = self.bits * u32::try_from(back).unwrap_or(0);
                from = from << SYMBOL_BITS | u64::try_from(state >> shift & low).unwrap_or(0);
            }
            let counted = row.iter().enumerate().filter(|(_, count)| **count > 0);
            let cells = counted.map(|(to, count)| Cell {
                from,
                to: if to == self.lapsed {
                    LAPSED
                } else {
                    u32::try_from(to).unwrap_or(0)
                },
                count: *count,
            });
            cells.collect::<Vec<Cell>>()
        };
        let rows = self.counts.chunks(low + 1).enumerate();
        rows.flat_map(row).collect()
    }
}

fn hashed_cells(
    paths: &impl Paths,
    symbols: &[u16],
    order: usize,
) -> Result<Vec<Cell>, AttributionError> {
    let hash = |from: u64, to: u32| {
        let mut hasher = HASHER.build_hasher();
        hasher.write_u64(from);
        hasher.write_u32(to);
        hasher.finish()
    };
    let mut bound = Bound(0);
    let mut table: HashTable<Cell> = HashTable::new();
    let mut add = |from: u64, to: u32, more: u64| {
        if more == 0 {
            return;
        }
        let same = |cell: &Cell| cell.from == from && cell.to == to;
        let again = |cell: &Cell| hash(cell.from, cell.to);
        match table.entry(hash(from, to), same, again) {
            Entry::Occupied(mut cell) => {
                let count = &mut cell.get_mut().count;
                *count = count.wrapping_add(more);
            }
            Entry::Vacant(vacant) => {
                let count = more;
                vacant.insert(Cell { from, to, count });
            }
        }
    };
    paths.try_for_each(|path| {
        let ended = path.counts;
        let journeys = ended.conversions + ended.lapsed;
        bound.take(journeys, path.codes.len())?;
        let mut state = 0;
        for code in path.codes {
            let symbol = symbols.get(usize::from(*code)).copied().unwrap_or(0);
            add(state, u32::from(symbol), journeys);
            state = next_state(state, symbol, order);
        }
        add(state, CONVERTED, ended.conversions);
        add(state, LAPSED, ended.lapsed);
        Ok(())
    })?;
    added_up(table.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribution::{Counts, PathTable};

    fn table(paths: &[&str]) -> PathTable {
        let mut table = PathTable::new();
        for (n, path) in (1..).zip(paths) {
            let lapsed = n % 3;
            let counts = Counts {
                lapsed,
                ..Counts::converted(n, 10)
            };
            table.add_text(path, ">", counts).unwrap();
        }
        table
    }

    const PATHS: [&str; 5] = ["a>b>a>c>b>b", "c", "b>a", "a>a>a>a>a>a>a", "c>b>a>c>b>a"];

    #[test]
    fn both_ways_of_counting_agree_and_lower_orders_follow_from_higher_ones() {
        let table = table(&PATHS);
        let symbols = Ranked::of(&table.names()).symbols();
        let highest = Transitions::count(&table, MAX_ORDER).unwrap();
        for order in 1..=MAX_ORDER {
            let counted = Transitions::count(&table, order).unwrap();
            assert_eq!(
                counted.cells,
                hashed_cells(&table, &symbols, order).unwrap()
            );
            assert_eq!(counted, highest.of_lower_order(order).unwrap());
        }
    }

    #[test]
    fn partitions_with_other_channels_add_up_to_the_whole() {
        let (one, rest) = PATHS.split_at(2);
        for order in 1..=MAX_ORDER {
            let of = |paths| Transitions::count(&table(paths), order).unwrap();
            let mut whole = PathTable::new();
            whole.merge(&table(one)).unwrap();
            whole.merge(&table(rest)).unwrap();
            whole.merge(&table(&["aa>z"])).unwrap();
            let whole = Transitions::count(&whole, order).unwrap();
            let (mut forth, mut back) = (of(one), of(&["aa>z"]));
            forth.merge(&of(rest)).unwrap();
            forth.merge(&of(&["aa>z"])).unwrap();
            back.merge(&of(rest)).unwrap();
            back.merge(&of(one)).unwrap();
            assert_eq!(forth, whole);
            assert_eq!(back, whole);
        }
    }

    #[test]
    fn what_cannot_be_counted_is_refused() {
        let table = table(&PATHS);
        for order in [0, 5] {
            let error = Transitions::count(&table, order).unwrap_err();
            assert_eq!(
                (error.path(), error.code()),
                ("order", "attribution.unknown_order")
            );
        }
        let mut one = Transitions::count(&table, 1).unwrap();
        let two = Transitions::count(&table, 2).unwrap();
        assert_eq!(
            one.merge(&two).unwrap_err().code(),
            "attribution.different_orders"
        );
        let mut many = PathTable::new();
        many.add_text("a>a>a", ">", Counts::lapsed(u64::MAX / 2))
            .unwrap();
        let error = Transitions::count(&many, 1).unwrap_err();
        assert_eq!(error.code(), "attribution.too_large");
    }
}
