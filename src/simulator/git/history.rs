//! Commits: reading, writing, ancestry, and what lies between two of them.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use super::super::error::Error;
use super::objects::{Kind, is_id};
use super::{Git, Object, program};

/// A commit, read once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Commit {
    pub sha: String,
    pub tree: String,
    pub parents: Vec<String>,
    pub author: Signature,
    pub committer: Signature,
    pub message: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Signature {
    pub name: String,
    pub email: String,
    /// Seconds since 1970.
    pub seconds: i64,
}

/// One file between two commits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct ChangedFile {
    pub path: String,
    pub previous: Option<String>,
    /// `added`, `modified`, `removed` or `renamed`.
    pub status: &'static str,
    pub sha: String,
    pub additions: u64,
    pub deletions: u64,
    pub patch: Option<String>,
}

/// What lies between a base and a head: commits and files, as a pull request shows them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in super::super) struct Changed {
    pub merge_base: Option<String>,
    /// Oldest first.
    pub commits: Vec<String>,
    pub behind: usize,
    pub files: Vec<ChangedFile>,
}

impl Changed {
    pub fn additions(&self) -> u64 {
        self.files.iter().map(|f| f.additions).sum()
    }
    pub fn deletions(&self) -> u64 {
        self.files.iter().map(|f| f.deletions).sum()
    }
}

impl Git {
    pub fn commit(&mut self, sha: &str) -> Result<Option<Arc<Commit>>, Error> {
        if let Some(commit) = self.commits.get(sha) {
            return Ok(Some(commit.clone()));
        }
        let Some(Object { kind: Kind::Commit, bytes }) = self.object(sha)? else { return Ok(None) };
        let commit = Arc::new(parse(sha, &bytes));
        self.commits.insert(sha.to_owned(), commit.clone());
        Ok(Some(commit))
    }

    pub fn write_commit(
        &mut self,
        tree: &str,
        parents: &[String],
        author: &Signature,
        committer: &Signature,
        message: &str,
    ) -> Result<String, Error> {
        let mut text = format!("tree {tree}\n");
        for parent in parents {
            text += &format!("parent {parent}\n");
        }
        for (role, who) in [("author", author), ("committer", committer)] {
            text += &format!("{role} {} <{}> {} +0000\n", plain(&who.name), plain(&who.email), who.seconds);
        }
        text += "\n";
        text += message;
        self.write(Kind::Commit, text.as_bytes())
    }

    /// A commit by its full id, a branch, a tag, or at least four digits of its id.
    pub fn resolve(&mut self, name: &str) -> Result<Option<String>, Error> {
        let plain = name.strip_prefix("refs/").unwrap_or(name);
        let known = [format!("refs/{plain}"), format!("refs/heads/{plain}"), format!("refs/tags/{plain}")];
        let named = known.iter().find_map(|full| self.reference(full)).map(str::to_owned);
        let id = match named {
            Some(id) => id,
            None if name == "HEAD" => program::run(self.dir(), &["rev-parse", "-q", "--verify", "HEAD"])?.trim().to_owned(),
            None if is_id(name) => name.to_owned(),
            None if name.len() >= 4 && name.bytes().all(|b| b.is_ascii_hexdigit()) => {
                let found = program::output(self.dir(), &["rev-parse", "-q", "--verify", &format!("{name}^{{commit}}")])?;
                String::from_utf8_lossy(&found.stdout).trim().to_owned()
            }
            None => return Ok(None),
        };
        match self.object(&id)? {
            Some(Object { kind: Kind::Commit, .. }) => Ok(Some(id)),
            Some(Object { kind: Kind::Tag, .. }) => {
                let peeled = program::output(self.dir(), &["rev-parse", "-q", "--verify", &format!("{id}^{{commit}}")])?;
                Ok(Some(String::from_utf8_lossy(&peeled.stdout).trim().to_owned()).filter(|id| !id.is_empty()))
            }
            _ => Ok(None),
        }
    }

    /// Whether `old` is `new` or in its history. The near past is looked at without a process.
    pub fn is_ancestor(&mut self, old: &str, new: &str) -> Result<bool, Error> {
        let mut waiting = VecDeque::from([new.to_owned()]);
        let mut seen = BTreeSet::new();
        while let Some(sha) = waiting.pop_front() {
            if sha == old {
                return Ok(true);
            }
            if seen.len() > 200 {
                return Ok(program::output(self.dir(), &["merge-base", "--is-ancestor", old, new])?.status.success());
            }
            if let Some(commit) = self.commit(&sha)?
                && seen.insert(sha)
            {
                waiting.extend(commit.parents.iter().cloned());
            }
        }
        Ok(false)
    }

    /// Up to `count` commits of the history of `from`, newest first, after `skip`; only those that touch `path` when it is given.
    pub fn log(&mut self, from: &str, path: Option<&str>, skip: usize, count: usize) -> Result<Vec<String>, Error> {
        let (skip, count) = (format!("--skip={skip}"), format!("--max-count={count}"));
        let mut arguments = vec!["rev-list", &skip, &count, from, "--"];
        arguments.extend(path);
        Ok(program::run(self.dir(), &arguments)?.lines().map(str::to_owned).collect())
    }

    /// What `head` has that `base` has not, since their merge base. Kept, for commits do not change.
    pub fn compare(&mut self, base: &str, head: &str) -> Result<Arc<Changed>, Error> {
        let key = (base.to_owned(), head.to_owned());
        if let Some(changed) = self.compared.get(&key) {
            return Ok(changed.clone());
        }
        let (merge_base, commits, behind) = match self.straight_line(base, head)? {
            Some(commits) => (Some(base.to_owned()), commits, 0),
            None => self.diverged(base, head)?,
        };
        let files = self.files(merge_base.as_deref(), head)?;
        let changed = Arc::new(Changed { merge_base, commits, behind, files });
        self.compared.insert(key, changed.clone());
        Ok(changed)
    }

    /// The commits from `base` to `head`, oldest first, when they lie on one line of single parents: the usual branch, read
    /// without a process.
    fn straight_line(&mut self, base: &str, head: &str) -> Result<Option<Vec<String>>, Error> {
        let mut line = Vec::new();
        let mut here = head.to_owned();
        while here != base {
            let parents = self.commit(&here)?.map(|commit| commit.parents.clone()).unwrap_or_default();
            let ([parent], true) = (parents.as_slice(), line.len() < 500) else { return Ok(None) };
            line.push(std::mem::replace(&mut here, parent.clone()));
        }
        line.reverse();
        Ok(Some(line))
    }

    fn diverged(&self, base: &str, head: &str) -> Result<(Option<String>, Vec<String>, usize), Error> {
        let found = program::output(self.dir(), &["merge-base", base, head])?;
        let merge_base = String::from_utf8_lossy(&found.stdout).lines().next().map(str::to_owned);
        let commits = program::run(self.dir(), &["rev-list", "--reverse", "--topo-order", &format!("{base}..{head}")])?;
        let behind = program::run(self.dir(), &["rev-list", "--count", &format!("{head}..{base}")])?;
        Ok((merge_base, commits.lines().map(str::to_owned).collect(), behind.trim().parse().unwrap_or(0)))
    }

    /// Whether git can merge the two without a person.
    pub fn merges_cleanly(&self, base: &str, head: &str) -> Result<bool, Error> {
        Ok(program::output(self.dir(), &["merge-tree", "--write-tree", base, head])?.status.success())
    }

    /// The tree of the merge of two commits; `None` when they conflict.
    pub fn merged_tree(&self, base: &str, head: &str) -> Result<Option<String>, Error> {
        let merged = program::output(self.dir(), &["merge-tree", "--write-tree", base, head])?;
        let tree = String::from_utf8_lossy(&merged.stdout).lines().next().map(str::to_owned);
        Ok(tree.filter(|_| merged.status.success()))
    }

    /// The files in which two commits differ, by path; with no `from`, all files of `to`.
    pub fn files(&mut self, from: Option<&str>, to: &str) -> Result<Vec<ChangedFile>, Error> {
        let from = self.or_empty_tree(from)?;
        let raw = program::run(self.dir(), &["diff-tree", "-r", "-M", "-z", "--raw", "--numstat", "--no-abbrev", &from, to])?;
        Ok(parse_raw(&raw))
    }

    /// The same with each file's hunks.
    pub fn files_with_patches(&mut self, from: Option<&str>, to: &str) -> Result<Vec<ChangedFile>, Error> {
        let mut files = self.files(from, to)?;
        let from = self.or_empty_tree(from)?;
        let patches = program::output(self.dir(), &["diff-tree", "-r", "-M", "-p", "--no-color", "--no-ext-diff", &from, to])?;
        let mut blocks = split_patches(&String::from_utf8_lossy(&patches.stdout)).into_iter();
        for file in &mut files {
            file.patch = blocks.next().flatten();
        }
        Ok(files)
    }

    fn or_empty_tree(&mut self, from: Option<&str>) -> Result<String, Error> {
        match from {
            Some(from) => Ok(from.to_owned()),
            None => self.write(Kind::Tree, b""),
        }
    }
}

/// `--raw -z` entries first, then the `--numstat -z` entries in the same order.
fn parse_raw(raw: &str) -> Vec<ChangedFile> {
    let mut files = Vec::new();
    let mut fields = raw.split('\0').peekable();
    while let Some(head) = fields.next_if(|field| field.starts_with(':')) {
        let words: Vec<&str> = head.split(' ').collect();
        let [_, _, _, sha, letter] = words.as_slice() else { break };
        let first = fields.next().unwrap_or_default().to_owned();
        let (status, previous, path) = match letter.chars().next() {
            Some('A') => ("added", None, first),
            Some('D') => ("removed", None, first),
            Some('R') => ("renamed", Some(first), fields.next().unwrap_or_default().to_owned()),
            _ => ("modified", None, first),
        };
        files.push(ChangedFile { path, previous, status, sha: (*sha).to_owned(), additions: 0, deletions: 0, patch: None });
    }
    for file in &mut files {
        let Some(counts) = fields.next() else { break };
        let mut words = counts.split('\t');
        file.additions = words.next().and_then(|n| n.parse().ok()).unwrap_or(0);
        file.deletions = words.next().and_then(|n| n.parse().ok()).unwrap_or(0);
        if words.next() == Some("") {
            fields.next();
            fields.next();
        }
    }
    files
}

/// Each file's hunks, without git's header lines; `None` where there are none (binary, mode alone).
fn split_patches(text: &str) -> Vec<Option<String>> {
    let mut found = Vec::new();
    let mut hunks: Option<String> = None;
    let mut inside = false;
    for line in text.split_inclusive('\n') {
        if line.starts_with("diff --git ") {
            if inside {
                found.push(hunks.take());
            }
            inside = true;
        } else if line.starts_with("@@ ") {
            hunks.get_or_insert_default().push_str(line);
        } else if let Some(hunks) = &mut hunks {
            hunks.push_str(line);
        }
    }
    if inside {
        found.push(hunks.take());
    }
    found.into_iter().map(|patch| patch.map(|p| p.trim_end_matches('\n').to_owned())).collect()
}

fn parse(sha: &str, bytes: &[u8]) -> Commit {
    let text = String::from_utf8_lossy(bytes);
    let (head, message) = text.split_once("\n\n").unwrap_or((&text, ""));
    let nobody = Signature { name: String::new(), email: String::new(), seconds: 0 };
    let mut commit = Commit {
        sha: sha.to_owned(),
        tree: String::new(),
        parents: Vec::new(),
        author: nobody.clone(),
        committer: nobody,
        message: message.to_owned(),
    };
    for line in head.lines() {
        match line.split_once(' ') {
            Some(("tree", id)) => commit.tree = id.to_owned(),
            Some(("parent", id)) => commit.parents.push(id.to_owned()),
            Some(("author", who)) => commit.author = signature(who),
            Some(("committer", who)) => commit.committer = signature(who),
            _ => {}
        }
    }
    commit
}

fn signature(text: &str) -> Signature {
    let (name, rest) = text.split_once(" <").unwrap_or((text, ""));
    let (email, rest) = rest.split_once('>').unwrap_or((rest, ""));
    let seconds = rest.split_whitespace().next().and_then(|s| s.parse().ok()).unwrap_or(0);
    Signature { name: name.to_owned(), email: email.to_owned(), seconds }
}

/// Git takes neither angle brackets nor line ends in a name.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '<' | '>' | '\n' | '\r' | '\0')).collect()
}
