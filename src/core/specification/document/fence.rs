//! Fenced blocks, to the byte.

use super::blocks::Document;
use super::lines::{Source, dedent, indent};
use super::nested;

/// A fenced block as its author wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fence {
    /// 1-based line of the opening fence.
    pub line: usize,
    /// What follows the opening fence, trimmed.
    pub info: String,
    /// The exact text between the fences, every line with its own ending; an item's indentation is taken off.
    pub body: String,
    /// The nearest line before it that is not blank, as it stands; empty when there is none.
    pub preceding: String,
    /// The nearest line before that one that is not blank; empty when there is none.
    pub before: String,
    pub closed: bool,
    /// Where it ends is a guess: it holds fences as long as its own.
    pub ambiguous: bool,
}

/// All fenced blocks of a text, in order; those within quotes, comments and front matter are not the author's own and left out.
pub fn fences(text: &str) -> Vec<Fence> {
    Document::read(text).fences
}

/// An opening or closing run of three or more backticks or tildes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark<'a> {
    pub char: char,
    pub length: usize,
    pub columns: usize,
    pub info: &'a str,
}

impl<'a> Mark<'a> {
    /// The mark with which a line begins after its indentation, if it can open a block.
    pub fn of(line: &'a str) -> Option<Self> {
        let (columns, bytes) = indent(line);
        let rest = line.get(bytes..)?;
        let mark = rest.bytes().next().filter(|byte| matches!(byte, b'`' | b'~'))?;
        let length = rest.bytes().take_while(|byte| *byte == mark).count();
        let info = rest.get(length..).filter(|_| length >= 3)?.trim();
        (mark == b'~' || !info.contains('`')).then_some(Self { char: char::from(mark), length, columns, info })
    }

    pub fn closes(&self, opening: &Mark<'_>) -> bool {
        self.char == opening.char && self.length >= opening.length && self.info.is_empty()
    }
}

/// For each line, the longest closing marks at or after it: so that a block without an end is known without looking for it.
pub struct Closers(Vec<(usize, usize)>);

impl Closers {
    pub fn of(source: &Source<'_>) -> Self {
        let mut longest = vec![(0, 0); source.lines.len() + 1];
        let mut best = (0, 0);
        for (at, line) in source.lines.iter().enumerate().rev() {
            if let Some(mark) = Mark::of(line).filter(|mark| mark.info.is_empty()) {
                if mark.char == '`' {
                    best.0 = best.0.max(mark.length);
                } else {
                    best.1 = best.1.max(mark.length);
                }
            }
            if let Some(slot) = longest.get_mut(at) {
                *slot = best;
            }
        }
        Self(longest)
    }

    /// Whether a block that opens on line `at` ends before the list goes on.
    pub fn soon(&self, source: &Source<'_>, at: usize, opening: &Mark<'_>) -> bool {
        let (columns, _) = source.lines.get(at).map_or((0, 0), |line| indent(line));
        let below = source.lines.iter().skip(at + 1).take_while(|line| line.trim().is_empty() || indent(line).0 > columns);
        self.any(at + 1, opening) && below.take(500).filter_map(|line| Mark::of(line)).any(|mark| mark.closes(opening))
    }

    fn any(&self, from: usize, opening: &Mark<'_>) -> bool {
        let (backticks, tildes) = self.0.get(from).copied().unwrap_or_default();
        (if opening.char == '`' { backticks } else { tildes }) >= opening.length
    }
}

/// Reads the block that opens on line `at` (0-based). `floor`: the content column of the list item around it, if any.
/// Answers the block and the 0-based line after it.
pub fn take(source: &Source<'_>, closers: &Closers, at: usize, opening: Mark<'_>, strip: usize, floor: Option<usize>) -> (Fence, usize) {
    if let Some((end, ambiguous)) = nested::end_around_examples(source, at, &opening) {
        let (fence, next) = finish(source, at, &opening, end, true, strip);
        return (Fence { ambiguous, ..fence }, next);
    }
    if let Some(end) = nested::never_ends(source, at, &opening) {
        return finish(source, at, &opening, end, false, strip);
    }
    let limit = if floor.is_some() { opening.columns.max(strip) + 3 } else { 3 };
    let mut end = source.lines.len();
    let mut closed = false;
    if closers.any(at + 1, &opening) {
        for (line, text) in source.lines.iter().enumerate().skip(at + 1) {
            if Mark::of(text).is_some_and(|mark| mark.closes(&opening) && mark.columns <= limit) {
                (end, closed) = (line, true);
                break;
            }
        }
    }
    if !closed && let Some(floor) = floor {
        let left = source.lines.iter().skip(at + 1).position(|line| !line.trim().is_empty() && indent(line).0 < floor);
        end = left.map_or(end, |lines| at + 1 + lines);
    }
    if closed && let Some(later) = nested::end_around_string(source, at, end, &opening) {
        end = later;
    }
    let name = nested::swallowed_name(source, at, end, &opening);
    let swallowed = nested::swallowed_heading(source, at, end, name, &opening).or(name);
    if let Some(heading) = swallowed {
        (end, closed) = (heading, false);
    }
    finish(source, at, &opening, end, closed, strip)
}

/// How much indentation is an item's: no more than the least indented line of the block has.
fn own_indentation(lines: &[&str], strip: usize) -> usize {
    lines.iter().filter(|line| !line.trim().is_empty()).map(|line| indent(line).0).min().map_or(strip, |least| least.min(strip))
}

fn finish(source: &Source<'_>, at: usize, opening: &Mark<'_>, end: usize, closed: bool, strip: usize) -> (Fence, usize) {
    let mut body = String::new();
    let strip = own_indentation(source.lines.get(at + 1..end).unwrap_or_default(), strip);
    for (line, text) in source.lines.iter().enumerate().take(end).skip(at + 1) {
        body.push_str(dedent(text, strip));
        if line + 1 < source.lines.len() || source.ends_in_newline {
            body.push('\n');
        }
    }
    let mut above = source.lines.iter().take(at).rev().filter(|line| !line.trim().is_empty()).map(|line| (*line).to_owned());
    let (preceding, before) = (above.next().unwrap_or_default(), above.next().unwrap_or_default());
    let fence = Fence { line: at + 1, info: opening.info.into(), body, preceding, before, closed, ambiguous: false };
    (fence, end + usize::from(closed))
}
