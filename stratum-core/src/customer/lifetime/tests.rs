//! Do the models give published numbers, find a known truth, and refuse what determines nothing?

use alloc::string::ToString as _;
use alloc::vec::Vec;

use super::*;
use crate::numeric::Chance;
use crate::numeric::functions::{exp, ln, nearest_count, sqrt};

/// The estimates for the CDNOW sample in weeks, as CLVTools prints them.
fn cdnow() -> PurchaseModel {
    PurchaseModel {
        dropout: Dropout::AfterRepeat,
        r: 0.242_594_5,
        alpha: 4.413_601_9,
        a: 0.792_919_9,
        b: 2.425_888_1,
        covariance_of_logs: None,
    }
}

fn customer(frequency: u32, recency: f64, age: f64) -> History {
    History {
        frequency,
        recency,
        age,
        repeat_value_minor: 0,
    }
}

/// Marsaglia and Tsang, "A Simple Method for Generating Gamma Variables" (2000).
fn gamma(chance: &mut Chance, shape: f64) -> f64 {
    if shape < 1.0 {
        let boost = exp(ln(1.0 - chance.share()) / shape);
        return gamma(chance, shape + 1.0) * boost;
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / sqrt(9.0 * d);
    loop {
        let x = chance.normal();
        let v = 1.0 + c * x;
        let cube = v * v * v;
        if v > 0.0 && ln(1.0 - chance.share()) < x * x / 2.0 + d - d * cube + d * ln(cube) {
            return d * cube;
        }
    }
}

/// A customer watched for some time, and whether still active at its end.
fn simulated(chance: &mut Chance, model: &PurchaseModel, age: f64) -> (History, bool) {
    let rate = gamma(chance, model.r) / model.alpha;
    let (left, right) = (gamma(chance, model.a), gamma(chance, model.b));
    let leaves = left / (left + right);
    let (mut at, mut last, mut frequency) = (0.0, 0.0, 0);
    let mut active = model.dropout == Dropout::AfterRepeat || !chance.happens(leaves);
    while active {
        at -= ln(1.0 - chance.share()) / rate;
        if at >= age {
            break;
        }
        (last, frequency) = (at, frequency + 1);
        active = !chance.happens(leaves);
    }
    (customer(frequency, last, age), active)
}

#[test]
fn published_expectations_of_the_cdnow_sample_are_met() {
    let model = cdnow();
    let one = customer(2, 30.43, 38.86);
    assert!((model.expected_purchases(&one, 39.0) - 1.226).abs() < 5e-4);
    let new = History::new_customer();
    // The last one with forty digits instead: the formula gives 1.8580 where 1.8576 is published.
    let published = [
        (0.1429, 0.0078),
        (1.0, 0.0532),
        (3.0, 0.1506),
        (31.8571, 1.0405),
        (32.0, 1.0437),
        (78.0, 1.857_956),
    ];
    for (within, expected) in published {
        let found = model.expected_purchases(&new, within);
        assert!((found - expected).abs() < 6e-5, "{within}: {found}");
    }
}

#[test]
fn intervals_hold_the_truth_about_as_often_as_they_say() {
    let truth = PurchaseModel {
        dropout: Dropout::AfterEvery,
        r: 0.6,
        alpha: 12.0,
        a: 0.8,
        b: 2.0,
        covariance_of_logs: None,
    };
    let asked = [customer(1, 20.0, 60.0), customer(6, 50.0, 55.0)];
    let horizon = Horizon {
        period: 30.0,
        periods: 1,
        discount_per_period: 0.0,
    };
    let (mut held, mut all) = (0, 0);
    for seed in 0..8 {
        let mut chance = Chance::new(seed, 0);
        let customers: Vec<History> = (0..4000)
            .map(|_| {
                let age = chance.between(40.0, 90.0);
                simulated(&mut chance, &truth, age).0
            })
            .collect();
        let fit = PurchaseFit::of(&customers, truth.dropout, 0.9).unwrap();
        let errors = fit.errors;
        let parameters = [
            (errors.r, truth.r),
            (errors.alpha, truth.alpha),
            (errors.a, truth.a),
            (errors.b, truth.b),
        ];
        held += parameters
            .iter()
            .filter(|(e, x)| e.interval.contains(*x))
            .count();
        all += parameters.len();
        let predictor = Predictor::new(fit.model, None, horizon, 0.9).unwrap();
        for one in &asked {
            let said = predictor.of(one);
            let known = [
                (said.alive, truth.alive(one)),
                (said.purchases, truth.expected_purchases(one, 30.0)),
            ];
            for (expected, known) in known {
                let Sureness::Interval(interval) = expected.sureness else {
                    panic!("a fitted model has a covariance");
                };
                held += usize::from(interval.contains(known));
                all += 1;
            }
        }
    }
    // Nine of ten, less what so few draws that hang together may vary.
    assert!(all == 64 && (50..=64).contains(&held), "{held} of {all}");
}

#[test]
fn the_probability_of_being_active_is_one_that_comes_true() {
    let truth = PurchaseModel {
        dropout: Dropout::AfterEvery,
        ..cdnow()
    };
    let mut chance = Chance::new(3, 1);
    let mut bins = [(0.0, 0.0, 0.0); 5];
    for _ in 0..40_000 {
        let (one, active) = simulated(&mut chance, &truth, 40.0);
        let alive = truth.alive(&one);
        let bin = usize::try_from(nearest_count(alive * 5.0 - 0.5).min(4)).unwrap();
        bins[bin].0 += 1.0;
        bins[bin].1 += alive;
        bins[bin].2 += f64::from(u8::from(active));
    }
    for (count, said, came) in bins {
        let error = sqrt(0.25 / count);
        assert!(
            (said - came).abs() / count < 4.0 * error,
            "{said} {came} of {count}"
        );
    }
}

#[test]
fn gamma_gamma_finds_what_it_was_drawn_from() {
    let (p, q, scale) = (6.0, 4.0, 15.0);
    let mut chance = Chance::new(9, 0);
    let customers: Vec<History> = (0..3000)
        .map(|_| {
            let frequency = 1 + u32::try_from(chance.index(6)).unwrap();
            let rate = gamma(&mut chance, q) / scale;
            let total = gamma(&mut chance, p * f64::from(frequency)) / rate;
            History {
                repeat_value_minor: i64::try_from(nearest_count(total * 100.0)).unwrap(),
                ..customer(frequency, 5.0, 9.0)
            }
        })
        .collect();
    let fit = SpendingFit::of(&customers, 2, 0.99).unwrap();
    let errors = fit.errors;
    assert!(errors.p.interval.contains(p), "{fit:?}");
    assert!(errors.q.interval.contains(q), "{fit:?}");
    assert!(errors.gamma.interval.contains(scale), "{fit:?}");
    assert!(fit.correlation.unwrap().abs() < 0.06);
}

fn refused(customers: &[History], dropout: Dropout) -> LifetimeError {
    PurchaseFit::of(customers, dropout, 0.95).unwrap_err()
}

#[test]
fn customers_that_determine_no_model_are_refused() {
    let once = [customer(0, 0.0, 9.0), customer(0, 0.0, 30.0)];
    let error = refused(&once, Dropout::AfterRepeat);
    assert_eq!(error.code(), "lifetime.no_repeat_purchases");
    // All alike: nothing says that rates differ.
    let alike = [customer(3, 20.0, 30.0); 50];
    // Everybody bought on the last day watched: nobody seems to leave.
    let staying: Vec<_> = (1..40).map(|n| customer(n % 7 + 1, 30.0, 30.0)).collect();
    for dropout in [Dropout::AfterRepeat, Dropout::AfterEvery] {
        for customers in [&alike[..], &staying[..], &[customer(1, 2.0, 30.0)][..]] {
            let error = refused(customers, dropout);
            assert_eq!(error.code(), "lifetime.no_maximum", "{error}");
        }
    }
    let error = refused(&staying, Dropout::AfterRepeat);
    assert!(error.to_string().contains("runs off towards"), "{error}");
}

#[test]
fn values_that_determine_no_model_are_refused() {
    let alike = [History {
        repeat_value_minor: 6000,
        ..customer(3, 20.0, 30.0)
    }; 30];
    let error = SpendingFit::of(&alike, 2, 0.95).unwrap_err();
    assert_eq!(error.code(), "lifetime.no_maximum");
    let free = [customer(3, 20.0, 30.0)];
    let error = SpendingFit::of(&free, 2, 0.95).unwrap_err();
    assert_eq!(error.code(), "lifetime.no_repeat_purchases");
}

#[test]
fn without_a_mean_there_is_no_value_and_it_is_said() {
    let spending = SpendingModel {
        p: 2.0,
        q: 0.9,
        gamma: 10.0,
        exponent: 2,
        covariance_of_logs: None,
    };
    let horizon = Horizon {
        period: 4.0,
        periods: 10,
        discount_per_period: 0.01,
    };
    let predictor = Predictor::new(cdnow(), Some(spending), horizon, 0.95).unwrap();
    let new = predictor.of(&History::new_customer());
    assert_eq!(
        (new.mean_value_minor, new.value_minor),
        (Worth::NoMean, Worth::NoMean)
    );
    assert_eq!(new.alive.sureness, Sureness::ByDefinition);
    let back = predictor.of(&History {
        repeat_value_minor: 4000,
        ..customer(1, 3.0, 8.0)
    });
    assert!(matches!(back.value_minor, Worth::Expected(_)));
}

/// Few customers whose likelihood is so level that the parameter may as well be at the edge: whether its curvature is that of a top is a
/// matter of the last bits.
#[test]
fn level_ground_is_no_top() {
    let four = [
        customer(1, 95.0, 244.0),
        customer(2, 8.0, 214.0),
        customer(0, 0.0, 166.0),
        customer(4, 152.0, 155.0),
    ];
    let error = refused(&four, Dropout::AfterRepeat);
    assert_eq!(error.code(), "lifetime.no_maximum");
    let spenders = [
        (1, 500),
        (1, 1_200),
        (1, 2_000),
        (1, 3_100),
        (1, 4_500),
        (1, 8_000),
        (1, 16_000),
        (4, 24_000),
        (4, 35_200),
        (4, 48_000),
        (4, 60_800),
        (4, 96_000),
    ];
    let spenders = spenders.map(|(frequency, repeat_value_minor)| History {
        repeat_value_minor,
        ..customer(frequency, 10.0, 20.0)
    });
    for exponent in 0..=4 {
        let error = SpendingFit::of(&spenders, exponent, 0.95).unwrap_err();
        assert_eq!(error.code(), "lifetime.no_maximum", "{exponent}");
    }
    let error = SpendingFit::of(&spenders, 9, 0.95).unwrap_err();
    assert_eq!(
        (error.code(), error.path()),
        ("lifetime.out_of_range", "exponent")
    );
}

#[test]
fn an_interval_beyond_floats_is_said_to_be_unbounded() {
    let wide = |variance: f64| {
        let mut cells = [[0.0; 4]; 4];
        for (place, row) in cells.iter_mut().enumerate() {
            row[place] = variance;
        }
        PurchaseModel {
            covariance_of_logs: Some(cells),
            ..cdnow()
        }
    };
    let horizon = Horizon {
        period: 39.0,
        periods: 1,
        discount_per_period: 0.0,
    };
    let of = |model| Predictor::new(model, None, horizon, 0.95);
    assert_eq!(
        of(wide(1e6)).unwrap_err().code(),
        "lifetime.not_a_covariance"
    );
    let far = customer(1_000_000, 1.0, 1e9);
    let prediction = of(wide(190.0)).unwrap().of(&far);
    let written = serde_json::to_string(&prediction).unwrap();
    assert_eq!(
        serde_json::from_str::<Prediction>(&written).unwrap(),
        prediction,
        "{written}"
    );
}
