//! What the outside can reach: GitHub's webhook, the page of a run, and whether we are alive and ready.
//!
//! Contract: a delivery is answered with 202 only when the store says that it is durable. Nothing of it is parsed here, and
//! nobody without a webhook secret gets further than a hash over at most 25 MB. A run's page opens for whoever has its address. Behind TLS: that is a reverse proxy's work.

mod answer;
mod body;
mod health;
mod markdown;
mod run_page;
mod serve;
#[cfg(test)]
mod tests;
mod webhook;

use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use axum::Router;
use axum::routing::{get, post};
use secrecy::SecretString;

use crate::domain::{RunPages, Timestamp};
use crate::store::Store;

pub use body::LONGEST;
pub use serve::serve;
pub use webhook::VerifiedDelivery;

/// What receiving needs.
#[derive(Clone)]
pub struct Receiver {
    /// A delivery signed with any of them is genuine.
    pub secrets: Vec<SecretString>,
    pub store: Arc<Store>,
    pub clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// When the worker last showed that it lives, in milliseconds since 1970. We are not ready when that is a minute ago.
    pub worker_seen: Arc<AtomicI64>,
    /// Absent where nobody was told how to reach us: then no page opens.
    pub pages: Option<RunPages>,
    /// Where people see GitHub, without a slash at the end.
    pub github: String,
}

/// What all requests share.
struct Shared {
    receiver: Receiver,
    memory: body::Memory,
    last_look: health::LastLook,
}

/// `POST /webhook`, `GET /runs/…`, `GET /healthz`, `GET /readyz`.
pub fn router(receiver: Receiver) -> Router {
    let shared = Shared { receiver, memory: body::Memory::default(), last_look: health::LastLook::default() };
    Router::new()
        .route("/webhook", post(webhook::receive))
        .route("/runs/{owner}/{name}/{issue}/{proof}", get(run_page::show))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .fallback(answer::nothing_here)
        .with_state(Arc::new(shared))
}
