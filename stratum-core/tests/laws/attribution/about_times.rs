//! Do the laws of credit hold where touches have times? Time decay, and every model on journeys with touches after the sale.
//!
//! Not here: the hazard model (`about_hazard`), what a journey is (`about_journeys`).

use std::collections::BTreeMap;

use chrono::TimeDelta;
use proptest::prelude::*;
use stratum_core::attribution::{Attribution, RuleModel, ordered_shapley};
use stratum_core::customer::journey::{JourneyRules, Journeys, TouchKind, Touchpoint};
use stratum_core::vocabulary::Timestamp;

use crate::about_attribution::{answers, near};
use crate::cases;
use crate::contacts::{Contacts, contacts};

fn built(contacts: &Contacts) -> Journeys {
    let rules = JourneyRules::baseline_2026_11();
    Journeys::build(&contacts.touches, &contacts.sales, &rules, contacts.now).unwrap()
}

fn decay(journeys: &Journeys) -> Attribution {
    let rule = RuleModel::TimeDecay {
        half_life_seconds: 86_400,
    };
    rule.attribute(journeys).unwrap()
}

/// Contacts whose persons have other names.
fn renamed(contacts: &Contacts, suffix: &str) -> Contacts {
    let mut renamed = contacts.clone();
    for touch in &mut renamed.touches {
        touch.person.push_str(suffix);
    }
    for sale in &mut renamed.sales {
        sale.person.push_str(suffix);
        // An order belongs to one person.
        sale.order = sale.order.take().map(|order| order + suffix);
    }
    renamed
}

fn joined(one: &Contacts, other: &Contacts) -> Contacts {
    Contacts {
        touches: [one.touches.clone(), other.touches.clone()].concat(),
        sales: [one.sales.clone(), other.sales.clone()].concat(),
        now: one.now,
    }
}

/// Everybody who bought is met by `late` after the last sale, and by nobody later: a chain takes whoever leads on to a channel that
/// sells elsewhere for a way to a sale, also in journeys that came to none.
fn with_late_touches(contacts: &Contacts, after: TimeDelta) -> Contacts {
    let mut met: BTreeMap<&str, Timestamp> = BTreeMap::new();
    for sale in &contacts.sales {
        let at = met.entry(&sale.person).or_insert(sale.at + after);
        *at = (*at).max(sale.at + after);
    }
    met.retain(|_, at| *at <= contacts.now);
    let is_last = |touch: &Touchpoint| met.get(&*touch.person).is_none_or(|at| touch.at < *at);
    let mut late = contacts.clone();
    late.touches.retain(is_last);
    late.touches
        .extend(met.iter().map(|(person, at)| Touchpoint {
            person: (*person).to_owned(),
            channel: "late".to_owned(),
            platform: None,
            kind: TouchKind::Click,
            at: *at,
        }));
    late
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn a_channel_that_comes_after_the_sale_gets_nothing(contacts in contacts(), hours in 0_i64..200) {
        let after = TimeDelta::hours(hours) + TimeDelta::milliseconds(1);
        let journeys = built(&with_late_touches(&contacts, after));
        let mut answers = answers(&journeys);
        answers.push(decay(&journeys));
        for answer in answers {
            if let Some(late) = answer.of("late") {
                let nothing = late.share == 0.0 && late.conversions == 0.0 && late.value_minor == 0;
                // In the rate game it is met in journeys that lapse, and that counts against it.
                let harm = answer.model.contains("rate game") && late.share <= 0.0;
                prop_assert!(nothing || harm, "{} {late:?}", answer.model);
            }
        }
        let places = ordered_shapley(&journeys).unwrap();
        prop_assert!(places.iter().all(|place| place.channel != "late"));
        // And takes nothing from those before: rules look at converted journeys only.
        let given = |answer: Attribution| {
            let credits = answer.credits.into_iter().filter(|credit| credit.channel != "late");
            credits.collect::<Vec<_>>()
        };
        let same = given(decay(&journeys)).into_iter().filter(|credit| credit.conversions > 0.0);
        let before = given(decay(&built(&contacts))).into_iter().filter(|credit| credit.conversions > 0.0);
        prop_assert!(same.eq(before));
    }

    #[test]
    fn time_decay_does_not_see_the_order_of_rows_or_how_many_lived_alike(
        (contacts, touches) in contacts().prop_flat_map(|contacts| {
            let touches = Just(contacts.touches.clone()).prop_shuffle();
            (Just(contacts), touches)
        }),
    ) {
        let once = decay(&built(&contacts));
        let shuffled = Contacts { touches, ..contacts.clone() };
        prop_assert_eq!(&decay(&built(&shuffled)), &once);
        let twice = decay(&built(&joined(&contacts, &renamed(&contacts, " too"))));
        for (once, twice) in once.credits.iter().zip(&twice.credits) {
            prop_assert!(near(once.share, twice.share, 1e-12));
            prop_assert!((2 * once.value_minor - twice.value_minor).abs() <= 2);
        }
    }

    #[test]
    fn channels_that_change_names_change_their_time_decay(contacts in contacts()) {
        let swapped = |name: &str| match name { "search" => "mail", "mail" => "search", other => other }.to_owned();
        let mut other = contacts.clone();
        for touch in &mut other.touches {
            touch.channel = swapped(&touch.channel);
        }
        let both = decay(&built(&joined(&contacts, &renamed(&other, " too"))));
        if let (Some(one), Some(other)) = (both.of("search"), both.of("mail")) {
            prop_assert!(near(one.share, other.share, 1e-12), "{one:?} {other:?}");
            prop_assert!((one.value_minor - other.value_minor).abs() <= 1);
        }
    }

    #[test]
    fn partitions_of_persons_add_up_in_time_decay(contacts in contacts()) {
        let other = renamed(&contacts, " too");
        let (one, both) = (decay(&built(&contacts)), decay(&built(&joined(&contacts, &other))));
        let other = decay(&built(&other));
        for credit in &both.credits {
            let part = |answer: &Attribution| answer.of(&credit.channel).map_or(0.0, |c| c.conversions);
            prop_assert!(near(part(&one) + part(&other), credit.conversions, 1e-12));
        }
    }

    #[test]
    fn one_channel_alone_gets_all_of_time_decay(contacts in contacts()) {
        let mut alone = contacts;
        for touch in &mut alone.touches {
            touch.channel = "search".to_owned();
        }
        let answer = decay(&built(&alone));
        let touched = answer.totals.touched;
        for credit in &answer.credits {
            prop_assert_eq!((&*credit.channel, credit.value_minor), ("search", touched.value_minor));
            prop_assert_eq!(credit.conversions, touched.conversions as f64);
        }
    }
}
