//! Which paths are taken most? Journeys with the same channels in the same order, repetitions kept.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cmp::Reverse;

use serde::{Deserialize, Serialize};

use super::{OpenJourneys, worth};
use crate::customer::journey::columns::{Outcome, Tally};
use crate::customer::journey::journeys::Journeys;
use crate::vocabulary::Currency;

/// One path and who took it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PathRow {
    /// The channels in order of time.
    pub path: Vec<String>,
    /// Journeys along it: converted, lapsed and, where they are counted, open ones.
    pub journeys: u64,
    /// Those that ended with a conversion.
    pub converted: u64,
    /// Those whose windows passed.
    pub lapsed: u64,
    /// Those that have not ended.
    pub open: u64,
    /// Conversions: more than journeys where several ended one.
    pub conversions: u64,
    /// What the conversions are worth, in the smallest unit of the currency.
    pub value_minor: i64,
}

/// The paths with the most conversions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopPaths {
    /// The currency of the values.
    pub currency: Option<Currency>,
    /// How many different paths there are, also those that are not listed.
    pub distinct_paths: u64,
    /// The first of them: by conversions, then value, then journeys, most first, then in order of the alphabet.
    pub rows: Vec<PathRow>,
}

#[derive(Clone, Copy, Default)]
struct Taken {
    converted: u64,
    lapsed: u64,
    open: u64,
    worth: Tally,
}

impl Taken {
    const fn journeys(&self) -> u64 {
        self.converted + self.lapsed + self.open
    }
}

impl Journeys {
    /// The `most` paths with the most conversions.
    ///
    /// ```
    /// use stratum_core::customer::journey::{
    ///     JourneyRules, Journeys, OpenJourneys, TouchKind, Touchpoint,
    /// };
    /// let touch = |person: &str, channel: &str| Touchpoint {
    ///     person: person.into(),
    ///     channel: channel.into(),
    ///     platform: None,
    ///     kind: TouchKind::Click,
    ///     at: "2026-03-01T10:00:00Z".parse().unwrap(),
    /// };
    /// let touches = [touch("ada", "mail"), touch("bob", "search"), touch("cy", "search")];
    /// let now = "2026-04-01T00:00:00Z".parse().unwrap();
    /// let journeys = Journeys::build(&touches, &[], &JourneyRules::baseline_2026_11(), now).unwrap();
    /// let top = journeys.top_paths(1, OpenJourneys::Count);
    /// assert_eq!(top.distinct_paths, 2);
    /// assert_eq!((top.rows[0].path[0].as_str(), top.rows[0].lapsed), ("search", 2));
    /// ```
    #[must_use]
    pub fn top_paths(&self, most: usize, open: OpenJourneys) -> TopPaths {
        let mut taken: BTreeMap<&[u16], Taken> = BTreeMap::new();
        for journey in self.iter().filter(|journey| open.admit(journey)) {
            let taken = taken.entry(journey.channel_codes).or_default();
            match journey.outcome {
                Outcome::Converted => taken.converted += 1,
                Outcome::Lapsed => taken.lapsed += 1,
                Outcome::Open => taken.open += 1,
            }
            taken.worth.plus(worth(&journey));
        }
        let distinct_paths = u64::try_from(taken.len()).unwrap_or(u64::MAX);
        // Channels are numbered by the alphabet, so paths come out of the map in its order, and the sort keeps it for ties.
        let mut ordered: Vec<(&[u16], Taken)> = taken.into_iter().collect();
        ordered.sort_by_key(|(_, taken)| {
            let worth = taken.worth;
            Reverse((worth.conversions, worth.value_minor, taken.journeys()))
        });
        let rows = ordered.into_iter().take(most);
        TopPaths {
            currency: self.currency(),
            distinct_paths,
            rows: rows
                .map(|(path, taken)| self.path_row(path, taken))
                .collect(),
        }
    }

    fn path_row(&self, path: &[u16], taken: Taken) -> PathRow {
        let name = |code: &u16| self.channel_name(*code).unwrap_or_default().to_string();
        PathRow {
            path: path.iter().map(name).collect(),
            journeys: taken.journeys(),
            converted: taken.converted,
            lapsed: taken.lapsed,
            open: taken.open,
            conversions: taken.worth.conversions,
            value_minor: taken.worth.value_minor,
        }
    }
}
