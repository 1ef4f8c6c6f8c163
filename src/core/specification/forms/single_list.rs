//! A list that a person would take for the plan although nothing says so: the whole text, or the one list that tells what to do.

use super::draft::Draft;
use super::items::{drafts, everywhere};
use super::plan_lists::{changes_a_file, is_explained};
use super::{Candidate, Certainty, candidate};
use crate::specification::document::{Document, Kind};
use crate::specification::sections::{Section, lineage};
use crate::specification::vocabulary::is_imperative;

/// Lists with more items are not read as a plan that nobody calls one.
const MOST: usize = 100;

pub fn propose(document: &Document<'_>, sections: &[Section]) -> Option<Candidate> {
    let may_plan = |section: Option<usize>| {
        section.is_none_or(|section| lineage(sections, section).all(|(_, around)| around.topic.may_hold_steps() || around.level == 1))
    };
    let all = everywhere(document, sections).into_iter().filter(|found| may_plan(found.section));
    let top: Vec<_> = all.filter(|found| found.item.depth == 0).collect();
    // Bullets are a plan only where there is nothing else.
    let bare = sections.iter().all(|section| section.level == 1)
        && document.lines.iter().all(|line| line.kind != Kind::Text || line.raw.starts_with([' ', '\t']));
    let numbered: Vec<_> = top.into_iter().filter(|found| found.item.number.is_some() || found.item.tick.is_some() || bare).collect();
    let mut lists: Vec<Vec<_>> = Vec::new();
    for found in numbered {
        match lists.last_mut().filter(|list| list.last().is_some_and(|last: &super::items::Found<'_>| last.section == found.section)) {
            Some(list) => list.push(found),
            None => lists.push(vec![found]),
        }
    }
    // A name in bold before what is meant counts as well.
    let told = |(found, draft): &(&super::items::Found<'_>, &Draft)| {
        is_imperative(&found.name.title) || !found.name.rest.is_empty() || changes_a_file(document, draft)
    };
    let fits = |list: Vec<super::items::Found<'_>>| {
        let drafts = drafts(document, sections, &list, None);
        let told = list.iter().zip(&drafts).filter(told).count();
        ((2..=MOST).contains(&list.len()) && told * 2 > list.len() && !is_explained(document, &drafts)).then_some(drafts)
    };
    candidate(Certainty::Obvious, lists.into_iter().find_map(fits)?)
}
