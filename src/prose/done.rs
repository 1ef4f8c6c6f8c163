//! The confirmation that everything is built.

use super::text::{count, inline};
use crate::workflow::Run;
use crate::workflow::checklist::Checklist;

pub fn comment(run: &Run) -> String {
    let Some(checklist) = Checklist::of(run) else {
        return "There is nothing to report.\n".to_owned();
    };
    let (verified, all) = checklist.progress();
    let pull = run.pull.map_or_else(|| "no pull request was needed".to_owned(), |n| format!("#{n}"));
    let mut out = if verified == all {
        format!("@{}, {} built, and CI has verified each: {pull} is ready for review.\n", run.asked_by, all_steps(all))
    } else {
        format!(
            "@{}, {} built, but CI has verified only {verified} of {all}. {pull} stays a draft; its list says what is missing.\n",
            run.asked_by,
            all_steps(all)
        )
    };
    let open: Vec<_> = checklist.criteria.iter().filter(|c| !c.ticked).collect();
    if !open.is_empty() {
        out.push_str(&format!(
            "\n{} for a person to confirm:\n\n",
            count(open.len(), "acceptance criterion").replace("criterions", "criteria")
        ));
        for criterion in open {
            out.push_str(&format!("- {}\n", inline(&criterion.text)));
        }
    }
    out
}

fn all_steps(all: usize) -> String {
    if all == 1 { "the one step of the specification is".into() } else { format!("all {all} steps of the specification are") }
}
