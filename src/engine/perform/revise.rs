//! A round of revising: its items worked on, its threads answered.

use super::prose_step::{Assignment, Extra, Wish};
use crate::domain::{ChangeSet, Login, Sha, Untrusted};
use crate::engine::{Engine, Failure, aside};
use crate::github::body::{LIMIT, fit};
use crate::github::{Error, Repository};
use crate::prose;
use crate::workflow::{Cause, Event, Item, Run, ThreadOutcome, Work, Written, command};

impl Engine {
    /// Lets the implementer work on the item in hand.
    pub(super) async fn revise(&self, run: &Run, repository: &Repository, round: usize, onto: &Sha) -> Result<Event, Failure> {
        let plan = run.plan.as_ref().ok_or_else(|| Failure::Never("find the plan".into()))?;
        if let Some(Cause::Base { tip, .. }) = run.reviews.rounds.get(round).map(|round| &round.cause) {
            return aside(|| self.merge_base(run, repository, round, (tip, onto))).await;
        }
        let of = run.reviews.rounds.get(round);
        let found = of.and_then(|round| round.item().and_then(|at| Some((round, at, round.items.get(at)?))));
        let (of, at, item) = found.ok_or_else(|| Failure::Never("find what is to be revised".into()))?;
        if is_order(run, item) {
            let outcomes = vec![ThreadOutcome::Nothing { words: Untrusted::new(prose::ORDER_IN_A_THREAD) }];
            return Ok(Event::Revised { round, written: Written::Nothing { work: None }, outcomes });
        }
        if item.is_exact {
            return self.apply_suggestions(run, repository, plan, (round, item), onto).await;
        }
        let writer = match &self.parts.means {
            Some(means) => means.writer(&plan.repository).map_err(Failure::Never)?,
            None => None,
        };
        if writer.is_none() {
            let words = Untrusted::new(prose::NOBODY_REVISES);
            let outcomes = vec![ThreadOutcome::Declined { words }; item.threads.len().max(1)];
            return Ok(Event::Revised { round, written: Written::Nothing { work: None }, outcomes });
        }
        // The books know steps: what comes after them is the last one's.
        let index = plan.steps.len().saturating_sub(1);
        let step = plan.specification.steps.get(index).ok_or_else(|| Failure::Never("find the step".into()))?;
        let said = item.threads.iter().flat_map(|thread| &thread.said).map(|said| &said.text).chain(&item.words);
        let said = said.map(|text| text.as_data()).collect::<Vec<_>>().join("\n\n");
        let extra = Extra::Review(Wish { words: prose::model::revise(of, item), said, round, item: at });
        let assignment = Assignment { run, plan, index, step, onto, given: ChangeSet::default(), extra: Some(extra) };
        let written = self.write_prose(repository, &assignment).await?;
        let words = |work: &Option<Box<Work>>| {
            let done = work.iter().flat_map(|work| &work.done).cloned().collect::<Vec<_>>();
            Untrusted::new(prose::done_in_words(&done))
        };
        let outcome = match &written {
            Written::Commit { work, .. } => Some(ThreadOutcome::Done { words: words(work) }),
            Written::Nothing { work } => Some(ThreadOutcome::Nothing { words: words(work) }),
            Written::Asks { .. } | Written::OutOfBudget { .. } | Written::GaveUp { .. } | Written::Refused { .. } => None,
        };
        let outcomes = outcome.map_or_else(Vec::new, |outcome| vec![outcome; item.threads.len().max(1)]);
        Ok(Event::Revised { round, written, outcomes })
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
        let first = what.first;
        let marker = prose::thread_marker(run, what);
        let answer = match repository.find_reply(pull, first, &marker, &self.parts.bot).await? {
            Some(answer) => answer,
            None => repository.reply(pull, first, &fit(&prose::thread_answer(run, of, what), LIMIT)).await?,
        };
        if matches!(what.outcome, Some(ThreadOutcome::Done { .. })) {
            repository.resolve_thread(&what.id).await?;
        }
        Ok(Event::ThreadAnswered { round, item, thread, answer })
    }
}

/// Whether what is said is an order to us, and nothing else.
fn is_order(run: &Run, item: &Item) -> bool {
    let asked = item.threads.iter().find_map(|thread| thread.asked()).map(|said| &said.text).or(item.words.as_ref());
    asked.is_some_and(|text| {
        let said = command::said(text.as_data(), &run.settings.handle);
        !said.orders.is_empty() && said.rest.trim().is_empty()
    })
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
