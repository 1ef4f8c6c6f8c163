//! What people answered to the questions of an earlier reading: a reading of the same text follows it.

use serde::{Deserialize, Serialize};

/// Questions in the reader's own words, each with its answer. The words are the key, in the document that is asked about: where the text
/// changes so that another question is asked, an old answer decides nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Answers(Vec<Answered>);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Answered {
    /// Empty for the issue itself.
    document: String,
    question: String,
    answer: String,
}

impl Answers {
    /// The answer to a question, if there is one.
    pub fn to(&self, question: &str) -> Option<&str> {
        self.0.iter().rev().find(|said| said.document.is_empty() && said.question == question).map(|said| said.answer.as_str())
    }

    /// Those to what is asked about one document, for a reading of it alone.
    pub fn about(&self, document: &str) -> Self {
        let own = self.0.iter().filter(|said| said.document == document);
        Self(own.map(|said| Answered { document: String::new(), ..said.clone() }).collect())
    }
}

impl FromIterator<(String, String)> for Answers {
    /// Questions about the issue itself, with their answers.
    fn from_iter<I: IntoIterator<Item = (String, String)>>(answers: I) -> Self {
        answers.into_iter().map(|(question, answer)| (String::new(), question, answer)).collect()
    }
}

impl FromIterator<(String, String, String)> for Answers {
    /// Each with the document, the question and the answer.
    fn from_iter<I: IntoIterator<Item = (String, String, String)>>(answers: I) -> Self {
        Self(answers.into_iter().map(|(document, question, answer)| Answered { document, question, answer }).collect())
    }
}
