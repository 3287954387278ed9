//! Who advertises, where, with what, and what will go wrong? The plan that a world is made from.
//!
//! Two makers: the demo's advertiser, whose incidents are laid out so that each kind is seen, and one drawn from a seed for
//! the policy benchmark.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use chrono::{TimeDelta, Timelike as _};

use super::incident::{Incident, IncidentKind};
use super::market::Response;
use crate::numeric::Chance;
use crate::signal::MeasurementPlan;
use crate::vocabulary::{Platform, Timestamp};

/// One campaign.
#[derive(Debug, Clone, PartialEq)]
pub struct CampaignPlan {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The daily budget it starts with.
    pub daily_budget: f64,
    /// How its revenue answers to spend.
    pub response: Response,
    /// Average value of its orders.
    pub order_value: f64,
    /// Cost of a thousand impressions.
    pub cost_per_mille: f64,
    /// Clicks per impression.
    pub click_rate: f64,
}

/// One ad account.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountPlan {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its platform.
    pub platform: Platform,
    /// The zone its day is cut in.
    pub time_zone: String,
    /// What that zone adds to UTC, in hours; the simulation knows no daylight saving.
    pub utc_offset_hours: i32,
    /// What its set-up is supposed to deliver.
    pub measurement: MeasurementPlan,
    /// Share of orders whose browser event arrives.
    pub browser_share: f64,
    /// Share of orders whose server event arrives.
    pub server_share: f64,
    /// How much more than it can know the platform claims, as a share: modelled conversions.
    pub overclaim: f64,
    /// Share of its orders that a consent-bound web analytics tool attributes to it.
    pub analytics_share: f64,
    /// Share of orders with an e-mail address.
    pub email_share: f64,
    /// Its campaigns.
    pub campaigns: Vec<CampaignPlan>,
}

impl AccountPlan {
    /// When the account's current day began.
    #[must_use]
    pub fn day_began(&self, now: Timestamp) -> Timestamp {
        let offset = TimeDelta::hours(i64::from(self.utc_offset_hours));
        let into_day = (now + offset).num_seconds_from_midnight();
        now - TimeDelta::seconds(i64::from(into_day))
            - TimeDelta::nanoseconds(i64::from(now.nanosecond() % 1_000_000_000))
    }
}

/// The advertiser and its fate.
#[derive(Debug, Clone, PartialEq)]
pub struct WorldPlan {
    /// Where all chance comes from.
    pub seed: u64,
    /// The first hour.
    pub start: Timestamp,
    /// Its ad accounts.
    pub accounts: Vec<AccountPlan>,
    /// Orders a day that no campaign caused.
    pub organic_orders: f64,
    /// Share of revenue that is left after the goods are paid for.
    pub margin: f64,
    /// The return on ad spend the rule aims at.
    pub target_return: f64,
    /// What will happen.
    pub incidents: Vec<Incident>,
}

impl WorldPlan {
    /// The marginal return below which the next unit of money loses.
    #[must_use]
    pub fn break_even(&self) -> f64 {
        1.0 / self.margin
    }

    /// The advertiser of the demo: an outdoor shop with three accounts, to whom everything happens once in `days` days.
    ///
    /// ```
    /// use stratum_core::simulation::{World, WorldPlan};
    /// let start = "2026-08-01T00:00:00Z".parse().unwrap();
    /// let mut world = World::new(WorldPlan::demo(7, start, 90));
    /// world.step(&[]);
    /// assert_eq!(world.newest().unwrap().accounts.len(), 3);
    /// ```
    #[must_use]
    pub fn demo(seed: u64, start: Timestamp, days: u32) -> Self {
        let accounts = alloc::vec![
            demo_account(
                0,
                "act_meta",
                "Nordlicht Meta",
                Platform::Meta,
                &[
                    "Tents, prospecting",
                    "Boots, retargeting",
                    "Rain jackets, lookalike"
                ]
            ),
            demo_account(
                1,
                "act_google",
                "Nordlicht Google",
                Platform::Google,
                &[
                    "Brand search",
                    "Shopping, all products",
                    "Camping, generic search"
                ]
            ),
            demo_account(
                2,
                "act_tiktok",
                "Nordlicht TikTok",
                Platform::Tiktok,
                &["Van life, video", "Summer sale, spark ads"]
            ),
        ];
        let hours = f64::from(days) * 24.0;
        let at = |share: f64| {
            let hour = crate::numeric::functions::nearest_count(share * hours);
            start + TimeDelta::hours(i64::try_from(hour).unwrap_or(0))
        };
        let happens = |kind, account, from: f64, length_days: f64| {
            let from = at(from);
            let length = crate::numeric::functions::nearest_count(length_days * 24.0);
            Incident {
                kind,
                account,
                from,
                to: from + TimeDelta::hours(i64::try_from(length).unwrap_or(0)),
            }
        };
        let incidents = alloc::vec![
            happens(IncidentKind::PixelLost { page: 0 }, 0, 0.16, 2.5),
            happens(IncidentKind::DemandShift { factor: 1.6 }, 1, 0.24, 7.0),
            happens(IncidentKind::Duplicates { share: 0.8 }, 0, 0.33, 3.0),
            happens(IncidentKind::ApiErrors { share: 0.18 }, 1, 0.43, 1.5),
            happens(IncidentKind::ServerEventsStop, 2, 0.50, 2.0),
            happens(IncidentKind::ApiLag { hours: 30 }, 1, 0.58, 2.5),
            happens(IncidentKind::TokenExpired, 2, 0.66, 1.5),
            happens(IncidentKind::RevenueMismatch { factor: 1.6 }, 0, 0.74, 4.0),
            happens(IncidentKind::DemandShift { factor: 0.65 }, 2, 0.82, 5.0),
            happens(IncidentKind::Duplicates { share: 0.9 }, 2, 0.985, 4.0),
        ];
        Self {
            seed,
            start,
            accounts,
            organic_orders: 90.0,
            margin: 0.5,
            target_return: 3.2,
            incidents,
        }
    }

    /// An advertiser drawn from the seed: two or three accounts of any size, and incidents of every kind at any time.
    #[must_use]
    pub fn drawn(seed: u64, start: Timestamp, days: u32) -> Self {
        let mut chance = Chance::new(seed, u64::MAX);
        let count = 2 + chance.index(2);
        let platforms = [Platform::Meta, Platform::Google, Platform::Tiktok];
        let accounts: Vec<AccountPlan> = platforms
            .into_iter()
            .take(count)
            .enumerate()
            .map(|(index, platform)| drawn_account(&mut chance, index, platform))
            .collect();
        let incidents = drawn_incidents(&mut chance, start, days, count);
        let organic_orders = chance.between(30.0, 150.0);
        Self {
            seed,
            start,
            accounts,
            organic_orders,
            margin: 0.5,
            target_return: 3.2,
            incidents,
        }
    }
}

fn measurement(platform: Platform) -> MeasurementPlan {
    MeasurementPlan {
        browser_events: true,
        server_events: true,
        independent_orders: true,
        match_confirmation: platform == Platform::Meta,
        throttle_headroom: platform != Platform::Tiktok,
    }
}

fn demo_account(
    index: usize,
    id: &str,
    name: &str,
    platform: Platform,
    campaigns: &[&str],
) -> AccountPlan {
    let budgets = [700.0, 420.0, 550.0];
    let first_returns = [5.2, 6.0, 4.6];
    let values = [84.0, 66.0, 92.0];
    let campaigns = campaigns
        .iter()
        .enumerate()
        .map(|(c, name)| {
            let pick = |of: [f64; 3]| of.get((c + index) % 3).copied().unwrap_or(1.0);
            let ease = pick(budgets) * 1.25;
            CampaignPlan {
                id: format!("{id}_c{}", c + 1),
                name: (*name).to_string(),
                daily_budget: pick(budgets),
                response: Response {
                    reach: pick(first_returns) * ease,
                    ease,
                },
                order_value: pick(values),
                cost_per_mille: 7.5,
                click_rate: 0.014,
            }
        })
        .collect();
    AccountPlan {
        id: id.to_string(),
        name: name.to_string(),
        platform,
        time_zone: "Europe/Berlin".to_string(),
        utc_offset_hours: 1,
        measurement: measurement(platform),
        browser_share: 0.88,
        server_share: 0.975,
        overclaim: 0.01,
        analytics_share: 0.85,
        email_share: 0.9,
        campaigns,
    }
}

fn drawn_account(chance: &mut Chance, index: usize, platform: Platform) -> AccountPlan {
    let campaigns = 2 + chance.index(3);
    let campaigns = (0..campaigns)
        .map(|c| {
            let budget = chance.between(250.0, 1500.0);
            // Where on its curve the campaign starts: well below, near or beyond the point where money stops paying.
            let ease = budget / chance.between(0.5, 1.25);
            CampaignPlan {
                id: format!("a{index}_c{c}"),
                name: format!("Campaign {}", c + 1),
                daily_budget: budget,
                response: Response {
                    reach: chance.between(4.2, 6.2) * ease,
                    ease,
                },
                order_value: chance.between(40.0, 110.0),
                cost_per_mille: chance.between(4.0, 12.0),
                click_rate: chance.between(0.008, 0.02),
            }
        })
        .collect();
    AccountPlan {
        id: format!("act_{platform}"),
        name: format!("Account on {platform}"),
        platform,
        time_zone: "Europe/Berlin".to_string(),
        utc_offset_hours: 1,
        measurement: measurement(platform),
        browser_share: chance.between(0.78, 0.94),
        server_share: chance.between(0.95, 0.99),
        overclaim: chance.between(-0.03, 0.06),
        analytics_share: chance.between(0.72, 0.97),
        email_share: chance.between(0.75, 0.97),
        campaigns,
    }
}

/// Days before which nothing happens: detectors and rules see an ordinary world first.
const QUIET_DAYS: f64 = 12.0;
/// Chance that an account meets something in a week.
const A_WEEK: f64 = 0.5;

fn drawn_incidents(
    chance: &mut Chance,
    start: Timestamp,
    days: u32,
    accounts: usize,
) -> Vec<Incident> {
    let mut incidents = Vec::new();
    for account in 0..accounts {
        let mut day = QUIET_DAYS;
        while day + 7.0 <= f64::from(days) {
            let happens = chance.happens(A_WEEK);
            let kind = drawn_kind(chance);
            let longest = if kind.is_fault() { 5.0 } else { 7.0 };
            let length = chance.between(0.5, longest);
            let from = day + chance.between(0.0, 7.0 - length);
            if happens {
                let hour = |d: f64| {
                    let hours = crate::numeric::functions::nearest_count(d * 24.0);
                    start + TimeDelta::hours(i64::try_from(hours).unwrap_or(0))
                };
                incidents.push(Incident {
                    kind,
                    account,
                    from: hour(from),
                    to: hour(from + length),
                });
            }
            day += 7.0;
        }
    }
    incidents
}

fn drawn_kind(chance: &mut Chance) -> IncidentKind {
    let size = chance.share();
    let within = |least: f64, most: f64| least + (most - least) * size;
    match chance.index(9) {
        0 => IncidentKind::PixelLost {
            page: chance.index(3),
        },
        1 => IncidentKind::ServerEventsStop,
        2 => IncidentKind::Duplicates {
            share: within(0.15, 1.0),
        },
        3 => IncidentKind::ApiLag {
            hours: u32::try_from(crate::numeric::functions::nearest_count(within(8.0, 48.0)))
                .unwrap_or(24),
        },
        4 => IncidentKind::ApiErrors {
            share: within(0.05, 0.35),
        },
        5 => IncidentKind::TokenExpired,
        6 => IncidentKind::RevenueMismatch {
            factor: within(1.1, 2.0),
        },
        7 => IncidentKind::DemandShift {
            factor: within(1.25, 2.2),
        },
        _ => IncidentKind::DemandShift {
            factor: within(0.5, 0.85),
        },
    }
}
