//! Issues, their comments, labels and reactions.

use serde_json::{Value, json};

use super::super::state::{At, Comment, Issue, Label, Reaction, Repository, Role, State};
use super::super::time;
use super::milestones::milestone_of;
use super::{api, app, moment, node, other_app, user};

/// The person's standing in the repository, as shown beside their words.
pub(in super::super) fn association(state: &State, repo: &Repository, login: &str) -> &'static str {
    let role = state.find(&repo.owner, &repo.name).map_or(Role::None, |at| state.role(at, login));
    match role {
        _ if repo.owner.eq_ignore_ascii_case(login) => "OWNER",
        Role::Admin | Role::Maintain | Role::Write | Role::Triage => "COLLABORATOR",
        Role::Read | Role::None => "NONE",
    }
}

pub(in super::super) fn label(state: &State, repo: &Repository, label: &Label) -> Value {
    json!({
        "id": label.id,
        "node_id": node("LA", label.id),
        "url": format!("{}/repos/{}/labels/{}", api(state), repo.full_name(), super::escape(&label.name)),
        "name": label.name,
        "color": label.color,
        "default": false,
        "description": label.description
    })
}

pub(in super::super) fn reaction(state: &State, reaction: &Reaction) -> Value {
    json!({
        "id": reaction.id,
        "node_id": node("REA", reaction.id),
        "user": user(state, &reaction.author),
        "content": reaction.content,
        "created_at": time::rfc3339(reaction.created_at)
    })
}

/// The roll-up of reactions that issues and comments carry.
pub(in super::super) fn reactions(url: &str, all: &[Reaction]) -> Value {
    let count = |content: &str| all.iter().filter(|r| r.content == content).count();
    json!({
        "url": format!("{url}/reactions"),
        "total_count": all.len(),
        "+1": count("+1"), "-1": count("-1"), "laugh": count("laugh"), "hooray": count("hooray"),
        "confused": count("confused"), "heart": count("heart"), "rocket": count("rocket"), "eyes": count("eyes")
    })
}

pub(in super::super) fn issue(state: &State, repo: &Repository, issue: &Issue) -> Value {
    let full = repo.full_name();
    let url = format!("{}/repos/{full}/issues/{}", api(state), issue.number);
    let page = if issue.pull.is_some() { "pull" } else { "issues" };
    let html = format!("{}/{full}/{page}/{}", state.base, issue.number);
    let labels: Vec<Value> = issue.labels.iter().filter_map(|name| repo.label(name)).map(|l| label(state, repo, l)).collect();
    let mut shape = json!({
        "url": url,
        "repository_url": format!("{}/repos/{full}", api(state)),
        "labels_url": format!("{url}/labels{{/name}}"),
        "comments_url": format!("{url}/comments"),
        "events_url": format!("{url}/events"),
        "html_url": html,
        "id": issue.id,
        "node_id": node("I", issue.id),
        "number": issue.number,
        "title": issue.title,
        "user": user(state, &issue.author),
        "labels": labels,
        "state": if issue.open { "open" } else { "closed" },
        "state_reason": issue.reason,
        "locked": false,
        "assignee": issue.assignees.first().map(|login| user(state, login)),
        "assignees": issue.assignees.iter().map(|login| user(state, login)).collect::<Vec<_>>(),
        "milestone": milestone_of(state, repo, issue.milestone),
        "comments": issue.comments.len(),
        "created_at": time::rfc3339(issue.created_at),
        "updated_at": time::rfc3339(issue.updated_at),
        "closed_at": moment(issue.closed_at),
        "closed_by": issue.closed_by.as_ref().map(|login| user(state, login)),
        "author_association": association(state, repo, &issue.author),
        "active_lock_reason": null,
        "body": issue.body,
        "reactions": reactions(&url, &issue.reactions),
        "timeline_url": format!("{url}/timeline"),
        "performed_via_github_app": null
    });
    if issue.pull.is_none() {
        let closed = |(at, number): &&(At, u64)| state.repo(*at).issue(*number).is_some_and(|part| !part.open);
        let (total, completed) = (issue.sub_issues.len(), issue.sub_issues.iter().filter(closed).count());
        let percent = (completed * 100).checked_div(total).unwrap_or(0);
        shape["sub_issues_summary"] = json!({ "total": total, "completed": completed, "percent_completed": percent });
    }
    if let Some((at, number)) = issue.parent {
        shape["parent_issue_url"] = json!(format!("{}/repos/{}/issues/{number}", api(state), state.repo(at).full_name()));
    }
    if let Some(pull) = &issue.pull {
        shape["draft"] = json!(pull.draft);
        shape["pull_request"] = json!({
            "url": format!("{}/repos/{full}/pulls/{}", api(state), issue.number),
            "html_url": html,
            "diff_url": format!("{html}.diff"),
            "patch_url": format!("{html}.patch"),
            "merged_at": moment(pull.merged_at)
        });
    }
    shape
}

pub(in super::super) fn comment(state: &State, repo: &Repository, issue: &Issue, comment: &Comment) -> Value {
    let full = repo.full_name();
    let url = format!("{}/repos/{full}/issues/comments/{}", api(state), comment.id);
    let page = if issue.pull.is_some() { "pull" } else { "issues" };
    json!({
        "url": url,
        "html_url": format!("{}/{full}/{page}/{}#issuecomment-{}", state.base, issue.number, comment.id),
        "issue_url": format!("{}/repos/{full}/issues/{}", api(state), issue.number),
        "id": comment.id,
        "node_id": node("IC", comment.id),
        "user": user(state, &comment.author),
        "created_at": time::rfc3339(comment.created_at),
        "updated_at": time::rfc3339(comment.updated_at),
        "author_association": association(state, repo, &comment.author),
        "body": comment.body,
        "reactions": reactions(&url, &comment.reactions),
        "performed_via_github_app": if comment.by_app { app(state) } else { other_app(state, &comment.author) }
    })
}
