//! What did campaigns spend and return? One row for each campaign and hour (`at`) or day (`day`, in the account's zone).

use std::collections::BTreeSet;

use chrono::{DurationRound as _, TimeDelta};
use stratum_core::vocabulary::{CampaignId, Timestamp};
use stratum_store::metrics::{Granularity, MetricPeriod};

use super::cell::{Places, Row};
use super::error::{Errors, ImportError};
use super::{Known, Table};

const NEEDED: [&str; 8] = [
    "account",
    "campaign",
    "spend",
    "impressions",
    "clicks",
    "conversions",
    "revenue",
    "currency",
];
const KNOWN: [&str; 11] = [
    "account",
    "campaign",
    "at",
    "day",
    "spend",
    "impressions",
    "clicks",
    "conversions",
    "revenue",
    "currency",
    "learning",
];

/// Rows of campaign metrics.
pub(super) fn rows(table: &Table, known: &Known<'_>) -> Result<Vec<MetricPeriod>, ImportError> {
    Shape::of(table)?.rows(table, known)
}

/// Whether the rows are hours or days.
struct Shape(Granularity);

impl Shape {
    fn of(table: &Table) -> Result<Self, ImportError> {
        table.check_names(&KNOWN, &NEEDED)?;
        match (table.column("at"), table.column("day")) {
            (Some(_), None) => Ok(Self(Granularity::Hour)),
            (None, Some(_)) => Ok(Self(Granularity::Day)),
            (None, None) => Err(ImportError::unreadable(
                "import.missing_column",
                "one of the columns `at` (hourly) and `day` (daily) is needed",
            )),
            (Some(_), Some(_)) => Err(ImportError::unreadable(
                "import.hours_and_days",
                "rows are hourly (`at`) or daily (`day`), not both in one upload",
            )),
        }
    }

    fn rows(&self, table: &Table, known: &Known<'_>) -> Result<Vec<MetricPeriod>, ImportError> {
        let mut errors = Errors::default();
        let mut rows = Vec::with_capacity(table.len());
        let mut seen = BTreeSet::new();
        for place in 0..table.len() {
            let mut row = Row::new(table, place, &mut errors);
            let Some(period) = self.row(&mut row, known) else {
                continue;
            };
            let key = (period.account.clone(), period.campaign.clone(), period.at);
            if seen.insert(key) {
                rows.push(period);
            } else {
                row.wrong(
                    "campaign",
                    "import.repeated_row",
                    "this campaign and time are there twice",
                );
            }
        }
        errors.or(rows)
    }

    /// Every cell is looked at, so that all that is wrong with a row is said at once.
    fn row(&self, row: &mut Row<'_>, known: &Known<'_>) -> Option<MetricPeriod> {
        let account = row.account(known);
        let campaign = row.id("campaign", |text| CampaignId::new(text).ok());
        let at = match self.0 {
            Granularity::Hour => row.past("at", known).and_then(|at| on_the_hour(row, at)),
            Granularity::Day => {
                let zone = account.map_or("UTC", |account| account.time_zone.as_str());
                row.day("day", zone, known)
            }
        };
        let currency = row.currency("currency");
        if let (Some(currency), Some(account)) = (currency, account)
            && currency != account.currency
        {
            let detail = format!("the account `{}` is in {}", account.id, account.currency);
            row.wrong("currency", "import.other_currency", detail);
            return None;
        }
        let spend = currency.and_then(|c| row.money("spend", c, Places::Rounded));
        let impressions = row.count("impressions");
        let clicks = row.count("clicks");
        let conversions = row.count("conversions");
        let revenue = currency.and_then(|c| row.money("revenue", c, Places::Rounded));
        let learning = row.flag("learning");
        let (account, campaign) = (account?.id.clone(), campaign?);
        if known.belongs_elsewhere(&campaign, &account) {
            row.wrong(
                "campaign",
                "import.campaign_of_another_account",
                "the campaign belongs to another account",
            );
            return None;
        }
        Some(MetricPeriod {
            account,
            campaign,
            granularity: self.0,
            at: at?,
            spend: spend?,
            impressions: impressions?,
            clicks: clicks?,
            conversions: conversions?,
            revenue: revenue?,
            learning: learning?,
        })
    }
}

/// The hour in which a moment lies: exports name the beginning of the hour, or a few seconds into it.
pub(super) fn on_the_hour(row: &mut Row<'_>, at: Timestamp) -> Option<Timestamp> {
    let hour = at.duration_trunc(TimeDelta::hours(1)).ok();
    if hour.is_none() {
        row.wrong(
            "at",
            "import.impossible_time",
            "the time is beyond the calendar",
        );
    }
    hour
}
