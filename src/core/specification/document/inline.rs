//! What stands within a line: the words, and the spans of code among them.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    Words(String),
    /// Without its backticks.
    Code(String),
}

/// Beyond this many bytes no title, path or command is looked for in a line.
const LONGEST: usize = 4096;

/// The parts of a line, in order, without emphasis, link targets and comments.
pub fn pieces(line: &str) -> Vec<Piece> {
    let guarded = guarded(line);
    if let Some(words) = guarded.strip_prefix('(').filter(|words| !words.contains(is_special)) {
        return if words.is_empty() { Vec::new() } else { vec![Piece::Words(words.to_owned())] };
    }
    let mut pieces: Vec<Piece> = Vec::new();
    let words = |text: &str, pieces: &mut Vec<Piece>| match pieces.last_mut() {
        Some(Piece::Words(before)) => before.push_str(text),
        _ => pieces.push(Piece::Words(text.to_owned())),
    };
    let mut first = true;
    #[expect(clippy::wildcard_enum_match_arm, reason = "the parser's events are many, and only words and code are wanted")]
    for (event, range) in Parser::new_ext(&guarded, Options::ENABLE_STRIKETHROUGH).into_offset_iter() {
        match event {
            Event::Text(text) => {
                let text = if first { text.strip_prefix('(').unwrap_or(&text) } else { &text };
                first = false;
                words(text, &mut pieces);
            }
            Event::Code(code) => pieces.push(Piece::Code(code.into_string())),
            Event::InlineHtml(html) | Event::Html(html) if !html.starts_with("<!--") => words(&html, &mut pieces),
            Event::Start(Tag::Strong) | Event::End(TagEnd::Strong) if is_file_name(&guarded, &range) => words("__", &mut pieces),
            Event::SoftBreak | Event::HardBreak => words(" ", &mut pieces),
            _ => {}
        }
    }
    pieces
}

/// What is parsed of a line. What it starts with must not make a block of it: the bracket keeps it a paragraph.
fn guarded(line: &str) -> String {
    let line = line.trim();
    let cut = (0..=LONGEST.min(line.len())).rev().find(|at| line.is_char_boundary(*at)).unwrap_or_default();
    format!("({}", line.get(..cut).unwrap_or_default())
}

/// What may be more than a letter to the parser. Most lines have none of these, and are then as they stand.
fn is_special(char: char) -> bool {
    char.is_control() || matches!(char, '*' | '_' | '`' | '[' | ']' | '<' | '&' | '\\' | '~' | '!')
}

/// What a line names: its words and its code in order, and the targets of its links instead of their words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mention {
    Words(String),
    Code(String),
    /// Where a link leads.
    Link(String),
}

pub fn mentions(line: &str) -> Vec<Mention> {
    let guarded = guarded(line);
    let mut found: Vec<Mention> = Vec::new();
    let mut links = 0_usize;
    #[expect(clippy::wildcard_enum_match_arm, reason = "the parser's events are many, and only words, code and links are wanted")]
    for event in Parser::new_ext(&guarded, Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Start(Tag::Link { dest_url, .. }) => {
                links += 1;
                found.push(Mention::Link(dest_url.into_string()));
            }
            Event::End(TagEnd::Link) => links = links.saturating_sub(1),
            Event::Code(code) if links == 0 => found.push(Mention::Code(code.into_string())),
            Event::Text(text) if links == 0 => match found.last_mut() {
                Some(Mention::Words(before)) => before.push_str(&text),
                _ => found.push(Mention::Words(text.into_string())),
            },
            _ => {}
        }
    }
    found
}

/// `__init__.py` is a name, and not a bold `init` before a full stop.
fn is_file_name(line: &str, bold: &std::ops::Range<usize>) -> bool {
    line.get(bold.start..).is_some_and(|text| text.starts_with("__"))
        && line
            .get(bold.end..)
            .is_some_and(|text| text.starts_with('.') && text.get(1..).is_some_and(|text| text.starts_with(char::is_alphanumeric)))
}

/// The line as a title: no emphasis, no comments, links as their words; code keeps its backticks.
pub fn plain(line: &str) -> String {
    let mut text = String::new();
    for piece in pieces(line) {
        match piece {
            Piece::Words(words) => text.push_str(&words),
            Piece::Code(code) => {
                text.push('`');
                text.push_str(&code);
                text.push('`');
            }
        }
    }
    text.trim().to_owned()
}

/// The spans of code of a line, in order.
pub fn code_spans(line: &str) -> Vec<String> {
    let code = |piece| match piece {
        Piece::Code(code) => Some(code),
        Piece::Words(_) => None,
    };
    pieces(line).into_iter().filter_map(code).collect()
}
