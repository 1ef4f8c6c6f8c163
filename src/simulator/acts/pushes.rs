//! References move: branches are pushed, created and deleted, and pull requests and CI follow.

use serde_json::{Map, Value, json};

use super::super::error::Error;
use super::super::state::{At, State};
use super::super::webhooks::emit;
use super::super::{ci, shapes, time};
use super::issues::{IssueChange, announce, change_issue};
use super::pulls::move_head;

const NOTHING: &str = "0000000000000000000000000000000000000000";
/// How many commits a push payload tells of. GitHub: at most 2,048.
const TOLD: usize = 200;

/// Whether moving from `before` to `after` loses no commit.
pub(in super::super) fn is_fast_forward(state: &mut State, at: At, before: &str, after: &str) -> Result<bool, Error> {
    state.repo_mut(at).git.is_ancestor(before, after)
}

/// Points a reference at `after`, or deletes it, and does what GitHub does then.
pub(in super::super) fn update(state: &mut State, at: At, name: &str, after: Option<&str>, by: &str) -> Result<(), Error> {
    let git = &mut state.repo_mut(at).git;
    let before = git.reference(name).map(str::to_owned);
    if before.as_deref() == after {
        return Ok(());
    }
    let forced = match (&before, after) {
        (Some(before), Some(after)) => !git.is_ancestor(before, after)?,
        _ => false,
    };
    match after {
        Some(sha) => git.set_reference(name, sha)?,
        None => git.delete_reference(name)?,
    }
    state.repo_mut(at).pushed_at = time::now();
    let kind = if name.starts_with("refs/tags/") { "tag" } else { "branch" };
    let short = name.strip_prefix("refs/heads/").or_else(|| name.strip_prefix("refs/tags/")).unwrap_or(name).to_owned();
    if before.is_none() {
        let extra = json!({ "ref": short, "ref_type": kind, "master_branch": state.repo(at).default_branch, "description": null, "pusher_type": "user" });
        emit(state, at, "create", None, by, extra);
    }
    push_event(state, at, name, before.as_deref(), after, forced, by)?;
    if after.is_none() {
        emit(state, at, "delete", None, by, json!({ "ref": short, "ref_type": kind, "pusher_type": "user" }));
    }
    if kind == "branch" {
        follow(state, at, &short, before.as_deref(), after, by)?;
        if let Some(sha) = after {
            ci::pushed(state, at, &short, before.as_deref(), sha)?;
        }
    }
    Ok(())
}

/// Pull requests from the branch follow it; they close when it is deleted.
fn follow(state: &mut State, at: At, branch: &str, before: Option<&str>, after: Option<&str>, by: &str) -> Result<(), Error> {
    let from_branch: Vec<u64> =
        state.repo(at).pulls().filter(|(issue, pull)| issue.open && pull.head_ref == branch).map(|(issue, _)| issue.number).collect();
    for number in from_branch {
        let Some(after) = after else {
            change_issue(state, at, number, by, IssueChange { open: Some(false), ..IssueChange::default() });
            continue;
        };
        move_head(state, at, number, after)?;
        let extra = [("before", before.unwrap_or(NOTHING)), ("after", after)].map(|(key, sha)| (key.to_owned(), json!(sha)));
        announce(state, at, number, "synchronize", by, Map::from_iter(extra));
    }
    Ok(())
}

fn push_event(
    state: &mut State,
    at: At,
    name: &str,
    before: Option<&str>,
    after: Option<&str>,
    forced: bool,
    by: &str,
) -> Result<(), Error> {
    let mut commits = Vec::new();
    if let Some(after) = after {
        let known = before.map(str::to_owned).or_else(|| {
            let repo = state.repo(at);
            repo.branch(&repo.default_branch).filter(|tip| *tip != after).map(str::to_owned)
        });
        let git = &mut state.repo_mut(at).git;
        let news = match &known {
            Some(known) if known != after => git.compare(known, after)?.commits.clone(),
            _ => Vec::new(),
        };
        for sha in news.iter().rev().take(TOLD).rev() {
            commits.push(told(state, at, sha)?);
        }
    }
    let head = match after {
        Some(after) => told(state, at, after)?,
        None => Value::Null,
    };
    let url = format!("{}/{}/compare", state.base, state.repo(at).full_name());
    let (old, new) = (before.unwrap_or(NOTHING), after.unwrap_or(NOTHING));
    let extra = json!({
        "ref": name,
        "before": old,
        "after": new,
        "created": before.is_none(),
        "deleted": after.is_none(),
        "forced": forced,
        "base_ref": null,
        "compare": format!("{url}/{}...{}", &old[..12], &new[..12]),
        "commits": commits,
        "head_commit": head,
        "pusher": { "name": by, "email": format!("{by}@users.noreply.github.com") }
    });
    emit(state, at, "push", None, by, extra);
    Ok(())
}

/// A commit as a push tells of it, with the paths it touches.
fn told(state: &mut State, at: At, sha: &str) -> Result<Value, Error> {
    let git = &mut state.repo_mut(at).git;
    let Some(commit) = git.commit(sha)? else { return Ok(Value::Null) };
    let parent = match commit.parents.first() {
        Some(parent) => git.commit(parent)?.map(|parent| parent.tree.clone()),
        None => None,
    };
    let files = git.changed_paths(parent.as_deref(), &commit.tree)?;
    Ok(shapes::push_commit(state, state.repo(at), &commit, &files))
}
