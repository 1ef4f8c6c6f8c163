//! Comments on issues and pull requests, and reactions to them.

use serde_json::{Value, json};

use super::super::acts;
use super::super::answer::{Answer, Answered};
use super::super::shapes;
use super::issues::{READ, WRITE, content, number};
use super::{Call, Route, route};

pub(super) const ROUTES: &[Route] = &[
    route("GET", "/repos/{owner}/{repo}/issues/comments/{comment_id}", READ, get),
    route("PATCH", "/repos/{owner}/{repo}/issues/comments/{comment_id}", WRITE, edit),
    route("DELETE", "/repos/{owner}/{repo}/issues/comments/{comment_id}", WRITE, delete),
    route("GET", "/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions", READ, reactions),
    route("POST", "/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions", WRITE, react),
    route("GET", "/repos/{owner}/{repo}/issues/{issue_number}/comments", READ, list),
    route("POST", "/repos/{owner}/{repo}/issues/{issue_number}/comments", WRITE, create),
];

fn shown(call: &Call<'_>, id: u64) -> Result<Value, Answer> {
    let repo = call.state.repo(call.at()?);
    let (issue, comment) = repo.comment(id).ok_or_else(Answer::not_found)?;
    Ok(shapes::comment(call.state, repo, issue, comment))
}

fn get(call: &mut Call<'_>) -> Answered {
    let id = call.number("comment_id")?;
    Ok(Answer::ok(shown(call, id)?))
}

fn body(call: &Call<'_>) -> Result<String, Answer> {
    let body = call.required("IssueComment", "body")?;
    acts::too_long("IssueComment", Some(&body))?;
    Ok(body)
}

fn edit(call: &mut Call<'_>) -> Answered {
    let (at, id, by, body) = (call.at()?, call.number("comment_id")?, call.actor(), body(call)?);
    if !acts::edit_comment(call.state, at, id, &by, &body) {
        return Err(Answer::not_found());
    }
    Ok(Answer::ok(shown(call, id)?))
}

fn delete(call: &mut Call<'_>) -> Answered {
    let (at, id) = (call.at()?, call.number("comment_id")?);
    let (issue, _) = call.state.repo(at).comment(id).ok_or_else(Answer::not_found)?;
    let number = issue.number;
    if let Some(issue) = call.state.repo_mut(at).issues.get_mut(&number) {
        issue.comments.retain(|comment| comment.id != id);
    }
    Ok(Answer::empty(204))
}

fn list(call: &mut Call<'_>) -> Answered {
    let number = number(call)?;
    let repo = call.state.repo(call.at()?);
    let issue = repo.issue(number).ok_or_else(Answer::not_found)?;
    let since = call.query("since").unwrap_or("").to_owned();
    let comments = issue.comments.iter().map(|comment| shapes::comment(call.state, repo, issue, comment));
    let all: Vec<Value> = comments.filter(|c| c["updated_at"].as_str().is_some_and(|at| at >= since.as_str())).collect();
    Ok(call.page(all, |page, _| Value::Array(page)))
}

fn create(call: &mut Call<'_>) -> Answered {
    let (at, number, by, body) = (call.at()?, number(call)?, call.actor(), body(call)?);
    let id = acts::comment(call.state, at, number, &by, &body).ok_or_else(Answer::not_found)?;
    Ok(Answer::created(shown(call, id)?))
}

fn reactions(call: &mut Call<'_>) -> Answered {
    let id = call.number("comment_id")?;
    let (_, comment) = call.state.repo(call.at()?).comment(id).ok_or_else(Answer::not_found)?;
    let all: Vec<Value> = comment.reactions.iter().map(|r| shapes::reaction(call.state, r)).collect();
    Ok(call.page(all, |page, _| Value::Array(page)))
}

fn react(call: &mut Call<'_>) -> Answered {
    let (at, comment, by, content) = (call.at()?, call.number("comment_id")?, call.actor(), content(call)?);
    let id = call.state.fresh_id();
    let comment = call.state.repo_mut(at).comment_mut(comment).ok_or_else(Answer::not_found)?;
    let (reaction, new) = acts::react(id, &mut comment.reactions, &by, &content);
    Ok(Answer::new(if new { 201 } else { 200 }, json!(shapes::reaction(call.state, &reaction))))
}
