//! Who gets which part of a conversion? The part each touch, and the baseline, had in the rate at that moment.

use alloc::borrow::ToOwned as _;
use alloc::collections::BTreeMap;
use alloc::collections::btree_map::Entry;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::error::HazardError;
use super::model::{DAY, HazardModel, Lag};
use super::sweep::{Kernel, Rates, time_to_end, touches};
use crate::attribution::credit::apportion;
use crate::customer::journey::{Journey, Journeys, Outcome, Tally};
use crate::numeric::functions::{exp, from_i64};
use crate::numeric::sum::Sum;
use crate::vocabulary::Currency;

/// The parts of one conversion. They sum to one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shares {
    /// What no touch accounts for.
    pub baseline: f64,
    /// The part of each touch, in order of time.
    pub touches: Vec<f64>,
}

/// Conversions and value somebody gets.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credit {
    /// Conversions, in parts.
    pub conversions: f64,
    /// Value in the smallest unit of the currency.
    pub value_minor: i64,
}

/// What one channel gets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelCredit {
    /// Its name.
    pub channel: String,
    /// What it gets.
    pub credit: Credit,
}

/// Who gets what. Baseline and channels together are the converted journeys: conversions up to the rounding of floats, value to
/// the smallest unit. Conversions that no touch counts for are in no journey and not in here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HazardCredit {
    /// What no touch accounts for.
    pub baseline: Credit,
    /// Every channel of the journeys, in order of the alphabet.
    pub channels: Vec<ChannelCredit>,
    /// What was divided.
    pub converted: Tally,
    /// The currency of every value; none when there was no conversion.
    pub currency: Option<Currency>,
}

/// Divides one conversion; what nothing accounts for is the baseline's.
fn divide(
    rates: &Rates,
    resolution: f64,
    journey: &Journey<'_>,
    kernel: impl Fn(u16) -> Option<Kernel>,
) -> Shares {
    let mut rate = rates.baseline;
    let mut parts: Vec<f64> = touches(journey)
        .map(|(code, seconds)| {
            let part = kernel(code).map_or(0.0, |kernel| {
                let time = time_to_end(seconds, resolution);
                kernel.effect * kernel.decay * exp(-kernel.decay * time)
            });
            rate += part;
            part
        })
        .collect();
    if rate > 0.0 {
        for part in &mut parts {
            *part /= rate;
        }
    }
    Shares {
        baseline: if rate > 0.0 {
            rates.baseline / rate
        } else {
            1.0
        },
        touches: parts,
    }
}

impl HazardModel {
    /// The parts of one conversion, also of a journey the model was not fitted on.
    ///
    /// ```
    /// use stratum_core::attribution::hazard::{HazardModel, HazardSettings};
    /// use stratum_core::customer::journey::{JourneyRules, Journeys, TouchKind, Touchpoint};
    /// let at = "2026-03-01T10:00:00Z".parse().unwrap();
    /// let touch = Touchpoint {
    ///     person: "ada".into(),
    ///     channel: "mail".into(),
    ///     platform: None,
    ///     kind: TouchKind::Click,
    ///     at,
    /// };
    /// let journeys = Journeys::build(&[touch], &[], &JourneyRules::baseline_2026_11(), at).unwrap();
    /// let model = HazardModel::fit(&journeys, &HazardSettings::baseline_2026_11()).unwrap();
    /// let shares = model.shares(&journeys.row(0).unwrap()).unwrap();
    /// assert_eq!((shares.baseline, shares.touches), (1.0, vec![0.0]), "nobody has converted yet");
    /// ```
    ///
    /// # Errors
    /// [`HazardError::UnknownChannel`].
    pub fn shares(&self, journey: &Journey<'_>) -> Result<Shares, HazardError> {
        let mut kernels: BTreeMap<u16, Kernel> = BTreeMap::new();
        for (code, name) in journey.channel_codes.iter().zip(journey.channel_names()) {
            if let Entry::Vacant(place) = kernels.entry(*code) {
                place.insert(self.kernel(name)?);
            }
        }
        let of = |code| kernels.get(&code).copied();
        let rates = self.rates(Vec::new());
        Ok(divide(
            &rates,
            self.settings.resolution_seconds,
            journey,
            of,
        ))
    }

    /// Who gets what of the converted journeys, also of journeys the model was not fitted on.
    ///
    /// ```
    /// use stratum_core::attribution::hazard::{HazardModel, HazardSettings};
    /// use stratum_core::customer::journey::{Conversion, JourneyRules, Journeys, TouchKind, Touchpoint};
    /// use stratum_core::vocabulary::Money;
    /// let at = "2026-03-01T10:00:00Z".parse().unwrap();
    /// let touch = Touchpoint {
    ///     person: "ada".into(),
    ///     channel: "mail".into(),
    ///     platform: None,
    ///     kind: TouchKind::Click,
    ///     at,
    /// };
    /// let sale = Conversion {
    ///     person: "ada".into(),
    ///     at: "2026-03-01T11:00:00Z".parse().unwrap(),
    ///     value: Money::parse("19.99", "EUR").unwrap(),
    ///     order: None,
    /// };
    /// let now = "2026-03-02T00:00:00Z".parse().unwrap();
    /// let rules = JourneyRules::baseline_2026_11();
    /// let journeys = Journeys::build(&[touch], &[sale], &rules, now).unwrap();
    /// let model = HazardModel::fit(&journeys, &HazardSettings::baseline_2026_11()).unwrap();
    /// let credit = model.credit(&journeys).unwrap();
    /// let mail = credit.channels[0].credit.value_minor;
    /// assert_eq!(mail + credit.baseline.value_minor, 1999);
    /// ```
    ///
    /// # Errors
    /// [`HazardError::UnknownChannel`].
    pub fn credit(&self, journeys: &Journeys) -> Result<HazardCredit, HazardError> {
        let kernels: Result<Vec<Kernel>, HazardError> = journeys
            .channel_names()
            .map(|name| self.kernel(name))
            .collect();
        let rates = self.rates(kernels?);
        let channels = rates.kernels.len();
        // The baseline comes last, so that a channel's place is its number.
        let mut conversions = alloc::vec![Sum::new(); channels + 1];
        let mut values = alloc::vec![Sum::new(); channels + 1];
        for journey in journeys.iter() {
            if journey.outcome != Outcome::Converted {
                continue;
            }
            let kernel = |code| rates.kernels.get(usize::from(code)).copied();
            let shares = divide(&rates, self.settings.resolution_seconds, &journey, kernel);
            let count = f64::from(journey.conversions);
            let value = from_i64(journey.value_minor);
            let places = journey.channel_codes.iter().map(|code| usize::from(*code));
            let all = places.zip(&shares.touches);
            for (place, share) in all.chain(core::iter::once((channels, &shares.baseline))) {
                if let (Some(n), Some(v)) = (conversions.get_mut(place), values.get_mut(place)) {
                    n.add(count * share);
                    v.add(value * share);
                }
            }
        }
        let converted = journeys.totals().converted;
        let values: Vec<f64> = values.iter().map(|sum| sum.value().max(0.0)).collect();
        let minor = apportion(converted.value_minor, &values);
        let mut credits = conversions
            .iter()
            .zip(minor)
            .map(|(sum, value_minor)| Credit {
                conversions: sum.value(),
                value_minor,
            });
        let of_channels = journeys.channel_names().zip(credits.by_ref());
        let channels = of_channels
            .map(|(name, credit)| ChannelCredit {
                channel: name.to_owned(),
                credit,
            })
            .collect();
        let nothing = Credit {
            conversions: 0.0,
            value_minor: 0,
        };
        Ok(HazardCredit {
            baseline: credits.next().unwrap_or(nothing),
            channels,
            converted,
            currency: journeys.currency(),
        })
    }

    pub(super) fn rates(&self, kernels: Vec<Kernel>) -> Rates {
        Rates {
            baseline: self.baseline_per_day.value / DAY,
            kernels,
        }
    }

    pub(super) fn kernel(&self, name: &str) -> Result<Kernel, HazardError> {
        let place = self
            .channels
            .binary_search_by(|channel| channel.channel.as_str().cmp(name));
        let found = place.ok().and_then(|place| self.channels.get(place));
        let channel = found.ok_or_else(|| HazardError::UnknownChannel {
            channel: name.to_owned(),
        })?;
        let days = match channel.lag {
            Lag::Mean(rate) => rate.value,
            Lag::AtMost(days) | Lag::AtLeast(days) => days,
            Lag::Unknown => 1.0,
        };
        Ok(Kernel {
            effect: channel.effect.value,
            decay: 1.0 / (days * DAY),
        })
    }
}
