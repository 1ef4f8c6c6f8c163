//! The only way out of an agent's sandbox: to its model, and with a key that the agent does not hold.
//!
//! A server on a unix socket that the sandbox shows inside as a port of 127.0.0.1. It forwards to one upstream address, replaces whatever
//! key the agent sends, lets pass what `routes` names, bounds what is sent, and tells what each answer cost before the answer's last
//! piece goes out. When the budget is reached it refuses the next turn.

mod forward;
mod meter;
mod routes;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use http::Uri;
use secrecy::SecretString;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::agent::Error;
use crate::agent::budget::Budget;
use crate::domain::Usage;
use crate::sandbox::Forward;

/// The port inside: each sandbox has its own, so that any will do.
const PORT: u16 = 8765;
/// What an agent holds in a key's place.
pub const DUMMY_KEY: &str = "sk-held-by-the-gateway";

/// What passed. An errand is a turn without tools beside the work, such as a title for it.
#[derive(Debug)]
pub enum Passed {
    /// An answer that was paid for. It is complete for the agent only when `settled` was answered or dropped.
    Paid { bill: Billed, took: Duration, errand: bool, settled: oneshot::Sender<()> },
    /// A turn was refused because the budget is reached.
    OverBudget,
    /// The upstream refused a turn, or could not be reached (`status` is 0 then).
    Trouble { status: u16, after: Option<Duration>, why: String, errand: bool },
    /// Something that is no route of a model was asked for.
    Refused { what: String },
}

/// What an answer cost, as far as it is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Billed {
    /// The model that the request names, and the one that the answer names.
    pub asked: Option<String>,
    pub answered: Option<String>,
    pub usage: Usage,
    /// Of the tokens written to the provider's cache: those that are kept for an hour.
    pub hours: u64,
    /// The answer did not say its usage.
    pub estimated: bool,
    /// It was served in another way than the usual one, at another price.
    pub unusual: bool,
}

/// When there was last a sign of life. Clones share it.
#[derive(Debug, Clone)]
pub struct Pulse(Arc<Mutex<Instant>>);

impl Default for Pulse {
    /// Now.
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Instant::now())))
    }
}

impl Pulse {
    pub fn beat(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    pub fn last(&self) -> Instant {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A bill that is not told yet, counted.
#[derive(Debug)]
struct Open(Option<Arc<AtomicUsize>>);

impl Open {
    fn one_more(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(Some(count.clone()))
    }

    fn close(&mut self) {
        if let Some(count) = self.0.take() {
            count.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

/// Where everything goes, and with what.
#[derive(Debug)]
struct Upstream {
    client: reqwest::Client,
    /// `https://host:port`, and the path below which everything lies, without a slash at its end.
    origin: String,
    path: String,
    key: Option<SecretString>,
    budget: Budget,
    passed: UnboundedSender<Passed>,
    pulse: Pulse,
    open: Arc<AtomicUsize>,
}

/// A running gateway. Dropping it ends it.
#[derive(Debug)]
pub struct Gateway {
    pub passed: UnboundedReceiver<Passed>,
    /// The agent's base address of the model, inside.
    pub base: String,
    socket: PathBuf,
    open: Arc<AtomicUsize>,
    _directory: tempfile::TempDir,
    _server: JoinSet<()>,
}

impl Gateway {
    /// Opens one to this base address (`https://api.anthropic.com`, `https://api.openai.com/v1`).
    pub fn open(upstream: &str, key: Option<SecretString>, budget: Budget, pulse: Pulse) -> Result<Self, Error> {
        let never = |what: String| Error::Never(format!("open the way to the model: {what}"));
        let uri: Uri = upstream.parse().map_err(|error| never(format!("{upstream:?} is not an address: {error}")))?;
        let (Some(scheme @ ("http" | "https")), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(never(format!("{upstream:?} is not a full http or https address")));
        };
        if authority.as_str().contains('@') || uri.query().is_some() {
            return Err(never("the address must hold neither a password nor a query".into()));
        }
        let mut client =
            reqwest::Client::builder().connect_timeout(Duration::from_secs(15)).redirect(reqwest::redirect::Policy::none()).no_gzip();
        if matches!(uri.host(), Some("localhost" | "127.0.0.1" | "[::1]")) {
            client = client.no_proxy();
        }
        let client = client.build().map_err(|error| never(format!("no HTTP client: {error}")))?;
        let (told, passed) = unbounded_channel();
        let path = uri.path().trim_end_matches('/').to_owned();
        let base = format!("http://127.0.0.1:{PORT}{path}");
        let open = Arc::new(AtomicUsize::new(0));
        let origin = format!("{scheme}://{authority}");
        let upstream = Upstream { client, origin, path, key, budget, passed: told, pulse, open: open.clone() };
        let directory = tempfile::Builder::new().prefix("journeyman-").tempdir().map_err(|error| never(error.to_string()))?;
        let socket = directory.path().join("model.sock");
        let server = serve(&socket, Arc::new(upstream)).map_err(|error| never(error.to_string()))?;
        Ok(Self { passed, base, socket, open, _directory: directory, _server: server })
    }

    /// For the agent's policy.
    pub fn forward(&self) -> Forward {
        Forward { port: PORT, socket: self.socket.clone() }
    }

    /// Answers that are under way, and whose cost is not told yet.
    pub fn unpaid(&self) -> usize {
        self.open.load(Ordering::SeqCst)
    }
}

fn serve(socket: &Path, upstream: Arc<Upstream>) -> std::io::Result<JoinSet<()>> {
    let listener = tokio::net::UnixListener::bind(socket)?;
    let app = Router::new().fallback(move |request: Request| {
        let upstream = upstream.clone();
        async move { upstream.answer(request).await }
    });
    let mut server = JoinSet::new();
    server.spawn(async move {
        // It serves until it is dropped; an error of a single connection is that connection's.
        drop(axum::serve(listener, app).await);
    });
    Ok(server)
}
