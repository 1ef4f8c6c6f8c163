//! Dependencies that the specification does not name, in the manifests of the package managers that people use most.
//!
//! A dependency is new when neither this manifest nor another that the step changes had it. A new version of an old one is advice, and so
//! is whatever cannot be read as a manifest: then nothing is said.

mod data;
mod groovy;
mod lines;
mod toml;
mod xml;

use std::collections::{BTreeMap, BTreeSet};

use super::case::Case;
use super::file::{File, name_of};
use super::{Finding, Rule, kinds, locks};

/// Name, and what is asked of its version; what lies in the repository itself is left out.
type Wanted = BTreeMap<String, String>;
type Read = fn(&str) -> Wanted;

/// Who reads a manifest, by its name.
fn reader(path: &str) -> Option<(&'static str, Read)> {
    let name = name_of(path);
    let requirements = name.ends_with(".txt")
        && (name.starts_with("requirements") || name.ends_with("requirements.txt") || path.contains("requirements/"));
    match name {
        "Cargo.toml" => Some(("cargo", toml::cargo)),
        "package.json" => Some(("npm", data::npm)),
        "pyproject.toml" => Some(("pip", toml::pyproject)),
        "Pipfile" => Some(("pip", toml::pipfile)),
        "setup.py" => Some(("pip", lines::setup_py)),
        "setup.cfg" => Some(("pip", lines::setup_cfg)),
        _ if requirements => Some(("pip", lines::requirements)),
        "go.mod" => Some(("go", lines::go_mod)),
        "pom.xml" => Some(("maven", xml::pom)),
        "build.gradle" | "build.gradle.kts" => Some(("maven", groovy::gradle)),
        "libs.versions.toml" => Some(("maven", toml::catalogue)),
        "Gemfile" => Some(("gem", lines::gemfile)),
        _ if name.ends_with(".gemspec") => Some(("gem", lines::gemfile)),
        "composer.json" => Some(("composer", data::composer)),
        "Directory.Packages.props" => Some(("nuget", xml::nuget)),
        _ if [".csproj", ".fsproj", ".vbproj"].iter().any(|end| name.ends_with(end)) => Some(("nuget", xml::nuget)),
        "pubspec.yaml" => Some(("pub", data::pubspec)),
        "Package.swift" => Some(("swift", lines::swift)),
        "mix.exs" => Some(("hex", lines::mix)),
        _ => None,
    }
}

pub fn judge(case: &Case<'_>) -> Vec<Finding> {
    let mut known: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let before = case.files.iter().map(|file| (file.path, file.before_text()));
    let above = case.above.iter().map(|(path, text)| (path.as_str(), Some(text.as_str())));
    for (path, text) in before.chain(above) {
        if let Some((manager, read)) = reader(path) {
            let text = text.unwrap_or_default();
            let indirect = if manager == "go" { lines::go_mod_indirect(text) } else { Wanted::new() };
            known.entry(manager).or_default().extend(read(text).into_keys().chain(indirect.into_keys()));
        }
    }
    let mut findings = Vec::new();
    for file in case.written().filter(|file| !is_sample(file.path) && !file.text().is_some_and(kinds::is_compiled)) {
        if let Some((manager, read)) = reader(file.path) {
            let none = BTreeSet::new();
            findings.extend(of_manifest(file, read, known.get(manager).unwrap_or(&none), case));
        }
    }
    findings
}

/// The manifests above a changed one, whose dependencies are the project's already.
pub fn manifests_above(path: &str) -> Vec<String> {
    let Some(name) = reader(path).map(|_| name_of(path)) else { return Vec::new() };
    let mut folder = path;
    let mut found = Vec::new();
    while let Some((outer, _)) = folder.rsplit_once('/') {
        folder = outer;
        let parent = outer.rsplit_once('/').map_or(String::new(), |(parent, _)| format!("{parent}/"));
        found.push(format!("{parent}{name}"));
    }
    found
}

fn is_sample(path: &str) -> bool {
    kinds::is_test(path) && path.split('/').any(|part| ["fixtures", "testdata", "__fixtures__", "fixture"].contains(&part))
}

fn of_manifest(file: &File<'_>, read: Read, known: &BTreeSet<String>, case: &Case<'_>) -> Vec<Finding> {
    let (Some(after), before) = (file.text(), file.before_text().unwrap_or_default()) else { return Vec::new() };
    let (wanted, had) = (read(after), read(before));
    let apart = file.path.split('/').any(|part| ["examples", "example", "samples", "demo", "benches", "benchmarks"].contains(&part));
    let mut findings = Vec::new();
    for (name, version) in &wanted {
        let line = line_of(file, name);
        match had.get(name) {
            Some(old) if old == version => {}
            Some(old) if is_elsewhere(version) && !is_elsewhere(old) && !is_named(name, case) => {
                let what = format!("takes the dependency `{name}` from another place ({version}), which the specification does not name");
                findings.push(Finding::stop(Rule::Dependencies, file.path, line, what));
            }
            Some(old) if !is_named(name, case) && !old.is_empty() && !version.is_empty() => {
                findings.push(Finding::advise(
                    Rule::Dependencies,
                    file.path,
                    line,
                    format!("asks for `{name}` {version} instead of {old}"),
                ));
            }
            Some(_) => {}
            None if is_named(name, case) || known.contains(name) || goes_with_another(name, &wanted, case) => {}
            None => {
                let what = format!("adds the dependency `{name}`, which the specification does not name");
                let blocking = !apart && !is_locked(last(name), &case.locks);
                findings.push(Finding { blocking, ..Finding::stop(Rule::Dependencies, file.path, line, what) });
            }
        }
    }
    findings
}

fn line_of(file: &File<'_>, name: &str) -> Option<usize> {
    let short = last(name);
    let lines = || file.added_text();
    let found = lines().find(|(_, line)| line.contains(name)).or_else(|| lines().find(|(_, line)| line.contains(short)));
    let loosely = |line: &str| line.to_lowercase().replace(['_', '.'], "-").contains(&short.to_lowercase());
    found.or_else(|| lines().find(|(_, line)| loosely(line))).map(|(number, _)| number)
}

/// Whether the project has it already, by way of something else that it depends on.
fn is_locked(name: &str, locks: &[String]) -> bool {
    let goes_on = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let stands_in = |lock: &String| {
        let mut places = lock.match_indices(name);
        places.any(|(at, _)| !lock[..at].ends_with(goes_on) && !lock[at + name.len()..].starts_with(goes_on))
    };
    name.len() > 1 && locks.iter().any(stands_in)
}

/// The lock files that may stand beside a manifest, or above it.
pub fn locks_of(path: &str) -> Vec<String> {
    if reader(path).is_none() {
        return Vec::new();
    }
    let name = name_of(path);
    let locks: Vec<&str> = kinds::LOCKS
        .iter()
        .filter(|(_, manifests)| manifests.iter().any(|manifest| locks::is(name, manifest)))
        .map(|(lock, _)| *lock)
        .collect();
    let mut folders = vec![""];
    folders.extend(path.match_indices('/').map(|(at, _)| path.get(..=at).unwrap_or_default()));
    folders.iter().flat_map(|folder| locks.iter().map(move |lock| format!("{folder}{lock}"))).collect()
}

/// A version that is a place: a repository, an archive.
fn is_elsewhere(version: &str) -> bool {
    version.contains("://") || version.starts_with("git@") || version.starts_with("github:")
}

/// `@scope/name`, `group:artifact`, `github.com/owner/name/v2`, `vendor/name`: the part by which people call it.
fn last(name: &str) -> &str {
    let parts: Vec<&str> = name.split(['/', ':']).filter(|part| !part.is_empty()).collect();
    let is_version =
        |part: &str| part.strip_prefix('v').is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()));
    match parts.as_slice() {
        [.., before, end] if is_version(end) => before,
        [.., end] => end,
        [] => name,
    }
}

fn is_named(name: &str, case: &Case<'_>) -> bool {
    let short = last(name);
    let bare = name.trim_start_matches('@');
    let without_version = short.split_once(".v").map_or(short, |(stem, _)| stem);
    let plain = ["go-", "py", "python-", "node-", "ruby-"].iter().find_map(|begin| short.strip_prefix(begin));
    let plain = plain
        .or_else(|| ["-go", "-rs", "-js", ".js", "-ruby", "-python", "-node"].iter().find_map(|end| short.strip_suffix(end)))
        .unwrap_or(short);
    [name, bare, short, without_version, plain].iter().any(|name| case.words.say(name) || case.specification.say(name))
}

/// `@types/x` goes with `x`, `x-derive` and `x-macros` with `x`.
fn goes_with_another(name: &str, wanted: &Wanted, case: &Case<'_>) -> bool {
    let stem = |end: &str| name.strip_suffix(end);
    let of = name
        .strip_prefix("@types/")
        .or_else(|| ["-derive", "_derive", "-macros", "-stubs"].iter().find_map(|end| stem(end)))
        .or_else(|| name.strip_prefix("types-"));
    of.is_some_and(|of| wanted.contains_key(of) || is_named(of, case) || of == "node")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_by_which_people_call_a_dependency_is_its_last() {
        for (name, short) in [("@a/b", "b"), ("g:a", "a"), ("github.com/a/b/v2", "b"), ("v2", "v2"), ("/", "/"), ("serde", "serde")] {
            assert_eq!(last(name), short);
        }
    }

    #[test]
    fn the_manifests_above_one_are_those_of_its_name() {
        assert_eq!(manifests_above("a/b/Cargo.toml"), ["a/Cargo.toml", "Cargo.toml"]);
        assert!(manifests_above("Cargo.toml").is_empty() && manifests_above("a/b.rs").is_empty());
    }
}
