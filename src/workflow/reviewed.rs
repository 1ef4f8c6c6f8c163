//! A pull request's reviews as they were read, without the words of anybody who may not steer; and what of them is new.

use std::collections::BTreeMap;

use super::asks;
use super::plan::StepState;
use super::rounds::{Cause, Item, Reviews, Round, Thread};
use crate::domain::{CommentId, Login, Untrusted};
use crate::specification;

/// A submitted review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewRead {
    pub id: u64,
    pub by: Login,
    pub by_bot: bool,
    pub state: ReviewState,
    pub words: Untrusted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReviewState {
    ChangesRequested,
    Commented,
    Approved,
    Dismissed,
}

/// A thread with the comments that count. `thread.said` has them all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadRead {
    pub thread: Thread,
    pub resolved: bool,
    /// Of each comment that counts and is not ours, the review that it belongs to, where that is known.
    pub reviews: BTreeMap<CommentId, u64>,
}

/// What is new in a pull request's reviews.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct News {
    /// The earliest review that asks for something.
    pub round: Option<Round>,
    /// Threads with comments that ask for nothing, up to the newest of them.
    pub passed: BTreeMap<String, CommentId>,
    /// Reviews whose own words ask for nothing.
    pub passed_reviews: Vec<u64>,
}

/// What `known` has not heard.
pub fn news(known: &Reviews, reviews: &[ReviewRead], threads: Vec<ThreadRead>) -> News {
    let mut news = News::default();
    let mut asking: BTreeMap<u64, Vec<Thread>> = BTreeMap::new();
    for read in threads {
        let heard = known.heard.get(&read.thread.id).copied();
        // What people resolved is theirs; what we resolved may not have been what was meant.
        if read.resolved && heard.is_none() {
            continue;
        }
        let new = || read.thread.said.iter().filter(|said| !said.is_ours && Some(said.id) > heard);
        let is_open = |id: &CommentId| read.reviews.get(id).is_none_or(|review| stands(reviews, *review));
        let asked = new().rfind(|said| is_open(&said.id) && asks::for_something(said.text.as_data()));
        match (asked, new().next_back()) {
            (Some(said), _) => asking.entry(read.reviews.get(&said.id).copied().unwrap_or(0)).or_default().push(read.thread),
            (None, Some(newest)) => {
                news.passed.insert(read.thread.id.clone(), newest.id);
            }
            (None, None) => {}
        }
    }
    let unheard = reviews.iter().filter(|review| !known.reviews_heard.contains(&review.id));
    let (wanting, idle): (Vec<_>, Vec<_>) = unheard.partition(|review| wants(review, asking.contains_key(&review.id)));
    news.passed_reviews = idle.into_iter().map(|review| review.id).filter(|id| !asking.contains_key(id)).collect();
    let first = wanting.iter().map(|review| review.id).chain(asking.keys().copied()).min();
    news.round = first.map(|id| {
        let words = wanting.iter().find(|review| review.id == id).map(|review| review.words.clone());
        round(reviews.iter().find(|review| review.id == id), id, asking.remove(&id).unwrap_or_default(), words)
    });
    news
}

/// A dismissed review asks for nothing any more.
fn stands(reviews: &[ReviewRead], id: u64) -> bool {
    !reviews.iter().any(|review| review.id == id && review.state == ReviewState::Dismissed)
}

/// Whether the review's own words ask for something beyond its threads.
fn wants(review: &ReviewRead, has_threads: bool) -> bool {
    let words = review.words.as_data();
    match review.state {
        ReviewState::ChangesRequested | ReviewState::Commented => {
            asks::for_something(words) && !(has_threads && asks::points_to_threads(words))
        }
        ReviewState::Approved | ReviewState::Dismissed => false,
    }
}

/// Suggestions first, in one commit, as they count lines of what was looked at; then each thread; then the words.
fn round(review: Option<&ReviewRead>, id: u64, threads: Vec<Thread>, words: Option<Untrusted>) -> Round {
    let asked = threads.iter().find_map(Thread::asked).map(|said| said.by.clone());
    let by = review.map(|review| review.by.clone()).or(asked).unwrap_or_else(|| Login::new("ghost"));
    let cause = Cause::Review {
        review: id,
        by_bot: review.map_or_else(|| by.as_str().ends_with("[bot]"), |review| review.by_bot),
        by,
        requested_changes: review.is_some_and(|review| review.state == ReviewState::ChangesRequested),
    };
    let (exact, others): (Vec<Thread>, Vec<Thread>) = threads.into_iter().partition(is_exact);
    let item = |threads, words, is_exact| Item { threads, words, is_exact, commit: None, done: false, outcome: None };
    let mut items: Vec<Item> = Vec::new();
    if !exact.is_empty() {
        items.push(item(exact, None, true));
    }
    items.extend(others.into_iter().map(|thread| item(vec![thread], None, false)));
    items.extend(words.map(|words| item(Vec::new(), Some(words), false)));
    Round { cause, items, state: StepState::default(), built: None }
}

/// Whether what is asked last is written out as a suggestion.
fn is_exact(thread: &Thread) -> bool {
    thread.wish().is_some_and(|said| !specification::suggestions(said.text.as_data()).is_empty())
}
