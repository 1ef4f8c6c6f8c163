//! A step as found: where it is and how it is called. What it says is read from its lines later.

use crate::specification::names::Strike;

/// A step's place. Lines are 0-based.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Draft {
    /// As written, if it is.
    pub number: Option<String>,
    pub title: String,
    pub at: usize,
    /// The line after its last one.
    pub end: usize,
    /// What follows the title on its line.
    pub rest: String,
    pub from: From,
    pub done: bool,
    /// What may say that it is done, and does not stand in its own place.
    pub mark: Option<String>,
    /// Struck out by its author.
    pub struck: bool,
    /// How many steps there are, where its name says it.
    pub total: Option<usize>,
    /// Marked as what may be left out.
    pub optional: bool,
    /// Its group: the section, or the line of the parent item, within which its number is its own.
    pub group: Option<usize>,
    /// The number of that group, if it has one.
    pub group_number: Option<String>,
}

/// Words that are struck out, as the mark that they are: it may say that a step is done, or not wanted any more.
pub fn struck_words(strike: &Strike) -> Option<String> {
    match strike {
        Strike::Beginning(words) => Some(format!("~~{words}~~")),
        Strike::Nothing | Strike::Whole => None,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum From {
    #[default]
    Heading,
    Item,
    Tag,
    Row,
}
