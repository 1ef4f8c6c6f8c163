//! Sub-issues: an issue in the ordered list of another one, which may be in another repository of the same owner.
//! Events: <https://docs.github.com/en/webhooks/webhook-events-and-payloads#sub_issues>.

use serde_json::{Value, json};

use super::super::shapes;
use super::super::state::{At, State};
use super::super::time;
use super::super::webhooks::emit;

/// As many as an issue may have.
const MOST: usize = 100;

/// An issue by its repository and number.
pub(in super::super) type Place = (At, u64);

/// Puts one at the end of another's list, or says why GitHub would not.
pub(in super::super) fn add_sub_issue(state: &mut State, parent: Place, child: Place, by: &str) -> Result<(), &'static str> {
    let issue = |place: Place| state.repo(place.0).issue(place.1).filter(|issue| issue.pull.is_none());
    let (Some(above), Some(below)) = (issue(parent), issue(child)) else { return Err("there is no such issue") };
    if parent == child || is_within(state, parent, child) {
        return Err("Sub-issue may not create a circular dependency");
    }
    if below.parent.is_some() {
        return Err("An issue may only have one parent");
    }
    if above.sub_issues.len() >= MOST {
        return Err("Parent cannot have more than 100 sub-issues");
    }
    if !state.repo(parent.0).owner.eq_ignore_ascii_case(&state.repo(child.0).owner) {
        return Err("The sub-issue must belong to the same repository owner as the parent issue");
    }
    change(state, parent, child, |above| above.push(child), Some(parent));
    announce(state, parent, child, by, "added");
    Ok(())
}

/// Whether it was in the list.
pub(in super::super) fn remove_sub_issue(state: &mut State, parent: Place, child: Place, by: &str) -> bool {
    let listed = state.repo(parent.0).issue(parent.1).is_some_and(|issue| issue.sub_issues.contains(&child));
    if listed {
        change(state, parent, child, |above| above.retain(|other| *other != child), None);
        announce(state, parent, child, by, "removed");
    }
    listed
}

fn change(state: &mut State, parent: Place, child: Place, list: impl FnOnce(&mut Vec<Place>), now: Option<Place>) {
    let at = time::now();
    if let Some(issue) = state.repo_mut(parent.0).issues.get_mut(&parent.1) {
        list(&mut issue.sub_issues);
        issue.updated_at = at;
    }
    if let Some(issue) = state.repo_mut(child.0).issues.get_mut(&child.1) {
        issue.parent = now;
        issue.updated_at = at;
    }
}

/// Whether `inner` stands somewhere below `outer`.
fn is_within(state: &State, inner: Place, outer: Place) -> bool {
    let above = |place: &Place| state.repo(place.0).issue(place.1).and_then(|issue| issue.parent);
    std::iter::successors(above(&inner), above).any(|place| place == outer)
}

/// Each of the two repositories is told, the parent's first.
fn announce(state: &mut State, parent: Place, child: Place, by: &str, what: &str) {
    let shape = |place: Place| {
        let repo = state.repo(place.0);
        repo.issue(place.1).map_or((Value::Null, Value::Null), |issue| (json!(issue.id), shapes::issue(state, repo, issue)))
    };
    let ((parent_id, parent_shape), (child_id, child_shape)) = (shape(parent), shape(child));
    let payload = |other: &str, repo: Value| {
        let mut payload = json!({
            "sub_issue_id": child_id, "sub_issue": child_shape, "parent_issue_id": parent_id, "parent_issue": parent_shape,
        });
        payload[other] = repo;
        payload
    };
    let to_parent = payload("sub_issue_repo", shapes::repository(state, state.repo(child.0)));
    let to_child = payload("parent_issue_repo", shapes::repository(state, state.repo(parent.0)));
    emit(state, parent.0, "sub_issues", Some(&format!("sub_issue_{what}")), by, to_parent);
    emit(state, child.0, "sub_issues", Some(&format!("parent_issue_{what}")), by, to_child);
}
