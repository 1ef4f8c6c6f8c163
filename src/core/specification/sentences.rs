//! A text as what it says: its sentences in their order, each in its author's words.
//!
//! Lines, items and paragraphs are told by `document`; what a sentence means is not. It is only guessed whether a sentence asks for something,
//! so that nothing that was asked for is forgotten in silence.

mod find;
mod split;

pub use find::Quoted;

use super::document::{Document, Kind};
use super::pattern::Pattern;
use super::sections::{Section, lineage, sections};
use super::vocabulary::{Topic, is_imperative};

/// A sentence, a heading, a row of a table, or a whole block of code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// On one line; of a block of code all its lines, each with its end, without the fences.
    pub text: String,
    /// 1-based line on which it begins.
    pub line: usize,
    /// Which paragraph, item or block it stands in, counted from 0.
    pub block: usize,
    pub is_code: bool,
    pub is_heading: bool,
    /// It seems to ask for something to be done.
    pub asks: bool,
}

/// Lines that belong together.
#[derive(Debug, Default)]
struct Block<'a> {
    /// 0-based line, and what it says.
    lines: Vec<(usize, &'a str)>,
    form: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Form {
    #[default]
    Prose,
    Heading,
    Quote,
    Row,
    Code,
}

/// The sentences of a text.
pub fn sentences(text: &str) -> Vec<Sentence> {
    let document = Document::read(text);
    let sections = sections(&document);
    let mut found = Vec::new();
    for (block, content) in blocks(&document).into_iter().enumerate() {
        let Some((first, _)) = content.lines.first().copied() else { continue };
        let asked_for = content.form == Form::Prose && may_ask(&sections, first);
        let parts = match content.form {
            Form::Code => vec![(first, content.lines.iter().map(|(_, line)| format!("{line}\n")).collect::<String>())],
            Form::Heading | Form::Row => content.lines.iter().map(|(at, line)| (*at, (*line).to_owned())).collect(),
            Form::Prose | Form::Quote => split::split(&content.lines),
        };
        found.extend(parts.into_iter().filter(|(_, text)| text.chars().any(char::is_alphanumeric)).map(|(at, text)| Sentence {
            line: at + 1,
            block,
            is_code: content.form == Form::Code,
            is_heading: content.form == Form::Heading,
            asks: asked_for && asks(&text),
            text,
        }));
    }
    found
}

fn blocks<'a>(document: &Document<'a>) -> Vec<Block<'a>> {
    let mut blocks: Vec<Block<'a>> = Vec::new();
    let mut open = false;
    for (at, line) in document.range(0, document.lines.len()) {
        let (form, text, goes_on) = match line.kind {
            Kind::Blank | Kind::Rule | Kind::Hidden => {
                open = false;
                continue;
            }
            Kind::Heading { text, .. } => (Form::Heading, text, false),
            Kind::Item(item) => (Form::Prose, item.text, false),
            Kind::Text => (Form::Prose, line.raw.trim(), true),
            Kind::Quote => {
                let said = line.raw.trim_start_matches(['>', ' ', '\t']).trim_end();
                if said.is_empty() {
                    open = false;
                    continue;
                }
                (Form::Quote, said, true)
            }
            Kind::Table => (Form::Row, line.raw.trim(), false),
            Kind::Code => (Form::Code, line.raw, true),
            Kind::Fence(index) => {
                let is_mark = document.line(at.wrapping_sub(1)).and_then(super::document::Line::fence) != Some(index)
                    || document.fences.get(index).is_some_and(|fence| fence.closed)
                        && document.line(at + 1).and_then(super::document::Line::fence) != Some(index);
                if is_mark {
                    open = false;
                    continue;
                }
                (Form::Code, line.raw, true)
            }
        };
        match blocks.last_mut() {
            Some(block) if open && goes_on && block.form == form => block.lines.push((at, text)),
            _ => blocks.push(Block { lines: vec![(at, text)], form }),
        }
        open = true;
    }
    blocks
}

/// Whether the sections around a line are places in which something is asked for: no examples, no criteria, nothing out of scope.
fn may_ask(sections: &[Section], at: usize) -> bool {
    let Some(section) = sections.partition_point(|section| section.at <= at).checked_sub(1) else { return true };
    !lineage(sections, section).any(|(_, section)| {
        matches!(section.topic, Topic::OutOfScope | Topic::Foreign | Topic::Questions | Topic::Acceptance | Topic::Verification)
    })
}

fn asks(text: &str) -> bool {
    static WANTS: Pattern = Pattern::new(
        r"(?i)\b(?:should|shall|must|needs?\s+to|has\s+to|have\s+to|ought\s+to|want(?:s|ed)?|would\s+(?:like|love|be\s+(?:nice|good|great))|please|let'?s|make\s+sure)\b|需要|应该|應該|必须|必須|请|請|べき|ください|ほしい",
    );
    let bare = text.trim_end_matches(|char: char| !char.is_alphanumeric() && !matches!(char, '?' | '？'));
    !bare.ends_with(['?', '？']) && (WANTS.is_in(text) || is_imperative(text))
}

#[cfg(test)]
mod tests;
