//! How likely are these customers? The log-likelihood with its first and second derivatives, in one pass over different customers.
//!
//! What depends on the number of purchases only is computed once for each number. Time is counted in mean ages, so that every
//! parameter has a natural scale.

use alloc::vec::Vec;

use super::super::fit::by_logarithms;
use super::super::history::{History, counted};
use super::Dropout;
use crate::numeric::climb::Look;
use crate::numeric::functions::{exp, ln, ln_1p};
use crate::numeric::gamma::{inverse_square_sum, inverse_sum, ln_rising};
use crate::numeric::sum;

/// What the likelihood needs to know of a customer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub(super) frequency: u32,
    pub(super) recency: f64,
    pub(super) age: f64,
}

impl Row {
    pub(super) const fn of(customer: &History) -> Self {
        Self {
            frequency: customer.frequency,
            recency: customer.recency,
            age: customer.age,
        }
    }
}

/// Different customers, with how many there are of each.
pub(super) struct Customers {
    rows: Vec<(Row, f64)>,
    frequencies: Vec<(u32, f64)>,
    dropout: Dropout,
    /// The mean age, in which time is counted from here on.
    pub(super) unit: f64,
    /// All ages together, in that unit.
    pub(super) time: f64,
    /// All repeat purchases.
    pub(super) repeats: f64,
}

/// First and second derivatives by r, alpha, a and b.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    height: f64,
    r: f64,
    alpha: f64,
    a: f64,
    b: f64,
    r_r: f64,
    r_alpha: f64,
    r_a: f64,
    r_b: f64,
    alpha_alpha: f64,
    alpha_a: f64,
    alpha_b: f64,
    a_a: f64,
    a_b: f64,
    b_b: f64,
}

#[derive(Clone, Copy)]
struct Parameters {
    r: f64,
    alpha: f64,
    a: f64,
    b: f64,
}

impl Customers {
    pub(super) fn of(mut rows: Vec<(Row, f64)>, dropout: Dropout) -> Self {
        let count = sum(rows.iter().map(|(_, count)| *count));
        let unit = sum(rows.iter().map(|(row, count)| row.age * count)) / count;
        for (row, _) in &mut rows {
            row.recency /= unit;
            row.age /= unit;
        }
        let each = rows.iter().map(|(row, count)| (row.frequency, *count));
        let mut frequencies: Vec<(u32, f64)> = Vec::new();
        for ((frequency, count), times) in
            counted(each, |(frequency, count)| (*frequency, count.to_bits()))
        {
            match frequencies.last_mut() {
                Some((last, all)) if *last == frequency => *all += count * times,
                _ => frequencies.push((frequency, count * times)),
            }
        }
        let repeats = sum(frequencies.iter().map(|(x, count)| f64::from(*x) * count));
        Self {
            rows,
            frequencies,
            dropout,
            unit,
            time: count,
            repeats,
        }
    }

    /// The log-likelihood seen from the logarithms of r, alpha, a and b.
    pub(super) fn look(&self, at: &[f64]) -> Look {
        let mut logs = at.iter();
        let mut next = || exp(logs.next().copied().unwrap_or(f64::NAN));
        let here = Parameters {
            r: next(),
            alpha: next(),
            a: next(),
            b: next(),
        };
        let mut sums = Sums::default();
        for (frequency, count) in &self.frequencies {
            let stays = frequency.saturating_add(self.dropout.extra());
            sums.add_counts(&here, *frequency, stays, *count);
        }
        self.add_times(&here, &mut sums);
        by_logarithms(
            sums.height,
            [here.r, here.alpha, here.a, here.b],
            [sums.r, sums.alpha, sums.a, sums.b],
            &[
                sums.r_r,
                sums.r_alpha,
                sums.r_a,
                sums.r_b,
                sums.alpha_alpha,
                sums.alpha_a,
                sums.alpha_b,
                sums.a_a,
                sums.a_b,
                sums.b_b,
            ],
        )
    }

    /// What depends on times. Rows come in order of age and frequency, so that logarithms are taken where these change.
    fn add_times(&self, here: &Parameters, sums: &mut Sums) {
        let (mut age, mut ln_end, mut by_end) = (f64::NAN, 0.0, 0.0);
        let (mut stays, mut rest, mut ln_odds) = (u32::MAX, 0.0, 0.0);
        for (row, count) in &self.rows {
            if row.age != age {
                age = row.age;
                ln_end = ln(here.alpha + age);
                by_end = 1.0 / (here.alpha + age);
            }
            let shape = here.r + f64::from(row.frequency);
            sums.height -= count * shape * ln_end;
            sums.r -= count * ln_end;
            sums.alpha -= count * shape * by_end;
            sums.r_alpha -= count * by_end;
            sums.alpha_alpha += count * shape * by_end * by_end;
            let may_leave = row.frequency.saturating_add(self.dropout.extra());
            let Some(before) = may_leave.checked_sub(1) else {
                continue;
            };
            if before != stays {
                stays = before;
                rest = here.b + f64::from(stays);
                ln_odds = ln(here.a / rest);
            }
            let until = here.alpha + row.recency;
            let by_last = 1.0 / until;
            let silence = ln_end - ln(until);
            let left = Left {
                ln_odds: ln_odds + shape * silence,
                by_r: silence,
                by_alpha: shape * (by_end - by_last),
                by_a: 1.0 / here.a,
                by_b: -1.0 / rest,
                by_r_alpha: by_end - by_last,
                by_alpha_alpha: shape * (by_last * by_last - by_end * by_end),
            };
            sums.add_left(&left, *count);
        }
    }
}

/// The logarithm of the odds of having left, and its derivatives.
struct Left {
    ln_odds: f64,
    by_r: f64,
    by_alpha: f64,
    by_a: f64,
    by_b: f64,
    by_r_alpha: f64,
    by_alpha_alpha: f64,
}

impl Sums {
    /// What depends on the number of purchases only.
    fn add_counts(&mut self, here: &Parameters, frequency: u32, stays: u32, count: f64) {
        let Parameters { r, alpha, a, b } = *here;
        let both = a + b;
        let of_both = inverse_sum(both, stays);
        let of_both_twice = inverse_square_sum(both, stays);
        let ln_alpha = ln(alpha);
        self.height += count
            * (ln_rising(r, frequency) + r * ln_alpha - ln_rising(both, stays)
                + ln_rising(b, stays));
        self.r += count * (inverse_sum(r, frequency) + ln_alpha);
        self.r_r -= count * inverse_square_sum(r, frequency);
        self.alpha += count * r / alpha;
        self.r_alpha += count / alpha;
        self.alpha_alpha -= count * r / (alpha * alpha);
        self.a -= count * of_both;
        self.b += count * (inverse_sum(b, stays) - of_both);
        self.a_a += count * of_both_twice;
        self.a_b += count * of_both_twice;
        self.b_b += count * (of_both_twice - inverse_square_sum(b, stays));
    }

    /// ln(1 + odds).
    fn add_left(&mut self, left: &Left, count: f64) {
        let tail = exp(-left.ln_odds.abs());
        let share = if left.ln_odds >= 0.0 { 1.0 } else { tail } / (1.0 + tail);
        let first = count * share;
        let second = first * (1.0 - share);
        self.height += count * (left.ln_odds.max(0.0) + ln_1p(tail));
        self.r += first * left.by_r;
        self.alpha += first * left.by_alpha;
        self.a += first * left.by_a;
        self.b += first * left.by_b;
        self.r_r += second * left.by_r * left.by_r;
        self.r_alpha += first * left.by_r_alpha + second * left.by_r * left.by_alpha;
        self.r_a += second * left.by_r * left.by_a;
        self.r_b += second * left.by_r * left.by_b;
        self.alpha_alpha += first * left.by_alpha_alpha + second * left.by_alpha * left.by_alpha;
        self.alpha_a += second * left.by_alpha * left.by_a;
        self.alpha_b += second * left.by_alpha * left.by_b;
        self.a_a += (second - first) * left.by_a * left.by_a;
        self.a_b += second * left.by_a * left.by_b;
        self.b_b += (second + first) * left.by_b * left.by_b;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CUSTOMERS: [(u32, f64, f64, f64); 5] = [
        (0, 0.0, 30.0, 40.0),
        (1, 4.0, 30.0, 9.0),
        (2, 25.0, 28.0, 7.0),
        (40, 20.0, 35.0, 2.0),
        (250, 39.0, 40.0, 1.0),
    ];

    #[test]
    fn derivatives_are_those_of_differences() {
        for dropout in [Dropout::AfterRepeat, Dropout::AfterEvery] {
            let rows = CUSTOMERS.map(|(frequency, recency, age, count)| {
                let row = Row {
                    frequency,
                    recency,
                    age,
                };
                (row, count)
            });
            let customers = Customers::of(rows.into(), dropout);
            let at = [-1.2, 0.4, 0.3, 1.1];
            let here = customers.look(&at);
            for number in 0..4 {
                let moved = |by: f64| {
                    let mut there = at;
                    there[number] += by;
                    customers.look(&there)
                };
                let (up, down) = (moved(1e-4), moved(-1e-4));
                let slope = (up.height - down.height) / 2e-4;
                assert!((slope - here.slope[number]).abs() < 1e-5 * (1.0 + slope.abs()));
                for other in 0..4 {
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
}
