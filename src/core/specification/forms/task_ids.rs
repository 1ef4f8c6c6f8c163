//! Spec Kit: boxes with an id such as `T004`, in whichever section they stand.

use super::items::{drafts, everywhere};
use super::{Candidate, Certainty, candidate};
use crate::specification::document::Document;
use crate::specification::sections::Section;

pub fn propose(document: &Document<'_>, sections: &[Section]) -> Option<Candidate> {
    let all = everywhere(document, sections);
    let number = |number: &Option<String>, letters: &[char]| number.as_deref().is_some_and(|number| is_id(number, letters));
    let boxes: Vec<_> = all.into_iter().filter(|found| found.item.tick.is_some()).collect();
    // Other letters are ids where some are `T`.
    if !boxes.iter().any(|found| number(&found.name.number, &['T'])) {
        return None;
    }
    let tasks: Vec<_> = boxes.into_iter().filter(|found| number(&found.name.number, &['T', 'P', 'U', 'M'])).collect();
    candidate(Certainty::Certain, drafts(document, sections, &tasks, None))
}

fn is_id(number: &str, letters: &[char]) -> bool {
    number.strip_prefix(letters).is_some_and(|digits| digits.len() >= 2 && digits.starts_with(|char: char| char.is_ascii_digit()))
}
