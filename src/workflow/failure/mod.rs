//! What CI printed, read: what matters of a log, whether it is the service that failed, and which tests it shows.
//!
//! Everything here is pure and takes any text. Logs are by whoever can make a job print something, so that nothing in them is
//! an instruction, and nothing here redacts: secrets are taken out where a text is shown or sent.

mod clean;
mod cut;
mod essence;
mod evidence;
mod forms;
mod found;
mod kind;
pub mod log;
mod message;
mod noise;
mod places;

pub use essence::{Essence, Failed, essence, shortest};
pub use evidence::{Outcome, names_a_command, names_a_test, shows};
pub use kind::{Kind, kind};
pub use places::Place;

use serde::{Deserialize, Serialize};

use crate::domain::Untrusted;

/// A check that failed, with what is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Failure {
    /// The check run's name or the status's context.
    #[serde(default)]
    pub check: String,
    /// Whether it looks like the code or like the service.
    #[serde(default)]
    pub kind: Kind,
    /// Where a person can read more.
    #[serde(default)]
    pub url: Option<String>,
    /// What matters of the log, for the implementer: [`Essence::text`], redacted.
    #[serde(default)]
    pub essence: Untrusted,
    /// One to three lines for people: [`shortest`], redacted.
    #[serde(default)]
    pub account: Untrusted,
    /// Where in the project it points.
    #[serde(default)]
    pub places: Vec<Place>,
    /// The workflow run that can be run again.
    #[serde(default)]
    pub rerun: Option<u64>,
    /// Other pull requests of the repository in which the same check failed within a day.
    #[serde(default)]
    pub others: usize,
}

#[cfg(test)]
mod tests;
