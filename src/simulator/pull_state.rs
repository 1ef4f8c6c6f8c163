//! Pull requests, their reviews, and milestones, as plain values.

use std::collections::BTreeMap;

use super::reviewers::Side;
use super::state::Reaction;
use crate::domain::Timestamp;

#[derive(Debug, Clone)]
pub(super) struct Pull {
    pub id: u64,
    pub head_ref: String,
    pub head_sha: String,
    pub base_ref: String,
    pub base_sha: String,
    pub draft: bool,
    pub merged_at: Option<Timestamp>,
    pub merged_by: Option<String>,
    pub merge_commit: Option<String>,
    pub reviewers: Vec<String>,
    pub reviews: Vec<Review>,
    pub review_comments: Vec<ReviewComment>,
    /// The threads that are resolved, by their first comment's id, with who resolved them.
    pub resolved: BTreeMap<u64, String>,
    /// The base's and the head's commit of which somebody asked already whether they merge: of these it is known.
    pub merge_asked: Option<(String, String)>,
}

#[derive(Debug, Clone)]
pub(super) struct Review {
    pub id: u64,
    pub author: String,
    pub body: String,
    /// `APPROVED`, `CHANGES_REQUESTED`, `COMMENTED` or `DISMISSED`.
    pub state: String,
    pub commit: String,
    pub submitted_at: Timestamp,
}

/// A comment on a file of the diff, or on lines of it. The first of a thread is the thread.
#[derive(Debug, Clone)]
pub(super) struct ReviewComment {
    pub id: u64,
    pub review: u64,
    pub author: String,
    pub body: String,
    pub path: String,
    pub side: Side,
    /// The newest commit at which it still stood on its lines.
    pub commit: String,
    /// The head when it was written.
    pub original_commit: String,
    /// The commit whose lines it counts: the head of then, or on the left side the merge base of then.
    pub counted_at: String,
    /// The lines when it was written; `None` for a comment on the whole file.
    pub original: Option<Spot>,
    /// The lines at the present head; `None` when they were changed since.
    pub now: Option<Spot>,
    pub hunk: String,
    pub in_reply_to: Option<u64>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub reactions: Vec<Reaction>,
}

/// Lines of one side of a file's diff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spot {
    /// The last line, counted from 1.
    pub line: u64,
    /// The first line, where there is more than one.
    pub start_line: Option<u64>,
    /// How many lines the last one stands below the file's first `@@`.
    pub position: u64,
}

impl ReviewComment {
    /// The first comment of its thread.
    pub fn thread(&self) -> u64 {
        self.in_reply_to.unwrap_or(self.id)
    }

    pub fn is_outdated(&self) -> bool {
        self.original.is_some() && self.now.is_none()
    }
}

impl Pull {
    pub fn comment(&self, id: u64) -> Option<&ReviewComment> {
        self.review_comments.iter().find(|comment| comment.id == id)
    }

    /// The first comments of its threads, in the order in which they were written.
    pub fn threads(&self) -> impl Iterator<Item = &ReviewComment> {
        self.review_comments.iter().filter(|comment| comment.in_reply_to.is_none())
    }

    /// What a thread holds, oldest first.
    pub fn comments_of(&self, thread: u64) -> impl Iterator<Item = &ReviewComment> {
        self.review_comments.iter().filter(move |comment| comment.thread() == thread)
    }
}

#[derive(Debug, Clone)]
pub(super) struct Milestone {
    pub id: u64,
    pub number: u64,
    pub title: String,
    pub creator: String,
    pub created_at: Timestamp,
}

/// What the base branch asks of a pull request before it is merged, beside its checks.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct MergeRules {
    /// The head must hold all of the base branch.
    pub up_to_date: bool,
    /// How many people with write access must approve, and none of them may ask for changes.
    pub approvals: usize,
}
