//! What a step does to one file, in the shapes in which rules look at it.

use std::cell::OnceCell;
use std::collections::HashSet;

use crate::domain::FileContent;

/// A longer text is data: its lines are not judged one by one, save for secrets.
pub const TEXT_LIMIT: usize = 2 * 1024 * 1024;

pub struct File<'a> {
    pub path: &'a str,
    /// `None` for a deleted file.
    pub after: Option<&'a FileContent>,
    before: Option<Vec<u8>>,
    /// Where most of a new file's content comes from.
    pub origin: Option<&'a str>,
    added: OnceCell<Vec<(usize, &'a [u8])>>,
}

impl<'a> File<'a> {
    pub fn new(path: &'a str, after: Option<&'a FileContent>, before: Option<Vec<u8>>) -> Self {
        Self { path, after, before, origin: None, added: OnceCell::new() }
    }
    pub fn moved_from(&mut self, origin: &'a str, before: Option<Vec<u8>>) {
        self.origin = Some(origin);
        self.before = before;
        self.added = OnceCell::new();
    }
    pub fn is_new(&self) -> bool {
        self.after.is_some() && self.before.is_none()
    }
    pub fn before(&self) -> Option<&[u8]> {
        self.before.as_deref()
    }
    pub fn bytes(&self) -> &'a [u8] {
        self.after.map_or(&[], |content| content.bytes.as_slice())
    }
    pub fn text(&self) -> Option<&'a str> {
        self.after.and_then(|content| text_of(&content.bytes))
    }
    pub fn before_text(&self) -> Option<&str> {
        self.before.as_deref().and_then(text_of)
    }
    /// The last part of the path.
    pub fn name(&self) -> &'a str {
        name_of(self.path)
    }
    /// What follows the name's last dot; empty where there is none.
    pub fn ending(&self) -> &'a str {
        self.name().rsplit_once('.').map_or("", |(_, ending)| ending)
    }

    /// What lies between the common beginning and the common end of before and after.
    pub fn changed(&self) -> &'a [u8] {
        let (from, to) = changed_part(self.bytes(), self.before().unwrap_or_default());
        self.bytes().get(from..to).unwrap_or_default()
    }
    /// The lines that were nowhere in the file before, with their 1-based numbers.
    pub fn added(&self) -> &[(usize, &'a [u8])] {
        self.added.get_or_init(|| added_lines(self.bytes(), self.before().unwrap_or_default()))
    }
    /// The same of a text; empty of anything else.
    pub fn added_text(&self) -> impl Iterator<Item = (usize, &'a str)> {
        let lines = if self.text().is_some() { self.added() } else { &[] };
        lines.iter().filter_map(|(number, line)| std::str::from_utf8(line).ok().map(|line| (*number, line)))
    }
    /// The lines that are nowhere in the file afterwards.
    pub fn removed_text(&self) -> Vec<&str> {
        let Some(before) = self.before_text() else { return Vec::new() };
        let lines = added_lines(before.as_bytes(), self.bytes());
        lines.into_iter().filter_map(|(_, line)| std::str::from_utf8(line).ok()).collect()
    }
}

pub fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn text_of(bytes: &[u8]) -> Option<&str> {
    (bytes.len() <= TEXT_LIMIT && !bytes.contains(&0)).then(|| std::str::from_utf8(bytes).ok()).flatten()
}

/// Only what lies between the common beginning and the common end is looked at, so that a small change to a large file is quick.
fn added_lines<'b>(after: &'b [u8], before: &[u8]) -> Vec<(usize, &'b [u8])> {
    let (from, to) = changed_part(after, before);
    let first = after[..from].iter().filter(|byte| **byte == b'\n').count() + 1;
    let part = &after[from..to];
    if part.is_empty() {
        return Vec::new();
    }
    let lines: Vec<&[u8]> = part.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line)).collect();
    let mut fresh: HashSet<&[u8]> = lines.iter().copied().collect();
    for line in before.split(|byte| *byte == b'\n') {
        fresh.remove(line.strip_suffix(b"\r").unwrap_or(line));
    }
    let numbered = lines.into_iter().enumerate().map(|(at, line)| (first + at, line));
    numbered.filter(|(_, line)| !line.trim_ascii().is_empty() && fresh.contains(line)).collect()
}

/// The range of `after`, in whole lines, outside of which it begins and ends as `before` does.
fn changed_part(after: &[u8], before: &[u8]) -> (usize, usize) {
    let same = after.iter().zip(before).take_while(|(a, b)| a == b).count();
    if same == after.len() && same == before.len() {
        return (same, same);
    }
    let from = after[..same].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let room = after.len().min(before.len()) - from;
    let tail = after.iter().rev().zip(before.iter().rev()).take(room).take_while(|(a, b)| a == b).count();
    let end = after.len() - tail;
    let to = if end == from || after[..end].ends_with(b"\n") {
        end
    } else {
        after[end..].iter().position(|byte| *byte == b'\n').map_or(after.len(), |at| end + at)
    };
    (from, to.max(from))
}
