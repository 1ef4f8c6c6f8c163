//! The pull request: its title, and the part of its body that is ours.

use super::checklist::{self, number};
use super::marker::{checklist_begin, checklist_end};
use super::revisions::revisions;
use super::spent;
use super::status::kept;
use super::text::{code, inline, inline_to, lines, listed, paragraph, plain};
use crate::workflow::checklist::Checklist;
use crate::workflow::{Question, Run};

/// GitHub refuses longer titles.
const LONGEST_TITLE: usize = 256;

pub fn pull_request_title(run: &Run) -> String {
    let title = run.plan.as_ref().map(|p| plain(p.title.as_data(), LONGEST_TITLE)).unwrap_or_default();
    if title.is_empty() { format!("Build the specification in #{}", run.issue) } else { title }
}

/// The body with our part in it. People's words before and after it are kept, whatever became of our markers.
pub fn pull_request_body(run: &Run, present: Option<&str>) -> String {
    let ours = our_part(run);
    let present = present.unwrap_or_default();
    if present.trim().is_empty() {
        return ours;
    }
    match around(run, present) {
        Some((before, after)) => format!("{before}{}{after}", ours.trim_end_matches('\n')),
        None => format!("{}\n\n{ours}", present.trim_end()),
    }
}

/// The body of a new one: our part, and below it the repository's template, for people to fill in. Its boxes are theirs.
pub fn new_pull_request_body(run: &Run, template: Option<&str>) -> String {
    match template.map(str::trim_end) {
        Some(template) => format!("{}\n{template}\n", our_part(run)),
        None => our_part(run),
    }
}

/// What people wrote before and after our part. Where one marker was deleted, our first or last line stands for it.
fn around<'a>(run: &Run, present: &'a str) -> Option<(&'a str, &'a str)> {
    let (begin, end) = (checklist_begin(run), checklist_end(run));
    if let Some((before, rest)) = present.split_once(&begin) {
        let ours_and_after = rest.split_once(&end).or_else(|| rest.split_once(&last_line(run)));
        return Some((before, ours_and_after.map_or(rest, |(_, after)| after)));
    }
    let (before_and_ours, after) = present.split_once(&end)?;
    let before = before_and_ours.split_once(&first_line(run)).map_or(before_and_ours, |(before, _)| before);
    Some((before, after))
}

fn first_line(run: &Run) -> String {
    format!("Builds the specification in #{} exactly as written, one commit for each step.", run.issue)
}

fn last_line(run: &Run) -> String {
    format!("Closes #{}", run.issue)
}

fn our_part(run: &Run) -> String {
    let mut out = format!("{}\n{}\n", checklist_begin(run), first_line(run));
    if let (Some(checklist), Some(plan)) = (Checklist::of(run), run.plan.as_ref()) {
        let scope = &plan.specification.out_of_scope;
        let more = |what: &'static str| move |n: usize| format!("- and {n} more {what}, in the specification\n");
        out.push_str(&checklist::steps(&checklist));
        out.push_str(&revisions(run));
        if !run.talk.removed.is_empty() {
            out.push_str(&format!("\nNo longer in the specification, and kept as built: {}.\n", kept(run)));
        }
        out.push_str(&checklist::criteria(&checklist));
        let answers: Vec<String> = run.questions.iter().filter_map(answered).take(20).collect();
        if !answers.is_empty() {
            out.push_str("\n### Answered in the issue\n\n");
            out.push_str(&lines(answers, more("answers")));
        }
        if !scope.is_empty() {
            out.push_str("\n### Out of scope\n\n");
            out.push_str(&lines(scope.iter().take(20).map(|text| format!("- {}\n", inline(text))), more("points")));
        }
        let notes = plan.specification.steps.iter().zip(&plan.steps).flat_map(|(step, state)| {
            let notes = state.work.iter().flat_map(|work| &work.notes);
            notes.chain(&state.missed).map(|note| format!("- **{}** {}\n", number(&step.number), paragraph(note)))
        });
        let notes: Vec<String> = notes.take(60).collect();
        if !notes.is_empty() {
            out.push_str("\n### For a person to look at\n\n");
            out.push_str(&lines(notes, more("notes")));
        }
        let spent = run.spent();
        if spent.turns > 0 {
            out.push_str(&format!("\n<sub>Steps in prose were written by {}: {}.</sub>\n", by(run), spent::spent(&spent)));
        }
        out.push_str(&format!(
            "\n<sub>Only CI ticks these boxes; one ticked by hand is set back. Built on {} at {} for @{}.</sub>\n",
            code(plan.base_branch.as_str()),
            plan.base.short(),
            run.asked_by
        ));
    }
    out.push_str(&format!("\n{}\n{}\n", last_line(run), checklist_end(run)));
    out
}

/// What a person decided beside the specification: a reviewer finds it in no text.
fn answered(question: &Question) -> Option<String> {
    let answer = question.answer.as_ref().filter(|_| !question.needs_an_edit())?;
    Some(format!("- {} {} answered: {}\n", inline_to(&question.gap.question, 300), code(answer.by.as_str()), inline(answer.text.as_data())))
}

/// A verification command that failed before the step as well, and did not hold it up: a note to look at.
pub fn red_before(command: &str, ended: &str) -> String {
    format!("`{command}` {ended} after this step, and failed before it as well: it says nothing of the step, and was not repaired.")
}

/// The models that wrote something.
fn by(run: &Run) -> String {
    let works = run.plan.iter().flat_map(|plan| &plan.steps).filter_map(|step| step.work.as_ref());
    let mut names: Vec<String> = works.map(|work| work.by.clone()).collect();
    names.sort();
    names.dedup();
    listed(&names, 3, code)
}
