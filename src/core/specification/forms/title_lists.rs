//! The boxes of a document whose title promises steps, or else the numbered list right under that title.

use super::items::{Take, list};
use super::{Candidate, Certainty, candidate};
use crate::specification::document::Document;
use crate::specification::sections::Section;
use crate::specification::vocabulary::Topic;

pub fn propose(document: &Document<'_>, sections: &[Section]) -> Option<Candidate> {
    let titles = sections.iter().enumerate().filter(|(_, section)| section.topic == Topic::Plan && section.level == 1);
    let under = titles.flat_map(|(index, section)| {
        let boxes = list(document, sections, index, section.end, Take::Boxes, None);
        if boxes.is_empty() { list(document, sections, index, section.own_end, Take::Numbers, None) } else { boxes }
    });
    candidate(Certainty::Certain, under.collect())
}
