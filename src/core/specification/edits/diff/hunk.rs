//! One hunk: its header and its lines.
//!
//! The header's counts decide where a hunk ends. Where they cannot be right, the lines themselves do, up to the next header; such a
//! hunk has no position any more. But a hunk with fewer lines than its header says was cut off, and is an error: nobody knows what
//! is missing.

use super::Unreadable;

/// A run of lines to be found, with what is to stand in their place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hunk {
    /// 1-based line of its header within the block.
    pub line: usize,
    /// 1-based line in the old file (0 in an empty one); `None` where the header's numbers are missing or wrong.
    pub old_start: Option<usize>,
    pub lines: Vec<Line>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub kind: LineKind,
    /// Without its `\n`; a `\r` before that is part of it.
    pub text: String,
    /// Whether it ends in `\n`: the last line of a file may not.
    pub newline: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    Keep,
    Remove,
    Add,
}

impl Hunk {
    /// The lines to be found, as bytes of the old file.
    pub fn old_text(&self) -> String {
        self.side(LineKind::Add)
    }
    /// What stands in their place afterwards.
    pub fn new_text(&self) -> String {
        self.side(LineKind::Remove)
    }
    fn side(&self, without: LineKind) -> String {
        let mut text = String::new();
        for line in self.lines.iter().filter(|line| line.kind != without) {
            text.push_str(&line.text);
            if line.newline {
                text.push('\n');
            }
        }
        text
    }
    fn counts(&self) -> (usize, usize) {
        let without = |kind| self.lines.iter().filter(|line| line.kind != kind).count();
        (without(LineKind::Add), without(LineKind::Remove))
    }
}

/// Reads the hunk whose header is `lines[at]`; answers it and the index of the line after it.
pub fn read(lines: &[&str], at: usize, path: &str) -> Result<(Hunk, usize), Unreadable> {
    let header = lines.get(at).copied().unwrap_or_default();
    let numbers = Numbers::of(header);
    if let Some(numbers) = &numbers
        && let Some((hunk, end)) = counted(lines, at, numbers)
    {
        return Ok((hunk, end));
    }
    let (mut hunk, end) = until_header(lines, at);
    let fault = |reason: String| Unreadable { line: at + 1, path: path.into(), reason };
    if hunk.lines.is_empty() {
        return Err(fault("the hunk has no lines".into()));
    }
    if let Some(numbers) = numbers {
        let (old, new) = hunk.counts();
        if old <= numbers.old && new <= numbers.new {
            let said = format!("{} old and {} new lines, and {old} and {new} follow", numbers.old, numbers.new);
            return Err(fault(format!("the hunk is cut off: its header says {said}")));
        }
        hunk.old_start = None;
    }
    Ok((hunk, end))
}

/// Whether `lines[at]` begins something new after a hunk: another hunk, another file, a mail signature, or the end.
pub fn is_boundary(lines: &[&str], at: usize) -> bool {
    let line = |at: usize| lines.get(at).copied().unwrap_or_default();
    let Some(first) = lines.get(at) else {
        return true;
    };
    let file = first.starts_with("--- ") && line(at + 1).starts_with("+++ ") && line(at + 2).starts_with("@@");
    let signature = first.trim_end() == "--" && lines.iter().skip(at + 2).all(|line| line.trim().is_empty());
    first.starts_with("@@") || first.starts_with("diff ") || file || signature
}

struct Numbers {
    start: usize,
    old: usize,
    new: usize,
}

impl Numbers {
    /// `@@ -12,7 +12,8 @@ fn x()`
    fn of(header: &str) -> Option<Self> {
        let (ranges, _) = header.strip_prefix("@@ -")?.split_once(" @@")?;
        let (old, new) = ranges.split_once(" +")?;
        let range = |text: &str| -> Option<(usize, usize)> {
            let (start, count) = text.split_once(',').unwrap_or((text, "1"));
            let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten();
            Some((digits(start)?, digits(count)?))
        };
        let ((start, old), (_, new)) = (range(old)?, range(new)?);
        Some(Self { start, old, new })
    }
}

/// The hunk as its counts tell it; `None` where they do not fit the lines.
fn counted(lines: &[&str], at: usize, numbers: &Numbers) -> Option<(Hunk, usize)> {
    let mut hunk = Hunk { line: at + 1, old_start: Some(numbers.start), lines: Vec::new() };
    let (mut old, mut new) = (numbers.old, numbers.new);
    let mut next = at + 1;
    while old > 0 || new > 0 {
        let line = lines.get(next)?;
        if !unend(&mut hunk, line) {
            let line = body_line(line)?;
            old = if line.kind == LineKind::Add { old } else { old.checked_sub(1)? };
            new = if line.kind == LineKind::Remove { new } else { new.checked_sub(1)? };
            hunk.lines.push(line);
        }
        next += 1;
    }
    while lines.get(next).is_some_and(|line| unend(&mut hunk, line)) {
        next += 1;
    }
    let after = (next..).find(|at| lines.get(*at).is_none_or(|line| !line.trim().is_empty()))?;
    let goes_on = !is_boundary(lines, after) && lines.get(after).is_some_and(|line| line.starts_with([' ', '+', '-']));
    (!goes_on && !hunk.lines.is_empty()).then_some((hunk, next))
}

/// The hunk as its lines tell it, without position. Blank lines at its end are not taken for context.
fn until_header(lines: &[&str], at: usize) -> (Hunk, usize) {
    let mut hunk = Hunk { line: at + 1, old_start: None, lines: Vec::new() };
    let mut next = at + 1;
    let mut blank = 0;
    while !is_boundary(lines, next) {
        let text = lines.get(next).copied().unwrap_or_default();
        if !unend(&mut hunk, text) {
            let Some(line) = body_line(text) else {
                break;
            };
            blank = if text.trim_end_matches('\r').is_empty() { blank + 1 } else { 0 };
            hunk.lines.push(line);
        }
        next += 1;
    }
    hunk.lines.truncate(hunk.lines.len().saturating_sub(blank));
    (hunk, next)
}

/// A line of a hunk; one that lost its leading blank is an empty context line.
pub fn body_line(line: &str) -> Option<Line> {
    let (kind, text) = match line.chars().next() {
        Some(' ') => (LineKind::Keep, line.get(1..)?),
        Some('-') => (LineKind::Remove, line.get(1..)?),
        Some('+') => (LineKind::Add, line.get(1..)?),
        None => (LineKind::Keep, line),
        Some('\r') if line.len() == 1 => (LineKind::Keep, line),
        Some(_) => return None,
    };
    Some(Line { kind, text: text.into(), newline: true })
}

/// `\ No newline at end of file`: the line before it ends the file.
fn unend(hunk: &mut Hunk, line: &str) -> bool {
    let marker = line.starts_with("\\ ");
    if marker && let Some(last) = hunk.lines.last_mut() {
        last.newline = false;
    }
    marker
}
