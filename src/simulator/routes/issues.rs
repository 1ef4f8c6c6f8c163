//! Issues: reading, editing, labels, reactions.

use serde_json::{Value, json};

use super::super::acts::{self, IssueChange};
use super::super::answer::{Answer, Answered};
use super::super::permissions::Level::{Read, Write};
use super::super::permissions::Need;
use super::super::shapes;
use super::super::state::Issue;
use super::assignees::logins;
use super::{Call, Route, any, route};

/// Issue routes serve pull requests too, and then either permission does.
pub(super) const READ: Need = any(&[("issues", Read), ("pull_requests", Read)]);
pub(super) const WRITE: Need = any(&[("issues", Write), ("pull_requests", Write)]);

pub(super) const ROUTES: &[Route] = &[
    route("GET", "/repos/{owner}/{repo}/issues", READ, list),
    route("POST", "/repos/{owner}/{repo}/issues", any(&[("issues", Write)]), create),
    route("GET", "/repos/{owner}/{repo}/issues/{issue_number}", READ, get),
    route("PATCH", "/repos/{owner}/{repo}/issues/{issue_number}", WRITE, edit),
    route("GET", "/repos/{owner}/{repo}/issues/{issue_number}/labels", READ, labels),
    route("POST", "/repos/{owner}/{repo}/issues/{issue_number}/labels", WRITE, add_labels),
    route("DELETE", "/repos/{owner}/{repo}/issues/{issue_number}/labels/{name}", WRITE, remove_label),
    route("GET", "/repos/{owner}/{repo}/issues/{issue_number}/reactions", READ, reactions),
    route("POST", "/repos/{owner}/{repo}/issues/{issue_number}/reactions", WRITE, react),
];

/// The number in the path, if there is such an issue.
pub(super) fn number(call: &Call<'_>) -> Result<u64, Answer> {
    let number = call.number("issue_number")?;
    find(call, number).map(|issue| issue.number)
}

fn find<'c>(call: &'c Call<'_>, number: u64) -> Result<&'c Issue, Answer> {
    let repo = call.state.repo(call.at()?);
    repo.issue(number).ok_or_else(|| match repo.gone.get(&number) {
        None => Answer::not_found(),
        Some(None) => Answer::refusal(410, "This issue was deleted"),
        Some(Some((at, there))) => {
            let url = format!("{}/repos/{}/issues/{there}", shapes::api(call.state), call.state.repo(*at).full_name());
            Answer::new(301, json!({ "message": "Moved Permanently", "url": url })).with("location", url)
        }
    })
}

pub(super) fn shown(call: &Call<'_>, number: u64) -> Result<Value, Answer> {
    Ok(shapes::issue(call.state, call.state.repo(call.at()?), find(call, number)?))
}

fn list(call: &mut Call<'_>) -> Answered {
    let repo = call.state.repo(call.at()?);
    let state = call.query("state").unwrap_or("open");
    let labels: Vec<&str> = call.query("labels").unwrap_or("").split(',').filter(|l| !l.is_empty()).collect();
    let wanted = |issue: &&Issue| {
        (state == "all" || issue.open == (state == "open"))
            && labels.iter().all(|name| issue.labels.iter().any(|l| l.eq_ignore_ascii_case(name)))
    };
    let all: Vec<Value> = repo.issues.values().rev().filter(wanted).map(|issue| shapes::issue(call.state, repo, issue)).collect();
    Ok(call.page(all, |page, _| Value::Array(page)))
}

fn create(call: &mut Call<'_>) -> Answered {
    let at = call.at()?;
    let (title, body) = (call.required("Issue", "title")?, call.text("Issue", "body")?);
    acts::too_long("Issue", body.as_deref())?;
    let by = call.actor();
    let number = acts::open_issue(call.state, at, &by, &title, body.as_deref());
    for name in names(&call.body) {
        acts::add_label(call.state, at, number, &name, &by);
    }
    plan(call, number)?;
    Ok(Answer::created(shown(call, number)?))
}

fn get(call: &mut Call<'_>) -> Answered {
    let number = number(call)?;
    Ok(Answer::ok(shown(call, number)?))
}

fn edit(call: &mut Call<'_>) -> Answered {
    let (at, number, by) = (call.at()?, number(call)?, call.actor());
    let change = changes(call, "Issue")?;
    acts::change_issue(call.state, at, number, &by, change);
    if call.body.get("labels").is_some() {
        let wanted = names(&call.body);
        for name in find(call, number)?.labels.clone() {
            if wanted.iter().all(|w| !w.eq_ignore_ascii_case(&name)) {
                acts::remove_label(call.state, at, number, &name, &by);
            }
        }
        for name in wanted {
            acts::add_label(call.state, at, number, &name, &by);
        }
    }
    plan(call, number)?;
    Ok(Answer::ok(shown(call, number)?))
}

/// Gives the issue the milestone and the assignees that the request's body names, if it does.
fn plan(call: &mut Call<'_>, number: u64) -> Result<(), Answer> {
    let (at, by) = (call.at()?, call.actor());
    match call.body.get("milestone") {
        None => {}
        Some(Value::Null) => acts::set_milestone(call.state, at, number, None, &by)?,
        // GitHub takes the number as a text as well.
        Some(given) => {
            let wanted = given.as_u64().or_else(|| given.as_str()?.parse().ok());
            let wanted = wanted.ok_or_else(|| Answer::invalid("Issue", "milestone", "invalid", None))?;
            acts::set_milestone(call.state, at, number, Some(wanted), &by)?;
        }
    }
    if call.body.get("assignees").is_some() {
        let wanted = logins(&call.body);
        let mut leaving = find(call, number)?.assignees.clone();
        leaving.retain(|login| wanted.iter().all(|w| !w.eq_ignore_ascii_case(login)));
        acts::unassign(call.state, at, number, &leaving, &by);
        acts::assign(call.state, at, number, &wanted, &by);
    }
    Ok(())
}

/// Title, body and state of the request's body.
pub(super) fn changes(call: &Call<'_>, resource: &str) -> Result<IssueChange, Answer> {
    let title = call.text(resource, "title")?;
    if title.as_deref().is_some_and(|title| title.trim().is_empty()) {
        return Err(Answer::invalid(resource, "title", "missing_field", None));
    }
    let body = call.text(resource, "body")?;
    acts::too_long(resource, body.as_deref())?;
    let open = match call.text(resource, "state")?.as_deref() {
        None => None,
        Some("open") => Some(true),
        Some("closed") => Some(false),
        Some(_) => return Err(Answer::invalid(resource, "state", "invalid", None)),
    };
    let body = call.body.get("body").map(|_| body);
    Ok(IssueChange { title, body, open, reason: call.text(resource, "state_reason")? })
}

/// Label names, given as texts or as objects, as `labels` or as the whole body.
fn names(body: &Value) -> Vec<String> {
    let all = body.get("labels").and_then(Value::as_array).into_iter().flatten();
    all.filter_map(|label| label.as_str().or_else(|| label.get("name").and_then(Value::as_str))).map(str::to_owned).collect()
}

fn label_list(call: &Call<'_>, number: u64) -> Result<Vec<Value>, Answer> {
    let repo = call.state.repo(call.at()?);
    let names = find(call, number)?.labels.iter();
    Ok(names.filter_map(|name| repo.label(name)).map(|label| shapes::label(call.state, repo, label)).collect())
}

fn labels(call: &mut Call<'_>) -> Answered {
    let number = number(call)?;
    let all = label_list(call, number)?;
    Ok(call.page(all, |page, _| Value::Array(page)))
}

fn add_labels(call: &mut Call<'_>) -> Answered {
    let (at, number, by) = (call.at()?, number(call)?, call.actor());
    let names = names(&call.body);
    if names.iter().any(|name| name.is_empty() || name.chars().count() > 50) {
        return Err(Answer::invalid("Label", "name", "invalid", None));
    }
    for name in names {
        acts::add_label(call.state, at, number, &name, &by);
    }
    Ok(Answer::ok(Value::Array(label_list(call, number)?)))
}

fn remove_label(call: &mut Call<'_>) -> Answered {
    let (at, number, by) = (call.at()?, number(call)?, call.actor());
    let name = call.parameter("name").to_owned();
    if !acts::remove_label(call.state, at, number, &name, &by) {
        return Err(Answer::refusal(404, "Label does not exist"));
    }
    Ok(Answer::ok(Value::Array(label_list(call, number)?)))
}

const CONTENTS: [&str; 8] = ["+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"];

/// The reaction that the body asks for.
pub(super) fn content(call: &Call<'_>) -> Result<String, Answer> {
    let content = call.required("Reaction", "content")?;
    if CONTENTS.contains(&content.as_str()) { Ok(content) } else { Err(Answer::invalid("Reaction", "content", "invalid", None)) }
}

fn reactions(call: &mut Call<'_>) -> Answered {
    let number = number(call)?;
    let all: Vec<Value> = find(call, number)?.reactions.iter().map(|r| shapes::reaction(call.state, r)).collect();
    Ok(call.page(all, |page, _| Value::Array(page)))
}

fn react(call: &mut Call<'_>) -> Answered {
    let (at, number, by, content) = (call.at()?, number(call)?, call.actor(), content(call)?);
    let id = call.state.fresh_id();
    let issue = call.state.repo_mut(at).issues.get_mut(&number).ok_or_else(Answer::not_found)?;
    let (reaction, new) = acts::react(id, &mut issue.reactions, &by, &content);
    Ok(Answer::new(if new { 201 } else { 200 }, json!(shapes::reaction(call.state, &reaction))))
}
