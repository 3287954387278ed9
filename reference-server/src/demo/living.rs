//! What happens in the next hour of the demo? The world moves, its records are written, health is evaluated, rules look.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use stratum_core::numeric::from_decimal;
use stratum_core::simulation::{BudgetSetting, World};
use stratum_core::trust::AppliedChange;
use stratum_core::vocabulary::{CampaignId, TenantId, Timestamp};
use stratum_store::Store;
use stratum_store::trust::Truth as StoredTruth;

use super::DemoError;
use super::cast::act;
use super::plan::{DemoPlan, FIRST_LOOK, LOOK_HOURS, PROGRESS, Progress};
use super::rows::Scribe;
use super::truth::truth_of;
use crate::decisions::decision::Truth;
use crate::desk::Desk;
use crate::jobs::evaluate_health::evaluate_in;
use crate::jobs::recover_executions::recover_executions;
use crate::jobs::run_rules::{Proposed, run_rules};

/// A demo that is being lived.
#[derive(Debug)]
pub struct Living {
    world: World,
    scribe: Scribe,
    progress: Progress,
    tenant: TenantId,
    changed_at: BTreeMap<CampaignId, Timestamp>,
}

impl Living {
    /// The demo as it is stored.
    ///
    /// # Errors
    /// [`DemoError`]; also when there is no demo in the store.
    pub async fn stored(store: &Store) -> Result<Self, DemoError> {
        let mut scope = store.tenant(&DemoPlan::tenant()?).read().await?;
        let progress: Option<Progress> = scope.rule_state(PROGRESS).await?;
        let progress = progress.ok_or(DemoError::Plan("there is no demo in this store"))?;
        let applied = scope.applied_changes(progress.plan.start).await?;
        drop(scope);
        Self::resume(progress, &applied)
    }

    /// Brings the world to where the demo stands, with the budget changes that were applied on the way.
    ///
    /// # Errors
    /// [`DemoError`].
    pub fn resume(progress: Progress, applied: &[AppliedChange]) -> Result<Self, DemoError> {
        let world = World::new(progress.plan.world());
        let scribe = Scribe::new(world.plan().accounts.len())?;
        let mut living = Self {
            world,
            scribe,
            progress: Progress {
                hours: 0,
                ..progress
            },
            tenant: DemoPlan::tenant()?,
            changed_at: BTreeMap::new(),
        };
        while living.progress.hours < progress.hours {
            let now = living.progress.now();
            let hour = TimeDelta::hours(1);
            let lately = applied
                .iter()
                .filter(|change| now - hour < change.at && change.at <= now);
            let settings = living.settings(lately);
            living.world.step(&settings);
            if let Some(newest) = living.world.newest().cloned() {
                living.scribe.follow(&living.world, &newest)?;
            }
            living.progress.hours += 1;
        }
        // What was final by now is in the store already.
        living.scribe.forget_settled(living.progress.now());
        Ok(living)
    }

    /// How far it has come.
    #[must_use]
    pub const fn progress(&self) -> &Progress {
        &self.progress
    }

    fn settings<'a>(
        &mut self,
        applied: impl Iterator<Item = &'a AppliedChange>,
    ) -> Vec<BudgetSetting> {
        let mut settings = Vec::new();
        for change in applied {
            self.changed_at.insert(change.campaign.clone(), change.at);
            let plans = self.world.plan().accounts.iter().enumerate();
            let found = plans
                .filter(|(_, plan)| plan.id == change.account.as_str())
                .find_map(|(account, plan)| {
                    let mut campaigns = plan.campaigns.iter();
                    let place = campaigns.position(|c| c.id == change.campaign.as_str());
                    place.map(|campaign| (account, campaign))
                });
            if let (Some((account, campaign)), Some(after)) = (found, change.after) {
                let daily_budget = from_decimal(after.amount());
                settings.push(BudgetSetting {
                    account,
                    campaign,
                    daily_budget,
                });
            }
        }
        settings
    }

    /// Lives one hour. The desk's clock stands at the end of that hour.
    ///
    /// # Errors
    /// [`DemoError`].
    pub async fn live_an_hour(&mut self, desk: &Desk) -> Result<(), DemoError> {
        let began = self.progress.now();
        let now = began + TimeDelta::hours(1);
        let mut scope = desk.store.tenant(&self.tenant).begin().await?;
        let applied = scope.applied_changes(began - TimeDelta::hours(1)).await?;
        let lately = applied
            .iter()
            .filter(|change| began - TimeDelta::hours(1) < change.at && change.at <= began);
        let settings = self.settings(lately);
        self.world.step(&settings);
        let Some(newest) = self.world.newest().cloned() else {
            return Ok(());
        };
        self.scribe.write(&mut scope, &self.world, &newest).await?;
        self.progress.hours += 1;
        evaluate_in(&mut scope, desk, now).await?;
        scope.put_rule_state(PROGRESS, &self.progress, now).await?;
        scope.commit().await?;
        self.decide(desk, now).await
    }

    /// Lets rules and people act, and writes the known truth beside what they proposed.
    async fn decide(&mut self, desk: &Desk, now: Timestamp) -> Result<(), DemoError> {
        let hour = self.progress.hours;
        if hour < FIRST_LOOK {
            return Ok(());
        }
        let is_last = hour == self.progress.plan.hours();
        let mut made = act(desk, &self.tenant, &self.world, hour, is_last).await?;
        if hour.is_multiple_of(LOOK_HOURS) {
            recover_executions(desk, &self.tenant).await?;
            made.extend(run_rules(desk, &self.tenant).await?);
        }
        self.write_truth(desk, &made, now).await
    }

    async fn write_truth(
        &self,
        desk: &Desk,
        made: &[Proposed],
        now: Timestamp,
    ) -> Result<(), DemoError> {
        if made.is_empty() {
            return Ok(());
        }
        let mut scope = desk.store.tenant(&self.tenant).begin().await?;
        for proposed in made {
            let changed_at = self
                .changed_at
                .get(proposed.proposal.action.campaign())
                .copied();
            let truth = truth_of(&self.world, &proposed.proposal, changed_at, now);
            let Some(truth) = truth else { continue };
            if let Some(mut decision) = scope.decision(proposed.seq).await? {
                decision.truth = Some(match truth {
                    Truth::Harmful => StoredTruth::Harmful,
                    Truth::Harmless => StoredTruth::Harmless,
                });
                scope.put_decision(&decision).await?;
            }
        }
        Ok(scope.commit().await?)
    }
}
