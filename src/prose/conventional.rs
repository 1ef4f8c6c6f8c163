//! First lines by Conventional Commits 1.0 (https://www.conventionalcommits.org/en/v1.0.0/): `type: description`.
//!
//! The type is found by rules that anybody can repeat: by what is changed, then by what the title says.

use crate::guard::kinds;

/// Characters of the first line, its type included.
pub const LONGEST: usize = 72;

/// The types of the Angular convention, which the tools around it know.
const TYPES: [&str; 11] = ["build", "chore", "ci", "docs", "feat", "fix", "perf", "refactor", "revert", "style", "test"];

/// The first line, uncut. A title that is conventional already stays. `paths` is what the commit changes.
pub fn header(title: &str, number: &str, paths: &[&str]) -> String {
    if is_conventional(title) {
        return title.to_owned();
    }
    let kind = by_paths(paths).or_else(|| by_words(title)).unwrap_or("feat");
    let description = title.trim_end_matches(['.', ' ']);
    if description.is_empty() { format!("{kind}: step {number}") } else { format!("{kind}: {}", uncapitalised(description)) }
}

/// `type(scope)!: description`, where scope and mark may be missing.
fn is_conventional(title: &str) -> bool {
    let Some((head, description)) = title.split_once(": ") else { return false };
    let head = head.strip_suffix('!').unwrap_or(head);
    let kind = match head.split_once('(') {
        Some((kind, rest)) => {
            let scope = rest.strip_suffix(')').filter(|scope| !scope.trim().is_empty() && !scope.contains(['(', ')']));
            if scope.is_none() {
                return false;
            }
            kind
        }
        None => head,
    };
    TYPES.contains(&kind) && !description.trim().is_empty()
}

/// The type of a commit that touches no code: tests before pipelines before manifests before documents, which go with each of them.
fn by_paths(paths: &[&str]) -> Option<&'static str> {
    // `CMakeLists.txt` is no document, and a manifest among the fixtures of tests belongs to the tests.
    let kind = |path: &str| match path {
        path if kinds::is_pipeline(path) => Some("ci"),
        path if kinds::is_test(path) => Some("test"),
        path if kinds::is_manifest(path) => Some("build"),
        path if kinds::is_documentation(path) => Some("docs"),
        _ => None,
    };
    let found: Vec<&str> = paths.iter().map(|path| kind(path)).collect::<Option<_>>()?;
    ["test", "ci", "build", "docs"].into_iter().find(|kind| found.contains(kind))
}

/// By the first word, which is mostly the verb; else by any word.
fn by_words(title: &str) -> Option<&'static str> {
    let low = title.to_lowercase();
    let words: Vec<&str> = low.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let first = words.first()?;
    let any = |stems: &[&str]| words.iter().any(|word| is_one_of(word, stems));
    let removes = is_one_of(first, &["remove", "delete", "drop"]);
    let unused = ["unused", "dead", "obsolete", "deprecated", "redundant", "unneeded"];
    if removes && words.iter().any(|word| unused.contains(word)) {
        return Some("refactor");
    }
    if removes || is_one_of(first, &["add", "introduce", "implement", "create", "support", "allow", "provide", "show", "let"]) {
        return None;
    }
    let by_first = RULES.iter().find(|(_, stems)| is_one_of(first, stems));
    by_first.or_else(|| RULES.iter().find(|(_, stems)| any(stems))).map(|(kind, _)| *kind)
}

const RULES: [(&str, &[&str]); 3] = [
    ("fix", &["fix", "bug", "bugfix", "repair", "correct"]),
    ("refactor", &["refactor", "rename", "move", "extract"]),
    ("perf", &["performance", "perf", "optimise", "optimize", "optimisation", "optimization", "speed", "fast", "latency", "throughput"]),
];

/// The word itself, or with an ending: fixes, fixed, fixing, renamed, faster.
fn is_one_of(word: &str, stems: &[&str]) -> bool {
    let endings = ["", "e", "s", "es", "d", "ed", "ing", "er"];
    stems.iter().any(|stem| {
        let bare = stem.strip_suffix('e').unwrap_or(stem);
        word == *stem || word.strip_prefix(bare).is_some_and(|ending| endings.contains(&ending) && !(ending.is_empty() && bare != *stem))
    })
}

/// A small first letter, unless the first word is a name: `API`, `OAuth`, `Greeter::new`.
fn uncapitalised(text: &str) -> String {
    let mut chars = text.chars();
    let Some(first) = chars.next() else { return String::new() };
    let rest = chars.as_str();
    let word = rest.split(' ').next().unwrap_or(rest).trim_end_matches([',', ';', ':']);
    let ordinary = word.chars().all(|c| c.is_lowercase() || c == '-' || c == '\'' || c == '’');
    if ordinary { first.to_lowercase().chain(rest.chars()).collect() } else { text.to_owned() }
}
