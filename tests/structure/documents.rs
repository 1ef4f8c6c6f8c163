//! What the documents name exists, and what must be in them is.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

use expect_test::expect;
use journeyman::specification::Change;
use regex::Regex;

use crate::MAY_USE;
use crate::source::{self, File};

const ARCHITECTURE: &str = include_str!("../../ARCHITECTURE.md");
const README: &str = include_str!("../../README.md");
const DEPLOY: &str = include_str!("../../deploy/README.md");

/// Lines after which nobody reads a map to its end.
const LONGEST_MAP: usize = 200;

fn matches(pattern: &str, text: &str) -> BTreeSet<String> {
    let pattern = Regex::new(pattern).unwrap();
    pattern.captures_iter(text).map(|found| found[1].to_owned()).collect()
}

/// Paths of this repository in backticks, and the targets of relative links.
fn paths(text: &str) -> BTreeSet<String> {
    let mut found = matches(r"`((?:src|tests|fixtures|deploy|scripts|benches|\.ci)/[A-Za-z0-9_./-]*)`", text);
    found.extend(matches(r"\]\(([A-Za-z0-9_./-]+)\)", text));
    found
}

fn exists(path: &str) -> bool {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path).exists()
}

/// Sentences in snake case in backticks: tests, named as evidence.
fn tests_named(text: &str) -> BTreeSet<String> {
    matches(r"`([a-z0-9]+(?:_[a-z0-9]+){2,})`", text)
}

/// The functions in tests, by name.
fn functions(files: &[File]) -> BTreeSet<String> {
    static FUNCTION: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\bfn ([a-z0-9_]+)").unwrap());
    let tests = files.iter().filter(|file| file.is_test() || file.text.contains("#[cfg(test)]"));
    tests.flat_map(|file| FUNCTION.captures_iter(&file.text).map(|found| found[1].to_owned())).collect()
}

/// The modules that have a line in the code map: `| `name` | … |`.
fn mapped(text: &str) -> BTreeSet<String> {
    let map = text.split("\n## ").find(|section| section.starts_with("Code map")).unwrap_or_default();
    matches(r"(?m)^\| `([a-z]+)` \|", map)
}

#[test]
fn every_path_in_the_documents_exists() {
    assert_eq!(paths("see `src/no/such.rs`, [it](deploy/README.md), `https://x/y`").len(), 2);
    assert!(!exists("src/no/such.rs") && exists("deploy/README.md"));
    for (document, text, folder) in
        [("ARCHITECTURE.md", ARCHITECTURE, ""), ("README.md", README, ""), ("deploy/README.md", DEPLOY, "deploy/")]
    {
        let missing: Vec<String> = paths(text).into_iter().filter(|path| !exists(path) && !exists(&format!("{folder}{path}"))).collect();
        assert_eq!(missing, Vec::<String>::new(), "{document} names what is not there");
    }
}

#[test]
fn every_test_that_the_map_names_as_evidence_exists() {
    assert_eq!(tests_named("`a_made_up_sentence` and `private_key`").len(), 1);
    let functions = functions(source::tree());
    assert!(functions.contains("every_test_that_the_map_names_as_evidence_exists") && !functions.contains("a_made_up_sentence"));
    let missing: Vec<String> = tests_named(ARCHITECTURE).into_iter().filter(|name| !functions.contains(name)).collect();
    assert_eq!(missing, Vec::<String>::new(), "ARCHITECTURE.md names tests that are not there");
}

#[test]
fn every_module_has_its_line_in_the_map() {
    assert_eq!(mapped("\n## Code map\n| `git` | x |\n## Invariants\n| `web` | x |"), BTreeSet::from(["git".to_owned()]));
    let there: BTreeSet<String> = source::tree().iter().filter_map(|file| file.top().map(str::to_owned)).collect();
    let mapped = mapped(ARCHITECTURE);
    assert_eq!(there.difference(&mapped).collect::<Vec<_>>(), Vec::<&String>::new(), "modules without a line");
    let unknown: Vec<&String> = mapped.iter().filter(|module| !MAY_USE.iter().any(|(name, _)| name == module)).collect();
    assert_eq!(unknown, Vec::<&String>::new(), "lines without a place in the table");
}

#[test]
fn the_map_is_short_enough_to_read() {
    assert!(ARCHITECTURE.lines().count() <= LONGEST_MAP, "{} lines", ARCHITECTURE.lines().count());
}

#[test]
fn the_readme_asks_for_the_permissions_and_events_of_the_manifest() {
    let manifest = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("app-manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    let asked: BTreeSet<(String, String)> = matches(r"(?m)^   \| ([^|]+ \| (?:read|write)) \|", README)
        .iter()
        .map(|row| {
            let (name, access) = row.split_once(" | ").unwrap();
            (matches(r"`([a-z_]+)`", name).pop_first().unwrap(), access.to_owned())
        })
        .collect();
    let permissions = manifest["default_permissions"].as_object().unwrap();
    let needed = permissions.iter().map(|(name, access)| (name.clone(), access.as_str().unwrap().to_owned())).collect();
    assert_eq!(asked, needed);

    let (_, rest) = README.split_once("Subscribe to the events").unwrap();
    let events = matches("`([a-z_]+)`", rest.split_once("Create the App").unwrap().0);
    let needed: BTreeSet<String> =
        manifest["default_events"].as_array().unwrap().iter().map(|event| event.as_str().unwrap().to_owned()).collect();
    assert_eq!(events, needed);
}

#[test]
fn the_specification_in_the_readme_is_read_as_it_says() {
    let (_, rest) = README.split_once("<!-- example:begin -->\n````markdown\n").unwrap();
    let (example, _) = rest.split_once("````\n<!-- example:end -->").unwrap();
    let (read, gaps) = journeyman::specification::read(example).into_parts();
    let steps: Vec<String> =
        read.steps.iter().map(|step| format!("{}. {} {:?} after {:?}", step.number, step.title, step.files, step.depends_on)).collect();
    let kinds: Vec<&str> = read.steps.iter().flat_map(|step| &step.edits).map(|edit| kind(&edit.change)).collect();
    expect![[r#"
        [
            "1. Move the greeting into a library [\"lib/greeting.sh\"] after []",
            "2. Greet the person named on the command line [\"bin/greet\"] after []",
            "3. Say it in the README [\"README.md\"] after [\"2\"]",
        ]
        ["whole file", "search and replace", "diff"]
        [Criterion { number: "", text: "People are greeted by name (`test`)", line: 45, document: "", evidence: ["test"] }] ["Translations of the greeting"]
        []"#]]
    .assert_eq(&format!("{steps:#?}\n{kinds:?}\n{:?} {:?}\n{gaps:?}", read.acceptance_criteria, read.out_of_scope));
}

fn kind(change: &Change) -> &'static str {
    match change {
        Change::WholeFile { .. } => "whole file",
        Change::Diff { .. } => "diff",
        Change::SearchReplace { .. } => "search and replace",
        Change::Broken { .. } => "broken",
    }
}
