//! Marks that git leaves in a file where it could not merge.

use super::case::Case;
use super::{Finding, Rule, kinds};

pub fn judge(case: &Case<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in case.written() {
        let Some((line, mark)) = file.added_text().find_map(|(number, line)| mark(line).map(|mark| (number, mark))) else { continue };
        let what = format!("holds a conflict marker (`{mark}`)");
        // Texts about merging, and tests of it, show the marks.
        let shows = kinds::is_prose(file.path) || kinds::is_test(file.path);
        findings.push(Finding { blocking: !shows, ..Finding::stop(Rule::Conflicts, file.path, Some(line), what) });
    }
    findings
}

/// `=======` alone underlines headings, and is a mark only between the other two, which are found anyway.
pub(super) fn mark(line: &str) -> Option<&'static str> {
    ["<<<<<<<", ">>>>>>>", "|||||||"]
        .into_iter()
        .find(|mark| line.strip_prefix(mark).is_some_and(|rest| rest.is_empty() || rest.starts_with(' ')))
}
