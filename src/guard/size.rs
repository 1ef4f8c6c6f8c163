//! Changes larger than GitHub takes, or than anybody reads.

use super::case::Case;
use super::{Finding, Rule};

/// GitHub refuses larger files ("About large files on GitHub").
pub const FILE_LIMIT: usize = 100 * 1024 * 1024;
/// A commit through the Git Data API gets slow and fails beyond this.
const TOTAL_LIMIT: usize = 200 * 1024 * 1024;
const COUNT_LIMIT: usize = 3000;
/// A file that is larger and was not there before is worth a word: a repository keeps it for ever.
const REMARKABLE: usize = 5 * 1024 * 1024;

pub fn judge(case: &Case<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &case.files {
        let size = file.bytes().len();
        if size > FILE_LIMIT {
            findings.push(Finding::stop(Rule::Size, file.path, None, format!("has {} MB; GitHub takes at most 100", megabytes(size))));
        } else if size > REMARKABLE && file.is_new() && !case.names(file.path) {
            let what = format!("is new and has {} MB, which the repository keeps for ever", megabytes(size));
            findings.push(Finding::advise(Rule::Size, file.path, None, what));
        }
    }
    let total: usize = case.files.iter().map(|file| file.bytes().len()).sum();
    if total > TOTAL_LIMIT {
        let what = format!("writes {} MB; at most {} go into one commit", megabytes(total), megabytes(TOTAL_LIMIT));
        findings.push(Finding::stop(Rule::Size, "", None, what));
    }
    if case.files.len() > COUNT_LIMIT {
        let what = format!("touches {} files; at most {COUNT_LIMIT} go into one commit", case.files.len());
        findings.push(Finding::stop(Rule::Size, "", None, what));
    }
    findings
}

fn megabytes(bytes: usize) -> usize {
    bytes.div_ceil(1024 * 1024)
}
