//! Which parts of a document are the steps.
//!
//! Several forms may be present at once; the one that promises most is taken whole: tasks in tags, Spec Kit's `T001` boxes,
//! numbered headings, lists in a section of steps, and only where there is none of these what is less sure. Nothing is made up:
//! a document without an ordered plan has no steps.

mod draft;
mod headings;
mod items;
mod outline;
mod tags;

pub use draft::{Draft, From};
pub use tags::element;

use super::document::Document;
use super::sections::Section;

/// A way in which steps are written.
type Form = fn(&Document<'_>, &[Section]) -> Vec<Draft>;

/// The steps of a document, in order.
pub fn find(document: &Document<'_>, sections: &[Section]) -> Vec<Draft> {
    let forms: [Form; 7] =
        [tags::find, items::with_task_ids, headings::units, lists_or_phases, items::under_titles, outline::find, items::elsewhere];
    let mut drafts = forms.iter().map(|form| form(document, sections)).find(|drafts| !drafts.is_empty()).unwrap_or_default();
    drafts.sort_by_key(|draft| draft.at);
    drafts.dedup_by_key(|draft| draft.at);
    drafts
}

/// The lists of sections that promise steps. Where such a list stands within a phase, the phases are the steps, or have them.
fn lists_or_phases(document: &Document<'_>, sections: &[Section]) -> Vec<Draft> {
    let lists = items::in_plans(document, sections);
    let phases = headings::groups(document, sections);
    let within = |item: &Draft| {
        let before = phases.partition_point(|phase| phase.at <= item.at);
        before.checked_sub(1).and_then(|at| phases.get(at)).is_some_and(|phase| item.at < phase.end)
    };
    if lists.is_empty() || lists.iter().any(within) { phases } else { lists }
}
