//! What goes wrong, where and from when to when? The known truth that a gate is measured against.

use crate::vocabulary::Timestamp;

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum IncidentKind {
    /// The pixel fell off one checkout page: browser events of its orders are lost.
    PixelLost {
        /// Which page.
        page: usize,
    },
    /// The server sends no events.
    ServerEventsStop,
    /// Browser and server events no longer share their id: orders are reported twice.
    Duplicates {
        /// Share of orders affected, 0 to 1.
        share: f64,
    },
    /// The platform's costs arrive late: the last hours show only part of the spend.
    ApiLag {
        /// How far costs lag behind, in hours.
        hours: u32,
    },
    /// Calls to the platform's API fail, and some reports arrive without part of their costs.
    ApiErrors {
        /// Share of calls that fail, 0 to 1.
        share: f64,
    },
    /// The access token has expired: nothing arrives.
    TokenExpired,
    /// The platform is told wrong values, such as gross for net or another currency.
    RevenueMismatch {
        /// Reported over true value.
        factor: f64,
    },
    /// People really want more, or less. This is not a fault: data stays right.
    DemandShift {
        /// Demand during over before.
        factor: f64,
    },
}

impl IncidentKind {
    /// The name used in JSON and on screens.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::PixelLost { .. } => "pixel_lost",
            Self::ServerEventsStop => "server_events_stop",
            Self::Duplicates { .. } => "duplicates",
            Self::ApiLag { .. } => "api_lag",
            Self::ApiErrors { .. } => "api_errors",
            Self::TokenExpired => "token_expired",
            Self::RevenueMismatch { .. } => "revenue_mismatch",
            Self::DemandShift { .. } => "demand_shift",
        }
    }

    /// Whether data is damaged; a demand shift is the one that is real.
    #[must_use]
    pub const fn is_fault(&self) -> bool {
        !matches!(self, Self::DemandShift { .. })
    }
}

/// Something that happens to one account for a while.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Incident {
    /// What.
    pub kind: IncidentKind,
    /// To which account, by its place in the plan.
    pub account: usize,
    /// Since when.
    pub from: Timestamp,
    /// Until when.
    pub to: Timestamp,
}

impl Incident {
    /// Whether it is going on at this moment.
    #[must_use]
    pub fn covers(&self, at: Timestamp) -> bool {
        self.from <= at && at < self.to
    }
}

/// Everything that is wrong with one account at one moment, ready to apply.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Damage {
    pub(super) lost_page: Option<usize>,
    pub(super) server_silent: bool,
    pub(super) split_ids: f64,
    pub(super) lag: Option<(u32, Timestamp, Timestamp)>,
    pub(super) failing: Option<(f64, Timestamp)>,
    pub(super) expired: Option<(Timestamp, Timestamp)>,
    pub(super) value_factor: f64,
}

impl Damage {
    pub(super) const NONE: Self = Self {
        lost_page: None,
        server_silent: false,
        split_ids: 0.0,
        lag: None,
        failing: None,
        expired: None,
        value_factor: 1.0,
    };

    pub(super) fn of(incidents: &[Incident], account: usize, at: Timestamp) -> Self {
        let mut damage = Self::NONE;
        for incident in incidents
            .iter()
            .filter(|i| i.account == account && i.covers(at))
        {
            match incident.kind {
                IncidentKind::PixelLost { page } => damage.lost_page = Some(page),
                IncidentKind::ServerEventsStop => damage.server_silent = true,
                IncidentKind::Duplicates { share } => damage.split_ids = share,
                IncidentKind::ApiLag { hours } => {
                    damage.lag = Some((hours, incident.from, incident.to));
                }
                IncidentKind::ApiErrors { share } => damage.failing = Some((share, incident.to)),
                IncidentKind::TokenExpired => damage.expired = Some((incident.from, incident.to)),
                IncidentKind::RevenueMismatch { factor } => damage.value_factor = factor,
                IncidentKind::DemandShift { .. } => {}
            }
        }
        damage
    }
}
