//! Implementers: what turns a step into a change set. This slice has one, `verbatim`, for steps made of exact edits.

pub mod verbatim;

use crate::domain::ChangeSet;

/// How an implementer's work on a step ended. Never read out of a command's output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The step's change, and a sentence about it for people.
    Submitted { changes: ChangeSet, report: String },
    /// The step asks for nothing that changes a file.
    NoChange,
    /// It cannot go on before a person has answered.
    Asks(String),
    /// Its tokens, money, turns or time are used up.
    OutOfBudget,
    /// It cannot do the step, and says why.
    GaveUp(String),
}
