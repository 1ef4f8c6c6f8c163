//! Search/replace blocks.
//!
//! ```text
//! block   = { blank | part }
//! part    = "<<<<<<< SEARCH" lines "=======" lines ">>>>>>> REPLACE"
//! ```
//!
//! A marker is a run of five to nine characters at the start of a line, the same number in all three of a part; other tools write
//! other words after it (`ORIGINAL`, `UPDATED`) or other characters (`------- SEARCH`). Each line of either part counts with its line
//! ending. A text that itself has such a line cannot be written in this form: it is refused, for nobody can tell which marker is meant.

use super::broken;
use super::name::{self, Name};
use crate::specification::{Change, Replacement};

/// What stands after the mark that opens a part, in the tools that write such blocks.
const OPENING: [&str; 5] = ["SEARCH", "ORIGINAL", "OLD", "BEFORE", "FIND"];
/// What stands after the mark that ends it.
const ENDING: [&str; 7] = ["REPLACE", "REPLACEMENT", "UPDATED", "UPDATE", "MODIFIED", "NEW", "AFTER"];

/// The marks of one part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marks {
    length: usize,
    end: char,
}

/// A run of one character at the start of a line, and what follows it.
fn run(line: &str, mark: char) -> Option<(usize, &str)> {
    let length = line.chars().take_while(|c| *c == mark).count();
    (5..=9).contains(&length).then(|| (length, line.get(length..).unwrap_or_default().trim()))
}

/// The marks of the part that a line opens: `<<<<<<< SEARCH`, `------- SEARCH`.
pub fn opens(line: &str) -> Option<Marks> {
    [('<', '>'), ('-', '+')].into_iter().find_map(|(begin, end)| {
        let (length, word) = run(line, begin)?;
        OPENING.contains(&word.trim_end_matches(['>', ':']).to_uppercase().as_str()).then_some(Marks { length, end })
    })
}

impl Marks {
    fn divides(self, line: &str) -> bool {
        run(line, '=') == Some((self.length, ""))
    }

    fn ends(self, line: &str) -> bool {
        run(line, self.end).is_some_and(|(length, word)| length == self.length && ENDING.contains(&word.to_uppercase().as_str()))
    }
}

/// The line of the block (from 1) at which a whole set of markers begins: of a search/replace part, or of a conflict that git left.
pub fn markers(body: &str) -> Option<(usize, bool)> {
    let mut open: Option<(usize, Option<Marks>, bool)> = None;
    for (at, line) in body.lines().enumerate() {
        let conflict = line.strip_prefix("<<<<<<<").is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
        if let Some(marks) = opens(line.trim_start()) {
            open = Some((at + 1, Some(marks), false));
        } else if conflict {
            open = Some((at + 1, None, false));
        } else if let Some((begin, marks, divided)) = &mut open {
            let line = if marks.is_some() { line.trim_start() } else { line };
            let divides = marks.map_or_else(|| line.trim_end() == "=======", |marks| marks.divides(line));
            let git = line.strip_prefix(">>>>>>>").is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
            let ends = git || marks.is_some_and(|marks| marks.ends(line));
            if divides {
                *divided = true;
            } else if ends && *divided {
                return Some((*begin, marks.is_some()));
            }
        }
    }
    None
}

/// A block whose first line is the path and whose next opens a part: the path, and the byte where the parts begin.
pub fn named_inside(body: &str) -> Option<(Name, usize)> {
    let mut at = 0;
    let mut named = None;
    for line in body.split_inclusive('\n') {
        let text = line.trim_end();
        match (&named, text.is_empty()) {
            (_, true) => {}
            (None, false) => named = Some(name::of_line(text, false).or_else(|| name::of_words("", text, false))?),
            (Some(_), false) => return opens(text).and(named).map(|path| (path, at)),
        }
        at += line.len();
    }
    None
}

/// The block without the indentation that all its lines share with the first marker; `None` where they do not share it.
pub fn unindented(body: &str, first: &str) -> Option<String> {
    let indentation = first.get(..first.len() - first.trim_start().len())?;
    let mut text = String::with_capacity(body.len());
    for line in body.split_inclusive('\n') {
        match line.strip_prefix(indentation) {
            Some(rest) => text.push_str(rest),
            None if line.trim().is_empty() => text.push_str(line.trim_start_matches([' ', '\t'])),
            None => return None,
        }
    }
    Some(text)
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
    let mut marks = Marks { length: 7, end: '>' };
    let mut open = Replacement { line: 0, search: String::new(), replace: String::new() };
    for (at, line) in parts.split_inclusive('\n').enumerate() {
        let text = line.strip_suffix('\n').unwrap_or(line);
        let number = first + skipped + at;
        match (part, opens(text)) {
            (Part::Outside, Some(opened)) => {
                marks = opened;
                open = Replacement { line: number, search: String::new(), replace: String::new() };
                part = Part::Search;
            }
            (Part::Outside, None) if text.trim().is_empty() => part = Part::Outside,
            (Part::Outside, None) => return broken(path, &format!("line {number} stands outside the search/replace parts of its block")),
            (Part::Search, _) if marks.divides(text) => part = Part::Replace,
            (Part::Search, opened) if opened.is_some() || marks.ends(text) => {
                return broken(path, &format!("the search part of line {} has no `=======`", open.line));
            }
            (Part::Search, _) if text.starts_with("||||||| ") => {
                return broken(
                    path,
                    &format!("line {number} is a conflict marker of git: the block is a conflict and no search/replace part"),
                );
            }
            (Part::Search, _) => {
                push(&mut open.search, text);
                part = Part::Search;
            }
            (Part::Replace, _) if marks.ends(text) => {
                replacements.push(std::mem::replace(&mut open, Replacement { line: 0, search: String::new(), replace: String::new() }));
                part = Part::Outside;
            }
            (Part::Replace, Some(_)) => {
                return broken(path, &format!("the part of line {} has no `>>>>>>> REPLACE` before the next one begins", open.line));
            }
            (Part::Replace, None) if marks.divides(text) => {
                return broken(path, &format!("the part of line {} has a second `=======` in line {number}", open.line));
            }
            (Part::Replace, None) => {
                push(&mut open.replace, text);
                part = Part::Replace;
            }
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
