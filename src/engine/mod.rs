//! The conductor: it brings deliveries to runs, decisions into the store, and effects into the world.
//!
//! Contract: every piece of work is first performed, with no lock and no transaction held, and then recorded in one
//! transaction. A process that dies in between performs it again, which is why every effect is safe to repeat.
//!
//! It decides nothing itself: what an event means is `workflow`'s, what is said is `prose`'s.

mod base_moved;
mod books;
mod configured;
mod failure;
mod fence;
mod intake;
mod interrupt;
mod means;
mod people;
mod perform;
mod reconcile;
mod required;
mod turn;
mod worker;

use std::collections::HashMap;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::domain::{Login, RepoName, RunId, RunPages, Timestamp};
use crate::store::{self, Store};
use crate::workflow::{Run, Settings};
use crate::{github, workflow};

pub use books::Allowances;
pub use failure::Failure;
pub use means::{Means, Writer};
pub use turn::{Performed, Subject};
pub use worker::Worker;

/// A future on the heap, made in a frame of its own: a debug build keeps whatever a function may wait for on its stack, one beside the other.
fn aside<F: Future>(make: impl FnOnce() -> F) -> Pin<Box<F>> {
    Box::pin(make())
}

/// What the engine is made of.
pub struct Parts {
    pub store: Arc<Store>,
    pub github: github::App,
    /// `slug[bot]`: the login under which we act.
    pub bot: Login,
    /// Where mirrors of repositories are kept.
    pub cache: PathBuf,
    pub clock: Clock,
    /// For runs that begin from now on.
    pub settings: Settings,
    /// The label that asks for a run.
    pub label: String,
    /// What steps in prose are built with; absent where only exact edits are.
    pub means: Option<Means>,
    /// Where the pages of runs are; absent where people cannot reach us.
    pub pages: Option<RunPages>,
}

/// Shared by all workers of a process.
pub struct Engine {
    parts: Parts,
    news: broadcast::Sender<News>,
    seen: Arc<AtomicI64>,
    /// Where repositories are cloned from, as last read.
    clone_urls: Mutex<HashMap<RepoName, String>>,
    days: books::Days,
    people: people::People,
    labels: configured::Labels,
    required: required::Required,
    interrupts: interrupt::Interrupts,
    stopping: CancellationToken,
}

/// Something that was recorded, for whoever watches. Watchers may miss some; the journal has all.
#[derive(Debug, Clone)]
pub struct News {
    pub at: Timestamp,
    pub run: RunId,
    /// The event's name.
    pub kind: String,
    /// The journal line.
    pub line: String,
    /// Where the run stands after it.
    pub standing: String,
    /// Whether only a person or CI can move the run now, with nothing of ours left to do.
    pub at_rest: bool,
}

impl Engine {
    pub fn new(parts: Parts) -> Self {
        let seen = Arc::new(AtomicI64::new(parts.clock.now().0));
        Self {
            parts,
            news: broadcast::channel(1024).0,
            seen,
            clone_urls: Mutex::default(),
            days: books::Days::default(),
            people: people::People::default(),
            labels: configured::Labels::default(),
            required: required::Required::default(),
            interrupts: interrupt::Interrupts::default(),
            stopping: CancellationToken::new(),
        }
    }

    /// Cancelled when the process stops: whoever writes a step then leaves, and nothing is recorded of it.
    pub fn stopping(&self) -> &CancellationToken {
        &self.stopping
    }

    /// When a worker last showed that it lives, in milliseconds since 1970.
    pub fn seen(&self) -> Arc<AtomicI64> {
        self.seen.clone()
    }

    fn alive(&self) {
        self.seen.store(self.now().0, Ordering::Relaxed);
    }

    pub fn store(&self) -> &Arc<Store> {
        &self.parts.store
    }

    /// Everything recorded from now on.
    pub fn news(&self) -> broadcast::Receiver<News> {
        self.news.subscribe()
    }

    /// A run as it is kept, with its version; `None` for a lane without one.
    pub async fn run(&self, lane: &store::Lane) -> Result<Option<(Run, i64)>, Failure> {
        let Some(stored) = self.parts.store.run(lane).await? else { return Ok(None) };
        let run =
            serde_json::from_str(&stored.json).map_err(|e| Failure::Never(format!("the stored run of {lane} cannot be read: {e}")))?;
        Ok(Some((run, stored.version)))
    }

    fn now(&self) -> Timestamp {
        self.parts.clock.now()
    }

    fn effect(json: &str) -> Result<workflow::Effect, Failure> {
        serde_json::from_str(json).map_err(|e| Failure::Never(format!("the stored effect cannot be read: {e}")))
    }
}
