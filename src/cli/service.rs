//! Journeyman as a running service: store, receiver and workers, put together from a configuration.

use std::fs::{File, TryLockError};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{means, sandbox_exec};
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::{BranchName, RunPages};
use crate::engine::{Engine, Parts, Worker};
use crate::github::{App, AppConfig, Pacing};
use crate::store::{Store, StoreConfig};
use crate::web::{self, Receiver};
use crate::workflow::Settings;

/// How long what is in hand may take to end.
const GRACE: Duration = Duration::from_secs(25);

/// Where a run builds, when it is not the repository's own default.
#[derive(Debug, Clone, Default)]
pub struct Place {
    pub base: Option<BranchName>,
    pub branch: Option<BranchName>,
}

/// A started service.
pub struct Service {
    /// Where webhooks are received.
    pub address: SocketAddr,
    pub engine: Arc<Engine>,
    pub github: App,
    /// Where the pages of runs are; absent where nobody was told how to reach us.
    pub pages: Option<RunPages>,
    store: Arc<Store>,
    worker: Worker,
    server: JoinHandle<std::io::Result<()>>,
    stop: CancellationToken,
    /// Held until the end.
    _sole: File,
}

impl Service {
    pub async fn start(config: &Config, place: Place) -> anyhow::Result<Self> {
        let clock = Clock::System;
        let listener = TcpListener::bind(config.server.listen)
            .await
            .with_context(|| format!("failed to listen on {} (server.listen)", config.server.listen))?;
        let address = listener.local_addr()?;
        let sole = only_process(&config.store.path)?;
        let store = Arc::new(Store::open(&StoreConfig::sqlite(&config.store.path)).await.context("failed to open the store (store.path)")?);
        let github = app(config, &clock)?;
        let identity = github.identity().await.context("failed to ask GitHub who this App is (app.id, app.private_key, github.api)")?;
        tracing::info!(app = identity.app_id, slug = identity.slug, "this is the App");
        let helper = sandbox_exec::program()?;
        let means = means::of(config, &helper).await?;
        let pages = public_url(config, address).map(|public| RunPages::new(&public, config.webhook.secrets.clone()));
        let engine = Arc::new(Engine::new(Parts {
            store: store.clone(),
            github: github.clone(),
            bot: identity.bot_login.clone(),
            cache: config.cache.dir.clone(),
            clock: clock.clone(),
            settings: settings(config, place, identity.bot_login.as_str().trim_end_matches("[bot]")),
            label: config.workflow.label.clone(),
            means: Some(means),
            pages: pages.clone(),
        }));
        let worker = Worker::start(engine.clone(), config.workflow.workers).await?;
        let stop = CancellationToken::new();
        let receiver = Receiver {
            secrets: config.webhook.secrets.clone(),
            store: store.clone(),
            clock: Arc::new(move || clock.now()),
            worker_seen: engine.seen(),
            pages: pages.clone(),
            github: github.web_address(),
        };
        let shutdown = stop.clone().cancelled_owned();
        #[expect(clippy::disallowed_methods, reason = "the server is joined in `stop`")]
        let server = tokio::spawn(web::serve(listener, web::router(receiver), shutdown));
        Ok(Self { address, engine, github, pages, store, worker, server, stop, _sole: sole })
    }

    /// Receives nothing more, ends what is in hand or hands it back, and closes the store.
    pub async fn stop(self) {
        self.stop.cancel();
        self.worker.stop(GRACE).await;
        match tokio::time::timeout(GRACE, self.server).await {
            Ok(Ok(Ok(()))) => {}
            Ok(Ok(Err(error))) => tracing::warn!("the server ended badly: {error}"),
            Ok(Err(error)) => tracing::warn!("the server was cut short: {error}"),
            Err(_) => tracing::warn!("requests were still open after {} s", GRACE.as_secs()),
        }
        self.store.close().await;
    }
}

/// SQLite is for one process: a second one would do the same work again.
fn only_process(store: &Path) -> anyhow::Result<File> {
    let mut path = store.as_os_str().to_owned();
    path.push(".lock");
    let path = PathBuf::from(path);
    let doing = || format!("failed to lock {} (store.path)", path.display());
    let file = File::options().create(true).truncate(false).write(true).open(&path).with_context(doing)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => bail!("{}: another journeyman uses this store", doing()),
        Err(TryLockError::Error(error)) => Err(error).with_context(doing),
    }
}

fn app(config: &Config, clock: &Clock) -> anyhow::Result<App> {
    let clock = clock.clone();
    let pacing = if is_loopback(&config.github.api) { Pacing::unhurried() } else { Pacing::default() };
    let parts =
        AppConfig { api_base: config.github.api.clone(), app_id: config.app.id, private_key_pem: config.app.private_key.clone(), pacing };
    App::new(parts, Arc::new(move || clock.now().0)).context("failed to set up the GitHub App")
}

/// How people reach us. Where GitHub is on this machine, so are they.
fn public_url(config: &Config, address: SocketAddr) -> Option<String> {
    let here = || is_loopback(&config.github.api).then(|| format!("http://{address}"));
    config.server.public_url.clone().or_else(here)
}

/// A GitHub on loopback is a simulator: there is nobody to spare.
fn is_loopback(api: &str) -> bool {
    let host = api.strip_prefix("http://").unwrap_or_default();
    ["127.0.0.1", "localhost", "[::1]"]
        .iter()
        .any(|name| host.strip_prefix(name).is_some_and(|rest| rest.starts_with([':', '/']) || rest.is_empty()))
}

fn settings(config: &Config, place: Place, handle: &str) -> Settings {
    let seconds = |d: Duration| i64::try_from(d.as_secs()).unwrap_or(i64::MAX);
    Settings {
        poll: seconds(config.ci.poll),
        grace: seconds(config.ci.grace),
        grace_with_workflows: seconds(config.ci.grace_with_workflows),
        ci_timeout: seconds(config.ci.timeout),
        ci_patience: seconds(config.ci.patience),
        repairs_per_check: config.ci.repairs_per_check,
        repairs: config.ci.repairs,
        base: place.base,
        branch: place.branch,
        label: None,
        handle: handle.to_owned(),
    }
}
