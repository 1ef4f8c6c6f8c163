//! Implementers: what turns a step into a change set.
//!
//! `verbatim` applies exact edits and needs no model. The others work in a checkout on disk, inside the sandbox, and end in one of
//! four ways, each with a type: nothing is read out of what a command printed. They hold no credential and push nothing.

pub mod acp;
pub mod answer;
pub mod budget;
pub mod charges;
pub mod diff;
mod ending;
pub mod guidance;
pub mod map;
pub mod model;
pub mod places;
pub mod prices;
pub mod propose;
mod redact;
pub mod step;
pub mod review;
pub mod setup;
mod stopwatch;
pub mod transcript;
pub mod verify;
pub mod verbatim;

use std::collections::BTreeSet;
use std::future::Future;
use std::path::PathBuf;
use std::time::Duration;

use crate::sandbox::{Limits, Sandbox};
use budget::Budget;
pub use ending::{Ending, Report};
pub use redact::{redact, tell};
use transcript::Transcript;

/// Where an implementer works.
#[derive(Debug, Clone)]
pub struct Site {
    /// The checkout's root: all files of the step's parent commit, exact edits of the step already applied. Not a git repository.
    pub root: PathBuf,
    /// `HOME` of every command, kept for the run.
    pub home: PathBuf,
    pub sandbox: Sandbox,
    /// Of each command.
    pub limits: Limits,
    /// Files that the step's exact edits wrote: they are not to be changed.
    pub given: BTreeSet<String>,
}

/// Something that works on a step.
pub trait Implementer: Send {
    /// Works until it ends. The transcript ends with what the implementer is told: the task at first, later what was found amiss in
    /// what it had submitted; or, after a crash, anywhere. Whatever was paid for is in the transcript before anything else happens.
    fn work(&mut self, site: &Site, transcript: &mut Transcript, budget: &Budget) -> impl Future<Output = Result<Ending, Error>> + Send;

    /// How long it may take to leave by itself when its time is over or it is told to stop. One that holds nothing is let go at once.
    fn leaves_within(&self) -> Duration {
        Duration::ZERO
    }
}

/// Why an implementer could not go on, other than by its own ending. The messages complete "failed to …".
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The provider is overloaded, or out of reach: the same again later may work.
    #[error("{why}")]
    Later { after: Duration, why: String },
    /// The configuration, the key or the machine has to be mended.
    #[error("{0}")]
    Never(String),
    /// It was told to stop. What was done is kept, and gone on with at the next start.
    #[error("the work was told to stop")]
    Stopped,
}
