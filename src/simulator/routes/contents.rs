//! Files and folders by path.

use serde_json::{Value, json};

use super::super::answer::{Answer, Answered};
use super::super::git::{Entry, Kind};
use super::super::shapes;
use super::git_data::{READ, wrapped};
use super::{Call, Route, route};

pub(super) const ROUTES: &[Route] = &[route("GET", "/repos/{owner}/{repo}/contents/{path}", READ, get)];

fn get(call: &mut Call<'_>) -> Answered {
    let at = call.at()?;
    let path = call.parameter("path").trim_matches('/').to_owned();
    let asked = call.query("ref").map_or_else(|| call.state.repo(at).default_branch.clone(), str::to_owned);
    let git = &mut call.state.repo_mut(at).git;
    let sha = git.resolve(&asked)?.ok_or_else(|| Answer::refusal(404, format!("No commit found for the ref {asked}")))?;
    let commit = git.commit(&sha)?.ok_or_else(Answer::not_found)?;
    let entry = git.entry_at(&commit.tree, &path)?.ok_or_else(Answer::not_found)?;
    match entry.kind() {
        Kind::Tree => {
            let mut listed = Vec::new();
            for mut child in git.tree(&entry.sha)?.unwrap_or_default() {
                let size = if child.kind() == Kind::Blob { git.object(&child.sha)?.map_or(0, |o| o.bytes.len()) } else { 0 };
                if !path.is_empty() {
                    child.path = [path.as_bytes(), b"/", child.path.as_slice()].concat();
                }
                listed.push((child, size));
            }
            let all: Result<Vec<Value>, Answer> = listed.iter().map(|(child, size)| shown(call, child, *size, &asked)).collect();
            Ok(Answer::ok(Value::Array(all?)))
        }
        Kind::Blob => {
            let bytes = git.object(&entry.sha)?.map(|o| o.bytes).unwrap_or_default();
            let mut shape = shown(call, &entry, bytes.len(), &asked)?;
            let within = bytes.len() <= 1_048_576;
            shape["encoding"] = json!(if within { "base64" } else { "none" });
            shape["content"] = json!(if within { wrapped(&bytes) } else { String::new() });
            Ok(Answer::ok(shape))
        }
        Kind::Commit | Kind::Tag => Ok(Answer::ok(shown(call, &entry, 0, &asked)?)),
    }
}

fn shown(call: &Call<'_>, entry: &Entry, size: usize, asked: &str) -> Result<Value, Answer> {
    let full = call.state.repo(call.at()?).full_name();
    let path = entry.path();
    let (kind, database) = match (entry.kind(), entry.mode.as_str()) {
        (_, "120000") => ("symlink", "blobs"),
        (Kind::Tree, _) => ("dir", "trees"),
        (Kind::Commit | Kind::Tag, _) => ("submodule", "trees"),
        (Kind::Blob, _) => ("file", "blobs"),
    };
    let api = format!("{}/repos/{full}", shapes::api(call.state));
    let url = format!("{api}/contents/{}?ref={}", shapes::escape(&path), shapes::escape(asked));
    let git = format!("{api}/git/{database}/{}", entry.sha);
    let html = format!("{}/{full}/blob/{}/{}", call.state.base, shapes::escape(asked), shapes::escape(&path));
    Ok(json!({
        "name": path.rsplit('/').next().unwrap_or_default(),
        "path": path,
        "sha": entry.sha,
        "size": size,
        "url": url,
        "html_url": html,
        "git_url": git,
        "download_url": null,
        "type": kind,
        "_links": { "self": url, "git": git, "html": html }
    }))
}
