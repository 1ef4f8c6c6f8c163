//! The Git database: blobs, trees, commits.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::super::acts;
use super::super::answer::{Answer, Answered};
use super::super::git::{Change, Entry, Kind, Object, Signature, Unwritable};
use super::super::permissions::Level::{Read, Write};
use super::super::permissions::Need;
use super::super::state::AccountKind;
use super::super::{shapes, time};
use super::{Call, Route, any, route};

pub(super) const READ: Need = any(&[("contents", Read)]);
pub(super) const WRITE: Need = any(&[("contents", Write)]);
/// The largest blob that the API takes, in bytes (REST reference, "Git blobs").
const LARGEST_BLOB: usize = 100_000_000;

pub(super) const ROUTES: &[Route] = &[
    route("POST", "/repos/{owner}/{repo}/git/blobs", WRITE, create_blob),
    route("GET", "/repos/{owner}/{repo}/git/blobs/{file_sha}", READ, blob),
    route("POST", "/repos/{owner}/{repo}/git/trees", WRITE, create_tree),
    route("GET", "/repos/{owner}/{repo}/git/trees/{tree_sha}", READ, tree),
    route("POST", "/repos/{owner}/{repo}/git/commits", WRITE, create_commit),
    route("GET", "/repos/{owner}/{repo}/git/commits/{commit_sha}", READ, commit),
];

fn address(call: &Call<'_>, kind: &str, sha: &str) -> Result<String, Answer> {
    Ok(format!("{}/repos/{}/git/{kind}/{sha}", shapes::api(call.state), call.state.repo(call.at()?).full_name()))
}

fn create_blob(call: &mut Call<'_>) -> Answered {
    let content = call.text("Blob", "content")?.ok_or_else(|| Answer::unprocessable("content wasn't supplied."))?;
    let bytes = match call.text("Blob", "encoding")?.as_deref() {
        None | Some("utf-8") => content.into_bytes(),
        Some("base64") => {
            let packed: String = content.chars().filter(|c| !c.is_ascii_whitespace()).collect();
            STANDARD.decode(packed).map_err(|_| Answer::unprocessable("content is not valid Base64"))?
        }
        Some(other) => return Err(Answer::unprocessable(format!("{other} is not a valid encoding"))),
    };
    if bytes.len() > LARGEST_BLOB {
        return Err(Answer::unprocessable("content is too large"));
    }
    let at = call.at()?;
    let sha = call.state.repo_mut(at).git.write(Kind::Blob, &bytes)?;
    Ok(Answer::created(json!({ "sha": sha, "url": address(call, "blobs", &sha)? })))
}

fn blob(call: &mut Call<'_>) -> Answered {
    let (at, sha) = (call.at()?, call.parameter("file_sha").to_owned());
    let Some(Object { kind: Kind::Blob, bytes }) = call.state.repo_mut(at).git.object(&sha)? else { return Err(Answer::not_found()) };
    Ok(Answer::ok(json!({
        "sha": sha,
        "node_id": format!("B_{sha}"),
        "size": bytes.len(),
        "url": address(call, "blobs", &sha)?,
        "content": wrapped(&bytes),
        "encoding": "base64"
    })))
}

/// Base64 in lines of 60, as GitHub sends it.
pub(super) fn wrapped(bytes: &[u8]) -> String {
    let encoded = STANDARD.encode(bytes);
    encoded.as_bytes().chunks(60).flat_map(|line| [String::from_utf8_lossy(line).into_owned(), "\n".to_owned()]).collect()
}

/// The tree behind the id of a tree or of a commit.
fn tree_of(call: &mut Call<'_>, id: &str) -> Result<Option<String>, Answer> {
    let at = call.at()?;
    let git = &mut call.state.repo_mut(at).git;
    let id = git.resolve(id)?.unwrap_or_else(|| id.to_owned());
    Ok(match git.object(&id)? {
        Some(Object { kind: Kind::Tree, .. }) => Some(id),
        Some(Object { kind: Kind::Commit, .. }) => git.commit(&id)?.map(|commit| commit.tree.clone()),
        _ => None,
    })
}

fn tree(call: &mut Call<'_>) -> Answered {
    let (at, asked) = (call.at()?, call.parameter("tree_sha").to_owned());
    let sha = tree_of(call, &asked)?.ok_or_else(Answer::not_found)?;
    let limit = call.state.tree_limit;
    let recursive = call.query("recursive").is_some();
    let git = &mut call.state.repo_mut(at).git;
    let (entries, truncated) = if recursive { git.tree_recursive(&sha, limit)? } else { (git.tree(&sha)?.unwrap_or_default(), false) };
    let mut sizes = Vec::new();
    for entry in &entries {
        let size = if entry.kind() == Kind::Blob && !recursive { git.object(&entry.sha)?.map(|o| o.bytes.len()) } else { None };
        sizes.push(size);
    }
    Ok(Answer::ok(shown(call, &sha, &entries, &sizes, truncated)?))
}

fn shown(call: &Call<'_>, sha: &str, entries: &[Entry], sizes: &[Option<usize>], truncated: bool) -> Result<Value, Answer> {
    let mut tree = Vec::new();
    for (entry, size) in entries.iter().zip(sizes) {
        let kind = entry.kind();
        let mut shape = json!({ "path": entry.path(), "mode": entry.mode, "type": kind.word(), "sha": entry.sha });
        if let Some(size) = size {
            shape["size"] = json!(size);
        }
        if kind != Kind::Commit {
            shape["url"] = json!(address(call, if kind == Kind::Tree { "trees" } else { "blobs" }, &entry.sha)?);
        }
        tree.push(shape);
    }
    Ok(json!({ "sha": sha, "url": address(call, "trees", sha)?, "tree": tree, "truncated": truncated }))
}

fn create_tree(call: &mut Call<'_>) -> Answered {
    let at = call.at()?;
    let entries = call.body.get("tree").and_then(Value::as_array).cloned();
    let entries = entries.filter(|e| !e.is_empty()).ok_or_else(|| Answer::unprocessable("Invalid tree info"))?;
    let base = match call.text("Tree", "base_tree")? {
        None => None,
        Some(id) => Some(tree_of(call, &id)?.ok_or_else(|| Answer::refusal(404, "base_tree is not a tree or commit"))?),
    };
    let mut changes = BTreeMap::new();
    for entry in &entries {
        let (path, change) = planned(call, entry)?;
        changes.insert(path, change);
    }
    if base.is_none() {
        changes.retain(|_, change| *change != Change::Delete);
    }
    let git = &mut call.state.repo_mut(at).git;
    let sha = git.write_tree(base.as_deref(), &changes).map_err(|why| match why {
        Unwritable::NotThere(_) => Answer::unprocessable("GitRPC::BadObjectState"),
        Unwritable::Broken(error) => Answer::from(error),
    })?;
    let entries = git.tree(&sha)?.unwrap_or_default();
    let sizes = vec![None; entries.len()];
    Ok(Answer::created(shown(call, &sha, &entries, &sizes, false)?))
}

/// One entry of the request: a path and what becomes of it.
fn planned(call: &mut Call<'_>, entry: &Value) -> Result<(String, Change), Answer> {
    let at = call.at()?;
    let text = |field: &str| entry.get(field).and_then(Value::as_str);
    let path = text("path").filter(|path| !path.is_empty()).ok_or_else(|| Answer::unprocessable("tree.path missing"))?.to_owned();
    let malformed = |part: &str| part.is_empty() || part == "." || part == ".." || part.eq_ignore_ascii_case(".git") || part.contains('\0');
    if path.split('/').any(malformed) {
        return Err(Answer::unprocessable("tree.path contains a malformed path component"));
    }
    if entry.get("sha").is_some_and(Value::is_null) && entry.get("content").is_none() {
        return Ok((path, Change::Delete));
    }
    let mode = text("mode").unwrap_or_default();
    let kind = match mode {
        "100644" | "100755" | "120000" => Kind::Blob,
        "040000" => Kind::Tree,
        "160000" => Kind::Commit,
        _ => return Err(Answer::unprocessable(format!("tree.mode {mode:?} is not one of 100644, 100755, 040000, 160000, 120000"))),
    };
    if text("type").is_some_and(|word| word != kind.word()) {
        return Err(Answer::unprocessable(format!("tree.type does not fit the mode of {path}")));
    }
    let git = &mut call.state.repo_mut(at).git;
    let sha = match (text("sha"), text("content")) {
        (Some(_), Some(_)) => return Err(Answer::unprocessable("tree.sha and tree.content can't both be set")),
        (None, Some(content)) if kind == Kind::Blob => git.write(Kind::Blob, content.as_bytes())?,
        (Some(sha), None) => {
            let known = kind == Kind::Commit || git.object(sha)?.is_some_and(|object| object.kind == kind);
            if !known {
                return Err(Answer::unprocessable(format!("tree.sha {sha} is not a valid {}", kind.word())));
            }
            sha.to_owned()
        }
        _ => return Err(Answer::unprocessable(format!("tree.sha or tree.content is missing for {path}"))),
    };
    Ok((path, Change::Put { mode: mode.to_owned(), sha }))
}

fn create_commit(call: &mut Call<'_>) -> Answered {
    let at = call.at()?;
    let message = call.text("Commit", "message")?.ok_or_else(|| Answer::unprocessable("message wasn't supplied."))?;
    let tree = call.text("Commit", "tree")?.ok_or_else(|| Answer::unprocessable("tree wasn't supplied."))?;
    let parents = call.body.get("parents").and_then(Value::as_array).into_iter().flatten();
    let parents: Vec<String> = parents.map(|p| p.as_str().unwrap_or_default().to_owned()).collect();
    let bot = call.state.bot_login();
    call.state.ensure_account(&bot, AccountKind::Bot);
    let us = acts::person(call.state, &bot);
    let author = named(call.body.get("author"))?;
    let committer = named(call.body.get("committer"))?;
    let signed = author.is_none() && committer.is_none();
    let github = Signature { name: "GitHub".into(), email: "noreply@github.com".into(), seconds: us.seconds };
    let committer = committer.or_else(|| author.clone()).unwrap_or(github);
    let author = author.unwrap_or(us);
    let git = &mut call.state.repo_mut(at).git;
    if !git.object(&tree)?.is_some_and(|object| object.kind == Kind::Tree) {
        return Err(Answer::unprocessable("Tree SHA does not exist"));
    }
    for parent in &parents {
        if git.commit(parent)?.is_none() {
            return Err(Answer::unprocessable("Parent SHA does not exist or is not a commit object"));
        }
    }
    let sha = git.write_commit(&tree, &parents, &author, &committer, &message)?;
    let commit = git.commit(&sha)?.ok_or_else(Answer::not_found)?;
    if signed {
        call.state.signed.insert(sha);
    }
    Ok(Answer::created(shapes::git_commit(call.state, call.state.repo(at), &commit)))
}

/// A name and an address given in the request; the moment is always the present one.
fn named(given: Option<&Value>) -> Result<Option<Signature>, Answer> {
    let Some(given) = given.filter(|given| !given.is_null()) else { return Ok(None) };
    let text = |field: &str| given.get(field).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
    match (text("name"), text("email")) {
        (Some(name), Some(email)) => Ok(Some(Signature { name, email, seconds: time::now().0 / 1000 })),
        _ => Err(Answer::unprocessable("author and committer need a name and an email")),
    }
}

fn commit(call: &mut Call<'_>) -> Answered {
    let (at, sha) = (call.at()?, call.parameter("commit_sha").to_owned());
    let commit = call.state.repo_mut(at).git.commit(&sha)?.ok_or_else(Answer::not_found)?;
    Ok(Answer::ok(shapes::git_commit(call.state, call.state.repo(at), &commit)))
}
