//! What comes after what? Steps from the start over channels to an end, counted.
//!
//! Not here: probabilities. They are one division away and belong to the model that uses them.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::{OpenJourneys, State};
use crate::customer::journey::journeys::Journeys;

/// How often one state followed another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransitionRow {
    /// The state before.
    pub from: State,
    /// The state after.
    pub to: State,
    /// How often.
    pub count: u64,
}

/// Every step that was taken. As many steps lead into a channel as out of it, and as many out of the start as into the ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transitions {
    /// In order of the states: start, channels by the alphabet, conversion, lapse, open.
    pub rows: Vec<TransitionRow>,
}

impl Journeys {
    /// Counts the steps of all journeys. A touch of the same channel again is a step from it to itself.
    ///
    /// ```
    /// use stratum_core::customer::journey::{
    ///     JourneyRules, Journeys, OpenJourneys, State, TouchKind, Touchpoint,
    /// };
    /// let touch = Touchpoint {
    ///     person: "ada".into(),
    ///     channel: "mail".into(),
    ///     platform: None,
    ///     kind: TouchKind::Click,
    ///     at: "2026-03-01T10:00:00Z".parse().unwrap(),
    /// };
    /// let now = "2026-04-01T00:00:00Z".parse().unwrap();
    /// let journeys = Journeys::build(&[touch], &[], &JourneyRules::baseline_2026_11(), now).unwrap();
    /// let steps = journeys.transitions(OpenJourneys::LeaveOut).rows;
    /// assert_eq!(steps.len(), 2);
    /// assert_eq!((&steps[0].from, &steps[1].to), (&State::Start, &State::Lapsed));
    /// ```
    #[must_use]
    pub fn transitions(&self, open: OpenJourneys) -> Transitions {
        let mut counts: BTreeMap<(State<u16>, State<u16>), u64> = BTreeMap::new();
        for journey in self.iter().filter(|journey| open.admit(journey)) {
            let mut from = State::Start;
            let channels = journey.channel_codes.iter().copied().map(State::Channel);
            for to in channels.chain([State::end(journey.outcome)]) {
                *counts.entry((from, to)).or_default() += 1;
                from = to;
            }
        }
        let row = |((from, to), count): ((State<u16>, State<u16>), u64)| TransitionRow {
            from: from.named(self),
            to: to.named(self),
            count,
        };
        Transitions {
            rows: counts.into_iter().map(row).collect(),
        }
    }
}
