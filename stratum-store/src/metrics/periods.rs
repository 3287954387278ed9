//! What did a campaign spend and return, by the hour or by the day?

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use sqlx::FromRow;
use stratum_core::vocabulary::{AccountId, CampaignId, Currency, Money, Timestamp};

use crate::column::{
    as_float, count, counted, identified, micros, moment, money, parsed, smallest_units,
};
use crate::{StoreError, TenantScope};

/// How long a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Granularity {
    /// One hour.
    Hour,
    /// One day of the account.
    Day,
}

impl Granularity {
    /// The name used in SQL and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
        }
    }
}

impl fmt::Display for Granularity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown granularity; known are hour and day")]
pub struct UnknownGranularity;

impl FromStr for Granularity {
    type Err = UnknownGranularity;
    fn from_str(text: &str) -> Result<Self, UnknownGranularity> {
        [Self::Hour, Self::Day]
            .into_iter()
            .find(|one| one.as_str() == text)
            .ok_or(UnknownGranularity)
    }
}

/// A campaign in one period, as the platform reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetricPeriod {
    /// In which account.
    pub account: AccountId,
    /// Which campaign.
    pub campaign: CampaignId,
    /// How long the period is.
    pub granularity: Granularity,
    /// When it began.
    pub at: Timestamp,
    /// What was spent.
    pub spend: Money,
    /// How often ads were shown.
    pub impressions: u64,
    /// How often they were clicked.
    pub clicks: u64,
    /// Conversions the platform reports.
    pub conversions: u64,
    /// Revenue the platform reports, in the currency of `spend`.
    pub revenue: Money,
    /// Whether the platform says that the campaign is still learning.
    pub learning: bool,
}

/// All campaigns of an account in one hour, in whole units of its currency: what a detector reads.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AccountHour {
    /// When the hour began.
    pub at: Timestamp,
    /// What was spent.
    pub spend: f64,
    /// How often ads were shown.
    pub impressions: u64,
    /// How often they were clicked.
    pub clicks: u64,
    /// Conversions the platform reports.
    pub conversions: u64,
    /// Revenue the platform reports.
    pub revenue: f64,
}

#[derive(FromRow)]
struct PeriodRow {
    account: String,
    campaign: String,
    granularity: String,
    at: i64,
    spend: i64,
    impressions: i64,
    clicks: i64,
    conversions: i64,
    revenue: i64,
    currency: String,
    learning: bool,
}

impl TryFrom<PeriodRow> for MetricPeriod {
    type Error = StoreError;
    fn try_from(row: PeriodRow) -> Result<Self, StoreError> {
        let currency: Currency = parsed(&row.currency, "currency")?;
        Ok(Self {
            account: identified(row.account, "account")?,
            campaign: identified(row.campaign, "campaign")?,
            granularity: parsed(&row.granularity, "granularity")?,
            at: moment(row.at)?,
            spend: money(row.spend, currency)?,
            impressions: counted(row.impressions, "impressions")?,
            clicks: counted(row.clicks, "clicks")?,
            conversions: counted(row.conversions, "conversions")?,
            revenue: money(row.revenue, currency)?,
            learning: row.learning,
        })
    }
}

#[derive(FromRow)]
struct HourRow {
    at: i64,
    spend: i64,
    impressions: i64,
    clicks: i64,
    conversions: i64,
    revenue: i64,
    currency: String,
}

impl TryFrom<HourRow> for AccountHour {
    type Error = StoreError;
    fn try_from(row: HourRow) -> Result<Self, StoreError> {
        let currency: Currency = parsed(&row.currency, "currency")?;
        Ok(Self {
            at: moment(row.at)?,
            spend: as_float(row.spend, currency),
            impressions: counted(row.impressions, "impressions")?,
            clicks: counted(row.clicks, "clicks")?,
            conversions: counted(row.conversions, "conversions")?,
            revenue: as_float(row.revenue, currency),
        })
    }
}

impl TenantScope {
    /// Stores periods; a period that is there already is replaced.
    ///
    /// # Errors
    /// [`StoreError`] when an amount is negative or the database fails.
    pub async fn put_metrics(&mut self, periods: &[MetricPeriod]) -> Result<(), StoreError> {
        let accounts: BTreeSet<&AccountId> = periods.iter().map(|period| &period.account).collect();
        for account in accounts {
            self.begin_writing(account).await?;
        }
        let (connection, tenant) = self.parts();
        for period in periods {
            sqlx::query(
                "INSERT INTO metric_periods (tenant, account, campaign, granularity, at, spend,
                   impressions, clicks, conversions, revenue, currency, learning)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                 ON CONFLICT (tenant, account, granularity, at, campaign) DO UPDATE SET
                   spend = excluded.spend, impressions = excluded.impressions,
                   clicks = excluded.clicks, conversions = excluded.conversions,
                   revenue = excluded.revenue, currency = excluded.currency,
                   learning = excluded.learning",
            )
            .bind(tenant)
            .bind(period.account.as_str())
            .bind(period.campaign.as_str())
            .bind(period.granularity.as_str())
            .bind(micros(period.at))
            .bind(smallest_units(&period.spend)?)
            .bind(count(period.impressions, "impressions")?)
            .bind(count(period.clicks, "clicks")?)
            .bind(count(period.conversions, "conversions")?)
            .bind(smallest_units(&period.revenue)?)
            .bind(period.spend.currency().as_str())
            .bind(period.learning)
            .execute(&mut *connection)
            .await?;
        }
        Ok(())
    }

    /// The periods of an account that began within `from..to`, by time and campaign.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn metrics(
        &mut self,
        account: &AccountId,
        granularity: Granularity,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<MetricPeriod>, StoreError> {
        let (connection, tenant) = self.parts();
        let rows: Vec<PeriodRow> = sqlx::query_as(
            "SELECT account, campaign, granularity, at, spend, impressions, clicks, conversions,
               revenue, currency, learning
             FROM metric_periods
             WHERE tenant = $1 AND account = $2 AND granularity = $3 AND at >= $4 AND at < $5
             ORDER BY at, campaign",
        )
        .bind(tenant)
        .bind(account.as_str())
        .bind(granularity.as_str())
        .bind(micros(from))
        .bind(micros(to))
        .fetch_all(connection)
        .await?;
        rows.into_iter().map(MetricPeriod::try_from).collect()
    }

    /// The hours of an account within `from..to`, all campaigns together, by time. Hours without a row are left out.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn account_hours(
        &mut self,
        account: &AccountId,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<AccountHour>, StoreError> {
        let (connection, tenant) = self.parts();
        let rows: Vec<HourRow> = sqlx::query_as(
            "SELECT m.at, SUM(m.spend) AS spend, SUM(m.impressions) AS impressions,
               SUM(m.clicks) AS clicks, SUM(m.conversions) AS conversions,
               SUM(m.revenue) AS revenue, m.currency
             FROM metric_periods m
             JOIN accounts a ON a.tenant = m.tenant AND a.account = m.account
               AND a.currency = m.currency
             WHERE m.tenant = $1 AND m.account = $2 AND m.granularity = 'hour'
               AND m.at >= $3 AND m.at < $4
             GROUP BY m.at, m.currency ORDER BY m.at",
        )
        .bind(tenant)
        .bind(account.as_str())
        .bind(micros(from))
        .bind(micros(to))
        .fetch_all(connection)
        .await?;
        rows.into_iter().map(AccountHour::try_from).collect()
    }
}
