//! Commits in their four forms, and changed files.

use serde_json::{Value, json};

use super::super::git::{ChangedFile, Commit, Signature};
use super::super::state::{Repository, State};
use super::super::time;
use super::{api, escape, user};
use crate::domain::Timestamp;

fn when(signature: &Signature) -> String {
    time::rfc3339(Timestamp(signature.seconds.saturating_mul(1000)))
}

fn who(signature: &Signature) -> Value {
    json!({ "name": signature.name, "email": signature.email, "date": when(signature) })
}

/// What GitHub says of a commit's signature: it signs what an App commits through the API without author fields.
pub(in super::super) fn verification(state: &State, commit: &Commit) -> Value {
    if state.signed.contains(&commit.sha) {
        let at = when(&commit.committer);
        let payload = format!("tree {}\n", commit.tree);
        let signature = "-----BEGIN PGP SIGNATURE-----\n\nc2ltdWxhdGVk\n-----END PGP SIGNATURE-----\n";
        json!({ "verified": true, "reason": "valid", "signature": signature, "payload": payload, "verified_at": at })
    } else {
        json!({ "verified": false, "reason": "unsigned", "signature": null, "payload": null, "verified_at": null })
    }
}

/// The account behind an address: `ID+LOGIN@users.noreply.github.com`, or the committer `GitHub` itself.
fn account(state: &State, signature: &Signature) -> Value {
    let login =
        signature.email.strip_suffix("@users.noreply.github.com").map(|local| local.split_once('+').map_or(local, |(_, login)| login));
    let known = login.and_then(|login| state.account(login));
    known.map_or(Value::Null, |account| user(state, &account.login))
}

/// The Git database's form.
pub(in super::super) fn git_commit(state: &State, repo: &Repository, commit: &Commit) -> Value {
    let full = repo.full_name();
    let (api, html) = (format!("{}/repos/{full}/git", api(state)), format!("{}/{full}/commit", state.base));
    let parents: Vec<Value> = commit
        .parents
        .iter()
        .map(|sha| json!({ "sha": sha, "url": format!("{api}/commits/{sha}"), "html_url": format!("{html}/{sha}") }))
        .collect();
    json!({
        "sha": commit.sha,
        "node_id": format!("C_{}", commit.sha),
        "url": format!("{api}/commits/{}", commit.sha),
        "html_url": format!("{html}/{}", commit.sha),
        "author": who(&commit.author),
        "committer": who(&commit.committer),
        "tree": { "sha": commit.tree, "url": format!("{api}/trees/{}", commit.tree) },
        "message": commit.message,
        "parents": parents,
        "verification": verification(state, commit)
    })
}

/// The repository's form, as lists of commits carry it.
pub(in super::super) fn commit(state: &State, repo: &Repository, commit: &Commit) -> Value {
    let full = repo.full_name();
    let (api, html) = (format!("{}/repos/{full}", api(state)), format!("{}/{full}/commit", state.base));
    let url = format!("{api}/commits/{}", commit.sha);
    let parents: Vec<Value> = commit
        .parents
        .iter()
        .map(|sha| json!({ "sha": sha, "url": format!("{api}/commits/{sha}"), "html_url": format!("{html}/{sha}") }))
        .collect();
    json!({
        "sha": commit.sha,
        "node_id": format!("C_{}", commit.sha),
        "commit": {
            "author": who(&commit.author),
            "committer": who(&commit.committer),
            "message": commit.message,
            "tree": { "sha": commit.tree, "url": format!("{api}/git/trees/{}", commit.tree) },
            "url": format!("{api}/git/commits/{}", commit.sha),
            "comment_count": 0,
            "verification": verification(state, commit)
        },
        "url": url,
        "html_url": format!("{html}/{}", commit.sha),
        "comments_url": format!("{url}/comments"),
        "author": account(state, &commit.author),
        "committer": account(state, &commit.committer),
        "parents": parents
    })
}

/// The form of a `push` payload, and of a check suite's `head_commit`.
pub(in super::super) fn push_commit(state: &State, repo: &Repository, commit: &Commit, files: &[(String, &str)]) -> Value {
    let paths = |wanted: &str| files.iter().filter(|(_, status)| *status == wanted).map(|(path, _)| path.as_str()).collect::<Vec<_>>();
    json!({
        "id": commit.sha,
        "tree_id": commit.tree,
        "distinct": true,
        "message": commit.message,
        "timestamp": when(&commit.committer),
        "url": format!("{}/{}/commit/{}", state.base, repo.full_name(), commit.sha),
        "author": { "name": commit.author.name, "email": commit.author.email },
        "committer": { "name": commit.committer.name, "email": commit.committer.email },
        "added": paths("added"),
        "removed": paths("removed"),
        "modified": paths("modified")
    })
}

/// A diff entry.
pub(in super::super) fn changed_file(state: &State, repo: &Repository, head: &str, file: &ChangedFile) -> Value {
    let full = repo.full_name();
    let path = escape(&file.path);
    let mut shape = json!({
        "sha": file.sha,
        "filename": file.path,
        "status": file.status,
        "additions": file.additions,
        "deletions": file.deletions,
        "changes": file.additions + file.deletions,
        "blob_url": format!("{}/{full}/blob/{head}/{path}", state.base),
        "raw_url": format!("{}/{full}/raw/{head}/{path}", state.base),
        "contents_url": format!("{}/repos/{full}/contents/{path}?ref={head}", api(state))
    });
    if let Some(previous) = &file.previous {
        shape["previous_filename"] = json!(previous);
    }
    if let Some(patch) = &file.patch {
        shape["patch"] = json!(patch);
    }
    shape
}
