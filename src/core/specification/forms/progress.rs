//! An execution plan: its open boxes under "Progress" are what is to be done.

use super::items::{Take, list};
use super::{Candidate, Certainty, candidate};
use crate::specification::document::Document;
use crate::specification::sections::Section;

pub fn propose(document: &Document<'_>, sections: &[Section]) -> Option<Candidate> {
    let progress = |section: &Section| matches!(section.title.to_lowercase().trim(), "progress" | "fortschritt" | "进度" | "進捗" | "진행");
    let (index, section) = sections.iter().enumerate().find(|(_, section)| progress(section))?;
    candidate(Certainty::Obvious, list(document, sections, index, section.end, Take::Boxes, None))
}
