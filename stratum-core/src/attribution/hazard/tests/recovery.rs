//! Is a known truth found again? Journeys in which every touch, and nothing at all, may win the race to the conversion.

use super::super::climb::climb;
use super::super::sweep::{Kernel, Rates, Seen};
use super::*;
use crate::numeric::Chance;
use crate::numeric::functions::{ln, nearest_count};

/// Effect and mean lag in days of each channel, and conversions per day without any.
pub(super) struct Truth {
    channels: [(&'static str, f64, f64); 3],
    baseline: f64,
    /// Touches of a person lie within so many days.
    spread: f64,
}

pub(super) const TRUTH: Truth = Truth {
    channels: [
        ("mail", 0.10, 1.0),
        ("nothing", 0.0, 1.0),
        ("search", 0.25, 3.0),
    ],
    baseline: 0.002,
    spread: 10.0,
};

/// The first of many clocks: a touch with effect e rings with probability 1 − exp(−e), and its hazard is e · decay · exp(−decay t).
pub(super) fn simulated(truth: &Truth, persons: u32, now_days: f64, seed: u64) -> Journeys {
    let mut chance = Chance::new(seed, 0);
    let (mut touches, mut sales) = (Vec::new(), Vec::new());
    let waiting = |chance: &mut Chance| -ln(1.0 - chance.share());
    for n in 0..persons {
        let name = alloc::format!("p{n}");
        // Up to four touches, the first at a time of its own.
        let begin = chance.between(0.0, 20.0);
        let count = 1 + chance.index(4);
        let mut mine: Vec<(usize, f64)> = (0..count)
            .map(|_| (chance.index(3), begin + chance.between(0.0, truth.spread)))
            .collect();
        mine.sort_by(|a, b| a.1.total_cmp(&b.1));
        let first = mine[0].1;
        let mut end = first + waiting(&mut chance) / truth.baseline;
        for (channel, at) in &mine {
            let (_, effect, lag) = truth.channels[*channel];
            let sum = waiting(&mut chance);
            let wait = -ln(1.0 - sum / effect) * lag;
            // After its window a touch does not work any more, so that what follows is nobody else's.
            if sum < effect && wait < 30.0 {
                end = end.min(at + wait);
            }
        }
        let second = |days: f64| u32::try_from(nearest_count(days * 86_400.0)).unwrap();
        for (channel, at) in mine {
            if at <= end.min(now_days) {
                touches.push(touch(&name, truth.channels[channel].0, second(at)));
            }
        }
        if end <= now_days {
            sales.push(sale(&name, second(end), "10"));
        }
    }
    built(
        &touches,
        &sales,
        nearest_count(now_days * 86_400.0).try_into().unwrap(),
    )
}

/// How many standard errors of its logarithm an estimate lies from the truth.
fn distance(rate: &Rate, truth: f64) -> f64 {
    ln(rate.value / truth) / rate.relative_error.expect("an error")
}

fn mean_lag(channel: &ChannelHazard) -> Rate {
    match channel.lag {
        Lag::Mean(rate) => rate,
        lag => panic!("{}: {lag:?}", channel.channel),
    }
}

#[test]
fn effects_and_lags_are_found_again() {
    let (mut distances, mut within) = (Vec::new(), 0);
    for seed in 0..6 {
        let journeys = simulated(&TRUTH, 12_000, 90.0, seed);
        let model = fitted(&journeys);
        assert!(model.converged, "{}", model.passes);
        let [mail, nothing, search] = &model.channels[..] else {
            panic!("three channels")
        };
        // Stated: 12 % of effects, 15 % of mean lags, 20 % of the baseline.
        for (rate, truth, share) in [
            (mail.effect, 0.10, 0.12),
            (search.effect, 0.25, 0.12),
            (mean_lag(mail), 1.0, 0.15),
            (mean_lag(search), 3.0, 0.15),
            (model.baseline_per_day, 0.002, 0.20),
        ] {
            let off = (rate.value / truth - 1.0).abs();
            assert!(off < share, "seed {seed}: {rate:?}, truth {truth}");
            distances.push(distance(&rate, truth));
            within += u32::from(rate.interval.unwrap().contains(truth));
        }
        // A channel without effect gets next to nothing of the credit.
        let credit = model.credit(&journeys).unwrap();
        let share = credit.channels[1].credit.conversions / credit.converted.conversions as f64;
        assert!(share < 0.02, "seed {seed}: {share} {nothing:?}");
        assert_eq!(credit.channels[1].channel, "nothing");
    }
    // Thirty estimates: 95 % intervals should miss one or two of them, and distances should be of size one.
    assert!(within >= 26, "{within} of 30: {distances:?}");
    let square = distances.iter().map(|d| d * d).sum::<f64>() / 30.0;
    assert!(square > 0.4 && square < 1.8, "{square}: {distances:?}");
}

#[test]
fn journeys_that_are_still_open_do_not_mislead() {
    // Seen on day 15, when most journeys are open and many touches are hours old.
    for seed in 10..13 {
        let journeys = simulated(&TRUTH, 16_000, 15.0, seed);
        assert!(journeys.totals().journeys_open > 5_000);
        let model = fitted(&journeys);
        let search = &model.channels[2];
        let off = (search.effect.value / 0.25 - 1.0).abs();
        assert!(off < 0.2, "seed {seed}: {:?}", search.effect);
        assert!(
            (mean_lag(search).value / 3.0 - 1.0).abs() < 0.3,
            "{:?}",
            search.lag
        );
        assert!((model.channels[0].effect.value / 0.10 - 1.0).abs() < 0.2);
    }
}

/// The lag of a channel that converts nobody is anybody's guess, and the likelihood has several tops there, about equally high.
/// Whatever is worth anything comes out the same.
#[test]
fn another_first_guess_leads_to_the_same_rates() {
    for seed in 21..26 {
        let journeys = simulated(&TRUTH, 6_000, 90.0, seed);
        let seen = Seen::of(&journeys, &settings());
        let kernels = TRUTH.channels.iter().map(|(_, effect, lag)| Kernel {
            effect: effect.max(0.01),
            decay: 1.0 / (lag * 86_400.0),
        });
        let truth = Rates {
            baseline: TRUTH.baseline / 86_400.0,
            kernels: kernels.collect(),
        };
        let from_truth = climb(&seen, truth, &settings()).top;
        let from_guess = climb(&seen, seen.first_guess(), &settings()).top;
        let (one, other) = (&from_truth.sums, &from_guess.sums);
        close(one.log_likelihood, other.log_likelihood, 2.0);
        for channel in [0, 2] {
            let (one, other) = (&from_truth.rates.kernels, &from_guess.rates.kernels);
            let ratio = one[channel].effect / other[channel].effect;
            close(ratio, 1.0, 0.01);
            close(one[channel].decay / other[channel].decay, 1.0, 0.02);
        }
    }
}

/// Few journeys have several tops; the one that is taken is as high as any that a climb from one lag for all reaches.
#[test]
fn with_few_journeys_no_guess_of_the_lags_leads_higher() {
    for seed in 0..40 {
        let journeys = simulated(&TRUTH, 150, 90.0, 300 + seed);
        let seen = Seen::of(&journeys, &settings());
        let height = fitted(&journeys).log_likelihood();
        for days in [0.01, 0.1, 0.4, 2.0, 5.0, 25.0] {
            let mut guess = seen.first_guess();
            for kernel in &mut guess.kernels {
                kernel.decay = 1.0 / (days * 86_400.0);
            }
            let other = climb(&seen, guess, &settings()).top.sums.log_likelihood;
            assert!(
                other < height + 0.01,
                "seed {seed}, {days} days: {other} above {height}"
            );
        }
    }
}

#[test]
fn the_information_is_the_curvature_of_the_likelihood() {
    // Second differences of the log-likelihood itself, in the direction of one logarithm, bound the error from below: other rates
    // may only make it less sure.
    let journeys = simulated(&TRUTH, 6_000, 90.0, 22);
    let seen = Seen::of(&journeys, &settings());
    let top = climb(&seen, seen.first_guess(), &settings()).top;
    let errors = super::super::information::errors(&seen, &top);
    let at = |factor: f64| {
        let mut rates = top.rates.clone();
        rates.kernels[2].effect *= factor;
        seen.sweep(&rates).log_likelihood
    };
    let step: f64 = 0.01;
    let (up, down) = (
        at(crate::numeric::functions::exp(step)),
        at(crate::numeric::functions::exp(-step)),
    );
    let curvature = -(up - 2.0 * at(1.0) + down) / (step * step);
    let alone = 1.0 / crate::numeric::sqrt(curvature);
    let error = errors.kernels[2].0.unwrap();
    assert!(
        error >= alone * 0.999 && error < alone * 1.5,
        "{error} {alone}"
    );
}

#[test]
fn what_converts_at_once_and_what_takes_a_week_are_told_apart() {
    let truth = Truth {
        channels: [("brand", 0.2, 0.05), ("mail", 0.1, 1.0), ("tv", 0.2, 7.0)],
        baseline: 0.0005,
        spread: 10.0,
    };
    let model = fitted(&simulated(&truth, 15_000, 90.0, 31));
    for (channel, (_, effect, lag)) in model.channels.iter().zip(truth.channels) {
        let off = (channel.effect.value / effect - 1.0).abs();
        assert!(off < 0.15, "{channel:?}");
        assert!(
            (mean_lag(channel).value / lag - 1.0).abs() < 0.25,
            "{channel:?}"
        );
    }
}

/// Touches lie up to a window apart, so that many a lapsed journey runs on for weeks after the window of its first touch.
#[test]
fn a_lag_as_long_as_half_the_window_is_found_too() {
    let truth = Truth {
        channels: [("mail", 0.2, 2.0), ("nothing", 0.0, 1.0), ("tv", 0.3, 15.0)],
        baseline: 0.001,
        spread: 30.0,
    };
    for seed in 41..44 {
        let model = fitted(&simulated(&truth, 15_000, 120.0, seed));
        let tv = &model.channels[2];
        close(tv.effect.value, 0.3, 0.03);
        close(mean_lag(tv).value, 15.0, 2.0);
        close(model.baseline_per_day.value, 0.001, 0.0003);
    }
}

/// Against the definition itself: the rate written out touch by touch, and its integral in steps of a minute.
#[test]
fn the_likelihood_is_the_one_of_the_definition() {
    let kernels = [(0.3, 0.5), (0.2, 4.0)].map(|(effect, lag)| Kernel {
        effect,
        decay: 1.0 / (lag * 86_400.0),
    });
    let rates = Rates {
        baseline: 0.01 / 86_400.0,
        kernels: kernels.into(),
    };
    let day = DAY;
    let touches = [
        touch("ada", "mail", 0),
        touch("ada", "tv", day),
        touch("ada", "mail", 2 * day),
        touch("bob", "tv", 0),
        touch("cy", "tv", 29 * day),
    ];
    let journeys = built(&touches, &[sale("ada", 3 * day, "10")], 40 * day);
    // ada converts after three days, bob lapses after thirty, cy is open after eleven.
    // The begin and the channel of each touch, the end, and whether it was a conversion.
    type Watched = (Vec<(u32, usize)>, u32, bool);
    let watched: [Watched; 3] = [
        ([(0, 0), (day, 1), (2 * day, 0)].into(), 3 * day, true),
        ([(0, 1)].into(), 30 * day, false),
        ([(0, 1)].into(), 11 * day, false),
    ];
    let mut expected = 0.0;
    for (touches, end, converted) in watched {
        let rate = |at: f64| {
            let parts = touches.iter().filter(|(begin, _)| f64::from(*begin) <= at);
            let part = |(begin, channel): &(u32, usize)| {
                let Kernel { effect, decay } = kernels[*channel];
                effect * decay * crate::numeric::functions::exp(-decay * (at - f64::from(*begin)))
            };
            rates.baseline + parts.map(part).sum::<f64>()
        };
        let middles = (0..end / 60).map(|n| 60.0 * f64::from(n) + 30.0);
        expected -= middles.map(|at| rate(at) * 60.0).sum::<f64>();
        if converted {
            expected += ln(rate(f64::from(end)));
        }
    }
    let seen = Seen::of(&journeys, &settings());
    close(seen.sweep(&rates).log_likelihood, expected, 1e-6);
}

/// A view counts for a day only and a click for thirty; both work in the same way and are told to be alike.
#[test]
fn windows_of_different_lengths_do_not_make_channels_differ() {
    let start: crate::vocabulary::Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    let mut plan =
        crate::simulation::PeoplePlan::outdoor_shop(5, 30_000, start, "EUR".parse().unwrap());
    plan.channels.truncate(2);
    for channel in &mut plan.channels {
        (channel.per_day, channel.later) = (0.05, 1.0);
        (channel.effect, channel.delay_days) = (0.08, 0.7);
    }
    let people = plan.simulate();
    let day = 86_400;
    let mut rules = crate::customer::journey::JourneyRules::baseline_2026_11();
    rules.windows.meta = crate::customer::journey::Lookback::new(30 * day, 30 * day).unwrap();
    rules.windows.tiktok = crate::customer::journey::Lookback::new(day, day).unwrap();
    let now = start + chrono::TimeDelta::days(200);
    let journeys = Journeys::build(&people.touchpoints, &people.conversions, &rules, now).unwrap();
    let model = super::super::HazardModel::fit(
        &journeys,
        &super::super::HazardSettings::baseline_2026_11(),
    )
    .unwrap();
    for channel in &model.channels {
        let effect = channel.effect.value;
        assert!(
            (effect - 0.08).abs() < 0.012,
            "{}: {effect}",
            channel.channel
        );
    }
}
