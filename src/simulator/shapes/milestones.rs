//! Milestones.

use serde_json::{Value, json};

use super::super::state::{Milestone, Repository, State};
use super::super::time;
use super::{api, node, user};

pub(in super::super) fn milestone(state: &State, repo: &Repository, milestone: &Milestone) -> Value {
    let url = format!("{}/repos/{}/milestones/{}", api(state), repo.full_name(), milestone.number);
    let of = |open: bool| repo.issues.values().filter(|issue| issue.milestone == Some(milestone.number) && issue.open == open).count();
    json!({
        "url": url,
        "html_url": format!("{}/{}/milestone/{}", state.base, repo.full_name(), milestone.number),
        "labels_url": format!("{url}/labels"),
        "id": milestone.id,
        "node_id": node("MI", milestone.id),
        "number": milestone.number,
        "state": "open",
        "title": milestone.title,
        "description": null,
        "creator": user(state, &milestone.creator),
        "open_issues": of(true),
        "closed_issues": of(false),
        "created_at": time::rfc3339(milestone.created_at),
        "updated_at": time::rfc3339(milestone.created_at),
        "closed_at": null,
        "due_on": null
    })
}

/// The milestone of this number, or null.
pub(super) fn milestone_of(state: &State, repo: &Repository, number: Option<u64>) -> Value {
    let found = repo.milestones.iter().find(|milestone| Some(milestone.number) == number);
    found.map_or(Value::Null, |found| milestone(state, repo, found))
}
