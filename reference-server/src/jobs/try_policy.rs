//! What would another policy have decided? Streams the ledger through a trial, with the truth of a simulation beside it.

use std::collections::BTreeMap;

use stratum_core::trust::Policy;
use stratum_core::vocabulary::{Currency, TenantId};
use stratum_store::trust::DecisionFilter;
use stratum_store::{Store, TenantScope};

use super::JobError;
use crate::decisions::decision::Truth;
use crate::decisions::trial::{Trial, TrialAnswer};

const PAGE: u32 = 500;

/// Judges every recorded review of a tenant under another policy.
///
/// # Errors
/// [`JobError`] when the database fails or the ledger cannot be replayed.
pub async fn try_policy(
    store: &Store,
    tenant: &TenantId,
    policy: &Policy,
) -> Result<TrialAnswer, JobError> {
    let mut scope = store.tenant(tenant).read().await?;
    let truths = truths(&mut scope).await?;
    let mut trial = Trial::of(policy, main_currency(&mut scope).await?);
    let mut after = 0;
    loop {
        let page = scope.entries_after(after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.seq;
        for entry in &page {
            trial.take(entry, truths.get(&entry.seq).copied())?;
        }
        // A long ledger is a long computation: let others have their turn.
        tokio::task::yield_now().await;
    }
    Ok(trial.finish())
}

/// The truth about each decision, where it is known.
async fn truths(scope: &mut TenantScope) -> Result<BTreeMap<u64, Truth>, JobError> {
    let mut truths = BTreeMap::new();
    let mut filter = DecisionFilter::default();
    loop {
        let page = scope.decisions(&filter, PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(truths);
        };
        filter.before = Some(last.seq);
        truths.extend(
            page.iter().filter_map(|decision| {
                Some((decision.seq, Truth::named(decision.truth?.as_str())?))
            }),
        );
    }
}

/// The currency of the tenant's first account.
///
/// # Errors
/// [`JobError::Store`].
pub async fn main_currency(scope: &mut TenantScope) -> Result<Currency, JobError> {
    let accounts = scope.accounts().await?;
    let first = accounts.first().map(|account| account.currency);
    match first {
        Some(currency) => Ok(currency),
        None => "EUR".parse().map_err(|_| JobError::NoPolicy),
    }
}
