//! Comments on lines of a pull request, the threads that they make, and where their lines are now.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::super::answer::Answer;
use super::super::error::Error;
use super::super::git::{ChangedFile, Git, find_line, moved_line};
use super::super::reviewers::{LineComment, Side};
use super::super::state::{AccountKind, At, Pull, ReviewComment, Spot, State};
use super::super::webhooks::emit;
use super::super::{shapes, time};
use super::reviews::{add_review, announce_review};

/// The pull request's diff: the merge base, and the files with their hunks.
fn diff(git: &mut Git, base: &str, head: &str) -> Result<(Option<String>, Vec<ChangedFile>), Error> {
    let merge_base = git.compare(base, head)?.merge_base.clone();
    let files = git.files_with_patches(merge_base.as_deref(), head)?;
    Ok((merge_base, files))
}

/// A comment as it will stand in a review, with its place in the diff; a line outside the diff is refused.
pub(super) fn write_comment(state: &mut State, at: At, number: u64, by: &str, new: &LineComment<'_>) -> Result<ReviewComment, Answer> {
    let (id, now) = (state.fresh_id(), time::now());
    let repo = state.repo_mut(at);
    let pull = repo.issues.get(&number).and_then(|issue| issue.pull.as_ref()).ok_or_else(Answer::not_found)?;
    let (base, head) = (pull.base_sha.clone(), pull.head_sha.clone());
    let (merge_base, files) = diff(&mut repo.git, &base, &head)?;
    let wrong = |field: &str, message: &str| Answer::invalid("PullRequestReviewComment", field, "custom", Some(message.to_owned()));
    let file = files.iter().find(|file| file.path == new.path).ok_or_else(|| wrong("path", "path is invalid"))?;
    let patch = file.patch.as_deref().unwrap_or("");
    let (original, hunk) = match new.lines {
        None => (None, String::new()),
        Some((first, last)) => {
            let outside = || wrong("line", "line must be part of the diff");
            let (position, hunk) = find_line(patch, new.side == Side::Right, last).ok_or_else(outside)?;
            if first != last {
                find_line(patch, new.side == Side::Right, first).filter(|_| first < last).ok_or_else(outside)?;
            }
            (Some(Spot { line: last, start_line: (first != last).then_some(first), position }), hunk)
        }
    };
    Ok(ReviewComment {
        id,
        review: 0,
        author: by.to_owned(),
        body: new.body.to_owned(),
        path: new.path.to_owned(),
        side: new.side,
        commit: head.clone(),
        counted_at: match new.side {
            Side::Right => head.clone(),
            Side::Left => merge_base.unwrap_or(base),
        },
        original_commit: head,
        now: original.clone(),
        original,
        hunk,
        in_reply_to: None,
        created_at: now,
        updated_at: now,
        reactions: Vec::new(),
    })
}

/// Looks where the lines of all comments are after the branch moved. Lines that were changed, or that the diff shows no more, are
/// nowhere: such a comment is outdated.
pub(super) fn place_anew(state: &mut State, at: At, number: u64) -> Result<(), Error> {
    let repo = state.repo_mut(at);
    let Some(pull) = repo.issues.get_mut(&number).and_then(|issue| issue.pull.as_mut()) else { return Ok(()) };
    if pull.review_comments.is_empty() {
        return Ok(());
    }
    let (merge_base, files) = diff(&mut repo.git, &pull.base_sha, &pull.head_sha)?;
    let base = merge_base.unwrap_or_else(|| pull.base_sha.clone());
    let mut since: BTreeMap<(String, String), Vec<ChangedFile>> = BTreeMap::new();
    for comment in &mut pull.review_comments {
        if let Some(original) = &comment.original {
            let present = if comment.side == Side::Right { &pull.head_sha } else { &base };
            let key = (comment.counted_at.clone(), present.clone());
            if !since.contains_key(&key) {
                let changed = if key.0 == key.1 { Vec::new() } else { repo.git.files_with_patches(Some(&key.0), &key.1)? };
                since.insert(key.clone(), changed);
            }
            let changed = since.get(&key).map_or(&[][..], Vec::as_slice);
            comment.now = spot(changed, &files, comment.side, &comment.path, original);
        }
        if !comment.is_outdated() {
            comment.commit.clone_from(&pull.head_sha);
        }
    }
    Ok(())
}

/// Where the lines are now: moved by what `changed` since they were counted, and shown in the present diff's `files`.
fn spot(changed: &[ChangedFile], files: &[ChangedFile], side: Side, path: &str, original: &Spot) -> Option<Spot> {
    let first = original.start_line.unwrap_or(original.line);
    let start = match changed.iter().find(|file| file.path == path || file.previous.as_deref() == Some(path)) {
        None => first,
        Some(file) if file.status == "modified" => moved_line(file.patch.as_deref()?, first, original.line)?,
        Some(_) => return None,
    };
    let line = start + (original.line - first);
    let patch = files.iter().find(|file| file.path == path)?.patch.as_deref()?;
    let (position, _) = find_line(patch, side == Side::Right, line)?;
    Some(Spot { line, start_line: original.start_line.map(|_| start), position })
}

/// Answers in a thread, by any of its comments' ids; gives the new comment's. GitHub makes a review of each answer.
pub(in super::super) fn reply(state: &mut State, at: At, number: u64, to: u64, by: &str, body: &str) -> Option<u64> {
    let by = state.ensure_account(by, AccountKind::User);
    let pull = state.repo(at).pull(number)?.1;
    let thread = pull.comment(to)?.thread();
    let first = pull.comment(thread)?.clone();
    let review = add_review(state, at, number, &by, "COMMENTED", "")?;
    let (id, now) = (state.fresh_id(), time::now());
    let answer = ReviewComment {
        id,
        review,
        author: by.clone(),
        body: body.to_owned(),
        in_reply_to: Some(thread),
        created_at: now,
        updated_at: now,
        reactions: Vec::new(),
        ..first
    };
    let pull = state.repo_mut(at).issues.get_mut(&number)?.pull.as_mut()?;
    pull.review_comments.push(answer);
    pull.reviewers.retain(|login| *login != by);
    announce_review(state, at, number, review, "submitted", &by, Map::new());
    announce_comment(state, at, number, id, "created", &by, Map::new());
    Some(id)
}

/// The pull request in which a comment with this id stands.
pub(in super::super) fn pull_of_comment(state: &State, at: At, comment: u64) -> Option<(u64, &Pull)> {
    state.repo(at).pulls().find(|(_, pull)| pull.comment(comment).is_some()).map(|(issue, pull)| (issue.number, pull))
}

pub(in super::super) fn review_comment_mut(state: &mut State, at: At, comment: u64) -> Option<&mut ReviewComment> {
    let pulls = state.repo_mut(at).issues.values_mut().filter_map(|issue| issue.pull.as_mut());
    pulls.flat_map(|pull| &mut pull.review_comments).find(|known| known.id == comment)
}

/// Whether there is such a comment.
pub(in super::super) fn edit_review_comment(state: &mut State, at: At, comment: u64, by: &str, body: &str) -> bool {
    let Some((number, _)) = pull_of_comment(state, at, comment) else { return false };
    let Some(known) = review_comment_mut(state, at, comment) else { return false };
    let from = std::mem::replace(&mut known.body, body.to_owned());
    known.updated_at = time::now();
    let changes = json!({ "body": { "from": from } });
    announce_comment(state, at, number, comment, "edited", by, Map::from_iter([("changes".to_owned(), changes)]));
    true
}

/// Whether there was such a comment. Where the first of a thread goes, the next becomes the first.
pub(in super::super) fn delete_review_comment(state: &mut State, at: At, comment: u64, by: &str) -> bool {
    let Some((number, _)) = pull_of_comment(state, at, comment) else { return false };
    announce_comment(state, at, number, comment, "deleted", by, Map::new());
    let Some(pull) = state.repo_mut(at).issues.get_mut(&number).and_then(|issue| issue.pull.as_mut()) else { return false };
    pull.review_comments.retain(|known| known.id != comment);
    let next = pull.review_comments.iter().find(|known| known.in_reply_to == Some(comment)).map(|known| known.id);
    for known in pull.review_comments.iter_mut().filter(|known| known.in_reply_to == Some(comment)) {
        known.in_reply_to = next.filter(|next| *next != known.id);
    }
    if let (Some(by), Some(next)) = (pull.resolved.remove(&comment), next) {
        pull.resolved.insert(next, by);
    }
    true
}

/// Resolves a thread, or opens it again. Whether there is such a thread.
pub(in super::super) fn resolve(state: &mut State, at: At, number: u64, thread: u64, resolved: bool, by: &str) -> bool {
    let Some(pull) = state.repo_mut(at).issues.get_mut(&number).and_then(|issue| issue.pull.as_mut()) else { return false };
    if pull.threads().all(|first| first.id != thread) {
        return false;
    }
    let changed = if resolved { pull.resolved.insert(thread, by.to_owned()).is_none() } else { pull.resolved.remove(&thread).is_some() };
    if changed {
        let repo = state.repo(at);
        let Some((issue, pull)) = repo.pull(number) else { return false };
        let payload = json!({
            "thread": shapes::thread(state, repo, number, pull, thread),
            "pull_request": shapes::pull_simple(state, repo, issue, pull)
        });
        emit(state, at, "pull_request_review_thread", Some(if resolved { "resolved" } else { "unresolved" }), by, payload);
    }
    true
}

pub(super) fn announce_comment(
    state: &mut State,
    at: At,
    number: u64,
    comment: u64,
    action: &str,
    by: &str,
    mut payload: Map<String, Value>,
) {
    let repo = state.repo(at);
    let Some((issue, pull)) = repo.pull(number) else { return };
    let Some(comment) = pull.comment(comment) else { return };
    payload.insert("comment".into(), shapes::review_comment(state, repo, number, comment));
    payload.insert("pull_request".into(), shapes::pull_simple(state, repo, issue, pull));
    emit(state, at, "pull_request_review_comment", Some(action), by, Value::Object(payload));
}
