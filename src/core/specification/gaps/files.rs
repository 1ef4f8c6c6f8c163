//! Questions about files that are there, or are not.

use super::{gap, short};
use crate::specification::{Gap, GapKind};

pub fn missing_file(number: &str, path: &str, line: usize, blocking: bool) -> Gap {
    let question =
        format!("Step {number} changes `{path}`, which does not exist at the base and is made by no earlier step. Which file is meant?");
    gap(GapKind::MissingFile, line, blocking, question)
}

pub fn existing_file(number: &str, path: &str, line: usize, blocking: bool) -> Gap {
    gap(
        GapKind::ExistingFile,
        line,
        blocking,
        format!("Step {number} creates `{path}`, which already exists. Should it be replaced, changed, or named otherwise?"),
    )
}

/// A whole text for a file that is there, and words before it that do not speak of the whole.
pub fn part_of_a_file(number: &str, path: &str, said: &str, line: usize) -> Gap {
    let question = format!(
        "Step {number} says “{}”, and gives `{path}`, which is there, a whole text. Is the block all of the file, or a part of it? A part is \
         exact as a search/replace block or a diff.",
        short(said)
    );
    gap(GapKind::EditDoesNotApply, line, true, question)
}
