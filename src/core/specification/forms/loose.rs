//! Boxes that tell somebody to do something, and numbered changes of named files, wherever no heading forbids it.

use super::items::{Found, Take, found, within};
use super::{Candidate, Certainty, candidate};
use crate::specification::document::{Document, Kind};
use crate::specification::sections::Section;
use crate::specification::vocabulary::is_imperative;

pub fn propose(document: &Document<'_>, sections: &[Section]) -> Option<Candidate> {
    let all = found(document, sections, 0, document.lines.len(), None);
    let top = |found: &&Found<'_>| found.item.depth == 0;
    let boxes: Vec<_> = all.iter().filter(top).filter(|found| found.item.tick.is_some()).collect();
    let told = boxes.iter().filter(|found| is_imperative(&found.name.title)).count();
    if told >= 2 && told * 2 > boxes.len() {
        return candidate(Certainty::Likely, within(document, sections, all, Take::Boxes, None));
    }
    let numbers: Vec<_> = all.iter().filter(top).filter(|found| found.item.number.is_some()).collect();
    let exact = |found: &&&Found<'_>| {
        let end = numbers.iter().map(|other| other.at).find(|at| *at > found.at).unwrap_or(found.at + 40);
        document.range(found.at, end).any(|(_, line)| matches!(line.kind, Kind::Fence(_))) && is_imperative(&found.name.title)
    };
    if numbers.len() <= 400 && numbers.iter().filter(exact).count() * 2 > numbers.len() {
        return candidate(Certainty::Likely, within(document, sections, all, Take::Numbers, None));
    }
    None
}
