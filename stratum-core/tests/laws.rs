//! Does it hold for all inputs? The laws of the kernel as property tests, each named as the law.
//!
//! Not here: agreed numbers (`conformance.rs`), code that must not compile (`misuse.rs`).

#![cfg(test)]

#[path = "laws/attribution/about_attribution.rs"]
mod about_attribution;
#[path = "laws/attribution/about_calibration.rs"]
mod about_calibration;
#[path = "laws/customer/about_cohorts.rs"]
mod about_cohorts;
#[path = "laws/experiment/about_comparisons.rs"]
mod about_comparisons;
#[path = "laws/about_evidence.rs"]
mod about_evidence;
#[path = "laws/about_exits.rs"]
mod about_exits;
#[path = "laws/about_exposure.rs"]
mod about_exposure;
#[path = "laws/about_extremes.rs"]
mod about_extremes;
#[path = "laws/attribution/about_hazard.rs"]
mod about_hazard;
#[path = "laws/customer/about_journeys.rs"]
mod about_journeys;
#[path = "laws/customer/about_lifetime.rs"]
mod about_lifetime;
#[path = "laws/about_limits.rs"]
mod about_limits;
#[path = "laws/about_order.rs"]
mod about_order;
#[path = "laws/attribution/about_places.rs"]
mod about_places;
#[path = "laws/customer/about_profit.rs"]
mod about_profit;
#[path = "laws/experiment/about_ratios.rs"]
mod about_ratios;
#[path = "laws/about_records.rs"]
mod about_records;
#[path = "laws/attribution/about_reported.rs"]
mod about_reported;
#[path = "laws/attribution/about_sampling.rs"]
mod about_sampling;
#[path = "laws/attribution/about_times.rs"]
mod about_times;
#[path = "laws/changes.rs"]
mod changes;
#[path = "laws/contacts.rs"]
mod contacts;
#[path = "laws/flaws.rs"]
mod flaws;
#[path = "laws/worlds.rs"]
mod worlds;

use proptest::test_runner::{Config, RngSeed};
use stratum_core::trust::{Review, Verdict, review};
use stratum_core::wire::ReviewAnswer;
use worlds::World;

/// So many cases that the whole file stays within half a minute, from one seed, so that today's run is yesterday's. To hunt:
/// `PROPTEST_CASES=50000 PROPTEST_RNG_SEED=7 cargo test -p stratum-trust-core --test laws`.
fn cases(cases: u32) -> Config {
    let asked = Config::default();
    Config {
        cases: if asked.cases == 256 {
            cases
        } else {
            asked.cases
        },
        rng_seed: match asked.rng_seed {
            RngSeed::Random => RngSeed::Fixed(0x5ea1),
            fixed => fixed,
        },
        failure_persistence: None,
        max_shrink_iters: 4000,
        ..asked
    }
}

impl World {
    fn review(&self) -> Review {
        review(
            self.proposal.clone(),
            &self.evidence,
            &self.policy,
            &self.view,
            self.now,
        )
    }

    fn passes(&self) -> bool {
        passes(&self.review())
    }

    /// The bytes of the answer.
    fn answer(&self) -> String {
        serde_json::to_string(&ReviewAnswer::of(&self.review())).unwrap()
    }
}

fn passes(review: &Review) -> bool {
    matches!(review.verdict, Verdict::Pass(_))
}

/// A law about verdicts proves nothing where nothing ever passes.
#[test]
fn the_worlds_reach_all_three_verdicts() {
    use proptest::strategy::{Strategy as _, ValueTree as _};
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut pass, mut hold, mut block, mut raised) = (0, 0, 0, 0);
    for _ in 0..2000 {
        let world = worlds::world().new_tree(&mut runner).unwrap().current();
        let review = world.review();
        let automation = world.proposal.proposer.kind.is_automation();
        let increase = review.exposure.direction == stratum_core::trust::Direction::Increase;
        match review.verdict {
            Verdict::Pass(_) => pass += 1,
            Verdict::Hold(_) => hold += 1,
            Verdict::Block(_) => block += 1,
        }
        raised += u32::from(passes(&review) && automation && increase);
    }
    let counts = format!("pass {pass}, hold {hold}, block {block}, raised by automation {raised}");
    assert!(
        pass > 500 && hold > 400 && block > 200 && raised > 100,
        "{counts}"
    );
}
