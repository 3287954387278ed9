//! What has each group of persons of the credit, and how does the credit move when the rates do?

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::super::error::HazardError;
use super::super::information::Derivatives;
use super::super::model::HazardModel;
use super::super::sweep::{Kernel, Rates, time_to_end, touches};
use super::learned::Learned;
use crate::attribution::bootstrap::{Bootstrap, Groups, group_of_name};
use crate::customer::journey::{Journey, Journeys, Outcome};

/// The journeys that are given credit, with the rates by their own codes.
pub(super) struct Credited<'a> {
    pub(super) journeys: &'a Journeys,
    resolution: f64,
    pub(super) rates: Rates,
    /// By code: where the two rates of the channel stand in the matrix.
    pairs: Vec<(Option<usize>, Option<usize>)>,
    baseline: Option<usize>,
    /// Whether there is an error behind each credit; the baseline last.
    pub(super) free: Vec<bool>,
}

impl<'a> Credited<'a> {
    pub(super) fn of(
        model: &HazardModel,
        learned: &Learned<'_>,
        journeys: &'a Journeys,
    ) -> Result<Self, HazardError> {
        let names = journeys.channel_names();
        let kernels: Result<Vec<Kernel>, HazardError> =
            names.map(|name| model.kernel(name)).collect();
        let known = learned.seen.journeys.channel_names();
        let known: BTreeMap<&str, _> = known.zip(&learned.places.kernels).collect();
        let pairs = journeys
            .channel_names()
            .map(|name| known.get(name).map_or((None, None), |pair| **pair));
        let pairs: Vec<(Option<usize>, Option<usize>)> = pairs.collect();
        let baseline = learned.places.baseline;
        let free = pairs.iter().map(|pair| pair.0.is_some());
        Ok(Self {
            journeys,
            resolution: model.settings.resolution_seconds,
            rates: model.rates(kernels?),
            free: free.chain(core::iter::once(baseline.is_some())).collect(),
            pairs,
            baseline,
        })
    }

    /// Each converted journey: its conversions, its rate, and what every channel has of it.
    fn each(&self, mut each: impl FnMut(&Journey<'_>, f64, &BTreeMap<usize, Derivatives>)) {
        let converted = |journey: &Journey<'_>| journey.outcome == Outcome::Converted;
        for journey in self.journeys.iter().filter(converted) {
            let mut rate = self.rates.baseline;
            let mut of_rate: BTreeMap<usize, Derivatives> = BTreeMap::new();
            for (code, seconds) in touches(&journey) {
                let place = usize::from(code);
                let Some(kernel) = self.rates.kernels.get(place) else {
                    continue;
                };
                let time = time_to_end(seconds, self.resolution);
                let part = Derivatives::of_rate(kernel, time);
                rate += part.value;
                of_rate.entry(place).or_default().add(part);
            }
            each(&journey, rate, &of_rate);
        }
    }

    pub(super) fn put_credit(&self, groups: &mut Groups, bootstrap: &Bootstrap) {
        let baseline = self.rates.kernels.len();
        self.each(|journey, rate, of_rate| {
            let row = groups.row(group_of_name(journey.person, bootstrap));
            let conversions = f64::from(journey.conversions);
            let mut add = |place: usize, part: f64| {
                if let Some(cell) = row.get_mut(place) {
                    *cell += conversions * part;
                }
            };
            if rate > 0.0 {
                add(baseline, self.rates.baseline / rate);
                for (channel, part) in of_rate {
                    add(*channel, part.value / rate);
                }
            } else {
                add(baseline, 1.0);
            }
        });
    }

    /// For every credit, the baseline last, by how much one unit of each slope moves it: the derivatives of the credit by the
    /// logarithms of the rates, through the inverse of the information.
    pub(super) fn influence(&self, learned: &Learned<'_>) -> Result<Vec<Vec<f64>>, HazardError> {
        let baseline = self.rates.kernels.len();
        let free = learned.places.free;
        let mut slopes = Groups::empty(baseline + 1, free)?;
        self.each(|journey, rate, of_rate| {
            if rate <= 0.0 {
                return;
            }
            let conversions = f64::from(journey.conversions);
            // By each rate: how much the rate of the conversion changes, and the credit of its own channel.
            let mut changes: Vec<(usize, usize, f64)> = Vec::new();
            changes.extend(
                self.baseline
                    .map(|place| (baseline, place, self.rates.baseline)),
            );
            for (channel, part) in of_rate {
                let pair = self.pairs.get(*channel).copied().unwrap_or_default();
                changes.extend(pair.0.map(|place| (*channel, place, part.value)));
                changes.extend(pair.1.map(|place| (*channel, place, part.by_decay)));
            }
            let parts = of_rate.iter().map(|(channel, part)| (*channel, part.value));
            let parts: Vec<(usize, f64)> = parts
                .chain(core::iter::once((baseline, self.rates.baseline)))
                .collect();
            for (own, place, change) in changes {
                for (channel, part) in &parts {
                    let direct = if *channel == own { change } else { 0.0 };
                    if let Some(cell) = slopes.row(*channel).get_mut(place) {
                        *cell += conversions * (direct - part * change / rate) / rate;
                    }
                }
            }
        });
        let rows = (0..=baseline).map(|credit| learned.factor.solve(slopes.row(credit)));
        Ok(rows.collect())
    }
}
