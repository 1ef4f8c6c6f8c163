//! A unified diff as values: `diff --git` or plain `---`/`+++`, text hunks and git's binary patches.
//!
//! Parsing is strict where leniency could apply something else than was meant: a hunk that ends early is an error, and so is a line
//! that belongs to nothing. It is lenient where only numbers are wrong: such a hunk has no position and must be found by its text.
//! Names are as written: whether a path may be touched is not decided here.

mod binary;
mod header;
mod hunk;
mod quoting;
mod sections;

pub use binary::{Binary, blob_id};
pub use hunk::{Hunk, Line, LineKind};
pub use sections::parse;

use journeyman_domain::Mode;

/// What a diff says about one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilePatch {
    /// 1-based line of its header within the block.
    pub line: usize,
    /// The file before; `None` for a new one.
    pub old: Option<String>,
    /// The file after; `None` for a deleted one.
    pub new: Option<String>,
    pub origin: Origin,
    pub old_mode: Option<Mode>,
    pub new_mode: Option<Mode>,
    pub body: Body,
}

/// How the file after comes from the file before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    Same,
    Renamed,
    Copied,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// Mode, name or existence change, the content does not.
    Nothing,
    Text(Vec<Hunk>),
    Binary(Binary),
}

/// Why a block is not a diff that can be applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Unreadable {
    /// 1-based line within the block.
    pub line: usize,
    /// The file that it is about, as far as it is known.
    pub path: String,
    pub reason: String,
}

/// Whether a text begins as a diff does: `diff --git`, or `---` with `+++` after it.
pub fn opens(text: &str) -> bool {
    let mut lines = text.lines().skip_while(|line| line.trim().is_empty());
    let first = lines.next().unwrap_or_default();
    first.starts_with("diff --git ") || (first.starts_with("--- ") && lines.next().is_some_and(|line| line.starts_with("+++ ")))
}

/// Whether a file header stands anywhere in the text.
pub fn has_header(text: &str) -> bool {
    let lines = || text.split('\n');
    lines().any(|line| line.starts_with("diff --git "))
        || lines().zip(lines().skip(1)).any(|(old, new)| old.starts_with("--- ") && new.starts_with("+++ "))
}

/// Whether a hunk header stands anywhere in the text.
pub fn has_hunk(text: &str) -> bool {
    text.split('\n').any(|line| line.starts_with("@@"))
}

#[cfg(test)]
mod tests;
