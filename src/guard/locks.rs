//! Lock files that change though nothing does that they follow from.

use super::case::Case;
use super::file::{File, name_of};
use super::kinds::LOCKS;
use super::{Finding, Rule};

pub fn judge(case: &Case<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &case.files {
        let Some((_, manifests)) = LOCKS.iter().find(|(lock, _)| *lock == file.name()) else { continue };
        let follows = case.files.iter().any(|other| manifests.iter().any(|manifest| is(other.path, manifest)));
        if !follows && !case.names(file.path) && !case.words.say(file.name()) && !asks_for_versions(case) && !speaks_of(file, case) {
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

/// The step's words hold the name of a package whose entry changes, and say that it is to.
fn speaks_of(file: &File<'_>, case: &Case<'_>) -> bool {
    let lines: Vec<&str> = file.text().unwrap_or_default().lines().collect();
    let mut changed = file.added_text().flat_map(|(number, _)| lines.get(number.saturating_sub(3)..number).unwrap_or_default());
    let verbs = ["bump", "upgrade", "upgrades", "update", "updates", "updated", "latest", "newest"];
    let names = |line: &&str| {
        line.split(['"', '\'', ' ', '@', ':', ','])
            .any(|word| word.len() > 1 && word.contains(|c: char| c.is_alphabetic()) && !KEYS.contains(&word) && case.words.say(word))
    };
    case.words.say_any(&verbs) && changed.any(names)
}

/// Words of every entry.
const KEYS: [&str; 10] = ["name", "version", "source", "checksum", "dependencies", "resolved", "integrity", "package", "dev", "the"];

pub fn asks_for_versions(case: &Case<'_>) -> bool {
    let verbs = [
        "bump",
        "bumps",
        "bumped",
        "upgrade",
        "upgrades",
        "upgraded",
        "upgrading",
        "update",
        "updates",
        "updated",
        "updating",
        "refresh",
        "fix",
        "fixes",
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
        "dep",
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
        "advisory",
        "advisories",
        "vulnerability",
        "vulnerabilities",
        "cve",
    ];
    let advisory = ["RUSTSEC-", "CVE-", "GHSA-"].iter().any(|begin| case.words.hold(begin));
    advisory || case.words.say_any(&verbs) && case.words.say_any(&things)
}
