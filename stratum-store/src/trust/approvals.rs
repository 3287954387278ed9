//! Who else agreed? Approvals by second persons, and which of them are spent.

use stratum_core::trust::Approval;
use stratum_core::vocabulary::{ActorId, Digest, Timestamp};

use crate::column::{identified, micros, read, written};
use crate::{StoreError, TenantScope};

impl TenantScope {
    /// Stores an approval; the same one twice is one.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn add_approval(&mut self, approval: &Approval) -> Result<(), StoreError> {
        let body = written(approval, "body")?;
        let (connection, tenant) = self.parts();
        sqlx::query(
            "INSERT INTO approvals (tenant, digest, proposal, body, expires_at)
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        )
        .bind(tenant)
        .bind(approval.digest().to_string())
        .bind(approval.proposal.to_string())
        .bind(body)
        .bind(micros(approval.expires_at))
        .execute(connection)
        .await?;
        Ok(())
    }

    /// Marks an approval as spent; says `false` when it was spent before or is not there.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn spend_approval(
        &mut self,
        digest: Digest,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let (connection, tenant) = self.parts();
        let done = sqlx::query(
            "UPDATE approvals SET spent_at = $1
             WHERE tenant = $2 AND digest = $3 AND spent_at IS NULL",
        )
        .bind(micros(now))
        .bind(tenant)
        .bind(digest.to_string())
        .execute(connection)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// The approvals of a proposal (by its digest), and the digests of those that are spent.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn approvals(
        &mut self,
        proposal: Digest,
    ) -> Result<(Vec<Approval>, Vec<Digest>), StoreError> {
        let (connection, tenant) = self.parts();
        let rows: Vec<(String, String, Option<i64>)> = sqlx::query_as(
            "SELECT digest, body, spent_at FROM approvals
             WHERE tenant = $1 AND proposal = $2 ORDER BY expires_at, digest",
        )
        .bind(tenant)
        .bind(proposal.to_string())
        .fetch_all(connection)
        .await?;
        let (mut approvals, mut spent) = (Vec::with_capacity(rows.len()), Vec::new());
        for (digest, body, spent_at) in rows {
            approvals.push(read(&body, "body")?);
            if spent_at.is_some() {
                spent.push(identified(digest, "digest")?);
            }
        }
        Ok((approvals, spent))
    }

    /// Whether somebody has proposed under this name as a rule, a model or an agent.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn has_proposed_as_automation(
        &mut self,
        actor: &ActorId,
    ) -> Result<bool, StoreError> {
        let (connection, tenant) = self.parts();
        let names: Vec<String> = sqlx::query_scalar(
            "SELECT DISTINCT json_extract(body, '$.proposer.id') FROM proposals
             WHERE tenant = $1 AND json_extract(body, '$.proposer.kind') <> 'person'",
        )
        .bind(tenant)
        .fetch_all(connection)
        .await?;
        for name in names {
            if identified::<ActorId>(name, "body")?.is_same_actor(actor) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
