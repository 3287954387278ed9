//! How often did each gate stop what harms, and hold what does not? Shares with intervals.
//!
//! Proposals of one world are alike, so the intervals take worlds, not proposals, as independent: the ratio estimator with its
//! linearised variance over worlds (W. Cochran, "Sampling Techniques", chapter 2), at 95 %.

use stratum_core::numeric::sqrt;

use super::course::{Course, Judged};

/// A share of proposals over worlds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Share {
    /// How many proposals.
    pub(crate) of: f64,
    /// The share.
    pub(crate) value: f64,
    /// Half of its 95 % interval.
    pub(crate) half: f64,
}

impl Share {
    /// In percent, with the interval.
    pub(crate) fn text(&self) -> String {
        if self.of == 0.0 {
            return "none".to_string();
        }
        let percent = |x: f64| 100.0 * x.clamp(0.0, 1.0);
        let (low, high) = (
            percent(self.value - self.half),
            percent(self.value + self.half),
        );
        format!("{:.1} % ({low:.1} to {high:.1})", percent(self.value))
    }
}

/// The share of proposals of some kind for which something holds.
pub(crate) fn share(
    courses: &[Course],
    kind: impl Fn(&Judged) -> bool,
    holds: impl Fn(&Judged) -> bool,
) -> Share {
    let per_world: Vec<(f64, f64)> = courses
        .iter()
        .map(|course| {
            let of = course.judged.iter().filter(|j| kind(j));
            of.fold((0.0, 0.0), |(n, x), j| {
                (n + 1.0, x + if holds(j) { 1.0 } else { 0.0 })
            })
        })
        .collect();
    let of: f64 = per_world.iter().map(|(n, _)| n).sum();
    let value = per_world.iter().map(|(_, x)| x).sum::<f64>() / of;
    let worlds = per_world.iter().map(|_| 1.0).sum::<f64>();
    let squares: f64 = per_world
        .iter()
        .map(|(n, x)| (x - value * n) * (x - value * n))
        .sum();
    let half = 1.96 * sqrt(squares * worlds / (worlds - 1.0)) / of;
    Share { of, value, half }
}

/// The money of proposals of some kind for which something holds.
pub(crate) fn money(courses: &[Course], kind: impl Fn(&Judged) -> bool) -> f64 {
    courses
        .iter()
        .flat_map(|course| &course.judged)
        .filter(|j| kind(j))
        .map(|j| j.money)
        .sum()
}
