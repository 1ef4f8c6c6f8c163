//! Pull requests: listing, opening, editing, and what belongs to them.

use serde_json::{Value, json};

use super::super::acts::{self, NewPull, NewReviewComment};
use super::super::answer::{Answer, Answered};
use super::super::permissions::Level::{Read, Write};
use super::super::permissions::Need;
use super::super::shapes;
use super::super::state::{AccountKind, Issue, Pull};
use super::commits::shapes_of;
use super::issues::changes;
use super::{Call, Route, any, route};

const READ: Need = any(&[("pull_requests", Read)]);
const WRITE: Need = any(&[("pull_requests", Write)]);

pub(super) const ROUTES: &[Route] = &[
    route("GET", "/repos/{owner}/{repo}/pulls", READ, list),
    route("POST", "/repos/{owner}/{repo}/pulls", WRITE, create),
    route("GET", "/repos/{owner}/{repo}/pulls/{pull_number}", READ, get),
    route("PATCH", "/repos/{owner}/{repo}/pulls/{pull_number}", WRITE, edit),
    route("GET", "/repos/{owner}/{repo}/pulls/{pull_number}/commits", READ, commits),
    route("GET", "/repos/{owner}/{repo}/pulls/{pull_number}/files", READ, files),
    route("GET", "/repos/{owner}/{repo}/pulls/{pull_number}/reviews", READ, reviews),
    route("GET", "/repos/{owner}/{repo}/pulls/{pull_number}/comments", READ, comments),
    route("POST", "/repos/{owner}/{repo}/pulls/{pull_number}/comments/{comment_id}/replies", WRITE, reply),
    route("GET", "/repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers", READ, reviewers),
    route("POST", "/repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers", WRITE, request_reviewers),
];

fn number(call: &Call<'_>) -> Result<u64, Answer> {
    let number = call.number("pull_number")?;
    find(call, number).map(|(issue, _)| issue.number)
}

fn find<'c>(call: &'c Call<'_>, number: u64) -> Result<(&'c Issue, &'c Pull), Answer> {
    call.state.repo(call.at()?).pull(number).ok_or_else(Answer::not_found)
}

fn list(call: &mut Call<'_>) -> Answered {
    let repo = call.state.repo(call.at()?);
    let state = call.query("state").unwrap_or("open");
    // GitHub passes over a `head` that does not name the owner.
    let head = call.query("head").and_then(|head| head.split_once(':'));
    let base = call.query("base");
    let wanted = |(issue, pull): &(&Issue, &Pull)| {
        (state == "all" || issue.open == (state == "open"))
            && head.is_none_or(|(owner, branch)| owner.eq_ignore_ascii_case(&repo.owner) && pull.head_ref == branch)
            && base.is_none_or(|base| pull.base_ref == base)
    };
    let mut all: Vec<Value> =
        repo.pulls().rev().filter(wanted).map(|(issue, pull)| shapes::pull_simple(call.state, repo, issue, pull)).collect();
    if call.query("direction") == Some("asc") {
        all.reverse();
    }
    Ok(call.page(all, |page, _| Value::Array(page)))
}

fn create(call: &mut Call<'_>) -> Answered {
    let (at, by) = (call.at()?, call.actor());
    let body = call.text("PullRequest", "body")?;
    acts::too_long("PullRequest", body.as_deref())?;
    let head = call.required("PullRequest", "head")?;
    let owner = call.state.repo(at).owner.clone();
    let head = match head.split_once(':') {
        Some((whose, branch)) if whose.eq_ignore_ascii_case(&owner) => branch.to_owned(),
        Some(_) => return Err(Answer::invalid("PullRequest", "head", "invalid", None)),
        None => head,
    };
    let new = NewPull {
        title: call.required("PullRequest", "title")?,
        body,
        head,
        base: call.required("PullRequest", "base")?,
        draft: call.body.get("draft").and_then(Value::as_bool).unwrap_or(false),
    };
    let number = acts::open_pull(call.state, at, &by, new)?;
    Ok(Answer::created(acts::full(call.state, at, number, false)?))
}

fn get(call: &mut Call<'_>) -> Answered {
    let (at, number) = (call.at()?, number(call)?);
    Ok(Answer::ok(acts::full(call.state, at, number, true)?))
}

fn edit(call: &mut Call<'_>) -> Answered {
    let (at, number, by) = (call.at()?, number(call)?, call.actor());
    let (change, base) = (changes(call, "PullRequest")?, call.text("PullRequest", "base")?);
    acts::change_pull(call.state, at, number, &by, change, base)?;
    Ok(Answer::ok(acts::full(call.state, at, number, false)?))
}

fn sides(call: &Call<'_>) -> Result<(String, String), Answer> {
    let number = number(call)?;
    find(call, number).map(|(_, pull)| (pull.base_sha.clone(), pull.head_sha.clone()))
}

fn commits(call: &mut Call<'_>) -> Answered {
    let (at, (base, head)) = (call.at()?, sides(call)?);
    let ids = call.state.repo_mut(at).git.compare(&base, &head)?.commits.clone();
    let all = shapes_of(call, &ids)?;
    Ok(call.page(all, |page, _| Value::Array(page)))
}

fn files(call: &mut Call<'_>) -> Answered {
    let (at, (base, head)) = (call.at()?, sides(call)?);
    let git = &mut call.state.repo_mut(at).git;
    let merge_base = git.compare(&base, &head)?.merge_base.clone();
    let files = git.files_with_patches(merge_base.as_deref(), &head)?;
    let repo = call.state.repo(at);
    let all: Vec<Value> = files.iter().map(|file| shapes::changed_file(call.state, repo, &head, file)).collect();
    Ok(call.page(all, |page, _| Value::Array(page)))
}

fn reviews(call: &mut Call<'_>) -> Answered {
    let number = number(call)?;
    let repo = call.state.repo(call.at()?);
    let all: Vec<Value> = find(call, number)?.1.reviews.iter().map(|r| shapes::review(call.state, repo, number, r)).collect();
    Ok(call.page(all, |page, _| Value::Array(page)))
}

fn comments(call: &mut Call<'_>) -> Answered {
    let number = number(call)?;
    let repo = call.state.repo(call.at()?);
    let all: Vec<Value> =
        find(call, number)?.1.review_comments.iter().map(|c| shapes::review_comment(call.state, repo, number, c)).collect();
    Ok(call.page(all, |page, _| Value::Array(page)))
}

fn reply(call: &mut Call<'_>) -> Answered {
    let (at, number, by, first) = (call.at()?, number(call)?, call.actor(), call.number("comment_id")?);
    let body = call.required("PullRequestReviewComment", "body")?;
    acts::too_long("PullRequestReviewComment", Some(&body))?;
    let found = find(call, number)?.1.review_comments.iter().find(|c| c.id == first).cloned().ok_or_else(Answer::not_found)?;
    let new = NewReviewComment { body, path: found.path, line: found.line, review: found.review, in_reply_to: Some(first) };
    let id = acts::review_comment(call.state, at, number, &by, new).ok_or_else(Answer::not_found)?;
    let made = find(call, number)?.1.review_comments.iter().find(|c| c.id == id).ok_or_else(Answer::not_found)?;
    Ok(Answer::created(shapes::review_comment(call.state, call.state.repo(at), number, made)))
}

fn reviewers(call: &mut Call<'_>) -> Answered {
    let number = number(call)?;
    let users: Vec<Value> = find(call, number)?.1.reviewers.iter().map(|login| shapes::user(call.state, login)).collect();
    Ok(Answer::ok(json!({ "users": users, "teams": [] })))
}

fn request_reviewers(call: &mut Call<'_>) -> Answered {
    let (at, number) = (call.at()?, number(call)?);
    let asked = call.body.get("reviewers").and_then(Value::as_array).into_iter().flatten();
    let asked: Vec<String> = asked.filter_map(Value::as_str).map(str::to_owned).collect();
    let author = find(call, number)?.0.author.clone();
    for login in &asked {
        let known = call.state.account(login).is_some_and(|a| a.kind == AccountKind::User);
        if !known || *login == author {
            return Err(Answer::unprocessable(
                "Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the repository.",
            ));
        }
    }
    if let Some(pull) = call.state.repo_mut(at).issues.get_mut(&number).and_then(|issue| issue.pull.as_mut()) {
        pull.reviewers.extend(asked.into_iter().filter(|login| !pull.reviewers.contains(login)).collect::<Vec<_>>());
    }
    Ok(Answer::created(acts::full(call.state, at, number, false)?))
}
