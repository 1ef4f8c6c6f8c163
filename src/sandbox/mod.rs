//! The fence around every command that is run for a repository.
//!
//! Three layers, of which the first is always there. The **floor** is made by our own program started anew, `journeyman sandbox-exec`:
//! resource limits, then Landlock, then seccomp, on the process that becomes the command. Around it, where this machine allows them,
//! **namespaces** (bubblewrap): only what is mounted is there, an own loopback is the whole network, and processes have nobody to
//! see. Where they can be made, **control groups** bound all processes of a command together. Which of them hold is found out by
//! trying, once; where not even the floor holds, nothing is run.
//!
//! As root, commands run as `nobody`, who is given the workspace and the home. Where a path leads through a directory that is closed
//! to others (`/root`), the floor lets the command keep the one capability to pass through; what it can open there is Landlock's.
//!
//! Instead of all that, where it is configured, a container of an image can be the fence ([`container`]).
//!
//! What the floor alone cannot do: hide that a file exists, keep a command of our own user from changing modes and times of our files,
//! and show it a `/proc` without the names and command lines of others. Namespaces can.

mod bubblewrap;
mod capture;
pub mod container;
mod disk;
mod environment;
mod groups;
pub mod helper;
mod launch;
mod linux;
mod options;
mod outcome;
mod ownership;
mod plan;
mod policy;
pub mod proxy;
mod rules;
mod running;
mod selftest;
mod syscalls;
mod toolchains;
mod view;

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use environment::Environment;
use groups::Groups;
use launch::Talk;
pub use options::Options;
pub use outcome::{Outcome, Status};
use ownership::Owner;
pub use policy::{Command, Forward, Job, Limits, Network, Policy};
pub use running::Running;

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
pub struct Sandbox(Arc<Built>);

#[derive(Debug, Clone)]
pub struct Built {
    options: Options,
    fence: Fence,
    landlock: i32,
    groups: Groups,
    environment: Environment,
    /// Directories of the system that are links here, with what they lead to.
    links: Vec<(PathBuf, PathBuf)>,
    /// What is hidden, and whether it is a directory.
    hidden: Vec<(PathBuf, bool)>,
    /// Who runs commands, when we are root.
    owner: Option<Owner>,
    description: String,
}

impl Deref for Sandbox {
    type Target = Built;

    fn deref(&self) -> &Built {
        &self.0
    }
}

#[derive(Debug, Clone)]
enum Fence {
    /// With the program that makes them.
    Namespaces(PathBuf),
    Floor,
    /// Of an image.
    Container(Box<container::Chosen>),
    /// On a machine that was declared disposable.
    Nothing,
}

impl Sandbox {
    /// Finds out which fence holds here. A plain path is the helper, with everything else as usual.
    pub async fn prepare(options: impl Into<Options>) -> Result<Self, Error> {
        let options = options.into();
        let built = tokio::task::spawn_blocking(move || Built::new(options)).await;
        let built = built.map_err(|error| Error::Unfenced(error.to_string()))?;
        let mut without = Vec::new();
        match built.bubblewrap() {
            Some(_) if !built.options.namespaces => without.push("namespaces switched off".to_owned()),
            Some(program) => match selftest::holds(&built.with(Fence::Namespaces(program.clone()))).await {
                Ok(()) => return Ok(built.chosen(Fence::Namespaces(program), &without)),
                Err(why) => without.push(format!("no namespaces: {why}")),
            },
            None => without.push("no namespaces: bubblewrap is not installed".to_owned()),
        }
        match selftest::holds(&built.with(Fence::Floor)).await {
            Ok(()) => Ok(built.chosen(Fence::Floor, &without)),
            Err(why) if built.options.disposable_machine => {
                without.push(format!("no floor: {why}"));
                Ok(built.chosen(Fence::Nothing, &without))
            }
            Err(why) => Err(Error::Unfenced(format!("{why}; {}", without.join("; ")))),
        }
    }

    /// Runs a command to its end. Dropping the future ends it, with every process it started.
    pub async fn run(&self, job: &Job) -> Result<Outcome, Error> {
        let launched = launch::launch(self, job, Talk::Listens).await?;
        Ok(Running::new(launched, job.policy.limits).wait().await)
    }

    /// Starts a command whose standard input and output are ours. Its standard error is kept as its output.
    pub async fn start(&self, job: &Job) -> Result<Running, Error> {
        let launched = launch::launch(self, job, Talk::Speaks).await?;
        Ok(Running::new(launched, job.policy.limits))
    }

    /// Gives a tree to whoever runs commands, following no link; nothing happens unless we are root. `run` and `start` do so with a
    /// workspace and a home whose own directory is somebody else's; whoever writes into them later calls this. Blocks.
    pub fn own(&self, path: &Path) -> Result<(), Error> {
        let Some(owner) = self.owner else { return Ok(()) };
        ownership::give(path, owner).map_err(|error| Error::NotStarted(format!("{}: {error}", path.display())))
    }

    /// Which fence holds, and what is missing of it, in a line for the log.
    pub fn describe(&self) -> String {
        self.description.clone()
    }
}

impl Built {
    /// Blocks.
    fn new(options: Options) -> Self {
        let environment = Environment::of_ours(&options.hidden);
        let root = rustix::process::geteuid().is_root();
        let links = view::SYSTEM.iter().filter_map(|path| Some((PathBuf::from(path), std::fs::read_link(path).ok()?))).collect();
        let hidden = options.hidden.iter().filter_map(|path| Some((path.clone(), path.metadata().ok()?.is_dir()))).collect();
        let groups = if options.groups { Groups::find() } else { Groups::default() };
        let owner = root.then_some(ownership::NOBODY);
        let landlock = linux::landlock_version();
        Self { options, fence: Fence::Nothing, landlock, groups, environment, links, hidden, owner, description: String::new() }
    }

    fn with(&self, fence: Fence) -> Sandbox {
        Sandbox(Arc::new(Self { fence, ..self.clone() }))
    }

    fn chosen(mut self, fence: Fence, without: &[String]) -> Sandbox {
        self.fence = fence;
        self.description = selftest::description(&self, without);
        Sandbox(Arc::new(self))
    }

    fn bubblewrap(&self) -> Option<PathBuf> {
        self.environment.programs().map(|directory| directory.join("bwrap")).find(|program| program.is_file())
    }
}
