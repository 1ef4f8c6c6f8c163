//! The commands that show that a step works, run in the sandbox on what was submitted.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::redact::redact;
use super::{Error, Site};
use crate::sandbox::{Command, Job, Network, Outcome, Policy, Status};

/// A command that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed {
    pub command: String,
    /// `ended with status 101`.
    pub ended: String,
    pub output: String,
}

impl Failed {
    /// As it is kept: how it ended, and what it printed.
    pub fn kept(&self) -> String {
        redact(&format!("{}\n{}", self.ended, self.output.trim_end())).into_owned()
    }
}

/// Runs a command. Answers how it failed, if it did.
pub async fn run(command: &str, site: &Site) -> Result<Option<Failed>, Error> {
    let outcome = one(command, site, Network::None, BTreeMap::new()).await?;
    let failed = |outcome: Outcome| Failed { command: command.to_owned(), ended: ended(outcome.status), output: outcome.output };
    Ok(if outcome.succeeded() { None } else { Some(failed(outcome)) })
}

/// Runs one command in the site's sandbox.
pub async fn one(command: &str, site: &Site, network: Network, variables: BTreeMap<String, String>) -> Result<Outcome, Error> {
    let policy = Policy { workspace: site.root.clone(), home: site.home.clone(), readable: Vec::new(), network, limits: site.limits };
    let job = Job { command: Command::Shell(command.to_owned()), directory: PathBuf::new(), policy, variables };
    site.sandbox.run(&job).await.map_err(|error| Error::Never(error.to_string()))
}

/// How a command ended, as the end of a sentence about it.
pub fn ended(status: Status) -> String {
    match status {
        Status::Exited(code) => format!("ended with status {code}"),
        Status::Signalled(signal) => format!("was ended by signal {signal}"),
        Status::TimedOut => "did not end in the time allowed".to_owned(),
        Status::OutOf(what) => format!("was stopped: it used more {what} than allowed"),
    }
}
