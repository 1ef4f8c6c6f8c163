//! What the person who runs Journeyman has set: a TOML file, and environment variables that win over it.
//!
//! [`load`] reads everything once, at the start, and either returns a [`Config`] in which each value is checked or lists
//! every problem, a line each. No setting is read from the environment elsewhere. Secrets are never shown, by `Debug` or in an error.
//! Nothing is created and nothing is contacted here: that a directory can be written is found out by whoever writes.

mod error;
mod keys;
mod means;
mod pem;
mod read;
mod source;
mod tools;
mod values;

#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::SecretString;

pub use error::{Error, Problem};
pub use keys::{KEYS, Key, example, table};
pub use means::{Budget, Engine, Kind, Means, Price, Provider, Sandbox, Work};
pub use tools::Tools;

/// The whole configuration, checked.
#[derive(Debug, Clone)]
pub struct Config {
    pub app: App,
    pub webhook: Webhook,
    pub github: GitHub,
    pub store: Store,
    pub cache: Cache,
    pub server: Server,
    pub workflow: Workflow,
    pub ci: Ci,
    pub means: Means,
    pub log: Log,
    /// What is allowed but unwise, a line each, for the log.
    pub warnings: Vec<String>,
}

/// The GitHub App that we are.
#[derive(Debug, Clone)]
pub struct App {
    pub id: u64,
    /// An RSA private key in PEM, shown to sign.
    pub private_key: SecretString,
}

/// What GitHub sends to us.
#[derive(Debug, Clone)]
pub struct Webhook {
    /// At least one; a delivery signed with any of them is genuine, so that a secret can be replaced without a gap.
    pub secrets: Vec<SecretString>,
}

/// Where GitHub is.
#[derive(Debug, Clone)]
pub struct GitHub {
    /// The REST API's base address without a trailing slash; on GitHub Enterprise Server it ends in `/api/v3`.
    pub api: String,
}

#[derive(Debug, Clone)]
pub struct Store {
    /// The SQLite database; made when absent.
    pub path: PathBuf,
}

#[derive(Debug, Clone)]
pub struct Cache {
    /// Mirrors of repositories. It can be deleted while Journeyman is down.
    pub dir: PathBuf,
}

#[derive(Debug, Clone)]
pub struct Server {
    pub listen: SocketAddr,
    /// How people reach us: `https://journeyman.example.com`. Without it runs have no pages.
    pub public_url: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Workflow {
    /// The label that starts a run.
    pub label: String,
    /// How many runs are worked on at once.
    pub workers: usize,
}

/// How the verdict of a commit is waited for.
#[derive(Debug, Clone)]
pub struct Ci {
    /// Between two looks at a commit's checks when no webhook nudges.
    pub poll: Duration,
    /// How long a commit may have no check at all before its repository counts as one without CI.
    pub grace: Duration,
    /// The same for a repository that has workflow files.
    pub grace_with_workflows: Duration,
    /// When a check that does not end is told to a person.
    pub timeout: Duration,
    /// Beyond what the base's checks took.
    pub patience: Duration,
    pub repairs_per_check: usize,
    pub repairs: usize,
}

#[derive(Debug, Clone)]
pub struct Log {
    pub format: LogFormat,
    /// In the syntax of `tracing-subscriber`'s `EnvFilter`.
    pub filter: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

/// Reads the file, if there is one, and lays the variables over it. A relative path starts at the file's directory
/// when the file names it, else at the working directory.
pub fn load(file: Option<&Path>, variables: impl IntoIterator<Item = (OsString, OsString)>) -> Result<Config, Error> {
    let mut settings = source::Settings::default();
    if let Some(path) = file
        && !settings.read_file(path)
    {
        return Err(Error { problems: settings.problems });
    }
    settings.read_variables(variables);
    read::config(settings)
}

/// What steps in prose are built with, as a file and the environment say it, whatever else is missing: for commands that work on this
/// machine.
pub fn means_with_environment(file: Option<&Path>) -> Result<(Means, Vec<String>), Error> {
    let mut settings = source::Settings::default();
    if let Some(path) = file
        && !settings.read_file(path)
    {
        return Err(Error { problems: settings.problems });
    }
    settings.read_variables(std::env::vars_os());
    let means = means::means(&mut settings);
    if settings.problems.is_empty() { Ok((means, settings.warnings)) } else { Err(Error { problems: settings.problems }) }
}

/// [`load`] with this process's environment.
pub fn load_with_environment(file: Option<&Path>) -> Result<Config, Error> {
    load(file, std::env::vars_os())
}
