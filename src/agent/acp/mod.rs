//! The implementer that drives any agent which speaks the Agent Client Protocol over its standard input and output.
//!
//! The agent runs in the sandbox, holds no credential and reaches nothing but its model, through a gateway of ours that counts what is
//! spent. What it asks for is served inside the workspace. It ends when its prompt's turn ends; a question is a file that it leaves
//! (`words`). Each call of `work` is a new session: an agent that was interrupted, or whose work was found amiss, is told so.

mod files;
pub mod gateway;
mod ledger;
mod permit;
pub mod presets;
mod serve;
mod session;
mod terminals;
mod updates;
mod verdict;
mod watching;
mod words;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::budget::Budget;
use super::prices::PriceList;
use super::transcript::{Entry, Transcript};
use super::{Ending, Error, Implementer, Site};
use crate::sandbox::{Command, Job, Limits, Network, Policy};
use files::Files;
use gateway::{Gateway, Pulse};
use ledger::Ledger;
use permit::Ground;
pub use presets::Preset;
use presets::Setup;
use serve::Host;
use session::Talk;
use terminals::Terminals;
use watching::Watching;

/// Which agent, and which model it talks to.
#[derive(Debug, Clone)]
pub struct AcpConfig {
    /// Program and arguments; empty for the preset's own.
    pub command: Vec<String>,
    pub preset: Option<Preset>,
    /// The model's base address, with its version where the provider's clients want it so: `https://api.anthropic.com`,
    /// `https://api.openai.com/v1`.
    pub upstream: String,
    /// Held by the gateway, and never by the agent.
    pub key: Option<SecretString>,
    pub model: Option<String>,
    /// What answers of that model, and of others of its provider, cost.
    pub prices: PriceList,
    /// Where the agent's program lies, if not among the system's.
    pub readable: Vec<PathBuf>,
}

/// How long an agent is waited for.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Until it has a session.
    pub begin: Duration,
    /// Without any word from it or its model.
    pub idle: Duration,
    /// After it was told to stop.
    pub leave: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { begin: Duration::from_secs(120), idle: Duration::from_secs(1200), leave: Duration::from_secs(5) }
    }
}

/// Wall time of an agent's processes when no budget says less.
const LONGEST: Duration = Duration::from_secs(6 * 3600);
/// For killing what did not leave, and for what is still told of its costs.
const LAST_COSTS: Duration = Duration::from_secs(2);

/// Drives one agent.
#[derive(Debug)]
pub struct Acp {
    config: AcpConfig,
    patience: Patience,
    stop: CancellationToken,
}

impl Acp {
    pub fn new(config: AcpConfig) -> Self {
        Self { config, patience: Patience::default(), stop: CancellationToken::new() }
    }

    /// The agent is told to stop when this is cancelled.
    pub fn until(self, stop: CancellationToken) -> Self {
        Self { stop, ..self }
    }

    pub fn with_patience(self, patience: Patience) -> Self {
        Self { patience, ..self }
    }

    /// What the transcript's `Began` and the commit call it: its command, which says nothing of where things lie on this machine.
    pub fn name(&self) -> String {
        let command = match (&self.config.command[..], self.config.preset) {
            ([], Some(preset)) => preset.setup("", None).command,
            (command, _) => command.to_vec(),
        };
        let names = command.iter().map(|part| part.rsplit('/').next().unwrap_or_default());
        names.collect::<Vec<_>>().join(" ").trim_end().to_owned()
    }

    fn setup(&self, base: &str) -> Result<Setup, Error> {
        let model = self.config.model.as_deref();
        let mut setup = self.config.preset.map_or_else(|| presets::other(base, model), |preset| preset.setup(base, model));
        if !self.config.command.is_empty() {
            setup.command.clone_from(&self.config.command);
        }
        if setup.command.is_empty() { Err(Error::Never("start the agent: there is no command for it".into())) } else { Ok(setup) }
    }

    fn job(&self, site: &Site, setup: &Setup, gateway: &Gateway, wall: Duration) -> Job {
        let mut command = setup.command.iter().cloned();
        Job {
            command: Command::Program { program: command.next().unwrap_or_default(), arguments: command.collect() },
            directory: PathBuf::new(),
            policy: Policy {
                workspace: site.root.clone(),
                home: site.home.clone(),
                readable: self.config.readable.clone(),
                network: Network::Forwards(vec![gateway.forward()]),
                limits: Limits { wall, ..site.limits },
            },
            variables: setup.variables.clone(),
        }
    }
}

impl Implementer for Acp {
    async fn work(&mut self, site: &Site, transcript: &mut Transcript, budget: &Budget) -> Result<Ending, Error> {
        let ending = match budget.exhausted() {
            Some(exhausted) => Ending::OutOfBudget(exhausted),
            None => self.begin(site, transcript, budget).await?,
        };
        transcript.push(Entry::Ended(ending.clone())).map_err(unwritten)?;
        Ok(ending)
    }

    /// Told, waited for, killed, and its last costs heard of.
    fn leaves_within(&self) -> Duration {
        self.patience.leave * 2 + LAST_COSTS
    }
}

impl Acp {
    async fn begin(&self, site: &Site, transcript: &mut Transcript, budget: &Budget) -> Result<Ending, Error> {
        let words = words::prompt(transcript).ok_or_else(|| Error::Never("begin: the transcript tells nothing to do".into()))?;
        let pulse = Pulse::default();
        let mut gateway = Gateway::open(&self.config.upstream, self.config.key.clone(), budget.clone(), pulse.clone())?;
        let setup = self.setup(&gateway.base)?;
        files::place(&site.home, &setup.files).map_err(|error| Error::Never(format!("write the agent's settings: {error}")))?;
        let left = budget.time_left();
        let wall = left.unwrap_or(LONGEST).min(LONGEST);
        let job = self.job(site, &setup, &gateway, wall + self.patience.leave + Duration::from_secs(5));
        let mut roots = vec![site.root.clone()];
        roots.extend(site.root.canonicalize().ok().filter(|plain| *plain != site.root));
        let ground = Ground { roots, given: site.given.clone() };
        let files = Files::at(&site.root, ground).map_err(|error| Error::Never(format!("open the workspace: {error}")))?;
        // One that an interrupted attempt left is asked again, if it still is one.
        files.await_question();
        let terminals = Terminals::new(site.sandbox.clone(), Policy { limits: site.limits, ..job.policy.clone() });
        let host = Arc::new(Host { files, terminals });

        let mut running = site.sandbox.start(&job).await.map_err(|error| Error::Never(error.to_string()))?;
        let (Some(stdin), Some(stdout)) = (running.stdin.take(), running.stdout.take()) else {
            return Err(Error::Never("start the agent: it has no standard input and output".into()));
        };
        let (heard, hears) = mpsc::channel(256);
        let (cancel, cancelled) = watch::channel(false);
        let talk = Talk {
            host: host.clone(),
            root: site.root.clone(),
            words,
            login: setup.login,
            own_files: setup.own_files,
            heard,
            cancelled,
            pulse: pulse.clone(),
            leave: self.patience.leave,
        };
        let mut talks = JoinSet::new();
        talks.spawn(session::talk(stdin, stdout, talk));
        let mut ledger = Ledger::new(transcript, budget, &self.config.prices);
        let (stop, deadline) = (self.stop.clone(), Instant::now() + wall);
        let mut watching = Watching { hears, talks, cancel, pulse, patience: self.patience, deadline, stop };
        let verdict = watching.until_it_ends(&mut ledger, &mut gateway).await?;
        let outcome = running.kill().await;
        drop(running);
        ledger.settle(&mut gateway).await?;
        let question = host.files.take_question();
        verdict::ending(verdict, &ledger, question, &outcome, budget)
    }
}

fn unwritten(error: std::io::Error) -> Error {
    Error::Never(format!("write the transcript: {error}"))
}
