//! Why a run waits for a person.

use serde::{Deserialize, Serialize};

use super::mending::NotMended;
use super::repository::Problem;
use crate::domain::{Exhausted, Login};

/// Why a run waits for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum StuckReason {
    /// The label was set by somebody who may not write to the repository.
    NotPermitted { login: Login },
    /// The text was edited after the label was set, by somebody who may not write. `hash` is its SHA-256 in hexadecimal.
    EditedByStranger { login: Login, hash: String },
    /// The repository's configuration file cannot be read.
    SettingsBroken { problems: Vec<Problem> },
    /// Steps in prose need a model, and none is configured. Numbers as written.
    NeedsModel { steps: Vec<String> },
    /// An exact edit does not apply. `step` counts from 0, `line` from 1.
    EditRefused { step: usize, path: String, line: usize, why: String },
    /// Checks of a step's commit failed that pass on the base.
    ChecksRed {
        step: usize,
        failing: Vec<String>,
        #[serde(default)]
        why: Option<NotMended>,
    },
    /// Checks of a step's commit were cancelled.
    ChecksCancelled {
        step: usize,
        cancelled: Vec<String>,
        #[serde(default)]
        why: Option<NotMended>,
    },
    /// Checks of a step's commit did not end in time.
    ChecksTimedOut {
        step: usize,
        #[serde(default)]
        pending: Vec<String>,
    },
    /// Checks of a round's commit failed, were cancelled, or did not end in time.
    RoundUnverified { round: usize, checks: Vec<String>, why: Option<NotMended> },
    /// A budget is spent in a round. The work so far is kept.
    RoundOutOfBudget { round: usize, exhausted: Exhausted },
    /// Merging the base left conflicts that nobody here resolves. `why` completes "they were not resolved: …".
    Conflicts { files: Vec<String>, why: String },
    /// So many rounds were asked for by programs, or by people.
    TooManyRounds { by_bots: bool, rounds: usize },
    /// Somebody rewrote or deleted the branch, so that our commits are no longer on it.
    BranchRewritten,
    /// A budget is spent. `step` counts from 0. The work so far is kept.
    OutOfBudget { step: usize, exhausted: Exhausted },
    /// The implementer could not do the step, or not without what a guard stops. `why` completes "the implementer gave up: …".
    GaveUp { step: usize, why: String },
    /// Something outside did not do what it should. `what` completes "failed to". What may heal, as an outage does, is tried again.
    Refused {
        what: String,
        why: String,
        #[serde(default)]
        may_heal: bool,
    },
}

impl StuckReason {
    /// The step that it is about.
    pub fn step(&self) -> Option<usize> {
        match self {
            StuckReason::EditRefused { step, .. }
            | StuckReason::ChecksRed { step, .. }
            | StuckReason::ChecksCancelled { step, .. }
            | StuckReason::ChecksTimedOut { step, .. }
            | StuckReason::OutOfBudget { step, .. }
            | StuckReason::GaveUp { step, .. } => Some(*step),
            StuckReason::NotPermitted { .. }
            | StuckReason::EditedByStranger { .. }
            | StuckReason::SettingsBroken { .. }
            | StuckReason::NeedsModel { .. }
            | StuckReason::BranchRewritten
            | StuckReason::RoundUnverified { .. }
            | StuckReason::RoundOutOfBudget { .. }
            | StuckReason::Conflicts { .. }
            | StuckReason::TooManyRounds { .. }
            | StuckReason::Refused { .. } => None,
        }
    }
}
