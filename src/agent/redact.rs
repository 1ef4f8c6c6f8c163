//! What looks like a credential, out of texts that are kept or sent. One place to ask for it.

use std::borrow::Cow;
use std::io;
use std::sync::LazyLock;

use regex::Regex;

use super::transcript::{Entry, Transcript};

static SHAPES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let shapes = [
        r"\bgh[pousr]_[A-Za-z0-9]{36}\b",
        r"\bgithub_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}\b",
        r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b",
        r"\bsk-(?:ant-api03-|proj-)[A-Za-z0-9_-]{40,}",
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----",
    ];
    Regex::new(&shapes.join("|")).ok()
});

/// The text with `[removed: a credential]` in the place of whatever has the shape of one.
pub fn redact(text: &str) -> Cow<'_, str> {
    match SHAPES.as_ref() {
        Some(shapes) => shapes.replace_all(text, "[removed: a credential]"),
        None => Cow::Borrowed(text),
    }
}

/// Tells an implementer something: the task, an answer, what was found amiss.
pub fn tell(transcript: &mut Transcript, words: &str) -> io::Result<()> {
    transcript.push(Entry::Told(redact(words).into_owned()))
}
