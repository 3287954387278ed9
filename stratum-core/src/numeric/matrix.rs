//! How is a small symmetric system solved? By Cholesky's factors, which also tell whether there is a top at all.

use alloc::vec::Vec;

use super::functions::sqrt;

/// A symmetric matrix, row by row.
#[derive(Debug, Clone)]
pub(crate) struct Matrix {
    size: usize,
    cells: Vec<f64>,
}

impl Matrix {
    pub(crate) fn zero(size: usize) -> Self {
        Self {
            size,
            cells: alloc::vec![0.0; size * size],
        }
    }

    pub(crate) fn at(&self, row: usize, column: usize) -> f64 {
        let cell = self.cells.get(row * self.size + column);
        cell.copied().unwrap_or(f64::NAN)
    }

    pub(crate) fn add(&mut self, row: usize, column: usize, x: f64) {
        if let Some(cell) = self.cells.get_mut(row * self.size + column) {
            *cell += x;
        }
    }

    fn set(&mut self, row: usize, column: usize, x: f64) {
        if let Some(cell) = self.cells.get_mut(row * self.size + column) {
            *cell = x;
        }
    }

    /// Cholesky's lower factor; none when the matrix is not positive definite.
    pub(crate) fn factor(mut self) -> Option<Self> {
        for row in 0..self.size {
            for column in 0..=row {
                let mut left = self.at(row, column);
                for k in 0..column {
                    left -= self.at(row, k) * self.at(column, k);
                }
                if row == column {
                    // NaN is not above zero either.
                    if left.is_nan() || left <= 0.0 {
                        return None;
                    }
                    self.set(row, row, sqrt(left));
                } else {
                    self.set(row, column, left / self.at(column, column));
                }
            }
        }
        Some(self)
    }

    /// Of a factor: the solution of factor · x = right, of which the first `from` are known to be zero.
    fn forward(&self, from: usize, right: impl Fn(usize) -> f64) -> Vec<f64> {
        let mut solved: Vec<f64> = Vec::with_capacity(self.size - from);
        for row in from..self.size {
            let mut left = right(row);
            for (k, x) in (from..row).zip(&solved) {
                left -= self.at(row, k) * x;
            }
            solved.push(left / self.at(row, row));
        }
        solved
    }

    /// Of a factor: the solution of the whole system.
    pub(crate) fn solve(&self, right: &[f64]) -> Vec<f64> {
        let mut solved = self.forward(0, |row| right.get(row).copied().unwrap_or(0.0));
        for row in (0..self.size).rev() {
            let mut left = solved.get(row).copied().unwrap_or(0.0);
            for (k, x) in solved.iter().enumerate().skip(row + 1) {
                left -= self.at(k, row) * x;
            }
            if let Some(x) = solved.get_mut(row) {
                *x = left / self.at(row, row);
            }
        }
        solved
    }

    /// Of a factor: the whole's inverse, column by column, which is also row by row.
    pub(crate) fn inverse(&self) -> Vec<Vec<f64>> {
        let unit = |at: usize| {
            let cells = (0..self.size).map(|row| if row == at { 1.0 } else { 0.0 });
            cells.collect::<Vec<f64>>()
        };
        (0..self.size).map(|at| self.solve(&unit(at))).collect()
    }

    /// Of a factor: the diagonal of the whole's inverse. Column by column of the inverse factor; its squares sum to it.
    pub(crate) fn inverse_diagonal(&self) -> Vec<f64> {
        let unit = |at: usize| move |row: usize| if row == at { 1.0 } else { 0.0 };
        let column = |at: usize| self.forward(at, unit(at));
        (0..self.size)
            .map(|at| column(at).iter().map(|x| x * x).sum())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(cells: [f64; 4]) -> Matrix {
        Matrix {
            size: 2,
            cells: cells.into(),
        }
    }

    #[test]
    fn the_inverse_of_a_matrix_known_by_hand() {
        // [[4, 2], [2, 3]] has the determinant 8 and the inverse [[3, -2], [-2, 4]] / 8.
        let factor = of([4.0, 2.0, 2.0, 3.0]).factor().unwrap();
        let diagonal = factor.inverse_diagonal();
        assert!((diagonal[0] - 0.375).abs() < 1e-15 && (diagonal[1] - 0.5).abs() < 1e-15);
        let inverse = factor.inverse();
        assert!((inverse[0][1] + 0.25).abs() < 1e-15 && (inverse[1][1] - 0.5).abs() < 1e-15);
        let solved = factor.solve(&[8.0, 0.0]);
        assert!((solved[0] - 3.0).abs() < 1e-14 && (solved[1] + 2.0).abs() < 1e-14);
    }

    #[test]
    fn a_flat_direction_has_no_error() {
        assert!(of([1.0; 4]).factor().is_none());
        assert!(of([f64::NAN; 4]).factor().is_none());
        assert!(
            Matrix::zero(0)
                .factor()
                .unwrap()
                .inverse_diagonal()
                .is_empty()
        );
    }
}
