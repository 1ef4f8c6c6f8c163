//! Trees: reading them flat, and writing a changed one that shares with its base all that did not change.

use std::collections::BTreeMap;

use super::super::error::Error;
use super::objects::{Kind, hex};
use super::{Git, Object};

/// One entry of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Entry {
    /// Six digits as the API writes them: `100644`, `040000`.
    pub mode: String,
    /// The name, or, in a recursive listing, the path. Bytes, for git does not ask for UTF-8.
    pub path: Vec<u8>,
    pub sha: String,
}

impl Entry {
    pub fn kind(&self) -> Kind {
        match self.mode.as_str() {
            "040000" => Kind::Tree,
            "160000" => Kind::Commit,
            _ => Kind::Blob,
        }
    }

    pub fn path(&self) -> String {
        String::from_utf8_lossy(&self.path).into_owned()
    }
}

/// What becomes of one path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) enum Change {
    Put { mode: String, sha: String },
    Delete,
}

/// Why a tree cannot be written.
#[derive(Debug)]
pub(in super::super) enum Unwritable {
    /// The path is deleted and was not there.
    NotThere(String),
    Broken(Error),
}

impl From<Error> for Unwritable {
    fn from(error: Error) -> Self {
        Self::Broken(error)
    }
}

impl Git {
    /// The entries of a tree, in git's order; `None` when `sha` is no tree.
    pub fn tree(&mut self, sha: &str) -> Result<Option<Vec<Entry>>, Error> {
        Ok(match self.object(sha)? {
            Some(Object { kind: Kind::Tree, bytes }) => Some(parse(&bytes)),
            _ => None,
        })
    }

    /// All entries below a tree, folders included, at most `limit`; the flag says whether some were left out.
    pub fn tree_recursive(&mut self, sha: &str, limit: usize) -> Result<(Vec<Entry>, bool), Error> {
        let mut found = Vec::new();
        let mut waiting = vec![(Vec::new(), sha.to_owned())];
        while let Some((prefix, tree)) = waiting.pop() {
            for mut entry in self.tree(&tree)?.unwrap_or_default() {
                if found.len() == limit {
                    return Ok((found, true));
                }
                entry.path = [prefix.as_slice(), entry.path.as_slice()].concat();
                if entry.kind() == Kind::Tree {
                    waiting.push(([entry.path.as_slice(), b"/"].concat(), entry.sha.clone()));
                }
                found.push(entry);
            }
        }
        found.sort_by(|a, b| a.path.cmp(&b.path));
        Ok((found, false))
    }

    /// The entry at `path` below the tree `root`.
    pub fn entry_at(&mut self, root: &str, path: &str) -> Result<Option<Entry>, Error> {
        let mut here = Entry { mode: "040000".into(), path: Vec::new(), sha: root.to_owned() };
        for name in path.split('/').filter(|name| !name.is_empty()) {
            let entries = self.tree(&here.sha)?.unwrap_or_default();
            match entries.into_iter().find(|entry| entry.path == name.as_bytes()) {
                Some(entry) => here = entry,
                None => return Ok(None),
            }
        }
        here.path = path.as_bytes().to_vec();
        Ok(Some(here))
    }

    /// The paths in which two trees differ, with `added`, `removed` or `modified`, without a process and without renames.
    pub fn changed_paths(&mut self, from: Option<&str>, to: &str) -> Result<Vec<(String, &'static str)>, Error> {
        let mut found = Vec::new();
        let mut waiting = vec![(String::new(), from.map(str::to_owned), Some(to.to_owned()))];
        while let Some((prefix, from, to)) = waiting.pop() {
            let mut sides = BTreeMap::<Vec<u8>, (Option<Entry>, Option<Entry>)>::new();
            for entry in from.map(|sha| self.tree(&sha)).transpose()?.flatten().unwrap_or_default() {
                let side = sides.entry(entry.path.clone()).or_default();
                side.0 = Some(entry);
            }
            for entry in to.map(|sha| self.tree(&sha)).transpose()?.flatten().unwrap_or_default() {
                let side = sides.entry(entry.path.clone()).or_default();
                side.1 = Some(entry);
            }
            for (name, (old, new)) in sides.into_iter().filter(|(_, (old, new))| old != new) {
                let path = format!("{prefix}{}", String::from_utf8_lossy(&name));
                let is_tree = |side: &Option<Entry>| side.as_ref().is_some_and(|entry| entry.kind() == Kind::Tree);
                let folder = |side: &Option<Entry>| side.as_ref().filter(|entry| entry.kind() == Kind::Tree).map(|entry| entry.sha.clone());
                if is_tree(&old) || is_tree(&new) {
                    waiting.push((format!("{path}/"), folder(&old), folder(&new)));
                }
                match (old.is_some_and(|e| e.kind() != Kind::Tree), new.is_some_and(|e| e.kind() != Kind::Tree)) {
                    (true, true) => found.push((path, "modified")),
                    (true, false) => found.push((path, "removed")),
                    (false, true) => found.push((path, "added")),
                    (false, false) => {}
                }
            }
        }
        found.sort();
        Ok(found)
    }

    /// Writes the tree that `base` becomes by `changes`, and gives its id. Folders that become empty vanish.
    pub fn write_tree(&mut self, base: Option<&str>, changes: &BTreeMap<String, Change>) -> Result<String, Unwritable> {
        let changes: Vec<(Vec<&str>, &Change)> = changes.iter().map(|(path, change)| (path.split('/').collect(), change)).collect();
        match self.changed_tree(base, &changes, 0)? {
            Some(id) => Ok(id),
            None => Ok(self.write(Kind::Tree, b"")?),
        }
    }

    fn changed_tree(&mut self, base: Option<&str>, changes: &[(Vec<&str>, &Change)], depth: usize) -> Result<Option<String>, Unwritable> {
        let mut entries: BTreeMap<Vec<u8>, Entry> = BTreeMap::new();
        if let Some(base) = base {
            entries.extend(self.tree(base)?.unwrap_or_default().into_iter().map(|entry| (entry.path.clone(), entry)));
        }
        let mut below: BTreeMap<&str, Vec<(Vec<&str>, &Change)>> = BTreeMap::new();
        for (path, change) in changes {
            let Some(name) = path.get(depth) else { continue };
            if path.len() > depth + 1 {
                below.entry(name).or_default().push((path.clone(), change));
                continue;
            }
            match change {
                Change::Put { mode, sha } => {
                    let entry = Entry { mode: mode.clone(), path: name.as_bytes().to_vec(), sha: sha.clone() };
                    entries.insert(entry.path.clone(), entry);
                }
                Change::Delete => {
                    entries.remove(name.as_bytes()).ok_or_else(|| Unwritable::NotThere(path.join("/")))?;
                }
            }
        }
        for (name, changes) in below {
            let folder = entries.get(name.as_bytes()).filter(|entry| entry.kind() == Kind::Tree).map(|entry| entry.sha.clone());
            match self.changed_tree(folder.as_deref(), &changes, depth + 1)? {
                Some(sha) => {
                    let entry = Entry { mode: "040000".into(), path: name.as_bytes().to_vec(), sha };
                    entries.insert(entry.path.clone(), entry);
                }
                None => {
                    entries.remove(name.as_bytes());
                }
            }
        }
        if entries.is_empty() {
            return Ok(None);
        }
        let mut entries: Vec<Entry> = entries.into_values().collect();
        entries.sort_by_cached_key(sort_key);
        Ok(Some(self.write(Kind::Tree, &serialise(&entries))?))
    }
}

/// Git sorts a folder as if its name ended in a slash.
fn sort_key(entry: &Entry) -> Vec<u8> {
    let mut key = entry.path.clone();
    if entry.kind() == Kind::Tree {
        key.push(b'/');
    }
    key
}

fn parse(mut bytes: &[u8]) -> Vec<Entry> {
    let mut entries = Vec::new();
    while let Some(space) = bytes.iter().position(|b| *b == b' ') {
        let Some(nul) = bytes.iter().position(|b| *b == 0).filter(|nul| *nul > space && bytes.len() >= nul + 21) else { break };
        let mode = format!("{:0>6}", String::from_utf8_lossy(&bytes[..space]));
        entries.push(Entry { mode, path: bytes[space + 1..nul].to_vec(), sha: hex(&bytes[nul + 1..nul + 21]) });
        bytes = &bytes[nul + 21..];
    }
    entries
}

fn serialise(entries: &[Entry]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in entries {
        bytes.extend(entry.mode.trim_start_matches('0').as_bytes());
        bytes.push(b' ');
        bytes.extend(&entry.path);
        bytes.push(0);
        let digits = entry.sha.as_bytes().chunks(2);
        bytes.extend(digits.filter_map(|pair| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok())));
    }
    bytes
}
