//! Which journeys ended or were under way within a time? Rows out of the store, journeys out of the core.
//!
//! Touches of the longest window before the time are read too, so that a conversion at its beginning finds what led to it;
//! journeys that closed before the time are left out. What has not happened yet is not known: a time ends now at the latest.
//!
//! What was sold before the time is read so that its journeys close and a model learns from them. It counts as sold; what it was
//! worth enters nothing, so it may have been worth something in another currency.

use chrono::{DateTime, TimeDelta};
use stratum_core::customer::journey::{
    Conversion, JourneyBuilder, JourneyError, JourneyRules, Journeys, Refused, TouchKind,
    Touchpoint, Windows,
};
use stratum_core::vocabulary::{Money, Platform, Timestamp};
use stratum_store::TenantScope;

use crate::http::Problem;

/// The most touches, and the most conversions, that one answer is made from.
pub(super) const MOST_ROWS: u32 = 500_000;
/// How far back a time begins when nobody says otherwise.
const USUAL_DAYS: i64 = 365;
/// The beginning of 1995: no row is older.
const EARLIEST_SECONDS: i64 = 788_918_400;

/// `?from=&to=`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Range {
    from: Option<Timestamp>,
    to: Option<Timestamp>,
}

/// A time that can be asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
}

/// What was stored of it.
#[derive(Debug)]
pub(super) struct Rows {
    touches: Vec<Touchpoint>,
    conversions: Vec<Conversion>,
}

impl Range {
    pub(super) const fn new(from: Option<Timestamp>, to: Option<Timestamp>) -> Self {
        Self { from, to }
    }

    /// Fills in what was left out.
    ///
    /// # Errors
    /// `request.invalid_range` when it does not begin before it ends.
    pub(super) fn within(self, now: Timestamp) -> Result<Span, Problem> {
        let to = self.to.map_or(now, |to| to.min(now));
        let earliest = DateTime::from_timestamp(EARLIEST_SECONDS, 0).unwrap_or_default();
        let usual = to.checked_sub_signed(TimeDelta::days(USUAL_DAYS));
        let from = self.from.or(usual).unwrap_or(earliest).max(earliest);
        if from >= to {
            let detail = "a range begins before it ends, and not in the future";
            return Err(Problem::invalid("request.invalid_range", detail).at("from"));
        }
        Ok(Span { from, to })
    }
}

impl Rows {
    /// Reads what happened in a time, and the touches before it that may still count.
    ///
    /// # Errors
    /// `attribution.too_many_rows` beyond [`MOST_ROWS`]; what the store gives.
    pub(super) async fn read(scope: &mut TenantScope, span: Span) -> Result<Self, Problem> {
        let windows = JourneyRules::baseline_2026_11().windows;
        let since = span.from - TimeDelta::seconds(i64::from(longest(&windows)));
        let limit = MOST_ROWS + 1;
        let mut rows = Self {
            touches: scope.touchpoints(since, span.to, limit).await?,
            conversions: scope.conversions(since, span.to, limit).await?,
        };
        let most = usize::try_from(MOST_ROWS).unwrap_or(usize::MAX);
        if rows.touches.len() > most || rows.conversions.len() > most {
            let detail = format!(
                "there are more than {MOST_ROWS} touches or conversions; ask for a shorter range"
            );
            return Err(Problem::invalid("attribution.too_many_rows", detail).at("from"));
        }
        worth_nothing_before(&mut rows.conversions, span.from);
        Ok(rows)
    }

    /// Builds the journeys of the time. Long work: not for an async thread.
    ///
    /// # Errors
    /// `journeys.mixed_currencies` when conversions of the time are in several; what journeys refuse.
    pub(super) fn journeys(&self, span: Span) -> Result<Journeys, Problem> {
        self.build(span, Some(span.from))
            .map_err(|error| refused(&error))
    }

    /// Builds the journeys of everything that was read, also those that closed before the time. A model that learns how long touches
    /// work needs them: among the journeys that came into the time, those that had converted before are missing.
    ///
    /// # Errors
    /// As [`Self::journeys`].
    pub(super) fn history(&self, span: Span) -> Result<Journeys, Problem> {
        self.build(span, None).map_err(|error| refused(&error))
    }

    fn build(&self, span: Span, from: Option<Timestamp>) -> Result<Journeys, JourneyError> {
        let mut builder = JourneyBuilder::new(&JourneyRules::baseline_2026_11());
        let mut conversions = self.conversions.iter().peekable();
        let mut began = false;
        let mut begin = |builder: &mut JourneyBuilder, at: Timestamp| {
            let from = from.filter(|from| !began && at >= *from);
            if let Some(from) = from {
                began = true;
                builder.advance_to(from)?;
                // What closed before the time is not asked for.
                let _before = builder.take_closed();
            }
            Ok::<(), JourneyError>(())
        };
        for touch in &self.touches {
            // A touch at the instant of a conversion comes first, because it counts.
            while let Some(sale) = conversions.next_if(|sale| sale.at < touch.at) {
                begin(&mut builder, sale.at)?;
                builder.push_conversion(sale)?;
            }
            begin(&mut builder, touch.at)?;
            builder.push_touch(touch)?;
        }
        for sale in conversions {
            begin(&mut builder, sale.at)?;
            builder.push_conversion(sale)?;
        }
        begin(&mut builder, span.to)?;
        builder.finish(span.to)
    }
}

/// Leaves out what conversions before the time were worth. Where nothing was sold in the time, its currency is the last one before.
fn worth_nothing_before(conversions: &mut [Conversion], from: Timestamp) {
    let first_within = conversions.iter().find(|sale| sale.at >= from);
    let Some(one) = first_within.or(conversions.last()) else {
        return;
    };
    let nothing = Money::zero(one.value.currency());
    for sale in conversions.iter_mut().filter(|sale| sale.at < from) {
        sale.value = nothing;
    }
}

fn refused(error: &JourneyError) -> Problem {
    let currencies = matches!(error.why(), Refused::OtherCurrency { .. });
    if currencies {
        Problem::conflict(error.code(), error.to_string()).at("from")
    } else {
        Problem::invalid(error.code(), error.to_string()).at("from")
    }
}

/// The longest of all windows, in seconds.
fn longest(windows: &Windows) -> u32 {
    let platforms = Platform::ALL.map(Some).into_iter().chain([None]);
    let of_platform = |platform| {
        let kinds = [TouchKind::Click, TouchKind::View];
        kinds.map(|kind| windows.seconds(platform, kind))
    };
    platforms.flat_map(of_platform).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_conversion_at_the_beginning_finds_the_touch_before_it_and_nothing_older_is_counted() {
        let touch = |person: &str, time: &str| Touchpoint {
            person: person.to_owned(),
            channel: "search".to_owned(),
            platform: Some(Platform::Google),
            kind: TouchKind::Click,
            at: at(time),
        };
        let sale = |person: &str, time: &str| Conversion {
            person: person.to_owned(),
            at: at(time),
            value: Money::parse("10", "EUR").unwrap(),
            order: None,
        };
        let rows = Rows {
            touches: vec![
                touch("ada", "2026-05-20T00:00:00Z"),
                touch("bob", "2026-05-21T00:00:00Z"),
            ],
            conversions: vec![
                sale("ada", "2026-05-25T00:00:00Z"),
                sale("cy", "2026-05-26T00:00:00Z"),
                sale("bob", "2026-06-01T00:00:00Z"),
            ],
        };
        let span = Span {
            from: at("2026-06-01T00:00:00Z"),
            to: at("2026-07-01T00:00:00Z"),
        };
        let totals = *rows.journeys(span).unwrap().totals();
        assert_eq!((totals.journeys_converted, totals.touches), (1, 1));
        assert_eq!(totals.untouched.conversions, 0);
        // Who learns from journeys has to see those that had converted before, too.
        let history = *rows.history(span).unwrap().totals();
        assert_eq!(history.journeys_converted, 2);
        let all = Span {
            from: at("2026-05-01T00:00:00Z"),
            ..span
        };
        let totals = *rows.journeys(all).unwrap().totals();
        assert_eq!(totals.journeys_converted, 2);
        assert_eq!(totals.untouched.conversions, 1);
    }

    #[test]
    fn a_range_ends_now_at_the_latest_and_begins_before_it_ends() {
        let now = at("2026-11-25T12:00:00Z");
        let range = |from: Option<&str>, to: Option<&str>| Range {
            from: from.map(at),
            to: to.map(at),
        };
        let usual = range(None, None).within(now).unwrap();
        assert_eq!((usual.from, usual.to), (at("2025-11-25T12:00:00Z"), now));
        let later = range(None, Some("2999-01-01T00:00:00Z")).within(now);
        assert_eq!(later.unwrap().to, now);
        for (from, to) in [
            (Some("2026-12-01T00:00:00Z"), None),
            (Some("2026-11-01T00:00:00Z"), Some("2026-11-01T00:00:00Z")),
            (None, Some("1970-01-01T00:00:00Z")),
        ] {
            let refused = range(from, to).within(now).unwrap_err();
            assert_eq!(refused.code(), "request.invalid_range");
        }
    }
}
