//! Pull requests: listing, opening, editing, and what belongs to them.

use serde_json::Value;

use super::super::acts::{self, NewPull};
use super::super::answer::{Answer, Answered};
use super::super::permissions::Level::{Read, Write};
use super::super::permissions::Need;
use super::super::shapes;
use super::super::state::{Issue, Pull};
use super::commits::shapes_of;
use super::issues::changes;
use super::{Call, Route, any, route};

pub(super) const READ: Need = any(&[("pull_requests", Read)]);
pub(super) const WRITE: Need = any(&[("pull_requests", Write)]);

pub(super) const ROUTES: &[Route] = &[
    route("GET", "/repos/{owner}/{repo}/pulls", READ, list),
    route("POST", "/repos/{owner}/{repo}/pulls", WRITE, create),
    route("GET", "/repos/{owner}/{repo}/pulls/{pull_number}", READ, get),
    route("PATCH", "/repos/{owner}/{repo}/pulls/{pull_number}", WRITE, edit),
    route("GET", "/repos/{owner}/{repo}/pulls/{pull_number}/commits", READ, commits),
    route("GET", "/repos/{owner}/{repo}/pulls/{pull_number}/files", READ, files),
];

/// The number in the path, if there is such a pull request.
pub(super) fn number(call: &Call<'_>) -> Result<u64, Answer> {
    let number = call.number("pull_number")?;
    find(call, number).map(|(issue, _)| issue.number)
}

pub(super) fn find<'c>(call: &'c Call<'_>, number: u64) -> Result<(&'c Issue, &'c Pull), Answer> {
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
