//! How a delivery's bytes lie on disk: compressed when that makes them shorter, since fewer bytes written is what makes
//! accepting fast. The length before compression stands beside them and tells the two apart.

use bytes::Bytes;

use super::error::Error;

/// Larger than this and packing moves off the threads that answer requests.
const LONG: usize = 512 * 1024;
/// No payload is longer than GitHub's limit of 25 MB, <https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap>.
const LONGEST: usize = 32 * 1024 * 1024;

pub(super) struct Packed {
    pub(super) raw_length: i64,
    pub(super) bytes: Vec<u8>,
}

pub(super) async fn pack(payload: Bytes) -> Result<Packed, Error> {
    if payload.len() < LONG {
        return Ok(pack_now(&payload));
    }
    tokio::task::spawn_blocking(move || pack_now(&payload)).await.map_err(|e| Error::Unavailable(e.to_string()))
}

fn pack_now(payload: &[u8]) -> Packed {
    let packed = lz4_flex::block::compress(payload);
    let bytes = if packed.len() < payload.len() { packed } else { payload.to_vec() };
    Packed { raw_length: i64::try_from(payload.len()).unwrap_or(i64::MAX), bytes }
}

pub(super) fn unpack(id: &str, raw_length: i64, bytes: Vec<u8>) -> Result<Bytes, Error> {
    let damaged = || Error::Corrupt(format!("the payload of delivery {id}"));
    let length = usize::try_from(raw_length).ok().filter(|n| *n <= LONGEST).ok_or_else(damaged)?;
    if bytes.len() == length {
        return Ok(bytes.into());
    }
    let raw = lz4_flex::block::decompress(&bytes, length).map_err(|_| damaged())?;
    if raw.len() == length { Ok(raw.into()) } else { Err(damaged()) }
}
