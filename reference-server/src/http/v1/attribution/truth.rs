//! How far is a model from what the simulation knows? Half the sum of all differences of shares.
//!
//! Two distances, each from 0 (the same) to 1 (nothing in common) as long as no share is below zero. *Among channels* takes the
//! shares of the credit that channels get, and of the conversions that channels truly set off. *Of all conversions* has one
//! more place, for what no channel set off: a model gives it the untouched conversions, and its baseline where it has one.

use serde::Serialize;
use stratum_core::numeric::from_u64;
use stratum_store::customers::CauseTruths;

/// What is compared: conversions by channel, and those that no channel gets.
#[derive(Debug, Clone, Default)]
pub(super) struct Given<'a> {
    pub(super) channels: Vec<(&'a str, f64)>,
    pub(super) none: f64,
}

/// How far a model is from the truth.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(super) struct Distance {
    pub(super) among_channels: f64,
    pub(super) of_all_conversions: f64,
}

impl<'a> Given<'a> {
    /// The truth, as what a perfect model would give.
    pub(super) fn truth(truths: &'a CauseTruths) -> Self {
        let mut given = Self::default();
        for cause in &truths.causes {
            let conversions = from_u64(cause.conversions);
            match cause.channel.as_deref() {
                Some(channel) => given.channels.push((channel, conversions)),
                None => given.none += conversions,
            }
        }
        given
    }

    fn of(&self, channel: &str) -> f64 {
        let found = self.channels.iter().find(|(name, _)| *name == channel);
        found.map_or(0.0, |(_, conversions)| *conversions)
    }

    /// What the channels get together.
    pub(super) fn to_channels(&self) -> f64 {
        self.channels.iter().map(|(_, given)| given).sum()
    }

    /// The distance from another answer; none where one of them gives nothing to channels.
    pub(super) fn distance(&self, truth: &Self) -> Option<Distance> {
        let mut names: Vec<&str> = Vec::new();
        for (name, _) in self.channels.iter().chain(&truth.channels) {
            if !names.contains(name) {
                names.push(name);
            }
        }
        names.sort_unstable();
        let (mine, theirs) = (self.to_channels(), truth.to_channels());
        if mine <= 0.0 || theirs <= 0.0 {
            return None;
        }
        let apart = |mine: f64, theirs: f64| -> f64 {
            let difference = |name: &&str| (self.of(name) / mine - truth.of(name) / theirs).abs();
            names.iter().map(difference).sum()
        };
        let (all_mine, all_theirs) = (mine + self.none, theirs + truth.none);
        let none = (self.none / all_mine - truth.none / all_theirs).abs();
        Some(Distance {
            among_channels: apart(mine, theirs) / 2.0,
            of_all_conversions: (apart(all_mine, all_theirs) + none) / 2.0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_what_would_have_to_change_hands_is_counted() {
        let truth = Given {
            channels: vec![("mail", 30.0), ("search", 50.0)],
            none: 20.0,
        };
        assert_eq!(
            truth.distance(&truth),
            Some(Distance {
                among_channels: 0.0,
                of_all_conversions: 0.0
            })
        );
        let said = Given {
            channels: vec![("search", 100.0)],
            none: 0.0,
        };
        let distance = said.distance(&truth).unwrap();
        assert!((distance.among_channels - 0.375).abs() < 1e-12);
        assert!((distance.of_all_conversions - 0.5).abs() < 1e-12);
        assert_eq!(Given::default().distance(&truth), None);
    }
}
