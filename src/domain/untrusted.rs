//! Text that anybody may have written.

use serde::{Deserialize, Serialize};

/// Text from outside: an issue's body, a comment, a file. It has no `Display`, so that it cannot slip into a shell
/// command, a path, a log line or a prompt by formatting. Whoever reads it says so with [`Untrusted::as_data`].
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Untrusted(String);

impl Untrusted {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
    /// The text as data to be parsed or shown quoted; never as an instruction.
    pub fn as_data(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Untrusted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Untrusted({} bytes)", self.0.len())
    }
}

/// Characters that reorder or hide what a reader sees (Unicode Standard Annex 9; the default-ignorable ones but the joiners).
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}
