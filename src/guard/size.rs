//! Changes larger than GitHub takes, or than anybody reads.

use super::{Finding, Rule};
use crate::domain::{ChangeSet, FileChange};

/// GitHub refuses larger files ("About large files on GitHub").
pub const FILE_LIMIT: usize = 100 * 1024 * 1024;
/// A commit through the Git Data API gets slow and fails beyond this.
const TOTAL_LIMIT: usize = 200 * 1024 * 1024;
const COUNT_LIMIT: usize = 3000;

pub fn judge(changes: &ChangeSet) -> Vec<Finding> {
    let finding = |path: &str, what: String| Finding { rule: Rule::Size, path: path.into(), what, blocking: true };
    let size = |change: &FileChange| match change {
        FileChange::Write(file) => file.bytes.len(),
        FileChange::Delete => 0,
    };
    let large = changes.files.iter().map(|(path, change)| (path, size(change))).filter(|(_, bytes)| *bytes > FILE_LIMIT);
    let mut findings: Vec<Finding> =
        large.map(|(path, bytes)| finding(path, format!("has {} MB; GitHub takes at most 100", megabytes(bytes)))).collect();
    let total: usize = changes.files.values().map(size).sum();
    if total > TOTAL_LIMIT {
        findings.push(finding("", format!("writes {} MB; at most {} go into one commit", megabytes(total), megabytes(TOTAL_LIMIT))));
    }
    if changes.files.len() > COUNT_LIMIT {
        findings.push(finding("", format!("touches {} files; at most {COUNT_LIMIT} go into one commit", changes.files.len())));
    }
    findings
}

fn megabytes(bytes: usize) -> usize {
    bytes.div_ceil(1024 * 1024)
}
