//! What a text holds that its page does not show: said openly, so that nobody is steered by it unnoticed.

use super::questions::plain_line;
use super::text::{code, lines, plain};
use crate::specification::{Unseen, UnseenKind};

/// A note for the status comment; empty when nothing was found.
pub fn unseen_note(found: &[Unseen]) -> String {
    if found.is_empty() {
        return String::new();
    }
    let head = "What the text holds and its page does not show, or not plainly:\n\n";
    format!("{head}{}", lines(found.iter().map(item), |n| format!("- and {n} more\n")))
}

/// The same for the terminal: a line for each.
pub fn plain_unseen(found: &Unseen) -> String {
    let Unseen { kind, line, extract, in_code, document } = found;
    let extract = if extract.trim().is_empty() { String::new() } else { format!(": {}", plain(extract, 200)) };
    format!("{}, {}{extract} · {}", plain_line(document, *line), what(*kind), became(*kind, *in_code))
}

fn item(found: &Unseen) -> String {
    let Unseen { kind, line, extract, in_code, document } = found;
    let extract = if extract.trim().is_empty() { String::new() } else { format!(": {}", code(extract)) };
    let file = if document.is_empty() { String::new() } else { format!("{}, ", code(document)) };
    format!("- {file}line {line}, {}{extract} · {}\n", what(*kind), became(*kind, *in_code))
}

fn what(kind: UnseenKind) -> &'static str {
    match kind {
        UnseenKind::HtmlComment => "an HTML comment",
        UnseenKind::HiddenElement => "an HTML element that is hidden",
        UnseenKind::HiddenAttribute => "words in an attribute of an HTML tag",
        UnseenKind::ImageText => "the words that stand for an image",
        UnseenKind::LinkTitle => "the title of a link",
        UnseenKind::UnusedDefinition => "a definition that nothing refers to",
        UnseenKind::ZeroWidth => "characters without width",
        UnseenKind::ByteOrderMark => "a byte order mark",
        UnseenKind::BidirectionalControl => "characters that turn the direction of the text",
        UnseenKind::InvisibleCharacter => "invisible characters",
        UnseenKind::CollapsedBlock => "a collapsed block",
        UnseenKind::LookalikeInPath => "the name of a file that looks like another one",
    }
}

/// What was made of it.
fn became(kind: UnseenKind, in_code: bool) -> &'static str {
    match (kind, in_code) {
        (UnseenKind::LookalikeInPath, _) => "refused",
        (UnseenKind::CollapsedBlock, _) => "read",
        (_, true) => "in code, left as it is",
        (_, false) => "not read",
    }
}
