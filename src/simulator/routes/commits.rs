//! Commits with their history and comparisons.

use serde_json::{Value, json};

use super::super::answer::{Answer, Answered};
use super::super::shapes;
use super::git_data::READ;
use super::{Call, Route, route};

pub(super) const ROUTES: &[Route] = &[
    route("GET", "/repos/{owner}/{repo}/commits", READ, list),
    route("GET", "/repos/{owner}/{repo}/commits/{ref}", READ, get),
    route("GET", "/repos/{owner}/{repo}/compare/{basehead}", READ, compare),
];
/// How many files an answer lists. GitHub: 300.
const MOST_FILES: usize = 300;

/// The commit that the path's `ref` names; 422 when there is none, as GitHub answers here.
pub(super) fn named(call: &mut Call<'_>) -> Result<String, Answer> {
    let (at, name) = (call.at()?, call.parameter("ref").to_owned());
    let found = call.state.repo_mut(at).git.resolve(&name)?;
    found.ok_or_else(|| Answer::unprocessable(format!("No commit found for SHA: {name}")))
}

pub(super) fn shapes_of(call: &mut Call<'_>, ids: &[String]) -> Result<Vec<Value>, Answer> {
    let at = call.at()?;
    let mut all = Vec::new();
    for sha in ids {
        if let Some(commit) = call.state.repo_mut(at).git.commit(sha)? {
            all.push(shapes::commit(call.state, call.state.repo(at), &commit));
        }
    }
    Ok(all)
}

fn list(call: &mut Call<'_>) -> Answered {
    let at = call.at()?;
    let from = call.query("sha").map_or_else(|| call.state.repo(at).default_branch.clone(), str::to_owned);
    let path = call.query("path").map(str::to_owned);
    let git = &mut call.state.repo_mut(at).git;
    if git.branches().next().is_none() {
        return Err(Answer::refusal(409, "Git Repository is empty."));
    }
    let from = git.resolve(&from)?.ok_or_else(Answer::not_found)?;
    let ids = git.log(&from, path.as_deref(), 0, 1000)?;
    let mut answer = call.page(ids, |page, _| json!(page));
    let shown: Vec<String> = answer.body.as_deref().and_then(|ids| serde_json::from_value(ids.clone()).ok()).unwrap_or_default();
    answer.body = Some(Box::new(Value::Array(shapes_of(call, &shown)?)));
    Ok(answer)
}

fn get(call: &mut Call<'_>) -> Answered {
    let at = call.at()?;
    let sha = named(call)?;
    let git = &mut call.state.repo_mut(at).git;
    let commit = git.commit(&sha)?.ok_or_else(Answer::not_found)?;
    let files = git.files_with_patches(commit.parents.first().map(String::as_str), &sha)?;
    let repo = call.state.repo(at);
    let mut shape = shapes::commit(call.state, repo, &commit);
    let (additions, deletions) = (files.iter().map(|f| f.additions).sum::<u64>(), files.iter().map(|f| f.deletions).sum::<u64>());
    shape["stats"] = json!({ "additions": additions, "deletions": deletions, "total": additions + deletions });
    shape["files"] = files.iter().take(MOST_FILES).map(|file| shapes::changed_file(call.state, repo, &sha, file)).collect();
    Ok(Answer::ok(shape))
}

fn compare(call: &mut Call<'_>) -> Answered {
    let at = call.at()?;
    let given = call.parameter("basehead").to_owned();
    let (base, head) = given.split_once("...").ok_or_else(Answer::not_found)?;
    let plain = |side: &str| side.rsplit_once(':').map_or(side, |(_, name)| name).to_owned();
    let (base_name, head_name) = (plain(base), plain(head));
    let git = &mut call.state.repo_mut(at).git;
    let base = git.resolve(&base_name)?.ok_or_else(Answer::not_found)?;
    let head = git.resolve(&head_name)?.ok_or_else(Answer::not_found)?;
    let changed = git.compare(&base, &head)?;
    let Some(merge_base) = changed.merge_base.clone() else {
        return Err(Answer::refusal(404, format!("No common ancestor between {base_name} and {head_name}.")));
    };
    let files = git.files_with_patches(Some(&merge_base), &head)?;
    let status = match (changed.commits.len(), changed.behind) {
        (0, 0) => "identical",
        (_, 0) => "ahead",
        (0, _) => "behind",
        _ => "diverged",
    };
    let page = call.page(changed.commits.clone(), |page, _| json!(page));
    let shown: Vec<String> = page.body.as_deref().and_then(|ids| serde_json::from_value(ids.clone()).ok()).unwrap_or_default();
    let commits = shapes_of(call, &shown)?;
    let mut ends = shapes_of(call, &[base.clone(), merge_base])?;
    let (merge_base_commit, base_commit) = (ends.pop(), ends.pop());
    let repo = call.state.repo(at);
    let html = format!("{}/{}/compare/{base_name}...{head_name}", call.state.base, repo.full_name());
    let files: Vec<Value> = files.iter().take(MOST_FILES).map(|file| shapes::changed_file(call.state, repo, &head, file)).collect();
    let body = json!({
        "url": format!("{}/repos/{}/compare/{base_name}...{head_name}", shapes::api(call.state), repo.full_name()),
        "html_url": html,
        "permalink_url": format!("{}/{}/compare/{base}...{head}", call.state.base, repo.full_name()),
        "diff_url": format!("{html}.diff"),
        "patch_url": format!("{html}.patch"),
        "base_commit": base_commit,
        "merge_base_commit": merge_base_commit,
        "status": status,
        "ahead_by": changed.commits.len(),
        "behind_by": changed.behind,
        "total_commits": changed.commits.len(),
        "commits": commits,
        "files": files
    });
    Ok(Answer { body: Some(Box::new(body)), ..page })
}
