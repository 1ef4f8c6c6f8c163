//! What an implementer with a model did for a step, as far as people are told.

use serde::{Deserialize, Serialize};

use crate::domain::Spent;

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Work {
    /// `provider:model`, or an agent's command.
    pub by: String,
    /// All attempts at the step together.
    pub spent: Spent,
    /// What a person should look at, each a sentence: what guards advise, what a second reading found, what deviates.
    pub notes: Vec<String>,
    /// Improvements for later; told once, when everything is built.
    pub suggestions: Vec<String>,
    /// Commands that passed in the sandbox on what was committed.
    pub verified: Vec<String>,
}
