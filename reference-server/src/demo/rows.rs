//! What would platforms, shop and visitors have sent in this hour? A simulated hour as rows of the store.

use std::collections::VecDeque;

use chrono::TimeDelta;
use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive as _;
use stratum_core::numeric::from_u64;
use stratum_core::numeric::functions::nearest_count;
use stratum_core::signal::KeyCounts;
use stratum_core::simulation::{
    AccountHour, AccountPlan, Delivery, EventHour as SimulatedEvents, HourRecord, World,
};
use stratum_core::vocabulary::{
    AccountId, CampaignId, Currency, EventName, Money, Platform, Timestamp,
};
use stratum_store::TenantScope;
use stratum_store::events::{Channel, EventHour, Key, RecordHour};
use stratum_store::metrics::{
    ApiCallHour, Granularity, IncidentSeverity, MatchConfirmation, MetricPeriod, OrderHour,
    PlatformIncident, PlatformStateRow, TokenState,
};

use super::DemoError;
use super::plan::{DemoPlan, EVENT};
use crate::jobs::gather_evidence::{AnnouncedFeed, feed_name};

/// Events that a platform's word on its matching speaks of.
const CONFIRMED_EVENTS: u64 = 400;
/// The most hours it looks back for them.
const CONFIRMED_HOURS: usize = 48;
const HOUR: TimeDelta = TimeDelta::hours(1);

/// A number that the platform will correct later.
#[derive(Debug, Clone, PartialEq)]
struct Correction {
    settled_at: Timestamp,
    period: MetricPeriod,
}

/// Writes simulated hours and remembers what is to be corrected.
#[derive(Debug, Clone)]
pub struct Scribe {
    currency: Currency,
    event: EventName,
    corrections: Vec<Correction>,
    confirmations: Vec<VecDeque<(u64, u64)>>,
}

impl Scribe {
    /// A scribe for a world of that many accounts.
    ///
    /// # Errors
    /// None in practice.
    pub fn new(accounts: usize) -> Result<Self, DemoError> {
        Ok(Self {
            currency: DemoPlan::currency()?,
            event: EventName::new(EVENT)?,
            corrections: Vec::new(),
            confirmations: vec![VecDeque::new(); accounts],
        })
    }

    /// Writes everything that is known when the hour has ended.
    ///
    /// # Errors
    /// [`DemoError`] when the store fails.
    pub async fn write(
        &mut self,
        scope: &mut TenantScope,
        world: &World,
        hour: &HourRecord,
    ) -> Result<(), DemoError> {
        self.follow(world, hour)?;
        scope.put_metrics(&self.settled_by(hour.ended())).await?;
        scope.put_order_hours(&self.orders(world, hour)?).await?;
        for (index, (plan, seen)) in world.plan().accounts.iter().zip(&hour.accounts).enumerate() {
            let account = AccountId::new(&plan.id)?;
            scope
                .put_metrics(&self.metrics(plan, &account, seen, hour.began)?)
                .await?;
            self.write_events(scope, &account, plan.platform, seen, hour.began)
                .await?;
            self.write_platform(scope, index, plan, &account, seen, hour)
                .await?;
        }
        Ok(())
    }

    /// Takes an hour in without writing it: what will be corrected later, and what the platform has seen lately.
    ///
    /// # Errors
    /// [`DemoError`] when a number of the world is no money.
    pub fn follow(&mut self, world: &World, hour: &HourRecord) -> Result<(), DemoError> {
        for (index, (plan, seen)) in world.plan().accounts.iter().zip(&hour.accounts).enumerate() {
            let account = AccountId::new(&plan.id)?;
            for (campaign, numbers) in plan.campaigns.iter().zip(&seen.campaigns) {
                if numbers.settled_at > hour.ended() {
                    let campaign = CampaignId::new(&campaign.id)?;
                    let settled = &numbers.settled;
                    let period = self.period(&account, campaign, hour.began, settled)?;
                    self.corrections.push(Correction {
                        settled_at: numbers.settled_at,
                        period,
                    });
                }
            }
            if let Some(seen_lately) = self.confirmations.get_mut(index) {
                seen_lately.push_back((seen.events.distinct, seen.events.confirmed));
                if seen_lately.len() > CONFIRMED_HOURS {
                    seen_lately.pop_front();
                }
            }
        }
        Ok(())
    }

    /// Forgets what was final by now: it was written when it became so.
    pub fn forget_settled(&mut self, now: Timestamp) {
        self.corrections
            .retain(|correction| correction.settled_at > now);
    }

    /// The numbers that are final by now.
    fn settled_by(&mut self, now: Timestamp) -> Vec<MetricPeriod> {
        let due = |correction: &mut Correction| correction.settled_at <= now;
        self.corrections
            .extract_if(.., due)
            .map(|correction| correction.period)
            .collect()
    }

    fn money(&self, amount: f64) -> Result<Money, DemoError> {
        let amount = Decimal::from_f64(amount).ok_or(DemoError::Plan("a number is not finite"))?;
        Ok(Money::rounded(amount, self.currency)?)
    }

    fn period(
        &self,
        account: &AccountId,
        campaign: CampaignId,
        at: Timestamp,
        delivery: &Delivery,
    ) -> Result<MetricPeriod, DemoError> {
        Ok(MetricPeriod {
            account: account.clone(),
            campaign,
            granularity: Granularity::Hour,
            at,
            spend: self.money(delivery.spend)?,
            impressions: delivery.impressions,
            clicks: delivery.clicks,
            conversions: delivery.conversions,
            revenue: self.money(delivery.revenue)?,
            learning: false,
        })
    }

    fn metrics(
        &self,
        plan: &AccountPlan,
        account: &AccountId,
        seen: &AccountHour,
        began: Timestamp,
    ) -> Result<Vec<MetricPeriod>, DemoError> {
        let arrived = plan.campaigns.iter().zip(&seen.campaigns);
        let arrived = arrived.filter_map(|(plan, hour)| Some((plan, hour.shown?)));
        arrived
            .map(|(plan, shown)| self.period(account, CampaignId::new(&plan.id)?, began, &shown))
            .collect()
    }

    /// The shop's orders: those that a campaign brought, by account, and the rest.
    fn orders(&self, world: &World, hour: &HourRecord) -> Result<Vec<OrderHour>, DemoError> {
        let mut rows = Vec::new();
        let (mut own_orders, mut own_amount, mut own_squares) = (0, 0.0, 0.0);
        for (plan, seen) in world.plan().accounts.iter().zip(&hour.accounts) {
            let brought = &seen.attributed;
            own_orders += brought.orders;
            own_amount += brought.revenue;
            own_squares += brought.squares;
            rows.push(OrderHour {
                account: Some(AccountId::new(&plan.id)?),
                hour: hour.began,
                orders: brought.orders,
                amount: self.money(brought.revenue)?,
                squares: brought.squares,
            });
        }
        let value = |cents: u64| from_u64(cents) / 100.0;
        let amount: f64 = hour.orders.iter().map(|order| value(order.cents)).sum();
        let squares: f64 = hour
            .orders
            .iter()
            .map(|o| value(o.cents) * value(o.cents))
            .sum();
        let all = u64::try_from(hour.orders.len()).unwrap_or(u64::MAX);
        rows.push(OrderHour {
            account: None,
            hour: hour.began,
            orders: all.saturating_sub(own_orders),
            amount: self.money((amount - own_amount).max(0.0))?,
            squares: (squares - own_squares).max(0.0),
        });
        Ok(rows)
    }

    async fn write_events(
        &self,
        scope: &mut TenantScope,
        account: &AccountId,
        platform: Platform,
        seen: &AccountHour,
        began: Timestamp,
    ) -> Result<(), DemoError> {
        let events = &seen.events;
        let last_at = began + HOUR - TimeDelta::seconds(1);
        let side = |channel, count: u64| EventHour {
            account: Some(account.clone()),
            event: self.event.clone(),
            channel,
            hour: began,
            events: count,
            repeated: 0,
            matched: events.matched.min(count),
            keys: keys_of(&events.keys, platform, count, events),
            last_at,
        };
        let sides = [
            side(Channel::Browser, events.browser),
            side(Channel::Server, events.server),
        ];
        scope.put_event_hours(&sides).await?;
        let records = &seen.records;
        let arrived = RecordHour {
            account: Some(account.clone()),
            event: self.event.clone(),
            hour: began,
            records: records.records,
            schema_violations: records.schema_violations,
            duplicates: records.duplicates,
            late: records.late,
            future: records.future,
            empty_values: records.empty_values,
            last_at,
        };
        Ok(scope.put_record_hours(&[arrived]).await?)
    }

    async fn write_platform(
        &self,
        scope: &mut TenantScope,
        index: usize,
        plan: &AccountPlan,
        account: &AccountId,
        seen: &AccountHour,
        hour: &HourRecord,
    ) -> Result<(), DemoError> {
        let (began, ended) = (hour.began, hour.ended());
        let calls = ApiCallHour {
            account: account.clone(),
            hour: began,
            calls: seen.api_calls,
        };
        scope.put_api_call_hours(&[calls]).await?;
        let token = TokenState {
            account: account.clone(),
            token: seen.token,
            checked_at: ended,
        };
        scope.put_token(&token).await?;
        let state = &seen.platform;
        let row = PlatformStateRow {
            account: account.clone(),
            checked_at: ended,
            api_sunset_at: state.api_sunset_at,
            learning_share: state.learning_share,
            changes_requested: state.changes_requested,
            changes_rejected: state.changes_rejected,
        };
        scope.put_platform_state(&row).await?;
        for number in 0..state.minor_incidents {
            let incident = PlatformIncident {
                id: format!("{account} {} {number}", began.timestamp()),
                platform: plan.platform,
                account: Some(account.clone()),
                severity: IncidentSeverity::Minor,
                opened_at: began,
                closed_at: Some(ended + HOUR),
            };
            scope.put_platform_incident(&incident).await?;
        }
        self.write_confirmation(scope, index, account, seen, ended)
            .await?;
        // One hour is how long an hour's numbers take in any case.
        let behind = i64::try_from(seen.feed.lag_seconds).unwrap_or(0) - 3600;
        let feed = AnnouncedFeed {
            complete_until: ended - TimeDelta::seconds(behind.max(0)),
        };
        Ok(scope
            .put_rule_state(&feed_name(account), &feed, ended)
            .await?)
    }

    /// The platform's own word on how much it matched, over the newest events.
    async fn write_confirmation(
        &self,
        scope: &mut TenantScope,
        index: usize,
        account: &AccountId,
        seen: &AccountHour,
        ended: Timestamp,
    ) -> Result<(), DemoError> {
        let (mut events, mut confirmed) = (0, 0);
        for (received, matched) in self.confirmations.get(index).into_iter().flatten().rev() {
            if events >= CONFIRMED_EVENTS {
                break;
            }
            events += received;
            confirmed += matched;
        }
        let said = MatchConfirmation {
            account: account.clone(),
            event: self.event.clone(),
            at: ended,
            events,
            confirmed: Some(confirmed.min(events)),
            platform_score: Some(seen.platform_score),
        };
        Ok(scope.put_match_confirmation(&said).await?)
    }
}

/// The match keys of one side: the share that all events carry, of this side's events.
fn keys_of(
    keys: &KeyCounts,
    platform: Platform,
    count: u64,
    events: &SimulatedEvents,
) -> [u64; Key::COUNT] {
    let whole = from_u64(events.distinct.max(1));
    let of = |n: u64| nearest_count(from_u64(n) / whole * from_u64(count)).min(count);
    Key::ALL.map(|key| match (key, platform) {
        (Key::Email, _) => of(keys.email),
        (Key::Phone, _) => of(keys.phone),
        (Key::ExternalId, _) => of(keys.external_id),
        (Key::IpAndAgent, _) => of(keys.ip_and_agent),
        (Key::NameAndAddress, _) => of(keys.name_and_address),
        (Key::ClickMeta, Platform::Meta)
        | (Key::ClickGoogle, Platform::Google)
        | (Key::ClickTiktok, Platform::Tiktok)
        | (Key::ClickSnapchat, Platform::Snapchat) => of(keys.click_id),
        (Key::BrowserMeta, Platform::Meta)
        | (Key::BrowserTiktok, Platform::Tiktok)
        | (Key::BrowserSnapchat, Platform::Snapchat) => of(keys.browser_id),
        _ => 0,
    })
}
