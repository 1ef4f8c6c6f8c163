//! GraphQL's `statusCheckRollup`: the checks and statuses of the head of each of a repository's pull requests.
//!
//! Of the document the arguments of `repository` and of `pullRequests` are read; what is selected is not: the answer has all
//! fields that the simulator knows here.

use serde_json::{Value, json};

use super::super::acts;
use super::super::answer::Answer;
use super::super::auth::reaches;
use super::super::permissions::Level::Read;
use super::super::shapes;
use super::super::state::{CheckRun, Issue, Pull, Repository, State, Status};
use super::super::time::rfc3339;
use super::Call;

/// The whole body of the answer.
pub(super) fn answer(call: &Call<'_>, document: &str) -> Value {
    match pulls(call, document) {
        Ok(pulls) => json!({ "data": { "repository": { "pullRequests": pulls } } }),
        Err(refusal) => {
            let kind = if refusal.status == 403 { "FORBIDDEN" } else { "NOT_FOUND" };
            json!({ "data": null, "errors": [{ "type": kind, "path": ["repository"], "message": refusal.message() }] })
        }
    }
}

fn pulls(call: &Call<'_>, document: &str) -> Result<Value, Answer> {
    let token = call.token.as_ref().ok_or_else(Answer::not_found)?;
    let asked = |field: &str, name: &str| argument(document, &call.body["variables"], field, name);
    let word = |name: &str| asked("repository", name).and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default();
    let at = call.state.find(&word("owner"), &word("name")).filter(|at| reaches(call.state, token, *at));
    let at = at.ok_or_else(|| Answer::refusal(404, "Could not resolve to a Repository"))?;
    for needed in ["pull_requests", "checks", "statuses"] {
        let held = token.permissions.get(needed).is_some_and(|level| *level >= Read);
        if !held {
            return Err(Answer::refusal(403, "Resource not accessible by integration"));
        }
    }
    let states = asked("pullRequests", "states").unwrap_or(Value::Null);
    let wanted = |issue: &Issue, pull: &Pull| {
        let state = standing(issue, pull);
        states.is_null() || states == state || states.as_array().is_some_and(|all| all.iter().any(|one| one == state))
    };
    let repo = call.state.repo(at);
    let mut found: Vec<(&Issue, &Pull)> = repo.pulls().filter(|(issue, pull)| wanted(issue, pull)).collect();
    let order = asked("pullRequests", "orderBy").unwrap_or(Value::Null);
    if order["field"] == "UPDATED_AT" {
        found.sort_by_key(|(issue, _)| (issue.updated_at, issue.number));
    }
    if order["direction"] == "DESC" {
        found.reverse();
    }
    let first = asked("pullRequests", "first").and_then(|first| first.as_u64()).filter(|first| (1..=100).contains(first));
    let first = usize::try_from(first.unwrap_or(100)).unwrap_or(100);
    let from = asked("pullRequests", "after").and_then(|cursor| cursor.as_str().and_then(|c| c.parse().ok())).unwrap_or(0_usize);
    let to = found.len().min(from.saturating_add(first));
    let nodes: Vec<Value> =
        found.get(from..to).unwrap_or_default().iter().map(|(issue, pull)| shown(call.state, repo, issue, pull)).collect();
    Ok(json!({
        "totalCount": found.len(),
        "pageInfo": { "hasNextPage": to < found.len(), "endCursor": to.to_string() },
        "nodes": nodes
    }))
}

fn standing(issue: &Issue, pull: &Pull) -> &'static str {
    match (pull.merged_at.is_some(), issue.open) {
        (true, _) => "MERGED",
        (false, true) => "OPEN",
        (false, false) => "CLOSED",
    }
}

fn shown(state: &State, repo: &Repository, issue: &Issue, pull: &Pull) -> Value {
    let commit = json!({ "oid": pull.head_sha, "statusCheckRollup": rollup(state, repo, &pull.head_sha) });
    json!({
        "id": shapes::node("PR", pull.id),
        "number": issue.number,
        "title": issue.title,
        "state": standing(issue, pull),
        "isDraft": pull.draft,
        "updatedAt": rfc3339(issue.updated_at),
        "headRefName": pull.head_ref,
        "headRefOid": pull.head_sha,
        "baseRefName": pull.base_ref,
        "commits": { "totalCount": 1, "nodes": [{ "commit": commit }] }
    })
}

/// The newest check of each name and the newest status of each context; null when there are none. At most a hundred, as one page.
fn rollup(state: &State, repo: &Repository, sha: &str) -> Value {
    let mut nodes: Vec<Value> = acts::latest(&repo.runs, |run| run.sha == sha).into_iter().map(|run| check(state, run)).collect();
    let mut contexts: Vec<&str> = Vec::new();
    for status in repo.statuses.iter().rev().filter(|status| status.sha == sha) {
        if !contexts.contains(&status.context.as_str()) {
            contexts.push(&status.context);
            nodes.push(context(status));
        }
    }
    if nodes.is_empty() {
        return Value::Null;
    }
    let has = |words: &[&str]| {
        nodes.iter().any(|node| [&node["conclusion"], &node["state"]].iter().any(|w| w.as_str().is_some_and(|w| words.contains(&w))))
    };
    let waits = nodes.iter().any(|node| node["status"].as_str().is_some_and(|status| status != "COMPLETED"));
    let amounts_to = if has(&["FAILURE", "TIMED_OUT", "CANCELLED", "ACTION_REQUIRED", "STARTUP_FAILURE", "ERROR"]) {
        "FAILURE"
    } else if waits || has(&["PENDING"]) {
        "PENDING"
    } else {
        "SUCCESS"
    };
    let total = nodes.len();
    nodes.truncate(100);
    let page = json!({ "hasNextPage": total > nodes.len(), "endCursor": nodes.len().to_string() });
    json!({ "state": amounts_to, "contexts": { "totalCount": total, "pageInfo": page, "nodes": nodes } })
}

fn check(state: &State, run: &CheckRun) -> Value {
    let app = shapes::app_brief(state, run.job.is_none());
    json!({
        "__typename": "CheckRun",
        "databaseId": run.id,
        "name": run.name,
        "status": run.status.to_uppercase(),
        "conclusion": run.conclusion.as_deref().map(str::to_uppercase),
        "startedAt": run.started_at.map(rfc3339),
        "completedAt": run.completed_at.map(rfc3339),
        "detailsUrl": run.details_url,
        "checkSuite": { "app": { "databaseId": app["id"], "slug": app["slug"], "name": app["name"] } }
    })
}

fn context(status: &Status) -> Value {
    json!({
        "__typename": "StatusContext",
        "context": status.context,
        "state": status.state.to_uppercase(),
        "description": status.description,
        "targetUrl": status.target_url,
        "createdAt": rfc3339(status.created_at)
    })
}

/// The value of an argument of a field of the document: a variable, a literal, a list or an object of one level.
fn argument(document: &str, variables: &Value, field: &str, name: &str) -> Option<Value> {
    let (_, behind) = document.split_once(&format!("{field}("))?;
    let arguments = behind.split_once(')').map_or(behind, |(inside, _)| inside);
    let at = arguments
        .match_indices(&format!("{name}:"))
        .find(|(at, _)| !arguments[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '$'))?
        .0;
    Some(value(arguments[at + name.len() + 1..].trim_start(), variables))
}

fn value(text: &str, variables: &Value) -> Value {
    let word: String = text.trim_start_matches('$').chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let inside = |open: char, close: char| text.strip_prefix(open).and_then(|rest| rest.split_once(close)).map(|(inside, _)| inside);
    if text.starts_with('$') {
        variables[&word].clone()
    } else if let Some(inside) = inside('"', '"') {
        json!(inside)
    } else if let Some(inside) = inside('[', ']') {
        inside.split([',', ' ', '\n']).filter(|one| !one.is_empty()).map(|one| value(one, variables)).collect()
    } else if let Some(inside) = inside('{', '}') {
        let pairs = inside.split([',', '\n']).filter_map(|pair| pair.split_once(':'));
        pairs.map(|(key, one)| (key.trim().to_owned(), value(one.trim(), variables))).collect()
    } else if let Ok(number) = word.parse::<u64>() {
        json!(number)
    } else if word == "null" || word.is_empty() {
        Value::Null
    } else {
        json!(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_variables_literals_lists_and_objects() {
        let document = "query($owner: String!, $n: Int!) { repository(owner: $owner, name: \"widgets\") { pullRequests(first: $n, \
                        states: [OPEN, MERGED], orderBy: {field: UPDATED_AT, direction: DESC}, after: null) { nodes { number } } } }";
        let variables = json!({ "owner": "acme", "n": 20 });
        let found = |field: &str, name: &str| argument(document, &variables, field, name);
        assert_eq!((found("repository", "owner"), found("repository", "name")), (Some(json!("acme")), Some(json!("widgets"))));
        assert_eq!((found("pullRequests", "first"), found("pullRequests", "after")), (Some(json!(20)), Some(Value::Null)));
        assert_eq!(found("pullRequests", "states"), Some(json!(["OPEN", "MERGED"])));
        assert_eq!(found("pullRequests", "orderBy"), Some(json!({ "field": "UPDATED_AT", "direction": "DESC" })));
        assert_eq!(found("pullRequests", "last"), None);
    }
}
