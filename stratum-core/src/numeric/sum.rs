//! How are many numbers added? In the order given, with the lost low bits carried along.
//!
//! Source: A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", ZAMM 54 (1974). The order is
//! the caller's: the same order gives the same bits everywhere.

/// A running sum that loses almost nothing.
///
/// ```
/// use stratum_core::numeric::Sum;
/// let mut sum = Sum::new();
/// for x in [1.0, 1e100, 1.0, -1e100] {
///     sum.add(x);
/// }
/// assert_eq!(sum.value(), 2.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Sum {
    total: f64,
    lost: f64,
}

impl Sum {
    /// Nothing added yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            total: 0.0,
            lost: 0.0,
        }
    }

    /// Adds one number.
    pub fn add(&mut self, x: f64) {
        let total = self.total + x;
        self.lost += if self.total.abs() >= x.abs() {
            (self.total - total) + x
        } else {
            (x - total) + self.total
        };
        self.total = total;
    }

    /// The sum so far.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.total + self.lost
    }
}

/// The sum of numbers in the order given.
///
/// ```
/// assert_eq!(stratum_core::numeric::sum([0.1; 10]), 1.0);
/// assert_eq!(stratum_core::numeric::sum([]), 0.0);
/// ```
#[must_use]
pub fn sum(numbers: impl IntoIterator<Item = f64>) -> f64 {
    let mut total = Sum::new();
    for x in numbers {
        total.add(x);
    }
    total.value()
}
