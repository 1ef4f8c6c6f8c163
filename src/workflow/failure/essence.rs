//! The part of a failed job's log that matters, as somebody who debugs it would cut it out.
//!
//! Of several failures the first of each kind is shown whole, the rest by name. The text holds no secret that the log does not
//! hold, and every one that it does: who shows it redacts it first.

use std::collections::BTreeSet;

use super::clean::Mark;
use super::cut::{counted, left_out, shown, within};
use super::forms::is_summary;
use super::found::{Found, found};
use super::log::{Line, Log, StepKind, read};
use super::message::squeezed;
use super::noise::is_noise;
use super::places::{Place, place};

/// What a log comes down to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Essence {
    /// For the implementer, within the size asked for.
    pub text: String,
    /// Places in the project that it names, the first failure's first, none twice.
    pub places: Vec<Place>,
    /// The command that failed, where the log tells it.
    pub command: Option<String>,
    /// Every failure that was found, also those that the text only counts.
    pub failures: Vec<Failed>,
    /// Where no failure was recognised: the last that was said.
    pub last: String,
}

/// A failure in a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed {
    /// The test or the place; may be empty.
    pub name: String,
    pub message: String,
}

/// Failures that are shown whole.
const MOST_WHOLE: usize = 12;
const MOST_PLACES: usize = 50;

/// A stretch of the log that is shown, and what it becomes.
struct Piece {
    lines: std::ops::Range<usize>,
    text: String,
}

/// Cuts a log, raw as the service gives it, to what matters in at most that many characters.
pub fn essence(log: &str, most: usize) -> Essence {
    let log = read(log);
    let found = found(&log);
    let command = command(&log, &found);
    let mut head = command.as_ref().map(|command| within(&format!("$ {command}"), (most / 4).min(400))).unwrap_or_default();
    let mut pieces = last_words(&log, &found, most / 3);
    let mut left = most.saturating_sub(size(&head) + 1 + cost(&pieces));
    let mut names = String::new();
    if found.is_empty() {
        pieces.extend(before_the_end(&log, left, &pieces));
    } else {
        let rest = whole(&log, &found, &mut left, &mut pieces);
        names = rest_by_name(&rest, left);
    }
    pieces.sort_by_key(|piece| piece.lines.start);
    if !names.is_empty() {
        let after = found.iter().filter(|found| pieces.iter().any(|piece| piece.lines == found.lines)).map(|found| found.lines.end).max();
        if let Some(piece) = pieces.iter_mut().rfind(|piece| piece.lines.end <= after.unwrap_or(0)) {
            piece.text = format!("{}\n\n{names}", piece.text);
        }
    }
    let marked = log.lines.iter().filter(|said| said.mark == Mark::Error).map(|said| said.text.as_ref()).find(|said| is_own_word(said));
    let last = pieces.iter().rev().flat_map(|piece| piece.text.lines().rev()).find(|line| is_own_word(line)).unwrap_or_default();
    let last = marked.unwrap_or(last).to_owned();
    let body = joined(&log, pieces);
    if !head.is_empty() && !body.is_empty() {
        head.push('\n');
    }
    let mut text = within(&format!("{head}{body}"), most);
    // Nothing is gained by marks that take more room than what they stand for.
    let mut room = size(&text);
    let shorter = log.lines.iter().all(|said| {
        let needs = size(&line(said)) + 1;
        let fits = needs <= room;
        room = room.saturating_sub(needs);
        fits
    });
    if shorter {
        text = log.lines.iter().map(line).collect::<Vec<_>>().join("\n");
    }
    Essence { text, places: places(&log, &found), command, failures: found.iter().map(failed).collect(), last }
}

/// One to three lines for people: what failed first, what else, and where nothing was recognised, what was said last.
pub fn shortest(essence: &Essence) -> String {
    let one = |text: &str| within(&squeezed(text), 240);
    let mut lines = Vec::new();
    match essence.failures.as_slice() {
        [] => {
            lines.extend(essence.command.as_ref().map(|command| one(&format!("`{command}` failed"))));
            lines.push(one(&essence.last));
        }
        [first, rest @ ..] => {
            let place =
                essence.places.first().filter(|place| !(first.name.contains(&place.path) && first.name.contains(&place.line.to_string())));
            let place = place.map(|place| format!(" ({}:{})", place.path, place.line)).unwrap_or_default();
            let parting = if first.name.is_empty() || first.message.is_empty() { "" } else { ": " };
            lines.push(format!("{}{place}", one(&format!("{}{parting}{}", first.name, first.message))));
            if !rest.is_empty() {
                let names: Vec<&str> = rest
                    .iter()
                    .map(|failed| if failed.name.is_empty() { failed.message.as_str() } else { failed.name.as_str() })
                    .take(3)
                    .collect();
                let more = if rest.len() > 3 { ", …" } else { "" };
                lines.push(one(&format!("and {} more: {}{more}", counted(rest.len()), names.join(", "))));
            }
        }
    }
    lines.retain(|line| !line.is_empty());
    lines.join("\n")
}

fn failed(found: &Found) -> Failed {
    Failed { name: found.name.clone(), message: found.message.clone() }
}

fn size(text: &str) -> usize {
    text.chars().count()
}

/// Characters of the pieces with the marks between them.
fn cost(pieces: &[Piece]) -> usize {
    pieces.iter().map(|piece| size(&piece.text) + 34).sum()
}

fn line(line: &Line<'_>) -> String {
    match line.mark {
        Mark::Error => format!("##[error]{}", line.text),
        Mark::Warning => format!("##[warning]{}", line.text),
        Mark::Plain | Mark::Remark | Mark::GroupBegins | Mark::GroupEnds | Mark::StepBegins => line.text.to_string(),
    }
}

/// The command of the step that failed.
fn command(log: &Log<'_>, found: &[Found]) -> Option<String> {
    let of_found = found.first().and_then(|found| log.lines.get(found.lines.start)).map(|line| line.step);
    let failed = log.steps.iter().position(|step| step.failed);
    log.steps.get(of_found.or(failed)?)?.command()
}

/// Marked errors and lines that sum up.
fn last_words(log: &Log<'_>, found: &[Found], most: usize) -> Vec<Piece> {
    let marked = log.steps.iter().any(|step| step.failed);
    let inside: BTreeSet<usize> = found.iter().flat_map(|found| found.lines.clone()).collect();
    let mut seen = BTreeSet::new();
    let mut errors: Vec<Piece> = Vec::new();
    let mut sums: Vec<Piece> = Vec::new();
    for (at, said) in log.lines.iter().enumerate() {
        let counts = !said.head && (!marked || log.steps.get(said.step).is_some_and(|step| step.failed));
        let error = said.mark == Mark::Error;
        if !counts
            || !(error || said.mark == Mark::Plain && is_summary(&said.text))
            || inside.contains(&at)
            || !seen.insert(said.text.as_ref())
        {
            continue;
        }
        let piece = Piece { lines: at..at + 1, text: within(&line(said), 300) };
        if error { errors.push(piece) } else { sums.push(piece) }
    }
    let extra = sums.len().saturating_sub(10);
    sums.drain(..extra);
    // The last word is mostly the exit code; the first ones say more.
    if errors.len() > 10 {
        errors.drain(9..errors.len() - 1);
    }
    errors.extend(sums);
    let mut left = most;
    errors.retain(|piece| {
        let fits = size(&piece.text) + 34 <= left;
        left -= if fits { size(&piece.text) + 34 } else { 0 };
        fits
    });
    errors
}

/// Takes the failures that are shown whole, and gives back those that are not.
fn whole<'a>(log: &Log<'_>, found: &'a [Found], left: &mut usize, pieces: &mut Vec<Piece>) -> Vec<&'a Found> {
    let mut kinds = BTreeSet::new();
    let mut rest = Vec::new();
    let others = found.len().saturating_sub(1).min(20) * 40;
    for found in found {
        let first = *left > 200 && kinds.len() < MOST_WHOLE && !found.only_names() && kinds.insert(found.kind());
        if !first {
            rest.push(found);
            continue;
        }
        let lines: Vec<&str> = log.lines.get(found.lines.clone()).unwrap_or_default().iter().map(|line| line.text.as_ref()).collect();
        // The first may take all but what the names of the others need; each further one half of what is left.
        let room = if kinds.len() == 1 { left.saturating_sub(others.min(*left / 3)) } else { *left / 2 };
        let text = within(&shown(&lines), room.saturating_sub(40));
        *left = left.saturating_sub(size(&text) + 34);
        pieces.push(Piece { lines: found.lines.clone(), text });
    }
    rest
}

fn rest_by_name(rest: &[&Found], left: usize) -> String {
    if rest.is_empty() || left < 60 {
        return String::new();
    }
    let mut text = format!("also failed ({}):", counted(rest.len()));
    for (at, found) in rest.iter().enumerate() {
        let name = match (found.name.is_empty(), found.message.is_empty()) {
            (true, _) => found.message.clone(),
            (false, true) => found.name.clone(),
            (false, false) if found.only_names() => found.name.clone(),
            (false, false) => format!("{}: {}", found.name, found.message),
        };
        let name = format!("\n  {}", within(&name, 160));
        if size(&text) + size(&name) + 30 > left.min(4000) {
            text.push_str(&format!("\n  … and {} more …", counted(rest.len() - at)));
            break;
        }
        text.push_str(&name);
    }
    text
}

/// Where nothing is recognised: what was said last before the error, without noise.
fn before_the_end(log: &Log<'_>, left: usize, taken: &[Piece]) -> Option<Piece> {
    let error = log.lines.iter().position(|line| line.mark == Mark::Error);
    let end = error.unwrap_or(log.lines.len());
    let step = log.lines.get(end.saturating_sub(usize::from(error.is_none()))).map(|line| line.step)?;
    let clean_up = log.steps.get(step).is_some_and(|step| step.kind == StepKind::CleanUp);
    let mut from = end;
    let mut used = 0;
    let mut lines: Vec<&str> = Vec::new();
    while from > 0 && lines.len() < 60 {
        let Some(line) = log.lines.get(from - 1).filter(|line| clean_up || line.step == step) else { break };
        let noise = line.head
            || matches!(line.mark, Mark::GroupBegins | Mark::GroupEnds)
            || is_noise(&line.text)
            || taken.iter().any(|piece| piece.lines.contains(&(from - 1)));
        if !noise {
            used += line.text.chars().count().min(700) + 1;
            if used > left.saturating_sub(40) {
                break;
            }
            lines.push(line.text.as_ref());
        }
        from -= 1;
    }
    lines.reverse();
    (!lines.is_empty()).then(|| Piece { lines: from..end, text: shown(&lines) })
}

fn is_own_word(line: &str) -> bool {
    let exit = line.contains("Process completed with exit code") || line.trim_start_matches("##[error]").starts_with("The process '");
    !exit && !line.starts_with('…') && line.chars().any(char::is_alphanumeric)
}

/// The pieces with marks for what is between them.
fn joined(log: &Log<'_>, pieces: Vec<Piece>) -> String {
    let mut text: Vec<String> = Vec::new();
    let mut shown_until = 0;
    for piece in pieces {
        if piece.lines.end <= shown_until {
            continue;
        }
        let between = log.lines.get(shown_until..piece.lines.start).unwrap_or_default();
        let gap = between
            .iter()
            .filter(|line| !line.head && !line.text.trim().is_empty() && !matches!(line.mark, Mark::GroupBegins | Mark::GroupEnds))
            .count();
        if gap > 0 {
            text.push(left_out(gap, "line"));
        }
        shown_until = piece.lines.end;
        text.push(piece.text);
    }
    text.retain(|piece| !piece.is_empty());
    text.join("\n")
}

fn places(log: &Log<'_>, found: &[Found]) -> Vec<Place> {
    let errors = log.lines.iter().filter(|line| line.mark == Mark::Error);
    let marked = errors.filter_map(|line| {
        let (path, number) = place(&line.text)?;
        let message = line.text.split_once(": ").map(|(_, said)| said.to_owned()).unwrap_or_default();
        Some(Place { path, line: number, message })
    });
    let mut places: Vec<Place> = Vec::new();
    for place in found.iter().filter_map(|found| found.place.clone()).chain(marked) {
        if places.len() < MOST_PLACES && !places.iter().any(|other| other.path == place.path && other.line == place.line) {
            places.push(place);
        }
    }
    places
}
