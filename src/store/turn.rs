//! What a worker does with a lane: sees what is next, and commits what it made of it in the one transaction.

use sqlx::{Any, Row, Transaction};

use super::error::Error;
use super::lanes::{check_fence, refresh_due};
use super::routing::delivery;
use super::runs::RunRow;
use super::{Claim, Delivery, Store};
use crate::domain::{DeliveryId, Timestamp};

/// The next thing to do in a lane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Work {
    Delivery(Delivery),
    Effect(PendingEffect),
    /// The run asked to be woken, and its time has come.
    Wake,
    Nothing,
}

/// An effect in the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingEffect {
    pub id: i64,
    /// What makes doing it twice the same as doing it once.
    pub key: String,
    pub effect_json: String,
    /// How often it was postponed.
    pub attempts: u32,
}

/// What a turn was made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Consumed {
    Delivery(DeliveryId),
    Effect(i64),
    Wake,
    Nothing,
}

/// An effect to be put into the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEffect {
    pub key: String,
    pub json: String,
    pub not_before: Timestamp,
}

/// What happened, in words for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalLine {
    pub at: Timestamp,
    pub kind: String,
    pub text: String,
}

/// The outcome of one turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    pub consumed: Consumed,
    /// The run's new state, if it changed.
    pub run: Option<RunRow>,
    pub effects: Vec<NewEffect>,
    pub journal: Vec<JournalLine>,
}

impl Store {
    /// What to do next in a lane: deliveries first, so that a "stop" is seen before another effect; then effects in the
    /// order in which they were decided, one that is not yet due holding up those behind it; then the run's waking.
    pub async fn next(&self, claim: &Claim, now: Timestamp) -> Result<Work, Error> {
        const DELIVERY: &str = "SELECT id, event, received_at, raw_length, payload FROM deliveries \
                                WHERE state = 'waiting' AND lane = $1 ORDER BY seq LIMIT 1";
        const EFFECT: &str = "SELECT id, key, json, attempts, not_before FROM outbox WHERE lane = $1 AND done = 0 ORDER BY id LIMIT 1";
        const WAKE: &str = "SELECT wake_at FROM runs WHERE lane = $1 AND wake_at <= $2";
        let lane = claim.lane().as_str();
        if let Some(row) = sqlx::query(DELIVERY).bind(lane).fetch_optional(self.database.reads()).await? {
            return Ok(Work::Delivery(delivery(row)?));
        }
        if let Some(row) = sqlx::query(EFFECT).bind(lane).fetch_optional(self.database.reads()).await?
            && row.try_get::<i64, _>("not_before")? <= now.0
        {
            let attempts = u32::try_from(row.try_get::<i64, _>("attempts")?).unwrap_or(u32::MAX);
            return Ok(Work::Effect(PendingEffect {
                id: row.try_get("id")?,
                key: row.try_get("key")?,
                effect_json: row.try_get("json")?,
                attempts,
            }));
        }
        let wake = sqlx::query(WAKE).bind(lane).bind(now.0).fetch_optional(self.database.reads()).await?;
        Ok(if wake.is_some() { Work::Wake } else { Work::Nothing })
    }

    /// The one transaction: what was consumed is marked so, the run gets its new version, effects go into the outbox and
    /// lines into the journal; all of it or nothing. [`Error::LeaseLost`] when the claim no longer holds, [`Error::Conflict`] when
    /// the run has another version or what was to be consumed already is. A waking that sets no new time is not repeated. An effect
    /// whose key waits undone in the lane is not put there twice.
    pub async fn commit_turn(&self, claim: &Claim, turn: Turn) -> Result<(), Error> {
        let mut transaction = self.database.write().await?;
        check_fence(&mut transaction, claim).await?;
        consume(&mut transaction, claim, &turn).await?;
        if let Some(run) = &turn.run {
            run.write(&mut transaction, claim.lane()).await?;
        }
        for effect in &turn.effects {
            sqlx::query("INSERT INTO outbox (lane, key, json, not_before) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING")
                .bind(claim.lane().as_str())
                .bind(effect.key.as_str())
                .bind(effect.json.as_str())
                .bind(effect.not_before.0)
                .execute(&mut *transaction)
                .await?;
        }
        for line in &turn.journal {
            sqlx::query("INSERT INTO journal (lane, at, kind, text) VALUES ($1, $2, $3, $4)")
                .bind(claim.lane().as_str())
                .bind(line.at.0)
                .bind(line.kind.as_str())
                .bind(line.text.as_str())
                .execute(&mut *transaction)
                .await?;
        }
        refresh_due(&mut transaction, claim.lane()).await?;
        Ok(transaction.commit().await?)
    }

    /// Puts an effect off until `not_before`, with the reason, and counts the attempt.
    pub async fn postpone(&self, claim: &Claim, effect_id: i64, not_before: Timestamp, why: &str) -> Result<(), Error> {
        const TEXT: &str =
            "UPDATE outbox SET attempts = attempts + 1, not_before = $1, last_error = $2 WHERE id = $3 AND lane = $4 AND done = 0";
        let mut transaction = self.database.write().await?;
        check_fence(&mut transaction, claim).await?;
        let postponed =
            sqlx::query(TEXT).bind(not_before.0).bind(why).bind(effect_id).bind(claim.lane().as_str()).execute(&mut *transaction).await?;
        if postponed.rows_affected() != 1 {
            return Err(Error::Conflict { lane: claim.lane().clone(), what: "the effect" });
        }
        refresh_due(&mut transaction, claim.lane()).await?;
        Ok(transaction.commit().await?)
    }
}

async fn consume(transaction: &mut Transaction<'static, Any>, claim: &Claim, turn: &Turn) -> Result<(), Error> {
    let lane = claim.lane();
    let (what, consumed) = match &turn.consumed {
        Consumed::Nothing => return Ok(()),
        Consumed::Wake => {
            let text = "UPDATE runs SET wake_at = NULL WHERE lane = $1";
            ("the run", sqlx::query(text).bind(lane.as_str()).execute(&mut **transaction).await?)
        }
        Consumed::Delivery(id) => {
            let text = "UPDATE deliveries SET state = 'handled', handled_at = $3 WHERE id = $1 AND lane = $2 AND state = 'waiting'";
            let at = turn.journal.last().map(|line| line.at.0);
            ("the delivery", sqlx::query(text).bind(id.as_str()).bind(lane.as_str()).bind(at).execute(&mut **transaction).await?)
        }
        Consumed::Effect(id) => {
            let text = "UPDATE outbox SET done = 1 WHERE id = $1 AND lane = $2 AND done = 0";
            ("the effect", sqlx::query(text).bind(*id).bind(lane.as_str()).execute(&mut **transaction).await?)
        }
    };
    if consumed.rows_affected() == 1 { Ok(()) } else { Err(Error::Conflict { lane: lane.clone(), what }) }
}
