//! Symbolic links that point out of the repository: whoever follows one writes or reads somewhere else.

use super::{Finding, Rule};
use crate::domain::{ChangeSet, FileChange, Mode};

pub fn judge(changes: &ChangeSet) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, change) in &changes.files {
        if let FileChange::Write(file) = change
            && file.mode == Mode::Symlink
            && leads_out(path, &file.bytes)
        {
            let what = format!("is a link to `{}`, outside the repository", String::from_utf8_lossy(&file.bytes).escape_debug());
            findings.push(Finding { rule: Rule::Links, path: path.clone(), what, blocking: true });
        }
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
