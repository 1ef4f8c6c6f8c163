//! What is asked of a model beside writing steps: steps for an issue that has none, and answers to people's questions.

use crate::domain::{CommentId, Login, Untrusted};
use crate::engine::{Engine, Failure};
use crate::github::Repository;
use crate::workflow::{Event, Run, Words};

impl Engine {
    /// Has a model propose steps.
    pub(super) async fn propose(&self, run: &Run, _repository: &Repository) -> Result<Event, Failure> {
        Err(Failure::Never(format!("no model is configured for {}", run.repo)))
    }

    /// Answers somebody's question: a model does where there is one, else what the specification itself says to it.
    pub(super) async fn answer(
        &self,
        _run: &Run,
        _repository: &Repository,
        comment: CommentId,
        by: &Login,
        question: &Untrusted,
    ) -> Result<Event, Failure> {
        Ok(Event::Answered { comment, by: by.clone(), words: Words::Passages { question: question.clone() } })
    }
}
