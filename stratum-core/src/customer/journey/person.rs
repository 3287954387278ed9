//! What has one person done that is not closed yet? Touches wait here for a conversion or for their windows to pass.
//!
//! Both ways of building journeys walk through this file, so that they cannot differ.

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;
use core::mem;

use super::columns::{Closing, Columns, Outcome, Tally, Totals};
use super::names::Names;
use crate::vocabulary::Timestamp;

/// A moment from 1970 to 2105, to the nanosecond: whole seconds in the upper half, so that numbers order as time does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Moment(u64);

impl Moment {
    pub(super) fn of(at: Timestamp) -> Option<Self> {
        let seconds = u32::try_from(at.timestamp()).ok()?;
        let nanos = at.timestamp_subsec_nanos();
        Some(Self((u64::from(seconds) << 32) | u64::from(nanos)))
    }

    pub(super) const fn plus(self, seconds: u32) -> Self {
        // A `u32` cannot be widened by `From` in a constant; the cast changes nothing.
        Self(self.0.saturating_add((seconds as u64) << 32))
    }

    /// Whole seconds since 1970.
    pub(super) fn seconds(self) -> u32 {
        u32::try_from(self.0 >> 32).unwrap_or(u32::MAX)
    }

    pub(super) fn timestamp(self) -> Timestamp {
        let nanos = u32::try_from(self.0 & u64::from(u32::MAX)).unwrap_or(0);
        Timestamp::from_timestamp(i64::from(self.seconds()), nanos).unwrap_or_default()
    }
}

/// A touch that may still count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Touch {
    pub(super) at: Moment,
    /// The last moment at which a conversion would still find it in its window.
    pub(super) until: Moment,
    pub(super) channel: u16,
}

/// A conversion that waits for the end of its instant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Sale {
    pub(super) order: Option<Box<str>>,
    pub(super) value_minor: i64,
}

/// Where closed journeys go.
pub(super) struct Sink<'a> {
    pub(super) person: u32,
    pub(super) session_gap: u32,
    pub(super) channels: &'a Names,
    pub(super) columns: &'a mut Columns,
    pub(super) totals: &'a mut Totals,
}

impl Sink<'_> {
    fn close(&mut self, outcome: Outcome, end: Moment, mut touches: Vec<Touch>, worth: Tally) {
        // Within one instant the alphabet decides and then the window, as the order of rows may not.
        let channels = self.channels;
        touches.sort_by(|a, b| {
            let names = || {
                let name = |touch: &Touch| channels.text(u32::from(touch.channel));
                name(a).cmp(name(b))
            };
            a.at.cmp(&b.at)
                .then_with(names)
                .then_with(|| a.until.cmp(&b.until))
        });
        self.totals.journey(outcome, touches.len(), worth);
        let closing = Closing {
            person: self.person,
            outcome,
            end: end.seconds(),
            worth,
        };
        self.columns.push(&closing, &touches, self.session_gap);
    }
}

/// What one person has under way. Rows come in order of time.
#[derive(Debug, Clone, Default)]
pub(super) struct Person {
    touches: Vec<Touch>,
    /// The last moment at which any of the touches still counts.
    until: Moment,
    sales: Vec<Sale>,
    sales_at: Moment,
    reached: Option<Moment>,
    orders: BTreeSet<Box<str>>,
}

impl Person {
    /// How far the rows of this person have come.
    pub(super) const fn reached(&self) -> Option<Moment> {
        self.reached
    }

    pub(super) fn touch(&mut self, touch: Touch, sink: &mut Sink<'_>) {
        self.move_to(touch.at, sink);
        self.until = self.until.max(touch.until);
        self.touches.push(touch);
    }

    pub(super) fn sale(&mut self, at: Moment, sale: Sale, sink: &mut Sink<'_>) {
        self.move_to(at, sink);
        self.sales_at = at;
        self.sales.push(sale);
    }

    /// Time has come to `at`: closes what can no longer change.
    pub(super) fn move_to(&mut self, at: Moment, sink: &mut Sink<'_>) {
        if self.sales_at < at {
            self.settle(sink);
        }
        if !self.touches.is_empty() && self.until < at {
            let end = mem::take(&mut self.until);
            let touches = mem::take(&mut self.touches);
            sink.close(Outcome::Lapsed, end, touches, Tally::NOTHING);
        }
        self.reached = self.reached.max(Some(at));
    }

    /// Closes everything: what is still within a window at `now` stays open.
    pub(super) fn finish(mut self, now: Moment, sink: &mut Sink<'_>) {
        self.move_to(now, sink);
        self.settle(sink);
        if !self.touches.is_empty() {
            sink.close(Outcome::Open, now, self.touches, Tally::NOTHING);
        }
    }

    /// The conversions of one instant close the journey together.
    fn settle(&mut self, sink: &mut Sink<'_>) {
        let mut sales = mem::take(&mut self.sales);
        sales.sort_unstable();
        let mut worth = Tally::NOTHING;
        for sale in sales {
            let first = sale.order.is_none_or(|order| self.orders.insert(order));
            let counted = if first {
                &mut worth
            } else {
                &mut sink.totals.duplicates
            };
            counted.add(sale.value_minor);
        }
        if worth.conversions == 0 {
            return;
        }
        let at = self.sales_at;
        let touches = mem::take(&mut self.touches);
        let (counting, expired): (Vec<_>, Vec<_>) =
            touches.into_iter().partition(|touch| touch.until >= at);
        self.until = Moment::default();
        if let Some(end) = expired.iter().map(|touch| touch.until).max() {
            sink.close(Outcome::Lapsed, end, expired, Tally::NOTHING);
        }
        if counting.is_empty() {
            sink.totals.untouched.plus(worth);
        } else {
            sink.close(Outcome::Converted, at, counting, worth);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_order_as_time_does_and_come_back_unchanged() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let texts = [
            "1970-01-01T00:00:00Z",
            "2026-03-01T10:00:00.000000001Z",
            "2026-03-01T10:00:01Z",
            "2105-12-31T23:59:59.5Z",
        ];
        let moments = texts.map(|text| Moment::of(at(text)).unwrap());
        assert!(moments.is_sorted());
        for (moment, text) in moments.into_iter().zip(texts) {
            assert_eq!(moment.timestamp(), at(text));
        }
        assert_eq!(Moment::of(at("1969-12-31T23:59:59Z")), None);
        assert_eq!(Moment::of(at("2106-12-31T23:59:59Z")), None);
    }
}
