//! How sure is a share? Intervals for the models of counted paths from resampled journeys, at a few times the cost of the answer.
//!
//! Journeys are put into groups by a seeded draw, and for each group is kept what the model needs to know of it: counts. A replicate
//! draws groups with replacement and adds their counts up; no journey is read twice. What an interval covers is chance among
//! journeys; that the model may be wrong it does not cover. See `docs/methods/attribution-uncertainty.md`.

mod groups;
mod statistic;

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::error::{AttributionError, Refused};
use super::model::AttributionModel;
use super::paths::{Paths, wide};
use crate::numeric::functions::from_u64;
use crate::numeric::quantile::{of_sorted, sort};
use crate::numeric::{Chance, sqrt, sum};
pub(super) use groups::{Groups, group_of_name};
use statistic::Statistic;

const LEAST_GROUPS: usize = 10;
const MOST_GROUPS: usize = 10_000;
const LEAST_REPLICATES: usize = 20;
const MOST_REPLICATES: usize = 100_000;
/// What a replicate can count at most, if it draws the fullest group every time.
const MOST_COUNTED: u64 = 1 << 63;
/// The most shares kept, of all replicates together: half a gigabyte.
const MOST_DRAWN: usize = 1 << 26;
/// The most additions and the like, of all replicates together: many minutes.
const MOST_STEPS: u64 = 1 << 40;

/// How journeys are resampled.
///
/// ```
/// use stratum_core::attribution::{AttributionModel, Bootstrap, Counts, PathTable, RuleModel};
/// let mut table = PathTable::new();
/// table.add_text("search", ">", Counts::converted(60, 6_000))?;
/// table.add_text("email", ">", Counts::converted(40, 4_000))?;
/// let model = AttributionModel::Rule(RuleModel::LastTouch);
/// let answer = Bootstrap::usual(7).intervals(&model, &table)?;
/// let search = &answer.shares[1];
/// assert_eq!((&*search.channel, search.share), ("search", 0.6));
/// assert!(search.low < 0.55 && search.high > 0.65, "{search:?}");
/// // One hundred coins: the standard error is near the root of 0.6 * 0.4 / 100.
/// assert!((search.standard_error - 0.049).abs() < 0.01);
/// # Ok::<(), stratum_core::attribution::AttributionError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bootstrap {
    /// How often the groups are drawn, 20 to 100 000.
    pub replicates: usize,
    /// Into how many groups journeys are put, 10 to 10 000. A spread from g groups is itself off by about one part in √(2g).
    pub groups: usize,
    /// How much of the replicates an interval holds, above 0 and below 1.
    pub level: f64,
    /// Where chance comes from.
    pub seed: u64,
}

/// The share of one channel with its interval.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ShareInterval {
    /// The channel.
    pub channel: String,
    /// Its share of all credit, from all journeys.
    pub share: f64,
    /// Where the interval begins.
    pub low: f64,
    /// Where it ends.
    pub high: f64,
    /// The standard deviation of the replicates, corrected for the number of groups.
    pub standard_error: f64,
}

/// The share of one channel at one place of the path, with its interval.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlaceInterval {
    /// The channel.
    pub channel: String,
    /// Which touch of the path, from 1.
    pub place: usize,
    /// Its share of all credit, from all journeys.
    pub share: f64,
    /// Where the interval begins.
    pub low: f64,
    /// Where it ends.
    pub high: f64,
    /// The standard deviation of the replicates, corrected for the number of groups.
    pub standard_error: f64,
}

/// Shares with intervals, in ascending order of the names of channels.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ShareIntervals {
    /// Which model.
    pub model: String,
    /// How it was resampled.
    pub bootstrap: Bootstrap,
    /// How many journeys ended, as far as they can be told apart: in a table of counts every conversion is one.
    pub journeys: u64,
    /// One entry for each channel.
    pub shares: Vec<ShareInterval>,
}

impl Bootstrap {
    /// One thousand replicates of 128 groups, intervals of 90 %.
    #[must_use]
    pub const fn usual(seed: u64) -> Self {
        Self {
            replicates: 1_000,
            groups: 128,
            level: 0.9,
            seed,
        }
    }

    pub(super) fn check(&self) -> Result<(), AttributionError> {
        for (field, given, least, most) in [
            (
                "replicates",
                self.replicates,
                LEAST_REPLICATES,
                MOST_REPLICATES,
            ),
            ("groups", self.groups, LEAST_GROUPS, MOST_GROUPS),
        ] {
            if !(least..=most).contains(&given) {
                let why = Refused::OutOfRange { given, least, most };
                return Err(AttributionError::about(field, why));
            }
        }
        if self.level > 0.0 && self.level < 1.0 {
            Ok(())
        } else {
            Err(AttributionError::about("level", Refused::NotALevel))
        }
    }

    /// The shares a model gives, with the intervals that chance among journeys leaves.
    ///
    /// # Errors
    /// Numbers out of their range; what the model gives; more counts than are kept, or journeys so many that those of a
    /// replicate could not be counted (`attribution.too_large`); more replicates than
    /// are drawn for so many channels and so large a model (`attribution.too_many_replicates`).
    pub fn intervals(
        &self,
        model: &AttributionModel,
        paths: &impl Paths,
    ) -> Result<ShareIntervals, AttributionError> {
        self.check()?;
        let (statistic, answer) = Statistic::of(model, paths)?;
        let drawn = self.drawn(paths, &statistic)?;
        let shares = answer.credits.into_iter().zip(drawn);
        let shares = shares.map(|(credit, drawn)| {
            let spread = self.spread(credit.share, drawn);
            ShareInterval {
                channel: credit.channel,
                share: credit.share,
                low: spread.low,
                high: spread.high,
                standard_error: spread.standard_error,
            }
        });
        Ok(ShareIntervals {
            model: answer.model,
            bootstrap: *self,
            journeys: ended(paths)?,
            shares: shares.collect(),
        })
    }

    /// Ordered Shapley values as shares of all conversions, with the intervals that chance among journeys leaves. In ascending order
    /// of channels, then places.
    ///
    /// ```
    /// use stratum_core::attribution::{Bootstrap, Counts, PathTable};
    /// let mut table = PathTable::new();
    /// table.add_text("search > mail", ">", Counts::converted(50, 0))?;
    /// table.add_text("mail", ">", Counts::converted(50, 0))?;
    /// let found = Bootstrap::usual(7).place_intervals(&table)?;
    /// let told: Vec<_> = found.iter().map(|one| (&*one.channel, one.place, one.share)).collect();
    /// assert_eq!(told, [("mail", 1, 0.5), ("mail", 2, 0.25), ("search", 1, 0.25)]);
    /// assert!(found.iter().all(|one| one.low < one.share && one.share < one.high));
    /// # Ok::<(), stratum_core::attribution::AttributionError>(())
    /// ```
    ///
    /// # Errors
    /// As for [`Self::intervals`].
    pub fn place_intervals(
        &self,
        paths: &impl Paths,
    ) -> Result<Vec<PlaceInterval>, AttributionError> {
        self.check()?;
        let (statistic, credits) = Statistic::of_touches(paths)?;
        let drawn = self.drawn(paths, &statistic)?;
        let conversions = from_u64(paths.totals().touched.conversions);
        let shares = credits.into_iter().zip(drawn);
        let shares = shares.map(|(credit, drawn)| {
            let share = credit.conversions / conversions;
            let spread = self.spread(share, drawn);
            PlaceInterval {
                channel: credit.channel,
                place: credit.place,
                share,
                low: spread.low,
                high: spread.high,
                standard_error: spread.standard_error,
            }
        });
        Ok(shares.collect())
    }

    /// For every share all that was drawn.
    fn drawn(
        &self,
        paths: &impl Paths,
        statistic: &Statistic,
    ) -> Result<Vec<Vec<f64>>, AttributionError> {
        self.bound(statistic)?;
        let counted = statistic.counted(paths.totals().touched.ended());
        if counted > MOST_COUNTED / wide(self.groups) {
            return Err(AttributionError::about("paths", Refused::TooLarge));
        }
        let groups = Groups::of(paths, statistic, self.groups, self.seed)?;
        let shares = statistic.shares_count();
        let mut drawn = alloc::vec![Vec::with_capacity(self.replicates); shares];
        let mut sums = Vec::new();
        for replicate in (0..).take(self.replicates) {
            // The first stream is that of the groups.
            let mut chance = Chance::new(self.seed, replicate + 1);
            groups.resample(&mut chance, &mut sums);
            let shares = statistic.shares(&sums)?;
            for (drawn, share) in drawn.iter_mut().zip(shares) {
                drawn.push(share);
            }
        }
        Ok(drawn)
    }

    /// What replicates cost is known before the first is drawn.
    fn bound(&self, statistic: &Statistic) -> Result<(), AttributionError> {
        self.bound_by(
            statistic.shares_count(),
            statistic.width(),
            statistic.steps(),
        )
    }

    /// The same for so many shares, that follow in so many steps from so many sums.
    pub(super) fn bound_by(
        &self,
        shares: usize,
        width: usize,
        steps: u64,
    ) -> Result<(), AttributionError> {
        let by_memory = MOST_DRAWN / shares.max(1);
        let one = wide(self.groups).saturating_mul(wide(width));
        let by_time = MOST_STEPS / one.saturating_add(steps).max(1);
        let most = by_memory.min(usize::try_from(by_time).unwrap_or(usize::MAX));
        if self.replicates <= most {
            return Ok(());
        }
        let given = self.replicates;
        let why = Refused::TooManyReplicates { given, most };
        Err(AttributionError::about("replicates", why))
    }

    /// How far the replicates spread.
    pub(super) fn spread(&self, share: f64, mut drawn: Vec<f64>) -> Spread {
        let count = from_u64(u64::try_from(drawn.len()).unwrap_or(1));
        let groups = from_u64(u64::try_from(self.groups).unwrap_or(1));
        let mean = sum(drawn.iter().copied()) / count;
        let squares = sum(drawn.iter().map(|share| (share - mean) * (share - mean)));
        // Groups drawn from g groups vary less than the groups do, by one part in g.
        let variance = squares / (count - 1.0) * (groups / (groups - 1.0));
        sort(&mut drawn);
        let tail = (1.0 - self.level) / 2.0;
        Spread {
            low: of_sorted(&drawn, tail).unwrap_or(share),
            high: of_sorted(&drawn, 1.0 - tail).unwrap_or(share),
            standard_error: sqrt(variance),
        }
    }
}

/// How many journeys ended, as far as they can be told apart.
fn ended(paths: &impl Paths) -> Result<u64, AttributionError> {
    if !paths.are_journeys() {
        return Ok(paths.totals().touched.ended());
    }
    let mut ended = 0;
    paths.try_for_each(|path| {
        ended += u64::from(path.counts.ended() > 0);
        Ok(())
    })?;
    Ok(ended)
}

/// What the replicates say about one share.
pub(super) struct Spread {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) standard_error: f64,
}

#[cfg(test)]
mod tests;
