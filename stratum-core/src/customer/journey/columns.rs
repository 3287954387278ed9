//! How are many journeys kept in little memory? One column per property, names as numbers: fourteen bytes per touch.
//!
//! Not here: names, and everything a caller sees (`journeys`).

use alloc::vec::Vec;
use core::ops::Range;

use serde::{Deserialize, Serialize};

use super::names::{Ranked, place};
use super::person::{Moment, Touch};

/// How a journey ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// With a conversion.
    Converted,
    /// Every window passed without one.
    Lapsed,
    /// It has not ended: a conversion at `now` or later could still count. That is no failure; it is not known yet.
    Open,
}

/// Conversions and what they are worth together.
///
/// ```
/// use stratum_core::customer::journey::Tally;
/// assert_eq!(Tally::default(), Tally { conversions: 0, value_minor: 0 });
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    /// How many.
    pub conversions: u64,
    /// Their value in the smallest unit of the currency.
    pub value_minor: i64,
}

impl Tally {
    pub(super) const NOTHING: Self = Self {
        conversions: 0,
        value_minor: 0,
    };

    pub(super) const fn add(&mut self, value_minor: i64) {
        self.plus(Self {
            conversions: 1,
            value_minor,
        });
    }

    // INVARIANT: no value is negative and all rows together fit into 64 bits, which is checked as rows come in and when two
    // sets are put together. So no sum of a part can overflow, and nothing saturates.
    pub(super) const fn plus(&mut self, other: Self) {
        self.conversions = self.conversions.saturating_add(other.conversions);
        self.value_minor = self.value_minor.saturating_add(other.value_minor);
    }
}

/// What became of every row: nothing is lost between what went in and these counts.
///
/// Conversions handed over = converted + untouched + duplicates. Touches handed over = touches + `touches_without_window`.
///
/// ```
/// use stratum_core::customer::journey::{JourneyRules, Journeys};
/// let now = "2026-04-01T00:00:00Z".parse().unwrap();
/// let none = Journeys::build(&[], &[], &JourneyRules::baseline_2026_11(), now).unwrap();
/// assert_eq!(none.totals().untouched.conversions, 0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Totals {
    /// Journeys that ended with a conversion.
    pub journeys_converted: u64,
    /// Journeys whose windows passed.
    pub journeys_lapsed: u64,
    /// Journeys that have not ended.
    pub journeys_open: u64,
    /// Touches in journeys.
    pub touches: u64,
    /// Touches whose platform and kind have no window: they can never count and are in no journey.
    pub touches_without_window: u64,
    /// Conversions that ended a journey. Two at one instant end it together.
    pub converted: Tally,
    /// Conversions that no touch counts for.
    pub untouched: Tally,
    /// Rows of a person with an order id that this person had before: counted nowhere else.
    pub duplicates: Tally,
}

impl Totals {
    pub(super) fn journey(&mut self, outcome: Outcome, touches: usize, worth: Tally) {
        match outcome {
            Outcome::Converted => self.journeys_converted += 1,
            Outcome::Lapsed => self.journeys_lapsed += 1,
            Outcome::Open => self.journeys_open += 1,
        }
        self.touches += u64::try_from(touches).unwrap_or(u64::MAX);
        self.converted.plus(worth);
    }

    /// The value of every row; none when it is more than 64 bits hold.
    fn value(&self) -> Option<i64> {
        self.converted
            .value_minor
            .checked_add(self.untouched.value_minor)?
            .checked_add(self.duplicates.value_minor)
    }

    pub(super) fn with(&self, other: &Self) -> Option<Self> {
        self.value()?.checked_add(other.value()?)?;
        let mut sum = *self;
        sum.journeys_converted += other.journeys_converted;
        sum.journeys_lapsed += other.journeys_lapsed;
        sum.journeys_open += other.journeys_open;
        sum.touches += other.touches;
        sum.touches_without_window += other.touches_without_window;
        sum.converted.plus(other.converted);
        sum.untouched.plus(other.untouched);
        sum.duplicates.plus(other.duplicates);
        Some(sum)
    }
}

/// A journey that closes, without its touches.
pub(super) struct Closing {
    pub(super) person: u32,
    pub(super) outcome: Outcome,
    /// Whole seconds since 1970.
    pub(super) end: u32,
    pub(super) worth: Tally,
}

/// The columns. One entry per touch in `channels`, `before_end`, `windows` and `sessions`, one per journey in the others, and one more
/// in `offsets`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) offsets: Vec<u32>,
    pub(super) channels: Vec<u16>,
    pub(super) before_end: Vec<u32>,
    pub(super) windows: Vec<u32>,
    pub(super) sessions: Vec<u32>,
    pub(super) persons: Vec<u32>,
    pub(super) outcomes: Vec<Outcome>,
    pub(super) ends: Vec<u32>,
    pub(super) conversions: Vec<u32>,
    pub(super) values_minor: Vec<i64>,
}

/// One journey in the columns.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    pub(super) channels: &'a [u16],
    pub(super) before_end: &'a [u32],
    pub(super) windows: &'a [u32],
    pub(super) sessions: &'a [u32],
    pub(super) person: u32,
    pub(super) outcome: Outcome,
    pub(super) end: u32,
    pub(super) conversions: u32,
    pub(super) value_minor: i64,
}

impl Columns {
    pub(super) fn new() -> Self {
        Self {
            offsets: alloc::vec![0],
            channels: Vec::new(),
            before_end: Vec::new(),
            windows: Vec::new(),
            sessions: Vec::new(),
            persons: Vec::new(),
            outcomes: Vec::new(),
            ends: Vec::new(),
            conversions: Vec::new(),
            values_minor: Vec::new(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.outcomes.len()
    }

    /// Adds a journey. Its touches come in order of time.
    pub(super) fn push(&mut self, closing: &Closing, touches: &[Touch], session_gap: u32) {
        let mut session = 0;
        let mut before: Option<Moment> = None;
        for touch in touches {
            if before.is_none_or(|before| touch.at >= before.plus(session_gap)) {
                session += 1;
            }
            before = Some(touch.at);
            self.channels.push(touch.channel);
            self.before_end
                .push(closing.end.saturating_sub(touch.at.seconds()));
            let window = touch.until.seconds().saturating_sub(touch.at.seconds());
            self.windows.push(window);
            self.sessions.push(session);
        }
        let worth = closing.worth;
        self.end_row(
            closing.person,
            closing.outcome,
            closing.end,
            u32::try_from(worth.conversions).unwrap_or(u32::MAX),
            worth.value_minor,
        );
    }

    fn end_row(
        &mut self,
        person: u32,
        outcome: Outcome,
        end: u32,
        conversions: u32,
        value_minor: i64,
    ) {
        // INVARIANT: rows are counted as they come in, so that the number of touches fits.
        self.offsets
            .push(u32::try_from(self.channels.len()).unwrap_or(u32::MAX));
        self.persons.push(person);
        self.outcomes.push(outcome);
        self.ends.push(end);
        self.conversions.push(conversions);
        self.values_minor.push(value_minor);
    }

    fn copy(&mut self, row: &Row<'_>) {
        self.channels.extend_from_slice(row.channels);
        self.before_end.extend_from_slice(row.before_end);
        self.windows.extend_from_slice(row.windows);
        self.sessions.extend_from_slice(row.sessions);
        let (person, outcome) = (row.person, row.outcome);
        self.end_row(person, outcome, row.end, row.conversions, row.value_minor);
    }

    /// The touches of a journey.
    fn touches(&self, index: usize) -> Option<Range<usize>> {
        let from = place(*self.offsets.get(index)?);
        let to = place(*self.offsets.get(index.checked_add(1)?)?);
        Some(from..to)
    }

    pub(super) fn row(&self, index: usize) -> Option<Row<'_>> {
        let touches = self.touches(index)?;
        Some(Row {
            channels: self.channels.get(touches.clone())?,
            before_end: self.before_end.get(touches.clone())?,
            windows: self.windows.get(touches.clone())?,
            sessions: self.sessions.get(touches)?,
            person: *self.persons.get(index)?,
            outcome: *self.outcomes.get(index)?,
            end: *self.ends.get(index)?,
            conversions: *self.conversions.get(index)?,
            value_minor: *self.values_minor.get(index)?,
        })
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.len()).filter_map(|index| self.row(index))
    }

    /// The channels of every touch, as numbers.
    pub(super) fn channel_codes(&self) -> impl Iterator<Item = u32> {
        self.channels.iter().copied().map(u32::from)
    }

    /// Takes over new numbers for channels and persons.
    pub(super) fn renumber(&mut self, channels: &Ranked, persons: &Ranked) {
        for channel in &mut self.channels {
            let code = channels.of(u32::from(*channel));
            *channel = u16::try_from(code).unwrap_or(u16::MAX);
        }
        for person in &mut self.persons {
            *person = persons.of(*person);
        }
    }

    /// Puts journeys in order of persons; those of one person stay in the order in which they closed.
    pub(super) fn in_order_of_persons(self) -> Self {
        if self.persons.is_sorted() {
            return self;
        }
        let mut order: Vec<usize> = (0..self.len()).collect();
        order.sort_by_key(|index| self.persons.get(*index));
        let mut sorted = Self::new();
        sorted.channels.reserve_exact(self.channels.len());
        sorted.before_end.reserve_exact(self.channels.len());
        sorted.windows.reserve_exact(self.channels.len());
        sorted.sessions.reserve_exact(self.channels.len());
        for index in order {
            if let Some(row) = self.row(index) {
                sorted.copy(&row);
            }
        }
        sorted
    }

    /// Adds the journeys of another set, which numbers its names differently.
    pub(super) fn append(&mut self, other: &Self, channels: &[u16], persons: &[u32]) {
        for row in other.rows() {
            let person = persons.get(place(row.person)).copied();
            let numbered: Vec<u16> = row
                .channels
                .iter()
                .map(|code| {
                    let code = channels.get(usize::from(*code)).copied();
                    code.unwrap_or(u16::MAX)
                })
                .collect();
            self.copy(&Row {
                channels: &numbered,
                person: person.unwrap_or(u32::MAX),
                ..row
            });
        }
    }
}
