//! A split into steps that somebody proposes for a text without any. Nothing of it is built before a person approves it.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Proposal {
    pub steps: Vec<Proposed>,
    /// What the text leaves open, as far as whoever proposes sees it.
    pub questions: Vec<String>,
    /// Sentences that ask for something, and that no step has.
    pub unused: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposed {
    pub title: String,
    pub files: Vec<ProposedFile>,
    /// What the step does: sentences of the text, as its author wrote them, each on one line. A block of code has lines with their ends.
    pub words: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposedFile {
    /// Relative to the repository's root.
    pub path: String,
    /// It is made by the step.
    pub new: bool,
}
