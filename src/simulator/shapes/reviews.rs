//! Reviews, the comments on lines, and their threads.

use serde_json::{Value, json};

use super::super::state::{AccountKind, Pull, Repository, Review, ReviewComment, State};
use super::super::time;
use super::issues::association;
use super::{api, node, reactions, user};

pub(in super::super) fn review(state: &State, repo: &Repository, number: u64, review: &Review) -> Value {
    let full = repo.full_name();
    let html = format!("{}/{full}/pull/{number}#pullrequestreview-{}", state.base, review.id);
    let pull = format!("{}/repos/{full}/pulls/{number}", api(state));
    json!({
        "id": review.id,
        "node_id": node("PRR", review.id),
        "user": user(state, &review.author),
        "body": review.body,
        "state": review.state,
        "html_url": html,
        "pull_request_url": pull,
        "author_association": association(state, repo, &review.author),
        "_links": { "html": { "href": html }, "pull_request": { "href": pull } },
        "submitted_at": time::rfc3339(review.submitted_at),
        "commit_id": review.commit
    })
}

/// A comment on lines. Where it is outdated it has no `line` and no `position` any more.
pub(in super::super) fn review_comment(state: &State, repo: &Repository, number: u64, comment: &ReviewComment) -> Value {
    let full = repo.full_name();
    let url = format!("{}/repos/{full}/pulls/comments/{}", api(state), comment.id);
    let html = format!("{}/{full}/pull/{number}#discussion_r{}", state.base, comment.id);
    let pull = format!("{}/repos/{full}/pulls/{number}", api(state));
    let side = comment.side.word();
    // A comment on a whole file stands at the file's beginning.
    let whole = comment.original.is_none().then_some(1);
    let (now, original) = (comment.now.as_ref(), comment.original.as_ref());
    let mut shape = json!({
        "url": url,
        "pull_request_review_id": comment.review,
        "id": comment.id,
        "node_id": node("PRRC", comment.id),
        "diff_hunk": comment.hunk,
        "path": comment.path,
        "commit_id": comment.commit,
        "original_commit_id": comment.original_commit,
        "position": now.map(|spot| spot.position).or(whole),
        "original_position": original.map_or(1, |spot| spot.position),
        "line": now.map(|spot| spot.line).or(whole),
        "original_line": original.map(|spot| spot.line).or(whole),
        "start_line": now.and_then(|spot| spot.start_line),
        "original_start_line": original.and_then(|spot| spot.start_line),
        "side": side,
        "start_side": original.and_then(|spot| spot.start_line).map(|_| side),
        "subject_type": if original.is_some() { "line" } else { "file" },
        "user": user(state, &comment.author),
        "body": comment.body,
        "created_at": time::rfc3339(comment.created_at),
        "updated_at": time::rfc3339(comment.updated_at),
        "html_url": html,
        "pull_request_url": pull,
        "author_association": association(state, repo, &comment.author),
        "_links": { "self": { "href": url }, "html": { "href": html }, "pull_request": { "href": pull } },
        "reactions": reactions(&url, &comment.reactions)
    });
    if let Some(first) = comment.in_reply_to {
        shape["in_reply_to_id"] = json!(first);
    }
    shape
}

/// The `thread` of a webhook.
pub(in super::super) fn thread(state: &State, repo: &Repository, number: u64, pull: &Pull, first: u64) -> Value {
    let comments: Vec<Value> = pull.comments_of(first).map(|comment| review_comment(state, repo, number, comment)).collect();
    json!({ "node_id": node("PRRT", first), "comments": comments })
}

/// An account as GraphQL's `Actor`: an App's login is written without `[bot]`.
pub(in super::super) fn actor(state: &State, login: &str) -> Value {
    let account = state.account(login);
    let bot = account.is_some_and(|account| account.kind == AccountKind::Bot) || login.ends_with("[bot]");
    json!({ "__typename": if bot { "Bot" } else { "User" }, "login": login.trim_end_matches("[bot]") })
}

/// A thread as GraphQL's `PullRequestReviewThread`.
pub(in super::super) fn thread_node(state: &State, repo: &Repository, number: u64, pull: &Pull, first: &ReviewComment) -> Value {
    let (now, original) = (first.now.as_ref(), first.original.as_ref());
    let comments: Vec<Value> = pull.comments_of(first.id).map(|comment| comment_node(state, repo, number, pull, comment)).collect();
    let resolved = pull.resolved.get(&first.id);
    json!({
        "__typename": "PullRequestReviewThread",
        "id": node("PRRT", first.id),
        "isResolved": resolved.is_some(),
        "isCollapsed": resolved.is_some(),
        "isOutdated": first.is_outdated(),
        "resolvedBy": resolved.map(|login| actor(state, login)),
        "path": first.path,
        "line": now.map(|spot| spot.line),
        "startLine": now.and_then(|spot| spot.start_line),
        "originalLine": original.map(|spot| spot.line),
        "originalStartLine": original.and_then(|spot| spot.start_line),
        "diffSide": first.side.word(),
        "startDiffSide": original.and_then(|spot| spot.start_line).map(|_| first.side.word()),
        "subjectType": if original.is_some() { "LINE" } else { "FILE" },
        "comments": { "totalCount": comments.len(), "nodes": comments }
    })
}

/// A comment as GraphQL's `PullRequestReviewComment`.
pub(in super::super) fn comment_node(state: &State, repo: &Repository, number: u64, pull: &Pull, comment: &ReviewComment) -> Value {
    let review = pull.reviews.iter().find(|review| review.id == comment.review);
    let (now, original) = (comment.now.as_ref(), comment.original.as_ref());
    let id = |sha: &str| json!({ "oid": sha });
    json!({
        "__typename": "PullRequestReviewComment",
        "id": node("PRRC", comment.id),
        "databaseId": comment.id,
        "fullDatabaseId": comment.id.to_string(),
        "body": comment.body,
        "author": actor(state, &comment.author),
        "authorAssociation": association(state, repo, &comment.author),
        "createdAt": time::rfc3339(comment.created_at),
        "updatedAt": time::rfc3339(comment.updated_at),
        "lastEditedAt": (comment.updated_at != comment.created_at).then(|| time::rfc3339(comment.updated_at)),
        "path": comment.path,
        "line": now.map(|spot| spot.line),
        "startLine": now.and_then(|spot| spot.start_line),
        "originalLine": original.map(|spot| spot.line),
        "originalStartLine": original.and_then(|spot| spot.start_line),
        "outdated": comment.is_outdated(),
        "diffHunk": comment.hunk,
        "commit": id(&comment.commit),
        "originalCommit": id(&comment.original_commit),
        "state": "SUBMITTED",
        "url": format!("{}/{}/pull/{number}#discussion_r{}", state.base, repo.full_name(), comment.id),
        "replyTo": comment.in_reply_to.map(|first| json!({ "id": node("PRRC", first), "databaseId": first })),
        "pullRequestReview": review.map(|review| json!({
            "id": node("PRR", review.id),
            "databaseId": review.id,
            "state": review.state,
            "body": review.body,
            "author": actor(state, &review.author),
            "submittedAt": time::rfc3339(review.submitted_at)
        }))
    })
}
