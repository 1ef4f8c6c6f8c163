//! What a run knows and does about checks that failed: the newest diagnosis, what was run again, what was repaired.
//!
//! Serialised with a run: fields are added, never renamed.

use serde::{Deserialize, Serialize};

use super::failure::Place;
use super::run::{Phase, Stage};
use super::verdict::Verdict;
use crate::domain::{Sha, Timestamp, Untrusted};

/// So many other pull requests that fail a check within a day make it the repository's trouble and not a step's.
pub const SYSTEMIC: usize = 5;

/// What a commit of ours is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// From 0.
    Step(usize),
    /// A round of revising, from 0.
    Round(usize),
}

impl Unit {
    /// The phase in which it is at that stage.
    pub fn at(self, stage: Stage) -> Phase {
        match self {
            Unit::Step(step) => Phase::Building { step, stage },
            Unit::Round(round) => Phase::Revising { round, stage },
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Mending {
    pub diagnosis: Option<Diagnosis>,
    pub reruns: Vec<Rerun>,
    /// All there were, in order.
    pub repairs: Vec<Repair>,
    /// Repairs before this one no longer count against any bound, as a person let the run go on.
    pub forgiven: usize,
    /// Repairs before this one led to a green commit, and are not in a row with what follows.
    pub settled: usize,
    /// Since when it is waited for what the base says of a check that is red.
    pub base_awaited_since: Option<Timestamp>,
}

/// Why a commit's checks failed, as far as can be seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnosis {
    pub unit: Unit,
    pub commit: Sha,
    pub failures: Vec<Failure>,
    /// Nothing failed: this is what a second reading found missing of the step.
    #[serde(default)]
    pub missed: Vec<String>,
}

/// A check that failed or was cancelled, and what it left behind.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Failure {
    pub check: String,
    /// The check run's number.
    pub id: Option<u64>,
    pub url: Option<String>,
    /// Why it looks like the service and not the code; absent where it looks like the code.
    pub service: Option<String>,
    /// One to three lines for people.
    pub account: Untrusted,
    /// What matters of its output, annotations and log.
    pub essence: Untrusted,
    pub places: Vec<Place>,
    /// The workflow run whose failed jobs can be run again.
    pub workflow_run: Option<u64>,
    /// How many other pull requests of the repository fail it at their heads, of those touched within a day.
    pub others: usize,
}

/// A job that was run again for a commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rerun {
    pub commit: Sha,
    pub check: String,
    /// The check run that it replaces: until the new one is there it counts as pending.
    pub id: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repair {
    pub unit: Unit,
    /// The red commit.
    pub of: Sha,
    /// What failed there, by name.
    pub checks: Vec<String>,
    /// The repair's commit, once it is on the branch.
    pub commit: Option<Sha>,
    /// Whether it came to an end without a commit. One that spent its budget, or asks, goes on.
    #[serde(default)]
    pub is_over: bool,
}

/// Why red checks were not repaired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotMended {
    /// The step is written by exact edits, or nobody here writes anything else.
    NoWriter,
    /// The check was repaired so often in a row, and is still red.
    InARow(usize),
    /// So many repairs were made in all.
    InAll(usize),
    /// So many other pull requests fail the same check.
    Systemic(usize),
    /// It looks like the service, and was run again already.
    RunAgain,
    /// It looks like the service, and we cannot run it again. Completes "it was not run again: …".
    NotRunAgain(String),
    /// The implementer could not. Completes "the implementer gave up: …".
    GaveUp(String),
    /// The implementer saw nothing to repair.
    NothingToRepair,
    /// What failed could not be looked into. Completes "failed to …".
    Unread(String),
}

/// What a step's verification commands said of its commit, in a repository without CI.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Local {
    /// These passed.
    Passed(Vec<String>),
    /// This one did not: how it ended, and what it printed.
    Failed { command: String, ended: String, output: Untrusted },
    /// They could not be run, and why.
    NotRun(String),
}

impl Local {
    pub fn verdict(&self) -> Verdict {
        match self {
            Local::Passed(_) => Verdict::Green,
            Local::Failed { command, .. } => Verdict::Red(vec![command.clone()]),
            Local::NotRun(_) => Verdict::NoChecks,
        }
    }
}

impl Mending {
    /// How often this check was repaired in a row up to now.
    pub fn in_a_row(&self, check: &str) -> usize {
        let counted = self.repairs.get(self.forgiven.max(self.settled)..).unwrap_or_default();
        counted.iter().rev().take_while(|repair| repair.checks.iter().any(|name| name == check)).count()
    }

    /// How often checks were repaired since a person last let the run go on.
    pub fn in_all(&self) -> usize {
        let counted = self.repairs.get(self.forgiven..).unwrap_or_default();
        counted.iter().filter(|repair| !repair.checks.is_empty()).count()
    }

    /// The newest repair, if it is of that commit of the unit and still to be made.
    pub fn open_repair(&mut self, unit: Unit, of: &Sha) -> Option<&mut Repair> {
        self.repairs.last_mut().filter(|repair| repair.unit == unit && repair.of == *of && repair.commit.is_none() && !repair.is_over)
    }

    /// Nothing came of the newest repair: another one begins from the beginning.
    pub fn end_repair(&mut self) {
        if let Some(repair) = self.repairs.last_mut().filter(|repair| repair.commit.is_none()) {
            repair.is_over = true;
        }
    }

    /// Which attempt at a unit the newest repair is, from 2: the first was the unit's own commit.
    pub fn attempt(&self, unit: Unit) -> usize {
        self.repairs.iter().filter(|repair| repair.unit == unit).count() + 1
    }

    /// Whether the unit is completed, and not repaired.
    pub fn completes(&self, unit: Unit) -> bool {
        self.diagnosis.as_ref().is_some_and(|diagnosis| diagnosis.unit == unit && !diagnosis.missed.is_empty())
    }

    /// Whether this check run was replaced by one that is still to come.
    pub fn is_replaced(&self, id: Option<u64>) -> bool {
        id.is_some() && self.reruns.iter().any(|rerun| rerun.id == id)
    }

    pub fn was_rerun(&self, commit: &Sha, check: &str) -> bool {
        self.reruns.iter().any(|rerun| rerun.commit == *commit && rerun.check == check)
    }
}
