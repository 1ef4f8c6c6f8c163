//! Whether the process lives (`/healthz`) and whether it can do its work (`/readyz`).
//!
//! Being ready means that the store takes writes and that the worker moves. The look is at most one second old and is shared by all
//! who ask, since it costs a write to the disk.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;
use tokio::sync::Mutex;

use super::answer::json;
use super::{Receiver, Shared};
use crate::domain::Timestamp;

/// A look stays good for this long, in milliseconds.
const FRESH: i64 = 1000;
/// A worker that was not seen for this long has died or hangs, in milliseconds.
const SILENT: i64 = 60_000;

#[derive(Default)]
pub(super) struct LastLook(Mutex<Option<(Timestamp, StatusCode, String)>>);

pub(super) async fn alive() -> Response {
    json(StatusCode::OK, &b"{\"status\":\"alive\"}"[..])
}

pub(super) async fn ready(State(shared): State<Arc<Shared>>) -> Response {
    let now = (shared.receiver.clock)();
    let mut last = shared.last_look.0.lock().await;
    let (_, status, text) = match last.take() {
        Some(look) if (0..FRESH).contains(&now.since(look.0)) => last.insert(look),
        _ => {
            let (status, text) = look(&shared.receiver, now).await;
            last.insert((now, status, text))
        }
    };
    json(*status, text.clone())
}

async fn look(receiver: &Receiver, now: Timestamp) -> (StatusCode, String) {
    let counts = match receiver.store.probe(now).await {
        Ok(()) => receiver.store.counts().await,
        Err(error) => Err(error),
    };
    let silent = now.since(Timestamp(receiver.worker_seen.load(Ordering::Relaxed)));
    let worker = if silent < SILENT { "moving" } else { "silent" };
    let (store, counts) = match counts {
        Ok(counts) => ("writable", Some(counts)),
        Err(error) => {
            tracing::warn!(%error, "failed to write to the store");
            ("not writable", None)
        }
    };
    let ready = silent < SILENT && counts.is_some();
    let mut text = json!({ "status": if ready { "ready" } else { "not ready" }, "store": store, "worker": worker });
    if let (Some(counts), Some(object)) = (counts, text.as_object_mut()) {
        let queues = json!({ "waiting": counts.waiting, "unrouted": counts.unrouted, "outbox": counts.outbox, "runs": counts.runs });
        object.insert("counts".into(), queues);
    }
    (if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, text.to_string())
}
