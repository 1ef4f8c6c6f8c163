//! The threads of a review, as the page of its pull request shows them.

use super::super::state::{Issue, Repository, ReviewComment};
use super::views::{Talk, line_class, talk};

/// The lines of the diff that are shown above a thread, the last of them the one that is spoken of.
const SHOWN: usize = 4;

pub(super) struct Thread {
    pub path: String,
    /// `line 3`, `lines 3 to 5`, `the file`.
    pub lines: String,
    pub outdated: bool,
    /// Who resolved it; empty while it is open.
    pub resolved: String,
    pub hunk: Vec<(&'static str, String)>,
    pub words: Vec<Talk>,
}

/// The threads that a review began, with all that was answered since.
pub(super) fn of_review(repo: &Repository, issue: &Issue, review: u64) -> Vec<Thread> {
    let Some(pull) = &issue.pull else { return Vec::new() };
    let begun = pull.threads().filter(|first| first.review == review);
    begun
        .map(|first| Thread {
            path: first.path.clone(),
            lines: lines(first),
            outdated: first.is_outdated(),
            resolved: pull.resolved.get(&first.id).cloned().unwrap_or_default(),
            hunk: hunk(first),
            words: pull.comments_of(first.id).map(|comment| word(repo, comment)).collect(),
        })
        .collect()
}

fn lines(first: &ReviewComment) -> String {
    match first.now.as_ref().or(first.original.as_ref()) {
        None => "the file".to_owned(),
        Some(spot) => match spot.start_line {
            None => format!("line {}", spot.line),
            Some(start) => format!("lines {start} to {}", spot.line),
        },
    }
}

fn hunk(first: &ReviewComment) -> Vec<(&'static str, String)> {
    let all: Vec<&str> = first.hunk.lines().filter(|line| !line.starts_with('@')).collect();
    let span = first.original.as_ref().and_then(|spot| spot.line.checked_sub(spot.start_line?)).and_then(|more| usize::try_from(more).ok());
    let shown = SHOWN + span.unwrap_or(0);
    all.iter().skip(all.len().saturating_sub(shown)).map(|line| (line_class(line), (*line).to_owned())).collect()
}

fn word(repo: &Repository, comment: &ReviewComment) -> Talk {
    let one = talk(repo, &comment.author, comment.created_at, &comment.body, &comment.reactions);
    Talk { edited: comment.updated_at != comment.created_at, anchor: format!("discussion_r{}", comment.id), ..one }
}
