//! Search/replace blocks.
//!
//! ```text
//! block   = { blank | part }
//! part    = "<<<<<<< SEARCH" lines "=======" lines ">>>>>>> REPLACE"
//! ```
//!
//! A marker is seven characters at the start of a line, its word aside. Each line of either part counts with its line ending.
//! A text that itself has such a line cannot be written in this form: it is refused, for nobody can tell which marker is meant.

use super::broken;
use super::name;
use crate::specification::{Change, Replacement};

/// Whether a line is `<<<<<<< SEARCH`.
pub fn opens(line: &str) -> bool {
    line.strip_prefix("<<<<<<< SEARCH").is_some_and(|rest| rest.trim().is_empty())
}

fn divides(line: &str) -> bool {
    line.strip_prefix("=======").is_some_and(|rest| rest.trim().is_empty())
}

fn ends(line: &str) -> bool {
    line.strip_prefix(">>>>>>> REPLACE").is_some_and(|rest| rest.trim().is_empty())
}

/// A block whose first line is the path and whose next is `<<<<<<< SEARCH`: the path, and the byte where the parts begin.
pub fn named_inside(body: &str) -> Option<(String, usize)> {
    let mut at = 0;
    let mut named = None;
    for line in body.split_inclusive('\n') {
        let text = line.trim_end();
        match (&named, text.is_empty()) {
            (_, true) => {}
            (None, false) => named = Some(name::of_line(text, false).or_else(|| name::of_words("", text, false))?),
            (Some(_), false) => return opens(text).then_some(named).flatten().map(|path| (path, at)),
        }
        at += line.len();
    }
    None
}

enum Part {
    Outside,
    Search,
    Replace,
}

/// Reads the parts from byte `from` of `body`, whose first line is line `first` (1-based) of the specification.
pub fn read(path: &str, first: usize, body: &str, from: usize) -> Change {
    let (before, parts) = body.split_at_checked(from).unwrap_or(("", body));
    let skipped = before.matches('\n').count();
    let mut replacements: Vec<Replacement> = Vec::new();
    let mut part = Part::Outside;
    let mut open = Replacement { line: 0, search: String::new(), replace: String::new() };
    for (at, line) in parts.split_inclusive('\n').enumerate() {
        let text = line.strip_suffix('\n').unwrap_or(line);
        let number = first + skipped + at;
        match part {
            Part::Outside if opens(text) => {
                open = Replacement { line: number, search: String::new(), replace: String::new() };
                part = Part::Search;
            }
            Part::Outside if text.trim().is_empty() => {}
            Part::Outside => return broken(path, &format!("line {number} stands outside the search/replace parts of its block")),
            Part::Search if divides(text) => part = Part::Replace,
            Part::Search if opens(text) || ends(text) => {
                return broken(path, &format!("the search part of line {} has no `=======`", open.line));
            }
            Part::Search => push(&mut open.search, text),
            Part::Replace if ends(text) => {
                replacements.push(std::mem::replace(&mut open, Replacement { line: 0, search: String::new(), replace: String::new() }));
                part = Part::Outside;
            }
            Part::Replace if opens(text) => {
                return broken(path, &format!("the part of line {} has no `>>>>>>> REPLACE` before the next one begins", open.line));
            }
            Part::Replace if divides(text) => {
                return broken(path, &format!("the part of line {} has a second `=======` in line {number}", open.line));
            }
            Part::Replace => push(&mut open.replace, text),
        }
    }
    match part {
        Part::Outside => Change::SearchReplace { path: path.into(), replacements },
        Part::Search | Part::Replace => broken(path, &format!("the search/replace part of line {} has no `>>>>>>> REPLACE`", open.line)),
    }
}

fn push(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}
