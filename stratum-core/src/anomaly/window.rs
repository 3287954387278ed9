//! What was usual lately? The last so many numbers, kept in order of value so that the median is at hand.
//!
//! Adding costs a binary search and a short move of memory; nothing is sorted anew and nothing grows beyond the window.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use crate::numeric::quantile::of_sorted;

/// The last numbers of a stream, in order of arrival and in order of value.
///
/// ```
/// use stratum_core::anomaly::window::Window;
/// let mut window = Window::new(3);
/// for x in [9.0, 1.0, 2.0, 3.0] {
///     window.push(x);
/// }
/// assert_eq!(window.median(), Some(2.0));
/// window.keep_last(1);
/// assert_eq!(window.median(), Some(3.0));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Window {
    size: usize,
    arrived: VecDeque<f64>,
    ordered: Vec<f64>,
}

impl Window {
    /// An empty window for at most `size` numbers, at least one.
    #[must_use]
    pub fn new(size: usize) -> Self {
        let size = size.max(1);
        Self {
            size,
            arrived: VecDeque::with_capacity(size),
            ordered: Vec::with_capacity(size),
        }
    }

    /// Adds a number; the oldest leaves when the window is full. NaN is not a number and is left out.
    pub fn push(&mut self, x: f64) {
        if x.is_nan() {
            return;
        }
        if self.arrived.len() >= self.size {
            self.drop_oldest();
        }
        self.arrived.push_back(x);
        let place = self.ordered.partition_point(|y| y.total_cmp(&x).is_lt());
        self.ordered.insert(place, x);
    }

    fn drop_oldest(&mut self) {
        if let Some(oldest) = self.arrived.pop_front() {
            let place = self
                .ordered
                .partition_point(|y| y.total_cmp(&oldest).is_lt());
            if place < self.ordered.len() {
                self.ordered.remove(place);
            }
        }
    }

    /// Forgets all but the newest `count` numbers.
    pub fn keep_last(&mut self, count: usize) {
        while self.arrived.len() > count {
            self.drop_oldest();
        }
    }

    /// How many numbers are in it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.arrived.len()
    }

    /// Whether it is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.arrived.is_empty()
    }

    /// The middle number; none when the window is empty.
    #[must_use]
    pub fn median(&self) -> Option<f64> {
        of_sorted(&self.ordered, 0.5)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::{Chance, quantile};

    #[test]
    fn the_median_is_that_of_the_last_numbers_sorted_anew() {
        let mut chance = Chance::new(3, 0);
        let mut window = Window::new(24);
        let mut all: Vec<f64> = Vec::new();
        for _ in 0..400 {
            // Few distinct values, so that equal ones have to leave one by one.
            let x = crate::numeric::from_u64(chance.count(3.0));
            window.push(x);
            all.push(x);
            let from = all.len().saturating_sub(24);
            assert_eq!(window.median(), quantile::median(&mut all[from..].to_vec()));
        }
    }
}
