//! Pull requests, reviews and review comments.

use serde_json::{Value, json};

use super::super::git::Changed;
use super::super::state::{Issue, Pull, Repository, Review, ReviewComment, State};
use super::super::time;
use super::issues::association;
use super::{api, label, moment, node, reactions, repository, user};

/// The form within check runs and check suites.
pub(in super::super) fn pull_brief(state: &State, repo: &Repository, issue: &Issue, pull: &Pull) -> Value {
    let url = format!("{}/repos/{}", api(state), repo.full_name());
    let brief = json!({ "id": repo.id, "url": url, "name": repo.name });
    json!({
        "id": pull.id,
        "number": issue.number,
        "url": format!("{url}/pulls/{}", issue.number),
        "head": { "ref": pull.head_ref, "sha": pull.head_sha, "repo": brief },
        "base": { "ref": pull.base_ref, "sha": pull.base_sha, "repo": brief }
    })
}

/// The form of lists.
pub(in super::super) fn pull_simple(state: &State, repo: &Repository, issue: &Issue, pull: &Pull) -> Value {
    let full = repo.full_name();
    let api = format!("{}/repos/{full}", api(state));
    let url = format!("{api}/pulls/{}", issue.number);
    let issue_url = format!("{api}/issues/{}", issue.number);
    let html = format!("{}/{full}/pull/{}", state.base, issue.number);
    let statuses = format!("{api}/statuses/{}", pull.head_sha);
    let link = |href: &str| json!({ "href": href });
    let side = |reference: &str, sha: &str| {
        json!({
            "label": format!("{}:{reference}", repo.owner),
            "ref": reference,
            "sha": sha,
            "user": user(state, &repo.owner),
            "repo": repository(state, repo)
        })
    };
    json!({
        "url": url,
        "id": pull.id,
        "node_id": node("PR", pull.id),
        "html_url": html,
        "diff_url": format!("{html}.diff"),
        "patch_url": format!("{html}.patch"),
        "issue_url": issue_url,
        "commits_url": format!("{url}/commits"),
        "review_comments_url": format!("{url}/comments"),
        "review_comment_url": format!("{api}/pulls/comments{{/number}}"),
        "comments_url": format!("{issue_url}/comments"),
        "statuses_url": statuses,
        "number": issue.number,
        "state": if issue.open { "open" } else { "closed" },
        "locked": false,
        "title": issue.title,
        "user": user(state, &issue.author),
        "body": issue.body,
        "labels": issue.labels.iter().filter_map(|name| repo.label(name)).map(|l| label(state, repo, l)).collect::<Vec<_>>(),
        "milestone": null,
        "created_at": time::rfc3339(issue.created_at),
        "updated_at": time::rfc3339(issue.updated_at),
        "closed_at": moment(issue.closed_at),
        "merged_at": moment(pull.merged_at),
        "merge_commit_sha": pull.merge_commit,
        "assignee": issue.assignees.first().map(|login| user(state, login)),
        "assignees": issue.assignees.iter().map(|login| user(state, login)).collect::<Vec<_>>(),
        "requested_reviewers": pull.reviewers.iter().map(|login| user(state, login)).collect::<Vec<_>>(),
        "requested_teams": [],
        "head": side(&pull.head_ref, &pull.head_sha),
        "base": side(&pull.base_ref, &pull.base_sha),
        "_links": {
            "self": link(&url), "html": link(&html), "issue": link(&issue_url),
            "comments": link(&format!("{issue_url}/comments")),
            "review_comments": link(&format!("{url}/comments")),
            "review_comment": link(&format!("{api}/pulls/comments{{/number}}")),
            "commits": link(&format!("{url}/commits")),
            "statuses": link(&statuses)
        },
        "author_association": association(state, repo, &issue.author),
        "auto_merge": null,
        "active_lock_reason": null,
        "draft": pull.draft
    })
}

/// The full form. `mergeable` is `None` while GitHub has not found out.
pub(in super::super) fn pull(
    state: &State,
    repo: &Repository,
    issue: &Issue,
    pull: &Pull,
    changed: &Changed,
    mergeable: Option<bool>,
) -> Value {
    let mut shape = pull_simple(state, repo, issue, pull);
    let merge_state = match mergeable {
        _ if pull.draft => "draft",
        Some(true) => "clean",
        Some(false) => "dirty",
        None => "unknown",
    };
    let more = json!({
        "merged": pull.merged_at.is_some(),
        "mergeable": if pull.merged_at.is_some() { None } else { mergeable },
        "rebaseable": mergeable,
        "mergeable_state": merge_state,
        "merged_by": pull.merged_by.as_ref().map(|login| user(state, login)),
        "comments": issue.comments.len(),
        "review_comments": pull.review_comments.len(),
        "maintainer_can_modify": false,
        "commits": changed.commits.len(),
        "additions": changed.additions(),
        "deletions": changed.deletions(),
        "changed_files": changed.files.len()
    });
    if let (Some(shape), Value::Object(more)) = (shape.as_object_mut(), more) {
        shape.extend(more);
    }
    shape
}

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

pub(in super::super) fn review_comment(state: &State, repo: &Repository, number: u64, comment: &ReviewComment) -> Value {
    let full = repo.full_name();
    let url = format!("{}/repos/{full}/pulls/comments/{}", api(state), comment.id);
    let html = format!("{}/{full}/pull/{number}#discussion_r{}", state.base, comment.id);
    let pull = format!("{}/repos/{full}/pulls/{number}", api(state));
    let mut shape = json!({
        "url": url,
        "pull_request_review_id": comment.review,
        "id": comment.id,
        "node_id": node("PRRC", comment.id),
        "diff_hunk": "",
        "path": comment.path,
        "commit_id": comment.commit,
        "original_commit_id": comment.commit,
        "line": comment.line,
        "original_line": comment.line,
        "side": "RIGHT",
        "subject_type": if comment.line.is_some() { "line" } else { "file" },
        "user": user(state, &comment.author),
        "body": comment.body,
        "created_at": time::rfc3339(comment.created_at),
        "updated_at": time::rfc3339(comment.updated_at),
        "html_url": html,
        "pull_request_url": pull,
        "author_association": association(state, repo, &comment.author),
        "_links": { "self": { "href": url }, "html": { "href": html }, "pull_request": { "href": pull } },
        "reactions": reactions(&url, &[])
    });
    if let Some(first) = comment.in_reply_to {
        shape["in_reply_to_id"] = json!(first);
    }
    shape
}
