//! Kinds of files that a step cannot rightly make: submodules, programs that are none.

use super::case::Case;
use super::{Finding, Rule, kinds};
use crate::domain::Mode;

pub fn judge(case: &Case<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &case.files {
        let Some(content) = file.after else { continue };
        match content.mode {
            Mode::Submodule => {
                let what = "is written as a submodule, which no step may make or move";
                findings.push(Finding::stop(Rule::Modes, file.path, None, what));
            }
            Mode::Executable if file.is_new() && !is_program(file.path, &content.bytes) => {
                findings.push(Finding::advise(Rule::Modes, file.path, None, "is marked as a program, and is none"));
            }
            Mode::Symlink if file.before().is_some_and(|before| before.contains(&b'\n')) => {
                findings.push(Finding::stop(Rule::Modes, file.path, None, "was a file, and is replaced by a link"));
            }
            Mode::Regular | Mode::Executable | Mode::Symlink => {}
        }
    }
    findings
}

fn is_program(path: &str, bytes: &[u8]) -> bool {
    let scripts = [".sh", ".bash", ".py", ".rb", ".pl", ".js", ".bat", ".cmd", ".ps1"];
    bytes.starts_with(b"#!")
        || bytes.contains(&0)
        || !path.contains('.')
        || scripts.iter().any(|ending| path.ends_with(ending))
        || !kinds::is_code(path) && !kinds::is_prose(path) && !path.ends_with(".json")
}
