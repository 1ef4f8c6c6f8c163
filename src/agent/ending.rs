//! How an implementer ends. The ending has a type, and is never read out of text.

use serde::{Deserialize, Serialize};

use super::budget::Exhausted;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// It says that the step is done. What it changed is found by comparing the checkout, whoever wrote the files.
    Submitted(Report),
    /// Something is unclear, and only a person can say.
    Asks {
        question: String,
    },
    OutOfBudget(Exhausted),
    /// It cannot do the step. A fragment that completes "the implementer gave up: …".
    GaveUp {
        why: String,
    },
}

/// What an implementer says of its work. Its own words: shown to people, believed by nobody.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Report {
    /// What was done for each sentence of the step.
    pub done: Vec<String>,
    /// Tests that were added or changed.
    pub tests: Vec<String>,
    /// Where it did otherwise than the specification says, and why.
    pub deviations: Vec<String>,
    /// Improvements for later; collected, and told once when everything is built.
    pub suggestions: Vec<String>,
    /// What shows acceptance criteria: each a criterion's number from 1, and a test, a command or a check.
    #[serde(default)]
    pub criteria: Vec<(usize, String)>,
}
