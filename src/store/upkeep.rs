//! Looking after the store: the journal, the counts, the probe, and clearing out what is old.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::error::Error;
use super::turn::JournalLine;
use super::{Lane, Store};
use crate::domain::Timestamp;

/// How much there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Deliveries that wait, routed or not.
    pub waiting: u64,
    /// Those of them whose lane is not known.
    pub unrouted: u64,
    /// Effects that are not done.
    pub outbox: u64,
    pub runs: u64,
}

impl Store {
    /// What happened in a lane, oldest first.
    pub async fn journal(&self, lane: &Lane) -> Result<Vec<JournalLine>, Error> {
        let text = "SELECT at, kind, text FROM journal WHERE lane = $1 ORDER BY id";
        sqlx::query(text).bind(lane.as_str()).fetch_all(self.database.reads()).await?.into_iter().map(line).collect()
    }

    /// The newest of it, newest first.
    pub async fn newest_of_journal(&self, lane: &Lane, most: u32) -> Result<Vec<JournalLine>, Error> {
        let text = "SELECT at, kind, text FROM journal WHERE lane = $1 ORDER BY id DESC LIMIT $2";
        sqlx::query(text).bind(lane.as_str()).bind(i64::from(most)).fetch_all(self.database.reads()).await?.into_iter().map(line).collect()
    }

    pub async fn counts(&self) -> Result<Counts, Error> {
        const TEXT: &str = "SELECT (SELECT COUNT(*) FROM deliveries WHERE state = 'waiting') AS waiting, \
                            (SELECT COUNT(*) FROM deliveries WHERE state = 'waiting' AND lane IS NULL) AS unrouted, \
                            (SELECT COUNT(*) FROM outbox WHERE done = 0) AS outbox, (SELECT COUNT(*) FROM runs) AS runs";
        let row = sqlx::query(TEXT).fetch_one(self.database.reads()).await?;
        let count = |name: &str| Ok::<u64, Error>(row.try_get::<i64, _>(name)?.cast_unsigned());
        Ok(Counts { waiting: count("waiting")?, unrouted: count("unrouted")?, outbox: count("outbox")?, runs: count("runs")? })
    }

    /// Writes a row and commits it: whoever gets `Ok` knows that accepting would work.
    pub async fn probe(&self, now: Timestamp) -> Result<(), Error> {
        let mut transaction = self.database.write().await?;
        sqlx::query("UPDATE probe SET at = $1 WHERE id = 1").bind(now.0).execute(&mut *transaction).await?;
        Ok(transaction.commit().await?)
    }

    /// Deletes deliveries that were received before `before` and are handled or passed over, and effects that were due before it
    /// and are done. Returns the number of rows. A pruned delivery that GitHub sends again counts as new: GitHub can
    /// redeliver for three days, <https://docs.github.com/en/webhooks/testing-and-troubleshooting-webhooks/redelivering-webhooks>.
    pub async fn prune(&self, before: Timestamp) -> Result<u64, Error> {
        const DELIVERIES: &str =
            "DELETE FROM deliveries WHERE seq IN (SELECT seq FROM deliveries WHERE state <> 'waiting' AND received_at < $1 LIMIT 500)";
        const EFFECTS: &str = "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE done = 1 AND not_before < $1 LIMIT 500)";
        let mut pruned = 0;
        for text in [DELIVERIES, EFFECTS] {
            loop {
                let mut transaction = self.database.write().await?;
                let rows = sqlx::query(text).bind(before.0).execute(&mut *transaction).await?.rows_affected();
                transaction.commit().await?;
                pruned += rows;
                if rows == 0 {
                    break;
                }
            }
        }
        Ok(pruned)
    }
}

fn line(row: AnyRow) -> Result<JournalLine, Error> {
    Ok(JournalLine { at: Timestamp(row.try_get("at")?), kind: row.try_get("kind")?, text: row.try_get("text")? })
}
