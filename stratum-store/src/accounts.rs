//! Where does the money go? Ad accounts and their campaigns.

use sqlx::FromRow;
use stratum_core::signal::MeasurementPlan;
use stratum_core::vocabulary::{AccountId, CampaignId, Currency, EventName, Money, Platform};

use crate::column::{identified, money, parsed, read, smallest_units, written};
use crate::{StoreError, TenantScope};

/// An ad account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// On which platform.
    pub platform: Platform,
    /// Its name.
    pub name: String,
    /// What it pays in.
    pub currency: Currency,
    /// Where its days begin, as an IANA name such as `Europe/Berlin`.
    pub time_zone: String,
    /// The conversion event it optimises for.
    pub conversion_event: EventName,
    /// What its set-up is supposed to deliver.
    pub plan: MeasurementPlan,
}

/// A campaign of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Campaign {
    /// Its id.
    pub id: CampaignId,
    /// Of which account.
    pub account: AccountId,
    /// Its name.
    pub name: String,
    /// What it may spend a day, in the currency of its account, as last read from the platform; none before that.
    pub daily_budget: Option<Money>,
    /// Whether it is paused, as last read from the platform.
    pub paused: bool,
}

#[derive(FromRow)]
struct AccountRow {
    account: String,
    platform: String,
    name: String,
    currency: String,
    time_zone: String,
    conversion_event: String,
    plan: String,
}

impl TryFrom<AccountRow> for Account {
    type Error = StoreError;
    fn try_from(row: AccountRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: identified(row.account, "account")?,
            platform: parsed(&row.platform, "platform")?,
            name: row.name,
            currency: parsed(&row.currency, "currency")?,
            time_zone: row.time_zone,
            conversion_event: identified(row.conversion_event, "conversion_event")?,
            plan: read(&row.plan, "plan")?,
        })
    }
}

#[derive(FromRow)]
struct CampaignRow {
    campaign: String,
    account: String,
    name: String,
    daily_budget: Option<i64>,
    paused: bool,
    currency: String,
}

impl TryFrom<CampaignRow> for Campaign {
    type Error = StoreError;
    fn try_from(row: CampaignRow) -> Result<Self, StoreError> {
        let currency: Currency = parsed(&row.currency, "currency")?;
        Ok(Self {
            id: identified(row.campaign, "campaign")?,
            account: identified(row.account, "account")?,
            name: row.name,
            daily_budget: row
                .daily_budget
                .map(|units| money(units, currency))
                .transpose()?,
            paused: row.paused,
        })
    }
}

impl TenantScope {
    /// Adds an account, or changes it. Its currency stays what it was: amounts are already stored in it.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn put_account(&mut self, account: &Account) -> Result<(), StoreError> {
        let plan = written(&account.plan, "plan")?;
        let (connection, tenant) = self.parts();
        sqlx::query(
            "INSERT INTO accounts
               (tenant, account, platform, name, currency, time_zone, conversion_event, plan)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (tenant, account) DO UPDATE SET platform = excluded.platform,
               name = excluded.name, time_zone = excluded.time_zone,
               conversion_event = excluded.conversion_event, plan = excluded.plan",
        )
        .bind(tenant)
        .bind(account.id.as_str())
        .bind(account.platform.as_str())
        .bind(&account.name)
        .bind(account.currency.as_str())
        .bind(&account.time_zone)
        .bind(account.conversion_event.as_str())
        .bind(plan)
        .execute(connection)
        .await?;
        Ok(())
    }

    /// Every account, by id.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn accounts(&mut self) -> Result<Vec<Account>, StoreError> {
        let (connection, tenant) = self.parts();
        let rows: Vec<AccountRow> = sqlx::query_as(
            "SELECT account, platform, name, currency, time_zone, conversion_event, plan
             FROM accounts WHERE tenant = $1 ORDER BY account",
        )
        .bind(tenant)
        .fetch_all(connection)
        .await?;
        rows.into_iter().map(Account::try_from).collect()
    }

    /// One account.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn account(&mut self, id: &AccountId) -> Result<Option<Account>, StoreError> {
        let (connection, tenant) = self.parts();
        let row: Option<AccountRow> = sqlx::query_as(
            "SELECT account, platform, name, currency, time_zone, conversion_event, plan
             FROM accounts WHERE tenant = $1 AND account = $2",
        )
        .bind(tenant)
        .bind(id.as_str())
        .fetch_optional(connection)
        .await?;
        row.map(Account::try_from).transpose()
    }

    /// Adds a campaign, or changes it: how it is on the platform, not how it should be.
    ///
    /// # Errors
    /// [`StoreError::CampaignElsewhere`] when it belongs to another account, any other when the database fails or the account
    /// is not there.
    pub async fn put_campaign(&mut self, campaign: &Campaign) -> Result<(), StoreError> {
        let budget = campaign
            .daily_budget
            .as_ref()
            .map(smallest_units)
            .transpose()?;
        let (connection, tenant) = self.parts();
        let done = sqlx::query(
            "INSERT INTO campaigns (tenant, account, campaign, name, daily_budget, paused)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (tenant, campaign) DO UPDATE SET name = excluded.name,
               daily_budget = excluded.daily_budget, paused = excluded.paused
             WHERE account = excluded.account",
        )
        .bind(tenant)
        .bind(campaign.account.as_str())
        .bind(campaign.id.as_str())
        .bind(&campaign.name)
        .bind(budget)
        .bind(campaign.paused)
        .execute(connection)
        .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::CampaignElsewhere(campaign.id.clone()));
        }
        Ok(())
    }

    /// The campaigns of one account, or of all of them, by id.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn campaigns(
        &mut self,
        account: Option<&AccountId>,
    ) -> Result<Vec<Campaign>, StoreError> {
        let (connection, tenant) = self.parts();
        let rows: Vec<CampaignRow> = sqlx::query_as(
            "SELECT c.campaign, c.account, c.name, c.daily_budget, c.paused, a.currency
             FROM campaigns c JOIN accounts a ON a.tenant = c.tenant AND a.account = c.account
             WHERE c.tenant = $1 AND ($2 IS NULL OR c.account = $2) ORDER BY c.campaign",
        )
        .bind(tenant)
        .bind(account.map(AccountId::as_str))
        .fetch_all(connection)
        .await?;
        rows.into_iter().map(Campaign::try_from).collect()
    }
}
