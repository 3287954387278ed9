//! Do intervals of credit spread as refits on other people do?

use super::recovery::{TRUTH, simulated};
use super::*;
use crate::attribution::Bootstrap;

fn usual(seed: u64) -> Bootstrap {
    Bootstrap {
        replicates: 300,
        groups: 100,
        ..Bootstrap::usual(seed)
    }
}

/// Shares of the channels among themselves and, last, of the baseline.
fn shares(model: &HazardModel, journeys: &Journeys) -> Vec<f64> {
    let credit = model.credit(journeys).unwrap();
    let channels: Vec<f64> = credit
        .channels
        .iter()
        .map(|c| c.credit.conversions)
        .collect();
    let together: f64 = channels.iter().sum();
    let mut shares: Vec<f64> = channels.iter().map(|one| one / together).collect();
    shares.push(credit.baseline.conversions / (together + credit.baseline.conversions));
    shares
}

fn told(found: &HazardIntervals) -> Vec<&HazardShare> {
    found.channels.iter().chain([&found.baseline]).collect()
}

#[test]
fn shares_are_those_of_the_credit_and_lie_in_their_intervals() {
    let journeys = simulated(&TRUTH, 3_000, 90.0, 1);
    let model = fitted(&journeys);
    let found = model.intervals(&journeys, &journeys, &usual(1)).unwrap();
    for (one, share) in told(&found).into_iter().zip(shares(&model, &journeys)) {
        close(one.share, share, 1e-12);
        if let Some(interval) = one.interval {
            assert!(interval.contains(share), "{one:?}");
        }
    }
    assert_eq!(found.channels[0].channel.as_deref(), Some("mail"));
    let again = model.intervals(&journeys, &journeys, &usual(1)).unwrap();
    assert_eq!(found, again);
}

/// Other people from the same world, fitted anew, spread as the intervals from one sample say.
#[test]
fn standard_errors_are_those_of_samples_that_were_fitted_anew() {
    let samples = (0..60).map(|seed| simulated(&TRUTH, 2_500, 90.0, 100 + seed));
    let samples: Vec<(Journeys, HazardModel)> = samples
        .map(|journeys| {
            let model = fitted(&journeys);
            (journeys, model)
        })
        .collect();
    let refits: Vec<Vec<f64>> = samples
        .iter()
        .map(|(it, model)| shares(model, it))
        .collect();
    let found: Vec<HazardIntervals> = (0..)
        .zip(&samples)
        .map(|(seed, (it, model))| model.intervals(it, it, &usual(seed)).unwrap())
        .collect();
    // Mail, search and the baseline; the channel without effect is at the edge of what can be.
    for place in [0, 2, 3] {
        let mean = refits.iter().map(|it| it[place]).sum::<f64>() / 60.0;
        let squares = refits
            .iter()
            .map(|it| (it[place] - mean) * (it[place] - mean));
        let spread = crate::numeric::sqrt(squares.sum::<f64>() / 59.0);
        let told = found.iter().map(|it| told(it)[place].clone());
        let told: Vec<HazardShare> = told.collect();
        let said = told
            .iter()
            .map(|it| it.standard_error.unwrap())
            .sum::<f64>()
            / 60.0;
        assert!(
            (said / spread - 1.0).abs() < 0.2,
            "{place}: {said}, {spread}"
        );
        let holds = |it: &&HazardShare| it.interval.unwrap().contains(mean);
        let held = told.iter().filter(holds).count();
        assert!((48..=59).contains(&held), "{place}: {held} of 60");
    }
}

/// Learned from all, credited in part: fewer conversions, less sure.
#[test]
fn credit_for_a_part_of_the_journeys_is_less_sure() {
    let journeys = simulated(&TRUTH, 4_000, 90.0, 7);
    let part = simulated(&TRUTH, 400, 90.0, 7);
    let model = fitted(&journeys);
    let all = model.intervals(&journeys, &journeys, &usual(1)).unwrap();
    let some = model.intervals(&journeys, &part, &usual(1)).unwrap();
    for place in [0, 2, 3] {
        let (all, some) = (told(&all)[place], told(&some)[place]);
        assert!(all.standard_error < some.standard_error, "{all:?} {some:?}");
    }
}

#[test]
fn what_cannot_be_told_is_not() {
    let journeys = simulated(&TRUTH, 500, 90.0, 3);
    let model = fitted(&journeys);
    let few = Bootstrap {
        replicates: 3,
        ..usual(1)
    };
    let error = model.intervals(&journeys, &journeys, &few).unwrap_err();
    assert_eq!(error.code(), "attribution.out_of_range");
    let stopped = HazardModel {
        converged: false,
        ..model.clone()
    };
    let error = stopped
        .intervals(&journeys, &journeys, &usual(1))
        .unwrap_err();
    assert_eq!(error.code(), "attribution.hazard.no_intervals");
    let strange = built(&[touch("ada", "radio", 0)], &[sale("ada", DAY, "10")], DAY);
    let error = model.intervals(&journeys, &strange, &usual(1)).unwrap_err();
    assert_eq!(error.code(), "attribution.hazard.unknown_channel");
    // Nobody converted: nothing has an error.
    let idle = built(&[touch("ada", "mail", 0)], &[], 60 * DAY);
    let found = fitted(&idle).intervals(&idle, &idle, &usual(1)).unwrap();
    assert_eq!(
        (found.channels[0].share, found.channels[0].interval),
        (0.0, None)
    );
    assert_eq!(found.baseline.standard_error, None);
}
