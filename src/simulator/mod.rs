//! A GitHub on loopback, for the demo and the tests.
//!
//! It is written from GitHub's documentation and shares no code with the client that it judges. It is a value that *is* GitHub's
//! state, served over HTTP: REST below `/api/v3`, GraphQL at `/api/graphql`, git at `/OWNER/NAME.git`, pages for people at
//! `/OWNER/NAME/…`, as GitHub Enterprise Server lays them out. What GitHub refuses it refuses; what it does not know it answers
//! 501. It sends signed webhooks, runs the repository's CI, and goes wrong when told to.
//!
//! It does not remember anything after its end, checks no passwords of people, and takes no push over HTTP.

mod acts;
mod answer;
mod auth;
mod checks;
mod ci;
mod error;
mod faults;
mod git;
mod git_http;
mod hands;
mod logs;
mod options;
mod owner;
mod pages;
mod people;
mod people_checks;
mod permissions;
mod pull_state;
mod reviewers;
mod routes;
mod seed;
mod server;
mod shapes;
mod shared;
mod state;
mod time;
mod webhooks;
mod world;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};

pub use error::Error;
pub use faults::{DeliveryFault, Faults, RequestFault, Weather};
pub use hands::{Hands, Lost};
pub use options::{AppRegistration, Ci, Options};
pub use owner::RequiredChecks;
pub use people::{Files, Person};
pub use permissions::MANIFEST;
pub use reviewers::{LineComment, Side};
pub use seed::Seed;
pub use state::Role;
pub use world::{
    BranchView, CheckView, CommentView, CommitView, DeliveryView, IssueView, PullView, RepositoryView, RequestRecord, ThreadView, World,
};

use crate::domain::RepoName;
use shared::Shared;
use state::{AccountKind, Beginning, State};

/// A running GitHub. It ends with [`Simulator::shutdown`], or when it is dropped.
pub struct Simulator {
    shared: Arc<Shared>,
    address: SocketAddr,
    directory: PathBuf,
    _temporary: Option<tempfile::TempDir>,
}

/// Where a new repository's content comes from.
#[derive(Debug, Clone)]
pub enum Source<'a> {
    /// The branches and tags of a local repository; its objects are borrowed, not copied. The default branch is `branch`, or
    /// the one that is checked out there.
    Directory { path: &'a Path, branch: Option<&'a str> },
    /// One commit on `main` with these files; those that begin with `#!` are executable.
    Files(&'a [(&'a str, &'a str)]),
}

/// Starts a GitHub and returns when it listens.
pub async fn start(options: Options) -> Result<Simulator, Error> {
    jsonwebtoken::DecodingKey::from_rsa_pem(options.app.public_key_pem.as_bytes()).map_err(|e| Error::Key(e.to_string()))?;
    let manifest = permissions::Manifest::embedded().map_err(|e| Error::Seed(format!("app-manifest.json: {e}")))?;
    let temporary = match options.directory {
        Some(_) => None,
        None => Some(tempfile::Builder::new().prefix("journeyman-github-").tempdir().map_err(Error::file(std::env::temp_dir()))?),
    };
    let directory = match (&options.directory, &temporary) {
        (Some(directory), _) => directory.clone(),
        (None, Some(temporary)) => temporary.path().to_owned(),
        (None, None) => std::env::temp_dir(),
    };
    std::fs::create_dir_all(&directory).map_err(Error::file(&directory))?;
    let listen = |source| Error::Listen { address: options.listen, source };
    let listener = TcpListener::bind(options.listen).await.map_err(listen)?;
    let address = listener.local_addr().map_err(|source| Error::Listen { address: options.listen, source })?;
    let (outbox, to_send) = mpsc::unbounded_channel();
    let (ci_queue, jobs) = mpsc::unbounded_channel();
    let state = State::new(Beginning {
        base: format!("http://{address}"),
        app: options.app,
        manifest,
        outbox,
        ci: options.ci,
        ci_on_default_branch: options.ci_on_default_branch,
        ci_queue,
        requests_kept: options.requests_kept,
        tree_limit: options.tree_limit,
    });
    let shared = Arc::new(Shared::new(state, options.webhook_time_limit));
    shared.with(|state| {
        let bot = state.bot_login();
        state.ensure_account(&bot, AccountKind::Bot);
    });
    shared.spawn(webhooks::send_all(shared.clone(), to_send, reqwest::Client::new()));
    let runner = ci::Runner { time_limit: options.ci_time_limit, environment: options.ci_environment, path: options.ci_path };
    shared.spawn(ci::run_all(shared.clone(), jobs, runner));
    let service = Router::new().fallback(server::handle).with_state(shared.clone()).into_make_service_with_connect_info::<server::Cut>();
    let ended = shared.ended.clone();
    shared.spawn(async move {
        let serve = axum::serve(server::CuttableListener(listener), service).with_graceful_shutdown(ended.cancelled_owned());
        if let Err(error) = serve.await {
            tracing::error!(%error, "the simulator's server ended");
        }
    });
    Ok(Simulator { shared, address, directory, _temporary: temporary })
}

impl Simulator {
    /// `http://127.0.0.1:PORT`: pages, and git at `/OWNER/NAME.git`.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// `http://127.0.0.1:PORT/api/v3`, as a GitHub Enterprise Server's; GraphQL is at `/api/graphql` beside it.
    pub fn api_base(&self) -> String {
        format!("{}/api/v3", self.base_url())
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on webhooks go there.
    pub fn set_webhook_url(&self, url: &str) {
        self.shared.with(|state| state.app.webhook_url = Some(url.to_owned()));
    }

    /// Somebody's hands. The account is made when it first acts.
    pub fn person<'s>(&'s self, login: &'s str) -> Person<'s> {
        Person { shared: &self.shared, login, kind: AccountKind::User }
    }

    /// What another App does, which is installed here as well; its login ends in `[bot]`.
    pub fn app<'s>(&'s self, login: &'s str) -> Person<'s> {
        Person { shared: &self.shared, login, kind: AccountKind::Bot }
    }

    /// Makes a repository and installs the App on its owner. The owner is an organization unless that account exists already.
    pub fn create_repository(&self, name: &RepoName, source: Source<'_>) -> Result<(), Error> {
        let dir = self.directory.join(name.owner()).join(format!("{}.git", name.name()));
        self.shared.with(|state| {
            if state.find(name.owner(), name.name()).is_some() {
                return Err(Error::Refused { doing: format!("make the repository {name}"), because: "it exists".into() });
            }
            match source {
                Source::Directory { path, branch } => {
                    let (git, branch) = git::Git::borrow(&dir, path, branch)?;
                    acts::add_repository(state, name.owner(), name.name(), git, branch);
                }
                Source::Files(files) => {
                    let git = git::Git::create(&dir, "main")?;
                    let at = acts::add_repository(state, name.owner(), name.name(), git, "main".into());
                    let files: Vec<(&str, Option<&str>)> = files.iter().map(|(path, content)| (*path, Some(*content))).collect();
                    let sha = people::commit(state, at, None, name.owner(), "Begin", &files)?;
                    state.repo_mut(at).git.set_reference("refs/heads/main", &sha)?;
                }
            }
            Ok(())
        })
    }

    /// Gives a person a role in a repository.
    pub fn add_collaborator(&self, repository: &RepoName, login: &str, role: Role) -> Result<(), Error> {
        self.shared.with(|state| {
            let at =
                state.find(repository.owner(), repository.name()).ok_or_else(|| Error::Unknown(format!("the repository {repository}")))?;
            let login = state.ensure_account(login, AccountKind::User);
            state.repo_mut(at).collaborators.insert(login, role);
            Ok(())
        })
    }

    /// Hides a repository from strangers, or shows it.
    pub fn set_private(&self, repository: &RepoName, private: bool) -> Result<(), Error> {
        self.shared.with(|state| {
            let at =
                state.find(repository.owner(), repository.name()).ok_or_else(|| Error::Unknown(format!("the repository {repository}")))?;
            state.repo_mut(at).private = private;
            Ok(())
        })
    }

    /// Where the bare repository lies, to fetch the result from.
    pub fn repository_path(&self, repository: &RepoName) -> Result<PathBuf, Error> {
        let found =
            self.shared.read(|state| state.find(repository.owner(), repository.name()).map(|at| state.repo(at).git.dir().to_owned()));
        found.ok_or_else(|| Error::Unknown(format!("the repository {repository}")))
    }

    /// Makes what a seed file describes.
    pub fn plant(&self, seed: &Seed) -> Result<BTreeMap<String, Vec<u64>>, Error> {
        seed::plant(self, seed)
    }

    /// Everything, as it stands.
    pub fn world(&self) -> Result<World, Error> {
        self.shared.read(world::of)
    }

    /// The requests to the API that are still in the log, oldest first.
    pub fn requests(&self) -> Vec<RequestRecord> {
        self.shared.read(|state| state.requests.iter().cloned().collect())
    }

    /// Revokes every installation token, as an owner does who is alarmed.
    pub fn revoke_tokens(&self) {
        self.shared.with(|state| state.tokens.values_mut().for_each(|token| token.revoked = true));
    }

    /// Lets every installation token reach its end now.
    pub fn expire_tokens(&self) {
        self.shared.with(|state| state.tokens.values_mut().for_each(|token| token.expires_at = time::now()));
    }

    /// Switches faults on and off, and tells which were met.
    pub fn faults<T>(&self, change: impl FnOnce(&mut Faults) -> T) -> T {
        self.shared.with(|state| change(&mut state.faults))
    }

    /// A number that grows with every change of the state; to wait on.
    pub fn changed(&self) -> watch::Receiver<u64> {
        self.shared.changes()
    }

    /// Waits until the world is as wanted, looking again after every change.
    pub async fn wait_until(&self, mut wanted: impl FnMut(&World) -> bool, at_most: Duration) -> Result<World, Error> {
        let mut changes = self.changed();
        let look = async {
            loop {
                changes.mark_unchanged();
                let world = self.world()?;
                if wanted(&world) || changes.changed().await.is_err() {
                    return Ok(world);
                }
            }
        };
        match tokio::time::timeout(at_most, look).await {
            Ok(world) => world,
            Err(_) => {
                let world = serde_json::to_string_pretty(&self.world()?).unwrap_or_default();
                Err(Error::NotInTime { seconds: at_most.as_secs(), world })
            }
        }
    }

    /// Whether no webhook and no check is on its way.
    pub fn is_quiet(&self) -> bool {
        self.shared.read(|state| state.outbox_waiting == 0 && state.ci_waiting == 0)
    }

    /// Waits until no webhook and no check is on its way.
    pub async fn settle(&self, at_most: Duration) -> Result<World, Error> {
        self.wait_until(|world| world.deliveries_waiting == 0 && world.checks_waiting == 0, at_most).await
    }

    /// Ends the server, the queue of webhooks and the CI, and waits for them.
    pub async fn shutdown(self) {
        self.shared.ended.cancel();
        self.shared.tasks.close();
        self.shared.tasks.wait().await;
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.shared.ended.cancel();
    }
}

#[cfg(test)]
mod tests;
