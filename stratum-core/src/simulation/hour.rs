//! What did one hour look like? Plain records: what was shown, what it was corrected to, and what was true.
//!
//! A store writes `shown` when the hour ends and replaces it by `settled` at `settled_at`. `undamaged` and `truth` belong to
//! the known truth of the simulation: no reading and no rule may look at them.

use alloc::vec::Vec;

use crate::signal::{ApiCalls, DeliveryScan, Feed, KeyCounts, PlatformState, RecordCounts, Token};
use crate::vocabulary::Timestamp;

/// What a platform reports for one campaign and hour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Delivery {
    /// Spent, in the account's currency.
    pub spend: f64,
    /// Ads shown.
    pub impressions: u64,
    /// Ads clicked.
    pub clicks: u64,
    /// Conversions the platform claims for the campaign.
    pub conversions: u64,
    /// What it says they were worth.
    pub revenue: f64,
}

/// What is true, known only because the world is made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Truth {
    /// Expected revenue of the hour.
    pub expected_revenue: f64,
    /// Revenue of the orders that the campaign really caused.
    pub revenue: f64,
    /// How many orders that was.
    pub orders: u64,
    /// What the next unit of daily budget returns, season aside.
    pub marginal_return: f64,
    /// Demand relative to ordinary, season aside.
    pub demand: f64,
}

/// One campaign in one hour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CampaignHour {
    /// The daily budget in force.
    pub daily_budget: f64,
    /// What the platform showed when the hour had ended; none when nothing arrived.
    pub shown: Option<Delivery>,
    /// What it shows from `settled_at` on.
    pub settled: Delivery,
    /// When the numbers become final; the end of the hour unless an incident delays them.
    pub settled_at: Timestamp,
    /// What would be shown if nothing were damaged.
    pub undamaged: Delivery,
    /// What is true.
    pub truth: Truth,
}

impl CampaignHour {
    /// What the platform shows for this hour at a later moment.
    #[must_use]
    pub fn shown_at(&self, now: Timestamp) -> Option<Delivery> {
        if self.settled_at <= now {
            Some(self.settled)
        } else {
            self.shown
        }
    }
}

/// Conversion events that an account's pixel and server connection delivered in one hour, for all orders of the shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventHour {
    /// From the browser.
    pub browser: u64,
    /// From the server.
    pub server: u64,
    /// Seen on both sides under one id.
    pub matched: u64,
    /// Distinct events: what match quality counts.
    pub distinct: u64,
    /// How many of those carried each match key.
    pub keys: KeyCounts,
    /// How many the platform says it matched.
    pub confirmed: u64,
}

/// What the shop itself counted for the orders that an account's campaigns brought.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AttributedOrders {
    /// How many.
    pub orders: u64,
    /// Their revenue.
    pub revenue: f64,
    /// Sum of their squared values.
    pub squares: f64,
    /// What a web analytics tool attributes: only visitors who consented, by last click.
    pub analytics_revenue: f64,
}

/// One ad account in one hour.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountHour {
    /// Its campaigns, in the order of the plan.
    pub campaigns: Vec<CampaignHour>,
    /// Its conversion events.
    pub events: EventHour,
    /// The shop's own count of the orders its campaigns brought.
    pub attributed: AttributedOrders,
    /// Records received and their defects.
    pub records: RecordCounts,
    /// Calls to the platform.
    pub api_calls: ApiCalls,
    /// The access token at the end of the hour.
    pub token: Token,
    /// The platform's own state.
    pub platform: PlatformState,
    /// How alive the metrics feed is.
    pub feed: Feed,
    /// What the detector saw in delivery, as far as it was shown by then.
    pub delivery: Option<DeliveryScan>,
    /// The platform's own match quality score for the purchase event, 0 to 10.
    pub platform_score: f64,
}

/// An order of the shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// Unique within the world.
    pub id: u64,
    /// When it was placed.
    pub at: Timestamp,
    /// Its value in hundredths of the currency.
    pub cents: u64,
    /// On which checkout page, by number.
    pub page: usize,
    /// The account and campaign that caused it, by their places in the plan; none when it came on its own.
    pub cause: Option<(usize, usize)>,
}

/// Everything that one hour brought.
#[derive(Debug, Clone, PartialEq)]
pub struct HourRecord {
    /// When the hour began.
    pub began: Timestamp,
    /// The shop's orders, independent of any platform.
    pub orders: Vec<Order>,
    /// The accounts, in the order of the plan.
    pub accounts: Vec<AccountHour>,
}

impl HourRecord {
    /// When the hour ended: the moment its record is known.
    #[must_use]
    pub fn ended(&self) -> Timestamp {
        self.began + chrono::TimeDelta::hours(1)
    }
}
