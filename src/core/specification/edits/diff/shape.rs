//! What kind of diff a text is, by how it begins.

use super::agents;
use crate::specification::pattern::Pattern;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Its header names its files: git's, or `---` and `+++`, or the header of an agent's patch.
    Named,
    /// Hunks alone.
    Hunks,
    /// It is a diff of a form that is not applied, completed by why.
    Other(&'static str),
}

/// The form of diff as which a text begins, if it does.
pub fn shape(text: &str) -> Option<Shape> {
    static PLAIN: Pattern = Pattern::new(r"^\d+(?:,\d+)?[acd]\d+(?:,\d+)?$");
    let mut lines = text.lines().map(|line| line.trim_end_matches('\r')).skip_while(|line| line.trim().is_empty());
    let first = lines.next()?;
    let second = lines.next().unwrap_or_default();
    let third = lines.next().unwrap_or_default();
    if is_combined(text) && (begins_header(first, second) || first.starts_with("@@@ ") || first.starts_with("diff --c")) {
        return Some(Shape::Other("it is a combined diff (`@@@`), as git prints it for a merge, and only a diff of two sides is applied"));
    }
    if agents::opens(text) || begins_header(first, second) {
        return Some(Shape::Named);
    }
    if first.starts_with("*** ") && second.starts_with("--- ") && third.starts_with("*****") {
        return Some(Shape::Other("it is a diff in context format, and only a unified diff (`diff -u`) is applied"));
    }
    if PLAIN.is_in(first) && (second.starts_with("< ") || second.starts_with("> ")) {
        return Some(Shape::Other("it is a diff without context, and only a unified diff (`diff -u`) is applied"));
    }
    let other = (first.starts_with("Index: ") || is_mail(first)) && has_header(text);
    if other {
        return Some(Shape::Named);
    }
    (is_hunk(first) && all_of_hunks(text)).then_some(Shape::Hunks)
}

fn begins_header(first: &str, second: &str) -> bool {
    first.starts_with("diff --git ") || (first.starts_with("--- ") && second.starts_with("+++ "))
}

fn is_mail(line: &str) -> bool {
    let id = line.strip_prefix("From ").and_then(|rest| rest.split_once(' ')).map_or("", |(id, _)| id);
    id.len() >= 40 && id.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_hunk(line: &str) -> bool {
    line.trim_end() == "@@" || line.starts_with("@@ ")
}

/// Whether every line may stand in a hunk, and one of them changes something.
fn all_of_hunks(text: &str) -> bool {
    let fits = |line: &str| line.trim().is_empty() || line.starts_with([' ', '+', '-', '\\']) || is_hunk(line);
    text.lines().all(fits) && text.lines().any(|line| line.starts_with(['+', '-']))
}

fn is_combined(text: &str) -> bool {
    let header = |line: &str| line.starts_with("diff --cc ") || line.starts_with("diff --combined ") || line.starts_with("@@@ -");
    text.lines().any(header)
}

/// Whether a file header stands anywhere in the text.
pub fn has_header(text: &str) -> bool {
    let lines = || text.split('\n');
    agents::opens(text)
        || lines().any(|line| line.starts_with("diff --git "))
        || lines().zip(lines().skip(1)).any(|(old, new)| old.starts_with("--- ") && new.starts_with("+++ "))
}

/// Whether a hunk header stands anywhere in the text.
pub fn has_hunk(text: &str) -> bool {
    text.split('\n').any(|line| line.starts_with("@@"))
}
