//! What was uploaded, and how does it get into the store? One kind of rows, read whole, saved in one transaction.

use stratum_core::vocabulary::{AccountId, CampaignId};
use stratum_store::metrics::{ApiCallHour, DeliveryPoint, MetricPeriod, Order};
use stratum_store::{Campaign, StoreError, TenantScope};

use super::{ImportError, Known, PlatformStatus, Repeated, Table};
use super::{api_calls, delivery, metrics, orders, platform_status};

/// What kind of rows an upload has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UploadKind {
    /// Campaign metrics by the hour or by the day.
    Metrics,
    /// Orders of the shop.
    Orders,
    /// Calls to a platform's API by the hour.
    ApiCalls,
    /// Findings about platforms.
    PlatformStatus,
    /// One further delivery metric of one account.
    Delivery {
        /// Of which account.
        account: AccountId,
        /// Which metric, such as `cost_per_click`.
        metric: String,
        /// What happens when a time is there twice.
        repeated: Repeated,
    },
}

/// Rows that were read and fit what is known.
#[derive(Debug, Clone, PartialEq)]
pub enum Upload {
    /// Campaign metrics.
    Metrics(Vec<MetricPeriod>),
    /// Orders.
    Orders(Vec<Order>),
    /// Calls.
    ApiCalls(Vec<ApiCallHour>),
    /// Findings.
    PlatformStatus(Vec<PlatformStatus>),
    /// Points of one series.
    Delivery {
        /// Of which account.
        account: AccountId,
        /// The points.
        points: Vec<DeliveryPoint>,
    },
}

impl Upload {
    /// Reads the rows of a table.
    ///
    /// # Errors
    /// Every error that was found, the first of them listed.
    pub fn read(kind: &UploadKind, table: &Table, known: &Known<'_>) -> Result<Self, ImportError> {
        match kind {
            UploadKind::Metrics => metrics::rows(table, known).map(Self::Metrics),
            UploadKind::Orders => orders::rows(table, known).map(Self::Orders),
            UploadKind::ApiCalls => api_calls::rows(table, known).map(Self::ApiCalls),
            UploadKind::PlatformStatus => {
                platform_status::rows(table, known).map(Self::PlatformStatus)
            }
            UploadKind::Delivery {
                account,
                metric,
                repeated,
            } => {
                if known.account(account).is_none() {
                    return Err(ImportError::unreadable(
                        "import.unknown_account",
                        format!("there is no account `{account}`"),
                    ));
                }
                let points = delivery::rows(table, metric, *repeated, known)?;
                Ok(Self::Delivery {
                    account: account.clone(),
                    points,
                })
            }
        }
    }

    /// How many rows it has.
    #[must_use]
    pub fn rows(&self) -> usize {
        match self {
            Self::Metrics(rows) => rows.len(),
            Self::Orders(rows) => rows.len(),
            Self::ApiCalls(rows) => rows.len(),
            Self::PlatformStatus(rows) => rows.len(),
            Self::Delivery { points, .. } => points.len(),
        }
    }

    /// Hands the rows to the store; the caller commits. Rows that are there already are replaced.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn save(&self, scope: &mut TenantScope) -> Result<(), StoreError> {
        match self {
            Self::Metrics(rows) => {
                add_campaigns(scope, rows).await?;
                scope.put_metrics(rows).await
            }
            Self::Orders(rows) => scope.put_orders(rows).await,
            Self::ApiCalls(rows) => scope.put_api_call_hours(rows).await,
            Self::Delivery { account, points } => scope.put_delivery_points(account, points).await,
            Self::PlatformStatus(rows) => {
                for row in rows {
                    match row {
                        PlatformStatus::Incident(incident) => {
                            scope.put_platform_incident(incident).await?;
                        }
                        PlatformStatus::Token(token) => scope.put_token(token).await?,
                        PlatformStatus::State(state) => scope.put_platform_state(state).await?,
                        PlatformStatus::Match(said) => scope.put_match_confirmation(said).await?,
                    }
                }
                Ok(())
            }
        }
    }
}

/// A campaign that is met for the first time is added under its id; its name and budget come from the platform later.
async fn add_campaigns(scope: &mut TenantScope, rows: &[MetricPeriod]) -> Result<(), StoreError> {
    let mut known: std::collections::BTreeSet<CampaignId> = scope
        .campaigns(None)
        .await?
        .into_iter()
        .map(|campaign| campaign.id)
        .collect();
    for row in rows {
        if known.insert(row.campaign.clone()) {
            let campaign = Campaign {
                id: row.campaign.clone(),
                account: row.account.clone(),
                name: row.campaign.to_string(),
                daily_budget: None,
                paused: false,
            };
            scope.put_campaign(&campaign).await?;
        }
    }
    Ok(())
}
