//! What people answered to the questions of an earlier reading: a reading of the same text follows it.

use serde::{Deserialize, Serialize};

/// Questions in the reader's own words, each with its answer. The words are the key: where the text changes so that another question
/// is asked, an old answer decides nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Answers(Vec<(String, String)>);

impl Answers {
    /// The answer to a question, if there is one.
    pub fn to(&self, question: &str) -> Option<&str> {
        self.0.iter().rev().find(|(asked, _)| asked == question).map(|(_, answer)| answer.as_str())
    }
}

impl FromIterator<(String, String)> for Answers {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(answers: I) -> Self {
        Self(answers.into_iter().collect())
    }
}
