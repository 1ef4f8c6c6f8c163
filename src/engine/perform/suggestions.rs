//! A review's suggestions: applied together, as one commit, without a model.

use crate::agent::verbatim::suggestion::{self, Outcome, Suggestion};
use crate::domain::{Sha, Untrusted};
use crate::engine::{Engine, Failure};
use crate::github::Repository;
use crate::prose;
use crate::specification;
use crate::workflow::{Event, Item, Plan, Run, Thread, ThreadOutcome, Written};

impl Engine {
    /// Applies what the threads of an item suggest.
    pub(super) async fn apply_suggestions(
        &self,
        run: &Run,
        repository: &Repository,
        plan: &Plan,
        (round, item): (usize, &Item),
        onto: &Sha,
    ) -> Result<Event, Failure> {
        let mut workspace = self.workspace(repository, onto).await?;
        let texts: Vec<(usize, String)> = item.threads.iter().enumerate().flat_map(|(at, thread)| suggested(at, thread)).collect();
        let threads = item.threads.clone();
        let protected = plan.repository.protected.clone();
        let work = tokio::task::spawn_blocking(move || {
            let suggestions: Vec<Suggestion<'_>> = texts.iter().filter_map(|(at, text)| Some(of(threads.get(*at)?, text))).collect();
            let (changes, outcomes) = suggestion::apply(&suggestions, &protected, &mut workspace)?;
            let of_thread: Vec<usize> = texts.iter().map(|(at, _)| *at).collect();
            Ok::<_, crate::git::Error>((changes, of_thread, outcomes))
        });
        let (changes, of_thread, outcomes) = work.await.map_err(|e| Failure::cut_short(&e))??;
        let all = |at: usize| of_thread.iter().zip(&outcomes).filter(move |(of, _)| **of == at).map(|(_, outcome)| outcome).collect();
        let outcomes = (0..item.threads.len()).map(|at| outcome(all(at))).collect();
        let written = if changes.is_empty() {
            Written::Nothing { work: None }
        } else {
            let commit = repository.commit(onto, &changes, &prose::suggestions_message(run, item)).await?;
            Written::Commit { commit, onto: onto.clone(), work: None }
        };
        Ok(Event::Revised { round, written, outcomes })
    }
}

/// The blocks of the comment that asks for something.
fn suggested(at: usize, thread: &Thread) -> Vec<(usize, String)> {
    let texts = thread.wish().map(|said| specification::suggestions(said.text.as_data())).unwrap_or_default();
    texts.into_iter().map(|text| (at, text)).collect()
}

fn of<'a>(thread: &'a Thread, replacement: &'a str) -> Suggestion<'a> {
    let line = thread.line.filter(|_| !thread.outdated);
    Suggestion { path: &thread.path, line, span: thread.span, hunk: thread.hunk.as_data(), replacement }
}

/// What came of a thread: done if one of its blocks was applied, with what is to be said of the others.
fn outcome(of: Vec<&Outcome>) -> ThreadOutcome {
    let mut words: Vec<String> = Vec::new();
    for outcome in &of {
        let said = match outcome {
            Outcome::Applied { moved: false } => continue,
            Outcome::Applied { moved: true } => prose::SUGGESTION_MOVED.to_owned(),
            Outcome::AlreadySo => prose::SUGGESTION_ALREADY_SO.to_owned(),
            Outcome::Refused(why) => why.to_string(),
        };
        words.push(said);
    }
    let applied = of.iter().any(|outcome| matches!(outcome, Outcome::Applied { .. }));
    let refused = of.iter().any(|outcome| matches!(outcome, Outcome::Refused(_)));
    let words = Untrusted::new(words.join(" "));
    match (applied, refused) {
        (true, _) => ThreadOutcome::Done { words },
        (false, true) => ThreadOutcome::Declined { words },
        (false, false) => ThreadOutcome::Nothing { words },
    }
}
