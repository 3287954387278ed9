//! Where do cumulative limits count from? The first daily budget of a campaign that was ever changed through here.

use stratum_core::trust::Action;
use stratum_core::vocabulary::{AccountId, CampaignId, Money};

use crate::column::read;
use crate::{StoreError, TenantScope};

impl TenantScope {
    /// The daily budget before the campaign's first change, of those that were applied or may have been; none when there was
    /// no such change.
    ///
    /// Changes of bids have no daily budget and a start has none before it: neither says where the budget stood.
    ///
    /// # Errors
    /// [`StoreError`] when an action cannot be read or the database fails.
    pub async fn first_daily_budget(
        &mut self,
        account: &AccountId,
        campaign: &CampaignId,
    ) -> Result<Option<Money>, StoreError> {
        let (connection, tenant) = self.parts();
        let actions: Vec<String> = sqlx::query_scalar(
            "SELECT action FROM executions
             WHERE tenant = $1 AND account = $2 AND campaign = $3
               AND state IN ('intent', 'unconfirmed', 'applied')
             ORDER BY begun_at, permit",
        )
        .bind(tenant)
        .bind(account.as_str())
        .bind(campaign.as_str())
        .fetch_all(connection)
        .await?;
        for action in actions {
            let action: Action = read(&action, "action")?;
            if let Some(before) = action.before()
                && action.is_about_budget()
                && before.is_positive()
            {
                return Ok(Some(before));
            }
        }
        Ok(None)
    }
}
