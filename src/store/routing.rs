//! Deliveries on their way to a lane: each is routed to one, or passed over with a reason that people can read.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::error::Error;
use super::lanes::refresh_due;
use super::payload::unpack;
use super::{Delivery, Lane, Store};
use crate::domain::{DeliveryId, Timestamp};

/// A delivery that nothing was done with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassedOver {
    pub id: DeliveryId,
    pub event: String,
    pub received_at: Timestamp,
    pub reason: String,
}

impl Store {
    /// Deliveries whose lane is not known yet, oldest first, at most `limit`. One whose payload is damaged is passed over, so that it
    /// does not hold up the others.
    pub async fn unrouted(&self, limit: u32) -> Result<Vec<Delivery>, Error> {
        const TEXT: &str = "SELECT id, event, received_at, raw_length, payload FROM deliveries \
                            WHERE state = 'waiting' AND lane IS NULL ORDER BY seq LIMIT $1";
        let rows = sqlx::query(TEXT).bind(i64::from(limit)).fetch_all(self.database.reads()).await?;
        let mut readable = Vec::with_capacity(rows.len());
        for row in rows {
            let id = DeliveryId::new(row.try_get::<String, _>("id")?);
            let received_at = Timestamp(row.try_get("received_at")?);
            match delivery(row) {
                Ok(delivery) => readable.push(delivery),
                Err(Error::Corrupt(what)) => self.pass_over(&id, &format!("it cannot be read any more: {what}"), received_at).await?,
                Err(error) => return Err(error),
            }
        }
        Ok(readable)
    }

    /// Puts a waiting delivery into a lane. Does nothing when it is there already, or no longer waits.
    pub async fn route(&self, id: &DeliveryId, lane: &Lane) -> Result<(), Error> {
        let mut transaction = self.database.write().await?;
        sqlx::query("INSERT INTO lanes (lane) VALUES ($1) ON CONFLICT (lane) DO NOTHING")
            .bind(lane.as_str())
            .execute(&mut *transaction)
            .await?;
        sqlx::query("UPDATE deliveries SET lane = $1 WHERE id = $2 AND state = 'waiting' AND lane IS NULL")
            .bind(lane.as_str())
            .bind(id.as_str())
            .execute(&mut *transaction)
            .await?;
        refresh_due(&mut transaction, lane).await?;
        Ok(transaction.commit().await?)
    }

    /// Records that nothing is done with a waiting delivery, and why. The row stays until it is pruned.
    pub async fn pass_over(&self, id: &DeliveryId, reason: &str, now: Timestamp) -> Result<(), Error> {
        let mut transaction = self.database.write().await?;
        sqlx::query(
            "UPDATE deliveries SET state = 'passed', reason = $1, handled_at = $2 WHERE id = $3 AND state = 'waiting' AND lane IS NULL",
        )
        .bind(reason)
        .bind(now.0)
        .bind(id.as_str())
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }

    /// The newest deliveries that were passed over, newest first, at most `limit`.
    pub async fn passed_over(&self, limit: u32) -> Result<Vec<PassedOver>, Error> {
        const TEXT: &str =
            "SELECT id, event, received_at, reason FROM deliveries WHERE state = 'passed' ORDER BY received_at DESC, seq DESC LIMIT $1";
        let rows = sqlx::query(TEXT).bind(i64::from(limit)).fetch_all(self.database.reads()).await?;
        rows.into_iter()
            .map(|row| {
                let reason = row.try_get::<Option<String>, _>("reason")?.unwrap_or_default();
                Ok(PassedOver {
                    id: DeliveryId::new(row.try_get::<String, _>("id")?),
                    event: row.try_get("event")?,
                    received_at: Timestamp(row.try_get("received_at")?),
                    reason,
                })
            })
            .collect()
    }
}

/// A delivery from the columns id, event, received_at, raw_length, payload.
pub(super) fn delivery(row: AnyRow) -> Result<Delivery, Error> {
    let id: String = row.try_get("id")?;
    let payload = unpack(&id, row.try_get("raw_length")?, row.try_get("payload")?)?;
    Ok(Delivery { event: row.try_get("event")?, received_at: Timestamp(row.try_get("received_at")?), payload, id: DeliveryId::new(id) })
}
