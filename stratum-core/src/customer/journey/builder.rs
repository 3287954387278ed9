//! How are journeys built row by row? Each person's rows in order of time; journeys leave as soon as they are closed.
//!
//! The same rows handed over at once give the same journeys: see [`super::Journeys::build`].

use alloc::vec::Vec;

use super::error::{JourneyError, Refused};
use super::intake::Intake;
use super::journeys::Journeys;
use super::names::place;
use super::person::{Moment, Person, Sink};
use super::touch::{Conversion, Touchpoint};
use super::window::JourneyRules;
use crate::vocabulary::Timestamp;

/// Builds journeys from a stream. Persons may be mixed as they like; the rows of one person come in order of time.
///
/// A refused row leaves everything as it was, and the stream may go on without it.
///
/// ```
/// use stratum_core::customer::journey::{
///     JourneyBuilder, JourneyRules, Outcome, TouchKind, Touchpoint,
/// };
/// let view = |at: &str| Touchpoint {
///     person: "ada".into(),
///     channel: "social".into(),
///     platform: None,
///     kind: TouchKind::View,
///     at: at.parse().unwrap(),
/// };
/// let mut builder = JourneyBuilder::new(&JourneyRules::baseline_2026_11());
/// builder.push_touch(&view("2026-03-01T10:00:00Z")).unwrap();
/// // A view counts for a day: two days later its journey has lapsed, and this is another one.
/// builder.push_touch(&view("2026-03-03T10:00:00Z")).unwrap();
/// let closed = builder.take_closed();
/// assert_eq!(closed.outcomes(), [Outcome::Lapsed]);
///
/// let error = builder.push_touch(&view("2026-03-02T10:00:00Z")).unwrap_err();
/// assert_eq!(error.code(), "journeys.out_of_order");
///
/// let rest = builder.finish("2026-03-03T12:00:00Z".parse().unwrap()).unwrap();
/// assert_eq!(rest.outcomes(), [Outcome::Open]);
/// assert_eq!(closed.merged(&rest).unwrap().len(), 2);
/// ```
#[derive(Debug, Clone)]
pub struct JourneyBuilder {
    intake: Intake,
    persons: Vec<Person>,
    moved_to: Option<Moment>,
}

fn reached(persons: &[Person], moved_to: Option<Moment>, person: u32) -> Option<Moment> {
    let own = persons.get(place(person)).and_then(Person::reached);
    own.max(moved_to)
}

impl JourneyBuilder {
    /// Nothing handed over yet.
    #[must_use]
    pub fn new(rules: &JourneyRules) -> Self {
        Self {
            intake: Intake::new(rules),
            persons: Vec::new(),
            moved_to: None,
        }
    }

    /// Hands over a touch.
    ///
    /// # Errors
    /// [`JourneyError`] when a field is wrong or the person has come further in time already.
    pub fn push_touch(&mut self, row: &Touchpoint) -> Result<(), JourneyError> {
        let come = |person| reached(&self.persons, self.moved_to, person);
        let sound = self.intake.touchpoint(row, come)?;
        self.with_person(sound.person, |person, sink| match sound.what {
            Some(touch) => person.touch(touch, sink),
            None => person.move_to(sound.at, sink),
        });
        Ok(())
    }

    /// Hands over a conversion. It closes the journey once the person's time moves on, because a touch at the same instant
    /// still counts.
    ///
    /// # Errors
    /// [`JourneyError`] when a field is wrong or the person has come further in time already.
    pub fn push_conversion(&mut self, row: &Conversion) -> Result<(), JourneyError> {
        let come = |person| reached(&self.persons, self.moved_to, person);
        let sound = self.intake.conversion(row, come)?;
        self.with_person(sound.person, |person, sink| {
            person.sale(sound.at, sound.what, sink);
        });
        Ok(())
    }

    /// Says that every row up to `now` has been handed over: closes the journeys whose windows have passed, also those of
    /// persons who have been silent since.
    ///
    /// # Errors
    /// [`Refused::OutsideCalendar`] for a moment before 1970 or after 2105.
    pub fn advance_to(&mut self, now: Timestamp) -> Result<(), JourneyError> {
        let at = Moment::of(now)
            .ok_or_else(|| JourneyError::about("now", Refused::OutsideCalendar { at: now }))?;
        self.moved_to = self.moved_to.max(Some(at));
        for (person, code) in self.persons.iter_mut().zip(0..) {
            if person.reached() < Some(at) {
                person.move_to(at, &mut self.intake.sink(code));
            }
        }
        Ok(())
    }

    /// The journeys that closed since this was last asked for. Put together with what comes later by [`Journeys::merged`],
    /// they are what one call at the end would have given.
    #[must_use]
    pub fn take_closed(&mut self) -> Journeys {
        self.intake.take_closed()
    }

    /// Closes what can be closed at `now`; the rest stays open.
    ///
    /// # Errors
    /// [`Refused::AfterNow`] when a row lies after `now`, [`Refused::OutOfOrder`] when time was moved beyond it already.
    pub fn finish(mut self, now: Timestamp) -> Result<Journeys, JourneyError> {
        let end = self.intake.ends_by(now)?;
        if let Some(moved) = self.moved_to.filter(|moved| *moved > end) {
            let reached = moved.timestamp();
            return Err(JourneyError::about(
                "now",
                Refused::OutOfOrder { at: now, reached },
            ));
        }
        for (person, code) in self.persons.into_iter().zip(0..) {
            person.finish(end, &mut self.intake.sink(code));
        }
        Ok(self.intake.take_closed())
    }

    fn with_person(&mut self, code: u32, then: impl FnOnce(&mut Person, &mut Sink<'_>)) {
        let place = place(code);
        if place >= self.persons.len() {
            self.persons
                .resize_with(place.saturating_add(1), Person::default);
        }
        if let Some(person) = self.persons.get_mut(place) {
            then(person, &mut self.intake.sink(code));
        }
    }
}
