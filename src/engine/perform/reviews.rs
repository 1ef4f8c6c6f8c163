//! Reading the reviews of our pull request: what those who may steer say in them, and nobody else.

use std::collections::BTreeMap;

use crate::domain::Login;
use crate::engine::{Engine, Failure};
use crate::github::{Repository, ReviewThread};
use crate::workflow::{Event, ReviewRead, ReviewState, Run, Said, Thread, ThreadRead};

impl Engine {
    /// Reviews first: a comment of a review that came between the two readings is left for the next.
    pub(super) async fn read_reviews(&self, run: &Run, repository: &Repository) -> Result<Event, Failure> {
        let pull = run.pull.ok_or_else(|| Failure::Never("find the pull request".into()))?;
        let submitted = repository.reviews(pull).await?;
        let threads = repository.review_threads(pull).await?;
        let known: Vec<u64> = submitted.iter().map(|review| review.id).collect();
        let mut reviews = Vec::new();
        for review in submitted {
            let state = match review.state.as_str() {
                "CHANGES_REQUESTED" => ReviewState::ChangesRequested,
                "COMMENTED" => ReviewState::Commented,
                "APPROVED" => ReviewState::Approved,
                "DISMISSED" => ReviewState::Dismissed,
                // Not submitted yet.
                _ => continue,
            };
            let Some(by) = review.author.filter(|by| !by.is(&self.parts.bot)) else { continue };
            if self.counts(run, repository, &by).await? {
                reviews.push(ReviewRead { id: review.id, by_bot: is_bot(&by), by, state, words: review.body });
            }
        }
        let mut read = Vec::with_capacity(threads.len());
        for thread in threads {
            read.extend(self.read_thread(run, repository, thread, &known).await?);
        }
        Ok(Event::ReviewsRead { reviews, threads: read })
    }

    async fn read_thread(
        &self,
        run: &Run,
        repository: &Repository,
        thread: ReviewThread,
        known: &[u64],
    ) -> Result<Option<ThreadRead>, Failure> {
        let Some(first) = thread.comments.first() else { return Ok(None) };
        let (hunk, commented) = (first.hunk.clone(), first.commit.clone());
        let first = first.id;
        let mut said = Vec::new();
        let mut reviews = BTreeMap::new();
        for comment in thread.comments {
            let Some(by) = comment.author else { continue };
            let is_ours = by.is(&self.parts.bot);
            if comment.review.is_some_and(|review| !is_ours && !known.contains(&review)) {
                continue;
            }
            if is_ours || self.counts(run, repository, &by).await? {
                reviews.extend(comment.review.filter(|_| !is_ours).map(|review| (comment.id, review)));
                said.push(Said { id: comment.id, by, text: comment.body, is_ours });
            }
        }
        let thread = ThreadRead {
            resolved: thread.resolved,
            reviews,
            thread: Thread {
                id: thread.id,
                path: thread.path,
                line: thread.line,
                start_line: thread.start_line,
                span: thread.span,
                outdated: thread.outdated,
                hunk,
                commented,
                first,
                said,
                outcome: None,
                answered: None,
            },
        };
        Ok(thread.thread.asked().is_some().then_some(thread))
    }

    async fn counts(&self, run: &Run, repository: &Repository, by: &Login) -> Result<bool, Failure> {
        self.people.may_steer(repository, by, &run.talk.steering, self.now()).await
    }
}

fn is_bot(login: &Login) -> bool {
    login.as_str().ends_with("[bot]")
}
