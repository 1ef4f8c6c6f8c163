//! Branches and what they require.
//!
//! A branch that only a ruleset guards says `protected`, and has no classic protection.

use serde_json::{Value, json};

use super::super::answer::{Answer, Answered};
use super::super::permissions::Level::Read;
use super::super::shapes;
use super::commits::shapes_of;
use super::git_data::READ;
use super::{Call, Route, any, route};

pub(super) const ROUTES: &[Route] = &[
    route("GET", "/repos/{owner}/{repo}/branches", READ, list),
    route("GET", "/repos/{owner}/{repo}/branches/{branch}/protection", any(&[("administration", Read)]), protection),
    route("GET", "/repos/{owner}/{repo}/branches/{branch}", READ, get),
    route("GET", "/repos/{owner}/{repo}/rules/branches/{branch}", any(&[("metadata", Read)]), rules),
];

fn list(call: &mut Call<'_>) -> Answered {
    let repo = call.state.repo(call.at()?);
    let api = format!("{}/repos/{}", shapes::api(call.state), repo.full_name());
    let shape = |(name, sha): (&str, &str)| json!({ "name": name, "commit": { "sha": sha, "url": format!("{api}/commits/{sha}") }, "protected": repo.rules.protect(name) });
    let all: Vec<Value> = repo.git.branches().map(shape).collect();
    Ok(call.page(all, |page, _| Value::Array(page)))
}

fn get(call: &mut Call<'_>) -> Answered {
    let (at, name) = (call.at()?, call.parameter("branch").to_owned());
    let sha = call.state.repo(at).branch(&name).map(str::to_owned).ok_or_else(|| Answer::refusal(404, "Branch not found"))?;
    let commit = shapes_of(call, &[sha])?.pop();
    let (full, rules) = (call.state.repo(at).full_name(), &call.state.repo(at).rules);
    let url = format!("{}/repos/{full}/branches/{}", shapes::api(call.state), shapes::escape(&name));
    Ok(Answer::ok(json!({
        "name": name,
        "commit": commit,
        "_links": { "self": url, "html": format!("{}/{full}/tree/{}", call.state.base, shapes::escape(&name)) },
        "protected": rules.protect(&name),
        "protection": shapes::protection_brief(rules.protections.get(&name)),
        "protection_url": format!("{url}/protection")
    })))
}

fn protection(call: &mut Call<'_>) -> Answered {
    let (repo, name) = (call.state.repo(call.at()?), call.parameter("branch"));
    match repo.rules.protections.get(name) {
        Some(required) => Ok(Answer::ok(shapes::protection(call.state, repo, name, required))),
        None if repo.branch(name).is_some() => Err(Answer::refusal(404, "Branch not protected")),
        None => Err(Answer::refusal(404, "Branch not found")),
    }
}

/// Of rulesets only; also for a branch that is not there yet.
fn rules(call: &mut Call<'_>) -> Answered {
    let repo = call.state.repo(call.at()?);
    let all: Vec<Value> = repo.rules.rulesets_of(call.parameter("branch")).map(|ruleset| shapes::rule(repo, ruleset)).collect();
    Ok(call.page(all, |page, _| Value::Array(page)))
}
