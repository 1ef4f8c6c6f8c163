//! What whoever resolves the conflicts of a merge did, judged by what neither side brought.
//!
//! What one side had is not the resolver's doing: a line that the base added is not new, and a test that the base took away was not
//! weakened here. So a finding counts only when it is found against both sides. Marks of the conflict must be gone from every file that
//! held some, whether it was touched or not.

use std::collections::BTreeMap;

use super::{Finding, Rule, Rules, conflicts};
use crate::domain::{ChangeSet, FileChange};

/// What both sides of a merge held of a file in conflict; `None` where a side had no such file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sides {
    pub ours: Option<Vec<u8>>,
    pub theirs: Option<Vec<u8>>,
}

/// Asks every rule. `changes` are relative to the merged files with their marks, of which `before` answers; `sides` are the files in
/// conflict.
pub fn judge_merge(
    changes: &ChangeSet,
    rules: &Rules<'_>,
    sides: &BTreeMap<String, Sides>,
    mut before: impl FnMut(&str) -> Option<Vec<u8>>,
) -> Vec<Finding> {
    let mut against = |side: fn(&Sides) -> &Option<Vec<u8>>| {
        super::judge(changes, rules, |path| sides.get(path).map_or_else(|| before(path), |held| side(held).clone()))
    };
    let (ours, theirs) = (against(|held| &held.ours), against(|held| &held.theirs));
    let alike = |finding: &Finding, other: &Finding| finding.rule == other.rule && finding.path == other.path;
    let is_mark = |finding: &Finding| finding.rule == Rule::Conflicts && sides.contains_key(&finding.path);
    let mut found: Vec<Finding> = Vec::new();
    for mut finding in theirs.into_iter().filter(|finding| !is_mark(finding)) {
        let mut others = ours.iter().filter(|other| alike(&finding, other)).peekable();
        if others.peek().is_none() {
            continue;
        }
        finding.blocking &= others.any(|other| other.blocking);
        found.push(finding);
    }
    found.extend(sides.keys().filter_map(|path| {
        let bytes = match changes.files.get(path) {
            Some(FileChange::Write(file)) => Some(file.bytes.clone()),
            Some(FileChange::Delete) => None,
            None => before(path),
        };
        unresolved(path, &bytes?)
    }));
    found
}

/// The first mark that is left in a file.
fn unresolved(path: &str, bytes: &[u8]) -> Option<Finding> {
    let text = String::from_utf8_lossy(bytes);
    let (line, mark) = text.lines().enumerate().find_map(|(at, line)| conflicts::mark(line).map(|mark| (at + 1, mark)))?;
    Some(Finding::stop(Rule::Conflicts, path, Some(line), format!("still holds a conflict marker (`{mark}`)")))
}
