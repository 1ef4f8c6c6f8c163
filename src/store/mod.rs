//! What survives: deliveries, runs, effects still to be done, the journal, and who works on what.
//!
//! Contract: what a function returned `Ok` for is on disk. Nothing is ever half written. No transaction is open when a function
//! has returned, so none is held while anything outside happens.
//!
//! It does not know what a run or an effect is (both are JSON texts of the engine), does not read the clock, and does not
//! decide what to do about a failure.

mod charges;
mod connection;
mod error;
mod inbox;
mod lanes;
mod migrate;
mod payload;
mod routing;
mod runs;
#[cfg(test)]
mod tests;
mod turn;
mod upkeep;

use bytes::Bytes;
use tokio::sync::{Mutex, watch};
use tokio::task::JoinHandle;

use crate::domain::{DeliveryId, Timestamp};
use connection::Database;

pub use charges::ChargeRow;
pub use connection::StoreConfig;
pub use error::Error;
pub use lanes::{Claim, Lane};
pub use routing::PassedOver;
pub use runs::{RunRow, RunSummary, StoredRun};
pub use turn::{Consumed, JournalLine, NewEffect, PendingEffect, Turn, Work};
pub use upkeep::Counts;

/// One webhook as received. The payload is whatever was signed: it need not be JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    pub id: DeliveryId,
    /// `X-GitHub-Event`, as it was sent.
    pub event: String,
    pub received_at: Timestamp,
    pub payload: Bytes,
}

/// Whether a delivery was there before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepted {
    New,
    Duplicate,
}

/// An open store. Share it in an `Arc`.
#[derive(Debug)]
pub struct Store {
    database: Database,
    inbox: inbox::Inbox,
    arrivals: watch::Receiver<u64>,
    writer: Mutex<Option<JoinHandle<()>>>,
}

impl Store {
    /// Opens the store and brings its schema to the newest version. Must be called within a tokio runtime.
    pub async fn open(config: &StoreConfig) -> Result<Self, Error> {
        let database = Database::open(config).await?;
        migrate::migrate(&database, &config.place(), None).await?;
        let (arrived, arrivals) = watch::channel(0);
        let (inbox, writing) = inbox::Inbox::new(database.clone(), arrived);
        #[expect(clippy::disallowed_methods, reason = "the task that writes deliveries is joined in `close`")]
        let writer = tokio::spawn(writing);
        Ok(Self { database, inbox, arrivals, writer: Mutex::new(Some(writer)) })
    }

    /// Takes in a delivery. Returns only when it is durable: [`Accepted::Duplicate`] when it was so before. [`Error::Busy`] at once
    /// when too many wait already.
    pub async fn accept(&self, delivery: Delivery) -> Result<Accepted, Error> {
        self.inbox.accept(delivery).await
    }

    /// Changes whenever something was accepted. Take it, mark it as seen, and only then look for work: an arrival in between
    /// then wakes you at once.
    pub fn arrivals(&self) -> watch::Receiver<u64> {
        self.arrivals.clone()
    }

    /// Writes what waits and closes the files. Everything after it fails with [`Error::Unavailable`].
    pub async fn close(&self) {
        self.inbox.close();
        if let Some(writer) = self.writer.lock().await.take() {
            // A panic of the writer was already answered: its callers got an error.
            drop(writer.await);
        }
        self.database.close().await;
    }
}
