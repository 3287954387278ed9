//! How likely are these mean values? The log-likelihood with its first and second derivatives, in one pass over different customers.
//!
//! What depends on the number of purchases only is computed once for each number. Values are counted in mean values, so that every
//! parameter has a natural scale.

use alloc::vec::Vec;

use super::super::fit::by_logarithms;
use crate::numeric::climb::Look;
use crate::numeric::functions::{exp, from_i64, ln, ln_gamma};
use crate::numeric::gamma::{digamma, trigamma};
use crate::numeric::sum;

/// The number of repeat purchases, and what they were worth together in the smallest unit.
pub(super) type Row = (u32, i64);

struct Spender {
    purchases: f64,
    total: f64,
    ln_total: f64,
    count: f64,
}

/// Different customers, in order of their number of purchases.
pub(super) struct Spenders {
    rows: Vec<Spender>,
    /// The sum of the logarithms of the mean values, which no parameter changes.
    ln_means: f64,
    /// The mean of the mean values, in which values are counted from here on, in main units.
    pub(super) unit: f64,
    pub(super) count: f64,
}

/// The gamma functions of a number of purchases.
#[derive(Default)]
struct OfNumber {
    purchases: f64,
    ln_ratio: f64,
    digamma_all: f64,
    digamma_own: f64,
    trigamma_all: f64,
    trigamma_own: f64,
}

impl OfNumber {
    fn at(purchases: f64, p: f64, q: f64) -> Self {
        let own = p * purchases;
        let all = own + q;
        Self {
            purchases,
            ln_ratio: ln_gamma(all) - ln_gamma(own) - ln_gamma(q),
            digamma_all: digamma(all),
            digamma_own: digamma(own),
            trigamma_all: trigamma(all),
            trigamma_own: trigamma(own),
        }
    }
}

impl Spenders {
    pub(super) fn of(rows: &[(Row, f64)], minor: f64) -> Self {
        let mean = |row: &Row| from_i64(row.1) / minor / f64::from(row.0);
        let count = sum(rows.iter().map(|(_, count)| *count));
        let unit = sum(rows.iter().map(|(row, count)| mean(row) * count)) / count;
        let spender = |(row, count): &(Row, f64)| {
            let purchases = f64::from(row.0);
            let total = mean(row) / unit * purchases;
            Spender {
                purchases,
                total,
                ln_total: ln(total),
                count: *count,
            }
        };
        let ln_means = rows.iter().map(|(row, count)| count * ln(mean(row) / unit));
        Self {
            ln_means: sum(ln_means),
            rows: rows.iter().map(spender).collect(),
            unit,
            count,
        }
    }

    /// The log-likelihood seen from the logarithms of p, q and gamma.
    pub(super) fn look(&self, at: &[f64]) -> Look {
        let mut logs = at.iter();
        let mut next = || exp(logs.next().copied().unwrap_or(f64::NAN));
        let (p, q, gamma) = (next(), next(), next());
        let (ln_gamma_scale, digamma_q, trigamma_q) = (ln(gamma), digamma(q), trigamma(q));
        let mut height = -self.ln_means;
        let (mut by_p, mut by_q, mut by_gamma) = (0.0, 0.0, 0.0);
        let (mut p_p, mut p_q, mut p_gamma) = (0.0, 0.0, 0.0);
        let (mut q_q, mut q_gamma, mut gamma_gamma) = (0.0, 0.0, 0.0);
        let mut of = OfNumber::default();
        for row in &self.rows {
            let (x, count) = (row.purchases, row.count);
            if x != of.purchases {
                of = OfNumber::at(x, p, q);
            }
            let own = p * x;
            let with = gamma + row.total;
            let ln_with = ln(with);
            height += count
                * (of.ln_ratio + q * ln_gamma_scale + own * row.ln_total - (own + q) * ln_with);
            by_p += count * x * (of.digamma_all - of.digamma_own + row.ln_total - ln_with);
            by_q += count * (of.digamma_all - digamma_q + ln_gamma_scale - ln_with);
            by_gamma += count * (q / gamma - (own + q) / with);
            p_p += count * x * x * (of.trigamma_all - of.trigamma_own);
            p_q += count * x * of.trigamma_all;
            p_gamma -= count * x / with;
            q_q += count * (of.trigamma_all - trigamma_q);
            q_gamma += count * (1.0 / gamma - 1.0 / with);
            gamma_gamma += count * ((own + q) / (with * with) - q / (gamma * gamma));
        }
        by_logarithms(
            height,
            [p, q, gamma],
            [by_p, by_q, by_gamma],
            &[p_p, p_q, p_gamma, q_q, q_gamma, gamma_gamma],
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derivatives_are_those_of_differences() {
        let rows = [
            ((1, 900), 3.0),
            ((1, 12_000), 1.0),
            ((4, 9_500), 2.0),
            ((60, 300_000), 1.0),
        ];
        let spenders = Spenders::of(&rows, 100.0);
        let at = [1.2, 0.7, -0.4];
        let here = spenders.look(&at);
        for number in 0..3 {
            let moved = |by: f64| {
                let mut there = at;
                there[number] += by;
                spenders.look(&there)
            };
            let (up, down) = (moved(1e-4), moved(-1e-4));
            let slope = (up.height - down.height) / 2e-4;
            assert!((slope - here.slope[number]).abs() < 1e-5 * (1.0 + slope.abs()));
            for other in 0..3 {
                let bend = (down.slope[other] - up.slope[other]) / 2e-4;
                let cell = here.information.at(number, other);
                assert!(
                    (bend - cell).abs() < 1e-5 * (1.0 + bend.abs()),
                    "{number} {other}"
                );
            }
        }
    }
}
