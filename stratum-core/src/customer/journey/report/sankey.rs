//! How do journeys flow from step to step? Nodes and links for a Sankey diagram, with nothing lost on the way.
//!
//! Not here: drawing, colours and widths.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use core::cmp::Reverse;

use serde::{Deserialize, Serialize};

use super::{OpenJourneys, State};
use crate::customer::journey::journeys::{Journey, Journeys};

/// Journeys at one state after so many steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SankeyNode {
    /// After how many steps: the start is at 0, the first touch at 1, an end one step after what came before it.
    pub step: u32,
    /// Where the journeys are.
    pub state: State,
    /// How many are there.
    pub journeys: u64,
}

/// Journeys that went from one node to another of the next step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SankeyLink {
    /// The place of the first node in the list of nodes.
    pub from: u32,
    /// The place of the second.
    pub to: u32,
    /// How many.
    pub journeys: u64,
}

/// The flow of journeys. What flows into a node flows out of it again, except at the start and at the ends, and what leaves the
/// start arrives at the ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sankey {
    /// In order of steps, and within a step of states.
    pub nodes: Vec<SankeyNode>,
    /// In order of the nodes they connect.
    pub links: Vec<SankeyLink>,
}

type Node = (u32, State<u16>);

impl Journeys {
    /// The flow over the first `steps` touches. The `channels` channels with the most journeys in these steps have nodes of
    /// their own (at a tie, the first in order of the alphabet); the others share [`State::Rest`]. Journeys with more touches
    /// pass through [`State::Longer`] on their way to their end.
    ///
    /// ```
    /// use stratum_core::customer::journey::{
    ///     JourneyRules, Journeys, OpenJourneys, State, TouchKind, Touchpoint,
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
    /// let flow = journeys.sankey(3, 1, OpenJourneys::Count);
    /// let states: Vec<_> = flow.nodes.iter().map(|node| (node.step, &node.state)).collect();
    /// let search = State::Channel("search".to_owned());
    /// assert_eq!(states, [(0, &State::Start), (1, &search), (1, &State::Rest), (2, &State::Lapsed)]);
    /// assert_eq!(flow.links.len(), 4);
    /// ```
    #[must_use]
    pub fn sankey(&self, steps: u8, channels: u16, open: OpenJourneys) -> Sankey {
        let shown = self.most_seen(steps, channels, open);
        let mut nodes: BTreeMap<Node, u64> = BTreeMap::new();
        let mut links: BTreeMap<(Node, Node), u64> = BTreeMap::new();
        for journey in self.iter().filter(|journey| open.admit(journey)) {
            let mut from = (0, State::Start);
            *nodes.entry(from).or_default() += 1;
            let along = first_touches(&journey, steps).iter().map(|code| {
                if shown.contains(code) {
                    State::Channel(*code)
                } else {
                    State::Rest
                }
            });
            let longer = journey.channel_codes.len() > usize::from(steps);
            let beyond = longer.then_some(State::Longer);
            for state in along.chain(beyond).chain([State::end(journey.outcome)]) {
                let to = (from.0 + 1, state);
                *nodes.entry(to).or_default() += 1;
                *links.entry((from, to)).or_default() += 1;
                from = to;
            }
        }
        let places: BTreeMap<Node, u32> = nodes.keys().copied().zip(0..).collect();
        let place = |node: &Node| places.get(node).copied().unwrap_or(u32::MAX);
        let links = links.iter().map(|((from, to), journeys)| SankeyLink {
            from: place(from),
            to: place(to),
            journeys: *journeys,
        });
        let links = links.collect();
        let nodes = nodes.into_iter().map(|((step, state), journeys)| {
            let state = state.named(self);
            SankeyNode {
                step,
                state,
                journeys,
            }
        });
        Sankey {
            nodes: nodes.collect(),
            links,
        }
    }

    /// The channels with the most journeys within the first steps.
    fn most_seen(&self, steps: u8, channels: u16, open: OpenJourneys) -> BTreeSet<u16> {
        let mut seen: BTreeMap<u16, u64> = BTreeMap::new();
        for journey in self.iter().filter(|journey| open.admit(journey)) {
            let once: BTreeSet<u16> = first_touches(&journey, steps).iter().copied().collect();
            for channel in once {
                *seen.entry(channel).or_default() += 1;
            }
        }
        let mut ordered: Vec<(u16, u64)> = seen.into_iter().collect();
        ordered.sort_by_key(|(_, journeys)| Reverse(*journeys));
        let shown = ordered.into_iter().take(usize::from(channels));
        shown.map(|(channel, _)| channel).collect()
    }
}

fn first_touches<'a>(journey: &Journey<'a>, steps: u8) -> &'a [u16] {
    let touches = journey.channel_codes;
    touches.get(..usize::from(steps)).unwrap_or(touches)
}
