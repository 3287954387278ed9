//! What does a unit of money really return? An estimate with an interval that few conversions cannot stretch.
//!
//! Conversions are counted, so their rate has a gamma posterior (A. Gelman and others, "Bayesian Data Analysis", section 2.6).
//! The prior is centred on the target and worth a few conversions: with no evidence the answer is "as planned, give or take a
//! lot". Quantiles are those of E. B. Wilson and M. M. Hilferty, "The distribution of chi-square", PNAS 17 (1931).

use crate::numeric::sqrt;

/// A return on ad spend with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReturnEstimate {
    /// The lower end.
    pub low: f64,
    /// The mean of the posterior.
    pub mean: f64,
    /// The upper end.
    pub high: f64,
}

/// What the estimate is made from, all over one window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// Spent.
    pub spend: f64,
    /// Earned, as far as the platform says.
    pub revenue: f64,
    /// Conversions behind it.
    pub conversions: f64,
    /// What an order is usually worth: used where the window has too few to tell.
    pub usual_order_value: f64,
}

/// How sure one wants to be, and how much is believed beforehand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Belief {
    /// The return expected beforehand.
    pub target: f64,
    /// How many conversions that expectation is worth.
    pub worth: f64,
    /// How much order values vary: standard deviation over mean.
    pub value_spread: f64,
    /// Standard deviations of the interval.
    pub z: f64,
}

impl ReturnEstimate {
    /// The estimate from a sample.
    ///
    /// ```
    /// use stratum_core::autopilot::posterior::{Belief, ReturnEstimate, Sample};
    /// let belief = Belief { target: 2.0, worth: 3.0, value_spread: 0.7, z: 1.645 };
    /// let sample = |spend, conversions| Sample {
    ///     spend, conversions, revenue: conversions * 50.0, usual_order_value: 50.0,
    /// };
    /// // Nothing known: the target, give or take a lot.
    /// let nothing = ReturnEstimate::from_sample(&sample(0.0, 0.0), &belief);
    /// assert!(nothing.low < 1.0 && nothing.mean == 2.0 && nothing.high > 3.5);
    /// // One conversion at three times the target says next to nothing …
    /// assert!(ReturnEstimate::from_sample(&sample(8.0, 1.0), &belief).low < 2.0);
    /// // … two hundred of them say a lot.
    /// assert!(ReturnEstimate::from_sample(&sample(1600.0, 200.0), &belief).low > 5.0);
    /// // Much spent and nothing sold is more than bad luck.
    /// assert!(ReturnEstimate::from_sample(&sample(5000.0, 0.0), &belief).high < 0.5);
    /// ```
    #[must_use]
    pub fn from_sample(sample: &Sample, belief: &Belief) -> Self {
        let usual = sample.usual_order_value;
        // The value of an order, drawn towards the usual one while there are few.
        let value = (sample.revenue + belief.worth * usual) / (sample.conversions + belief.worth);
        // Orders of unequal value count for less than their number.
        let thinning = 1.0 / (1.0 + belief.value_spread * belief.value_spread);
        let events = sample.revenue / value * thinning;
        let exposure = sample.spend / value * thinning;
        let shape = belief.worth + events;
        let rate = belief.worth / belief.target + exposure;
        Self {
            low: gamma_quantile(shape, -belief.z) / rate,
            mean: shape / rate,
            high: gamma_quantile(shape, belief.z) / rate,
        }
    }
}

/// The quantile of a gamma law of scale one, `z` standard deviations of the normal law away from the middle.
fn gamma_quantile(shape: f64, z: f64) -> f64 {
    let ninth = 1.0 / (9.0 * shape);
    let root = 1.0 - ninth + z * sqrt(ninth);
    if root > 0.0 {
        shape * root * root * root
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_tables() {
        // Chi-square with 2k degrees of freedom, halved: R's qgamma(c(.05, .95), k).
        for (shape, low, high) in [
            (3.0, 0.8177, 6.2958),
            (10.0, 5.4254, 15.7052),
            (50.0, 38.9648, 62.1712),
        ] {
            assert!(
                (gamma_quantile(shape, -1.644_854) - low).abs() < 0.01 * high,
                "{shape}"
            );
            assert!(
                (gamma_quantile(shape, 1.644_854) - high).abs() < 0.01 * high,
                "{shape}"
            );
        }
    }
}
