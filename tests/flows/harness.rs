//! A GitHub, and Journeyman installed there, driven turn by turn: the same turns as in production, without waiting.
//!
//! `settle` works until nothing is due and GitHub is quiet. Nothing sleeps: what waits for a time gets it from a clock that is
//! moved, what waits for GitHub is woken by GitHub's changes.

mod implementers;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use journeyman::agent::acp::AcpConfig;
use journeyman::agent::model::ModelConfig;
use journeyman::clock::Clock;
use journeyman::domain::{Allowance, IssueNumber, PullNumber, RepoName, RunPages};
use journeyman::engine::{Engine, Parts, Performed, Subject};
use journeyman::github::{App, AppConfig, Pacing};
use journeyman::simulator::{self, AppRegistration, Ci, PullView, RepositoryView, Role, Simulator, Source};
use journeyman::store::{Claim, Lane, Store, StoreConfig, Work};
use journeyman::web::{self, Receiver};
use journeyman::workflow::Run;
use secrecy::SecretString;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::samples::settings;
use crate::wire;

pub const APP: u64 = 1;
pub const SECRET: &str = "between GitHub and us";
pub const BOT: &str = "journeyman[bot]";
const OWNER: &str = "journeyman";
const LEASE: i64 = 60_000;
/// Far more than any story takes; whoever waits longer waits for what will not come.
const PATIENCE: Duration = Duration::from_secs(180);

/// Where worlds are kept: in memory where there is room, as a world ends with its story and each commit of the store waits for the disk.
fn scratch_root() -> PathBuf {
    const ROOM: u64 = 2 << 30;
    let memory = Path::new("/dev/shm");
    let room = rustix::fs::statvfs(memory).map_or(0, |disk| disk.f_bavail * disk.f_frsize);
    if room >= ROOM { memory.to_owned() } else { std::env::temp_dir() }
}

/// When the process ends without having recorded what it performed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Crash {
    Never,
    /// After so many pieces of work, once.
    At(usize),
    /// After each piece of work, which is then performed a second time.
    Always,
}

pub struct World {
    pub github: Simulator,
    pub repo: RepoName,
    /// The engine's clock. GitHub's is the system's.
    pub clock: Clock,
    pub crash: Crash,
    /// Whether deliveries that never arrived are asked for again, as the sweep does every few minutes.
    pub sweeping: bool,
    /// What was performed, one after the other, over all restarts.
    pub performed: Vec<Subject>,
    pub restarts: usize,
    pub(crate) read: HashSet<(u64, String)>,
    node: Option<Node>,
    scratch: TempDir,
    interference: Option<(String, Interference)>,
    meanwhile: Option<(String, Interference)>,
    /// The model, where the story has one.
    pub model: Option<ModelConfig>,
    /// The agent that writes steps in prose, where the story has one.
    pub agent: Option<AcpConfig>,
    has_pages: bool,
    /// What one step may cost.
    pub step_allowance: Allowance,
}

type Interference = Box<dyn FnOnce(&Simulator, &RepoName) + Send>;

/// One life of the process.
struct Node {
    engine: Arc<Engine>,
    address: String,
    server: JoinHandle<std::io::Result<()>>,
    stop: CancellationToken,
}

impl World {
    /// A GitHub with one repository of these files, in which ada may write.
    pub async fn new(files: &[(&str, &str)], ci: Ci) -> Self {
        Self::with(Source::Files(files), ci).await
    }

    pub async fn with(source: Source<'_>, ci: Ci) -> Self {
        let scratch = tempfile::tempdir_in(scratch_root()).unwrap();
        let app = AppRegistration {
            id: APP,
            slug: "journeyman".into(),
            public_key_pem: wire::public_key().into(),
            webhook_url: None,
            webhook_secret: SecretString::from(SECRET),
        };
        let github =
            simulator::start(simulator::Options { ci, directory: Some(scratch.path().join("github")), ..simulator::Options::new(app) })
                .await
                .unwrap();
        let repo: RepoName = "acme/greeter".parse().unwrap();
        github.create_repository(&repo, source).unwrap();
        github.add_collaborator(&repo, "ada", Role::Write).unwrap();
        let mut world = Self {
            github,
            repo,
            clock: Clock::manual(Clock::System.now()),
            crash: Crash::Never,
            sweeping: true,
            performed: Vec::new(),
            restarts: 0,
            read: HashSet::new(),
            node: None,
            scratch,
            interference: None,
            meanwhile: None,
            model: None,
            agent: None,
            has_pages: false,
            step_allowance: Allowance::default(),
        };
        world.start().await;
        world
    }

    /// A new life on the same store, at another address.
    async fn start(&mut self) {
        let config = StoreConfig::sqlite(self.scratch.path().join("journeyman.db"));
        let store = Arc::new(Store::open(&config).await.unwrap());
        store.release_all(OWNER).await.unwrap();
        let parts = AppConfig {
            api_base: self.github.api_base(),
            app_id: APP,
            private_key_pem: wire::private_key().into(),
            // What fails is put off by the engine, and then waits for the clock of the test.
            pacing: Pacing { retries: 0, patience: Duration::from_secs(2), ..Pacing::unhurried() },
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let pages = RunPages::new(&address, vec![SecretString::from(SECRET)]);
        let app = App::new(parts, Arc::new(|| Clock::System.now().0)).unwrap();
        let engine = Arc::new(Engine::new(Parts {
            store: store.clone(),
            github: app,
            bot: journeyman::domain::Login::new(BOT),
            cache: self.scratch.path().join("mirrors"),
            clock: self.clock.clone(),
            settings: settings(),
            label: "implement".into(),
            means: self.means().await,
            pages: self.has_pages.then(|| pages.clone()),
        }));
        let clock = self.clock.clone();
        let receiver = Receiver {
            secrets: vec![SecretString::from(SECRET)],
            store,
            clock: Arc::new(move || clock.now()),
            worker_seen: engine.seen(),
            pages: Some(pages),
            github: self.github.base_url(),
        };
        let stop = CancellationToken::new();
        let shutdown = stop.clone().cancelled_owned();
        #[expect(clippy::disallowed_methods, reason = "the server is joined in `halt`")]
        let server = tokio::spawn(web::serve(listener, web::router(receiver), shutdown));
        self.github.set_webhook_url(&format!("{address}/webhook"));
        self.node = Some(Node { engine, address, server, stop });
    }

    async fn halt(&mut self) {
        let Some(node) = self.node.take() else { return };
        node.stop.cancel();
        node.server.await.unwrap().unwrap();
        node.engine.store().close().await;
    }

    /// Ends the process and starts it again on the same store.
    pub async fn restart(&mut self) {
        self.halt().await;
        self.restarts += 1;
        self.start().await;
    }

    fn node(&self) -> &Node {
        self.node.as_ref().unwrap()
    }

    pub fn engine(&self) -> Arc<Engine> {
        self.node().engine.clone()
    }

    pub fn store(&self) -> Arc<Store> {
        self.node().engine.store().clone()
    }

    /// `http://127.0.0.1:PORT`, where webhooks are received.
    pub fn address(&self) -> String {
        self.node().address.clone()
    }

    /// From now on people can reach Journeyman, and checks lead to the page of their run.
    pub async fn has_pages(&mut self) {
        self.has_pages = true;
        self.restart().await;
        self.restarts = 0;
    }

    /// Works until nothing is due and GitHub is quiet.
    pub async fn settle(&mut self) {
        let worked = tokio::time::timeout(PATIENCE, Box::pin(self.work_until_quiet())).await.is_ok();
        if !worked {
            panic!("not at rest after {} s\n{}", PATIENCE.as_secs(), self.everything().await);
        }
    }

    async fn work_until_quiet(&mut self) {
        loop {
            let (mut arrivals, mut changes) = (self.store().arrivals(), self.github.changed());
            arrivals.mark_unchanged();
            changes.mark_unchanged();
            let quiet = self.github.is_quiet();
            if Box::pin(self.work()).await {
                continue;
            }
            if !quiet {
                tokio::select! { _ = arrivals.changed() => {} _ = changes.changed() => {} }
                continue;
            }
            if self.sweeping && !self.lost().is_empty() {
                // The sweep comes every few minutes, and waits longer after each failure.
                self.clock.advance_seconds(300);
                drop(self.engine().redeliver_failed(None).await);
                continue;
            }
            let counts = self.store().counts().await.unwrap();
            if counts.outbox == 0 {
                assert_eq!(counts.waiting, 0, "deliveries wait although nothing is due\n{}", self.everything().await);
                return;
            }
            self.wait_until_due().await;
        }
    }

    /// One round over all lanes that are due; whether anything was done.
    async fn work(&mut self) -> bool {
        let mut any = self.engine().route().await.unwrap() > 0;
        while let Some(claim) = self.store().claim(OWNER, self.clock.now(), LEASE).await.unwrap() {
            any = true;
            let engine = self.engine();
            loop {
                let Some(performed) = self.perform(&engine, &claim).await else { break };
                self.performed.push(performed.subject.clone());
                if self.ends_here() {
                    drop((performed, claim, engine));
                    self.restart().await;
                    return true;
                }
                self.let_people_in(&performed.subject).await;
                engine.record(&claim, performed).await.unwrap();
                // What arrived meanwhile goes first, as in production, where another task routes it.
                engine.route().await.unwrap();
            }
            self.store().release(claim).await.unwrap();
        }
        any
    }

    /// Performs what is next. Somebody may act while it is performed; what arrives then is routed, as another task does in production.
    async fn perform(&mut self, engine: &Engine, claim: &Claim) -> Option<Performed> {
        let next = self.store().next(claim, self.clock.now()).await.unwrap();
        let meant = |(key, _): &mut (String, Interference)| matches!(&next, Work::Effect(effect) if effect.key.starts_with(key.as_str()));
        let act = self.meanwhile.take_if(meant);
        let mut arrivals = self.store().arrivals();
        let people = async {
            let Some((_, act)) = act else { return std::future::pending().await };
            act(&self.github, &self.repo);
            loop {
                arrivals.mark_unchanged();
                engine.route().await.unwrap();
                arrivals.changed().await.unwrap();
            }
        };
        tokio::select! {
            performed = engine.perform_next(claim) => performed.unwrap(),
            never = people => never,
        }
    }

    /// While an effect whose key begins so is performed, somebody does something.
    pub fn meanwhile(&mut self, key: &str, act: impl FnOnce(&Simulator, &RepoName) + Send + 'static) {
        self.meanwhile = Some((key.to_owned(), Box::new(act)));
    }

    /// Once an effect whose key begins so was performed, and before that is recorded, somebody does something.
    pub fn interfere(&mut self, key: &str, act: impl FnOnce(&Simulator, &RepoName) + Send + 'static) {
        self.interference = Some((key.to_owned(), Box::new(act)));
    }

    async fn let_people_in(&mut self, subject: &Subject) {
        let meant = |(key, _): &mut (String, Interference)| matches!(subject, Subject::Effect(done) if done.starts_with(key.as_str()));
        let Some((_, act)) = self.interference.take_if(meant) else { return };
        act(&self.github, &self.repo);
        let mut changes = self.github.changed();
        while !self.github.is_quiet() {
            changes.changed().await.unwrap();
        }
    }

    fn ends_here(&self) -> bool {
        let done = self.performed.len();
        match self.crash {
            Crash::Never => false,
            Crash::At(k) => done == k && self.restarts == 0,
            // Every other performance is the second of the same piece of work.
            Crash::Always => self.restarts * 2 < done,
        }
    }

    /// Moves the clock to when something is due next.
    pub async fn wait_until_due(&self) {
        let due = self.store().next_due().await.unwrap().expect("something waits for a time");
        let missing = due.since(self.clock.now());
        assert!(missing < 24 * 3_600_000, "what is next is due in {} s", missing / 1000);
        self.clock.advance_seconds(missing.max(0) / 1000 + 1);
    }

    pub fn lane(&self, issue: IssueNumber) -> Lane {
        Lane::of(&self.repo, issue)
    }

    pub async fn run(&self, issue: IssueNumber) -> Run {
        self.engine().run(&self.lane(issue)).await.unwrap().expect("the issue has a run").0
    }

    pub fn repository(&self) -> RepositoryView {
        self.github.world().unwrap().repository(&self.repo.to_string()).unwrap().clone()
    }

    /// The run's pull request as GitHub has it.
    pub async fn pull(&self, issue: IssueNumber) -> PullView {
        let number: PullNumber = self.run(issue).await.pull.expect("the run has a pull request");
        self.repository().pulls.into_iter().find(|pull| pull.number == number.0).unwrap()
    }

    /// The commits of the pull request's branch, oldest first.
    pub async fn commits(&self, issue: IssueNumber) -> Vec<simulator::CommitView> {
        let branch = self.run(issue).await.branch.expect("the run has a branch").to_string();
        self.repository().branch(&branch).map(|branch| branch.commits.clone()).unwrap_or_default()
    }

    pub async fn journal(&self, issue: IssueNumber) -> Vec<String> {
        let lines = self.store().journal(&self.lane(issue)).await.unwrap();
        lines.into_iter().map(|line| format!("{}: {}", line.kind, line.text)).collect()
    }

    /// Ends the story without a look at what it left.
    pub async fn close(mut self) {
        self.halt().await;
        self.github.shutdown().await;
    }
}
