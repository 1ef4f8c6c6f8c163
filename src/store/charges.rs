//! The books: what models have cost, turn by turn.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::Store;
use super::error::Error;
use crate::domain::{RepoName, RunId, Spent, Timestamp, Usage};

/// A turn that was paid for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChargeRow {
    /// A turn that is told twice has one name, and is charged once.
    pub name: String,
    pub at: Timestamp,
    pub repo: RepoName,
    pub run: RunId,
    /// From 0.
    pub step: usize,
    /// `provider:model`.
    pub model: String,
    pub spent: Spent,
}

const SUMS: &str = "CAST(COALESCE(SUM(turns), 0) AS BIGINT) AS turns, CAST(COALESCE(SUM(input), 0) AS BIGINT) AS input, \
                    CAST(COALESCE(SUM(cached), 0) AS BIGINT) AS cached, CAST(COALESCE(SUM(cache_written), 0) AS BIGINT) AS cache_written, \
                    CAST(COALESCE(SUM(output), 0) AS BIGINT) AS output, CAST(COALESCE(SUM(micro_dollars), 0) AS BIGINT) AS micro_dollars, \
                    CAST(COALESCE(SUM(unpriced_turns), 0) AS BIGINT) AS unpriced_turns, CAST(COALESCE(SUM(millis), 0) AS BIGINT) AS millis";

impl Store {
    /// Books a turn; `false` when it was booked before.
    pub async fn charge(&self, row: &ChargeRow) -> Result<bool, Error> {
        const TEXT: &str = "INSERT INTO charges (name, at, repo, run, step, model, turns, input, cached, cache_written, output, micro_dollars, \
                            unpriced_turns, millis) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) \
                            ON CONFLICT (name) DO NOTHING";
        let usage = row.spent.usage;
        let mut transaction = self.database.write().await?;
        let insert = sqlx::query(TEXT).bind(&row.name).bind(row.at.0).bind(row.repo.to_string()).bind(row.run.as_str());
        let insert = insert.bind(i64::try_from(row.step).unwrap_or(i64::MAX)).bind(&row.model).bind(i64::from(row.spent.turns));
        let insert = insert.bind(whole(usage.input)).bind(whole(usage.cached)).bind(whole(usage.cache_written)).bind(whole(usage.output));
        let insert = insert.bind(whole(row.spent.micro_dollars)).bind(i64::from(row.spent.unpriced_turns)).bind(whole(row.spent.millis));
        let rows = insert.execute(&mut *transaction).await?.rows_affected();
        transaction.commit().await?;
        Ok(rows > 0)
    }

    /// What a run has cost.
    pub async fn spent_by_run(&self, run: &RunId) -> Result<Spent, Error> {
        let text: String = format!("SELECT {SUMS} FROM charges WHERE run = $1");
        sum(sqlx::query(sqlx::AssertSqlSafe(text)).bind(run.as_str()).fetch_one(self.database.reads()).await?)
    }

    /// What one step of a run has cost.
    pub async fn spent_by_step(&self, run: &RunId, step: usize) -> Result<Spent, Error> {
        let text: String = format!("SELECT {SUMS} FROM charges WHERE run = $1 AND step = $2");
        let step = i64::try_from(step).unwrap_or(i64::MAX);
        sum(sqlx::query(sqlx::AssertSqlSafe(text)).bind(run.as_str()).bind(step).fetch_one(self.database.reads()).await?)
    }

    /// What a repository has cost since then.
    pub async fn spent_by_repository(&self, repo: &RepoName, since: Timestamp) -> Result<Spent, Error> {
        let text: String = format!("SELECT {SUMS} FROM charges WHERE at >= $1 AND repo = $2");
        sum(sqlx::query(sqlx::AssertSqlSafe(text)).bind(since.0).bind(repo.to_string()).fetch_one(self.database.reads()).await?)
    }

    /// What everything has cost since then.
    pub async fn spent_since(&self, since: Timestamp) -> Result<Spent, Error> {
        let text: String = format!("SELECT {SUMS} FROM charges WHERE at >= $1");
        sum(sqlx::query(sqlx::AssertSqlSafe(text)).bind(since.0).fetch_one(self.database.reads()).await?)
    }
}

fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn sum(row: AnyRow) -> Result<Spent, Error> {
    let number = |name: &str| Ok::<u64, Error>(row.try_get::<i64, _>(name)?.cast_unsigned());
    let small = |name: &str| number(name).map(|n| u32::try_from(n).unwrap_or(u32::MAX));
    Ok(Spent {
        turns: small("turns")?,
        usage: Usage {
            input: number("input")?,
            cached: number("cached")?,
            cache_written: number("cache_written")?,
            output: number("output")?,
        },
        micro_dollars: number("micro_dollars")?,
        unpriced_turns: small("unpriced_turns")?,
        millis: number("millis")?,
    })
}
