//! The checklist in Markdown, the same wherever it is shown.

use super::status::in_words;
use super::text::{code, inline, lines};
use crate::workflow::ProofState;
use crate::workflow::checklist::{Checklist, CriterionLine, GuestLine, StepLine};

/// More criteria than this are only counted: the whole of what they stand in stays below what GitHub takes.
const MOST_CRITERIA: usize = 40;

/// The same of commits by others.
const MOST_GUESTS: usize = 10;

/// The steps under their heading.
pub fn steps(checklist: &Checklist) -> String {
    let (verified, all) = checklist.progress();
    let more = |n: usize| format!("- and {n} more steps, in the specification\n");
    format!("\n### Steps · {verified} of {all} verified\n\n{}{}", lines(checklist.steps.iter().map(step), more), guests(checklist))
}

/// What others changed on the branch, where it was changed.
fn guests(checklist: &Checklist) -> String {
    if checklist.guests.is_empty() {
        return String::new();
    }
    let one = |guest: &GuestLine| {
        let by = guest.by.as_ref().map_or_else(|| "somebody".to_owned(), |by| code(&format!("@{by}")));
        let place = guest.after.as_ref().map_or_else(|| "before the first step".to_owned(), |step| format!("after step {}", inline(step)));
        format!("- changed by {by} {place} · {}\n", guest.commit.short())
    };
    let left = checklist.guests.len().saturating_sub(MOST_GUESTS);
    let mut out = String::from("\n**By others on the branch**\n\n");
    out.extend(checklist.guests.iter().take(MOST_GUESTS).map(one));
    if left > 0 {
        out.push_str(&format!("- and {left} more commits by others\n"));
    }
    out
}

/// The acceptance criteria under theirs; nothing where there are none.
pub fn criteria(checklist: &Checklist) -> String {
    if checklist.criteria.is_empty() {
        return String::new();
    }
    let left = checklist.criteria.len().saturating_sub(MOST_CRITERIA);
    let mut out = format!(
        "\n### Acceptance criteria\n\n{}",
        lines(checklist.criteria.iter().take(MOST_CRITERIA).map(criterion), |n| format!(
            "- and {} more criteria, in the specification\n",
            n + left
        ))
    );
    if left > 0 && !out.contains("more criteria, in the specification") {
        out.push_str(&format!("- and {left} more criteria, in the specification\n"));
    }
    out
}

fn step(line: &StepLine) -> String {
    let commit = line.commit.as_ref().map(|c| format!("{} · ", c.short())).unwrap_or_default();
    format!("- [{}] **{}** {} · {commit}{}\n", tick(line.ticked), number(&line.number), inline(&line.title), in_words(&line.standing))
}

/// `1.` for a plain number; `T004` and `1.3` as they are.
pub fn number(number: &str) -> String {
    let is_plain = number.chars().all(|c| c.is_ascii_digit());
    if is_plain { format!("{number}.") } else { inline(number) }
}

fn criterion(line: &CriterionLine) -> String {
    format!("- [{}] {}{}\n", tick(line.ticked), inline(&line.text), proof(line))
}

/// What shows the criterion, or is to.
pub fn proof(line: &CriterionLine) -> String {
    let Some(shown) = &line.shown else { return " · for a person to confirm".to_owned() };
    let within = shown.within.as_ref().map(|check| format!(" in {}", code(check))).unwrap_or_default();
    let by = format!("{}{within}", code(&shown.by));
    match (shown.state, line.ticked) {
        (_, true) => format!(" · ✅ {by}"),
        (ProofState::Red, false) => format!(" · ❌ {by} failed"),
        (ProofState::Green | ProofState::Unseen, false) => format!(" · waits for {by}"),
    }
}

fn tick(ticked: bool) -> char {
    if ticked { 'x' } else { ' ' }
}
