//! What an implementer with a model did for a step, as far as people are told.

use serde::{Deserialize, Serialize};

use super::evidence::Proposed;
use super::failure::Place;
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
    /// Where guards advise to look.
    #[serde(default)]
    pub places: Vec<Place>,
    /// What the implementer says it did: shown, and believed by nobody.
    #[serde(default)]
    pub done: Vec<String>,
    /// Tests that it says it added or changed: looked for in what CI printed.
    #[serde(default)]
    pub tests: Vec<String>,
    /// What it says shows the acceptance criteria.
    #[serde(default)]
    pub proposed: Vec<Proposed>,
}

impl Work {
    /// This work on a step and what was said of the step `before` it. What was spent is the step's as a whole already.
    pub fn after(mut self, before: Work) -> Self {
        let notes = before.notes.into_iter().filter(|note| !self.notes.contains(note)).collect::<Vec<_>>();
        self.notes.splice(0..0, notes);
        let suggestions = before.suggestions.into_iter().filter(|text| !self.suggestions.contains(text)).collect::<Vec<_>>();
        self.suggestions.splice(0..0, suggestions);
        let tests = before.tests.into_iter().filter(|test| !self.tests.contains(test)).collect::<Vec<_>>();
        self.tests.splice(0..0, tests);
        let proposed = before.proposed.into_iter().filter(|evidence| !self.proposed.contains(evidence)).collect::<Vec<_>>();
        self.proposed.splice(0..0, proposed);
        self
    }
}
