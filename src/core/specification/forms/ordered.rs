//! Steps in places that seldom hold them (a migration plan, a roadmap, an approach): taken only where nothing better is there.

use super::counted::counted;
use super::draft::Draft;
use super::items::{Take, list};
use super::plan_lists::is_explained;
use super::{Candidate, Certainty, candidate, headings};
use crate::specification::document::Document;
use crate::specification::sections::{Section, lineage};
use crate::specification::vocabulary::Topic;

pub fn propose(document: &Document<'_>, sections: &[Section]) -> Option<Candidate> {
    let named = headings::elsewhere(document, sections);
    if !named.is_empty() {
        return candidate(Certainty::Likely, named);
    }
    let outlines = sections.iter().enumerate().filter(|(index, section)| {
        section.topic == Topic::Outline
            && is_ordered(&section.title)
            && lineage(sections, *index).skip(1).all(|(_, around)| around.topic.may_hold_steps() || around.level == 1)
    });
    let lists = outlines.filter_map(|(index, section)| {
        let drafts = list(document, sections, index, section.end, Take::Numbers, None);
        (drafts.len() >= 2 && !is_explained(document, &drafts)).then(|| named_elsewhere(sections, &drafts).unwrap_or(drafts))
    });
    candidate(Certainty::Likely, lists.into_iter().next().unwrap_or_default())
}

/// The headings that a list only puts into an order: each of its items is the title of one.
fn named_elsewhere(sections: &[Section], drafts: &[Draft]) -> Option<Vec<Draft>> {
    let title = |section: &Section| counted(&section.title).map_or_else(|| section.title.clone(), |(.., title)| title).to_lowercase();
    let of = |draft: &Draft| {
        let section = sections.iter().find(|section| section.at != draft.at && title(section) == draft.title.to_lowercase())?;
        let (at, end) = (section.at, section.end);
        Some(Draft {
            number: draft.number.clone(),
            title: draft.title.clone(),
            at,
            end,
            struck: section.is_struck(),
            group: section.parent,
            ..Draft::default()
        })
    };
    let named: Option<Vec<Draft>> = drafts.iter().map(of).collect();
    // Steps are built in the order in which they stand.
    named.filter(|named| named.is_sorted_by_key(|draft| draft.at))
}

/// Words that promise an order. A proposed solution or an approach tells what is wanted, mostly, and not in which steps.
fn is_ordered(title: &str) -> bool {
    let title = title.to_lowercase();
    ["plan", "sequence", "order", "roadmap", "checklist", "milestone", "steps", "path"].iter().any(|word| title.contains(word))
}
