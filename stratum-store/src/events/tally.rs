//! What do these events add to the counts? Pure: events in, additions to hours out.
//!
//! Reading and writing the database is `write.rs`; this file decides who is whose twin.

use std::collections::{BTreeMap, HashMap};

use stratum_core::vocabulary::{AccountId, EventName, TenantId, Timestamp};

use super::hours::{EventHour, RecordHour};
use super::keys::Key;
use super::{Channel, NewEvent, Submission};
use crate::StoreError;
use crate::column::{beginning_of, hour_of};

/// In which hour each side first brought a conversion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Twin {
    pub(super) browser: Option<i64>,
    pub(super) server: Option<i64>,
    pub(super) mobile: Option<i64>,
}

/// Of which tenant, for which account, which event and which conversion.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct TwinKey {
    pub(super) tenant: TenantId,
    pub(super) account: Option<AccountId>,
    pub(super) event: EventName,
    pub(super) matching: String,
}

type HourKey = (TenantId, Option<AccountId>, EventName, i64);

/// Additions to the hours.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) events: BTreeMap<(HourKey, Channel), EventHour>,
    pub(super) records: BTreeMap<HourKey, RecordHour>,
    /// Twins whose row changes.
    pub(super) changed: BTreeMap<TwinKey, Twin>,
}

/// The key of an event's conversion, if it has one.
pub(super) fn twin_key(submission: &Submission, event: &NewEvent) -> Option<TwinKey> {
    event.matching.as_ref().map(|matching| TwinKey {
        tenant: submission.tenant.clone(),
        account: submission.account.clone(),
        event: event.event.clone(),
        matching: matching.clone(),
    })
}

impl Tally {
    /// Counts a message that is new. `known` holds the twins as the database knows them.
    pub(super) fn add(
        &mut self,
        submission: &Submission,
        event: &NewEvent,
        known: &HashMap<TwinKey, Twin>,
    ) -> Result<(), StoreError> {
        let repeated = match twin_key(submission, event) {
            Some(key) => self.meet(key, event, known)?,
            None => false,
        };
        let hour = self.event_hour(submission, event, event.channel, hour_of(event.counted_at))?;
        hour.events += 1;
        hour.repeated += u64::from(repeated);
        for (slot, key) in hour.keys.iter_mut().zip(Key::ALL) {
            *slot += u64::from(event.keys.contains(key));
        }
        if event.counted_at > hour.last_at {
            hour.last_at = event.counted_at;
        }
        let records = self.record_hour(submission, event);
        records.duplicates += u64::from(repeated);
        records.schema_violations += u64::from(event.defects.schema_violation);
        records.empty_values += u64::from(event.defects.empty_value);
        records.late += u64::from(event.defects.late);
        records.future += u64::from(event.defects.future);
        Ok(())
    }

    /// Counts a message that was known already.
    pub(super) fn add_known(&mut self, submission: &Submission, event: &NewEvent) {
        self.record_hour(submission, event).duplicates += 1;
    }

    /// Notes that a side brought a conversion; says whether it had brought it before.
    fn meet(
        &mut self,
        key: TwinKey,
        event: &NewEvent,
        known: &HashMap<TwinKey, Twin>,
    ) -> Result<bool, StoreError> {
        let hour = hour_of(event.counted_at);
        let before = self
            .changed
            .get(&key)
            .or_else(|| known.get(&key))
            .copied()
            .unwrap_or_default();
        let mut after = before;
        let side = match event.channel {
            Channel::Browser => &mut after.browser,
            Channel::Server => &mut after.server,
            Channel::Mobile => &mut after.mobile,
        };
        if side.is_some() {
            return Ok(true);
        }
        *side = Some(hour);
        for (channel, hour) in newly_matched(&before, event.channel, hour) {
            self.matched(&key, channel, hour)?.matched += 1;
        }
        self.changed.insert(key, after);
        Ok(false)
    }

    fn matched(
        &mut self,
        key: &TwinKey,
        channel: Channel,
        hour: i64,
    ) -> Result<&mut EventHour, StoreError> {
        let at = beginning_of(hour)?;
        let hour_key = (
            key.tenant.clone(),
            key.account.clone(),
            key.event.clone(),
            hour,
        );
        Ok(self
            .events
            .entry((hour_key, channel))
            .or_insert_with(|| empty_hour(key.account.clone(), key.event.clone(), channel, at)))
    }

    fn event_hour(
        &mut self,
        submission: &Submission,
        event: &NewEvent,
        channel: Channel,
        hour: i64,
    ) -> Result<&mut EventHour, StoreError> {
        let at = beginning_of(hour)?;
        let (account, name) = (submission.account.clone(), event.event.clone());
        let key = (
            submission.tenant.clone(),
            account.clone(),
            name.clone(),
            hour,
        );
        Ok(self
            .events
            .entry((key, channel))
            .or_insert_with(|| empty_hour(account, name, channel, at)))
    }

    fn record_hour(&mut self, submission: &Submission, event: &NewEvent) -> &mut RecordHour {
        let at = submission.received_at;
        let (account, name) = (submission.account.clone(), event.event.clone());
        let key = (
            submission.tenant.clone(),
            account.clone(),
            name.clone(),
            hour_of(at),
        );
        let row = self.records.entry(key).or_insert_with(|| RecordHour {
            account,
            event: name,
            hour: at,
            records: 0,
            schema_violations: 0,
            duplicates: 0,
            late: 0,
            future: 0,
            empty_values: 0,
            last_at: at,
        });
        row.records += 1;
        if at > row.last_at {
            row.last_at = at;
        }
        row
    }
}

fn empty_hour(
    account: Option<AccountId>,
    event: EventName,
    channel: Channel,
    hour: Timestamp,
) -> EventHour {
    EventHour {
        account,
        event,
        channel,
        hour,
        events: 0,
        repeated: 0,
        matched: 0,
        keys: [0; Key::COUNT],
        last_at: hour,
    }
}

/// Which events find their twin when `side` brings the conversion in `hour`: the new one, and those that waited for it.
/// A server's event has its twin in a browser or in an app; both of these are the customer's side.
fn newly_matched(before: &Twin, side: Channel, hour: i64) -> Vec<(Channel, i64)> {
    let mut found = Vec::with_capacity(3);
    match (side, before.server) {
        (Channel::Server, _) => {
            found.extend(before.browser.map(|waited| (Channel::Browser, waited)));
            found.extend(before.mobile.map(|waited| (Channel::Mobile, waited)));
            if !found.is_empty() {
                found.push((Channel::Server, hour));
            }
        }
        (Channel::Browser | Channel::Mobile, Some(server)) => {
            found.push((side, hour));
            if before.browser.is_none() && before.mobile.is_none() {
                found.push((Channel::Server, server));
            }
        }
        (Channel::Browser | Channel::Mobile, None) => {}
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_twin_counts_once_on_each_side_whatever_the_order() {
        let browser = Twin {
            browser: Some(3),
            ..Twin::default()
        };
        assert_eq!(
            newly_matched(&browser, Channel::Server, 4),
            [(Channel::Browser, 3), (Channel::Server, 4)]
        );
        let server = Twin {
            server: Some(4),
            ..Twin::default()
        };
        assert_eq!(
            newly_matched(&server, Channel::Browser, 3),
            [(Channel::Browser, 3), (Channel::Server, 4)]
        );
        let both = Twin {
            server: Some(4),
            browser: Some(3),
            mobile: None,
        };
        assert_eq!(
            newly_matched(&both, Channel::Mobile, 5),
            [(Channel::Mobile, 5)]
        );
        assert!(newly_matched(&Twin::default(), Channel::Browser, 1).is_empty());
    }
}
