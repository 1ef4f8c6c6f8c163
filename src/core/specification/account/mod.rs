//! The account of a reading: every line of a document has exactly one role, and whoever reads can see it.

mod roles;
mod unplaced;

use std::ops::Range;

use serde::{Deserialize, Serialize};

#[cfg(test)]
mod tests;

pub use roles::{Sheet, sheet};
pub use unplaced::{Kind, Work, left_out, unplaced};

/// The roles of all lines, document by document, in order. Of one document the blocks are a partition: they follow one another without
/// a hole, from its first line to its last.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Account {
    pub blocks: Vec<Block>,
}

/// Lines that follow one another and have one role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Block {
    /// The file in which it stands; `#12` for a sub-issue, empty for the issue itself.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub document: String,
    /// 1-based, the first and the last line.
    pub first: usize,
    pub last: usize,
    #[serde(flatten)]
    pub role: Role,
}

/// What a block of a document is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "role", rename_all = "snake_case")]
pub enum Role {
    Title,
    Context,
    /// Of the step with this number.
    Step {
        number: String,
    },
    Criterion,
    OutOfScope,
    Question,
    Verification,
    Example,
    /// Nothing is made of it.
    LeftOut {
        why: String,
    },
}

/// Something that looks like work, or was one, and is left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// 1-based.
    pub line: usize,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub document: String,
    /// How it begins. Untrusted as the text is.
    pub words: String,
    /// Completes "left out, because …".
    pub why: String,
}

/// The account of a document that goes with the steps of others, and the exact edits in it, which are in no step. `why` completes "left
/// out, because …".
pub fn beside(of: &Sheet<'_, '_>, name: &str, why: &str) -> (Account, Vec<LeftOut>) {
    let roles = sheet(of);
    let (work, mut left) = unplaced::edits(of, &roles);
    left.extend(work.iter().map(|work| left_out(work.draft.at, &work.words, why)));
    left.sort_by_key(|left| left.line);
    left.iter_mut().for_each(|left| name.clone_into(&mut left.document));
    (Account::of(&roles).named(name), left)
}

impl Account {
    /// The same, of the document with this name.
    pub fn named(mut self, name: &str) -> Self {
        self.blocks.iter_mut().for_each(|block| name.clone_into(&mut block.document));
        self
    }

    /// The bytes of a document with this text that each of its blocks covers, in order. Together they are all of its bytes.
    pub fn bytes<'a>(&'a self, document: &str, text: &str) -> Vec<(Range<usize>, &'a Role)> {
        let starts: Vec<usize> = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let start = |line: usize| line.checked_sub(1).and_then(|at| starts.get(at)).copied().unwrap_or(text.len());
        let own = self.blocks.iter().filter(|block| block.document == document);
        own.map(|block| (start(block.first)..start(block.last + 1), &block.role)).collect()
    }
}
