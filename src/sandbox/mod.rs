//! The fence around every command that is run for a repository.

mod outcome;
mod policy;

use std::path::PathBuf;

use tokio::process::{ChildStdin, ChildStdout};

pub use outcome::{Outcome, Status};
pub use policy::{Command, Forward, Job, Limits, Network, Policy};

/// What can go wrong before a command has run. The messages complete "failed to …".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The machine cannot enforce what the policy asks for.
    #[error("fence the command: {0}")]
    Unfenced(String),
    /// The command cannot be started.
    #[error("start the command: {0}")]
    NotStarted(String),
}

/// The fence as this machine can build it, found out once at the start.
#[derive(Debug, Clone)]
pub struct Sandbox {
    helper: PathBuf,
}

impl Sandbox {
    /// `helper` is the program whose `sandbox-exec` command is the fence: our own executable.
    pub async fn prepare(helper: PathBuf) -> Result<Self, Error> {
        Ok(Self { helper })
    }

    /// Runs a command to its end.
    pub async fn run(&self, job: &Job) -> Result<Outcome, Error> {
        todo!("{job:?} {:?}", self.helper)
    }

    /// Starts a command whose standard input and output are ours. Its standard error is kept as its output.
    pub async fn start(&self, job: &Job) -> Result<Running, Error> {
        todo!("{job:?}")
    }
}

/// A started command. Dropping it ends it, with every process it started.
#[derive(Debug)]
pub struct Running {
    pub stdin: Option<ChildStdin>,
    pub stdout: Option<ChildStdout>,
}

impl Running {
    /// Waits for its end.
    pub async fn wait(&mut self) -> Outcome {
        todo!()
    }

    /// Ends it, with every process it started.
    pub async fn kill(&mut self) -> Outcome {
        todo!()
    }
}
