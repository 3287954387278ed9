//! What is known about one account over a window? Sums and newest moments, in a handful of statements.
//!
//! It counts and adds; turning that into readings and judging them is the core's and the server's work.

mod calls_and_state;
mod conversions;
mod money_sums;

use stratum_core::signal::{ApiCalls, MatchCounts, Token};
use stratum_core::vocabulary::{AccountId, EventName, Platform, Timestamp};

use crate::events::Key;
use crate::{StoreError, TenantScope};

/// Conversions from one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SideCounts {
    /// Events that happened in the window.
    pub events: u64,
    /// How many of them brought a conversion that this side had brought before.
    pub repeated: u64,
    /// How many of them have a twin on the other side, whenever that one happened.
    pub matched: u64,
    /// How many of them carry each match key, in the order of [`Key::ALL`].
    pub keys: [u64; Key::COUNT],
    /// When the last of them happened; none when there was none.
    pub last_at: Option<Timestamp>,
}

impl SideCounts {
    /// Conversions, each counted once.
    #[must_use]
    pub const fn conversions(&self) -> u64 {
        self.events.saturating_sub(self.repeated)
    }
}

/// Conversions from every side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ConversionCounts {
    /// From browsers.
    pub browser: SideCounts,
    /// From servers.
    pub server: SideCounts,
    /// From apps.
    pub mobile: SideCounts,
}

/// Records that arrived in the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RecordSums {
    /// Records received, duplicates included.
    pub records: u64,
    /// Break their schema.
    pub schema_violations: u64,
    /// Arrived before.
    pub duplicates: u64,
    /// Arrived late.
    pub late: u64,
    /// Dated in the future.
    pub future: u64,
    /// Lack a value where one must be.
    pub empty_values: u64,
    /// When the last of them arrived; none when there was none.
    pub last_at: Option<Timestamp>,
}

/// Orders of the window, in the account's currency and in whole units.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct OrderSums {
    /// How many, in whatever currency.
    pub orders: u64,
    /// What was paid for those in the account's currency.
    pub amount: f64,
    /// The sum of their squared amounts.
    pub squares: f64,
    /// How many were paid in another currency and are not in `amount`.
    pub in_other_currencies: u64,
    /// When the last of them was placed; none when there was none.
    pub last_at: Option<Timestamp>,
}

/// What the platform reports for the window, in whole units of the account's currency.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct MetricSums {
    /// How many hours (or, where there are no hours, days) have a row.
    pub periods: u64,
    /// What was spent.
    pub spend: f64,
    /// How much of it in campaigns that were still learning.
    pub learning_spend: f64,
    /// How often ads were shown.
    pub impressions: u64,
    /// How often they were clicked.
    pub clicks: u64,
    /// Conversions.
    pub conversions: u64,
    /// Revenue.
    pub revenue: f64,
    /// When the newest hour with a row ended; none when there is no hour at all, in the window or before.
    pub hours_until: Option<Timestamp>,
    /// When the newest day with a row began; none when there is no day at all. How long it is, its account's zone says.
    pub newest_day: Option<Timestamp>,
}

/// Calls of the window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CallSums {
    /// The calls; the latency is the worst hour's, the headroom the newest hour's.
    pub calls: ApiCalls,
    /// When the newest hour with calls ended.
    pub until: Timestamp,
}

/// What is known about the platform.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct PlatformSums {
    /// Incidents of limited effect that are open at the end of the window.
    pub minor_incidents: u32,
    /// Incidents of wide effect that are open at the end of the window.
    pub major_incidents: u32,
    /// When the platform was last looked at; none when never.
    pub checked_at: Option<Timestamp>,
    /// When the API version in use is switched off, if announced.
    pub api_sunset_at: Option<Timestamp>,
    /// Share of spend in campaigns that are still learning, where the platform was asked.
    pub learning_share: Option<f64>,
    /// Changes asked for.
    pub changes_requested: u64,
    /// How many of them the platform rejected.
    pub changes_rejected: u64,
}

/// Everything that bears on one account's readings.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadingsWindow {
    /// When it begins.
    pub from: Timestamp,
    /// When it ends.
    pub to: Timestamp,
    /// Conversions by side: the account's own and those that speak for all accounts.
    pub conversions: ConversionCounts,
    /// Records and their defects.
    pub records: RecordSums,
    /// Orders credited to the account.
    pub own_orders: OrderSums,
    /// Orders credited to nobody.
    pub shared_orders: OrderSums,
    /// Every order of the tenant.
    pub all_orders: OrderSums,
    /// Whether the account has sources of its own: then its conversions compare with its own orders, else with all.
    pub has_own_sources: bool,
    /// What the platform reports.
    pub metrics: MetricSums,
    /// Calls to its API; none when there were none.
    pub calls: Option<CallSums>,
    /// The token and when it was tried; none when it never was.
    pub token: Option<(Token, Timestamp)>,
    /// What the platform says it matched, and the end of the window it speaks of; none when it never did.
    pub confirmation: Option<(MatchCounts, Timestamp)>,
    /// The platform itself.
    pub platform: PlatformSums,
}

impl ReadingsWindow {
    /// The orders that the conversions are to be compared with.
    #[must_use]
    pub const fn independent_orders(&self) -> &OrderSums {
        if self.has_own_sources || self.own_orders.orders > 0 && self.shared_orders.orders == 0 {
            &self.own_orders
        } else {
            &self.all_orders
        }
    }

    /// How many events carry each match key the platform can use, in the order of the core's `KeyCounts`; the click id and
    /// the browser id are those of `platform`.
    #[must_use]
    pub fn key_counts(&self, platform: Platform) -> stratum_core::signal::KeyCounts {
        let sides = [
            &self.conversions.browser,
            &self.conversions.server,
            &self.conversions.mobile,
        ];
        let of = |key: Key| -> u64 {
            let place = Key::ALL.iter().position(|one| *one == key);
            let counts = place.map(|place| sides.map(|side| side.keys.get(place).copied()));
            counts.into_iter().flatten().flatten().sum()
        };
        let (click, browser) = match platform {
            Platform::Meta => (Some(Key::ClickMeta), Some(Key::BrowserMeta)),
            Platform::Google => (Some(Key::ClickGoogle), None),
            Platform::Tiktok => (Some(Key::ClickTiktok), Some(Key::BrowserTiktok)),
            Platform::Snapchat => (Some(Key::ClickSnapchat), Some(Key::BrowserSnapchat)),
            Platform::Exchange => (None, None),
        };
        stratum_core::signal::KeyCounts {
            email: of(Key::Email),
            phone: of(Key::Phone),
            click_id: click.map_or(0, of),
            external_id: of(Key::ExternalId),
            browser_id: browser.map_or(0, of),
            ip_and_agent: of(Key::IpAndAgent),
            name_and_address: of(Key::NameAndAddress),
        }
    }

    /// Events from every side together.
    #[must_use]
    pub const fn events(&self) -> u64 {
        let sides = &self.conversions;
        sides
            .browser
            .events
            .saturating_add(sides.server.events)
            .saturating_add(sides.mobile.events)
    }

    /// Conversions seen by both the customer's side and the server, never more than either saw.
    #[must_use]
    pub fn matched(&self) -> u64 {
        let sides = &self.conversions;
        let customer = sides.browser.matched.saturating_add(sides.mobile.matched);
        customer.min(sides.server.matched)
    }
}

impl TenantScope {
    /// Counts and sums for one account and one event over the hours that begin within `from..to`.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn readings_window(
        &mut self,
        account: &AccountId,
        event: &EventName,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<ReadingsWindow, StoreError> {
        let (own_orders, shared_orders, all_orders) = self.order_sums(account, from, to).await?;
        Ok(ReadingsWindow {
            from,
            to,
            conversions: self.conversion_counts(account, event, from, to).await?,
            records: self.record_sums(account, event, from, to).await?,
            own_orders,
            shared_orders,
            all_orders,
            has_own_sources: self.has_own_sources(account).await?,
            metrics: self.metric_sums(account, from, to).await?,
            calls: self.call_sums(account, from, to).await?,
            token: self.token_state(account).await?,
            confirmation: self.confirmation(account, event).await?,
            platform: self.platform_sums(account, to).await?,
        })
    }
}
