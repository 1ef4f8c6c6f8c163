//! Commit messages.

use super::text::inline;
use crate::workflow::Run;

/// The step's title, a body that leads back to the specification, and the trailers by which the commit is known.
pub fn commit_message(run: &Run, step: usize) -> String {
    let steps = run.plan.as_ref().map_or(&[][..], |p| &p.specification.steps);
    let (number, title) = steps.get(step).map_or(("?", ""), |s| (s.number.as_str(), s.title.as_str()));
    let subject = subject(title, number);
    let by = &run.asked_by;
    format!(
        "{subject}\n\nStep {} of {} of the specification in #{}.\n\nJourneyman-Run: {}\nJourneyman-Step: {}\n\
         Co-authored-by: {by} <{by}@users.noreply.github.com>\n",
        step + 1,
        steps.len(),
        run.issue,
        run.id,
        inline(number),
    )
}

fn subject(title: &str, number: &str) -> String {
    let line = title.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.is_empty() { format!("Build step {number}") } else { line }
}
