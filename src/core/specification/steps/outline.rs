//! Steps in places that seldom hold them (a migration plan, a roadmap, an approach): taken only where nothing better is there.

use super::draft::Draft;
use super::{headings, items};
use crate::specification::document::Document;
use crate::specification::sections::{Section, lineage};
use crate::specification::vocabulary::Topic;

pub fn find(document: &Document<'_>, sections: &[Section]) -> Vec<Draft> {
    let lists = || {
        let outlines = sections.iter().enumerate().filter(|(index, section)| {
            section.topic == Topic::Outline
                && is_ordered(&section.title)
                && lineage(sections, *index).skip(1).all(|(_, around)| around.topic.may_hold_steps() || around.level == 1)
        });
        outlines.map(|(index, _)| items::numbers_of(document, sections, index)).find(|drafts| drafts.len() >= 2).unwrap_or_default()
    };
    let named = headings::elsewhere(document, sections);
    if named.is_empty() { lists() } else { named }
}

/// Words that promise an order. A proposed solution or an approach tells what is wanted, mostly, and not in which steps.
fn is_ordered(title: &str) -> bool {
    let title = title.to_lowercase();
    ["plan", "sequence", "order", "roadmap", "checklist", "milestone", "steps", "path"].iter().any(|word| title.contains(word))
}
