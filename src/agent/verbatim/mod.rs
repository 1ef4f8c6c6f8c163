//! The implementer for exact edits: it does what the step prints, to the byte, or nothing.
//!
//! A step is applied as a whole or refused with its first obstacle. Nothing is guessed: a text that is not in the file as printed, or
//! is there twice, a file that is missing or in the way, are refusals. No model, no fuzz, no white space that "does not matter".

mod attributes;
mod diff;
mod draft;
mod endings;
mod hunks;
mod refusal;
mod search;
mod similar;
pub mod suggestion;
mod texts;

use std::collections::BTreeSet;

use crate::domain::ChangeSet;
use crate::git::{self, Workspace};
use crate::guard;
use crate::specification::edits::diff as unified;
use crate::specification::{Change, Edit, Step};
use draft::Draft;
pub use refusal::{Reason, Refusal};

/// Why a step was not applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The specification has to be mended.
    #[error("{0}")]
    Refused(Refusal),
    /// The repository could not be read: what can be done is git's to say.
    #[error(transparent)]
    Repository(#[from] git::Error),
}

/// Applies all edits of a step, in order, each seeing those before it. The workspace changes only if all of them fit; answered is what
/// this step changed in it.
pub fn apply(step: &Step, workspace: &mut Workspace) -> Result<ChangeSet, Failure> {
    let mut draft = Draft::on(workspace);
    for edit in &step.edits {
        one(edit, &mut draft)?;
    }
    let changes = draft.changes()?;
    if changes.is_empty() {
        return Err(Failure::Refused(Refusal {
            path: String::new(),
            line: step.line,
            place: step.title.clone(),
            reason: Reason::ChangesNothing,
        }));
    }
    workspace.apply(&changes);
    Ok(changes)
}

/// The same for a step that is to be committed: the guards judge what it changes. After a refusal of theirs the workspace has the
/// changes nevertheless.
pub fn apply_guarded(step: &Step, workspace: &mut Workspace) -> Result<ChangeSet, Failure> {
    let changes = apply(step, workspace)?;
    let held = |path: &str| workspace.read_committed(path).ok().flatten().map(|file| file.bytes);
    let given: BTreeSet<String> = step.edits.iter().flat_map(files).collect();
    let rules = guard::Rules { named: &step.files, given: &given, ..guard::Rules::default() };
    let findings = guard::judge(&changes, &rules, held);
    let Some(finding) = findings.into_iter().find(|finding| finding.blocking) else { return Ok(changes) };
    let edit = step.edits.iter().find(|edit| files(edit).contains(&finding.path));
    let what = match (finding.path.as_str(), finding.line) {
        ("", _) => finding.to_string(),
        (_, None) => finding.what,
        (_, Some(line)) => format!("{} in line {line}", finding.what),
    };
    let line = edit.map_or(step.line, |edit| edit.line);
    Err(Failure::Refused(Refusal { path: finding.path, line, place: String::new(), reason: Reason::Guarded(what) }))
}

/// Tries the chain of exact edits before anything is committed: every step on what the steps before it leave, under the guards. Answers the
/// steps (by index) that are refused, each with its first obstacle. Left out are steps that are done, steps that change files of a refused step,
/// and whatever comes after the first step that is no exact edit, for nobody knows yet what it leaves behind.
pub fn rehearse(steps: &[Step], mut workspace: Workspace) -> Result<Vec<(usize, Refusal)>, git::Error> {
    let mut refused = Vec::new();
    let mut doubtful = BTreeSet::new();
    for (index, step) in steps.iter().enumerate().filter(|(_, step)| step.is_to_be_built()) {
        match (step.edits.is_empty(), step.no_code_change) {
            (true, true) => continue,
            (true, false) => break,
            (false, _) => {}
        }
        let files: BTreeSet<String> = step.edits.iter().flat_map(files).collect();
        if !files.is_disjoint(&doubtful) {
            doubtful.extend(files);
            continue;
        }
        match apply_guarded(step, &mut workspace) {
            Ok(_) => {}
            Err(Failure::Refused(refusal)) => {
                refused.push((index, refusal));
                doubtful.extend(files);
            }
            Err(Failure::Repository(error)) => return Err(error),
        }
    }
    Ok(refused)
}

/// The files that an edit names, before and after.
pub fn files(edit: &Edit) -> Vec<String> {
    match &edit.change {
        Change::WholeFile { path, .. } | Change::SearchReplace { path, .. } | Change::Broken { path, .. } => vec![path.clone()],
        Change::Diff { text, file } => match unified::parse_block(text, file.as_deref()) {
            Ok(patches) => patches.into_iter().flat_map(|patch| [patch.old, patch.new]).flatten().collect(),
            Err(error) => vec![error.path],
        },
    }
}

fn one(edit: &Edit, draft: &mut Draft<'_>) -> Result<(), Failure> {
    match &edit.change {
        Change::WholeFile { path, content } => draft.whole_file(path, content).map_err(|obstacle| obstacle.at(path, edit.line, "")),
        Change::SearchReplace { path, replacements } => search::apply(path, replacements, edit.line, draft),
        Change::Diff { text, file } => diff::apply(text, file.as_deref(), edit.line, draft),
        Change::Broken { path, reason } => {
            let refusal = Refusal { path: path.clone(), line: edit.line, place: String::new(), reason: Reason::Unreadable(reason.clone()) };
            Err(Failure::Refused(refusal))
        }
    }
}

#[cfg(test)]
mod tests;
