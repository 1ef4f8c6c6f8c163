//! One numbered list that goes on over several headings.

use super::items::{drafts, found};
use super::{Candidate, Certainty, candidate};
use crate::specification::document::Document;
use crate::specification::sections::Section;
use crate::specification::vocabulary::{Topic, is_imperative};

pub fn propose(document: &Document<'_>, sections: &[Section]) -> Option<Candidate> {
    let all = found(document, sections, 0, document.lines.len(), None);
    let numbered: Vec<_> =
        all.into_iter().filter(|found| found.item.depth == 0 && found.item.tick.is_none() && found.item.number.is_some()).collect();
    let in_a_row = numbered.iter().enumerate().all(|(at, found)| found.item.number == Some((at + 1).to_string().as_str()));
    let sections_used: std::collections::BTreeSet<_> = numbered.iter().map(|found| found.section).collect();
    if numbered.len() < 2 || numbered.len() > 200 || !in_a_row || sections_used.len() < 2 {
        return None;
    }
    let titled = sections.iter().any(|section| section.level == 1 && section.topic == Topic::Plan);
    let told = numbered.iter().filter(|found| is_imperative(&found.name.title)).count() * 2 > numbered.len();
    let certainty = if titled { Certainty::Certain } else { Certainty::Obvious };
    if titled || told { candidate(certainty, drafts(document, sections, &numbered, None)) } else { None }
}
