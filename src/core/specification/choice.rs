//! Which of the proposed plans is taken, and which are shown to be approved.

use super::document::Document;
use super::forms::{Candidate, Certainty, Draft, From, candidates, list_in_plan};
use super::sections::Section;

/// What the forms of a document come to.
#[derive(Debug, Default)]
pub struct Choice {
    /// The steps, in order; empty where nothing says that it is the plan.
    pub drafts: Vec<Draft>,
    /// What a person may have meant as the plan, the likeliest first; only where there are no steps.
    pub alternatives: Vec<Vec<Draft>>,
}

/// More alternatives help nobody.
const MOST_ALTERNATIVES: usize = 3;

/// The plan of a document: the surest proposal, the first among equals.
pub fn choose(document: &Document<'_>, sections: &[Section]) -> Choice {
    let candidates = candidates(document, sections);
    let best = candidates.iter().filter(|candidate| candidate.certainty > Certainty::Obvious).max_by(|one, other| {
        // Of equals `max_by` takes the last.
        one.certainty.cmp(&other.certainty).then(std::cmp::Ordering::Greater)
    });
    if let Some(best) = best {
        return Choice { drafts: joined(best, document, sections), alternatives: Vec::new() };
    }
    let mut alternatives: Vec<Vec<Draft>> = Vec::new();
    for candidate in candidates {
        let new = candidate.drafts.iter().any(|draft| !alternatives.iter().flatten().any(|known| known.at == draft.at));
        if new && alternatives.len() < MOST_ALTERNATIVES {
            alternatives.push(candidate.drafts);
        }
    }
    Choice { drafts: Vec::new(), alternatives }
}

/// The headings of a plan together with the list that they continue: steps 1 and 2 as items, and step 3 with a heading of its own.
fn joined(best: &Candidate, document: &Document<'_>, sections: &[Section]) -> Vec<Draft> {
    let number = |draft: &Draft| draft.number.as_deref().and_then(|number| number.parse::<usize>().ok());
    let first = best.drafts.first().filter(|draft| draft.from == From::Heading).and_then(number).filter(|first| *first > 1);
    let list = first.and_then(|_| list_in_plan(document, sections)).map(|list| list.drafts).unwrap_or_default();
    let numbers: Option<Vec<usize>> = list.iter().map(number).collect();
    let before = list.iter().all(|draft| best.drafts.iter().all(|heading| draft.at < heading.at));
    let continues = numbers.is_some_and(|numbers| numbers.first() == Some(&1) && numbers.last().map(|last| last + 1) == first);
    let mut drafts = if before && continues { list } else { Vec::new() };
    drafts.extend(best.drafts.iter().cloned());
    drafts
}
