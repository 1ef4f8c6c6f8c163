//! Reviews, the comments on lines, their answers and reactions, and who is asked to review.

use serde_json::{Value, json};

use super::super::acts;
use super::super::answer::{Answer, Answered};
use super::super::shapes;
use super::super::state::ReviewComment;
use super::issues::content;
use super::pulls::{READ, WRITE, find, number};
use super::{Call, Route, route};

pub(super) const ROUTES: &[Route] = &[
    route("GET", "/repos/{owner}/{repo}/pulls/comments/{comment_id}", READ, get),
    route("PATCH", "/repos/{owner}/{repo}/pulls/comments/{comment_id}", WRITE, edit),
    route("DELETE", "/repos/{owner}/{repo}/pulls/comments/{comment_id}", WRITE, delete),
    route("GET", "/repos/{owner}/{repo}/pulls/comments/{comment_id}/reactions", READ, reactions),
    route("POST", "/repos/{owner}/{repo}/pulls/comments/{comment_id}/reactions", WRITE, react),
    route("GET", "/repos/{owner}/{repo}/pulls/{pull_number}/reviews", READ, reviews),
    route("GET", "/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}", READ, review),
    route("GET", "/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/comments", READ, review_comments),
    route("GET", "/repos/{owner}/{repo}/pulls/{pull_number}/comments", READ, comments),
    route("POST", "/repos/{owner}/{repo}/pulls/{pull_number}/comments/{comment_id}/replies", WRITE, reply),
    route("GET", "/repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers", READ, reviewers),
    route("POST", "/repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers", WRITE, request_reviewers),
    route("DELETE", "/repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers", WRITE, remove_reviewers),
];

/// The comment of the path, with its pull request's number.
fn comment<'c>(call: &'c Call<'_>) -> Result<(u64, &'c ReviewComment), Answer> {
    let id = call.number("comment_id")?;
    let (number, pull) = acts::pull_of_comment(call.state, call.at()?, id).ok_or_else(Answer::not_found)?;
    pull.comment(id).map(|comment| (number, comment)).ok_or_else(Answer::not_found)
}

fn get(call: &mut Call<'_>) -> Answered {
    let (number, comment) = comment(call)?;
    Ok(Answer::ok(shapes::review_comment(call.state, call.state.repo(call.at()?), number, comment)))
}

fn body(call: &Call<'_>) -> Result<String, Answer> {
    let body = call.required("PullRequestReviewComment", "body")?;
    acts::too_long("PullRequestReviewComment", Some(&body))?;
    Ok(body)
}

fn edit(call: &mut Call<'_>) -> Answered {
    let (at, by, body, id) = (call.at()?, call.actor(), body(call)?, comment(call)?.1.id);
    acts::edit_review_comment(call.state, at, id, &by, &body);
    get(call)
}

fn delete(call: &mut Call<'_>) -> Answered {
    let (at, by, id) = (call.at()?, call.actor(), comment(call)?.1.id);
    acts::delete_review_comment(call.state, at, id, &by);
    Ok(Answer::empty(204))
}

fn reactions(call: &mut Call<'_>) -> Answered {
    let all: Vec<Value> = comment(call)?.1.reactions.iter().map(|reaction| shapes::reaction(call.state, reaction)).collect();
    Ok(call.page(all, |page, _| Value::Array(page)))
}

fn react(call: &mut Call<'_>) -> Answered {
    let (at, by, content, comment) = (call.at()?, call.actor(), content(call)?, comment(call)?.1.id);
    let id = call.state.fresh_id();
    let comment = acts::review_comment_mut(call.state, at, comment).ok_or_else(Answer::not_found)?;
    let (reaction, new) = acts::react(id, &mut comment.reactions, &by, &content);
    Ok(Answer::new(if new { 201 } else { 200 }, shapes::reaction(call.state, &reaction)))
}

fn reviews(call: &mut Call<'_>) -> Answered {
    let number = number(call)?;
    let repo = call.state.repo(call.at()?);
    let all: Vec<Value> = find(call, number)?.1.reviews.iter().map(|r| shapes::review(call.state, repo, number, r)).collect();
    Ok(call.page(all, |page, _| Value::Array(page)))
}

/// The number of the review in the path, if the pull request has it.
fn review_id(call: &Call<'_>) -> Result<u64, Answer> {
    let (number, id) = (number(call)?, call.number("review_id")?);
    let known = find(call, number)?.1.reviews.iter().any(|review| review.id == id);
    if known { Ok(id) } else { Err(Answer::not_found()) }
}

fn review(call: &mut Call<'_>) -> Answered {
    let (number, id) = (number(call)?, review_id(call)?);
    let found = find(call, number)?.1.reviews.iter().find(|review| review.id == id).ok_or_else(Answer::not_found)?;
    Ok(Answer::ok(shapes::review(call.state, call.state.repo(call.at()?), number, found)))
}

/// The comments of a pull request that are wanted, in the order in which they were written.
fn listed(call: &Call<'_>, number: u64, wanted: impl Fn(&ReviewComment) -> bool) -> Result<Vec<Value>, Answer> {
    let repo = call.state.repo(call.at()?);
    let chosen = find(call, number)?.1.review_comments.iter().filter(|comment| wanted(comment));
    Ok(chosen.map(|comment| shapes::review_comment(call.state, repo, number, comment)).collect())
}

fn review_comments(call: &mut Call<'_>) -> Answered {
    let (number, id) = (number(call)?, review_id(call)?);
    let all = listed(call, number, |comment| comment.review == id)?;
    Ok(call.page(all, |page, _| Value::Array(page)))
}

fn comments(call: &mut Call<'_>) -> Answered {
    let number = number(call)?;
    let mut all = listed(call, number, |_| true)?;
    if let Some(since) = call.query("since") {
        all.retain(|comment| comment["updated_at"].as_str().is_some_and(|at| at >= since));
    }
    // Without `sort` GitHub goes by the ids, whatever `direction` says.
    if call.query("sort").is_some() && call.query("direction").is_none_or(|word| word == "desc") {
        all.reverse();
    }
    Ok(call.page(all, |page, _| Value::Array(page)))
}

fn reply(call: &mut Call<'_>) -> Answered {
    let (at, number, by, to) = (call.at()?, number(call)?, call.actor(), call.number("comment_id")?);
    let body = body(call)?;
    let id = acts::reply(call.state, at, number, to, &by, &body).ok_or_else(Answer::not_found)?;
    let made = find(call, number)?.1.comment(id).ok_or_else(Answer::not_found)?;
    Ok(Answer::created(shapes::review_comment(call.state, call.state.repo(at), number, made)))
}

fn reviewers(call: &mut Call<'_>) -> Answered {
    let number = number(call)?;
    let users: Vec<Value> = find(call, number)?.1.reviewers.iter().map(|login| shapes::user(call.state, login)).collect();
    Ok(Answer::ok(json!({ "users": users, "teams": [] })))
}

fn logins(call: &Call<'_>) -> Vec<String> {
    let asked = call.body.get("reviewers").and_then(Value::as_array).into_iter().flatten();
    asked.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn simple(call: &Call<'_>, number: u64) -> Result<Value, Answer> {
    let (issue, pull) = find(call, number)?;
    Ok(shapes::pull_simple(call.state, call.state.repo(call.at()?), issue, pull))
}

fn request_reviewers(call: &mut Call<'_>) -> Answered {
    let (at, number, by, logins) = (call.at()?, number(call)?, call.actor(), logins(call));
    acts::request_reviews(call.state, at, number, &logins, &by)?;
    Ok(Answer::created(simple(call, number)?))
}

fn remove_reviewers(call: &mut Call<'_>) -> Answered {
    let (at, number, by, logins) = (call.at()?, number(call)?, call.actor(), logins(call));
    acts::unrequest_reviews(call.state, at, number, &logins, &by);
    Ok(Answer::ok(simple(call, number)?))
}
