//! Reviewers' suggestions, applied to the byte: several at once, each in the place that its reviewer saw.
//!
//! The lines that a suggestion is about are known twice, by their numbers and by the hunk that the reviewer saw. Where the two do not
//! agree, the lines are looked for, and found once or not at all: nothing is guessed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::domain::{ChangeSet, FileChange, FileContent, Mode};
use crate::git::{self, Workspace};
use crate::guard::{self, paths};

/// A suggestion and what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion<'a> {
    pub path: &'a str,
    /// The last line, from 1, in the file as the workspace has it; absent where that is not known any more.
    pub line: Option<usize>,
    /// How many lines it is about.
    pub span: usize,
    /// The diff as GitHub showed it; it ends with the last of the lines.
    pub hunk: &'a str,
    /// What is to stand there, every line with its newline.
    pub replacement: &'a str,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// `moved`: the lines had other numbers than it said.
    Applied {
        moved: bool,
    },
    AlreadySo,
    Refused(Why),
}

/// Why a suggestion was not applied; each is a sentence for its reviewer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    Gone,
    Often(usize),
    /// It is about lines that the change took away, or about a file as a whole.
    NoLines,
    NoText(&'static str),
    /// Lines of the suggestion that was applied before.
    Overlaps(usize, usize),
    Guarded(String),
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Why::Gone => f.write_str("The lines that this suggestion is about have changed since. Suggest it anew on the newest commit."),
            Why::Often(times) => write!(
                f,
                "The lines that this suggestion is about have moved, and stand in the file {times} times now. Suggest it anew on the newest commit."
            ),
            Why::NoLines => f.write_str("This suggestion is about no lines of the file as it is now, so that nothing can be replaced."),
            Why::NoText(what) => write!(f, "Nothing can be suggested here: {what}."),
            Why::Overlaps(first, last) if first == last => {
                write!(
                    f,
                    "This suggestion overlaps with the one for line {first}, which was applied. Suggest it anew on the newest commit."
                )
            }
            Why::Overlaps(first, last) => write!(
                f,
                "This suggestion overlaps with the one for lines {first} to {last}, which was applied. Suggest it anew on the newest commit."
            ),
            Why::Guarded(what) => write!(f, "This suggestion was stopped: the file then {what}."),
        }
    }
}

/// A place in a file: lines from 0, the end not included.
type Lines = std::ops::Range<usize>;

/// Applies what can be applied, in order, each in the file as it was before all of them. The guards judge the whole; what they stop is
/// refused with all other suggestions for the file. An outcome for each. `protected` are the repository's patterns.
pub fn apply(
    suggestions: &[Suggestion<'_>],
    protected: &[String],
    workspace: &mut Workspace,
) -> Result<(ChangeSet, Vec<Outcome>), git::Error> {
    let mut outcomes: Vec<Outcome> = vec![Outcome::Refused(Why::NoLines); suggestions.len()];
    let mut files = BTreeMap::new();
    let paths: BTreeSet<&str> = suggestions.iter().map(|suggestion| suggestion.path).collect();
    for path in paths {
        let of_path = suggestions.iter().zip(&mut outcomes).filter(|(suggestion, _)| suggestion.path == path);
        match text(path, workspace)? {
            Ok(file) => {
                if let Some(bytes) = rewritten(&file.bytes, of_path) {
                    files.insert(path.to_owned(), FileChange::Write(FileContent { mode: file.mode, bytes }));
                }
            }
            Err(what) => of_path.for_each(|(_, outcome)| *outcome = Outcome::Refused(Why::NoText(what))),
        }
    }
    let mut changes = ChangeSet { files };
    let given: BTreeSet<String> = changes.files.keys().cloned().collect();
    let held = |path: &str| workspace.read_committed(path).ok().flatten().map(|file| file.bytes);
    let findings = guard::judge(&changes, &guard::Rules { given: &given, protected, ..guard::Rules::default() }, held);
    stop(&findings, suggestions, &mut outcomes, &mut changes);
    Ok((changes, outcomes))
}

/// A file that has lines.
fn text(path: &str, workspace: &mut Workspace) -> Result<Result<FileContent, &'static str>, git::Error> {
    if paths::fault(path).is_some() {
        return Ok(Err("the path is none that can be changed"));
    }
    Ok(match workspace.mode_of(path) {
        Some(Mode::Regular | Mode::Executable) => match workspace.read(path)? {
            Some(file) if !file.bytes.contains(&0) => Ok(file),
            Some(_) => Err("the file is binary"),
            None => Err("the file is gone"),
        },
        Some(Mode::Symlink) => Err("it is a symbolic link"),
        Some(Mode::Submodule) => Err("it is a submodule"),
        None => Err("the file is gone"),
    })
}

/// The file with what could be applied; `None` where nothing changes.
fn rewritten<'a, 's: 'a>(bytes: &[u8], suggestions: impl Iterator<Item = (&'a Suggestion<'s>, &'a mut Outcome)>) -> Option<Vec<u8>> {
    let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    let mut applied: Vec<(Lines, Vec<u8>)> = Vec::new();
    for (suggestion, outcome) in suggestions {
        *outcome = match place(suggestion, &lines) {
            Err(why) => Outcome::Refused(why),
            Ok((place, moved)) => {
                let new = in_style(suggestion.replacement, &lines, &place);
                let old = lines.get(place.clone()).unwrap_or_default().concat();
                let same = applied.iter().any(|(other, text)| *other == place && *text == new);
                let overlap = applied.iter().find(|(other, _)| other.start < place.end && place.start < other.end);
                match overlap {
                    Some(_) if same => Outcome::Applied { moved },
                    Some((other, _)) => Outcome::Refused(Why::Overlaps(other.start + 1, other.end)),
                    None if old == new => Outcome::AlreadySo,
                    None => {
                        applied.push((place, new));
                        Outcome::Applied { moved }
                    }
                }
            }
        };
    }
    applied.sort_by_key(|(place, _)| place.start);
    let mut out: Vec<u8> = Vec::with_capacity(bytes.len());
    let mut next = 0;
    for (place, text) in &applied {
        out.extend(lines.get(next..place.start).unwrap_or_default().concat());
        out.extend(text);
        next = place.end;
    }
    out.extend(lines.get(next..).unwrap_or_default().concat());
    (!applied.is_empty()).then_some(out)
}

/// Where the lines of a suggestion are, and whether they were elsewhere.
fn place(suggestion: &Suggestion<'_>, lines: &[&[u8]]) -> Result<(Lines, bool), Why> {
    let seen = seen(suggestion.hunk, suggestion.span).ok_or(Why::NoLines)?;
    let stands = |at: usize| {
        let here = lines.get(at..at + seen.len());
        here.is_some_and(|here| here.iter().zip(&seen).all(|(line, seen)| bare(line) == seen.as_bytes()))
    };
    let told = suggestion.line.and_then(|line| line.checked_sub(seen.len()));
    if let Some(at) = told.filter(|at| stands(*at)) {
        return Ok((at..at + seen.len(), false));
    }
    let found: Vec<usize> = (0..lines.len()).filter(|at| stands(*at)).collect();
    match found.as_slice() {
        [at] => Ok((*at..*at + seen.len(), true)),
        [] => Err(Why::Gone),
        several => Err(Why::Often(several.len())),
    }
}

/// The last lines of what is proposed, as the hunk shows them.
fn seen(hunk: &str, span: usize) -> Option<Vec<&str>> {
    let mut lines = hunk.lines().filter(|line| !line.starts_with("@@") && !line.starts_with('\\')).peekable();
    lines.peek()?;
    let all: Vec<&str> = lines.collect();
    if all.last().is_some_and(|last| last.starts_with('-')) {
        return None;
    }
    let right: Vec<&str> = all.into_iter().filter(|line| !line.starts_with('-')).map(|line| line.get(1..).unwrap_or_default()).collect();
    let from = right.len().checked_sub(span).filter(|_| span > 0)?;
    right.get(from..).map(<[&str]>::to_vec)
}

/// A line without its ending.
fn bare(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// The replacement with the line ends of what it replaces, and without one where the file ends without.
fn in_style(replacement: &str, lines: &[&[u8]], place: &Lines) -> Vec<u8> {
    let replaced = lines.get(place.clone()).unwrap_or_default();
    let crlf = replaced.iter().chain(lines).find(|line| line.ends_with(b"\n")).is_some_and(|line| line.ends_with(b"\r\n"));
    let mut text = if crlf { replacement.replace('\n', "\r\n") } else { replacement.to_owned() };
    if replaced.last().is_some_and(|last| !last.ends_with(b"\n")) {
        text.truncate(bare(text.as_bytes()).len());
    }
    text.into_bytes()
}

fn stop(findings: &[guard::Finding], suggestions: &[Suggestion<'_>], outcomes: &mut [Outcome], changes: &mut ChangeSet) {
    for finding in findings.iter().filter(|finding| finding.blocking) {
        let is_meant = |path: &str| finding.path.is_empty() || finding.path == path;
        changes.files.retain(|path, _| !is_meant(path));
        let stopped = suggestions.iter().zip(outcomes.iter_mut()).filter(|(suggestion, _)| is_meant(suggestion.path));
        for (_, outcome) in stopped.filter(|(_, outcome)| matches!(outcome, Outcome::Applied { .. })) {
            *outcome = Outcome::Refused(Why::Guarded(finding.what.clone()));
        }
    }
}

#[cfg(test)]
mod tests;
