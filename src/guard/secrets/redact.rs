//! Taking credentials out of a text before it is kept or shown: transcripts, what a command printed.

use std::borrow::Cow;
use std::ops::Range;

use super::key;
use super::shapes::{self, ANY, EACH};

/// The text with `[removed: a GitHub token]` in the place of whatever has the shape of a credential; a private key goes as a whole.
pub fn redact(text: &str) -> Cow<'_, str> {
    let mut found: Vec<(Range<usize>, &str)> = Vec::new();
    if text.contains("PRIVATE KEY") {
        found.extend(key::blocks(text).into_iter().map(|range| (range, "a private key")));
    }
    for hit in ANY.matches(text.as_bytes()) {
        if let Some((shape, regex)) = EACH.get(hit) {
            found.extend(shapes::find(regex, text.as_bytes()).map(|range| (range, shape.name)));
        }
    }
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    found.sort_by_key(|(range, _)| (range.start, usize::MAX - range.end));
    let mut clean = String::with_capacity(text.len());
    let mut from = 0;
    for (range, name) in found {
        if range.start < from {
            continue;
        }
        clean.push_str(text.get(from..range.start).unwrap_or_default());
        clean.push_str("[removed: ");
        clean.push_str(name);
        clean.push(']');
        from = range.end;
    }
    clean.push_str(text.get(from..).unwrap_or_default());
    Cow::Owned(clean)
}
