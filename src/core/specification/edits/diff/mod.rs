//! A unified diff as values: `diff --git` or plain `---`/`+++`, text hunks and git's binary patches.
//!
//! Parsing is strict where leniency could apply something else than was meant: a hunk that ends early is an error, and so is a line
//! that belongs to nothing. It is lenient where only numbers are wrong: such a hunk has no position and must be found by its text.
//! Names are as written: whether a path may be touched is not decided here.

mod agents;
mod binary;
mod header;
mod hunk;
mod quoting;
mod sections;
mod shape;

pub use binary::{Binary, blob_id};
pub use hunk::{Hunk, Line, LineKind};
pub use sections::parse;
pub use shape::{Shape, has_header, has_hunk, shape};

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
    /// The file is taken away, whatever it holds.
    Gone,
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

/// The files of a block that is a diff: `file` is the name that stands outside of it, where its text is hunks alone.
pub fn parse_block(text: &str, file: Option<&str>) -> Result<Vec<FilePatch>, Unreadable> {
    file.map_or_else(|| parse(text), |file| sections::parse_hunks(text, file))
}

#[cfg(test)]
mod tests;
