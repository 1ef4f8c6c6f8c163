//! Exact edits: which fenced blocks are code to be taken as it stands, and what they say.
//!
//! A block is an exact edit only when it says so: its info string or the line before it names a file, or its text begins as a diff or
//! as search/replace parts, whatever its language. Every other block is an illustration (`None`). A block that was meant as an edit and
//! cannot be read becomes [`Change::Broken`]: never skipped, never guessed. Nothing here knows a repository; whether an edit applies is
//! found out by `agent::verbatim`.

pub mod diff;
mod file_names;
mod lead;
mod likeness;
mod name;
mod omission;
mod replacements;
mod twice;

use super::document::Fence;
use super::{Change, Edit};
use diff::Shape;
use name::Name;
pub use omission::skeleton_line;

/// Whether a line before a block is the name of its file and nothing else.
pub fn names_a_file(line: &str) -> bool {
    name::of_line(line, true).is_some()
}

/// The exact edits of one step, from its blocks in order. A second whole text for one file is a question.
pub fn of_step<'a>(fences: impl Iterator<Item = &'a Fence>) -> Vec<Edit> {
    let mut edits: Vec<Edit> = fences.filter_map(edit).collect();
    twice::refuse(&mut edits);
    edits
}

fn edit(fence: &Fence) -> Option<Edit> {
    let change = of_fence(fence)?;
    let whole = matches!(change, Change::WholeFile { .. });
    let part = lead::of_a_part(fence, Words::of(fence).name().is_none()).filter(|_| whole);
    Some(Edit { line: fence.line, part: part.map(str::to_owned), change })
}

/// What a fenced block asks for; `None` for an illustration.
pub fn of_fence(fence: &Fence) -> Option<Change> {
    let words = Words::of(fence);
    let name = words.name().or_else(|| name::of_line(&fence.preceding, words.script));
    let change = of_text(fence, &words, name.as_ref());
    let path = name.as_ref().map(|name| name.path.as_str()).unwrap_or_default();
    if !fence.closed {
        let meant = change.is_some() || words.is_diff() || name.is_some();
        return meant.then(|| broken(change.as_ref().map_or(path, |change| path_of(change, path)), "the block is never closed"));
    }
    let change = change?;
    if fence.ambiguous {
        let reason = "it cannot be told where the block ends, for it holds fences as long as its own: \
                      an outer fence of more backticks than those within makes it clear";
        return Some(broken(path_of(&change, path), reason));
    }
    if let Some(fault) = name.as_ref().and_then(Name::fault) {
        return Some(broken(path, &fault));
    }
    Some(change)
}

fn path_of<'a>(change: &'a Change, named: &'a str) -> &'a str {
    match change {
        Change::WholeFile { path, .. } | Change::SearchReplace { path, .. } | Change::Broken { path, .. } => path,
        Change::Diff { file, .. } => file.as_deref().unwrap_or(named),
    }
}

/// The same, as if the block were closed.
fn of_text(fence: &Fence, words: &Words<'_>, name: Option<&Name>) -> Option<Change> {
    let first = fence.body.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    if let Some(shape) = diff::shape(&fence.body)
        && words.may_be(shape, name)
    {
        return (!words.is_patch_file(name, &fence.body))
            .then(|| diff_block(fence, shape, name))
            .or_else(|| whole_file(fence, words, name?));
    }
    if words.is_diff() && !words.is_patch_file(name, &fence.body) {
        return untidy_diff(fence, name);
    }
    if replacements::opens(first.trim_start()).is_some() {
        return Some(search_block(fence, name, first));
    }
    if let Some((named, rest)) = replacements::named_inside(&fence.body) {
        let change = replacements::read(&named.path, fence.line + 1, &fence.body, rest);
        return Some(named.fault().map_or_else(|| complete(change, fence), |fault| broken(&named.path, &fault)));
    }
    whole_file(fence, words, name?)
}

fn whole_file(fence: &Fence, words: &Words<'_>, name: &Name) -> Option<Change> {
    let path = name.path.as_str();
    let conflict = replacements::markers(&fence.body);
    let at_once = fence.body.trim_start().starts_with("<<<<<<<");
    if let Some((line, is_search)) = conflict.filter(|_| at_once || !omission::is_prose(path)) {
        let line = fence.line + line;
        let what = if is_search { "search/replace markers, and text outside of them" } else { "conflict markers, as git leaves them" };
        let reason =
            format!("line {line} begins {what}; neither the whole text of a file nor a search/replace block is meant by that alone");
        return Some(broken(path, &reason));
    }
    if let Some(reason) = likeness::of(path, &fence.body) {
        return Some(broken(path, reason));
    }
    if let Some(part) = name.is_of_a_part() {
        return Some(broken(path, &part));
    }
    if let Some(said) = lead::of_something_shown(fence, words.name().is_none()) {
        let reason = format!(
            "“{said}” says that the block only shows something, and the file's name beside it that it is to be written: which is meant"
        );
        return Some(broken(path, &reason));
    }
    let sketch = omission::sketch_line(path, &fence.body).is_some();
    (!sketch).then(|| Change::WholeFile { path: path.into(), content: fence.body.clone() })
}

fn broken(path: &str, reason: &str) -> Change {
    Change::Broken { path: path.into(), reason: reason.into() }
}

fn diff_block(fence: &Fence, shape: Shape, name: Option<&Name>) -> Change {
    let path = name.map(|name| name.path.as_str()).unwrap_or_default();
    match shape {
        Shape::Other(why) => broken(path, why),
        Shape::Hunks if path.is_empty() => broken(path, NO_NAME),
        Shape::Hunks => complete(Change::Diff { text: fence.body.clone(), file: Some(path.into()) }, fence),
        Shape::Named => {
            let patches = diff::parse(&fence.body).unwrap_or_default();
            let placeholder = patches.iter().flat_map(|patch| patch.new.as_ref()).find(|file| file.contains('<') && file.contains('>'));
            if let Some(file) = placeholder {
                return broken(path, &format!("`{file}` has a placeholder: it does not say which file is meant"));
            }
            let mut files = patches.iter().flat_map(|patch| [&patch.old, &patch.new]).flatten();
            if let Some(other) = files.next().filter(|first| !path.is_empty() && *first != path && files.all(|file| file != path)) {
                return broken(
                    path,
                    &format!("the block names one file, and the diff in it is for another, `{other}`: which one is meant"),
                );
            }
            complete(Change::Diff { text: fence.body.clone(), file: None }, fence)
        }
    }
}

const NO_NAME: &str = "the diff names no file: `--- a/path` and `+++ b/path` belong before its first `@@`";

/// A block of a diff's language that does not begin as one.
fn untidy_diff(fence: &Fence, name: Option<&Name>) -> Option<Change> {
    if diff::has_header(&fence.body) {
        return Some(diff_block(fence, Shape::Named, name));
    }
    let path = name.map(|name| name.path.as_str()).unwrap_or_default();
    if diff::has_hunk(&fence.body) {
        return Some(broken(path, NO_NAME));
    }
    // Lines of a hunk below a file's name, without its header: their text finds their place, as that of a header without numbers does.
    let text = format!("@@\n{}", fence.body);
    let is_hunk = !path.is_empty() && diff::shape(&text) == Some(Shape::Hunks);
    is_hunk.then(|| complete(Change::Diff { text, file: Some(path.into()) }, fence))
}

fn search_block(fence: &Fence, name: Option<&Name>, first: &str) -> Change {
    let Some(name) = name.cloned().or_else(|| name::loosely(&fence.preceding)) else {
        return broken("", "the search/replace block names no file: the line before it should be the path in backticks");
    };
    let path = name.path.as_str();
    let Some(body) = replacements::unindented(&fence.body, first) else {
        return broken(path, "its search/replace markers are indented, and not all of its lines are");
    };
    let skipped = body.find(first.trim_start()).unwrap_or(0);
    let change = replacements::read(path, fence.line + 1, &body, skipped);
    let makes = matches!(&change, Change::SearchReplace { replacements, .. } if replacements.iter().any(|part| part.search.is_empty()));
    if makes && name::is_doubtful(path) {
        return broken(path, "a new file is to be made, and it is not clear which: its path should stand in backticks");
    }
    name.fault().map_or_else(|| complete(change, fence), |fault| broken(path, &fault))
}

/// The change, unless what it writes leaves something out.
fn complete(change: Change, fence: &Fence) -> Change {
    let Some((path, line, said)) = twice::left_out(&change, fence.line) else { return change };
    broken(&path, &format!("line {line} leaves something out (“{said}”), and what is written must be complete"))
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

    /// Whether a text that begins as a diff is meant as one. Where nothing names a file, it may be an example.
    fn may_be(&self, shape: Shape, name: Option<&Name>) -> bool {
        let plain = matches!(self.language, "" | "diff" | "udiff" | "patch" | "text");
        let shows = matches!(self.language, "markdown" | "md" | "mdx" | "console" | "shell-session");
        match shape {
            _ if name.is_some() => true,
            Shape::Named => plain || !shows,
            Shape::Hunks | Shape::Other(_) => plain && (self.rest.is_empty() || self.is_diff()),
        }
    }

    /// A file that itself is a patch: a diff in its block is its content, unless it is a diff of that file.
    fn is_patch_file(&self, name: Option<&Name>, body: &str) -> bool {
        let Some(path) = name.map(|name| name.path.as_str()) else { return false };
        let ends = [".patch", ".diff", ".rej"].iter().any(|ending| path.to_ascii_lowercase().ends_with(ending));
        ends && !diff::parse(body)
            .is_ok_and(|patches| patches.iter().any(|patch| [&patch.old, &patch.new].into_iter().flatten().any(|file| file == path)))
    }

    fn name(&self) -> Option<Name> {
        name::of_attribute(self.all, self.script).or_else(|| name::of_words(self.language, self.rest, self.script))
    }
}

#[cfg(test)]
mod tests;
