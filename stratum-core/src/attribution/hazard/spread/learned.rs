//! What do the journeys behind the rates say of each group of persons? Its score, and the curvature of them all.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::super::climb::Stand;
use super::super::error::HazardError;
use super::super::information::{
    Derivatives, FEWEST_CONVERSIONS, MOST_RATES, Places, information, places,
};
use super::super::model::HazardModel;
use super::super::sweep::{Kernel, Seen, touches, watched};
use crate::attribution::bootstrap::{Bootstrap, Groups, group_of_name};
use crate::customer::journey::{Journey, Journeys, Outcome};
use crate::numeric::matrix::Matrix;

/// The journeys behind the rates, with the curvature at the top.
pub(super) struct Learned<'a> {
    pub(super) seen: Seen<'a>,
    top: Stand,
    pub(super) places: Places,
    pub(super) factor: Matrix,
}

impl<'a> Learned<'a> {
    pub(super) fn of(model: &HazardModel, journeys: &'a Journeys) -> Result<Self, HazardError> {
        let seen = Seen::of(journeys, &model.settings);
        let kernels: Result<Vec<Kernel>, HazardError> = journeys
            .channel_names()
            .map(|name| model.kernel(name))
            .collect();
        let top = Stand::at(&seen, model.rates(kernels?));
        let places = places(&seen, &top, FEWEST_CONVERSIONS);
        if places.free > MOST_RATES {
            let why = "there are more than 512 rates";
            return Err(HazardError::NoIntervals { why });
        }
        let factor = information(&seen, &top, &places).factor();
        let factor = factor.ok_or(HazardError::NoIntervals {
            why: "they do not tell the rates apart",
        })?;
        Ok(Self {
            seen,
            top,
            places,
            factor,
        })
    }

    /// For each group the derivatives of its log-likelihood by the logarithms of the free rates.
    pub(super) fn scores(&self, bootstrap: &Bootstrap) -> Result<Groups, HazardError> {
        let journeys = self.seen.journeys;
        let mut scores = Groups::empty(bootstrap.groups, self.places.free)?;
        let group_of = |person: u32| {
            let name = journeys.person_name(person).unwrap_or_default();
            group_of_name(name, bootstrap)
        };
        for (journey, person) in journeys.iter().zip(journeys.person_codes()) {
            let row = scores.row(group_of(*person));
            self.slopes(&journey, |place, slope| {
                if let Some(cell) = row.get_mut(place) {
                    *cell += slope;
                }
            });
        }
        if let Some(place) = self.places.baseline {
            let rate = self.top.rates.baseline;
            watched(journeys, self.seen.resolution, |person, seconds| {
                if let Some(cell) = scores.row(group_of(person)).get_mut(place) {
                    *cell -= rate * seconds;
                }
            });
        }
        Ok(scores)
    }

    /// The derivatives of the log-likelihood of one journey by the logarithms of the free rates, without the time of the baseline.
    fn slopes(&self, journey: &Journey<'_>, mut add: impl FnMut(usize, f64)) {
        let rates = &self.top.rates;
        let mut rate = rates.baseline;
        let mut of_rate: BTreeMap<usize, Derivatives> = BTreeMap::new();
        for (code, seconds) in touches(journey) {
            let place = usize::from(code);
            let (Some(kernel), Some(pair)) =
                (rates.kernels.get(place), self.places.kernels.get(place))
            else {
                continue;
            };
            let time = self.seen.time(seconds);
            let exposure = Derivatives::of_exposure(kernel, time);
            if let Some(effect) = pair.0 {
                add(effect, -exposure.value);
            }
            if let Some(decay) = pair.1 {
                add(decay, -exposure.by_decay);
            }
            if journey.outcome == Outcome::Converted {
                let part = Derivatives::of_rate(kernel, time);
                rate += part.value;
                of_rate.entry(place).or_default().add(part);
            }
        }
        if journey.outcome != Outcome::Converted || rate <= 0.0 {
            return;
        }
        if let Some(place) = self.places.baseline {
            add(place, rates.baseline / rate);
        }
        for (channel, part) in of_rate {
            let pair = self
                .places
                .kernels
                .get(channel)
                .copied()
                .unwrap_or_default();
            if let Some(effect) = pair.0 {
                add(effect, part.value / rate);
            }
            if let Some(decay) = pair.1 {
                add(decay, part.by_decay / rate);
            }
        }
    }
}
