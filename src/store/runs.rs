//! Runs as stored: JSON that only the engine understands, and the few columns by which a delivery finds its lane.

use sqlx::any::AnyRow;
use sqlx::{Any, Row, Transaction};

use super::error::Error;
use super::lanes::refresh_due;
use super::{Lane, Store};
use crate::domain::{BranchName, IssueNumber, PullNumber, RepoName, Timestamp};

/// A run to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRow {
    pub json: String,
    /// The version that was read; 0 for a lane that has no run yet.
    pub version_before: i64,
    pub repo: RepoName,
    pub issue: IssueNumber,
    pub branch: Option<BranchName>,
    pub pull: Option<PullNumber>,
    /// For people and for listing.
    pub phase: String,
    pub wake_at: Option<Timestamp>,
}

/// A run as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRun {
    pub json: String,
    pub version: i64,
}

/// A line of the list of runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunSummary {
    pub lane: Lane,
    pub repo: RepoName,
    pub issue: IssueNumber,
    pub branch: Option<BranchName>,
    pub pull: Option<PullNumber>,
    pub phase: String,
    pub wake_at: Option<Timestamp>,
    pub version: i64,
}

impl Store {
    pub async fn run(&self, lane: &Lane) -> Result<Option<StoredRun>, Error> {
        let text = "SELECT json, version FROM runs WHERE lane = $1";
        let row = sqlx::query(text).bind(lane.as_str()).fetch_optional(self.database.reads()).await?;
        row.map(|row| Ok(StoredRun { json: row.try_get("json")?, version: row.try_get("version")? })).transpose()
    }

    /// The lanes whose run has this branch: more than one only if a branch was used again.
    pub async fn run_by_branch(&self, repo: &RepoName, branch: &BranchName) -> Result<Vec<Lane>, Error> {
        let text = "SELECT lane FROM runs WHERE repo = $1 AND branch = $2 ORDER BY lane";
        lanes(sqlx::query(text).bind(repo.to_string()).bind(branch.as_str()).fetch_all(self.database.reads()).await?)
    }

    pub async fn run_by_pull(&self, repo: &RepoName, pull: PullNumber) -> Result<Option<Lane>, Error> {
        let text = "SELECT lane FROM runs WHERE repo = $1 AND pull = $2 ORDER BY lane LIMIT 1";
        one(lanes(sqlx::query(text).bind(repo.to_string()).bind(pull.0.cast_signed()).fetch_all(self.database.reads()).await?))
    }

    pub async fn run_by_issue(&self, repo: &RepoName, issue: IssueNumber) -> Result<Option<Lane>, Error> {
        let text = "SELECT lane FROM runs WHERE repo = $1 AND issue = $2 ORDER BY lane LIMIT 1";
        one(lanes(sqlx::query(text).bind(repo.to_string()).bind(issue.0.cast_signed()).fetch_all(self.database.reads()).await?))
    }

    /// Has a run that waits for a later time wake at this one; whether it did.
    pub async fn wake_sooner(&self, lane: &Lane, at: Timestamp) -> Result<bool, Error> {
        let mut transaction = self.database.write().await?;
        let sooner = sqlx::query("UPDATE runs SET wake_at = $1 WHERE lane = $2 AND wake_at > $1")
            .bind(at.0)
            .bind(lane.as_str())
            .execute(&mut *transaction)
            .await?;
        refresh_due(&mut transaction, lane).await?;
        transaction.commit().await?;
        Ok(sooner.rows_affected() == 1)
    }

    /// The runs of a repository, by lane.
    pub async fn runs_of(&self, repo: &RepoName) -> Result<Vec<RunSummary>, Error> {
        let text = "SELECT lane, repo, issue, branch, pull, phase, wake_at, version FROM runs WHERE repo = $1 ORDER BY lane";
        sqlx::query(text).bind(repo.to_string()).fetch_all(self.database.reads()).await?.into_iter().map(summary).collect()
    }

    /// All runs, by lane.
    pub async fn runs(&self) -> Result<Vec<RunSummary>, Error> {
        let text = "SELECT lane, repo, issue, branch, pull, phase, wake_at, version FROM runs ORDER BY lane";
        sqlx::query(text).fetch_all(self.database.reads()).await?.into_iter().map(summary).collect()
    }
}

impl RunRow {
    pub(super) async fn write(&self, transaction: &mut Transaction<'static, Any>, lane: &Lane) -> Result<(), Error> {
        const NEW: &str = "INSERT INTO runs (json, repo, issue, branch, pull, phase, wake_at, lane, version) \
                           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9 + 1) ON CONFLICT (lane) DO NOTHING";
        const NEXT: &str = "UPDATE runs SET json = $1, repo = $2, issue = $3, branch = $4, pull = $5, phase = $6, wake_at = $7, \
                            version = version + 1 WHERE lane = $8 AND version = $9";
        let written = sqlx::query(if self.version_before == 0 { NEW } else { NEXT })
            .bind(self.json.as_str())
            .bind(self.repo.to_string())
            .bind(self.issue.0.cast_signed())
            .bind(self.branch.as_ref().map(BranchName::as_str))
            .bind(self.pull.map(|n| n.0.cast_signed()))
            .bind(self.phase.as_str())
            .bind(self.wake_at.map(|t| t.0))
            .bind(lane.as_str())
            .bind(self.version_before)
            .execute(&mut **transaction)
            .await?;
        if written.rows_affected() == 1 { Ok(()) } else { Err(Error::Conflict { lane: lane.clone(), what: "the run" }) }
    }
}

fn lanes(rows: Vec<AnyRow>) -> Result<Vec<Lane>, Error> {
    rows.into_iter().map(|row| Ok(Lane::stored(row.try_get("lane")?))).collect()
}

fn one(lanes: Result<Vec<Lane>, Error>) -> Result<Option<Lane>, Error> {
    lanes.map(|lanes| lanes.into_iter().next())
}

fn summary(row: AnyRow) -> Result<RunSummary, Error> {
    let repo: String = row.try_get("repo")?;
    Ok(RunSummary {
        lane: Lane::stored(row.try_get("lane")?),
        repo: repo.parse().map_err(|_| Error::Corrupt(format!("the repository name {repo:?}")))?,
        issue: IssueNumber(row.try_get::<i64, _>("issue")?.cast_unsigned()),
        branch: row.try_get::<Option<String>, _>("branch")?.map(BranchName::new),
        pull: row.try_get::<Option<i64>, _>("pull")?.map(|n| PullNumber(n.cast_unsigned())),
        phase: row.try_get("phase")?,
        wake_at: row.try_get::<Option<i64>, _>("wake_at")?.map(Timestamp),
        version: row.try_get("version")?,
    })
}
