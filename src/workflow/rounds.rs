//! What was asked of a pull request, in rounds: the threads of one review, or a base branch that has to be merged in.
//!
//! Serialised with a run: fields are added, never renamed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::asks;
use super::plan::StepState;
use crate::domain::{CommentId, Login, Sha, Timestamp, Untrusted};

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Reviews {
    /// All there were, in order.
    pub rounds: Vec<Round>,
    /// Of each thread, by its node id, the newest comment that was dealt with.
    pub heard: BTreeMap<String, CommentId>,
    /// Submitted reviews whose own words were dealt with, by their numbers.
    pub reviews_heard: Vec<u64>,
    /// Whether somebody reviewed while something else was in hand.
    pub are_waiting: bool,
    /// Rounds before this one no longer count against any bound, as a person let the run go on.
    pub forgiven: usize,
    /// Commits on the branch that are not ours, in the order in which they were seen.
    pub guests: Vec<Guest>,
    /// Since when GitHub does not say whether the pull request can be merged as it is now.
    pub unsure_since: Option<Timestamp>,
    /// Merges of the base in rounds before this one no longer count against the bound, as a person acted.
    pub merges_forgiven: usize,
}

/// A commit by somebody else on our branch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guest {
    pub commit: Sha,
    /// Absent where GitHub knows no account for it.
    pub by: Option<Login>,
    /// How many steps were built before it.
    pub after_step: usize,
}

/// One round of revising.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    pub cause: Cause,
    /// In the order in which they are worked on.
    pub items: Vec<Item>,
    /// Its newest commit, and what CI says of it.
    pub state: StepState,
    /// How many steps were built when it began; all of them where that is not known.
    #[serde(default)]
    pub built: Option<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    Review {
        /// GitHub's number of the review.
        review: u64,
        by: Login,
        by_bot: bool,
        /// Whether it was submitted as a request for changes.
        requested_changes: bool,
    },
    /// The base branch moved, and can no longer be merged into, or must be held. `tip` is its newest commit, `onto` the head at which
    /// that was noticed; absent once the merge may be tried there again.
    Base {
        tip: Sha,
        #[serde(default)]
        onto: Option<Sha>,
    },
}

/// What becomes one commit of a round, or none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Empty for the words of the review itself, and for a merge.
    pub threads: Vec<Thread>,
    /// The review's own words, where the item is about them.
    pub words: Option<Untrusted>,
    /// Whether all it asks for is written as suggestions, which are applied exactly.
    pub is_exact: bool,
    /// Its commit, once it is on the branch.
    pub commit: Option<Sha>,
    /// Whether it was worked on, whatever came of it.
    pub done: bool,
    /// What came of the words of the review itself.
    #[serde(default)]
    pub outcome: Option<ThreadOutcome>,
}

/// A thread of a review as it was when the round began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thread {
    /// Its node id.
    pub id: String,
    pub path: String,
    /// From 1; absent where it is about a file as a whole.
    pub line: Option<usize>,
    pub start_line: Option<usize>,
    /// How many lines it is about, as they were when it was begun; 0 for a file as a whole.
    #[serde(default)]
    pub span: usize,
    /// Whether the lines changed since it was written.
    pub outdated: bool,
    /// The lines that it is about, as GitHub showed them.
    pub hunk: Untrusted,
    /// The commit that was commented.
    pub commented: Option<Sha>,
    /// The comment with which it begins, whoever wrote it: answers are answers to it.
    pub first: CommentId,
    /// The comments of people who may steer, and ours, oldest first.
    pub said: Vec<Said>,
    /// What came of it; absent until it was worked on.
    pub outcome: Option<ThreadOutcome>,
    /// Our answer in the thread, once it is there.
    pub answered: Option<CommentId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    pub id: CommentId,
    pub by: Login,
    pub text: Untrusted,
    /// Whether it is one of our own answers.
    #[serde(default)]
    pub is_ours: bool,
}

/// What came of a thread. The words are the implementer's, or ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThreadOutcome {
    /// Changed as asked; the thread is resolved.
    Done { words: Untrusted },
    /// Left as it is, with the reason; the thread stays open.
    Declined { words: Untrusted },
    /// Asked back; the thread stays open.
    Asked { words: Untrusted },
    /// It asks for nothing.
    Nothing { words: Untrusted },
}

impl Thread {
    /// The newest comment that is not ours: the one that is answered.
    pub fn asked(&self) -> Option<&Said> {
        self.said.iter().rev().find(|said| !said.is_ours)
    }

    /// The newest comment since our last answer that asks for something: assent below it asks for the same.
    pub fn wish(&self) -> Option<&Said> {
        let since = self.said.iter().rev().take_while(|said| !said.is_ours);
        since.clone().find(|said| asks::for_something(said.text.as_data())).or(self.asked())
    }
}

impl Round {
    /// The review that it is about.
    pub fn review(&self) -> Option<u64> {
        match &self.cause {
            Cause::Review { review, .. } => Some(*review),
            Cause::Base { .. } => None,
        }
    }

    /// The item in hand: the first that was not worked on.
    pub fn item(&self) -> Option<usize> {
        self.items.iter().position(|item| !item.done)
    }
}

impl Reviews {
    /// So many steps, from the first, stood there when something was changed for a reviewer: they may well be otherwise by now.
    pub fn reviewed_steps(&self) -> usize {
        let reviews = self.rounds.iter().filter(|round| matches!(round.cause, Cause::Review { .. }));
        reviews.map(|round| round.built.unwrap_or(usize::MAX)).max().unwrap_or(0)
    }

    /// The item about a review's own words, once something came of it.
    pub fn said_of(&self, review: u64) -> Option<&Item> {
        let is_of = |round: &&Round| matches!(&round.cause, Cause::Review { review: of, .. } if *of == review);
        self.rounds.iter().filter(is_of).flat_map(|round| &round.items).find(|item| item.words.is_some() && item.outcome.is_some())
    }

    /// Rounds that count against the bound for people, or for programs.
    pub fn counted(&self, by_bots: bool) -> usize {
        let counted = self.rounds.get(self.forgiven..).unwrap_or_default();
        counted.iter().filter(|round| matches!(&round.cause, Cause::Review { by_bot, .. } if *by_bot == by_bots)).count()
    }
}
