//! What is scored? The closed lists of components and of the measures they are made of.

use serde::{Deserialize, Serialize};

/// One of the five parts of signal health.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Component {
    /// Event match quality: can the platform tell whose conversion it was?
    MatchQuality,
    /// Does the platform's API answer, and will it tomorrow?
    ApiHealth,
    /// Do the events arrive, once each?
    EventLoss,
    /// Is the platform itself in order?
    PlatformStability,
    /// Are the records what they should be?
    DataQuality,
}

impl Component {
    /// All five, in the order of their weight in the baseline.
    pub const ALL: [Self; 5] = [
        Self::MatchQuality,
        Self::ApiHealth,
        Self::EventLoss,
        Self::PlatformStability,
        Self::DataQuality,
    ];

    /// The name used in JSON, SQL and on screens.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MatchQuality => "match_quality",
            Self::ApiHealth => "api_health",
            Self::EventLoss => "event_loss",
            Self::PlatformStability => "platform_stability",
            Self::DataQuality => "data_quality",
        }
    }
}

/// The unit a measure's value is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A share from 0 to 1.
    Ratio,
    /// Milliseconds.
    Milliseconds,
    /// Hours.
    Hours,
    /// Days.
    Days,
    /// A count, possibly weighted.
    Count,
    /// Robust standard deviations.
    Deviations,
}

macro_rules! measures {
    ($( $(#[$doc:meta])* $name:ident = $text:literal, $component:ident, $unit:ident; )*) => {
        /// One measured quantity that bears on a component.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Measure { $( $(#[$doc])* $name, )* }

        impl Measure {
            /// How many there are.
            pub const COUNT: usize = [$( Self::$name, )*].len();
            /// Every measure, grouped by component.
            pub const ALL: [Self; Self::COUNT] = [$( Self::$name, )*];

            /// The name used in JSON and on screens.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$name => $text, )* }
            }

            /// The component it belongs to.
            #[must_use]
            pub const fn component(self) -> Component {
                match self { $( Self::$name => Component::$component, )* }
            }

            /// The unit of its value.
            #[must_use]
            pub const fn unit(self) -> Unit {
                match self { $( Self::$name => Unit::$unit, )* }
            }
        }
    };
}

measures! {
    /// Estimated share of events that the platform can match to a person.
    MatchEstimate = "match_estimate", MatchQuality, Ratio;
    /// Share of events that the platform says it matched.
    MatchConfirmed = "match_confirmed", MatchQuality, Ratio;
    /// Share of API calls that succeeded.
    ApiSuccess = "api_success", ApiHealth, Ratio;
    /// 95th percentile of the answer time.
    ApiLatency = "api_latency", ApiHealth, Milliseconds;
    /// Share of the platform's call allowance that is still free.
    ThrottleHeadroom = "throttle_headroom", ApiHealth, Ratio;
    /// Time until the access token expires; zero when it is invalid.
    TokenLife = "token_life", ApiHealth, Days;
    /// Share of the smaller of browser and server events that found its twin by event id.
    TwinMatch = "twin_match", EventLoss, Ratio;
    /// Share of real conversions that no event reported.
    LostEvents = "lost_events", EventLoss, Ratio;
    /// Share of reported events that stand for no real conversion.
    SurplusEvents = "surplus_events", EventLoss, Ratio;
    /// Share of real conversions that the server reported.
    ServerCapture = "server_capture", EventLoss, Ratio;
    /// Share of real conversions that the browser reported.
    BrowserCapture = "browser_capture", EventLoss, Ratio;
    /// Open incidents of the platform: minor ones count 1, major ones 3.
    OpenIncidents = "open_incidents", PlatformStability, Count;
    /// Share of recent points of the delivery metrics that are anomalous.
    DeliveryAnomalies = "delivery_anomalies", PlatformStability, Ratio;
    /// Share of requested changes that the platform rejected, shrunk towards none.
    RejectedChanges = "rejected_changes", PlatformStability, Ratio;
    /// Time until the API version in use is switched off.
    ApiSunset = "api_sunset", PlatformStability, Days;
    /// Share of spend in campaigns that are still learning.
    LearningShare = "learning_share", PlatformStability, Ratio;
    /// How far the farthest recent point of a delivery metric lies from what was expected.
    DeliveryDeparture = "delivery_departure", PlatformStability, Deviations;
    /// Share of records that break their schema.
    SchemaViolations = "schema_violations", DataQuality, Ratio;
    /// Share of records that arrived more than once.
    DuplicateRecords = "duplicate_records", DataQuality, Ratio;
    /// Share of records that arrived late.
    LateRecords = "late_records", DataQuality, Ratio;
    /// Share of records dated in the future.
    FutureRecords = "future_records", DataQuality, Ratio;
    /// Share of records without a value where one must be.
    EmptyValues = "empty_values", DataQuality, Ratio;
    /// How far the newest complete data lies behind.
    WatermarkLag = "watermark_lag", DataQuality, Hours;
    /// For how long a live feed has repeated the same value.
    FlatFeed = "flat_feed", DataQuality, Hours;
    /// Gap between platform-reported and independent revenue, relative to the larger.
    RevenueGap = "revenue_gap", DataQuality, Ratio;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_written_name_is_the_serde_name() {
        for measure in Measure::ALL {
            let json = serde_json::to_string(&measure).unwrap();
            assert_eq!(json, alloc::format!("\"{}\"", measure.as_str()));
        }
        for component in Component::ALL {
            let json = serde_json::to_string(&component).unwrap();
            assert_eq!(json, alloc::format!("\"{}\"", component.as_str()));
        }
    }
}
