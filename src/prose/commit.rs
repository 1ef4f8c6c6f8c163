//! Commit messages.

use super::text::plain;
use super::{conventional, spent};
use crate::domain::{ChangeSet, Login};
use crate::workflow::{CommitForm, Item, Phase, Run, Unit, Work};

/// At most so many characters of a title in the first line; the whole title follows below a longer one.
const LONGEST_SUBJECT: usize = 100;

/// The step's title in the form that the repository wants, a body that leads back to the specification, and the trailers by
/// which the commit is known. `changes` is what the commit changes.
pub fn commit_message(run: &Run, step: usize, changes: &ChangeSet, work: Option<&Work>) -> String {
    message(run, step, changes, work, None)
}

/// The same for a commit that repairs what CI found of the step, with the attempt in its trailers.
pub fn repair_message(run: &Run, step: usize, changes: &ChangeSet, work: &Work) -> String {
    message(run, step, changes, Some(work), Some(run.mending.attempt(Unit::Step(step))))
}

/// For what a review asked for: the first words of the thread in hand, and each thread in a trailer.
pub fn review_message(run: &Run, work: &Work) -> String {
    let Phase::Revising { round, .. } = run.phase else { return String::from("Address review\n") };
    let item = run.reviews.rounds.get(round).and_then(|round| round.items.get(round.item()?));
    let said = item.and_then(|item| item.threads.first()).and_then(|thread| thread.asked()).map(|said| &said.text);
    let said = said.or(item.and_then(|item| item.words.as_ref())).map(|text| text.as_data()).unwrap_or_default();
    let (subject, whole) = first_line_of(&idle(&plain(&format!("Address review: {said}"), 1000)), LONGEST_SUBJECT);
    let threads: String =
        item.iter().flat_map(|item| &item.threads).map(|thread| format!("Journeyman-Thread: {}\n", plain(&thread.id, 100))).collect();
    let by = &run.asked_by;
    let written = written_by(work);
    format!("{subject}\n\n{whole}Journeyman-Run: {}\n{threads}{written}Co-authored-by: {by} <{by}@users.noreply.github.com>\n", run.id)
}

/// For suggestions of a review that are applied together: each thread in a trailer, and whoever suggested as a co-author.
pub fn suggestions_message(run: &Run, item: &Item) -> String {
    let subject = match item.threads.as_slice() {
        [one] => format!("Address review: apply a suggestion to {}", idle(&plain(&one.path, 60))),
        several => format!("Address review: apply {} suggestions", several.len()),
    };
    let threads: String = item.threads.iter().map(|thread| format!("Journeyman-Thread: {}\n", plain(&thread.id, 100))).collect();
    let mut authors: Vec<&Login> = Vec::new();
    for by in item.threads.iter().filter_map(|thread| thread.asked().map(|said| &said.by)).chain([&run.asked_by]) {
        if !authors.contains(&by) {
            authors.push(by);
        }
    }
    let authors: String = authors.iter().map(|by| format!("Co-authored-by: {by} <{by}@users.noreply.github.com>\n")).collect();
    format!("{subject}\n\nJourneyman-Run: {}\n{threads}{authors}", run.id)
}

fn message(run: &Run, step: usize, changes: &ChangeSet, work: Option<&Work>, attempt: Option<usize>) -> String {
    let steps = run.plan.as_ref().map_or(&[][..], |p| &p.specification.steps);
    let (number, title) = steps.get(step).map_or(("", ""), |s| (s.number.as_str(), s.title.as_str()));
    let number = plain(number, 40);
    let number = if number.is_empty() { (step + 1).to_string() } else { number };
    let verb = if run.mending.completes(Unit::Step(step)) { "Complete" } else { "Repair" };
    let repaired = attempt.map(|_| format!("{verb} step {number}: {title}"));
    let (subject, whole) = match run.plan.as_ref().map(|p| p.repository.commit).unwrap_or_default() {
        CommitForm::Plain => subject(repaired.as_deref().unwrap_or(title), &number),
        CommitForm::Conventional => {
            let paths: Vec<&str> = changes.files.keys().map(String::as_str).collect();
            let header = repaired.map(|repaired| format!("fix: {}", idle(&plain(&repaired, 1000))));
            let header = header.unwrap_or_else(|| conventional::header(&idle(&plain(title, 1000)), &number, &paths));
            first_line_of(&header, conventional::LONGEST)
        }
    };
    let by = &run.asked_by;
    format!(
        "{subject}\n\n{whole}Step {} of {} of the specification in #{}.\n\nJourneyman-Run: {}\nJourneyman-Step: {number}\n{}{}\
         Co-authored-by: {by} <{by}@users.noreply.github.com>\n",
        step + 1,
        steps.len(),
        run.issue,
        run.id,
        attempt.map(|attempt| format!("Journeyman-Attempt: {attempt}\n")).unwrap_or_default(),
        work.map(written_by).unwrap_or_default(),
    )
}

/// Which model wrote it, and what that cost.
pub(super) fn written_by(work: &Work) -> String {
    let (tokens, cost) = (spent::tokens(&work.spent), spent::cost(&work.spent));
    format!("Journeyman-Model: {}\nJourneyman-Tokens: {tokens}\nJourneyman-Cost: {cost}\n", plain(&work.by, 100))
}

/// One line that makes nobody do anything, short enough for a subject.
pub(super) fn subject_line(line: &str) -> String {
    first_line_of(&idle(&plain(line, 1000)), LONGEST_SUBJECT).0
}

/// The first line, and the whole title as a paragraph where the line had to be cut.
fn subject(title: &str, number: &str) -> (String, String) {
    let line = idle(&plain(title, 1000));
    // `git` takes a line of dashes for the end of a message, and a line with `#` for a comment.
    let line = if line.is_empty() || line.starts_with("---") || line.starts_with('#') { format!("Step {number} {line}") } else { line };
    first_line_of(line.trim_end(), LONGEST_SUBJECT)
}

fn first_line_of(line: &str, most: usize) -> (String, String) {
    let cut = plain(line, most);
    if cut == line { (cut, String::new()) } else { (cut, format!("{line}\n\n")) }
}

/// The title without what a commit's message makes others do: skip CI, close or link an issue, call people. Nothing else changes.
fn idle(title: &str) -> String {
    let line = without_orders_to_ci(title);
    let mut out = String::with_capacity(line.len());
    let mut before = None;
    for (at, c) in line.char_indices() {
        let after = &line[at + c.len_utf8()..];
        out.push(c);
        let calls = c == '@' && after.starts_with(|n: char| n.is_ascii_alphanumeric()) && !before.is_some_and(char::is_alphanumeric);
        if calls || c == '#' && is_number(after) {
            out.push(' ');
        } else if c == '-' && is_number(after) && ends_with_word(&line[..at], "gh") {
            out.pop();
            out.push(' ');
        }
        before = Some(c);
    }
    without_addresses(&out)
}

/// A number that is a word of its own.
fn is_number(text: &str) -> bool {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    rest.len() < text.len() && !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_')
}

fn ends_with_word(text: &str, word: &str) -> bool {
    let start = text.len().checked_sub(word.len()).filter(|start| text.is_char_boundary(*start));
    let found = start.map(|start| text.split_at(start)).filter(|(_, end)| end.eq_ignore_ascii_case(word));
    found.is_some_and(|(before, _)| !before.ends_with(char::is_alphanumeric))
}

/// `[skip ci]` and its like, which CI services look for anywhere in a message, in round brackets.
fn without_orders_to_ci(title: &str) -> String {
    let mut out = String::with_capacity(title.len());
    let mut rest = title;
    while let Some((before, after)) = rest.split_once('[') {
        out.push_str(before);
        match after.split_once(']').filter(|(inside, _)| !inside.contains('[') && is_order(inside)) {
            Some((inside, behind)) => {
                out.push_str(&format!("({inside})"));
                rest = behind;
            }
            None => {
                out.push('[');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out.replace("***NO_CI***", "NO_CI")
}

fn is_order(inside: &str) -> bool {
    let low = inside.to_lowercase();
    let words: Vec<&str> = low.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    match words.as_slice() {
        [one, other] => *one == "skip" || *other == "skip" || (*one == "no" && *other == "ci"),
        _ => false,
    }
}

/// An issue's address closes it as its number does; without `https:` it is only text.
fn without_addresses(line: &str) -> String {
    let leads = |word: &str| word.contains("/issues/") || word.contains("/pull/");
    let bare = |word: &str| match word.split_once("://") {
        Some((before, address)) if leads(address) => {
            let scheme = before.trim_end_matches(|c: char| c.is_ascii_alphabetic());
            format!("{scheme}{address}")
        }
        Some(_) | None => word.to_owned(),
    };
    line.split(' ').map(bare).collect::<Vec<_>>().join(" ")
}
