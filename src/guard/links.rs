//! Symbolic links that point out of the repository: whoever follows one writes or reads somewhere else.

use super::case::Case;
use super::{Finding, Rule, paths};
use crate::domain::Mode;

pub fn judge(case: &Case<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &case.files {
        let Some(content) = file.after.filter(|content| content.mode == Mode::Symlink) else { continue };
        let target = String::from_utf8_lossy(&content.bytes);
        let place = if leads_out(file.path, &content.bytes) {
            "outside the repository"
        } else if target.split('/').any(paths::is_git) {
            "inside git's own directory"
        } else {
            continue;
        };
        findings.push(Finding::stop(Rule::Links, file.path, None, format!("is a link to `{}`, {place}", target.escape_debug())));
    }
    findings
}

fn leads_out(path: &str, target: &[u8]) -> bool {
    let Ok(target) = std::str::from_utf8(target) else {
        return true;
    };
    if target.starts_with('/') {
        return true;
    }
    let mut depth = path.matches('/').count();
    for name in target.split('/') {
        match name {
            "" | "." => {}
            ".." if depth == 0 => return true,
            ".." => depth -= 1,
            _ => depth += 1,
        }
    }
    false
}
