//! Commit messages.

use super::text::plain;
use crate::workflow::Run;

/// At most so many characters of a title in the first line; the whole title follows below a longer one.
const LONGEST_SUBJECT: usize = 100;

/// The step's title, a body that leads back to the specification, and the trailers by which the commit is known.
pub fn commit_message(run: &Run, step: usize) -> String {
    let steps = run.plan.as_ref().map_or(&[][..], |p| &p.specification.steps);
    let (number, title) = steps.get(step).map_or(("", ""), |s| (s.number.as_str(), s.title.as_str()));
    let number = plain(number, 40);
    let number = if number.is_empty() { (step + 1).to_string() } else { number };
    let (subject, whole) = subject(title, &number);
    let by = &run.asked_by;
    format!(
        "{subject}\n\n{whole}Step {} of {} of the specification in #{}.\n\nJourneyman-Run: {}\nJourneyman-Step: {number}\n\
         Co-authored-by: {by} <{by}@users.noreply.github.com>\n",
        step + 1,
        steps.len(),
        run.issue,
        run.id,
    )
}

/// The first line, and the whole title as a paragraph where the line had to be cut.
fn subject(title: &str, number: &str) -> (String, String) {
    let line = plain(title, 1000);
    // `git` takes a line of dashes for the end of a message, and a line with `#` for a comment.
    let line = if line.is_empty() || line.starts_with("---") || line.starts_with('#') { format!("Step {number} {line}") } else { line };
    let line = line.trim_end();
    let cut = plain(line, LONGEST_SUBJECT);
    if cut == line { (cut, String::new()) } else { (cut, format!("{line}\n\n")) }
}
