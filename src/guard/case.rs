//! What the rules are asked about: the files of a change set, each with what it held before, and the words of the step.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::file::File;
use super::words::Words;
use super::{Rules, dependencies};
use crate::domain::{ChangeSet, FileChange};

/// Pairs of a deleted and a new file that are compared line by line in search of a move.
const MOST_PAIRS: usize = 400;

pub struct Case<'a> {
    pub files: Vec<File<'a>>,
    /// Manifests in the folders above a changed one, as they were.
    pub above: Vec<(String, String)>,
    /// The lock files of changed manifests, as they were.
    pub locks: Vec<String>,
    pub rules: &'a Rules<'a>,
    /// Of the step.
    pub words: Words<'a>,
    /// Of the whole specification.
    pub specification: Words<'a>,
}

impl<'a> Case<'a> {
    pub fn new(changes: &'a ChangeSet, rules: &'a Rules<'a>, before: &mut dyn FnMut(&str) -> Option<Vec<u8>>) -> Self {
        let file = |(path, change): (&'a String, &'a FileChange)| {
            let after = match change {
                FileChange::Write(content) => Some(content),
                FileChange::Delete => None,
            };
            File::new(path, after, before(path))
        };
        let mut files: Vec<File<'a>> = changes.files.iter().map(file).collect();
        find_moves(&mut files);
        let wanted: BTreeSet<String> = changes.files.keys().flat_map(|path| dependencies::manifests_above(path)).collect();
        let unread = wanted.into_iter().filter(|path| !changes.files.contains_key(path));
        let above = unread.filter_map(|path| Some((path.clone(), String::from_utf8(before(&path)?).ok()?))).collect();
        let locks: BTreeSet<String> = changes.files.keys().flat_map(|path| dependencies::locks_of(path)).collect();
        let locks = locks.iter().filter_map(|path| String::from_utf8(before(path)?).ok()).collect();
        Self { files, above, locks, rules, words: Words::new(rules.words), specification: Words::new(rules.specification) }
    }

    /// The files that are there afterwards.
    pub fn written(&self) -> impl Iterator<Item = &File<'a>> {
        self.files.iter().filter(|file| file.after.is_some())
    }

    pub fn deleted(&self) -> impl Iterator<Item = &File<'a>> {
        self.files.iter().filter(|file| file.after.is_none())
    }

    pub fn file(&self, path: &str) -> Option<&File<'a>> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Whether the step's author named this file: among the step's files, by a directory there, or in the step's text.
    pub fn names(&self, path: &str) -> bool {
        let named = self.rules.named.iter().map(|name| name.trim_start_matches("./"));
        named.into_iter().any(|name| name == path || covers(name, path)) || self.words.say_path(path)
    }
}

/// Whether `name` is a directory above the path.
pub fn covers(name: &str, path: &str) -> bool {
    let name = name.trim_end_matches("**").trim_end_matches('*').trim_end_matches('/');
    !name.is_empty() && path.strip_prefix(name).is_some_and(|rest| rest.starts_with('/'))
}

/// A new file that holds most of what a deleted one held was moved: what it held before is what that one held.
fn find_moves(files: &mut [File<'_>]) {
    let gone: Vec<usize> = (0..files.len()).filter(|at| files[*at].after.is_none() && files[*at].before_text().is_some()).collect();
    let new: Vec<usize> = (0..files.len()).filter(|at| files[*at].is_new()).collect();
    if gone.is_empty() || new.is_empty() {
        return;
    }
    let thorough = gone.len() * new.len() <= MOST_PAIRS;
    let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
    for at in &gone {
        by_name.entry(files[*at].name()).or_default().push(*at);
    }
    let mut found = Vec::new();
    let mut taken = HashSet::new();
    for at in new {
        let file = &files[at];
        let Some(text) = file.text() else { continue };
        let namesakes = by_name.get(file.name()).cloned().unwrap_or_default();
        let candidates = if thorough { gone.clone() } else { namesakes };
        let lines: HashSet<&str> = text.lines().map(str::trim).filter(|line| line.len() > 3).collect();
        let scored = candidates.into_iter().filter(|other| !taken.contains(other) && files[*other].ending() == file.ending());
        let best = scored.map(|other| (shared(&lines, files[other].before_text().unwrap_or_default()), other)).max();
        if let Some((share, other)) = best
            && share >= 50
        {
            taken.insert(other);
            found.push((at, files[other].path, files[other].before().map(<[u8]>::to_vec)));
        }
    }
    for (at, from, before) in found {
        files[at].moved_from(from, before);
    }
}

/// Percent of a text's lines that are among these.
fn shared(lines: &HashSet<&str>, text: &str) -> usize {
    let all: HashSet<&str> = text.lines().map(str::trim).filter(|line| line.len() > 3).collect();
    (all.iter().filter(|line| lines.contains(*line)).count() * 100).checked_div(all.len()).unwrap_or_default()
}
