//! How do people come to buy? Seeded journeys of single persons, with the cause of each conversion known.
//!
//! A person meets channels one after another. Each touch sets off purchases by itself, each after a delay of its own, and so
//! does the wish that was there before; the earliest of them happens and its cause is the truth. That is the additive hazard with
//! exponential kernels, drawn exactly. Not here: budgets, platforms and incidents; those are `world`.

use alloc::borrow::ToOwned as _;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use chrono::TimeDelta;
use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive as _;

use crate::customer::journey::{Conversion, TouchKind, Touchpoint};
use crate::numeric::Chance;
use crate::numeric::functions::{ln, nearest_count};
use crate::vocabulary::{Currency, Money, Platform, Timestamp};

const SECONDS_PER_DAY: f64 = 86_400.0;
/// How many touches of one person are drawn at most.
const MOST_TOUCHES: usize = 200;

/// A channel that people meet.
#[derive(Debug, Clone, PartialEq)]
pub struct ChannelPlan {
    /// Its name.
    pub name: String,
    /// The platform it belongs to; none for mail, search results and the like.
    pub platform: Option<Platform>,
    /// How it is met.
    pub kind: TouchKind,
    /// Touches a day while a person is about.
    pub per_day: f64,
    /// How many times as often it is met once a person has met any channel: search for the name and retargeting come late.
    pub later: f64,
    /// Whether those who want to buy anyway meet it more often, in proportion to how much they do.
    pub follows_intent: bool,
    /// Purchases that one touch sets off, on average.
    pub effect: f64,
    /// After how many days on average.
    pub delay_days: f64,
}

/// Who comes by, for how long, and what they meet.
#[derive(Debug, Clone, PartialEq)]
pub struct PeoplePlan {
    /// From which seed everything is drawn.
    pub seed: u64,
    /// How many persons.
    pub persons: u64,
    /// When the first may turn up.
    pub start: Timestamp,
    /// Over how many days they turn up.
    pub days: f64,
    /// For how many days each is about.
    pub about_days: f64,
    /// Purchases a day that a person of average intent makes without any touch.
    pub unprompted_per_day: f64,
    /// How much persons differ in that: the standard deviation of its logarithm.
    pub intent_spread: f64,
    /// Mean value of an order.
    pub order_value: f64,
    /// Its spread: the standard deviation of its logarithm.
    pub order_spread: f64,
    /// The currency of all orders.
    pub currency: Currency,
    /// What they meet.
    pub channels: Vec<ChannelPlan>,
}

/// What a cause truly came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CauseTruth {
    /// The channel; none for what would have been bought without any touch.
    pub channel: Option<String>,
    /// Conversions it set off.
    pub conversions: u64,
    /// Their value in the smallest unit of the currency.
    pub value_minor: i64,
}

/// Journeys as rows, with the truth about them.
#[derive(Debug, Clone, PartialEq)]
pub struct People {
    /// Every touch, person by person in order of time.
    pub touchpoints: Vec<Touchpoint>,
    /// Every conversion, by person.
    pub conversions: Vec<Conversion>,
    /// What each cause came to: the channels as planned, then the purchases without a touch.
    pub truth: Vec<CauseTruth>,
}

/// A row of the demo's table of channels.
struct Met(
    &'static str,
    Option<Platform>,
    TouchKind,
    [f64; 2],
    bool,
    [f64; 2],
);

/// Name, platform, kind, touches a day and how many times as often later, whether it follows intent, effect and delay in days.
#[rustfmt::skip] // one line per channel reads as the table it is
const OUTDOOR_CHANNELS: [Met; 6] = [
    Met("meta prospecting", Some(Platform::Meta), TouchKind::Click, [0.05, 1.0], false, [0.06, 3.0]),
    Met("tiktok video", Some(Platform::Tiktok), TouchKind::View, [0.06, 1.0], false, [0.025, 0.5]),
    Met("google shopping", Some(Platform::Google), TouchKind::Click, [0.03, 1.5], false, [0.09, 2.0]),
    Met("meta retargeting", Some(Platform::Meta), TouchKind::Click, [0.002, 40.0], false, [0.02, 0.4]),
    Met("brand search", Some(Platform::Google), TouchKind::Click, [0.01, 8.0], true, [0.01, 0.2]),
    Met("newsletter", None, TouchKind::Click, [0.01, 4.0], false, [0.05, 1.0]),
];

impl Met {
    fn plan(self) -> ChannelPlan {
        let Self(name, platform, kind, [per_day, later], follows_intent, [effect, delay_days]) =
            self;
        ChannelPlan {
            name: name.to_owned(),
            platform,
            kind,
            per_day,
            later,
            follows_intent,
            effect,
            delay_days,
        }
    }
}

/// A purchase that would happen if nothing came before it.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    day: f64,
    cause: usize,
}

struct Person {
    touches: Vec<(f64, usize)>,
    bought: Option<Candidate>,
}

impl PeoplePlan {
    /// The shop of the demo: six channels, of which search for its name closes most purchases and sets off few.
    ///
    /// ```
    /// use stratum_core::simulation::PeoplePlan;
    /// let start = "2026-08-01T00:00:00Z".parse().unwrap();
    /// let plan = PeoplePlan::outdoor_shop(7, 500, start, "EUR".parse().unwrap());
    /// let people = plan.simulate();
    /// let bought: u64 = people.truth.iter().map(|cause| cause.conversions).sum();
    /// assert_eq!(people.conversions.len() as u64, bought);
    /// assert_eq!(people, plan.simulate());
    /// ```
    #[must_use]
    pub fn outdoor_shop(seed: u64, persons: u64, start: Timestamp, currency: Currency) -> Self {
        Self {
            seed,
            persons,
            start,
            days: 90.0,
            about_days: 21.0,
            unprompted_per_day: 0.0012,
            intent_spread: 1.0,
            order_value: 84.0,
            order_spread: 0.6,
            currency,
            channels: OUTDOOR_CHANNELS.map(Met::plan).into(),
        }
    }

    /// Draws everybody. The same plan gives the same rows on every machine; each person has dice of their own.
    #[must_use]
    pub fn simulate(&self) -> People {
        let mut people = People {
            touchpoints: Vec::new(),
            conversions: Vec::new(),
            truth: self.causes(),
        };
        for number in 0..self.persons {
            self.live(number, &mut people);
        }
        people
    }

    fn causes(&self) -> Vec<CauseTruth> {
        let nothing = |channel| CauseTruth {
            channel,
            conversions: 0,
            value_minor: 0,
        };
        let channels = self.channels.iter().map(|plan| Some(plan.name.clone()));
        channels.chain([None]).map(nothing).collect()
    }

    /// One person: what they met until they bought, and what they bought.
    fn live(&self, number: u64, people: &mut People) {
        let mut chance = Chance::new(self.seed, number);
        let person = self.draw(&mut chance);
        let name = format!("person-{number:07}");
        let until = person.bought.map_or(f64::INFINITY, |bought| bought.day);
        for (day, channel) in person.touches.iter().filter(|(day, _)| *day < until) {
            let Some(plan) = self.channels.get(*channel) else {
                continue;
            };
            people.touchpoints.push(Touchpoint {
                person: name.clone(),
                channel: plan.name.clone(),
                platform: plan.platform,
                kind: plan.kind,
                at: self.moment(*day),
            });
        }
        let Some(bought) = person.bought else { return };
        let value = self.value(&mut chance);
        if let Some(cause) = people.truth.get_mut(bought.cause) {
            cause.conversions += 1;
            cause.value_minor = cause.value_minor.saturating_add(minor(&value));
        }
        people.conversions.push(Conversion {
            person: name,
            at: self.moment(bought.day),
            value,
            order: Some(format!("order-{number:07}")),
        });
    }

    fn draw(&self, chance: &mut Chance) -> Person {
        let arrived = chance.between(0.0, self.days);
        let leaves = arrived + self.about_days;
        let intent = chance.factor(self.intent_spread);
        let mut touches = Vec::new();
        let mut day = arrived;
        while touches.len() < MOST_TOUCHES {
            let rate = |plan: &ChannelPlan| {
                let later = if touches.is_empty() { 1.0 } else { plan.later };
                let wanted = if plan.follows_intent { intent } else { 1.0 };
                plan.per_day * later * wanted
            };
            let rates: Vec<f64> = self.channels.iter().map(rate).collect();
            day += waited(chance, rates.iter().sum());
            if day >= leaves {
                break;
            }
            touches.push((day, chosen(chance, &rates)));
        }
        // What was wished for anyway is the cause after the last channel.
        let unprompted = Candidate {
            day: arrived + waited(chance, self.unprompted_per_day * intent),
            cause: self.channels.len(),
        };
        let mut bought = Some(unprompted).filter(|candidate| candidate.day < leaves);
        for (touched, cause) in &touches {
            let Some(plan) = self.channels.get(*cause) else {
                continue;
            };
            for _ in 0..chance.count(plan.effect) {
                let day = touched + waited(chance, 1.0 / plan.delay_days);
                if day < bought.map_or(leaves, |earlier| earlier.day) {
                    bought = Some(Candidate { day, cause: *cause });
                }
            }
        }
        Person { touches, bought }
    }

    fn moment(&self, day: f64) -> Timestamp {
        let seconds = i64::try_from(nearest_count(day * SECONDS_PER_DAY)).unwrap_or(i64::MAX);
        TimeDelta::try_seconds(seconds)
            .and_then(|passed| self.start.checked_add_signed(passed))
            .unwrap_or(self.start)
    }

    fn value(&self, chance: &mut Chance) -> Money {
        let value = self.order_value * chance.factor(self.order_spread);
        Decimal::from_f64(value)
            .and_then(|value| Money::rounded(value, self.currency).ok())
            .unwrap_or_else(|| Money::zero(self.currency))
    }
}

/// How long until something happens that happens so often a day.
fn waited(chance: &mut Chance, rate: f64) -> f64 {
    let left = 1.0 - chance.share();
    if rate > 0.0 {
        -ln(left) / rate
    } else {
        f64::INFINITY
    }
}

/// One of several, in proportion to their rates.
fn chosen(chance: &mut Chance, rates: &[f64]) -> usize {
    let mut left = chance.share() * rates.iter().sum::<f64>();
    for (index, rate) in rates.iter().enumerate() {
        if left < *rate {
            return index;
        }
        left -= rate;
    }
    rates.iter().rposition(|rate| *rate > 0.0).unwrap_or(0)
}

/// An amount in the smallest unit of its currency.
fn minor(value: &Money) -> i64 {
    let mut amount = value.amount();
    amount.rescale(value.currency().exponent());
    i64::try_from(amount.mantissa()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::from_u64;

    fn plan(persons: u64) -> PeoplePlan {
        let start = "2026-08-01T00:00:00Z".parse().unwrap();
        PeoplePlan::outdoor_shop(3, persons, start, "EUR".parse().unwrap())
    }

    #[test]
    fn every_conversion_has_one_cause_and_its_value_is_in_the_truth() {
        let people = plan(4_000).simulate();
        let conversions: u64 = people.truth.iter().map(|cause| cause.conversions).sum();
        let value: i64 = people.truth.iter().map(|cause| cause.value_minor).sum();
        assert_eq!(conversions, people.conversions.len() as u64);
        assert_eq!(
            value,
            people
                .conversions
                .iter()
                .map(|c| minor(&c.value))
                .sum::<i64>()
        );
        assert!(conversions > 300, "{conversions}");
    }

    #[test]
    fn nobody_is_touched_after_buying_and_rows_are_in_order() {
        let people = plan(2_000).simulate();
        for conversion in &people.conversions {
            let of = |touch: &&Touchpoint| touch.person == conversion.person;
            assert!(
                people
                    .touchpoints
                    .iter()
                    .filter(of)
                    .all(|touch| touch.at <= conversion.at)
            );
        }
        let key = |touch: &Touchpoint| (touch.person.clone(), touch.at);
        assert!(
            people
                .touchpoints
                .windows(2)
                .all(|pair| key(&pair[0]) <= key(&pair[1]))
        );
    }

    #[test]
    fn a_channel_without_effect_sets_nothing_off_and_more_effect_sets_off_more() {
        let mut weaker = plan(4_000);
        weaker.channels[2].effect = 0.0;
        let mut stronger = plan(4_000);
        stronger.channels[2].effect *= 3.0;
        let of = |plan: &PeoplePlan| plan.simulate().truth[2].conversions;
        assert_eq!(of(&weaker), 0);
        assert!(of(&stronger) > 2 * of(&plan(4_000)));
    }

    #[test]
    fn one_more_person_changes_nobody_else() {
        let (some, more) = (plan(50).simulate(), plan(51).simulate());
        assert_eq!(
            some.touchpoints[..],
            more.touchpoints[..some.touchpoints.len()]
        );
    }

    #[test]
    fn a_single_channel_sets_off_as_many_as_its_effect_says() {
        // Met rarely, answered soon, and nothing else about: of those who are touched, 1 - exp(-0.05) buy.
        let mut alone = plan(40_000);
        alone.channels.truncate(1);
        alone.channels[0].effect = 0.05;
        alone.channels[0].delay_days = 0.01;
        alone.unprompted_per_day = 0.0;
        let people = alone.simulate();
        let touches = from_u64(people.touchpoints.len() as u64);
        let share = from_u64(people.truth[0].conversions) / touches;
        assert!((share - 0.0488).abs() < 0.003, "{share}");
    }
}
