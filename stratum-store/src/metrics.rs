//! What do the platforms report, what did the shop count, and how do the platforms fare? Rows as imports and connectors
//! bring them.
//!
//! Putting a row again replaces it, so that an import can be repeated. Sums over windows are in `readings`.

mod api_calls;
mod delivery;
mod delivery_changes;
mod orders;
mod periods;
mod platform_states;

pub use api_calls::ApiCallHour;
pub use delivery::DeliveryPoint;
pub use delivery_changes::DeliveryChange;
pub use orders::{Order, OrderHour};
pub use periods::{AccountHour, Granularity, MetricPeriod};
pub use platform_states::{
    IncidentSeverity, MatchConfirmation, PlatformIncident, PlatformStateRow, TokenState,
};
