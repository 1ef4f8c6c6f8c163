//! The forms in which steps are written, a file each. Each proposes the steps that it sees; none knows another, and which proposal is
//! taken is decided in `choice`. Nothing is made up: a document without an ordered plan has no steps.

mod across;
mod counted;
mod draft;
mod headings;
mod items;
mod loose;
mod ordered;
mod plan_lists;
mod progress;
mod single_list;
mod table;
mod tagged;
mod task_ids;
mod title_lists;

pub use draft::{Draft, From};
pub use table::{cells, propose as table_of_tasks};
pub use tagged::element;

use super::document::Document;
use super::sections::Section;

/// How sure a form is that what it sees is the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// A person would take it for the plan; nothing says so. It waits for an approval.
    Obvious,
    /// Taken where nothing says more plainly that it is the plan.
    Likely,
    /// The text says that these are the steps.
    Certain,
}

/// The steps that one form sees.
#[derive(Debug, Clone)]
pub struct Candidate {
    pub certainty: Certainty,
    /// In the order of the text; at least one.
    pub drafts: Vec<Draft>,
}

type Form = fn(&Document<'_>, &[Section]) -> Option<Candidate>;

/// The forms; where two are equally sure, the one that stands first is taken.
const FORMS: [Form; 13] = [
    tagged::propose,
    task_ids::propose,
    headings::units,
    plan_lists::propose,
    headings::groups,
    table::propose,
    title_lists::propose,
    across::propose,
    ordered::propose,
    loose::propose,
    progress::propose,
    counted::propose,
    single_list::propose,
];

/// What the forms see in a document, down to the first that is certain: none after it could be taken.
pub fn candidates(document: &Document<'_>, sections: &[Section]) -> Vec<Candidate> {
    let mut seen: Vec<Candidate> = Vec::new();
    for form in FORMS {
        seen.extend(form(document, sections).map(in_order));
        if seen.last().is_some_and(|candidate| candidate.certainty == Certainty::Certain) {
            break;
        }
    }
    seen
}

/// The list under "Steps" that headings may go on with.
pub fn list_in_plan(document: &Document<'_>, sections: &[Section]) -> Option<Candidate> {
    plan_lists::propose(document, sections).map(in_order)
}

fn in_order(mut candidate: Candidate) -> Candidate {
    candidate.drafts.sort_by_key(|draft| draft.at);
    candidate.drafts.dedup_by_key(|draft| draft.at);
    candidate
}

fn candidate(certainty: Certainty, drafts: Vec<Draft>) -> Option<Candidate> {
    (!drafts.is_empty()).then_some(Candidate { certainty, drafts })
}
