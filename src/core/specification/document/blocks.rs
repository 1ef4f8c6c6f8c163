//! What each line is.

use super::fence::{Closers, Fence, Mark, take};
use super::lines::{Source, indent};

/// A text, line by line. Line `n` (1-based) is `lines[n - 1]`.
#[derive(Debug, Default)]
pub struct Document<'a> {
    pub lines: Vec<Line<'a>>,
    pub fences: Vec<Fence>,
}

#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    /// As written, without its ending.
    pub raw: &'a str,
    pub kind: Kind<'a>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind<'a> {
    Blank,
    Heading {
        level: usize,
        text: &'a str,
    },
    Item(Item<'a>),
    /// A line of the fenced block with this index, its fences included.
    Fence(usize),
    /// Indented code that is in no list.
    Code,
    Quote,
    Table,
    /// Front matter or an HTML comment.
    Hidden,
    /// A line of dashes, or the underline of a heading.
    Rule,
    Text,
}

/// The first line of a list item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item<'a> {
    /// How many items it stands within.
    pub depth: usize,
    /// Column of its bullet or number.
    pub indent: usize,
    /// As written, for a numbered item.
    pub number: Option<&'a str>,
    /// What stands in its box: a space, `x`, `-`.
    pub tick: Option<char>,
    /// `- [ ]* …`: Kiro's mark for what may be left out.
    pub starred: bool,
    pub text: &'a str,
}

impl<'a> Line<'a> {
    /// The item that begins on this line.
    pub fn item(&self) -> Option<Item<'a>> {
        if let Kind::Item(item) = self.kind { Some(item) } else { None }
    }

    /// The index of the fenced block that the line belongs to.
    pub fn fence(&self) -> Option<usize> {
        if let Kind::Fence(index) = self.kind { Some(index) } else { None }
    }
}

impl<'a> Document<'a> {
    pub fn read(text: &'a str) -> Self {
        let source = Source::of(text);
        let closers = Closers::of(&source);
        let last_comment_end = source.lines.iter().rposition(|line| line.contains("-->"));
        let mut document = Self::default();
        let mut open: Vec<(usize, usize)> = Vec::new();
        let front = source.front_matter();
        document.lines.extend(source.lines.iter().take(front).map(|raw| Line { raw, kind: Kind::Hidden }));
        let mut at = front;
        while let Some(raw) = source.lines.get(at).copied() {
            let (columns, bytes) = indent(raw);
            let text = raw.get(bytes..).unwrap_or_default().trim_end();
            if text.starts_with("<!--") && last_comment_end.is_some_and(|end| end >= at) {
                let lines = source.lines.iter().skip(at).position(|line| line.contains("-->")).map_or(1, |lines| lines + 1);
                document.lines.extend(source.lines.iter().skip(at).take(lines).map(|raw| Line { raw, kind: Kind::Hidden }));
                at += lines;
                continue;
            }
            let mut kind = classify(text, columns, document.lines.last(), &mut open);
            let mut opening = Mark::of(raw).filter(|mark| mark.columns <= 3 || !open.is_empty());
            let mut strip = columns;
            if let Kind::Item(item) = &mut kind
                && let Some(mark) = Mark::of(item.text).filter(|mark| !is_words(mark.info) || closers.soon(&source, at, mark))
            {
                strip = open.last().map_or(columns, |(_, content)| *content);
                opening = Some(Mark { columns: strip, ..mark });
                item.text = "";
            }
            if let Some(mark) = opening {
                let floor = open.iter().rev().map(|(_, content)| *content).find(|content| *content <= strip);
                let (fence, next) = take(&source, &closers, at, mark, strip, floor);
                let index = document.fences.len();
                document.fences.push(fence);
                let first = if matches!(kind, Kind::Item(_)) { kind } else { Kind::Fence(index) };
                document.lines.push(Line { raw, kind: first });
                document.lines.extend(source.lines.iter().take(next).skip(at + 1).map(|raw| Line { raw, kind: Kind::Fence(index) }));
                at = next.max(at + 1);
                continue;
            }
            if let Some(level) = underline(text)
                && let Some(line) = document.lines.last_mut()
                && line.kind == Kind::Text
                && open.is_empty()
                && is_title_like(line.raw)
            {
                line.kind = Kind::Heading { level, text: line.raw.trim() };
                kind = Kind::Rule;
            }
            document.lines.push(Line { raw, kind });
            at += 1;
        }
        document
    }

    /// The same text below a heading that is not in it and that nothing in it ends: its own line `n` is `n + 1` here.
    pub fn below(heading: &'a str, text: &'a str) -> Self {
        let mut document = Self::read(text);
        document.lines.insert(0, Line { raw: heading, kind: Kind::Heading { level: 0, text: heading } });
        document.fences.iter_mut().for_each(|fence| fence.line += 1);
        document
    }

    /// The line with this 0-based index.
    pub fn line(&self, at: usize) -> Option<&Line<'a>> {
        self.lines.get(at)
    }

    /// The lines from the 0-based `start` up to but not including `end`, with their indices.
    pub fn range(&self, start: usize, end: usize) -> impl DoubleEndedIterator<Item = (usize, &Line<'a>)> {
        let end = end.min(self.lines.len());
        let start = start.min(end);
        self.lines.get(start..end).unwrap_or_default().iter().enumerate().map(move |(at, line)| (start + at, line))
    }

    /// The text of these lines, without blank lines around it.
    pub fn text(&self, start: usize, end: usize) -> String {
        let text = self.range(start, end).map(|(_, line)| line.raw).collect::<Vec<_>>().join("\n");
        text.trim_matches('\n').trim_end().to_owned()
    }
}

fn classify<'a>(text: &'a str, columns: usize, before: Option<&Line<'a>>, open: &mut Vec<(usize, usize)>) -> Kind<'a> {
    let after_blank = before.is_none_or(|line| matches!(line.kind, Kind::Blank | Kind::Hidden | Kind::Rule));
    if text.is_empty() {
        return Kind::Blank;
    }
    if columns <= 3
        && let Some((level, text)) = heading(text)
    {
        open.clear();
        return Kind::Heading { level, text };
    }
    if is_rule(text) {
        // One that stands within an item ends no list.
        while open.last().is_some_and(|(_, content)| *content > columns) {
            open.pop();
        }
        return Kind::Rule;
    }
    if let Some((item, content)) = item(text, columns) {
        while open.last().is_some_and(|(indent, _)| *indent >= columns || columns < indent + 2) {
            open.pop();
        }
        if !open.is_empty() || columns <= 3 {
            let depth = open.len();
            // Depth beyond any reader's patience is not kept: it would only cost time.
            if depth < 64 {
                open.push((columns, content));
            }
            return Kind::Item(Item { depth, ..item });
        }
    }
    if after_blank {
        while open.last().is_some_and(|(indent, _)| *indent >= columns) {
            open.pop();
        }
    }
    match text.chars().next() {
        Some('>') => Kind::Quote,
        Some('|') => Kind::Table,
        _ if columns >= 4 && open.is_empty() && (after_blank || before.is_some_and(|line| line.kind == Kind::Code)) => Kind::Code,
        _ => Kind::Text,
    }
}

fn heading(text: &str) -> Option<(usize, &str)> {
    let level = text.bytes().take_while(|byte| *byte == b'#').count();
    let rest = text.get(level..)?;
    if level == 0 || level > 6 || !(rest.is_empty() || rest.starts_with([' ', '\t'])) {
        return None;
    }
    let rest = rest.trim();
    let bare = rest.trim_end_matches('#');
    Some((level, if bare.is_empty() || bare.ends_with([' ', '\t']) { bare.trim_end() } else { rest }))
}

fn is_rule(text: &str) -> bool {
    ['-', '*', '_']
        .into_iter()
        .any(|mark| text.chars().all(|char| char == mark || char == ' ') && text.chars().filter(|char| *char == mark).take(3).count() == 3)
}

fn underline(text: &str) -> Option<usize> {
    let all = |mark: char| text.len() >= 3 && text.chars().all(|char| char == mark);
    if all('=') { Some(1) } else { all('-').then_some(2) }
}

fn is_title_like(line: &str) -> bool {
    let text = line.trim();
    text.chars().count() <= 100 && !text.ends_with(['.', ':', ',', ';', '。', '：'])
}

fn item(text: &str, columns: usize) -> Option<(Item<'_>, usize)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, width) = match text.chars().next()? {
        '-' | '*' | '+' | '•' => (None, text.chars().next()?.len_utf8()),
        '0'..='9' if digits <= 9 && matches!(text.as_bytes().get(digits), Some(b'.' | b')')) => (text.get(..digits), digits + 1),
        _ => return None,
    };
    let rest = text.get(width..)?;
    let gap = rest.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    // "-[ ] Add": the blank was forgotten, and nothing else can be meant.
    let boxed = number.is_none() && tick_box(rest).is_some_and(|(_, after)| after.starts_with(' '));
    if gap == 0 && !rest.is_empty() && !boxed {
        return None;
    }
    let content = columns + width + gap.clamp(1, 4);
    let mut text = rest.trim_start();
    let (mut tick, mut starred) = (None, false);
    while let Some((char, after)) = tick_box(text) {
        // A box within a box, as some tools write: ticked if either is.
        tick = Some(if tick.is_some_and(is_ticked) { 'x' } else { char });
        starred |= after.starts_with('*') && !after.starts_with("**");
        let after = if starred { after.trim_start_matches('*') } else { after }.trim_start();
        text = match tick_box(after.strip_prefix("- ").unwrap_or(after)) {
            Some(_) => after.strip_prefix("- ").unwrap_or(after),
            None => after,
        };
    }
    Some((Item { depth: 0, indent: columns, number, tick, starred, text }, content))
}

/// Whether what follows a fence is a sentence and no language.
fn is_words(info: &str) -> bool {
    info.split_whitespace().count() >= 2 && !info.contains(['=', '{', '/', '.', ':'])
}

/// A box at the start of an item: what stands in it, and what follows. Any one sign may stand in it, and the blank after it may be forgotten
/// where nothing else can be meant.
fn tick_box(text: &str) -> Option<(char, &str)> {
    let rest = text.strip_prefix('[')?;
    let tick = rest.chars().next()?;
    if tick == ']' {
        return rest.get(1..).filter(|after| after.starts_with(' ')).map(|after| (' ', after));
    }
    let after = rest.get(tick.len_utf8()..)?.strip_prefix(']')?;
    let parted = after.is_empty() || after.starts_with([' ', '\t', '*']);
    let sign = matches!(tick, ' ' | 'x' | 'X' | '-' | '~' | '/' | '✓' | '✔' | '✅') || !tick.is_alphanumeric();
    let glued = matches!(tick, ' ' | 'x' | 'X') && after.starts_with(char::is_alphanumeric);
    (parted && sign || glued).then_some((tick, after))
}

/// Whether this stands in the box of a thing that is done.
pub fn is_ticked(tick: char) -> bool {
    matches!(tick, 'x' | 'X' | '✓' | '✔' | '✅')
}
