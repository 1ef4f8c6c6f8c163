//! The shape of a Markdown text: its lines, each with what it is, and its fenced blocks to the byte.
//!
//! Blocks are told line by line, so that every finding has its line, exact bytes survive and time stays linear; the Markdown
//! parser is asked only for what stands within a line (`inline`). More lenient than CommonMark where people are: a fence inside a
//! list may be indented as it likes. It does not say what a heading or a list means.

mod blocks;
mod fence;
mod hidden;
mod html;
mod inline;
mod lines;
mod nested;

pub use blocks::{Document, Item, Kind, Line, is_ticked};
pub use fence::{Fence, fences};
pub use hidden::{Part, page};
pub use inline::{Mention, Piece, code_spans, mentions, pieces, plain};
pub use lines::starts;

#[cfg(test)]
mod tests;
