//! The confirmation that everything is built: what, by which commit, shown by what, and what is left to people.

use super::checklist::{number, proof};
use super::revisions::revisions;
use super::status::in_words;
use super::text::{cell, count, inline, lines, paragraph};
use crate::workflow::Run;
use crate::workflow::checklist::{Checklist, CriterionLine};

pub fn comment(run: &Run) -> String {
    let Some(checklist) = Checklist::of(run) else {
        return "There is nothing to report.\n".to_owned();
    };
    let mut out = first_line(run, &checklist);
    out.push_str(&steps(run, &checklist));
    out.push_str(&revisions(run));
    out.push_str(&criteria(&checklist));
    out.push_str(&left(run, &checklist));
    out.push_str(&suggestions(run));
    out
}

fn first_line(run: &Run, checklist: &Checklist) -> String {
    let (verified, all) = checklist.progress();
    let asked_by = &run.asked_by;
    let built = match all {
        1 => "the one step is built".to_owned(),
        2 => "both steps are built".to_owned(),
        more => format!("all {more} steps are built"),
    };
    match (run.pull, verified == all) {
        (Some(pull), true) => format!("@{asked_by}, {built} and verified by CI. #{pull} is ready for review.\n"),
        (Some(pull), false) => format!("@{asked_by}, {built}. CI has verified {verified} of {all} in #{pull}.\n"),
        (None, _) => format!("@{asked_by}, no step needed a change, so there is no pull request.\n"),
    }
}

/// Each step with its commit and its verdict.
fn steps(run: &Run, checklist: &Checklist) -> String {
    let repairs = |index: usize| {
        let made = run.mending.repairs.iter().filter(|repair| repair.commit.is_some() && repair.unit == crate::workflow::Unit::Step(index));
        match made.count() {
            0 => String::new(),
            more => format!(" and {}", count(more, "further commit")),
        }
    };
    let rows = checklist.steps.iter().enumerate().map(|(index, line)| {
        let commit = line.commit.as_ref().map(|commit| format!("{}{}", commit.short(), repairs(index))).unwrap_or_default();
        let cells = [number(&line.number), inline(&line.title), commit, in_words(&line.standing)];
        format!("| {} |\n", cells.map(|markdown| cell(&markdown)).join(" | "))
    });
    format!("\n| | Step | Commit | |\n|--:|:--|:--|:--|\n{}", lines(rows, |n| format!("\nAnd {n} more.\n")))
}

/// The criteria that something shows.
fn criteria(checklist: &Checklist) -> String {
    let shown = checklist.criteria.iter().filter(|line| line.ticked);
    let shown: Vec<String> = shown.map(|line| format!("- {}{}\n", inline(&line.text), proof(line))).collect();
    if shown.is_empty() {
        return String::new();
    }
    format!("\n**Acceptance criteria that hold**\n\n{}", lines(shown, |n| format!("- and {n} more\n")))
}

/// The criteria that nothing shows, and what was met on the way.
fn left(run: &Run, checklist: &Checklist) -> String {
    let why = |line: &CriterionLine| if line.shown.is_some() { proof(line) } else { String::new() };
    let open = checklist.criteria.iter().filter(|line| !line.ticked).map(|line| format!("- {}{}\n", inline(&line.text), why(line)));
    let states = run.plan.iter().flat_map(|plan| plan.specification.steps.iter().zip(&plan.steps));
    let notes = states.flat_map(|(step, state)| {
        let notes = state.work.iter().flat_map(|work| &work.notes).chain(&state.missed);
        notes.map(|note| format!("- **{}** {}\n", number(&step.number), paragraph(note))).collect::<Vec<_>>()
    });
    let all: Vec<String> = open.chain(notes).collect();
    if all.is_empty() {
        return String::new();
    }
    format!("\n**Left to a person**\n\n{}", lines(all, |n| format!("- and {n} more\n")))
}

fn suggestions(run: &Run) -> String {
    let works = run.plan.iter().flat_map(|plan| &plan.steps).filter_map(|step| step.work.as_ref());
    let works = works.chain(run.reviews.rounds.iter().filter_map(|round| round.state.work.as_ref()));
    let mut suggestions: Vec<String> = Vec::new();
    for suggestion in works.flat_map(|work| &work.suggestions) {
        let line = format!("- {}\n", paragraph(suggestion));
        if !suggestions.contains(&line) {
            suggestions.push(line);
        }
    }
    if suggestions.is_empty() {
        return String::new();
    }
    format!("\n**Suggestions for later**, none of which is built\n\n{}", lines(suggestions, |n| format!("- and {n} more\n")))
}
