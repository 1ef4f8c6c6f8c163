//! Lock files that change though nothing does that they follow from.

use super::case::Case;
use super::file::name_of;
use super::kinds::LOCKS;
use super::{Finding, Rule};

pub fn judge(case: &Case<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &case.files {
        let Some((_, manifests)) = LOCKS.iter().find(|(lock, _)| *lock == file.name()) else { continue };
        let follows = case.files.iter().any(|other| manifests.iter().any(|manifest| is(other.path, manifest)));
        if !follows && !case.names(file.path) && !asks_for_versions(case) {
            let what = format!("changes, but no `{}` does, and the step does not name it", manifests.first().unwrap_or(&"manifest"));
            findings.push(Finding::stop(Rule::Locks, file.path, None, what));
        }
    }
    findings
}

pub fn is(path: &str, manifest: &str) -> bool {
    match manifest.strip_prefix('*') {
        Some(ending) => path.ends_with(ending),
        None => name_of(path) == manifest,
    }
}

fn asks_for_versions(case: &Case<'_>) -> bool {
    let verbs = [
        "bump",
        "bumps",
        "upgrade",
        "upgrades",
        "update",
        "updates",
        "refresh",
        "lock",
        "lockfile",
        "lockfiles",
        "pin",
        "audit",
        "downgrade",
    ];
    let things = [
        "dependency",
        "dependencies",
        "deps",
        "lock",
        "lockfile",
        "lockfiles",
        "packages",
        "crates",
        "versions",
        "version",
        "to",
        "modules",
    ];
    case.words.say_any(&verbs) && case.words.say_any(&things)
}
