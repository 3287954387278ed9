//! How sure is the credit of the hazard? Persons are resampled, and the rates move as far as their scores say.
//!
//! Persons are put into groups by a seeded draw. Of each group two things are kept for every channel: its credit at the rates as they
//! are, and how far the group moves that credit by moving the rates: its score, carried through the inverse of the information. A
//! replicate draws groups and adds both up; no journey is read again, and no climb is climbed again. See
//! `docs/methods/attribution-uncertainty.md`.

mod credited;
mod learned;

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use self::credited::Credited;
use self::learned::Learned;
use super::error::HazardError;
use super::model::HazardModel;
use crate::attribution::bootstrap::{Bootstrap, Groups, Spread};
use crate::attribution::claims::estimate::Interval;
use crate::attribution::paths::wide;
use crate::customer::journey::Journeys;
use crate::numeric::functions::exp;
use crate::numeric::{Chance, sum};

/// No replicate moves a credit by more than this factor's logarithm: further out the rates do not move in proportion.
const LONGEST_MOVE: f64 = 2.0;

/// A share with its interval.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HazardShare {
    /// Whose; none for the baseline.
    pub channel: Option<String>,
    /// From all journeys: of a channel its part of what all channels get together, of the baseline its part of everything.
    pub share: f64,
    /// Where it lies; none where the rate behind it has no error, as for a channel that converts nobody.
    pub interval: Option<Interval>,
    /// The standard deviation of the replicates, corrected for the number of groups.
    pub standard_error: Option<f64>,
}

/// Shares of conversions with the intervals that chance among persons leaves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HazardIntervals {
    /// How persons were resampled.
    pub bootstrap: Bootstrap,
    /// What no touch accounts for.
    pub baseline: HazardShare,
    /// Every channel of the credited journeys, in order of the alphabet.
    pub channels: Vec<HazardShare>,
}

impl HazardModel {
    /// How sure the shares of [`Self::credit`] are. `learned_from` are the journeys the model was fitted on, `journeys` those it gives
    /// credit for: the same, or a part of them. Both kinds of chance are in the interval, that of the rates and that of who converted.
    ///
    /// ```
    /// use stratum_core::attribution::Bootstrap;
    /// use stratum_core::attribution::hazard::{HazardModel, HazardSettings};
    /// use stratum_core::customer::journey::{Conversion, JourneyRules, Journeys, TouchKind, Touchpoint};
    /// use stratum_core::vocabulary::Money;
    /// let (mut touches, mut sales) = (Vec::new(), Vec::new());
    /// for n in 0..400 {
    ///     let person = format!("p{n}");
    ///     let day = 1 + n % 20;
    ///     touches.push(Touchpoint {
    ///         person: person.clone(),
    ///         channel: if n % 2 == 0 { "mail" } else { "search" }.into(),
    ///         platform: None,
    ///         kind: TouchKind::Click,
    ///         at: format!("2026-03-{day:02}T10:00:00Z").parse().unwrap(),
    ///     });
    ///     if n % 5 == 0 {
    ///         sales.push(Conversion {
    ///             person,
    ///             at: format!("2026-03-{day:02}T1{}:00:00Z", 1 + n % 4).parse().unwrap(),
    ///             value: Money::parse("20.00", "EUR").unwrap(),
    ///             order: None,
    ///         });
    ///     }
    /// }
    /// let now = "2026-05-01T00:00:00Z".parse().unwrap();
    /// let rules = JourneyRules::baseline_2026_11();
    /// let journeys = Journeys::build(&touches, &sales, &rules, now).unwrap();
    /// let model = HazardModel::fit(&journeys, &HazardSettings::baseline_2026_11()).unwrap();
    /// let found = model.intervals(&journeys, &journeys, &Bootstrap::usual(7)).unwrap();
    /// let mail = &found.channels[0];
    /// let interval = mail.interval.unwrap();
    /// // Forty of eighty conversions: one standard error is near the root of 0.25 / 80.
    /// assert!(interval.contains(0.5) && interval.contains(mail.share), "{mail:?}");
    /// assert!((mail.standard_error.unwrap() - 0.056).abs() < 0.02);
    /// ```
    ///
    /// # Errors
    /// [`HazardError::UnknownChannel`]; [`HazardError::NoIntervals`] when the climb had not ended, when there are more than 512 rates or
    /// when the journeys do not tell the rates apart; [`HazardError::Bootstrap`] as for [`Bootstrap::intervals`].
    pub fn intervals(
        &self,
        learned_from: &Journeys,
        journeys: &Journeys,
        bootstrap: &Bootstrap,
    ) -> Result<HazardIntervals, HazardError> {
        bootstrap.check()?;
        if !self.converged {
            let why = "the climb ended before the rates stood still";
            return Err(HazardError::NoIntervals { why });
        }
        let learned = Learned::of(self, learned_from)?;
        let credited = Credited::of(self, &learned, journeys)?;
        let count = credited.rates.kernels.len() + 1;
        bootstrap.bound_by(count, 2 * count, wide(count))?;
        let mut groups = Groups::empty(bootstrap.groups, 2 * count)?;
        credited.put_credit(&mut groups, bootstrap);
        let scores = learned.scores(bootstrap)?;
        let influence = credited.influence(&learned)?;
        groups.add_products(count, &scores, &influence);
        Ok(self.drawn(&credited, &groups, bootstrap))
    }

    fn drawn(
        &self,
        credited: &Credited<'_>,
        groups: &Groups,
        bootstrap: &Bootstrap,
    ) -> HazardIntervals {
        let whole = groups.total();
        let mut sums = Vec::new();
        let mut drawn: Vec<Vec<f64>> = alloc::vec![Vec::new(); whole.len() / 2];
        for replicate in (0..).take(bootstrap.replicates) {
            let mut chance = Chance::new(bootstrap.seed, replicate + 1);
            groups.resample(&mut chance, &mut sums);
            for (drawn, share) in drawn.iter_mut().zip(shares(&moved(&sums, &whole))) {
                drawn.push(share);
            }
        }
        let names = credited.journeys.channel_names();
        let names = names.map(|name| Some(name.to_string()));
        let names = names.chain(core::iter::once(None));
        let exact = shares(&moved(&whole, &whole));
        let rows = names.zip(exact).zip(drawn).zip(&credited.free);
        let rows = rows.map(|(((channel, share), drawn), free)| {
            let spread = free.then(|| bootstrap.spread(share, drawn));
            HazardShare::of(channel, share, spread.as_ref())
        });
        let mut channels: Vec<HazardShare> = rows.collect();
        // INVARIANT: there is one row more than channels.
        let baseline = channels.pop();
        HazardIntervals {
            bootstrap: *bootstrap,
            baseline: baseline.unwrap_or_else(|| HazardShare::of(None, 0.0, None)),
            channels,
        }
    }
}

impl HazardShare {
    fn of(channel: Option<String>, share: f64, spread: Option<&Spread>) -> Self {
        Self {
            channel,
            share,
            interval: spread.map(|spread| Interval {
                low: spread.low,
                high: spread.high,
            }),
            standard_error: spread.map(|spread| spread.standard_error),
        }
    }
}

/// Credit of every channel and, last, of the baseline, in a replicate: what the persons drawn have of it, moved as the rates move.
/// In the logarithm, so that none falls below zero.
fn moved(sums: &[f64], whole: &[f64]) -> Vec<f64> {
    let count = whole.len() / 2;
    let (credit, moves) = sums.split_at(count.min(sums.len()));
    let (all_credit, all_moves) = whole.split_at(count);
    let rows = credit.iter().zip(moves);
    let rows = rows.zip(all_credit.iter().zip(all_moves));
    rows.map(|((credit, moves), (all_credit, all_moves))| {
        let relative = (moves - all_moves) / all_credit;
        if relative.is_finite() {
            credit * exp(relative.clamp(-LONGEST_MOVE, LONGEST_MOVE))
        } else {
            *credit
        }
    })
    .collect()
}

/// Channels as parts of what channels get; the baseline, last, as a part of everything.
fn shares(credit: &[f64]) -> Vec<f64> {
    let Some((baseline, channels)) = credit.split_last() else {
        return Vec::new();
    };
    let to_channels = sum(channels.iter().copied());
    let part = |of: f64, all: f64| if all > 0.0 { of / all } else { 0.0 };
    let mut shares: Vec<f64> = channels.iter().map(|one| part(*one, to_channels)).collect();
    shares.push(part(*baseline, to_channels + baseline));
    shares
}
