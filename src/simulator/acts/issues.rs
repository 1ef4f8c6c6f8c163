//! Issues, comments, labels, reactions.

use serde_json::{Map, Value, json};

use super::super::answer::Answer;
use super::super::state::{AccountKind, At, Comment, Issue, Label, Reaction, State};
use super::super::webhooks::emit;
use super::super::{shapes, time};
use super::pulls;

/// The most characters that a body may have (the REST reference does not say; the API answers so).
pub(in super::super) const MOST: usize = 65_536;

/// What is changed of an issue or pull request; `None` is left as it is.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct IssueChange {
    pub title: Option<String>,
    pub body: Option<Option<String>>,
    pub open: Option<bool>,
    pub reason: Option<String>,
}

/// Refuses a body that GitHub would refuse for its length.
pub(in super::super) fn too_long(resource: &str, body: Option<&str>) -> Result<(), Answer> {
    match body {
        Some(body) if body.chars().count() > MOST => {
            let message = format!("body is too long (maximum is {MOST} characters)");
            Err(Answer::invalid(resource, "body", "custom", Some(message)))
        }
        _ => Ok(()),
    }
}

pub(in super::super) fn open_issue(state: &mut State, at: At, by: &str, title: &str, body: Option<&str>) -> u64 {
    let by = state.ensure_account(by, AccountKind::User);
    let number = state.repo(at).next_number();
    let issue = new_issue(state, number, &by, title, body);
    state.repo_mut(at).issues.insert(number, issue);
    announce(state, at, number, "opened", &by, Map::new());
    number
}

/// An open issue without labels and comments.
pub(super) fn new_issue(state: &mut State, number: u64, by: &str, title: &str, body: Option<&str>) -> Issue {
    let now = time::now();
    Issue {
        id: state.fresh_id(),
        number,
        title: title.to_owned(),
        body: body.map(str::to_owned),
        author: by.to_owned(),
        open: true,
        reason: None,
        closed_by: None,
        edited: None,
        renamed: None,
        sub_issues: Vec::new(),
        parent: None,
        labels: Vec::new(),
        labelled: Vec::new(),
        assignees: Vec::new(),
        milestone: None,
        comments: Vec::new(),
        reactions: Vec::new(),
        created_at: now,
        updated_at: now,
        closed_at: None,
        pull: None,
    }
}

/// Sends the webhook about an issue or a pull request: the event and the payload's key depend on which it is.
pub(super) fn announce(state: &mut State, at: At, number: u64, action: &str, by: &str, extra: Map<String, Value>) {
    let repo = state.repo(at);
    let Some(issue) = repo.issue(number) else { return };
    let mut payload = extra;
    if issue.pull.is_some() {
        payload.insert("number".into(), json!(number));
        let shape = pulls::full(state, at, number, false).unwrap_or(Value::Null);
        payload.insert("pull_request".into(), shape);
        emit(state, at, "pull_request", Some(action), by, Value::Object(payload));
    } else {
        payload.insert("issue".into(), shapes::issue(state, repo, issue));
        emit(state, at, "issues", Some(action), by, Value::Object(payload));
    }
}

/// Edits, closes or reopens.
pub(in super::super) fn change_issue(state: &mut State, at: At, number: u64, by: &str, change: IssueChange) {
    let by = state.ensure_account(by, AccountKind::User);
    let Some(issue) = state.repo_mut(at).issues.get_mut(&number) else { return };
    let now = time::now();
    let mut changes = Map::new();
    if let Some(title) = change.title.filter(|title| *title != issue.title) {
        changes.insert("title".into(), json!({ "from": std::mem::replace(&mut issue.title, title) }));
        issue.renamed = Some((by.clone(), now));
    }
    if let Some(body) = change.body.filter(|body| *body != issue.body) {
        changes.insert("body".into(), json!({ "from": std::mem::replace(&mut issue.body, body).unwrap_or_default() }));
        issue.edited = Some((by.clone(), now));
    }
    let turned = change.open.filter(|open| *open != issue.open);
    if let Some(open) = turned {
        issue.open = open;
        issue.closed_at = (!open).then_some(now);
        issue.closed_by = (!open).then(|| by.clone());
        issue.reason = Some(change.reason.unwrap_or_else(|| if open { "reopened".into() } else { "completed".into() }));
        if issue.pull.is_some() {
            issue.reason = None;
        }
    }
    if !changes.is_empty() || turned.is_some() {
        issue.updated_at = now;
    }
    if !changes.is_empty() {
        announce(state, at, number, "edited", &by, Map::from_iter([("changes".to_owned(), Value::Object(changes))]));
    }
    if let Some(open) = turned {
        announce(state, at, number, if open { "reopened" } else { "closed" }, &by, Map::new());
    }
}

/// Takes an issue out of the repository for good.
pub(in super::super) fn delete_issue(state: &mut State, at: At, number: u64, by: &str) -> Option<()> {
    state.repo(at).issue(number).filter(|issue| issue.pull.is_none())?;
    announce(state, at, number, "deleted", by, Map::new());
    let repo = state.repo_mut(at);
    repo.issues.remove(&number)?;
    repo.gone.insert(number, None);
    Some(())
}

/// Moves an issue with its comments, and with those of its labels that the other repository has; gives its number there.
pub(in super::super) fn transfer_issue(state: &mut State, at: At, number: u64, to: At, by: &str) -> Option<u64> {
    let mut moved = state.repo(at).issue(number).filter(|issue| issue.pull.is_none())?.clone();
    moved.number = state.repo(to).next_number();
    moved.milestone = None;
    moved.labels.retain(|name| state.repo(to).label(name).is_some());
    let there = moved.number;
    state.repo_mut(to).issues.insert(there, moved);
    let target = state.repo(to);
    let shown = target.issue(there).map(|issue| shapes::issue(state, target, issue));
    let changes = json!({ "new_issue": shown, "new_repository": shapes::repository(state, target) });
    announce(state, at, number, "transferred", by, Map::from_iter([("changes".to_owned(), changes)]));
    let repo = state.repo_mut(at);
    repo.issues.remove(&number)?;
    repo.gone.insert(number, Some((to, there)));
    Some(there)
}

/// Labels an issue or pull request; the label is made when the repository has none of that name.
pub(in super::super) fn add_label(state: &mut State, at: At, number: u64, name: &str, by: &str) {
    let by = state.ensure_account(by, AccountKind::User);
    let id = state.fresh_id();
    let repo = state.repo_mut(at);
    let label = match repo.label(name) {
        Some(label) => label.clone(),
        None => {
            let label = Label { id, name: name.to_owned(), color: "ededed".into(), description: None };
            repo.labels.push(label.clone());
            label
        }
    };
    let Some(issue) = repo.issues.get_mut(&number) else { return };
    if issue.labels.contains(&label.name) {
        return;
    }
    let now = time::now();
    issue.labels.push(label.name.clone());
    issue.labelled.push((label.name.clone(), now));
    issue.updated_at = now;
    let shape = shapes::label(state, state.repo(at), &label);
    announce(state, at, number, "labeled", &by, Map::from_iter([("label".to_owned(), shape)]));
}

/// Whether the label was there.
pub(in super::super) fn remove_label(state: &mut State, at: At, number: u64, name: &str, by: &str) -> bool {
    let by = state.ensure_account(by, AccountKind::User);
    let Some(label) = state.repo(at).label(name).cloned() else { return false };
    let Some(issue) = state.repo_mut(at).issues.get_mut(&number) else { return false };
    let before = issue.labels.len();
    issue.labels.retain(|known| *known != label.name);
    if issue.labels.len() == before {
        return false;
    }
    issue.updated_at = time::now();
    let shape = shapes::label(state, state.repo(at), &label);
    announce(state, at, number, "unlabeled", &by, Map::from_iter([("label".to_owned(), shape)]));
    true
}

/// Comments on an issue or pull request and gives the comment's id; `None` when there is no such issue.
pub(in super::super) fn comment(state: &mut State, at: At, number: u64, by: &str, body: &str) -> Option<u64> {
    let by_app = by == state.bot_login();
    let by = state.ensure_account(by, AccountKind::User);
    let (id, now) = (state.fresh_id(), time::now());
    let issue = state.repo_mut(at).issues.get_mut(&number)?;
    issue.updated_at = now;
    issue.comments.push(Comment {
        id,
        author: by.clone(),
        body: body.to_owned(),
        created_at: now,
        updated_at: now,
        reactions: Vec::new(),
        by_app,
    });
    announce_comment(state, at, id, "created", &by, Map::new());
    Some(id)
}

/// Whether there is such a comment.
pub(in super::super) fn edit_comment(state: &mut State, at: At, id: u64, by: &str, body: &str) -> bool {
    let by = state.ensure_account(by, AccountKind::User);
    let Some(comment) = state.repo_mut(at).comment_mut(id) else { return false };
    let from = std::mem::replace(&mut comment.body, body.to_owned());
    comment.updated_at = time::now();
    announce_comment(state, at, id, "edited", &by, Map::from_iter([("changes".to_owned(), json!({ "body": { "from": from } }))]));
    true
}

fn announce_comment(state: &mut State, at: At, id: u64, action: &str, by: &str, mut payload: Map<String, Value>) {
    let repo = state.repo(at);
    let Some((issue, comment)) = repo.comment(id) else { return };
    payload.insert("comment".into(), shapes::comment(state, repo, issue, comment));
    payload.insert("issue".into(), shapes::issue(state, repo, issue));
    emit(state, at, "issue_comment", Some(action), by, Value::Object(payload));
}

/// Adds a reaction to the list; `false` beside it when this account had already reacted so. No webhook tells of reactions.
pub(in super::super) fn react(id: u64, all: &mut Vec<Reaction>, by: &str, content: &str) -> (Reaction, bool) {
    if let Some(known) = all.iter().find(|r| r.author == by && r.content == content) {
        return (known.clone(), false);
    }
    let reaction = Reaction { id, content: content.to_owned(), author: by.to_owned(), created_at: time::now() };
    all.push(reaction.clone());
    (reaction, true)
}
