//! Review threads by GraphQL: REST has none. Reading them page by page, resolving, answering.

use serde_json::{Value, json};

use super::super::acts;
use super::super::auth::reaches;
use super::super::permissions::Level::{Read, Write};
use super::super::permissions::Need;
use super::super::shapes;
use super::super::state::At;
use super::Call;
use super::graphql::argument;

fn error(kind: &str, path: &Value, message: &str) -> Value {
    json!([{ "type": kind, "path": path, "message": message }])
}

fn refused(path: &Value) -> Value {
    error("FORBIDDEN", path, "Resource not accessible by integration")
}

/// A page of a pull request's threads, `first` of them after the cursor `after`.
pub(super) fn list(call: &Call<'_>) -> Result<Value, Value> {
    let path = json!(["repository", "pullRequest"]);
    let variables = &call.body["variables"];
    let word = |name: &str| variables[name].as_str().unwrap_or_default();
    let gone = |what: &str| error("NOT_FOUND", &path, &format!("Could not resolve to a {what}"));
    let token = call.token.as_ref().ok_or_else(|| refused(&path))?;
    let at = call.state.find(word("owner"), word("name")).filter(|at| reaches(call.state, token, *at));
    let at = at.ok_or_else(|| error("NOT_FOUND", &json!(["repository"]), "Could not resolve to a Repository"))?;
    if !Need::Any(&[("pull_requests", Read)]).met_by(&token.permissions) {
        return Err(refused(&path));
    }
    let number = ["number", "pull", "pullNumber"].iter().find_map(|name| variables[*name].as_u64());
    let repo = call.state.repo(at);
    let found = number.and_then(|number| repo.pull(number));
    let (issue, pull) = found.ok_or_else(|| gone(&format!("PullRequest with the number of {}.", number.unwrap_or(0))))?;
    let threads: Vec<_> = pull.threads().collect();
    let first = variables["first"].as_u64().unwrap_or(100);
    if !(1..=100).contains(&first) {
        return Err(error("EXCESSIVE_PAGINATION", &path, "Requesting more than 100 records on the `reviewThreads` connection"));
    }
    let from = match variables["after"].as_str() {
        None => 0,
        Some(cursor) => cursor.parse::<usize>().map_err(|_| error("INVALID_CURSOR_ARGUMENTS", &path, "`after` is no valid cursor."))?,
    };
    let to = threads.len().min(from.saturating_add(usize::try_from(first).unwrap_or(100)));
    let page = threads.get(from..to).unwrap_or_default().iter();
    let nodes: Vec<Value> = page.map(|thread| shapes::thread_node(call.state, repo, issue.number, pull, thread)).collect();
    let info = json!({
        "hasNextPage": to < threads.len(), "endCursor": to.to_string(),
        "hasPreviousPage": from > 0, "startCursor": from.to_string()
    });
    let threads = json!({ "totalCount": threads.len(), "pageInfo": info, "nodes": nodes });
    Ok(json!({ "repository": { "pullRequest": {
        "id": shapes::node("PR", pull.id), "number": issue.number, "headRefOid": pull.head_sha, "reviewThreads": threads
    } } }))
}

/// The thread of a global id, if the token reaches it and has one of the permissions.
fn thread(call: &Call<'_>, mutation: &str, name: &str, need: Need) -> Result<(At, u64, u64), Value> {
    let path = json!([mutation]);
    let token = call.token.as_ref().filter(|token| need.met_by(&token.permissions)).ok_or_else(|| refused(&path))?;
    let id = argument(call, name).unwrap_or_default();
    let missing = || error("NOT_FOUND", &path, &format!("Could not resolve to a node with the global id of '{id}'"));
    let wanted = shapes::node_number("PRRT", &id).ok_or_else(missing)?;
    let mut places = (0..call.state.repositories.len()).map(At).filter(|at| reaches(call.state, token, *at));
    let found = places.find_map(|at| {
        let mut pulls = call.state.repo(at).pulls();
        let (issue, _) = pulls.find(|(_, pull)| pull.threads().any(|first| first.id == wanted))?;
        Some((at, issue.number, wanted))
    });
    found.ok_or_else(missing)
}

/// Resolving asks for write access to the contents too: for a person it does.
const RESOLVE: [Need; 2] = [Need::Any(&[("pull_requests", Write)]), Need::Any(&[("contents", Write)])];

pub(super) fn resolve(call: &mut Call<'_>, mutation: &str, resolved: bool) -> Result<Value, Value> {
    let [pulls, contents] = RESOLVE;
    let (at, number, first) = thread(call, mutation, "threadId", pulls)?;
    if !call.token.as_ref().is_some_and(|token| contents.met_by(&token.permissions)) {
        return Err(refused(&json!([mutation])));
    }
    let by = call.actor();
    acts::resolve(call.state, at, number, first, resolved, &by);
    let repo = call.state.repo(at);
    let pull = repo.pull(number).map(|(_, pull)| pull);
    let shown = pull.and_then(|pull| Some(shapes::thread_node(call.state, repo, number, pull, pull.comment(first)?)));
    Ok(json!({ mutation: { "clientMutationId": argument(call, "clientMutationId"), "thread": shown } }))
}

pub(super) fn reply(call: &mut Call<'_>, mutation: &str) -> Result<Value, Value> {
    let need = Need::Any(&[("pull_requests", Write)]);
    let (at, number, first) = thread(call, mutation, "pullRequestReviewThreadId", need)?;
    let path = json!([mutation]);
    let body = argument(call, "body").filter(|body| !body.trim().is_empty());
    let body = body.ok_or_else(|| error("UNPROCESSABLE", &path, "Body can't be blank"))?;
    if acts::too_long("PullRequestReviewComment", Some(&body)).is_err() {
        return Err(error("UNPROCESSABLE", &path, "Body is too long (maximum is 65536 characters)"));
    }
    let by = call.actor();
    let id = acts::reply(call.state, at, number, first, &by, &body);
    let repo = call.state.repo(at);
    let pull = repo.pull(number).map(|(_, pull)| pull);
    let shown = pull.and_then(|pull| Some(shapes::comment_node(call.state, repo, number, pull, pull.comment(id?)?)));
    Ok(json!({ mutation: { "clientMutationId": argument(call, "clientMutationId"), "comment": shown } }))
}
