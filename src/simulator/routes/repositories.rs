//! The repository itself and its people.

use serde_json::{Value, json};

use super::super::answer::{Answer, Answered};
use super::super::permissions::Level::Read;
use super::super::shapes;
use super::super::state::{AccountKind, Role};
use super::{Call, Route, any, route};

pub(super) const ROUTES: &[Route] = &[
    route("GET", "/repos/{owner}/{repo}/collaborators/{username}/permission", any(&[("metadata", Read)]), permission),
    route("GET", "/repos/{owner}/{repo}/labels", any(&[("issues", Read), ("pull_requests", Read)]), labels),
    route("GET", "/repos/{owner}/{repo}", any(&[("metadata", Read)]), get),
];

fn get(call: &mut Call<'_>) -> Answered {
    let mut shape = shapes::repository(call.state, call.state.repo(call.at()?));
    shape["permissions"] = json!({ "admin": false, "maintain": false, "push": false, "triage": false, "pull": false });
    Ok(Answer::ok(shape))
}

/// A role as the endpoint tells it: the old word, and the role's own name.
fn words(role: Role) -> (&'static str, &'static str) {
    match role {
        Role::None => ("none", "none"),
        Role::Read => ("read", "read"),
        Role::Triage => ("read", "triage"),
        Role::Write => ("write", "write"),
        Role::Maintain => ("write", "maintain"),
        Role::Admin => ("admin", "admin"),
    }
}

fn permission(call: &mut Call<'_>) -> Answered {
    let (at, login) = (call.at()?, call.parameter("username").to_owned());
    let account = call.state.account(&login).ok_or_else(|| Answer::refusal(404, format!("{login} is not a user")))?;
    if account.kind == AccountKind::Organization {
        return Err(Answer::refusal(404, format!("{login} is not a user")));
    }
    let role = call.state.role(at, &login);
    let (permission, name) = words(role);
    let mut user = shapes::user(call.state, &login);
    user["role_name"] = json!(name);
    user["permissions"] = json!({
        "pull": role >= Role::Read, "triage": role >= Role::Triage, "push": role >= Role::Write,
        "maintain": role >= Role::Maintain, "admin": role >= Role::Admin
    });
    Ok(Answer::ok(json!({ "permission": permission, "role_name": name, "user": user })))
}

fn labels(call: &mut Call<'_>) -> Answered {
    let repo = call.state.repo(call.at()?);
    let all: Vec<Value> = repo.labels.iter().map(|label| shapes::label(call.state, repo, label)).collect();
    Ok(call.page(all, |page, _| Value::Array(page)))
}
