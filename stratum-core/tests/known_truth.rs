//! How far is each model from the truth? On the outdoor shop of the simulation, where the cause of every conversion is known.
//!
//! Half the sum of all differences of shares, among channels and of all conversions; the numbers and what they say are in
//! `docs/methods/attribution-rules.md`. What does worse than the plainest rule is held here as well, so that nobody forgets it.

#![cfg(test)]

use std::collections::BTreeMap;

use stratum_core::attribution::hazard::{HazardModel, HazardSettings};
use stratum_core::attribution::{AttributionModel, RuleModel, ShapleyModel};
use stratum_core::customer::journey::{JourneyRules, Journeys};
use stratum_core::numeric::from_u64;
use stratum_core::simulation::{CauseTruth, PeoplePlan};
use stratum_core::vocabulary::Timestamp;

const PERSONS: u64 = 20_000;
const SEEDS: [u64; 3] = [1, 5, 6];
/// A week, as the server has it.
const HALF_LIFE_SECONDS: u32 = 7 * 86_400;

#[derive(Debug, Clone, Copy)]
struct Distance {
    among_channels: f64,
    of_all: f64,
}

fn caused(truth: &[CauseTruth], channel: Option<&str>) -> f64 {
    let found = truth
        .iter()
        .find(|cause| cause.channel.as_deref() == channel);
    from_u64(found.map_or(0, |cause| cause.conversions))
}

/// How far these credits and the conversions of nobody are from the truth.
fn distance(truth: &[CauseTruth], credits: &BTreeMap<String, f64>, nobody: f64) -> Distance {
    let names: Vec<&str> = truth.iter().filter_map(|c| c.channel.as_deref()).collect();
    let given = |name: &str| credits.get(name).copied().unwrap_or(0.0);
    let to_channels: f64 = names.iter().map(|name| given(name)).sum();
    let by_channels: f64 = names.iter().map(|name| caused(truth, Some(name))).sum();
    let by_nobody = caused(truth, None);
    let apart = |all_given: f64, all_caused: f64| -> f64 {
        let parts = names.iter().map(|name| {
            let (given, caused) = (given(name), caused(truth, Some(name)));
            (given / all_given - caused / all_caused).abs()
        });
        parts.sum()
    };
    let (all_given, all_caused) = (to_channels + nobody, by_channels + by_nobody);
    let nobody = (nobody / all_given - by_nobody / all_caused).abs();
    Distance {
        among_channels: apart(to_channels, by_channels) / 2.0,
        of_all: (apart(all_given, all_caused) + nobody) / 2.0,
    }
}

fn distances(seed: u64) -> BTreeMap<&'static str, Distance> {
    let start: Timestamp = "2026-08-01T00:00:00Z".parse().unwrap();
    let plan = PeoplePlan::outdoor_shop(seed, PERSONS, start, "EUR".parse().unwrap());
    let people = plan.simulate();
    let now = "2026-12-31T00:00:00Z".parse().unwrap();
    let rules = JourneyRules::baseline_2026_11();
    let journeys = Journeys::build(&people.touchpoints, &people.conversions, &rules, now).unwrap();
    let untouched = from_u64(journeys.totals().untouched.conversions);
    let rule = AttributionModel::Rule;
    let models = [
        ("last_touch", rule(RuleModel::LastTouch)),
        ("first_touch", rule(RuleModel::FirstTouch)),
        ("linear", rule(RuleModel::Linear)),
        ("position_based", rule(RuleModel::PositionBased)),
        (
            "time_decay",
            rule(RuleModel::TimeDecay {
                half_life_seconds: HALF_LIFE_SECONDS,
            }),
        ),
        ("markov", AttributionModel::Markov { order: 1 }),
        ("markov_2", AttributionModel::Markov { order: 2 }),
        (
            "shapley_sum",
            AttributionModel::Shapley(ShapleyModel::SumGame),
        ),
        (
            "shapley_rate",
            AttributionModel::Shapley(ShapleyModel::RateGame),
        ),
    ];
    let mut found = BTreeMap::new();
    for (name, model) in models {
        let answer = model.attribute(&journeys).unwrap();
        let credits = answer.credits.into_iter();
        let credits = credits.map(|one| (one.channel, one.conversions)).collect();
        found.insert(name, distance(&people.truth, &credits, untouched));
    }
    let model = HazardModel::fit(&journeys, &HazardSettings::baseline_2026_11()).unwrap();
    let answer = model.credit(&journeys).unwrap();
    let credits = answer.channels.into_iter();
    let credits = credits
        .map(|one| (one.channel, one.credit.conversions))
        .collect();
    let nobody = untouched + answer.baseline.conversions;
    found.insert("hazard", distance(&people.truth, &credits, nobody));
    found
}

#[test]
fn the_hazard_is_nearest_to_the_truth_and_nothing_else_that_learns_is_nearer_than_a_rule() {
    for seed in SEEDS {
        let found = distances(seed);
        let of = |name: &str| found[name];
        let last = of("last_touch");
        // The hazard knows that a touch acts soon or not at all, and that some would have bought anyway.
        let hazard = of("hazard");
        assert!(
            hazard.among_channels * 2.0 < last.among_channels,
            "seed {seed}: {found:?}"
        );
        assert!(hazard.of_all * 1.8 < last.of_all, "seed {seed}: {found:?}");
        for (name, other) in &found {
            let nearest = *name == "hazard" || other.of_all > hazard.of_all;
            assert!(nearest, "seed {seed}: {name} {other:?}");
        }
        // Removal effects flatten: every channel is on the way of many. In this world they are farther off than the last touch.
        for markov in ["markov", "markov_2"] {
            let farther = of(markov).among_channels > last.among_channels;
            assert!(farther, "seed {seed}: {markov} {found:?}");
        }
        // A half-life that nobody learned: between the last touch (none) and the even split (an endless one).
        let decay = of("time_decay").among_channels;
        let even = of("linear").among_channels;
        assert!(
            last.among_channels < decay && decay < even,
            "seed {seed}: {found:?}"
        );
        // The sum game is a rule in disguise, and as good as one.
        let game = of("shapley_sum").among_channels;
        assert!(
            (game - last.among_channels).abs() < 0.03,
            "seed {seed}: {found:?}"
        );
        // Who meets a channel often has not bought yet: the rate game takes that for harm and gives less than nothing.
        assert!(of("shapley_rate").among_channels > 1.0, "seed {seed}");
    }
}
