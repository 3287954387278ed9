//! How likely are the journeys under these rates, and which rates are better? One pass over all touches.
//!
//! Everything a pass needs is one exponential per touch: exp(−decay · time to the end) is the touch's rate at a conversion and
//! also the part of its effect that lies beyond the end. Not here: when to stop (`climb`).

use alloc::vec::Vec;

use super::settings::HazardSettings;
use crate::customer::journey::{Journey, Journeys, Outcome};
use crate::numeric::functions::{exp, from_u64, ln};
use crate::numeric::sum::Sum;

/// The effect and decay of one channel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Kernel {
    /// Conversions per touch, if one waited for ever.
    pub(super) effect: f64,
    /// One over the mean lag in seconds.
    pub(super) decay: f64,
}

/// All parameters, per second.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rates {
    pub(super) baseline: f64,
    /// By the number of the channel.
    pub(super) kernels: Vec<Kernel>,
}

/// What one pass gathers about a channel.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct ChannelSums {
    /// Conversions it is responsible for.
    pub(super) hits: f64,
    /// Their lags in seconds, each weighted by the responsibility.
    pub(super) lags: f64,
    /// exp(−decay · time to the end), summed over all touches.
    pub(super) tails: f64,
    /// The same, each times the time to the end.
    pub(super) tail_times: f64,
}

/// What one pass gathers.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sums {
    pub(super) log_likelihood: f64,
    /// Conversions the baseline is responsible for.
    pub(super) baseline_hits: f64,
    pub(super) channels: Vec<ChannelSums>,
}

/// What does not change from pass to pass.
pub(super) struct Seen<'a> {
    pub(super) journeys: &'a Journeys,
    pub(super) resolution: f64,
    /// The slowest and the fastest decay.
    pub(super) decays: (f64, f64),
    /// Seconds in which persons were watched; what two journeys of a person share counts once.
    pub(super) person_seconds: f64,
    pub(super) touches: Vec<u64>,
    pub(super) conversions: f64,
}

/// Nothing quicker than the resolution is told apart.
pub(super) fn time_to_end(seconds: u32, resolution: f64) -> f64 {
    f64::from(seconds).max(resolution)
}

impl<'a> Seen<'a> {
    pub(super) fn of(journeys: &'a Journeys, settings: &HazardSettings) -> Self {
        let channels = journeys.channel_names().count();
        let mut touches = alloc::vec![0_u64; channels];
        for code in journeys.channel_codes() {
            if let Some(count) = touches.get_mut(usize::from(*code)) {
                *count += 1;
            }
        }
        let converted = journeys.totals().journeys_converted;
        let resolution = settings.resolution_seconds;
        Self {
            journeys,
            resolution,
            decays: (1.0 / settings.mean_lag_max_seconds, 1.0 / resolution),
            person_seconds: person_seconds(journeys, resolution),
            touches,
            conversions: from_u64(converted),
        }
    }

    /// Half of the conversions to the baseline and half to the channels, each with the mean lag it was seen with.
    pub(super) fn first_guess(&self) -> Rates {
        let mut hits = alloc::vec![(0.0, 0.0); self.touches.len()];
        for journey in self.journeys.iter() {
            if journey.outcome != Outcome::Converted {
                continue;
            }
            let part = 1.0 / crate::numeric::quantile::from_usize(journey.channel_codes.len());
            for (code, seconds) in touches(&journey) {
                if let Some((hit, lag)) = hits.get_mut(usize::from(code)) {
                    *hit += part;
                    *lag += part * self.time(seconds);
                }
            }
        }
        let kernel = |((hit, lag), touches): ((f64, f64), &u64)| Kernel {
            effect: hit / 2.0 / from_u64(*touches),
            decay: self.bounded(if hit > 0.0 { hit / lag } else { 0.0 }),
        };
        Rates {
            baseline: self.conversions / 2.0 / self.person_seconds,
            kernels: hits.into_iter().zip(&self.touches).map(kernel).collect(),
        }
    }

    /// How long a touch is watched, as it enters the likelihood.
    pub(super) fn time(&self, seconds: u32) -> f64 {
        time_to_end(seconds, self.resolution)
    }

    pub(super) const fn bounded(&self, decay: f64) -> f64 {
        decay.clamp(self.decays.0, self.decays.1)
    }

    /// One pass: the log-likelihood of these rates and the sums from which better ones follow.
    pub(super) fn sweep(&self, rates: &Rates) -> Sums {
        let mut channels = alloc::vec![ChannelSums::default(); rates.kernels.len()];
        let (mut baseline_hits, mut impossible) = (0.0, false);
        let mut log_likelihood = Sum::new();
        let mut parts: Vec<f64> = Vec::new();
        for journey in self.journeys.iter() {
            let converted = journey.outcome == Outcome::Converted;
            let mut rate = rates.baseline;
            parts.clear();
            for (code, seconds) in touches(&journey) {
                let place = usize::from(code);
                let (Some(kernel), Some(sums)) =
                    (rates.kernels.get(place), channels.get_mut(place))
                else {
                    continue;
                };
                // What has no effect has no exposure either; its decay is of no importance.
                if kernel.effect <= 0.0 {
                    parts.extend(converted.then_some(0.0));
                    continue;
                }
                let time = self.time(seconds);
                let tail = exp(-kernel.decay * time);
                sums.tails += tail;
                sums.tail_times += tail * time;
                if converted {
                    let part = kernel.effect * kernel.decay * tail;
                    rate += part;
                    parts.push(part);
                }
            }
            if !converted {
                continue;
            }
            if rate <= 0.0 {
                impossible = true;
                continue;
            }
            log_likelihood.add(ln(rate));
            baseline_hits += rates.baseline / rate;
            for ((code, seconds), part) in touches(&journey).zip(&parts) {
                if let Some(sums) = channels.get_mut(usize::from(code)) {
                    let hit = part / rate;
                    sums.hits += hit;
                    sums.lags += hit * self.time(seconds);
                }
            }
        }
        log_likelihood.add(-rates.baseline * self.person_seconds);
        for ((kernel, sums), touches) in rates.kernels.iter().zip(&channels).zip(&self.touches) {
            log_likelihood.add(-kernel.effect * (from_u64(*touches) - sums.tails));
        }
        Sums {
            log_likelihood: if impossible {
                f64::NEG_INFINITY
            } else {
                log_likelihood.value()
            },
            baseline_hits,
            channels,
        }
    }

    /// The rate at the end of a journey.
    pub(super) fn rate_at_end(&self, rates: &Rates, journey: &Journey<'_>) -> f64 {
        let parts = touches(journey).filter_map(|(code, seconds)| {
            let kernel = rates.kernels.get(usize::from(code))?;
            let time = self.time(seconds);
            Some(kernel.effect * kernel.decay * exp(-kernel.decay * time))
        });
        rates.baseline + parts.sum::<f64>()
    }

    /// Better rates. First the effect at the decay as it is: hits over exposure. Then the decay at the new effect, with the part of
    /// the exposure that hangs on it replaced by its tangent, which lies below: hits over lags. Neither can lower the likelihood.
    pub(super) fn better(&self, rates: &Rates, sums: &Sums) -> Rates {
        let kernel = |((old, sums), touches): ((&Kernel, &ChannelSums), &u64)| {
            let exposure = from_u64(*touches) - sums.tails;
            let effect = sums.hits / exposure;
            if !(effect.is_finite() && effect > 0.0) {
                return Kernel {
                    effect: 0.0,
                    decay: old.decay,
                };
            }
            let decay = sums.hits / (sums.lags + effect * sums.tail_times);
            Kernel {
                effect,
                decay: self.bounded(decay),
            }
        };
        let old = rates.kernels.iter().zip(&sums.channels);
        Rates {
            baseline: sums.baseline_hits / self.person_seconds,
            kernels: old.zip(&self.touches).map(kernel).collect(),
        }
    }
}

/// The channel of each touch, and for how many seconds it was watched: to the end of its journey, or of its own window. In a lapsed
/// journey that ran on after that, a conversion would not have counted for it.
pub(super) fn touches<'a>(journey: &Journey<'a>) -> impl Iterator<Item = (u16, u32)> + use<'a> {
    let codes = journey.channel_codes.iter().copied();
    let watched = journey
        .seconds_before_end
        .iter()
        .zip(journey.window_seconds);
    codes.zip(watched.map(|(before_end, window)| *before_end.min(window)))
}

/// From the first touch of each journey to its end. The journeys of a person come in order of their ends; only those that lapsed
/// while another went on overlap with the next one, and what they share counts once. Each stretch with the number of its person.
pub(super) fn watched(journeys: &Journeys, resolution: f64, mut add: impl FnMut(u32, f64)) {
    let mut under_way: Option<(u32, f64, f64)> = None;
    for (journey, person) in journeys.iter().zip(journeys.person_codes()) {
        let to = f64::from(journey.end_seconds);
        let from = to - time_to_end(journey.span_seconds(), resolution);
        under_way = Some(match under_way {
            Some((same, begun, until)) if same == *person && from < until => {
                (same, begun.min(from), until.max(to))
            }
            before => {
                if let Some((person, from, to)) = before {
                    add(person, to - from);
                }
                (*person, from, to)
            }
        });
    }
    if let Some((person, from, to)) = under_way {
        add(person, to - from);
    }
}

fn person_seconds(journeys: &Journeys, resolution: f64) -> f64 {
    let mut total = Sum::new();
    watched(journeys, resolution, |_, seconds| total.add(seconds));
    total.value()
}
