//! What shows that an acceptance criterion holds: a check of that name, a test that a check's log shows, or a command that was run. Named
//! by the specification, else proposed by whoever built the steps.
//!
//! Serialised with a run: fields are added, never renamed.

use serde::{Deserialize, Serialize};

use super::failure::names_a_command;
use super::plan::Plan;
use super::verdict::CheckState;
use crate::domain::Sha;

/// What an implementer says shows a criterion. Believed as far as CI shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposed {
    /// From 0, in the specification's order.
    pub criterion: usize,
    /// A test, a check or a command.
    pub evidence: String,
}

/// What was found of the evidence at a commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    pub head: Sha,
    pub proofs: Vec<Proof>,
    /// How many of the head's checks had ended by then.
    #[serde(default)]
    pub ended: usize,
}

/// One piece of evidence that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    pub evidence: String,
    /// The check whose log shows it; absent where the command was run here.
    pub within: Option<String>,
    pub passed: bool,
}

/// How a criterion stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// What shows it, or is to.
    pub by: String,
    /// The check in which it was found, where it is not a check itself.
    pub within: Option<String>,
    pub state: ProofState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProofState {
    Green,
    Red,
    /// Nothing tells of it yet.
    Unseen,
}

impl Plan {
    /// What is looked for to show a criterion: the specification's words first, as they are its author's.
    pub fn evidence_of(&self, criterion: usize) -> Vec<String> {
        let named = self.specification.acceptance_criteria.get(criterion).map(|criterion| criterion.evidence.clone()).unwrap_or_default();
        if !named.is_empty() {
            return named;
        }
        let works = self.steps.iter().filter_map(|step| step.work.as_ref());
        let proposed = works.flat_map(|work| &work.proposed).filter(|proposed| proposed.criterion == criterion);
        let mut all: Vec<String> = Vec::new();
        for proposed in proposed.map(|proposed| &proposed.evidence) {
            if !all.contains(proposed) {
                all.push(proposed.clone());
            }
        }
        all
    }

    /// Evidence that is no check of the head's, so that it has to be looked for.
    pub fn evidence_to_find(&self) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for evidence in (0..self.specification.acceptance_criteria.len()).flat_map(|criterion| self.evidence_of(criterion)) {
            let may_be_found = names_a_command(&evidence) || !self.head_checks.is_empty();
            if may_be_found && !self.is_check(&evidence) && !all.contains(&evidence) {
                all.push(evidence);
            }
        }
        all
    }

    fn is_check(&self, evidence: &str) -> bool {
        self.head_checks.iter().any(|check| check.name == evidence)
    }

    /// How the criterion stands at that head. Of several pieces of evidence that are found one failure decides; a criterion without any
    /// is a person's. What a specification quotes and nothing shows, a file's name say, is no evidence.
    pub fn shown(&self, criterion: usize, head: Option<&Sha>) -> Option<Shown> {
        let evidence = self.evidence_of(criterion);
        let found: Vec<Shown> = evidence.iter().filter_map(|evidence| self.found(evidence, head)).collect();
        let first = |state: ProofState| found.iter().find(|shown| shown.state == state).cloned();
        let waiting = || {
            let by = evidence.iter().find(|evidence| super::failure::names_a_test(evidence) || names_a_command(evidence))?.clone();
            Some(Shown { by, within: None, state: ProofState::Unseen })
        };
        first(ProofState::Red).or_else(|| first(ProofState::Unseen)).or_else(|| first(ProofState::Green)).or_else(waiting)
    }

    fn found(&self, evidence: &str, head: Option<&Sha>) -> Option<Shown> {
        let state_of = |name: &str| {
            // Two workflows may have a job of that name, and then both must pass.
            let states: Vec<CheckState> = self.head_checks.iter().filter(|check| check.name == name).map(|check| check.state).collect();
            match states.as_slice() {
                [] => None,
                all if all.contains(&CheckState::Failed) => Some(ProofState::Red),
                all if all.iter().all(|state| *state == CheckState::Passed) => Some(ProofState::Green),
                [_, ..] => Some(ProofState::Unseen),
            }
        };
        if let Some(state) = state_of(evidence) {
            return Some(Shown { by: evidence.to_owned(), within: None, state });
        }
        let read = self.evidence.as_ref().filter(|read| Some(&read.head) == head)?;
        let proof = read.proofs.iter().find(|proof| proof.evidence == evidence)?;
        // The check may have been run again since, and then its log is another.
        let state = match (proof.passed, proof.within.as_deref().map(state_of)) {
            (true, None | Some(Some(ProofState::Green))) => ProofState::Green,
            (false, None | Some(Some(ProofState::Green | ProofState::Red))) => ProofState::Red,
            (_, Some(_)) => ProofState::Unseen,
        };
        Some(Shown { by: evidence.to_owned(), within: proof.within.clone(), state })
    }
}
