//! What happens next? One hour after the other, with the budgets in force.

use alloc::vec::Vec;

use chrono::TimeDelta;

use super::advertiser::{AccountPlan, CampaignPlan, WorldPlan};
use super::conversion::{Arrivals, DrawnOrder, Fate, claimed, page};
use super::hour::{
    AccountHour, AttributedOrders, CampaignHour, Delivery, HourRecord, Order, Truth,
};
use super::incident::Damage;
use super::{market, platform_hour};
use crate::anomaly::DeliveryWatch;
use crate::numeric::functions::{exp, nearest_count};
use crate::numeric::{Chance, from_u64};
use crate::vocabulary::Timestamp;

/// A daily budget to be put in force.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BudgetSetting {
    /// Which account, by its place in the plan.
    pub account: usize,
    /// Which campaign, by its place in the account.
    pub campaign: usize,
    /// The budget from the next hour on.
    pub daily_budget: f64,
}

/// How much of its budget a campaign spends.
const USED: f64 = 0.97;
/// Spread of order values, as the standard deviation of their logarithm.
const VALUE_SPREAD: f64 = 0.6;
/// How much of yesterday's drift of demand is left today, and what is added each day.
const DRIFT: (f64, f64) = (0.97, 0.03);
/// Metrics watched per account.
const WATCHED_METRICS: usize = 3;

#[derive(Debug, Clone)]
struct CampaignState {
    daily_budget: f64,
    drift: f64,
}

/// A world in motion.
#[derive(Debug, Clone)]
pub struct World {
    plan: WorldPlan,
    hours: u64,
    next_order: u64,
    campaigns: Vec<Vec<CampaignState>>,
    watches: Vec<DeliveryWatch>,
    history: Vec<HourRecord>,
}

/// What one campaign's hour leaves for the accounts' counts.
struct Drawn {
    hour: CampaignHour,
    orders: Vec<DrawnOrder>,
}

impl World {
    /// The world of a plan, before its first hour.
    #[must_use]
    pub fn new(plan: WorldPlan) -> Self {
        let campaigns = plan
            .accounts
            .iter()
            .map(|a| {
                a.campaigns
                    .iter()
                    .map(|c| CampaignState {
                        daily_budget: c.daily_budget,
                        drift: 0.0,
                    })
                    .collect()
            })
            .collect();
        let watches = plan
            .accounts
            .iter()
            .map(|_| DeliveryWatch::new(WATCHED_METRICS))
            .collect();
        Self {
            plan,
            hours: 0,
            next_order: 1,
            campaigns,
            watches,
            history: Vec::new(),
        }
    }

    /// The plan it was made from.
    #[must_use]
    pub const fn plan(&self) -> &WorldPlan {
        &self.plan
    }

    /// The moment up to which everything has happened.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.plan.start
            + TimeDelta::hours(i64::try_from(self.hours).unwrap_or(i64::MAX / 10_000_000))
    }

    /// Everything so far, oldest first, one record an hour without gaps.
    #[must_use]
    pub fn history(&self) -> &[HourRecord] {
        &self.history
    }

    /// The hour that happened last; none before the first step.
    #[must_use]
    pub fn newest(&self) -> Option<&HourRecord> {
        self.history.last()
    }

    /// The daily budget in force.
    #[must_use]
    pub fn daily_budget(&self, account: usize, campaign: usize) -> Option<f64> {
        self.campaigns
            .get(account)?
            .get(campaign)
            .map(|c| c.daily_budget)
    }

    /// Puts budgets in force and lets one hour happen. A setting for a campaign that does not exist, or of a budget that is not
    /// a positive number, changes nothing.
    ///
    /// ```
    /// use stratum_core::simulation::{World, WorldPlan};
    /// let start = "2026-08-01T00:00:00Z".parse().unwrap();
    /// let run = |seed| {
    ///     let mut world = World::new(WorldPlan::drawn(seed, start, 60));
    ///     (0..48).for_each(|_| world.step(&[]));
    ///     world.history().to_vec()
    /// };
    /// assert_eq!(run(3), run(3));
    /// assert_ne!(run(3), run(4));
    /// ```
    pub fn step(&mut self, settings: &[BudgetSetting]) {
        for setting in settings {
            let state = self
                .campaigns
                .get_mut(setting.account)
                .and_then(|a| a.get_mut(setting.campaign));
            if let Some(state) = state
                && setting.daily_budget > 0.0
                && setting.daily_budget.is_finite()
            {
                state.daily_budget = setting.daily_budget;
            }
        }
        if self.hours.is_multiple_of(24) && self.hours > 0 {
            self.drift();
        }
        let record = self.happen();
        self.hours += 1;
        self.history.push(record);
    }

    fn chance(&self, purpose: u64, account: usize, campaign: usize) -> Chance {
        let place = u64::try_from(account * 64 + campaign).unwrap_or(0);
        Chance::new(
            self.plan.seed,
            (self.hours << 20) | (purpose << 16) | (place & 0xFFFF),
        )
    }

    fn drift(&mut self) {
        for account in 0..self.campaigns.len() {
            for campaign in 0..self.campaigns.get(account).map_or(0, Vec::len) {
                let push = self.chance(1, account, campaign).normal();
                if let Some(state) = self
                    .campaigns
                    .get_mut(account)
                    .and_then(|a| a.get_mut(campaign))
                {
                    state.drift = state.drift * DRIFT.0 + DRIFT.1 * push;
                }
            }
        }
    }

    fn happen(&mut self) -> HourRecord {
        let began = self.now();
        let damages: Vec<Damage> = (0..self.plan.accounts.len())
            .map(|a| Damage::of(&self.plan.incidents, a, began))
            .collect();
        let mut orders = self.organic(began);
        let mut drawn: Vec<Vec<Drawn>> = Vec::new();
        for (a, (plan, damage)) in self.plan.accounts.iter().zip(&damages).enumerate() {
            let campaigns: Vec<Drawn> = plan
                .campaigns
                .iter()
                .enumerate()
                .map(|(c, campaign)| self.campaign_hour((a, c), plan, campaign, damage, began))
                .collect();
            drawn.push(campaigns);
        }
        orders.extend(
            drawn
                .iter_mut()
                .flatten()
                .flat_map(|d| core::mem::take(&mut d.orders)),
        );
        orders.sort_by_key(|drawn| drawn.order.at);
        for drawn in &mut orders {
            drawn.order.id = self.next_order;
            self.next_order += 1;
        }
        let mut accounts = Vec::new();
        for (a, (campaigns, damage)) in drawn.into_iter().zip(&damages).enumerate() {
            let campaigns: Vec<CampaignHour> = campaigns.into_iter().map(|d| d.hour).collect();
            if let Some(hour) = self.account_hour(a, campaigns, &orders, damage, began) {
                accounts.push(hour);
            }
        }
        HourRecord {
            began,
            orders: orders.into_iter().map(|drawn| drawn.order).collect(),
            accounts,
        }
    }

    fn order(
        &self,
        chance: &mut Chance,
        began: Timestamp,
        value: f64,
        cause: Option<(usize, usize)>,
    ) -> DrawnOrder {
        let second = i64::try_from(chance.index(3600)).unwrap_or(0);
        let cents = nearest_count(100.0 * value * chance.factor(VALUE_SPREAD)).max(100);
        let order = Order {
            id: 0,
            at: began + TimeDelta::seconds(second),
            cents,
            page: page(chance),
            cause,
        };
        let fates = self
            .plan
            .accounts
            .iter()
            .map(|_| Fate::draw(chance))
            .collect();
        let share = cause
            .and_then(|(a, _)| self.plan.accounts.get(a))
            .map_or(0.0, |a| a.analytics_share);
        DrawnOrder {
            order,
            fates,
            consents: chance.happens(share),
        }
    }

    fn organic(&self, began: Timestamp) -> Vec<DrawnOrder> {
        let mut chance = self.chance(2, 0, 0);
        let offset = self.plan.accounts.first().map_or(0, |a| a.utc_offset_hours);
        let mean = self.plan.organic_orders / 24.0
            * market::activity(began, offset)
            * market::weekday(began, offset);
        (0..chance.count(mean))
            .map(|_| self.order(&mut chance, began, 70.0, None))
            .collect()
    }

    fn campaign_hour(
        &self,
        place: (usize, usize),
        account: &AccountPlan,
        plan: &CampaignPlan,
        damage: &Damage,
        began: Timestamp,
    ) -> Drawn {
        let mut chance = self.chance(3, place.0, place.1);
        let state = self.campaigns.get(place.0).and_then(|a| a.get(place.1));
        let (budget, drift) = state.map_or((0.0, 0.0), |s| (s.daily_budget, s.drift));
        let shift = market::shift(&self.plan.incidents, place.0, began);
        let demand = exp(drift) * shift;
        let today = demand * market::weekday(began, account.utc_offset_hours);
        let active = market::activity(began, account.utc_offset_hours) / 24.0;
        let a_day = budget * USED;
        let spend = a_day * active * chance.factor(0.06);
        let expected_revenue = plan.response.daily_revenue(a_day, today) * active;
        let impressions =
            nearest_count(1000.0 * spend / (plan.cost_per_mille * chance.factor(0.05)));
        // More demand shows in clicks too, though by less than in orders.
        let click_rate = plan.click_rate * (1.0 + 0.25 * (shift - 1.0));
        let clicks = chance.count(from_u64(impressions) * click_rate);
        let mut later = self.chance(4, place.0, place.1);
        let orders: Vec<_> = (0..chance.count(expected_revenue / plan.order_value))
            .map(|_| self.order(&mut later, began, plan.order_value, Some(place)))
            .collect();
        let claim = |damage: &Damage| {
            claimed(
                account,
                damage,
                place.0,
                &orders,
                &mut self.chance(5, place.0, place.1),
            )
        };
        let (settled, undamaged) = (claim(damage), claim(&Damage::NONE));
        let delivered = |(conversions, revenue)| Delivery {
            spend,
            impressions,
            clicks,
            conversions,
            revenue,
        };
        let ended = began + TimeDelta::hours(1);
        let mut arrival = self.chance(6, place.0, place.1);
        let (shown, settled_at) =
            platform_hour::shown(delivered(settled), damage, ended, &mut arrival);
        let truth = Truth {
            expected_revenue,
            revenue: crate::numeric::sum(orders.iter().map(DrawnOrder::value)),
            orders: u64::try_from(orders.len()).unwrap_or(0),
            marginal_return: plan.response.marginal(a_day, demand),
            demand,
        };
        let hour = CampaignHour {
            daily_budget: budget,
            shown,
            settled: delivered(settled),
            settled_at,
            undamaged: delivered(undamaged),
            truth,
        };
        Drawn { hour, orders }
    }

    fn account_hour(
        &mut self,
        account: usize,
        campaigns: Vec<CampaignHour>,
        orders: &[DrawnOrder],
        damage: &Damage,
        began: Timestamp,
    ) -> Option<AccountHour> {
        let ended = began + TimeDelta::hours(1);
        let mut chance = self.chance(7, account, 0);
        let plan = self.plan.accounts.get(account)?;
        let mut arrivals = Arrivals::default();
        let mut attributed = AttributedOrders {
            orders: 0,
            revenue: 0.0,
            squares: 0.0,
            analytics_revenue: 0.0,
        };
        for DrawnOrder {
            order,
            fates,
            consents,
        } in orders
        {
            if let Some(fate) = fates.get(account) {
                arrivals.add(fate.arrived(plan, damage, order.page));
            }
            if order.cause.is_some_and(|(a, _)| a == account) {
                let value = from_u64(order.cents) / 100.0;
                attributed.orders += 1;
                attributed.revenue += value;
                attributed.squares += value * value;
                attributed.analytics_revenue += if *consents { value } else { 0.0 };
            }
        }
        let events = arrivals.events(plan, &mut chance);
        let platform_score =
            (10.0 * (0.3 + 0.62 * plan.email_share) + 0.1 * chance.normal()).clamp(0.0, 10.0);
        let records = platform_hour::records(&events, damage, &mut chance);
        let api_calls = platform_hour::api_calls(plan, damage, &mut chance);
        let platform = platform_hour::state(damage, &mut chance);
        let watch = self.watches.get_mut(account)?;
        platform_hour::watch_delivery(watch, &campaigns, began);
        Some(AccountHour {
            campaigns,
            events,
            attributed,
            records,
            api_calls,
            token: platform_hour::token(damage, ended),
            platform,
            feed: platform_hour::feed(damage, ended),
            delivery: watch.scan(began),
            platform_score,
        })
    }
}
