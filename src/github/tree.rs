//! From a change set to tree requests.
//!
//! A tree request carries text inline and deletes with `"sha": null`; binary and large content goes as a blob first. It
//! is split when it would be too large, and when a file makes place for a directory of the same name or the other way
//! round: then what goes is taken away first.

use base64::Engine as _;
use serde_json::{Value, json};

use super::commit::Named;
use super::error::Error;
use super::repository::Repository;
use crate::domain::{ChangeSet, FileChange, FileContent, Sha};

/// Larger text goes as a blob.
const INLINE_BYTES: usize = 1 << 20;
/// Of one tree request, so that GitHub has it done within its ten seconds.
const REQUEST_BYTES: usize = 4 << 20;
const REQUEST_ENTRIES: usize = 1000;

/// One entry of a tree request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry<'a> {
    pub path: &'a str,
    /// `None` deletes the path.
    pub content: Option<&'a FileContent>,
}

/// The tree requests that make this change set, in their order.
pub(super) fn plan(changes: &ChangeSet) -> Vec<Vec<Entry<'_>>> {
    let entry = |(path, change): (&'_ String, &'_ FileChange)| -> (bool, usize) {
        match change {
            FileChange::Delete => (true, path.len()),
            FileChange::Write(file) => (false, path.len() + inline(file).map_or(0, str::len)),
        }
    };
    let (first, second): (Vec<_>, Vec<_>) =
        changes.files.iter().partition(|(path, change)| matches!(change, FileChange::Delete) && makes_place(changes, path));
    let mut requests = Vec::new();
    for files in [first, second] {
        let (mut request, mut bytes) = (Vec::new(), 0);
        for (path, change) in files {
            let (deletes, size) = entry((path, change));
            if !request.is_empty() && (bytes + size > REQUEST_BYTES || request.len() >= REQUEST_ENTRIES) {
                requests.push(std::mem::take(&mut request));
                bytes = 0;
            }
            bytes += size;
            let content = match change {
                FileChange::Write(file) if !deletes => Some(file),
                FileChange::Write(_) | FileChange::Delete => None,
            };
            request.push(Entry { path, content });
        }
        if !request.is_empty() {
            requests.push(request);
        }
    }
    requests
}

/// Whether something is written under this path as a directory, or at one of the directories that it is in.
fn makes_place(changes: &ChangeSet, path: &str) -> bool {
    let written = |p: &str| matches!(changes.files.get(p), Some(FileChange::Write(_)));
    let below = format!("{path}/");
    let mut under = changes.files.range(below.clone()..).take_while(|(p, _)| p.starts_with(&below));
    under.any(|(_, change)| matches!(change, FileChange::Write(_)))
        || path.match_indices('/').any(|(at, _)| path.get(..at).is_some_and(written))
}

/// The content as it can stand in a tree request.
fn inline(file: &FileContent) -> Option<&str> {
    let text = std::str::from_utf8(&file.bytes).ok()?;
    (text.len() <= INLINE_BYTES && !text.contains('\0')).then_some(text)
}

impl Repository {
    /// Makes a tree on `base`, and the blobs that it needs.
    pub(super) async fn create_tree(&self, base: &Sha, entries: Vec<Entry<'_>>) -> Result<Sha, Error> {
        let mut list: Vec<Value> = Vec::with_capacity(entries.len());
        for entry in entries {
            list.push(match entry.content {
                None => json!({ "path": entry.path, "mode": "100644", "type": "blob", "sha": null }),
                Some(file) => match inline(file) {
                    Some(text) => json!({ "path": entry.path, "mode": file.mode.as_git(), "type": "blob", "content": text }),
                    None => {
                        let sha = self.create_blob(&file.bytes).await?;
                        json!({ "path": entry.path, "mode": file.mode.as_git(), "type": "blob", "sha": sha.as_str() })
                    }
                },
            });
        }
        let body = json!({ "base_tree": base.as_str(), "tree": list });
        let made: Named = self.json(&self.post("/repos/{owner}/{repo}/git/trees", &[], body)).await?;
        Ok(made.sha)
    }

    async fn create_blob(&self, bytes: &[u8]) -> Result<Sha, Error> {
        let content = base64::engine::general_purpose::STANDARD.encode(bytes);
        let body = json!({ "content": content, "encoding": "base64" });
        let made: Named = self.json(&self.post("/repos/{owner}/{repo}/git/blobs", &[], body)).await?;
        Ok(made.sha)
    }
}
