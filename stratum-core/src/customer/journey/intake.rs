//! Is a row sound? Checks every field, turns names into numbers and amounts into the smallest unit.
//!
//! Both ways of building journeys take their rows in here. What a row leads to is `person`'s question.

use super::columns::{Columns, Totals};
use super::error::{JourneyError, Refused};
use super::journeys::{Journeys, MAX_CHANNELS};
use super::names::Names;
use super::person::{Moment, Sale, Sink, Touch};
use super::touch::{Conversion, MAX_NAME_BYTES, Touchpoint};
use super::window::JourneyRules;
use crate::vocabulary::{Currency, Money, Timestamp};

/// Which row of which list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Row {
    list: &'static str,
    number: u32,
}

impl Row {
    fn refuses(self, field: &str, why: Refused) -> JourneyError {
        JourneyError {
            path: alloc::format!("{}[{}].{field}", self.list, self.number),
            why,
        }
    }

    fn name(self, field: &str, text: &str) -> Result<(), JourneyError> {
        let why = if text.is_empty() {
            Refused::EmptyName
        } else if text.len() > MAX_NAME_BYTES {
            Refused::NameTooLong { bytes: text.len() }
        } else if text.chars().any(char::is_control) {
            Refused::ControlCharacter
        } else {
            return Ok(());
        };
        Err(self.refuses(field, why))
    }

    fn moment(self, at: Timestamp) -> Result<Moment, JourneyError> {
        Moment::of(at).ok_or_else(|| self.refuses("at", Refused::OutsideCalendar { at }))
    }
}

/// A sound row of one person.
#[derive(Debug)]
pub(super) struct Sound<T> {
    pub(super) person: u32,
    pub(super) at: Moment,
    pub(super) what: T,
}

/// What has been taken in so far.
#[derive(Debug, Clone)]
pub(super) struct Intake {
    pub(super) rules: JourneyRules,
    pub(super) channels: Names,
    pub(super) persons: Names,
    pub(super) columns: Columns,
    pub(super) totals: Totals,
    currency: Option<Currency>,
    value_minor: i64,
    touchpoints: u32,
    conversions: u32,
    latest: Option<(Moment, Row)>,
}

fn next_number(counter: &mut u32, list: &'static str) -> Result<Row, JourneyError> {
    let number = *counter;
    *counter = number
        .checked_add(1)
        .ok_or_else(|| JourneyError::about(list, Refused::TooManyRows))?;
    Ok(Row { list, number })
}

impl Intake {
    pub(super) fn new(rules: &JourneyRules) -> Self {
        Self {
            rules: *rules,
            channels: Names::at_most(u32::from(MAX_CHANNELS)),
            persons: Names::at_most(u32::MAX),
            columns: Columns::new(),
            totals: Totals::default(),
            currency: None,
            value_minor: 0,
            touchpoints: 0,
            conversions: 0,
            latest: None,
        }
    }

    /// Where the closed journeys of a person go.
    pub(super) fn sink(&mut self, person: u32) -> Sink<'_> {
        Sink {
            person,
            session_gap: self.rules.session_gap.seconds(),
            channels: &self.channels,
            columns: &mut self.columns,
            totals: &mut self.totals,
        }
    }

    /// Takes a touchpoint in. `reached` says how far a person has come; a touch without a window is sound and nothing more.
    pub(super) fn touchpoint(
        &mut self,
        row: &Touchpoint,
        reached: impl FnOnce(u32) -> Option<Moment>,
    ) -> Result<Sound<Option<Touch>>, JourneyError> {
        let place = next_number(&mut self.touchpoints, "touchpoints")?;
        place.name("person", &row.person)?;
        place.name("channel", &row.channel)?;
        let at = place.moment(row.at)?;
        let person = self.person(place, &row.person, at, reached)?;
        let seconds = self.rules.windows.seconds(row.platform, row.kind);
        let what = if seconds == 0 {
            self.totals.touches_without_window += 1;
            None
        } else {
            let channel = self.channels.code(&row.channel);
            let channel = channel
                .and_then(|code| u16::try_from(code).ok())
                .ok_or_else(|| place.refuses("channel", Refused::TooManyChannels))?;
            let until = at.plus(seconds);
            Some(Touch { at, until, channel })
        };
        self.came(at, place);
        Ok(Sound { person, at, what })
    }

    /// Takes a conversion in.
    pub(super) fn conversion(
        &mut self,
        row: &Conversion,
        reached: impl FnOnce(u32) -> Option<Moment>,
    ) -> Result<Sound<Sale>, JourneyError> {
        let place = next_number(&mut self.conversions, "conversions")?;
        place.name("person", &row.person)?;
        if let Some(order) = &row.order {
            place.name("order", order)?;
        }
        let at = place.moment(row.at)?;
        let value_minor = self
            .value(&row.value)
            .map_err(|why| place.refuses("value", why))?;
        let sum = self
            .value_minor
            .checked_add(value_minor)
            .ok_or_else(|| place.refuses("value", Refused::TooMuchValue))?;
        let person = self.person(place, &row.person, at, reached)?;
        self.value_minor = sum;
        self.currency = Some(row.value.currency());
        self.came(at, place);
        let order = row.order.as_deref().map(Into::into);
        Ok(Sound {
            person,
            at,
            what: Sale { order, value_minor },
        })
    }

    fn person(
        &mut self,
        place: Row,
        name: &str,
        at: Moment,
        reached: impl FnOnce(u32) -> Option<Moment>,
    ) -> Result<u32, JourneyError> {
        let code = self.persons.code(name);
        let code = code.ok_or_else(|| place.refuses("person", Refused::TooManyRows))?;
        match reached(code) {
            Some(reached) if reached > at => {
                let (at, reached) = (at.timestamp(), reached.timestamp());
                Err(place.refuses("at", Refused::OutOfOrder { at, reached }))
            }
            _ => Ok(code),
        }
    }

    fn value(&self, value: &Money) -> Result<i64, Refused> {
        let found = value.currency();
        if let Some(expected) = self.currency.filter(|expected| *expected != found) {
            return Err(Refused::OtherCurrency { expected, found });
        }
        // Money is kept with exactly the decimal places of its currency, so this is the amount in the smallest unit.
        let minor = value.amount().mantissa();
        if minor < 0 {
            return Err(Refused::NegativeValue { value: *value });
        }
        i64::try_from(minor).map_err(|_| Refused::TooMuchValue)
    }

    fn came(&mut self, at: Moment, place: Row) {
        if self.latest.is_none_or(|(latest, _)| latest < at) {
            self.latest = Some((at, place));
        }
    }

    /// Nothing that came in lies after `now`.
    pub(super) fn ends_by(&self, now: Timestamp) -> Result<Moment, JourneyError> {
        let end = Moment::of(now)
            .ok_or_else(|| JourneyError::about("now", Refused::OutsideCalendar { at: now }))?;
        match self.latest {
            Some((latest, place)) if latest > end => {
                let at = latest.timestamp();
                Err(place.refuses("at", Refused::AfterNow { at, now }))
            }
            _ => Ok(end),
        }
    }

    /// The journeys that closed since this was last asked for.
    pub(super) fn take_closed(&mut self) -> Journeys {
        let columns = core::mem::replace(&mut self.columns, Columns::new());
        let totals = core::mem::take(&mut self.totals);
        let names = (&self.channels, &self.persons);
        Journeys::settled(columns, names, totals, self.currency, self.rules)
    }
}
