//! The confirmation that everything is built.

use super::text::{inline, lines, paragraph};
use crate::workflow::Run;
use crate::workflow::checklist::Checklist;

pub fn comment(run: &Run) -> String {
    let Some(checklist) = Checklist::of(run) else {
        return "There is nothing to report.\n".to_owned();
    };
    let (verified, all) = checklist.progress();
    let asked_by = &run.asked_by;
    let built = match all {
        1 => "the one step is built".to_owned(),
        2 => "both steps are built".to_owned(),
        more => format!("all {more} steps are built"),
    };
    let mut out = match (run.pull, verified == all) {
        (Some(pull), true) => format!("@{asked_by}, {built} and verified by CI. #{pull} is ready for review.\n"),
        (Some(pull), false) => {
            format!("@{asked_by}, {built}. CI has verified {verified} of {all}, and the list in #{pull} says what is missing.\n")
        }
        (None, _) => format!("@{asked_by}, no step needed a change, so there is no pull request.\n"),
    };
    let open: Vec<String> = checklist.criteria.iter().filter(|c| !c.ticked).map(|c| format!("- {}\n", inline(&c.text))).collect();
    if !open.is_empty() {
        out.push_str("\nFor a person to confirm:\n\n");
        out.push_str(&lines(open, |n| format!("- and {n} more\n")));
    }
    let works = run.plan.iter().flat_map(|plan| &plan.steps).filter_map(|step| step.work.as_ref());
    let mut suggestions: Vec<String> = Vec::new();
    for suggestion in works.flat_map(|work| &work.suggestions) {
        let line = format!("- {}\n", paragraph(suggestion));
        if !suggestions.contains(&line) {
            suggestions.push(line);
        }
    }
    if !suggestions.is_empty() {
        out.push_str("\nSuggestions for later, none of which is built:\n\n");
        out.push_str(&lines(suggestions, |n| format!("- and {n} more\n")));
    }
    out
}
