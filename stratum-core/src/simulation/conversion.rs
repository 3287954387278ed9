//! What becomes of an order? Which events of it arrive, and what a platform makes of them.
//!
//! Every order draws the same numbers whether anything is damaged or not, so that the damaged and the undamaged world differ
//! in nothing but the damage.

use alloc::vec::Vec;

use super::advertiser::AccountPlan;
use super::hour::{EventHour, Order};
use super::incident::Damage;
use crate::numeric::{Chance, from_u64};
use crate::signal::KeyCounts;

/// How checkout pages share the orders.
const PAGES: [f64; 3] = [0.55, 0.30, 0.15];
/// Share of orders whose two events differ in their id as a matter of course.
const SPLIT_BY_NATURE: f64 = 0.004;
/// How often a platform can tell the campaign of an order that only the server reported.
const SERVER_ONLY_ATTRIBUTED: f64 = 0.8;

/// The checkout page of an order.
pub(super) fn page(chance: &mut Chance) -> usize {
    let mut left = chance.share();
    for (page, share) in PAGES.iter().enumerate() {
        if left < *share {
            return page;
        }
        left -= share;
    }
    PAGES.len() - 1
}

/// The fate of an order's events with one account, as drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fate {
    browser: f64,
    server: f64,
    same_id: f64,
}

/// Which events arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Arrived {
    pub(super) browser: bool,
    pub(super) server: bool,
    pub(super) one_id: bool,
}

impl Fate {
    pub(super) fn draw(chance: &mut Chance) -> Self {
        Self {
            browser: chance.share(),
            server: chance.share(),
            same_id: chance.share(),
        }
    }

    pub(super) fn arrived(&self, plan: &AccountPlan, damage: &Damage, page: usize) -> Arrived {
        Arrived {
            browser: self.browser < plan.browser_share && damage.lost_page != Some(page),
            server: self.server < plan.server_share && !damage.server_silent,
            one_id: self.same_id >= SPLIT_BY_NATURE + damage.split_ids * (1.0 - SPLIT_BY_NATURE),
        }
    }
}

impl Arrived {
    /// How many conversions a platform counts: two when the same order reaches it under two ids.
    pub(super) const fn distinct(self) -> u64 {
        match (self.browser, self.server) {
            (true, true) if self.one_id => 1,
            (true, true) => 2,
            (true, false) | (false, true) => 1,
            (false, false) => 0,
        }
    }

    /// How many conversions it claims for the campaign; `attributed` was drawn for the order.
    pub(super) fn claimed(self, attributed: f64) -> u64 {
        if self.browser || attributed < SERVER_ONLY_ATTRIBUTED {
            self.distinct()
        } else {
            0
        }
    }
}

/// An order with everything that was drawn for it.
#[derive(Debug, Clone)]
pub(super) struct DrawnOrder {
    pub(super) order: Order,
    /// What becomes of its events, by account.
    pub(super) fates: Vec<Fate>,
    /// Whether a consent-bound web analytics tool attributes it.
    pub(super) consents: bool,
}

impl DrawnOrder {
    pub(super) fn value(&self) -> f64 {
        from_u64(self.order.cents) / 100.0
    }
}

/// What the platform claims for a campaign's orders: conversions and their value.
pub(super) fn claimed(
    plan: &AccountPlan,
    damage: &Damage,
    account: usize,
    orders: &[DrawnOrder],
    chance: &mut Chance,
) -> (u64, f64) {
    let (mut conversions, mut revenue) = (0, 0.0);
    for drawn in orders {
        let attributed = chance.share();
        let Some(fate) = drawn.fates.get(account) else {
            continue;
        };
        let count = fate
            .arrived(plan, damage, drawn.order.page)
            .claimed(attributed);
        conversions += count;
        revenue += from_u64(count) * drawn.value();
    }
    (
        conversions,
        revenue * damage.value_factor * (1.0 + plan.overclaim),
    )
}

/// Counts events over the orders of an hour, by account.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Arrivals {
    browser: u64,
    server: u64,
    matched: u64,
}

impl Arrivals {
    pub(super) fn add(&mut self, arrived: Arrived) {
        self.browser += u64::from(arrived.browser);
        self.server += u64::from(arrived.server);
        self.matched += u64::from(arrived.browser && arrived.server && arrived.one_id);
    }

    /// The events of the hour with their match keys. Browser events carry what the browser knows, server events what the shop
    /// knows about its customer.
    pub(super) fn events(&self, plan: &AccountPlan, chance: &mut Chance) -> EventHour {
        let distinct = self.browser + self.server - self.matched;
        let known_to_shop = self.server;
        let keys = KeyCounts {
            email: chance.successes(known_to_shop, plan.email_share),
            phone: chance.successes(known_to_shop, 0.4),
            click_id: chance.successes(self.browser, 0.45),
            external_id: chance.successes(known_to_shop, 0.6),
            browser_id: chance.successes(self.browser, 0.93),
            ip_and_agent: chance.successes(distinct, 0.98),
            name_and_address: chance.successes(known_to_shop, 0.85),
        };
        let likely = identified(plan.email_share, self, distinct);
        let confirmed = chance.successes(distinct, likely);
        EventHour {
            browser: self.browser,
            server: self.server,
            matched: self.matched,
            distinct,
            keys,
            confirmed,
        }
    }
}

/// How likely the platform is to know the person behind a distinct event.
fn identified(email_share: f64, arrivals: &Arrivals, distinct: u64) -> f64 {
    if distinct == 0 {
        return 0.0;
    }
    let all = from_u64(distinct);
    let by_shop = from_u64(arrivals.server) / all;
    let by_browser = from_u64(arrivals.browser) / all;
    let unknown = (1.0 - 0.75 * email_share * by_shop) * (1.0 - 0.62 * by_browser);
    1.0 - unknown
}
