//! Exact edits: which fenced blocks are code to be taken as it stands, and what they say.
//!
//! A block is an exact edit only when it says so: its info string or the line before it names a file, or it is a unified diff
//! with headers, or it holds search/replace parts. Every other block is an illustration (`None`). A block that was meant as an
//! edit and cannot be read becomes [`Change::Broken`]: never skipped, never guessed. Nothing here knows a repository; whether an
//! edit applies is found out by `agent::verbatim`.

pub mod diff;
mod file_names;
mod name;
mod replacements;
mod skeleton;

use super::Change;
use super::document::Fence;
pub use skeleton::skeleton_line;

/// Whether a line before a block is the name of its file and nothing else.
pub fn names_a_file(line: &str) -> bool {
    name::of_line(line, true).is_some()
}

/// What a fenced block asks for; `None` for an illustration.
pub fn of_fence(fence: &Fence) -> Option<Change> {
    let words = Words::of(fence);
    if words.is_diff() {
        return diff_block(fence, &words);
    }
    let first = fence.body.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    if replacements::opens(first) {
        return Some(search_block(fence, &words, first));
    }
    if let Some((path, rest)) = replacements::named_inside(&fence.body) {
        return Some(closed_or_broken(fence, &path, || replacements::read(&path, fence.line + 1, &fence.body, rest)));
    }
    if let Some(path) = words.path().or_else(|| name::of_line(&fence.preceding, words.script)) {
        return match skeleton_line(&path, &fence.body) {
            Some(_) => None,
            None => Some(closed_or_broken(fence, &path, || Change::WholeFile { path: path.clone(), content: fence.body.clone() })),
        };
    }
    (words.may_be_diff() && diff::opens(&fence.body)).then(|| closed_or_broken(fence, "", || Change::Diff { text: fence.body.clone() }))
}

fn closed_or_broken(fence: &Fence, path: &str, change: impl FnOnce() -> Change) -> Change {
    if fence.closed { change() } else { broken(path, "the block is never closed") }
}

fn broken(path: &str, reason: &str) -> Change {
    Change::Broken { path: path.into(), reason: reason.into() }
}

fn diff_block(fence: &Fence, words: &Words<'_>) -> Option<Change> {
    let name = words.path().or_else(|| name::of_line(&fence.preceding, words.script)).unwrap_or_default();
    if diff::has_header(&fence.body) {
        return Some(closed_or_broken(fence, &name, || Change::Diff { text: fence.body.clone() }));
    }
    if diff::has_hunk(&fence.body) {
        let reason = "the diff names no file: `--- a/path` and `+++ b/path` belong before its first `@@`";
        return Some(broken(&name, reason));
    }
    (!fence.closed).then(|| broken(&name, "the block is never closed"))
}

fn search_block(fence: &Fence, words: &Words<'_>, first: &str) -> Change {
    let named = words.path().or_else(|| name::of_line(&fence.preceding, words.script)).or_else(|| name::loosely(&fence.preceding));
    let Some(path) = named else {
        return broken("", "the search/replace block names no file: the line before it should be the path in backticks");
    };
    let skipped = fence.body.find(first).unwrap_or(0);
    closed_or_broken(fence, &path, || {
        let change = replacements::read(&path, fence.line + 1, &fence.body, skipped);
        let makes = matches!(&change, Change::SearchReplace { replacements, .. } if replacements.iter().any(|part| part.search.is_empty()));
        if makes && name::is_doubtful(&path) {
            return broken(&path, "a new file is to be made, and it is not clear which: its path should stand in backticks");
        }
        change
    })
}

/// A block's info string: a language, then perhaps a file.
struct Words<'a> {
    language: &'a str,
    rest: &'a str,
    all: &'a str,
    /// The block begins with `#!`.
    script: bool,
}

impl<'a> Words<'a> {
    fn of(fence: &'a Fence) -> Self {
        let all = fence.info.trim();
        let (language, rest) = all.split_once(char::is_whitespace).unwrap_or((all, ""));
        Self { language, rest: rest.trim(), all, script: fence.body.starts_with("#!") }
    }

    fn is_diff(&self) -> bool {
        matches!(self.language, "diff" | "udiff")
    }

    fn may_be_diff(&self) -> bool {
        self.rest.is_empty() && matches!(self.language, "" | "patch" | "text")
    }

    fn path(&self) -> Option<String> {
        name::of_attribute(self.all, self.script).or_else(|| name::of_words(self.language, self.rest, self.script))
    }
}

#[cfg(test)]
mod tests;
