//! Files that decide what runs with the repository's rights. They change only when the step's author named them.

use super::{Finding, Rule};
use crate::domain::ChangeSet;

pub fn judge(changes: &ChangeSet, named: &[String]) -> Vec<Finding> {
    let touched = changes.files.keys().filter(|path| is_protected(path) && !named.contains(path));
    let what = "decides what runs with the repository's rights, and the step does not name it";
    touched.map(|path| Finding { rule: Rule::Protected, path: path.clone(), what: what.into(), blocking: true }).collect()
}

fn is_protected(path: &str) -> bool {
    let low = path.to_lowercase();
    let owners = ["codeowners", ".github/codeowners", "docs/codeowners"];
    low.starts_with(".github/workflows/") || low.starts_with(".github/actions/") || owners.contains(&low.as_str())
}
