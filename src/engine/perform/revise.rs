//! A round of revising: its items worked on, its threads answered.

use super::prose_step::{Assignment, Extra};
use crate::domain::{ChangeSet, Login, Sha, Untrusted};
use crate::engine::{Engine, Failure, aside};
use crate::github::{Error, Repository};
use crate::prose;
use crate::workflow::{Cause, Event, Run, ThreadOutcome, Written};

impl Engine {
    /// Lets the implementer work on the item in hand.
    pub(super) async fn revise(&self, run: &Run, repository: &Repository, round: usize, onto: &Sha) -> Result<Event, Failure> {
        let plan = run.plan.as_ref().ok_or_else(|| Failure::Never("find the plan".into()))?;
        if let Some(Cause::Base { tip, .. }) = run.reviews.rounds.get(round).map(|round| &round.cause) {
            return aside(|| self.merge_base(run, repository, round, (tip, onto))).await;
        }
        let item = run.reviews.rounds.get(round).and_then(|round| round.items.get(round.item()?));
        let item = item.ok_or_else(|| Failure::Never("find what is to be revised".into()))?;
        // The books know steps: what comes after them is the last one's.
        let index = plan.steps.len().saturating_sub(1);
        let step = plan.specification.steps.get(index).ok_or_else(|| Failure::Never("find the step".into()))?;
        let extra = Extra::Review(prose::model::revise(item));
        let assignment = Assignment { run, plan, index, step, onto, given: ChangeSet::default(), extra: Some(extra) };
        let written = self.write_prose(repository, &assignment).await?;
        let outcome = match &written {
            Written::Commit { .. } => Some(ThreadOutcome::Done { words: Untrusted::default() }),
            Written::Nothing { .. } => Some(ThreadOutcome::Nothing { words: Untrusted::new("Nothing had to be changed for this.") }),
            Written::Asks { .. } | Written::OutOfBudget { .. } | Written::GaveUp { .. } | Written::Refused { .. } => None,
        };
        let threads = item.threads.iter().filter_map(|_| outcome.clone()).collect();
        Ok(Event::Revised { round, written, threads })
    }

    /// Answers in a thread, once, and resolves it where it was done.
    pub(super) async fn answer_thread(
        &self,
        run: &Run,
        repository: &Repository,
        (round, item, thread): (usize, usize, usize),
    ) -> Result<Event, Failure> {
        let pull = run.pull.ok_or_else(|| Failure::Never("find the pull request".into()))?;
        let of = run.reviews.rounds.get(round).and_then(|round| round.items.get(item));
        let found = of.and_then(|item| Some((item, item.threads.get(thread)?)));
        let (of, what) = found.ok_or_else(|| Failure::Never("find the thread".into()))?;
        let first = what.said.first().ok_or_else(|| Failure::Never("find the thread's first comment".into()))?.id;
        let marker = prose::thread_marker(run, what);
        let answer = match repository.find_reply(pull, first, &marker, &self.parts.bot).await? {
            Some(answer) => answer,
            None => repository.reply(pull, first, &prose::thread_answer(run, of, what)).await?,
        };
        if matches!(what.outcome, Some(ThreadOutcome::Done { .. })) {
            repository.resolve_thread(&what.id).await?;
        }
        Ok(Event::ThreadAnswered { round, item, thread, answer })
    }
}

/// Somebody who cannot be asked is not.
pub(super) async fn request_review(run: &Run, repository: &Repository, of: &Login) -> Result<(), Failure> {
    let Some(pull) = run.pull else { return Ok(()) };
    match repository.request_review(pull, of).await {
        Err(error @ Error::Never { .. }) if error.trouble().status == Some(422) => {
            tracing::info!(run = %run.id, "{of} cannot be asked for a review: {error}");
            Ok(())
        }
        other => Ok(other?),
    }
}
