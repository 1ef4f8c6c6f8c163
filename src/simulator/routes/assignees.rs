//! Who is assigned and who can be; milestones.

use serde_json::Value;

use super::super::acts;
use super::super::answer::{Answer, Answered};
use super::super::permissions::Level::Read;
use super::super::shapes;
use super::issues::{READ, WRITE, number, shown};
use super::{Call, Route, any, route};

pub(super) const ROUTES: &[Route] = &[
    route("GET", "/repos/{owner}/{repo}/assignees/{assignee}", any(&[("issues", Read), ("metadata", Read)]), check),
    route("GET", "/repos/{owner}/{repo}/milestones", READ, milestones),
    route("GET", "/repos/{owner}/{repo}/issues/{issue_number}/assignees/{assignee}", READ, check_issue),
    route("POST", "/repos/{owner}/{repo}/issues/{issue_number}/assignees", WRITE, assign),
    route("DELETE", "/repos/{owner}/{repo}/issues/{issue_number}/assignees", WRITE, unassign),
];

fn told(assignable: bool) -> Answered {
    if assignable { Ok(Answer::empty(204)) } else { Err(Answer::not_found()) }
}

fn check(call: &mut Call<'_>) -> Answered {
    told(acts::is_assignable(call.state, call.at()?, call.parameter("assignee"), None))
}

fn check_issue(call: &mut Call<'_>) -> Answered {
    let number = number(call)?;
    told(acts::is_assignable(call.state, call.at()?, call.parameter("assignee"), Some(number)))
}

/// The logins of the request's body.
pub(super) fn logins(body: &Value) -> Vec<String> {
    let all = body.get("assignees").and_then(Value::as_array).into_iter().flatten();
    all.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn assign(call: &mut Call<'_>) -> Answered {
    let (at, number, by, logins) = (call.at()?, number(call)?, call.actor(), logins(&call.body));
    acts::assign(call.state, at, number, &logins, &by);
    Ok(Answer::created(shown(call, number)?))
}

fn unassign(call: &mut Call<'_>) -> Answered {
    let (at, number, by, logins) = (call.at()?, number(call)?, call.actor(), logins(&call.body));
    acts::unassign(call.state, at, number, &logins, &by);
    Ok(Answer::ok(shown(call, number)?))
}

fn milestones(call: &mut Call<'_>) -> Answered {
    let repo = call.state.repo(call.at()?);
    let all: Vec<Value> = repo.milestones.iter().map(|known| shapes::milestone(call.state, repo, known)).collect();
    Ok(call.page(all, |page, _| Value::Array(page)))
}
