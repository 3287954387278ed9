//! Where does chance come from? From a seed that the caller passes in, and from nowhere else.
//!
//! ChaCha with eight rounds, one independent stream per purpose: drawing more in one place never shifts what another place
//! draws. This is for simulation and resampling; it makes no secrets.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

use super::functions::{exp, from_u64, ln, nearest_count, sqrt};

/// From here on a Poisson or binomial draw is the rounded normal one: its error is then below what a count shows.
const MANY: f64 = 60.0;

/// A seeded source of chance.
///
/// ```
/// use stratum_core::numeric::Chance;
/// let draw = |seed, stream| Chance::new(seed, stream).share();
/// assert_eq!(draw(7, 0), draw(7, 0));
/// assert_ne!(draw(7, 0), draw(7, 1));
/// assert_ne!(draw(7, 0), draw(8, 0));
/// ```
#[derive(Debug, Clone)]
pub struct Chance {
    generator: ChaCha8Rng,
}

impl Chance {
    /// The chance of this seed, on one of its independent streams.
    #[must_use]
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        generator.set_stream(stream);
        Self { generator }
    }

    /// Uniform from 0 inclusive to 1 exclusive.
    pub fn share(&mut self) -> f64 {
        // The upper 53 bits fill a float exactly.
        from_u64(self.generator.next_u64() >> 11) / 9_007_199_254_740_992.0
    }

    /// Uniform between two numbers.
    pub fn between(&mut self, least: f64, most: f64) -> f64 {
        least + (most - least) * self.share()
    }

    /// One of `0..count`; 0 when there is nothing to choose.
    pub fn index(&mut self, count: usize) -> usize {
        let wide = u128::from(self.generator.next_u64())
            * u128::from(u64::try_from(count).unwrap_or(u64::MAX));
        usize::try_from(wide >> 64).unwrap_or(0)
    }

    /// Whether something of this probability happens.
    pub fn happens(&mut self, probability: f64) -> bool {
        self.share() < probability
    }

    /// Normal with mean 0 and standard deviation 1 (Marsaglia's polar method).
    pub fn normal(&mut self) -> f64 {
        loop {
            let (x, y) = (self.between(-1.0, 1.0), self.between(-1.0, 1.0));
            let square = x * x + y * y;
            if square > 0.0 && square < 1.0 {
                return x * sqrt(-2.0 * ln(square) / square);
            }
        }
    }

    /// A factor around 1 whose logarithm is normal with this standard deviation; its mean is 1.
    pub fn factor(&mut self, sigma: f64) -> f64 {
        exp(sigma * self.normal() - sigma * sigma / 2.0)
    }

    /// A Poisson count: exact below a mean of 60, the rounded normal one above.
    pub fn count(&mut self, mean: f64) -> u64 {
        if mean.is_nan() || mean <= 0.0 {
            return 0;
        }
        if mean >= MANY {
            return nearest_count(mean + sqrt(mean) * self.normal());
        }
        let (mut product, least, mut count) = (self.share(), exp(-mean), 0);
        while product > least {
            product *= self.share();
            count += 1;
        }
        count
    }

    /// How many of `trials` happen: exact below 60, the rounded normal count above.
    pub fn successes(&mut self, trials: u64, probability: f64) -> u64 {
        let probability = probability.clamp(0.0, 1.0);
        let n = from_u64(trials);
        if n < MANY {
            return (0..trials)
                .map(|_| u64::from(self.happens(probability)))
                .sum();
        }
        let spread = sqrt(n * probability * (1.0 - probability));
        nearest_count(n * probability + spread * self.normal()).min(trials)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_the_mean_and_variance_of_their_law() {
        for mean in [0.3, 4.0, 40.0, 400.0] {
            let mut chance = Chance::new(11, 3);
            let draws: alloc::vec::Vec<f64> =
                (0..20_000).map(|_| from_u64(chance.count(mean))).collect();
            let average = draws.iter().sum::<f64>() / 20_000.0;
            let variance = draws
                .iter()
                .map(|x| (x - average) * (x - average))
                .sum::<f64>()
                / 20_000.0;
            assert!(
                (average / mean - 1.0).abs() < 0.03,
                "mean {mean}: {average}"
            );
            assert!(
                (variance / mean - 1.0).abs() < 0.06,
                "variance {mean}: {variance}"
            );
        }
    }

    #[test]
    fn an_index_stays_in_range_and_reaches_both_ends() {
        let mut chance = Chance::new(5, 0);
        let mut seen = [0_u32; 7];
        for _ in 0..700 {
            seen[chance.index(7)] += 1;
        }
        assert!(seen.iter().all(|n| *n > 50), "{seen:?}");
        assert_eq!(chance.index(0), 0);
    }

    #[test]
    fn a_factor_has_mean_one() {
        let mut chance = Chance::new(1, 1);
        let mean = (0..40_000).map(|_| chance.factor(0.5)).sum::<f64>() / 40_000.0;
        assert!((mean - 1.0).abs() < 0.01, "{mean}");
    }
}
