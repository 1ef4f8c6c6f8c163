//! Characters that nobody sees, and where they have a use all the same.

use std::ops::Range;

use unicode_properties::UnicodeEmoji;
use unicode_script::{Script, UnicodeScript};

use super::UnseenKind;

/// At most so many characters of a finding are told.
const LONGEST: usize = 80;

/// The kind of a character that shows nothing, if it is one. Spaces and line breaks show something.
fn kind(c: char) -> Option<UnseenKind> {
    match c {
        '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{180e}' => Some(UnseenKind::ZeroWidth),
        '\u{feff}' => Some(UnseenKind::ByteOrderMark),
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => Some(UnseenKind::BidirectionalControl),
        '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' => None,
        '\u{ad}'
        | '\u{34f}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{17b4}'
        | '\u{17b5}'
        | '\u{180b}'..='\u{180d}'
        | '\u{180f}'
        | '\u{2061}'..='\u{2065}'
        | '\u{206a}'..='\u{206f}'
        | '\u{2800}'
        | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}' => Some(UnseenKind::InvisibleCharacter),
        _ if c.is_control() => Some(UnseenKind::InvisibleCharacter),
        _ => None,
    }
}

/// Whether a character shows nothing by itself.
pub fn is_unseen(c: char) -> bool {
    kind(c).is_some()
}

/// Whether a text holds tag characters, which spell words that nobody sees.
pub fn has_tags(text: &str) -> bool {
    text.chars().any(|c| ('\u{e0000}'..='\u{e007f}').contains(&c))
}

/// The characters of a text that nobody sees and that nothing there needs, in order; `references` are the same, written as HTML.
pub fn unseen(text: &str, references: &[(Range<usize>, String)]) -> Vec<(Range<usize>, UnseenKind)> {
    let mut found = Vec::new();
    // The second-last character, for what follows an emoji with its selector.
    let mut before: Option<char> = None;
    let mut flag_to = 0;
    for (at, c) in text.char_indices() {
        let after = || text.get(at + c.len_utf8()..).unwrap_or_default();
        if c == '\u{1f3f4}' {
            flag_to = at + c.len_utf8() + flag(after());
        }
        if let Some(kind) = kind(c)
            && at >= flag_to
            && !is_needed(before, c, after().chars().next())
        {
            found.push((at..at + c.len_utf8(), kind));
        }
        before = Some(c);
    }
    for (range, words) in references {
        if let Some(kind) = words.chars().find_map(kind) {
            found.push((range.clone(), kind));
        }
    }
    found.sort_by_key(|(range, _)| range.start);
    found
}

/// How many bytes of tags make a flag of a black one: England, Scotland and Wales have one.
fn flag(after: &str) -> usize {
    let tags: String = after.chars().map_while(tag).collect();
    let known = ["gbeng\u{7f}", "gbsct\u{7f}", "gbwls\u{7f}"].iter().any(|flag| tags == *flag);
    if known { tags.chars().count() * 4 } else { 0 }
}

/// The letter that a tag character stands for.
fn tag(c: char) -> Option<char> {
    ('\u{e0020}'..='\u{e007f}').contains(&c).then(|| char::from_u32(u32::from(c) - 0xe0000)).flatten()
}

/// Whether a character that shows nothing changes what its neighbours look like: it joins emoji, gives one its colours, keeps
/// letters of some scripts apart or together, or chooses a form of an ideograph.
fn is_needed(before: Option<char>, c: char, after: Option<char>) -> bool {
    let (Some(before), after) = (before, after.unwrap_or(' ')) else { return false };
    match c {
        '\u{200d}' if is_emoji_part(before) && after.is_emoji_char() && !after.is_ascii() => true,
        '\u{200c}' | '\u{200d}' => joins(before.script()) && joins(after.script()),
        '\u{fe0e}' | '\u{fe0f}' => before.is_emoji_char(),
        '\u{fe00}'..='\u{fe02}' | '\u{e0100}'..='\u{e01ef}' => before.script() == Script::Han,
        '\u{180b}'..='\u{180d}' | '\u{180f}' => before.script() == Script::Mongolian,
        _ => false,
    }
}

fn is_emoji_part(c: char) -> bool {
    (c.is_emoji_char() && !c.is_ascii()) || c == '\u{fe0f}' || ('\u{1f3fb}'..='\u{1f3ff}').contains(&c)
}

/// Scripts in which joiners are part of the spelling (Unicode Standard Annex 31, 2.3).
fn joins(script: Script) -> bool {
    use Script as S;
    [
        S::Arabic,
        S::Syriac,
        S::Nko,
        S::Mandaic,
        S::Mongolian,
        S::Devanagari,
        S::Bengali,
        S::Gurmukhi,
        S::Gujarati,
        S::Oriya,
        S::Tamil,
        S::Telugu,
        S::Kannada,
        S::Malayalam,
        S::Sinhala,
        S::Tibetan,
        S::Myanmar,
        S::Khmer,
    ]
    .contains(&script)
}

/// The text with what is invisible in it spelt out.
pub fn visibly(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match tag(c).filter(|letter| letter.is_ascii_graphic() || *letter == ' ') {
            Some(letter) => shown.push(letter),
            None if is_unseen(c) => shown.push_str(&format!("[U+{:04X}]", u32::from(c))),
            None => shown.push(c),
        }
    }
    shown
}

/// The beginning of a text on one line. Tags are shown as the letters that they stand for.
pub fn extract(text: &str) -> String {
    let mut words = String::new();
    for word in text.split_whitespace() {
        if words.chars().count() > LONGEST {
            break;
        }
        words.push_str(if words.is_empty() { "" } else { " " });
        words.extend(word.chars().take(LONGEST + 1));
    }
    let shown = visibly(&words);
    if shown.chars().count() <= LONGEST { shown } else { shown.chars().take(LONGEST - 1).chain(['…']).collect() }
}

/// The place of a character: what stands around it on its line, and all that follows it unseen.
pub fn around(text: &str, range: &Range<usize>) -> String {
    let before = text.get(..range.start).unwrap_or_default();
    let from = before.char_indices().rev().take(16).take_while(|(_, c)| *c != '\n').last().map_or(range.start, |(at, _)| at);
    let after = text.get(range.end..).unwrap_or_default();
    let to: usize = after.chars().take(LONGEST).take_while(|c| *c != '\n').map(char::len_utf8).sum();
    extract(text.get(from..range.end + to).unwrap_or_default())
}
