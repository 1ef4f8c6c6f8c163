//! What people do not see is not read: it is taken out of a text before anything is made of it, and told.
//!
//! Lines keep their numbers, as only what stands within them goes. Code is sacred: an exact edit is taken to the byte or not at
//! all, so what is invisible in code stays and is told as such, for a person to decide. Nothing here says what a finding means.

mod characters;

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::document::{Document, Kind, Part, page, starts};
pub use characters::{has_tags, is_unseen, visibly};

/// Something in a text that its page does not show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unseen {
    pub kind: UnseenKind,
    /// 1-based line on which it begins.
    pub line: usize,
    /// The beginning of it on one line, with what is invisible spelt out. Untrusted as the text is.
    pub extract: String,
    /// It stands in code and was left there, as an exact edit is taken to the byte or not at all.
    pub in_code: bool,
    /// The file in which it stands; empty for the issue itself.
    #[serde(default)]
    pub document: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnseenKind {
    HtmlComment,
    /// An HTML element that is styled or marked so that it does not show.
    HiddenElement,
    /// `alt`, `title`, `aria-…` and the like in an HTML tag.
    HiddenAttribute,
    /// The words that stand for an image.
    ImageText,
    LinkTitle,
    /// A link's or footnote's definition that nothing refers to.
    UnusedDefinition,
    ZeroWidth,
    /// U+FEFF: at the start of a file it says how the file is encoded.
    ByteOrderMark,
    BidirectionalControl,
    /// Soft hyphens, tags, fillers, selectors, control characters.
    InvisibleCharacter,
    /// It is read, as people can open it.
    CollapsedBlock,
    /// A file's name with a letter that looks like another one. It is refused.
    LookalikeInPath,
}

impl UnseenKind {
    /// Whether it is single characters, and not a part of the text.
    fn is_a_character(self) -> bool {
        matches!(self, Self::ZeroWidth | Self::ByteOrderMark | Self::BidirectionalControl | Self::InvisibleCharacter)
    }
}

/// So many findings in code and so many elsewhere are kept: beyond that a person needs no longer list.
const MOST: usize = 100;

/// How often a text is looked at again, as taking something out may bring something else to light.
const MOST_ROUNDS: usize = 8;

/// A text as people see it, and what they do not see of it. Line breaks stay where they are.
pub fn seen(text: &str) -> (String, Vec<Unseen>) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if !may_hide(text) {
        return (text.to_owned(), Vec::new());
    }
    let mut text = text.to_owned();
    let mut told = Vec::new();
    for _ in 0..MOST_ROUNDS {
        let look = Look::at(&text);
        told.extend(look.told(|finding| !finding.gone.is_empty()));
        if !look.takes_anything() {
            told.extend(look.told(|finding| finding.gone.is_empty()));
            return (text, few(told));
        }
        text = look.rest();
    }
    // What hides things within things deeper than this is no honest text: nothing of it is read from there on, or at all.
    let first = Look::at(&text).findings.iter().filter(|finding| !finding.gone.is_empty()).map(|finding| finding.range.start).min();
    for from in [first.unwrap_or(text.len()), 0] {
        text = without(&text, std::slice::from_ref(&(from..text.len())));
        if !Look::at(&text).takes_anything() {
            break;
        }
    }
    (text, few(told))
}

/// Whether a text holds any of the marks without which nothing is hidden.
fn may_hide(text: &str) -> bool {
    text.contains(['<', '&']) || ["](", "]:", "][", "[^"].iter().any(|mark| text.contains(mark)) || text.chars().any(is_unseen)
}

fn few(mut told: Vec<Unseen>) -> Vec<Unseen> {
    told.sort_by_key(|finding| (finding.line, finding.kind, finding.in_code));
    let (mut in_code, mut elsewhere) = (0, 0);
    told.retain(|finding| {
        let count = if finding.in_code { &mut in_code } else { &mut elsewhere };
        *count += 1;
        *count <= MOST
    });
    told
}

struct Finding {
    range: Range<usize>,
    kind: UnseenKind,
    /// What of it goes; nothing where it is only told.
    gone: Vec<Range<usize>>,
    in_code: bool,
}

/// One look at a text.
struct Look<'a> {
    text: &'a str,
    /// In order, none within what another takes out.
    findings: Vec<Finding>,
    lines: Vec<usize>,
}

impl<'a> Look<'a> {
    fn at(text: &'a str) -> Self {
        let page = page(text);
        let lines = starts(text);
        let fences = fences(text, &lines, &page.parts);
        let mut findings = Vec::new();
        let mut gone_to = 0;
        for Part { range, kind } in page.parts {
            if range.end <= gone_to {
                continue;
            }
            let gone = if kind == UnseenKind::CollapsedBlock { Vec::new() } else { outside(&range, &fences) };
            let in_code = kind != UnseenKind::CollapsedBlock && gone.iter().map(Range::len).sum::<usize>() < range.len();
            gone_to = gone.last().map_or(gone_to, |last| last.end.max(gone_to));
            findings.push(Finding { range, kind, gone, in_code });
        }
        let whole: Vec<Range<usize>> = findings.iter().flat_map(|finding| finding.gone.iter().cloned()).collect();
        let mut code = page.code;
        code.extend(fences);
        code.sort_by_key(|range| range.start);
        let (gone, code) = (Ranges::of(&whole), Ranges::of(&code));
        for (range, kind) in characters::unseen(text, &page.references) {
            if !gone.holds(range.start) {
                let in_code = code.holds(range.start);
                findings.push(Finding { gone: if in_code { Vec::new() } else { vec![range.clone()] }, range, kind, in_code });
            }
        }
        findings.sort_by_key(|finding| finding.range.start);
        Self { text, findings, lines }
    }

    fn takes_anything(&self) -> bool {
        self.findings.iter().any(|finding| !finding.gone.is_empty()) && self.rest() != self.text
    }

    fn rest(&self) -> String {
        let mut gone: Vec<Range<usize>> = self.findings.iter().flat_map(|finding| finding.gone.iter().cloned()).collect();
        gone.sort_by_key(|range| range.start);
        without(self.text, &gone)
    }

    /// The findings as they are told: of a line, all characters of one kind are one.
    fn told(&self, which: impl Fn(&Finding) -> bool) -> Vec<Unseen> {
        let mut told: Vec<Unseen> = Vec::new();
        for finding in self.findings.iter().filter(|finding| which(finding)) {
            let line = self.lines.partition_point(|start| *start <= finding.range.start);
            let is_character = finding.kind.is_a_character();
            let same = |other: &&Unseen| other.line == line && other.kind == finding.kind && other.in_code == finding.in_code;
            if is_character && told.iter().rev().take_while(|other| other.line == line).any(|other| same(&other)) {
                continue;
            }
            let extract = if is_character {
                characters::around(self.text, &finding.range)
            } else if finding.kind == UnseenKind::CollapsedBlock {
                summary(self.text.get(finding.range.end..).unwrap_or_default())
            } else {
                characters::extract(self.text.get(finding.range.clone()).unwrap_or_default())
            };
            told.push(Unseen { kind: finding.kind, line, extract, in_code: finding.in_code, document: String::new() });
        }
        told
    }
}

/// What stands on a collapsed block.
fn summary(after: &str) -> String {
    let line = after.trim_start();
    let words = line.strip_prefix("<summary>").and_then(|rest| rest.split_once("</summary>")).map_or("", |(words, _)| words);
    characters::extract(words)
}

/// The fenced blocks as the reader of specifications takes them, which is more lenient than the page. One that opens within
/// something hidden is none.
fn fences(text: &str, lines: &[usize], parts: &[Part]) -> Vec<Range<usize>> {
    let document = Document::read(text);
    let hidden: Vec<Range<usize>> =
        parts.iter().filter(|part| part.kind != UnseenKind::CollapsedBlock).map(|part| part.range.clone()).collect();
    let hidden = Ranges::of(&hidden);
    let mut fences = Vec::new();
    for (index, fence) in document.fences.iter().enumerate() {
        let opening = fence.line - 1;
        let below = document.range(fence.line, document.lines.len());
        let length = below.take_while(|(_, line)| line.kind == Kind::Fence(index)).count();
        let start = lines.get(opening).copied().unwrap_or(text.len());
        let end = lines.get(fence.line + length).map_or(text.len(), |next| next - 1);
        let mark = start + text.get(start..end).and_then(|line| line.find(['`', '~'])).unwrap_or(0);
        if !hidden.holds(mark) {
            fences.push(start..end);
        }
    }
    fences
}

/// Sorted ranges, to ask whether one of them holds a place.
struct Ranges(Vec<(usize, usize)>);

impl Ranges {
    fn of(ranges: &[Range<usize>]) -> Self {
        let mut sorted: Vec<&Range<usize>> = ranges.iter().collect();
        sorted.sort_by_key(|range| range.start);
        let mut furthest = 0;
        Self(
            sorted
                .into_iter()
                .map(|range| {
                    furthest = furthest.max(range.end);
                    (range.start, furthest)
                })
                .collect(),
        )
    }

    fn holds(&self, at: usize) -> bool {
        let before = self.0.partition_point(|(start, _)| *start <= at);
        before > 0 && self.0.get(before - 1).is_some_and(|(_, end)| *end > at)
    }
}

/// The parts of a range that lie in none of these, which are in order and apart.
fn outside(range: &Range<usize>, others: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut from = range.start;
    let first = others.partition_point(|other| other.end <= range.start);
    for other in others.iter().skip(first).take_while(|other| other.start < range.end) {
        if from < other.start {
            parts.push(from..other.start);
        }
        from = from.max(other.end);
    }
    if from < range.end {
        parts.push(from..range.end);
    }
    parts
}

/// A text without these ranges, which are in order. Line breaks stay, and what puts a line into a quotation or an item.
fn without(text: &str, gone: &[Range<usize>]) -> String {
    let mut rest = String::with_capacity(text.len());
    let mut from = 0;
    for range in gone {
        let start = range.start.max(from);
        if range.end <= from {
            continue;
        }
        rest.push_str(text.get(from..start).unwrap_or_default());
        let mut lines = text.get(start..range.end).unwrap_or_default().split_inclusive(['\n', '\r']);
        rest.extend(lines.next().and_then(|line| line.chars().next_back()).filter(|c| matches!(c, '\n' | '\r')));
        let mut lines = lines.peekable();
        // The line on which the range begins; only where it goes on, so that no line is looked at twice.
        let begins = |text: &str| text.rfind('\n').map_or(0, |at| at + 1);
        let head = text.get(..start).filter(|_| lines.peek().is_some()).and_then(|before| before.get(begins(before)..));
        let quoted = head.is_some_and(|line| line.trim_start().starts_with('>'));
        for line in lines {
            rest.extend(line.chars().take_while(|c| matches!(c, ' ' | '\t') || (quoted && *c == '>')));
            rest.extend(line.chars().next_back().filter(|c| matches!(c, '\n' | '\r')));
        }
        from = range.end;
    }
    rest.push_str(text.get(from..).unwrap_or_default());
    rest
}

#[cfg(test)]
mod tests;
