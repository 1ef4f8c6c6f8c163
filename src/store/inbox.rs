//! Accepting deliveries: each is on disk before its caller is told so, and those that wait together share one transaction.
//!
//! One task writes. While it waits for the disk, deliveries gather in its queue; it then takes all of them at once. The
//! queue is bounded in number and in bytes, and a full one is said at once instead of letting the sender wait.

use std::sync::{Arc, LazyLock};

use futures_util::stream::{FuturesUnordered, StreamExt};
use sqlx::{Any, Transaction};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;

use super::connection::Database;
use super::error::Error;
use super::payload::{Packed, pack};
use super::{Accepted, Delivery};

/// Deliveries that may wait for the disk.
const QUEUE: usize = 4096;
/// Packed kilobytes that may wait for the disk.
const QUEUE_KB: usize = 128 * 1024;
/// Deliveries in one transaction at most, so that its first one does not wait long for its last.
const SHARE: usize = 256;

struct Waiting {
    delivery: Delivery,
    packed: Packed,
    answer: oneshot::Sender<Result<Accepted, Error>>,
    _room: OwnedSemaphorePermit,
}

/// The callers' end of the queue.
#[derive(Debug)]
pub(super) struct Inbox {
    queue: mpsc::Sender<Waiting>,
    room: Arc<Semaphore>,
    closing: CancellationToken,
}

impl Inbox {
    /// The queue, and the work that empties it: to be run as one task, which ends after [`Inbox::close`].
    pub(super) fn new(database: Database, arrivals: watch::Sender<u64>) -> (Self, impl Future<Output = ()> + Send + 'static) {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let closing = CancellationToken::new();
        let inbox = Self { queue, room: Arc::new(Semaphore::new(QUEUE_KB)), closing: closing.clone() };
        (inbox, write_all(database, waiting, arrivals, closing))
    }

    /// Takes nothing more; what waits is still written.
    pub(super) fn close(&self) {
        self.closing.cancel();
    }

    /// Returns when the delivery is durable, or was so before.
    pub(super) async fn accept(&self, mut delivery: Delivery) -> Result<Accepted, Error> {
        let packed = pack(std::mem::take(&mut delivery.payload)).await?;
        let kilobytes = u32::try_from(packed.bytes.len() / 1024 + 1).unwrap_or(u32::MAX);
        let full = Error::Busy("too many deliveries wait for the disk");
        let Ok(room) = self.room.clone().try_acquire_many_owned(kilobytes) else { return Err(full) };
        let (answer, written) = oneshot::channel();
        match self.queue.try_send(Waiting { delivery, packed, answer, _room: room }) {
            Ok(()) => written.await.unwrap_or_else(|_| Err(closed())),
            Err(mpsc::error::TrySendError::Full(_)) => Err(full),
            Err(mpsc::error::TrySendError::Closed(_)) => Err(closed()),
        }
    }
}

fn closed() -> Error {
    Error::Unavailable("it is shutting down".into())
}

/// Packed kilobytes after which SQLite's log is brought into its file.
const TIDY_KB: usize = 16 * 1024;

async fn write_all(database: Database, mut waiting: mpsc::Receiver<Waiting>, arrivals: watch::Sender<u64>, closing: CancellationToken) {
    let mut batch = Vec::with_capacity(SHARE);
    let mut unchecked_kb = 0;
    let mut tidying = FuturesUnordered::new();
    loop {
        tokio::select! {
            biased;
            Some(tidied) = tidying.next() => {
                if let Err(error) = tidied {
                    tracing::warn!("failed to bring SQLite's log into its file: {error}");
                }
                continue;
            }
            taken = waiting.recv_many(&mut batch, SHARE) => if taken == 0 { return },
            () = closing.cancelled(), if !waiting.is_closed() => { waiting.close(); continue }
        }
        unchecked_kb += batch.iter().map(|one| one.packed.bytes.len() / 1024 + 1).sum::<usize>();
        if unchecked_kb >= TIDY_KB && tidying.is_empty() {
            unchecked_kb = 0;
            tidying.push(database.tidy());
        }
        match write(&database, &batch).await {
            Ok(answers) => {
                arrivals.send_modify(|count| *count = count.wrapping_add(1));
                batch.drain(..).zip(answers).for_each(|(one, accepted)| drop(one.answer.send(Ok(accepted))));
            }
            Err(error) => batch.drain(..).for_each(|one| drop(one.answer.send(Err(again(&error))))),
        }
    }
}

/// The same failure for each delivery of a batch.
fn again(error: &Error) -> Error {
    if let Error::Busy(why) = error { Error::Busy(why) } else { Error::Unavailable(error.to_string()) }
}

/// All at once, which nearly always is right; one by one when some turn out to be duplicates, to learn which.
async fn write(database: &Database, batch: &[Waiting]) -> Result<Vec<Accepted>, Error> {
    if let Some(answers) = write_by(database, batch, INSERTS.as_slice()).await? {
        return Ok(answers);
    }
    let singly = INSERTS.last().map_or(&[][..], std::slice::from_ref);
    Ok(write_by(database, batch, singly).await?.unwrap_or_default())
}

/// `None`, and nothing written, when a statement of several rows met a duplicate.
async fn write_by(database: &Database, batch: &[Waiting], inserts: &'static [Insert]) -> Result<Option<Vec<Accepted>>, Error> {
    let mut transaction = database.write().await?;
    let mut answers = Vec::with_capacity(batch.len());
    let mut rest = batch;
    while let Some(insert) = inserts.iter().find(|insert| insert.rows <= rest.len()) {
        let (now, later) = rest.split_at(insert.rows);
        match (run(&mut transaction, insert, now).await?, insert.rows) {
            (0, 1) => answers.push(Accepted::Duplicate),
            (new, rows) if new == rows => answers.extend(std::iter::repeat_n(Accepted::New, rows)),
            _ => return Ok(None),
        }
        rest = later;
    }
    transaction.commit().await?;
    Ok(Some(answers))
}

async fn run(transaction: &mut Transaction<'static, Any>, insert: &'static Insert, rows: &[Waiting]) -> Result<usize, Error> {
    let mut query = sqlx::query(insert.text.as_str());
    for Waiting { delivery, packed, .. } in rows {
        query = query
            .bind(delivery.id.as_str())
            .bind(delivery.event.as_str())
            .bind(delivery.received_at.0)
            .bind(packed.raw_length)
            .bind(packed.bytes.as_slice());
    }
    let written = query.execute(&mut **transaction).await?.rows_affected();
    Ok(usize::try_from(written).unwrap_or(usize::MAX))
}

struct Insert {
    rows: usize,
    text: String,
}

/// Longest first, the last for a single row. Few texts, so that each stays prepared.
static INSERTS: LazyLock<[Insert; 4]> = LazyLock::new(|| [64, 16, 4, 1].map(|rows| Insert { rows, text: insert_text(rows) }));

fn insert_text(rows: usize) -> String {
    let row = |n: usize| format!("(${}, ${}, ${}, ${}, ${})", n * 5 + 1, n * 5 + 2, n * 5 + 3, n * 5 + 4, n * 5 + 5);
    let rows = (0..rows).map(row).collect::<Vec<_>>().join(", ");
    format!("INSERT INTO deliveries (id, event, received_at, raw_length, payload) VALUES {rows} ON CONFLICT (id) DO NOTHING")
}
