//! Pull requests.

use serde_json::{Value, json};

use super::super::git::Changed;
use super::super::state::{Issue, Pull, Repository, State};
use super::super::time;
use super::issues::association;
use super::milestones::milestone_of;
use super::{api, label, moment, node, repository, user};

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
        "milestone": milestone_of(state, repo, issue.milestone),
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

/// The full form. `mergeable` is `None` while GitHub has not found out; `merge_state` is GitHub's word for all that stands in the
/// way.
pub(in super::super) fn pull(
    state: &State,
    repo: &Repository,
    issue: &Issue,
    pull: &Pull,
    changed: &Changed,
    (mergeable, merge_state): (Option<bool>, &str),
) -> Value {
    let mut shape = pull_simple(state, repo, issue, pull);
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
