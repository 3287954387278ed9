//! How many touches back does the next step depend on? The order of a chain, chosen by a stated criterion.

use serde::Serialize;

use alloc::vec::Vec;

use super::transitions::{MAX_ORDER, Transitions};
use crate::attribution::error::{AttributionError, Refused};
use crate::attribution::paths::Paths;
use crate::numeric::Sum;
use crate::numeric::functions::{from_u64, ln};

/// How well a chain of one order fits, and what it costs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct OrderFit {
    /// The order.
    pub order: usize,
    /// The logarithm of the likelihood of all transitions.
    pub log_likelihood: f64,
    /// Free probabilities: for each state seen, one less than the ways a journey may go on.
    pub parameters: u64,
    /// Schwarz's criterion: parameters times the logarithm of the number of transitions, less twice the log-likelihood.
    pub bic: f64,
}

/// The orders tried, and the one with the lowest criterion; the lower one when two are equal.
///
/// ```
/// use stratum_core::attribution::{Counts, PathTable, choose_order};
/// let mut table = PathTable::new();
/// // Only whoever came by search converts after mail: one touch back does not know.
/// table.add_text("search > mail", ">", Counts::converted(500, 0))?;
/// table.add_text("social > mail", ">", Counts::lapsed(500))?;
/// assert_eq!(choose_order(&table, 4)?.order, 2);
/// # Ok::<(), stratum_core::attribution::AttributionError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OrderChoice {
    /// The order chosen.
    pub order: usize,
    /// All that were tried, ascending.
    pub fits: Vec<OrderFit>,
}

/// Chooses the order of a chain by the Bayesian information criterion, from 1 to a highest one.
///
/// # Errors
/// A highest order that is not offered, sums that are too large.
pub fn choose_order(paths: &impl Paths, highest: usize) -> Result<OrderChoice, AttributionError> {
    if !(1..=MAX_ORDER).contains(&highest) {
        let (order, most) = (highest, MAX_ORDER);
        let why = Refused::UnknownOrder { order, most };
        return Err(AttributionError::about("highest", why));
    }
    let mut counted = Transitions::count(paths, highest)?;
    let mut fits = Vec::with_capacity(highest);
    loop {
        fits.push(fit(&counted));
        if counted.order() == 1 {
            break;
        }
        counted = counted.of_lower_order(counted.order() - 1)?;
    }
    fits.reverse();
    let mut order = 1;
    let mut lowest = f64::INFINITY;
    for fit in &fits {
        if fit.bic < lowest {
            (order, lowest) = (fit.order, fit.bic);
        }
    }
    Ok(OrderChoice { order, fits })
}

fn fit(transitions: &Transitions) -> OrderFit {
    let (mut likelihood, mut steps, mut states) = (Sum::new(), 0, 0_u64);
    for row in transitions.rows() {
        let visits: u64 = row.iter().map(|cell| cell.count).sum();
        let of_visits = ln(from_u64(visits));
        for cell in row {
            let count = from_u64(cell.count);
            likelihood.add(count * (ln(count) - of_visits));
        }
        steps += visits;
        states += 1;
    }
    // On to any channel, to a conversion or to nothing; the last of these probabilities follows from the others.
    let ways = u64::try_from(transitions.names().len()).unwrap_or(u64::MAX);
    let parameters = states.saturating_mul(ways.saturating_add(1));
    let log_likelihood = likelihood.value();
    let cost = if steps == 0 {
        0.0
    } else {
        from_u64(parameters) * ln(from_u64(steps))
    };
    OrderFit {
        order: transitions.order(),
        log_likelihood,
        parameters,
        bic: cost - 2.0 * log_likelihood,
    }
}
