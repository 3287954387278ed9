//! What if? A seeded advertiser over months, with known truth behind everything it shows.
//!
//! The world is stepped hour by hour and reacts to the budgets it is given: money has diminishing returns. Incidents damage
//! what the world *shows*, never what truly happens, and what undamaged data would have shown is kept beside it. It serves the
//! demo and the policy benchmark; nothing here is a forecast of a real advertiser. Persons with journeys (`people`) are a world of
//! their own beside it, in which the cause of every conversion is known. See `docs/methods/simulation.md`.

pub mod advertiser;
pub mod conversion;
pub mod hour;
pub mod incident;
pub mod market;
pub mod observe;
pub mod people;
pub mod platform_hour;
pub mod world;

pub use advertiser::{AccountPlan, CampaignPlan, WorldPlan};
pub use hour::{AccountHour, CampaignHour, Delivery, EventHour, HourRecord, Order, Truth};
pub use incident::{Incident, IncidentKind};
pub use market::Response;
pub use observe::{Shown, readings_at, window_of};
pub use people::{CauseTruth, ChannelPlan, People, PeoplePlan};
pub use world::{BudgetSetting, World};
