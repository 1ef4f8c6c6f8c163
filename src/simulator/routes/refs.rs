//! References: reading, making, moving, deleting.

use serde_json::{Value, json};

use super::super::acts;
use super::super::answer::{Answer, Answered};
use super::super::git::{Git, Kind, Object};
use super::super::shapes;
use super::git_data::{READ, WRITE};
use super::{Call, Route, route};

pub(super) const ROUTES: &[Route] = &[
    route("GET", "/repos/{owner}/{repo}/git/ref/{ref}", READ, get),
    route("GET", "/repos/{owner}/{repo}/git/matching-refs/{ref}", READ, matching),
    route("POST", "/repos/{owner}/{repo}/git/refs", WRITE, create),
    route("PATCH", "/repos/{owner}/{repo}/git/refs/{ref}", WRITE, update),
    route("DELETE", "/repos/{owner}/{repo}/git/refs/{ref}", WRITE, delete),
];

fn shown(call: &mut Call<'_>, name: &str, sha: &str) -> Result<Value, Answer> {
    let at = call.at()?;
    let kind = call.state.repo_mut(at).git.object(sha)?.map_or(Kind::Commit, |object| object.kind);
    let api = format!("{}/repos/{}/git", shapes::api(call.state), call.state.repo(at).full_name());
    Ok(json!({
        "ref": name,
        "node_id": format!("REF_{name}"),
        "url": format!("{api}/{}", shapes::escape(name)),
        "object": { "sha": sha, "type": kind.word(), "url": format!("{api}/{}s/{sha}", kind.word()) }
    }))
}

/// The full name of the path's reference, which the API leaves without `refs/`.
fn name(call: &Call<'_>) -> String {
    let given = call.parameter("ref");
    format!("refs/{}", given.strip_prefix("refs/").unwrap_or(given))
}

fn get(call: &mut Call<'_>) -> Answered {
    let (at, name) = (call.at()?, name(call));
    let sha = call.state.repo(at).git.reference(&name).map(str::to_owned).ok_or_else(Answer::not_found)?;
    Ok(Answer::ok(shown(call, &name, &sha)?))
}

fn matching(call: &mut Call<'_>) -> Answered {
    let (at, prefix) = (call.at()?, name(call));
    let found: Vec<(String, String)> = call.state.repo(at).git.references(&prefix).map(|(n, s)| (n.to_owned(), s.to_owned())).collect();
    let mut all = Vec::new();
    for (name, sha) in found {
        all.push(shown(call, &name, &sha)?);
    }
    Ok(call.page(all, |page, _| Value::Array(page)))
}

/// The id of the body, which must be one of an object that is there; branches point at commits.
fn target(call: &mut Call<'_>, name: &str) -> Result<String, Answer> {
    let at = call.at()?;
    let sha = call.text("Reference", "sha")?.ok_or_else(|| Answer::unprocessable("sha wasn't supplied."))?;
    if sha.len() != 40 || !sha.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(Answer::unprocessable("The sha parameter must be exactly 40 characters and contain only [0-9a-f]."));
    }
    match call.state.repo_mut(at).git.object(&sha)? {
        Some(Object { kind: Kind::Commit, .. }) => Ok(sha),
        Some(_) if !name.starts_with("refs/heads/") => Ok(sha),
        Some(_) => Err(Answer::unprocessable("Reference cannot be updated: the object is not a commit")),
        None => Err(Answer::unprocessable("Object does not exist")),
    }
}

fn create(call: &mut Call<'_>) -> Answered {
    let (at, by) = (call.at()?, call.actor());
    let name = call.text("Reference", "ref")?.ok_or_else(|| Answer::unprocessable("ref wasn't supplied."))?;
    if !name.starts_with("refs/") || name.split('/').count() < 3 {
        return Err(Answer::unprocessable("Reference name must start with 'refs/' and have at least two slashes."));
    }
    if !Git::is_reference_name(&name) {
        return Err(Answer::unprocessable(format!("{name} is not a valid ref name.")));
    }
    let sha = target(call, &name)?;
    if call.state.repo(at).git.reference(&name).is_some() {
        return Err(Answer::unprocessable("Reference already exists"));
    }
    if call.state.repo(at).git.is_in_the_way_of(&name) {
        return Err(Answer::unprocessable(
            "Reference cannot be created: another reference's name is a folder of it, or it is one of another's",
        ));
    }
    acts::update(call.state, at, &name, Some(&sha), &by)?;
    Ok(Answer::created(shown(call, &name, &sha)?))
}

fn update(call: &mut Call<'_>) -> Answered {
    let (at, by, name) = (call.at()?, call.actor(), name(call));
    let before = call.state.repo(at).git.reference(&name).map(str::to_owned);
    let before = before.ok_or_else(|| Answer::unprocessable("Reference does not exist"))?;
    let sha = target(call, &name)?;
    let force = call.body.get("force").and_then(Value::as_bool).unwrap_or(false);
    if !force && !acts::is_fast_forward(call.state, at, &before, &sha)? {
        return Err(Answer::unprocessable("Update is not a fast forward"));
    }
    acts::update(call.state, at, &name, Some(&sha), &by)?;
    Ok(Answer::ok(shown(call, &name, &sha)?))
}

fn delete(call: &mut Call<'_>) -> Answered {
    let (at, by, name) = (call.at()?, call.actor(), name(call));
    if call.state.repo(at).git.reference(&name).is_none() {
        return Err(Answer::unprocessable("Reference does not exist"));
    }
    let default = format!("refs/heads/{}", call.state.repo(at).default_branch);
    if name == default {
        return Err(Answer::unprocessable("Cannot delete the default branch"));
    }
    acts::update(call.state, at, &name, None, &by)?;
    Ok(Answer::empty(204))
}
