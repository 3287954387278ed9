//! How are transitions counted? In a plain array where all that are possible fit, in a hash table where they do not.

use alloc::vec::Vec;
use core::hash::{BuildHasher as _, Hasher as _};

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use super::{CONVERTED, Cell, LAPSED, SYMBOL_BITS, added_up, next_state};
use crate::attribution::channels::HASHER;
use crate::attribution::error::AttributionError;
use crate::attribution::paths::{Paths, too_large};

/// Chains with at most so many possible transitions are counted in a plain array.
const MOST_PLAIN_CELLS: usize = 1 << 22;

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
pub(super) struct PlainCells {
    order: usize,
    bits: u32,
    lapsed: usize,
    counts: Vec<u64>,
}

impl PlainCells {
    pub(super) fn over(channels: usize, order: usize) -> Option<Self> {
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

    pub(super) fn count(
        mut self,
        paths: &impl Paths,
        symbols: &[u16],
    ) -> Result<Vec<Cell>, AttributionError> {
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
            let journeys = ended.ended();
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

pub(super) fn hashed_cells(
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
        let journeys = ended.ended();
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
