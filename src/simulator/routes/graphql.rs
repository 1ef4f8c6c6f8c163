//! GraphQL: what REST has not, and reading one node, one issue or its sub-issues. The document is not interpreted: the field is
//! recognised by its name, its argument is taken from `variables`, and the answer holds more fields than were asked for.

use serde_json::{Value, json};

use super::super::acts;
use super::super::answer::{Answer, Answered};
use super::super::auth::reaches;
use super::super::permissions::Level::{Read, Write};
use super::super::permissions::Need;
use super::super::shapes;
use super::super::state::{At, Issue};
use super::super::time::rfc3339;
use super::{Call, Route, route, threads};

pub(super) const ROUTES: &[Route] = &[route("POST", "/graphql", Need::Installation, answer)];

fn answer(call: &mut Call<'_>) -> Answered {
    let document = call.text("GraphQL", "query")?.unwrap_or_default();
    if document.contains("subIssues(") {
        return Ok(Answer::ok(sub_issues(call).unwrap_or_else(|errors| json!({ "data": null, "errors": errors }))));
    }
    if document.contains("statusCheckRollup") {
        return Ok(Answer::ok(super::graphql_rollup::answer(call, &document)));
    }
    let answered = if document.contains("unresolveReviewThread") {
        threads::resolve(call, "unresolveReviewThread", false)
    } else if document.contains("resolveReviewThread") {
        threads::resolve(call, "resolveReviewThread", true)
    } else if document.contains("addPullRequestReviewThreadReply") {
        threads::reply(call, "addPullRequestReviewThreadReply")
    } else if document.contains("reviewThreads(") {
        threads::list(call)
    } else if document.contains("markPullRequestReadyForReview") {
        turn(call, "markPullRequestReadyForReview", false)
    } else if document.contains("convertPullRequestToDraft") {
        turn(call, "convertPullRequestToDraft", true)
    } else if document.contains("issue(") {
        issue(call).map(|issue| json!({ "repository": { "issue": issue } }))
    } else if document.contains("node(") || document.contains("node (") {
        let id = ["id", "node", "nodeId", "pullRequestId"].iter().find_map(|name| call.body["variables"][name].as_str()).map(str::to_owned);
        id.and_then(|id| find(call, &id)).map(|(at, number)| json!({ "node": shown(call, at, number) })).ok_or_else(missing)
    } else if document.trim_start().starts_with("mutation") {
        Err(json!([{ "type": "undefinedField", "message": "the simulator knows no such mutation" }]))
    } else {
        Err(json!([{ "type": "undefinedField", "message": "the simulator knows no such query" }]))
    };
    Ok(Answer::ok(match answered {
        Ok(data) => json!({ "data": data }),
        Err(errors) => json!({ "data": null, "errors": errors }),
    }))
}

fn missing() -> Value {
    json!([{ "type": "NOT_FOUND", "path": ["node"], "message": "Could not resolve to a node with the global id" }])
}

/// The issue that the variables `owner`, `name` and `number` name, if the token reaches it.
fn issue(call: &Call<'_>) -> Result<Value, Value> {
    let issue = named(call)?;
    let name = |name: &String| json!({ "name": name });
    let labelled = |(label, at): &(String, _)| json!({ "createdAt": rfc3339(*at), "label": name(label) });
    Ok(json!({
        "number": issue.number,
        "title": issue.title,
        "body": issue.body.clone().unwrap_or_default(),
        "closed": !issue.open,
        "author": actor(call, &issue.author),
        "lastEditedAt": issue.edited.as_ref().map(|(_, at)| rfc3339(*at)),
        "editor": issue.edited.as_ref().map(|(by, _)| actor(call, by)),
        "labels": { "nodes": issue.labels.iter().map(name).collect::<Vec<_>>() },
        "timelineItems": { "nodes": issue.labelled.iter().map(labelled).collect::<Vec<_>>() }
    }))
}

/// A page of its sub-issues, `first` of them after the cursor `after`. One in a private repository that the token does not reach is
/// `null`, with an error beside the data.
fn sub_issues(call: &Call<'_>) -> Result<Value, Value> {
    let (parent, token) = (named(call)?, call.token.as_ref());
    let variables = &call.body["variables"];
    let first = variables["first"].as_u64().filter(|first| (1..=100).contains(first)).unwrap_or(100);
    let from = variables["after"].as_str().and_then(|cursor| cursor.parse().ok()).unwrap_or(0_usize);
    let to = parent.sub_issues.len().min(from + usize::try_from(first).unwrap_or(100));
    let (mut nodes, mut errors) = (Vec::new(), Vec::new());
    for (place, (at, number)) in parent.sub_issues.get(from..to).unwrap_or_default().iter().enumerate() {
        let repo = call.state.repo(*at);
        let seen = !repo.private || token.is_some_and(|token| reaches(call.state, token, *at));
        let Some(issue) = repo.issue(*number).filter(|_| seen) else {
            let path = json!(["repository", "issue", "subIssues", "nodes", place]);
            errors.push(json!({ "type": "FORBIDDEN", "path": path, "message": "Resource not accessible by integration" }));
            nodes.push(Value::Null);
            continue;
        };
        let renamed = issue.renamed.iter().map(|(by, at)| json!({ "createdAt": rfc3339(*at), "actor": actor(call, by) }));
        nodes.push(json!({
            "number": issue.number,
            "title": issue.title,
            "body": issue.body.clone().unwrap_or_default(),
            "closed": !issue.open,
            "repository": { "nameWithOwner": repo.full_name() },
            "author": actor(call, &issue.author),
            "lastEditedAt": issue.edited.as_ref().map(|(_, at)| rfc3339(*at)),
            "editor": issue.edited.as_ref().map(|(by, _)| actor(call, by)),
            "subIssuesSummary": { "total": issue.sub_issues.len() },
            "timelineItems": { "nodes": renamed.collect::<Vec<_>>() }
        }));
    }
    let page = json!({ "hasNextPage": to < parent.sub_issues.len(), "endCursor": to.to_string() });
    let mut answer = json!({ "data": { "repository": { "issue": { "subIssues": { "pageInfo": page, "nodes": nodes } } } } });
    if !errors.is_empty() {
        answer["errors"] = json!(errors);
    }
    Ok(answer)
}

fn named<'c>(call: &'c Call<'_>) -> Result<&'c Issue, Value> {
    let missing = || json!([{ "type": "NOT_FOUND", "path": ["repository", "issue"], "message": "Could not resolve to an Issue" }]);
    let token = call.token.as_ref().ok_or_else(missing)?;
    let variables = &call.body["variables"];
    let word = |name: &str| variables[name].as_str().unwrap_or_default();
    let at = call.state.find(word("owner"), word("name")).filter(|at| reaches(call.state, token, *at)).ok_or_else(missing)?;
    if !Need::Any(&[("issues", Read)]).met_by(&token.permissions) {
        return Err(json!([{ "type": "FORBIDDEN", "path": ["repository", "issue"], "message": "Resource not accessible by integration" }]));
    }
    let found = variables["number"].as_u64().and_then(|number| call.state.repo(at).issue(number));
    found.filter(|issue| issue.pull.is_none()).ok_or_else(missing)
}

fn actor(call: &Call<'_>, login: &str) -> Value {
    shapes::actor(call.state, login)
}

/// The pull request of a global id, if the token reaches it.
fn find(call: &Call<'_>, id: &str) -> Option<(At, u64)> {
    let token = call.token.as_ref()?;
    let wanted = shapes::node_number("PR", id)?;
    (0..call.state.repositories.len()).map(At).filter(|at| reaches(call.state, token, *at)).find_map(|at| {
        let mut pulls = call.state.repo(at).pulls();
        pulls.find(|(_, pull)| pull.id == wanted).map(|(issue, _)| (at, issue.number))
    })
}

fn shown(call: &Call<'_>, at: At, number: u64) -> Value {
    let Some((issue, pull)) = call.state.repo(at).pull(number) else { return Value::Null };
    let state = if pull.merged_at.is_some() {
        "MERGED"
    } else if issue.open {
        "OPEN"
    } else {
        "CLOSED"
    };
    json!({
        "id": shapes::node("PR", pull.id),
        "number": number,
        "isDraft": pull.draft,
        "state": state,
        "title": issue.title,
        "body": issue.body.clone().unwrap_or_default(),
        "headRefName": pull.head_ref,
        "headRefOid": pull.head_sha,
        "baseRefName": pull.base_ref,
        "baseRefOid": pull.base_sha
    })
}

fn turn(call: &mut Call<'_>, mutation: &str, draft: bool) -> Result<Value, Value> {
    let may = call.token.as_ref().is_some_and(|token| Need::Any(&[("pull_requests", Write)]).met_by(&token.permissions));
    if !may {
        return Err(json!([{ "type": "FORBIDDEN", "path": [mutation], "message": "Resource not accessible by integration" }]));
    }
    let id = argument(call, "pullRequestId");
    let (at, number) = id.and_then(|id| find(call, &id)).ok_or_else(missing)?;
    let open = call.state.repo(at).pull(number).is_some_and(|(issue, _)| issue.open);
    if !open {
        return Err(json!([{ "type": "UNPROCESSABLE", "path": [mutation], "message": "Pull request is closed" }]));
    }
    let by = call.actor();
    acts::ready(call.state, at, number, &by, draft);
    Ok(json!({ mutation: { "clientMutationId": null, "pullRequest": shown(call, at, number) } }))
}

/// An argument of the mutation's input: in the variable that the document binds to it, in the variable that is its whole input, or
/// in the document itself.
pub(super) fn argument(call: &Call<'_>, name: &str) -> Option<String> {
    let variables = &call.body["variables"];
    let document = call.body["query"].as_str()?;
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let label = format!("{name}:");
    // A variable may have the argument's own name: `$name:` declares it, and binds nothing.
    let mut bindings = document.match_indices(&label).filter(|(at, _)| !document[..*at].ends_with(|c| c == '$' || word(c)));
    let bound = bindings.next().map(|(at, label)| document[at + label.len()..].trim_start());
    let Some(bound) = bound else {
        let mut inputs = variables.as_object()?.values();
        return inputs.find_map(|input| input[name].as_str()).map(str::to_owned);
    };
    match bound.strip_prefix('$') {
        Some(name) => variables[name.split(|c| !word(c)).next()?].as_str().map(str::to_owned),
        None => bound.strip_prefix('"')?.split('"').next().map(str::to_owned),
    }
}
