//! Lanes: all work for one issue happens in one lane, by one worker at a time.
//!
//! A lane is leased for a while and renewed while work goes on. Each lease carries a number greater than all before it (a
//! fence): whoever slept through the end of a lease finds that its number no longer opens anything. The clock only decides
//! who may take a lane over, never whose writing counts.

use std::fmt;

use sqlx::{Any, Row, Transaction};

use super::Store;
use super::error::Error;
use crate::domain::{IssueNumber, RepoName, Timestamp};

/// The name of a lane: `owner/name#12`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Lane(String);

impl Lane {
    /// The lane of an issue.
    pub fn of(repo: &RepoName, issue: IssueNumber) -> Self {
        Self(format!("{repo}#{issue}"))
    }
    pub(super) fn stored(text: String) -> Self {
        Self(text)
    }
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Proof that a lane was leased to us. Only [`Store::claim`] makes one, and it cannot be copied.
#[derive(Debug)]
pub struct Claim {
    lane: Lane,
    owner: String,
    fence: i64,
}

impl Claim {
    pub fn lane(&self) -> &Lane {
        &self.lane
    }
    /// Grows with every lease of the lane.
    pub fn fence(&self) -> i64 {
        self.fence
    }
    fn lost(&self) -> Error {
        Error::LeaseLost(self.lane.clone())
    }
}

impl Store {
    /// Leases a lane in which something is due and which nobody holds, the one that is due longest first. `owner` names the
    /// process, for people; `lease_ms` is how long others keep away unless the lease is renewed.
    pub async fn claim(&self, owner: &str, now: Timestamp, lease_ms: i64) -> Result<Option<Claim>, Error> {
        const TEXT: &str = "UPDATE lanes SET owner = $1, fence = fence + 1, lease_until = $2 \
            WHERE lane = (SELECT lane FROM lanes WHERE due_at <= $3 AND (owner IS NULL OR lease_until <= $3) ORDER BY due_at, lane LIMIT 1) \
            AND (owner IS NULL OR lease_until <= $3) RETURNING lane, fence";
        let mut transaction = self.database.write().await?;
        let row = sqlx::query(TEXT).bind(owner).bind(now.0.saturating_add(lease_ms)).bind(now.0).fetch_optional(&mut *transaction).await?;
        transaction.commit().await?;
        row.map(|row| Ok(Claim { lane: Lane(row.try_get("lane")?), owner: owner.into(), fence: row.try_get("fence")? })).transpose()
    }

    /// Keeps a lease for another `lease_ms` from now.
    pub async fn renew(&self, claim: &Claim, now: Timestamp, lease_ms: i64) -> Result<(), Error> {
        let mut transaction = self.database.write().await?;
        let renewed = sqlx::query("UPDATE lanes SET lease_until = $1 WHERE lane = $2 AND fence = $3 AND owner = $4")
            .bind(now.0.saturating_add(lease_ms))
            .bind(claim.lane.as_str())
            .bind(claim.fence)
            .bind(claim.owner.as_str())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        if renewed.rows_affected() == 1 { Ok(()) } else { Err(claim.lost()) }
    }

    /// Gives a lane back. A lease that was lost meanwhile is nobody's concern any more.
    pub async fn release(&self, claim: Claim) -> Result<(), Error> {
        let mut transaction = self.database.write().await?;
        sqlx::query("UPDATE lanes SET owner = NULL, lease_until = 0 WHERE lane = $1 AND fence = $2 AND owner = $3")
            .bind(claim.lane.as_str())
            .bind(claim.fence)
            .bind(claim.owner.as_str())
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Gives back every lane that `owner` held: what a process does when it starts again under its old name after it was
    /// killed. The fences keep out whatever of it may still run.
    pub async fn release_all(&self, owner: &str) -> Result<u64, Error> {
        let mut transaction = self.database.write().await?;
        let freed = sqlx::query("UPDATE lanes SET owner = NULL, fence = fence + 1, lease_until = 0 WHERE owner = $1")
            .bind(owner)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(freed.rows_affected())
    }

    /// When [`Store::claim`] will find something: at once if that is in the past, never without new deliveries if `None`.
    /// A lane that somebody holds counts from the end of its lease.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, Error> {
        const TEXT: &str = "SELECT MIN(CASE WHEN owner IS NOT NULL AND lease_until > due_at THEN lease_until ELSE due_at END) AS due \
                            FROM lanes WHERE due_at IS NOT NULL";
        let row = sqlx::query(TEXT).fetch_one(self.database.reads()).await?;
        Ok(row.try_get::<Option<i64>, _>("due")?.map(Timestamp))
    }
}

/// Fails unless the claim still holds; until the transaction ends nobody can take it.
pub(super) async fn check_fence(transaction: &mut Transaction<'static, Any>, claim: &Claim) -> Result<(), Error> {
    let held = sqlx::query("UPDATE lanes SET fence = fence WHERE lane = $1 AND fence = $2 AND owner = $3")
        .bind(claim.lane.as_str())
        .bind(claim.fence)
        .bind(claim.owner.as_str())
        .execute(&mut **transaction)
        .await?;
    if held.rows_affected() == 1 { Ok(()) } else { Err(claim.lost()) }
}

/// Computes anew when the lane has something to do: its oldest delivery, its first effect, its run's waking.
/// Belongs at the end of every transaction that changes one of these.
pub(super) async fn refresh_due(transaction: &mut Transaction<'static, Any>, lane: &Lane) -> Result<(), Error> {
    const TEXT: &str = "UPDATE lanes SET due_at = (SELECT MIN(due.at) FROM ( \
              SELECT MIN(received_at) AS at FROM deliveries WHERE lane = $1 AND state = 'waiting' \
              UNION ALL \
              SELECT not_before AS at FROM outbox WHERE id = (SELECT MIN(id) FROM outbox WHERE lane = $1 AND done = 0) \
              UNION ALL \
              SELECT wake_at AS at FROM runs WHERE lane = $1 \
            ) AS due) WHERE lane = $1";
    sqlx::query(TEXT).bind(lane.as_str()).execute(&mut **transaction).await?;
    Ok(())
}
