//! Reads a body to its end, within bounds of length, time and memory, whatever its Content-Length claims.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::answer::Refusal;

/// The longest body that is read: GitHub's own limit of 25 MB,
/// <https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap>.
pub const LONGEST: usize = 25 * 1024 * 1024;
/// GitHub gives up after 10 seconds; a slow proxy gets some more.
const PATIENCE: Duration = Duration::from_secs(20);
/// Bodies up to this length are read without asking for memory.
const SHORT: usize = 64 * 1024;
/// Kilobytes that all longer bodies may take together while they are read and stored.
const MEMORY_KB: usize = 256 * 1024;

/// The memory for long bodies, so that strangers who send many of them at once get a 503 and not all of ours.
pub(super) struct Memory(Arc<Semaphore>);

impl Default for Memory {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(MEMORY_KB)))
    }
}

/// A body in memory, with the memory's reservation.
pub(super) struct Whole {
    pub(super) bytes: Bytes,
    pub(super) reserved: Option<OwnedSemaphorePermit>,
}

/// Reads all of it. `announced` is the Content-Length, if there is one.
pub(super) async fn read(body: Body, announced: Option<usize>, memory: &Memory) -> Result<Whole, Refusal> {
    within(PATIENCE, read_on(body, announced, memory)).await
}

async fn within<T>(patience: Duration, reading: impl Future<Output = Result<T, Refusal>>) -> Result<T, Refusal> {
    tokio::time::timeout(patience, reading).await.unwrap_or(Err(Refusal::TooSlow))
}

async fn read_on(mut body: Body, announced: Option<usize>, memory: &Memory) -> Result<Whole, Refusal> {
    if announced.is_some_and(|length| length > LONGEST) {
        skip(body).await;
        return Err(Refusal::TooLong);
    }
    let mut whole = Pieces { first: Bytes::new(), rest: BytesMut::new(), announced, reserved: None };
    while let Some(frame) = body.frame().await {
        let Ok(piece) = frame.map_err(|_| Refusal::Truncated)?.into_data() else { continue };
        if whole.length() + piece.len() > LONGEST {
            drop(whole);
            skip(body).await;
            return Err(Refusal::TooLong);
        }
        whole.add(piece, memory)?;
    }
    Ok(whole.done())
}

/// Lets the client finish sending before it is refused.
pub(super) async fn finish(body: Body) {
    // Whether it finished or ran out of time: it is refused either way.
    tokio::time::timeout(PATIENCE, skip(body)).await.ok();
}

/// A client that is cut off while it sends does not read our answer: what it still sends is thrown away, to a point.
async fn skip(mut body: Body) {
    let mut left = 2 * LONGEST;
    while let Some(Ok(frame)) = body.frame().await {
        let length = frame.data_ref().map_or(0, Bytes::len);
        if length > left {
            return;
        }
        left -= length;
    }
}

/// Most bodies come in one or two pieces: the first is kept as it is, and copied only when another follows.
struct Pieces {
    first: Bytes,
    rest: BytesMut,
    announced: Option<usize>,
    reserved: Option<OwnedSemaphorePermit>,
}

impl Pieces {
    fn length(&self) -> usize {
        self.first.len() + self.rest.len()
    }

    fn add(&mut self, piece: Bytes, memory: &Memory) -> Result<(), Refusal> {
        if self.length() == 0 {
            self.first = piece;
            return self.reserve(0, memory);
        }
        self.reserve(piece.len(), memory)?;
        if self.rest.is_empty() {
            let expected = self.announced.unwrap_or(0).min(1024 * 1024).max(self.first.len() + piece.len());
            self.rest.reserve(expected);
            self.rest.extend_from_slice(&std::mem::take(&mut self.first));
        }
        self.rest.extend_from_slice(&piece);
        Ok(())
    }

    fn reserve(&mut self, more: usize, memory: &Memory) -> Result<(), Refusal> {
        let needed = self.length() + more;
        let have = self.reserved.as_ref().map_or(0, OwnedSemaphorePermit::num_permits) * 1024;
        if needed <= SHORT || needed <= have {
            return Ok(());
        }
        let kilobytes = u32::try_from((needed - have) / 1024 + 1024).unwrap_or(u32::MAX);
        let more = memory.0.clone().try_acquire_many_owned(kilobytes).map_err(|_| Refusal::NoMemory)?;
        match &mut self.reserved {
            Some(reserved) => reserved.merge(more),
            none => *none = Some(more),
        }
        Ok(())
    }

    fn done(self) -> Whole {
        let bytes = if self.rest.is_empty() { self.first } else { self.rest.freeze() };
        Whole { bytes, reserved: self.reserved }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(lengths: &[usize]) -> Body {
        let pieces: Vec<_> = lengths.iter().map(|length| Ok::<_, std::io::Error>(Bytes::from(vec![b'x'; *length]))).collect();
        Body::from_stream(futures_util::stream::iter(pieces))
    }

    async fn length(lengths: &[usize], announced: Option<usize>, memory: &Memory) -> Result<usize, Refusal> {
        Ok(read(pieces(lengths), announced, memory).await?.bytes.len())
    }

    #[tokio::test]
    async fn a_body_is_the_same_in_one_piece_and_in_many() {
        let memory = Memory::default();
        for lengths in [&[][..], &[5], &[0, 5], &[3, 0, 2], &[70_000], &[70_000, 1, 200_000]] {
            assert_eq!(length(lengths, None, &memory).await.unwrap(), lengths.iter().sum::<usize>(), "{lengths:?}");
        }
        assert_eq!(length(&[LONGEST - 1, 1], None, &memory).await.unwrap(), LONGEST);
    }

    #[tokio::test]
    async fn a_body_over_the_limit_is_refused_whatever_it_announces() {
        let memory = Memory::default();
        for announced in [None, Some(10), Some(30_000_000)] {
            assert!(matches!(length(&[15_000_000, 15_000_000], announced, &memory).await, Err(Refusal::TooLong)), "{announced:?}");
        }
        assert_eq!(memory.0.available_permits(), MEMORY_KB, "the memory is given back");
    }

    #[tokio::test]
    async fn long_bodies_share_a_bounded_memory_and_short_ones_need_none() {
        let memory = Memory(Arc::new(Semaphore::new(3 * 1024)));
        let first = read(pieces(&[2_000_000]), None, &memory).await.unwrap();
        assert!(matches!(length(&[2_000_000], None, &memory).await, Err(Refusal::NoMemory)));
        assert_eq!(length(&[SHORT], None, &memory).await.unwrap(), SHORT);
        drop(first);
        assert_eq!(length(&[2_000_000], None, &memory).await.unwrap(), 2_000_000);
    }

    #[tokio::test]
    async fn a_body_that_does_not_end_is_not_waited_for() {
        let memory = Memory::default();
        let endless = Body::from_stream(futures_util::stream::pending::<Result<Bytes, std::io::Error>>());
        assert!(matches!(within(Duration::ZERO, read_on(endless, None, &memory)).await, Err(Refusal::TooSlow)));
        assert!(within(Duration::ZERO, read_on(pieces(&[5]), None, &memory)).await.is_ok());
    }
}
