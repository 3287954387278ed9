//! Are the numbers right? Factors, pools and totals computed by hand, and refusals.

use super::*;
use crate::attribution::claims::estimate::EstimateError;

fn estimate(value: f64, standard_error: f64) -> Estimate {
    Estimate::new(value, standard_error).unwrap()
}

fn attributed(channel: &str, value: f64) -> Attributed {
    Attributed {
        channel: channel.into(),
        amount: estimate(value, 0.0),
    }
}

fn test(channel: &str, incremental: (f64, f64), attributed: (f64, f64)) -> LiftTest {
    LiftTest {
        channel: channel.into(),
        unit: Unit::Conversions,
        incremental: estimate(incremental.0, incremental.1),
        attributed: estimate(attributed.0, attributed.1),
    }
}

fn calibrated(attributed: &[Attributed], tests: &[LiftTest]) -> Calibration {
    Calibration::of(Unit::Conversions, attributed, tests, 0.95).unwrap()
}

fn refused(attributed: &[Attributed], tests: &[LiftTest]) -> CalibrationError {
    Calibration::of(Unit::Conversions, attributed, tests, 0.95).unwrap_err()
}

fn close(a: f64, b: f64, within: f64) {
    assert!((a - b).abs() <= within, "{a} is not {b}");
}

#[test]
fn one_exact_test_reproduces_its_lift() {
    let tests = [test("search", (400.0, 0.0), (1000.0, 0.0))];
    let answer = calibrated(&[attributed("search", 1000.0)], &tests);
    let after = answer.channels[0].calibrated.unwrap();
    assert_eq!((after.value, after.standard_error), (400.0, 0.0));
    assert_eq!((after.interval.low, after.interval.high), (400.0, 400.0));
    assert_eq!(answer.before.value, 1000.0);
    assert_eq!(answer.after.unwrap().value, 400.0);
    assert_eq!(answer.across, None);
}

#[test]
fn a_factor_carries_the_error_of_the_test_and_of_the_attribution() {
    // 400 ± 30 over 1000 ± 100: own 0.03, carried 0.4 · 0.1 = 0.04, together 0.05.
    let tests = [test("search", (400.0, 30.0), (1000.0, 100.0))];
    let answer = calibrated(&[attributed("search", 2000.0)], &tests);
    let factor = answer.channels[0].factor.unwrap();
    close(factor.value, 0.4, 1e-15);
    close(factor.standard_error, 0.05, 1e-15);
    close(factor.interval.low, 0.4 - 1.959_964 * 0.05, 1e-6);
    let after = answer.channels[0].calibrated.unwrap();
    close(after.value, 800.0, 1e-12);
    close(after.standard_error, 100.0, 1e-12);
}

#[test]
fn an_amount_with_an_error_of_its_own_passes_it_on() {
    // 0.5 exactly, times 1000 ± 60.
    let amounts = [Attributed {
        channel: "search".into(),
        amount: estimate(1000.0, 60.0),
    }];
    let answer = calibrated(&amounts, &[test("search", (50.0, 0.0), (100.0, 0.0))]);
    let after = answer.channels[0].calibrated.unwrap();
    close(after.standard_error, 30.0, 1e-12);
    close(answer.before.standard_error, 60.0, 1e-12);
    close(answer.after.unwrap().standard_error, 30.0, 1e-12);
}

#[test]
fn tests_of_one_channel_are_pooled() {
    // Factors 0.0, 0.6 and 1.2 with errors of 0.1 each: variance 0.36, of which 0.35 between; the mean has 0.12.
    let tests = [0.0, 60.0, 120.0].map(|lift| test("tv", (lift, 10.0), (100.0, 0.0)));
    let answer = calibrated(&[attributed("tv", 100.0)], &tests);
    let Basis::Tested {
        tests,
        between_tests,
    } = answer.channels[0].basis
    else {
        panic!("{answer:?}")
    };
    assert_eq!(tests, 3);
    close(between_tests * between_tests, 0.35, 1e-12);
    let factor = answer.channels[0].factor.unwrap();
    close(factor.value, 0.6, 1e-12);
    close(factor.variance(), 0.12, 1e-12);
}

#[test]
fn a_channel_without_a_test_gets_what_the_others_have_in_common_and_says_so() {
    // Factors 0.2, 0.5 and 0.8 with variances 0.01: 0.09 in all, 0.08 between, the mean 0.5 with 0.03.
    let tests = [
        test("mail", (20.0, 10.0), (100.0, 0.0)),
        test("search", (50.0, 10.0), (100.0, 0.0)),
        test("tv", (80.0, 10.0), (100.0, 0.0)),
    ];
    let amounts = [attributed("radio", 1000.0), attributed("tv", 100.0)];
    let answer = calibrated(&amounts, &tests);
    let names: Vec<_> = answer.channels.iter().map(|c| c.channel.as_str()).collect();
    assert_eq!(names, ["mail", "radio", "search", "tv"]);
    let radio = &answer.channels[1];
    assert_eq!(radio.basis, Basis::Untested);
    let factor = radio.factor.unwrap();
    close(factor.value, 0.5, 1e-12);
    close(factor.variance(), 0.11, 1e-12);
    // Three channels: one degree of freedom, 12.706205 standard errors.
    let half = 12.706_204_7 * sqrt(0.11);
    close(factor.interval.low, 0.5 - half, 1e-6);
    assert_eq!(factor.finding, Finding::NotShown);
    let across = answer.across.unwrap();
    assert_eq!(across.channels, 3);
    close(
        across.between_channels * across.between_channels,
        0.08,
        1e-12,
    );
    close(across.standard_error * across.standard_error, 0.03, 1e-12);
    // 80 + 500. Tested: 100² · 0.01 = 100. Untested: 1000² · 0.11 = 110 000. Common: 2 · 1000 · 100 · 1/3 · 0.01 = 666.67.
    let after = answer.after.unwrap();
    close(after.value, 580.0, 1e-9);
    close(
        after.standard_error * after.standard_error,
        110_766.666_666,
        1e-3,
    );
    close(answer.before.value, 1100.0, 1e-12);
    // A channel that was tested and has nothing to be scaled is there with nothing.
    assert_eq!(answer.channels[0].attributed.value, 0.0);
    assert_eq!(answer.channels[0].calibrated.unwrap().value, 0.0);
}

#[test]
fn two_tested_channels_do_not_say_how_much_channels_differ() {
    let amounts = [attributed("search", 1000.0), attributed("tv", 300.0)];
    let tests = ["mail", "search"].map(|channel| test(channel, (400.0, 50.0), (1000.0, 0.0)));
    let mut answer = calibrated(&amounts, &tests);
    assert_eq!(answer.channels.remove(0).channel, "mail");
    assert_eq!(answer.channels[1].basis, Basis::Untested);
    assert_eq!(answer.channels[1].factor, None);
    assert_eq!(answer.channels[1].calibrated, None);
    assert_eq!(answer.uncalibrated, 300.0);
    assert_eq!(answer.after, None, "a sum of a part is not the whole");
    let untouched = calibrated(&amounts, &[]);
    assert_eq!(untouched.uncalibrated, 1300.0);
}

#[test]
fn what_is_not_shown_or_negative_stays_visible() {
    let tests = [
        test("brand", (-30.0, 5.0), (100.0, 0.0)),
        test("mail", (10.0, 20.0), (100.0, 0.0)),
        test("tv", (150.0, 5.0), (100.0, 0.0)),
    ];
    let amounts = ["brand", "mail", "tv"].map(|channel| attributed(channel, 100.0));
    let answer = calibrated(&amounts, &tests);
    let findings = answer.channels.iter().map(|c| c.factor.unwrap().finding);
    let expected = [Finding::TakesAway, Finding::NotShown, Finding::Adds];
    assert!(findings.eq(expected));
    close(answer.channels[0].calibrated.unwrap().value, -30.0, 1e-12);
    close(answer.channels[2].factor.unwrap().value, 1.5, 1e-12);
    close(answer.after.unwrap().value, 130.0, 1e-12);
}

#[test]
fn a_lift_of_nothing_has_an_error_too() {
    let answer = calibrated(&[], &[test("tv", (0.0, 10.0), (100.0, 20.0))]);
    let factor = answer.channels[0].factor.unwrap();
    assert_eq!(factor.value, 0.0);
    close(factor.standard_error, 0.1, 1e-15);
}

#[test]
fn units_must_match() {
    let mut other = test("tv", (1.0, 0.0), (2.0, 0.0));
    other.unit = Unit::Minor("EUR".parse().unwrap());
    let error = refused(&[], &[other.clone()]);
    assert_eq!(error.code(), "attribution.calibration.other_unit");
    assert_eq!(error.path(), "tests[0].unit");
    let dollars = Unit::Minor("USD".parse().unwrap());
    let error = Calibration::of(dollars, &[], &[other], 0.95).unwrap_err();
    assert_eq!(
        alloc::string::ToString::to_string(&error),
        "tests[0].unit: expected the smallest unit of USD, not the smallest unit of EUR"
    );
}

#[test]
fn rows_that_are_wrong_are_refused_by_name() {
    let fine = test("tv", (1.0, 0.0), (2.0, 0.0));
    let code = |error: CalibrationError| (error.code(), error.path().to_owned());
    assert_eq!(
        code(refused(&[], &[])),
        ("attribution.calibration.nothing", "attributed".into())
    );
    assert_eq!(
        code(refused(&[attributed("", 1.0)], &[])),
        (
            "attribution.calibration.bad_name",
            "attributed[0].channel".into()
        )
    );
    assert_eq!(
        code(refused(&[attributed("tv", -1.0)], &[])),
        (
            "attribution.calibration.negative",
            "attributed[0].amount".into()
        )
    );
    assert_eq!(
        code(refused(
            &[attributed("tv", 1.0), attributed("tv", 2.0)],
            &[]
        )),
        (
            "attribution.calibration.repeated",
            "attributed[1].channel".into()
        )
    );
    assert_eq!(
        code(refused(&[attributed("tv", 1e16)], &[])),
        (
            "attribution.calibration.too_large",
            "attributed[0].amount".into()
        )
    );
    for nothing in [(0.0, 0.0), (-5.0, 0.0), (100.0, 60.0)] {
        assert_eq!(
            code(refused(
                &[],
                &[fine.clone(), test("tv", (1.0, 0.0), nothing)]
            )),
            (
                "attribution.calibration.not_above_zero",
                "tests[1].attributed".into()
            )
        );
    }
    assert_eq!(
        code(refused(&[], &[test("tv", (1e9, 0.0), (1e-9, 0.0))])),
        (
            "attribution.calibration.factor_too_large",
            "tests[0]".into()
        )
    );
    for level in [0.0, 1.0, f64::NAN] {
        let error = Calibration::of(Unit::Conversions, &[], core::slice::from_ref(&fine), level)
            .unwrap_err();
        assert_eq!(error.code(), "attribution.calibration.no_level");
    }
    let rows = alloc::vec![fine; rows::MAX_ROWS + 1];
    assert_eq!(
        refused(&[], &rows).code(),
        "attribution.calibration.too_many_rows"
    );
}

#[test]
fn numbers_that_are_none_are_no_estimates() {
    let code = |error: EstimateError| error.code();
    for value in [f64::NAN, f64::INFINITY] {
        let error = Estimate::new(value, 0.0).unwrap_err();
        assert_eq!(code(error), "attribution.estimate.value_not_finite");
        let error = Estimate::new(0.0, value).unwrap_err();
        assert_eq!(code(error), "attribution.estimate.no_standard_error");
    }
    let error = Estimate::from_interval(1.0, 2.0, 0.0, 0.95).unwrap_err();
    assert_eq!(code(error), "attribution.estimate.no_interval");
    let error = Estimate::from_interval(1.0, 0.0, 2.0, 1.0).unwrap_err();
    assert_eq!(code(error), "attribution.estimate.no_level");
    assert!(serde_json::from_str::<Estimate>(r#"{"value":1.0,"standard_error":-1.0}"#).is_err());
}

#[test]
fn an_answer_reads_back_as_it_was_written() {
    let tests = [
        test("mail", (20.0, 10.0), (100.0, 0.0)),
        test("tv", (80.0, 9.0), (100.0, 3.0)),
    ];
    let answer = calibrated(&[attributed("radio", 1000.0)], &tests);
    let written = serde_json::to_string(&answer).unwrap();
    assert_eq!(
        serde_json::from_str::<Calibration>(&written).unwrap(),
        answer
    );
}
