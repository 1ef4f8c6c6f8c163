//! The pull request: its title, and the part of its body that is ours.

use super::marker::{checklist_begin, checklist_end};
use super::status::in_words;
use super::text::{code, inline};
use crate::workflow::Run;
use crate::workflow::checklist::{Checklist, CriterionLine, StepLine};

pub fn pull_request_title(run: &Run) -> String {
    let title = run.plan.as_ref().map(|p| inline(p.title.as_data())).unwrap_or_default();
    if title.is_empty() { format!("Build the specification in #{}", run.issue) } else { title }
}

/// The body with our part in it. People's words before and after it are kept.
pub fn pull_request_body(run: &Run, present: Option<&str>) -> String {
    let ours = our_part(run);
    let (begin, end) = (checklist_begin(run), checklist_end(run));
    let Some(present) = present else { return ours };
    let around = present.split_once(&begin).and_then(|(before, rest)| Some((before, rest.split_once(&end)?.1)));
    match around {
        Some((before, after)) => format!("{before}{}{after}", ours.trim_end_matches('\n')),
        None if present.trim().is_empty() => ours,
        None => format!("{}\n\n{ours}", present.trim_end()),
    }
}

fn our_part(run: &Run) -> String {
    let mut out = format!("{}\n", checklist_begin(run));
    out.push_str(&format!("Builds the specification in #{} exactly as written, one commit for each step.\n", run.issue));
    if let (Some(checklist), Some(plan)) = (Checklist::of(run), run.plan.as_ref()) {
        let (verified, all) = checklist.progress();
        out.push_str(&format!("\n### Steps · {verified} of {all} verified\n\n"));
        checklist.steps.iter().for_each(|line| out.push_str(&step(line)));
        if !checklist.criteria.is_empty() {
            out.push_str("\n### Acceptance criteria\n\n");
            checklist.criteria.iter().for_each(|line| out.push_str(&criterion(line)));
        }
        if !plan.specification.out_of_scope.is_empty() {
            out.push_str("\n### Out of scope\n\n");
            plan.specification.out_of_scope.iter().for_each(|text| out.push_str(&format!("- {}\n", inline(text))));
        }
        out.push_str(&format!(
            "\n<sub>Only CI ticks these boxes; one ticked by hand is set back. Built on {} at {} for @{}.</sub>\n",
            code(plan.base_branch.as_str()),
            plan.base.short(),
            run.asked_by
        ));
    }
    out.push_str(&format!("\nCloses #{}\n{}\n", run.issue, checklist_end(run)));
    out
}

fn step(line: &StepLine) -> String {
    let commit = line.commit.as_ref().map(|c| format!("{} · ", c.short())).unwrap_or_default();
    format!("- [{}] **{}** {} · {commit}{}\n", tick(line.ticked), number(&line.number), inline(&line.title), in_words(&line.standing))
}

/// `1.` for a plain number; `T004` and `1.3` as they are.
fn number(number: &str) -> String {
    let plain = number.chars().all(|c| c.is_ascii_digit());
    if plain { format!("{number}.") } else { inline(number) }
}

fn criterion(line: &CriterionLine) -> String {
    let note = match (&line.shown_by, line.ticked) {
        (Some(check), true) => format!(" · ✅ {}", code(check)),
        (Some(check), false) => format!(" · waits for {}", code(check)),
        (None, _) => " · for a person to confirm".to_owned(),
    };
    format!("- [{}] {}{note}\n", tick(line.ticked), inline(&line.text))
}

fn tick(ticked: bool) -> char {
    if ticked { 'x' } else { ' ' }
}
