//! Which policy holds, and which held before? Every adopted version is kept.

use sqlx::FromRow;
use stratum_core::trust::{Policy, PolicySettings};
use stratum_core::vocabulary::{ActorId, Digest, Timestamp};

use crate::column::{identified, micros, moment, read, unreadable, written};
use crate::{StoreError, TenantScope};

/// A policy that was adopted.
#[derive(Debug, Clone, PartialEq)]
pub struct AdoptedPolicy {
    /// The policy, checked again when it was read.
    pub policy: Policy,
    /// When.
    pub adopted_at: Timestamp,
    /// By whom.
    pub by: ActorId,
}

#[derive(FromRow)]
struct PolicyRow {
    digest: String,
    settings: String,
    adopted_at: i64,
    adopted_by: String,
}

impl TryFrom<PolicyRow> for AdoptedPolicy {
    type Error = StoreError;
    fn try_from(row: PolicyRow) -> Result<Self, StoreError> {
        let settings: PolicySettings = read(&row.settings, "settings")?;
        let policy = Policy::new(settings).map_err(|error| unreadable("settings", error))?;
        let digest: Digest = identified(row.digest, "digest")?;
        if policy.digest() != digest {
            return Err(unreadable(
                "digest",
                "the settings are not those that were adopted",
            ));
        }
        Ok(Self {
            policy,
            adopted_at: moment(row.adopted_at)?,
            by: identified(row.adopted_by, "adopted_by")?,
        })
    }
}

impl TenantScope {
    /// Adopts a policy: from now on it is the current one.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn adopt_policy(
        &mut self,
        policy: &Policy,
        by: &ActorId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let settings = written(policy.settings(), "settings")?;
        let (connection, tenant) = self.parts();
        sqlx::query(
            "INSERT INTO policies (tenant, digest, version, settings, adopted_at, adopted_by, number)
             SELECT $1, $2, $3, $4, $5, $6, 1 + COALESCE(MAX(number), 0)
             FROM policies WHERE tenant = $1",
        )
        .bind(tenant)
        .bind(policy.digest().to_string())
        .bind(policy.settings().version.as_str())
        .bind(settings)
        .bind(micros(now))
        .bind(by.as_str())
        .execute(connection)
        .await?;
        Ok(())
    }

    /// The policy that holds; none before the first was adopted.
    ///
    /// # Errors
    /// [`StoreError`] when the stored settings are not valid or the database fails.
    pub async fn current_policy(&mut self) -> Result<Option<AdoptedPolicy>, StoreError> {
        let (connection, tenant) = self.parts();
        let row: Option<PolicyRow> = sqlx::query_as(
            "SELECT digest, settings, adopted_at, adopted_by FROM policies
             WHERE tenant = $1 ORDER BY number DESC LIMIT 1",
        )
        .bind(tenant)
        .fetch_optional(connection)
        .await?;
        row.map(AdoptedPolicy::try_from).transpose()
    }

    /// An adopted policy by its digest.
    ///
    /// # Errors
    /// [`StoreError`] when the stored settings are not valid or the database fails.
    pub async fn policy(&mut self, digest: Digest) -> Result<Option<AdoptedPolicy>, StoreError> {
        let (connection, tenant) = self.parts();
        let row: Option<PolicyRow> = sqlx::query_as(
            "SELECT digest, settings, adopted_at, adopted_by FROM policies
             WHERE tenant = $1 AND digest = $2 ORDER BY number DESC LIMIT 1",
        )
        .bind(tenant)
        .bind(digest.to_string())
        .fetch_optional(connection)
        .await?;
        row.map(AdoptedPolicy::try_from).transpose()
    }
}
