//! Which journeys were there? All of them in columns, in one order that does not depend on the order of the rows.
//!
//! Here rows are taken all at once, and sets of journeys are put together. Row by row is `builder`'s way; counting is `report`'s.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::columns::{Columns, Outcome, Row, Totals};
use super::error::{JourneyError, Refused};
use super::intake::Intake;
use super::names::{Names, place};
use super::person::{Moment, Person, Sale, Touch};
use super::touch::{Conversion, Touchpoint};
use super::window::JourneyRules;
use crate::vocabulary::{Currency, Timestamp};

/// How many channels there may be: their numbers have sixteen bits.
pub const MAX_CHANNELS: u16 = u16::MAX;

/// Journeys in columns, sorted by person and, for each person, by the moment they closed. Channels and persons are numbered in
/// order of the alphabet.
///
/// ```
/// use stratum_core::customer::journey::{JourneyRules, Journeys, TouchKind, Touchpoint};
/// let touch = |channel: &str, at: &str| Touchpoint {
///     person: "ada".into(),
///     channel: channel.into(),
///     platform: None,
///     kind: TouchKind::Click,
///     at: at.parse().unwrap(),
/// };
/// let touches = [
///     touch("search", "2026-03-02T10:20:00Z"),
///     touch("mail", "2026-03-01T10:00:00Z"),
///     touch("search", "2026-03-02T10:00:00Z"),
/// ];
/// let now = "2026-03-03T10:00:00Z".parse().unwrap();
/// let journeys = Journeys::build(&touches, &[], &JourneyRules::baseline_2026_11(), now).unwrap();
/// assert_eq!(journeys.offsets(), [0, 3]);
/// assert_eq!(journeys.channel_codes(), [0, 1, 1]);
/// assert_eq!(journeys.channel_name(1), Some("search"));
/// assert_eq!(journeys.seconds_before_end(), [172_800, 86_400, 85_200]);
/// assert_eq!(journeys.session_numbers(), [1, 2, 2]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journeys {
    columns: Columns,
    channels: Vec<Arc<str>>,
    persons: Vec<Arc<str>>,
    totals: Totals,
    currency: Option<Currency>,
    rules: JourneyRules,
}

/// One journey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Journey<'a> {
    /// Whose journey it is.
    pub person: &'a str,
    /// How it ended.
    pub outcome: Outcome,
    /// When it ended, in whole seconds since 1970: at the conversion; when its last window passed; at `now` while it is open.
    pub end_seconds: u32,
    /// The number of each touch's channel, in order of time.
    pub channel_codes: &'a [u16],
    /// How many seconds each touch lies before the end.
    pub seconds_before_end: &'a [u32],
    /// For how many seconds each touch counts: the window of its platform and kind.
    pub window_seconds: &'a [u32],
    /// In which session of the journey each touch lies, from 1.
    pub session_numbers: &'a [u32],
    /// How many conversions ended it: several when they happened at the same instant.
    pub conversions: u32,
    /// What they are worth, in the smallest unit of the currency.
    pub value_minor: i64,
    names: &'a [Arc<str>],
}

impl<'a> Journey<'a> {
    /// From the first touch to the end.
    #[must_use]
    pub fn span_seconds(&self) -> u32 {
        self.seconds_before_end.first().copied().unwrap_or(0)
    }

    /// The names of the channels, in order of time.
    pub fn channel_names(&self) -> impl Iterator<Item = &'a str> {
        let names = self.names;
        self.channel_codes
            .iter()
            .map(|code| names.get(usize::from(*code)).map_or("", Arc::as_ref))
    }
}

impl Journeys {
    /// Builds journeys from all rows at once. Their order changes nothing.
    ///
    /// # Errors
    /// [`JourneyError`] with the path to a wrong field, such as `conversions[3].value`.
    pub fn build(
        touchpoints: &[Touchpoint],
        conversions: &[Conversion],
        rules: &JourneyRules,
        now: Timestamp,
    ) -> Result<Self, JourneyError> {
        let mut intake = Intake::new(rules);
        let mut touches: Vec<(u32, Touch)> = Vec::with_capacity(touchpoints.len());
        for row in touchpoints {
            let sound = intake.touchpoint(row, |_| None)?;
            touches.extend(sound.what.map(|touch| (sound.person, touch)));
        }
        let mut sales: Vec<(u32, Moment, Sale)> = Vec::with_capacity(conversions.len());
        for row in conversions {
            let sound = intake.conversion(row, |_| None)?;
            sales.push((sound.person, sound.at, sound.what));
        }
        let end = intake.ends_by(now)?;
        let ranks = intake.persons.all_ranked();
        touches.sort_unstable_by_key(|(person, touch)| (ranks.of(*person), touch.at));
        sales.sort_unstable_by_key(|(person, at, _)| (ranks.of(*person), *at));
        walk(&mut intake, touches, sales, end, |person| ranks.of(person));
        Ok(intake.take_closed())
    }

    /// Numbers and orders what was gathered, so that it does not show in which order it came.
    pub(super) fn settled(
        mut columns: Columns,
        (channels, persons): (&Names, &Names),
        totals: Totals,
        currency: Option<Currency>,
        rules: JourneyRules,
    ) -> Self {
        let channels = channels.ranked(columns.channel_codes());
        let persons = persons.ranked(columns.persons.iter().copied());
        columns.renumber(&channels, &persons);
        Self {
            columns: columns.in_order_of_persons(),
            channels: channels.names,
            persons: persons.names,
            totals,
            currency,
            rules,
        }
    }

    /// Two sets as one. Sets of different persons may come in any order; of the same persons, the earlier journeys come first.
    ///
    /// ```
    /// use stratum_core::customer::journey::{JourneyRules, Journeys};
    /// let now = "2026-03-03T10:00:00Z".parse().unwrap();
    /// let none = Journeys::build(&[], &[], &JourneyRules::baseline_2026_11(), now).unwrap();
    /// assert!(none.clone().merged(&none).unwrap().is_empty());
    /// ```
    ///
    /// # Errors
    /// [`JourneyError`] when rules or currencies differ, or when there are too many channels, touches or too much value.
    pub fn merged(self, other: &Self) -> Result<Self, JourneyError> {
        if self.rules != other.rules {
            return Err(JourneyError::about("rules", Refused::OtherRules));
        }
        let currency = match (self.currency, other.currency) {
            (Some(expected), Some(found)) if expected != found => {
                let why = Refused::OtherCurrency { expected, found };
                return Err(JourneyError::about("currency", why));
            }
            (mine, theirs) => mine.or(theirs),
        };
        let too_many_rows = || JourneyError::about("touches", Refused::TooManyRows);
        let too_many_channels = || JourneyError::about("channels", Refused::TooManyChannels);
        let totals = self
            .totals
            .with(&other.totals)
            .ok_or_else(|| JourneyError::about("value", Refused::TooMuchValue))?;
        if totals.touches > u64::from(u32::MAX) {
            return Err(too_many_rows());
        }
        // Own names come first and keep their numbers.
        let (mut channels, mut channel_codes) =
            (Names::at_most(u32::from(MAX_CHANNELS)), Vec::new());
        for name in self.channels.iter().chain(&other.channels) {
            let code = channels
                .code(name)
                .and_then(|code| u16::try_from(code).ok());
            channel_codes.push(code.ok_or_else(too_many_channels)?);
        }
        let (mut persons, mut person_codes) = (Names::at_most(u32::MAX), Vec::new());
        for name in self.persons.iter().chain(&other.persons) {
            person_codes.push(persons.code(name).ok_or_else(too_many_rows)?);
        }
        let channel_codes = channel_codes.split_off(self.channels.len());
        let person_codes = person_codes.split_off(self.persons.len());
        let mut columns = self.columns;
        columns.append(&other.columns, &channel_codes, &person_codes);
        let names = (&channels, &persons);
        Ok(Self::settled(columns, names, totals, currency, self.rules))
    }

    /// How many journeys.
    #[must_use]
    pub fn len(&self) -> usize {
        self.columns.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One journey after the other.
    pub fn iter(&self) -> impl Iterator<Item = Journey<'_>> {
        self.columns.rows().map(|row| self.journey(&row))
    }

    /// One journey by its place.
    #[must_use]
    pub fn row(&self, index: usize) -> Option<Journey<'_>> {
        self.columns.row(index).map(|row| self.journey(&row))
    }

    fn journey<'a>(&'a self, row: &Row<'a>) -> Journey<'a> {
        Journey {
            person: self.person_name(row.person).unwrap_or_default(),
            outcome: row.outcome,
            end_seconds: row.end,
            channel_codes: row.channels,
            seconds_before_end: row.before_end,
            window_seconds: row.windows,
            session_numbers: row.sessions,
            conversions: row.conversions,
            value_minor: row.value_minor,
            names: &self.channels,
        }
    }

    /// Where the touches of each journey begin, and where the last ones end: one entry more than journeys.
    #[must_use]
    pub fn offsets(&self) -> &[u32] {
        &self.columns.offsets
    }

    /// The channel of each touch, as a number.
    #[must_use]
    pub fn channel_codes(&self) -> &[u16] {
        &self.columns.channels
    }

    /// How many seconds each touch lies before the end of its journey.
    #[must_use]
    pub fn seconds_before_end(&self) -> &[u32] {
        &self.columns.before_end
    }

    /// For how many seconds each touch counts: the window of its platform and kind.
    #[must_use]
    pub fn window_seconds(&self) -> &[u32] {
        &self.columns.windows
    }

    /// In which session of its journey each touch lies, from 1.
    #[must_use]
    pub fn session_numbers(&self) -> &[u32] {
        &self.columns.sessions
    }

    /// The person of each journey, as a number.
    #[must_use]
    pub fn person_codes(&self) -> &[u32] {
        &self.columns.persons
    }

    /// How each journey ended.
    #[must_use]
    pub fn outcomes(&self) -> &[Outcome] {
        &self.columns.outcomes
    }

    /// When each journey ended, in whole seconds since 1970.
    #[must_use]
    pub fn ends_seconds(&self) -> &[u32] {
        &self.columns.ends
    }

    /// How many conversions ended each journey.
    #[must_use]
    pub fn conversions(&self) -> &[u32] {
        &self.columns.conversions
    }

    /// What the conversions of each journey are worth, in the smallest unit of the currency.
    #[must_use]
    pub fn values_minor(&self) -> &[i64] {
        &self.columns.values_minor
    }

    /// The name of a channel.
    #[must_use]
    pub fn channel_name(&self, code: u16) -> Option<&str> {
        self.channels.get(usize::from(code)).map(Arc::as_ref)
    }

    /// The names of all channels, in order of their numbers.
    pub fn channel_names(&self) -> impl Iterator<Item = &str> {
        self.channels.iter().map(Arc::as_ref)
    }

    /// The name of a person.
    #[must_use]
    pub fn person_name(&self, code: u32) -> Option<&str> {
        self.persons.get(place(code)).map(Arc::as_ref)
    }

    /// What became of every row.
    #[must_use]
    pub const fn totals(&self) -> &Totals {
        &self.totals
    }

    /// The currency of every value; none when there was no conversion.
    #[must_use]
    pub const fn currency(&self) -> Option<Currency> {
        self.currency
    }

    /// By which rules they were built.
    #[must_use]
    pub const fn rules(&self) -> &JourneyRules {
        &self.rules
    }
}

/// Walks through sorted rows person by person, so that only one person is under way at a time.
fn walk(
    intake: &mut Intake,
    touches: Vec<(u32, Touch)>,
    sales: Vec<(u32, Moment, Sale)>,
    end: Moment,
    rank: impl Fn(u32) -> u32,
) {
    let mut touches = touches.into_iter().peekable();
    let mut sales = sales.into_iter().peekable();
    let mut under_way: Option<(u32, Person)> = None;
    loop {
        let touch = touches.peek().map(|(who, touch)| (rank(*who), touch.at));
        let sale = sales.peek().map(|(who, at, _)| (rank(*who), *at));
        // A touch at the instant of a conversion comes first, because it counts.
        let touch_is_next = touch.is_some_and(|touch| sale.is_none_or(|sale| touch <= sale));
        let (who, step) = if touch_is_next {
            let Some((who, touch)) = touches.next() else {
                break;
            };
            (who, Step::Touch(touch))
        } else {
            let Some((who, at, sale)) = sales.next() else {
                break;
            };
            (who, Step::Sale(at, sale))
        };
        let mut person = match under_way.take() {
            Some((same, person)) if same == who => person,
            Some((other, person)) => {
                person.finish(end, &mut intake.sink(other));
                Person::default()
            }
            None => Person::default(),
        };
        let mut sink = intake.sink(who);
        match step {
            Step::Touch(touch) => person.touch(touch, &mut sink),
            Step::Sale(at, sale) => person.sale(at, sale, &mut sink),
        }
        under_way = Some((who, person));
    }
    if let Some((who, person)) = under_way {
        person.finish(end, &mut intake.sink(who));
    }
}

enum Step {
    Touch(Touch),
    Sale(Moment, Sale),
}
