//! Which channels began, assisted and closed? Roles of channels in converted journeys.
//!
//! Not here: credit. A journey with three channels appears under all three, so these columns must not be added up.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::customer::journey::columns::{Outcome, Tally};
use crate::customer::journey::journeys::Journeys;
use crate::vocabulary::Currency;

/// What one channel did in converted journeys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssistRow {
    /// Which channel.
    pub channel: String,
    /// Journeys it touched, once each however often it did.
    pub touched: u64,
    /// Journeys whose first touch it was.
    pub first_touch: u64,
    /// Journeys whose last touch it was.
    pub last_touch: u64,
    /// Journeys it touched without being the last touch.
    pub assist_only: u64,
    /// The value of the journeys it closed, in the smallest unit of the currency. Adds up to the converted value.
    pub last_touch_value_minor: i64,
    /// The value of the journeys it only assisted. The same journey appears under every channel that assisted in it: these
    /// values overlap, and their sum means nothing.
    pub overlapping_assisted_value_minor: i64,
}

/// The roles of all channels, with what they may be held against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assists {
    /// The currency of the values.
    pub currency: Option<Currency>,
    /// How many journeys ended with a conversion.
    pub journeys_converted: u64,
    /// The conversions that ended them, each once.
    pub converted: Tally,
    /// One row per channel, in order of the alphabet.
    pub rows: Vec<AssistRow>,
}

impl Journeys {
    /// Counts which channels began, assisted and closed the converted journeys. Channels of other journeys have rows of zeros.
    ///
    /// ```
    /// use stratum_core::customer::journey::{Conversion, JourneyRules, Journeys, TouchKind, Touchpoint};
    /// use stratum_core::vocabulary::Money;
    /// let touch = |channel: &str, at: &str| Touchpoint {
    ///     person: "ada".into(),
    ///     channel: channel.into(),
    ///     platform: None,
    ///     kind: TouchKind::Click,
    ///     at: at.parse().unwrap(),
    /// };
    /// let touches = [touch("mail", "2026-03-01T10:00:00Z"), touch("search", "2026-03-02T10:00:00Z")];
    /// let order = Conversion {
    ///     person: "ada".into(),
    ///     at: "2026-03-03T10:00:00Z".parse().unwrap(),
    ///     value: Money::parse("80.00", "EUR").unwrap(),
    ///     order: None,
    /// };
    /// let rules = JourneyRules::baseline_2026_11();
    /// let now = "2026-04-01T00:00:00Z".parse().unwrap();
    /// let assists = Journeys::build(&touches, &[order], &rules, now).unwrap().assists();
    /// assert_eq!((assists.rows[0].assist_only, assists.rows[1].last_touch), (1, 1));
    /// assert_eq!(assists.rows[0].overlapping_assisted_value_minor, 8000);
    /// ```
    #[must_use]
    pub fn assists(&self) -> Assists {
        let mut rows: Vec<AssistRow> = self
            .channel_names()
            .map(|channel| AssistRow {
                channel: channel.to_string(),
                touched: 0,
                first_touch: 0,
                last_touch: 0,
                assist_only: 0,
                last_touch_value_minor: 0,
                overlapping_assisted_value_minor: 0,
            })
            .collect();
        let mut channels: Vec<u16> = Vec::new();
        for journey in self.iter() {
            if journey.outcome != Outcome::Converted {
                continue;
            }
            let first = journey.channel_codes.first().copied();
            let last = journey.channel_codes.last().copied();
            channels.clear();
            channels.extend_from_slice(journey.channel_codes);
            channels.sort_unstable();
            channels.dedup();
            for channel in &channels {
                let Some(row) = rows.get_mut(usize::from(*channel)) else {
                    continue;
                };
                row.touched += 1;
                row.first_touch += u64::from(first == Some(*channel));
                if last == Some(*channel) {
                    row.last_touch += 1;
                    row.last_touch_value_minor += journey.value_minor;
                } else {
                    row.assist_only += 1;
                    row.overlapping_assisted_value_minor += journey.value_minor;
                }
            }
        }
        let totals = self.totals();
        Assists {
            currency: self.currency(),
            journeys_converted: totals.journeys_converted,
            converted: totals.converted,
            rows,
        }
    }
}
