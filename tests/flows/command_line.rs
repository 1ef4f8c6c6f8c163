//! `build`, `spec` and the errors of `serve`, as somebody types them.

use std::fs;
use std::path::{Path, PathBuf};

use expect_test::expect_file;
use serde_json::Value;
use tempfile::TempDir;

use crate::program::{Said, git, run};
use crate::samples::TWO_STEPS;

pub struct Place {
    scratch: TempDir,
    pub repo: PathBuf,
}

/// A repository in which somebody is at work: a staged change, another that is not, a file that git does not know.
pub fn place() -> Place {
    let scratch = tempfile::tempdir().unwrap();
    let repo = scratch.path().join("repo");
    fs::create_dir(&repo).unwrap();
    git(&repo, &["init", "--quiet", "--initial-branch", "main"]);
    fs::write(repo.join("README.md"), "# Notes\n").unwrap();
    git(&repo, &["add", "--all"]);
    git(&repo, &["commit", "--quiet", "-m", "Begin"]);
    fs::write(repo.join("staged.txt"), "staged\n").unwrap();
    git(&repo, &["add", "staged.txt"]);
    fs::write(repo.join("README.md"), "# Notes, in hand\n").unwrap();
    fs::write(repo.join("unknown.txt"), "unknown\n").unwrap();
    Place { scratch, repo }
}

impl Place {
    pub fn build(&self, specification: &str, more: &[&str]) -> Said {
        let file = self.scratch.path().join("notes.md");
        fs::write(&file, specification).unwrap();
        let mut arguments = vec!["build", "--repo", self.repo.to_str().unwrap(), "--spec", file.to_str().unwrap()];
        arguments.extend(more);
        run(&arguments)
    }

    /// Everything that a build must not touch.
    fn at_work(&self) -> [String; 4] {
        let look = |arguments: &[&str]| git(&self.repo, arguments);
        [
            look(&["rev-parse", "HEAD", "main"]),
            look(&["status", "--porcelain=v2", "--branch"]),
            look(&["ls-files", "--stage"]),
            look(&["diff"]),
        ]
    }

    pub fn references(&self) -> String {
        git(&self.repo, &["for-each-ref", "--format=%(refname)"])
    }
}

pub fn titles(repo: &Path, range: &str) -> Vec<String> {
    git(repo, &["log", "--reverse", "--format=%s", range]).lines().map(str::to_owned).collect()
}

#[test]
fn a_build_makes_one_commit_a_step_and_touches_nothing_else() {
    let place = place();
    let before = place.at_work();
    let said = place.build(&format!("# Take notes\n\n{TWO_STEPS}"), &["--check", "test -e one.txt"]);
    assert_eq!(said.status, 0, "{}{}", said.out, said.err);
    assert_eq!(place.at_work(), before);
    assert_eq!(place.references(), "refs/heads/journeyman/take-notes\nrefs/heads/main\n");
    assert_eq!(titles(&place.repo, "main..journeyman/take-notes"), ["Note one", "Note two"]);
    assert_eq!(git(&place.repo, &["show", "journeyman/take-notes:two.txt"]), "two\n");
    assert!(said.out.contains("built 2 commits on journeyman/take-notes"), "{}", said.out);
    assert!(!place.repo.join("two.txt").exists());
}

#[test]
fn a_build_prints_one_document_of_json() {
    let place = place();
    let said = place.build(TWO_STEPS, &["--branch", "notes", "--json"]);
    assert_eq!(said.status, 0, "{}", said.err);
    let report: Value = serde_json::from_str(&said.out).unwrap();
    let keys: Vec<&String> = report.as_object().unwrap().keys().collect();
    let expected = [
        "base",
        "branch",
        "checklist",
        "checks",
        "commits",
        "issue",
        "left_out",
        "message",
        "pull_request",
        "questions",
        "status",
        "unseen",
    ];
    let mut sorted = keys.clone();
    sorted.sort();
    assert_eq!(sorted, expected);
    assert_eq!(report["branch"], "notes");
    let shas = git(&place.repo, &["log", "--reverse", "--format=%H", "main..notes"]);
    let told: Vec<&str> = report["commits"].as_array().unwrap().iter().map(|c| c["sha"].as_str().unwrap()).collect();
    assert_eq!(told, shas.lines().collect::<Vec<_>>());
    assert_eq!(report["commits"][1]["step"], "2");
}

#[test]
fn what_does_not_apply_is_refused_before_the_first_commit() {
    let place = place();
    let before = (place.at_work(), place.references());
    let specification = TWO_STEPS.replace("```text\ntwo\n```", "```text\n<<<<<<< SEARCH\nabsent\n=======\nthere\n>>>>>>> REPLACE\n```");
    let said = place.build(&specification, &[]);
    assert_eq!(said.status, 1, "{}{}", said.out, said.err);
    assert!(said.out.contains("two.txt") && said.out.contains("Step 2") && said.out.contains("line"), "{}", said.out);
    assert_eq!((place.at_work(), place.references()), before);
}

#[test]
fn blocking_questions_are_printed_and_nothing_is_changed() {
    let place = place();
    let before = (place.at_work(), place.references());
    let said = place.build(&format!("{TWO_STEPS}\n## Open questions\n\n- In which language?\n"), &["--json"]);
    assert_eq!(said.status, 1);
    assert!(said.err.contains("In which language?"), "{}", said.err);
    let report: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((report["status"].as_str(), report["commits"].as_array().unwrap().len()), (Some("asking"), 0));
    assert_eq!((place.at_work(), place.references()), before);
}

#[test]
fn a_red_check_stops_a_build_and_says_which() {
    let place = place();
    let before = place.at_work();
    let said = place.build(TWO_STEPS, &["--check", "test ! -e two.txt", "--branch", "notes"]);
    assert_eq!(said.status, 1, "{}{}", said.out, said.err);
    assert!(said.out.contains("test ! -e two.txt"), "{}", said.out);
    assert_eq!(titles(&place.repo, "main..notes"), ["Note one", "Note two"], "what was built is kept");
    assert_eq!(place.at_work(), before);
}

#[test]
fn a_build_starts_where_it_is_told_and_takes_no_name_that_is_taken() {
    let place = place();
    git(&place.repo, &["branch", "old"]);
    let tree = git(&place.repo, &["rev-parse", "main^{tree}"]);
    let newer = git(&place.repo, &["commit-tree", tree.trim(), "-p", "main", "-m", "Newer"]);
    git(&place.repo, &["branch", "newer", newer.trim()]);
    for (base, name) in [("newer", "on-a-branch"), (newer.trim(), "on-a-commit")] {
        let said = place.build(TWO_STEPS, &["--base", base, "--branch", name]);
        assert_eq!(said.status, 0, "{}{}", said.out, said.err);
        assert_eq!(titles(&place.repo, &format!("main..{name}")), ["Newer", "Note one", "Note two"]);
    }
    for (arguments, word) in [
        (["--branch", "old"], "exists already"),
        (["--branch", "a..b"], "not a name that git allows"),
        (["--base", "nowhere"], "names no commit"),
    ] {
        let said = place.build(TWO_STEPS, &arguments);
        assert_eq!((said.status, said.err.lines().count()), (1, 1), "{}", said.err);
        assert!(said.err.contains(word), "{}", said.err);
    }
    assert_eq!(place.build(TWO_STEPS, &["--unheard-of"]).status, 2);
}

#[test]
fn a_specification_is_shown_as_it_is_read() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/demo/specification.md");
    let shown = run(&["spec", file]);
    assert_eq!(shown.status, 1, "its open question would stop a run");
    expect_file!["../../fixtures/flows/spec.txt"].assert_eq(&shown.out);
    let document: Value = serde_json::from_str(&run(&["spec", file, "--json"]).out).unwrap();
    let keys = |value: &Value| {
        let mut keys: Vec<String> = value.as_object().unwrap().keys().cloned().collect();
        keys.sort();
        keys.join(" ")
    };
    assert_eq!(keys(&document), "acceptance_criteria account gaps left_out out_of_scope steps title");
    assert_eq!(keys(&document["account"][0]), "first last role");
    let accounted = run(&["spec", file, "--account"]).out;
    let account = accounted.strip_prefix(shown.out.as_str()).unwrap();
    expect_file!["../../fixtures/flows/spec-account.txt"].assert_eq(account);
    assert_eq!(keys(&document["steps"][0]), "depends_on done edits files line meets no_code_change number optional title verify");
    assert_eq!(keys(&document["steps"][0]["edits"][0]), "file kind");
    assert_eq!(keys(&document["gaps"][0]), "blocking kind line question");
    assert_eq!(document["steps"].as_array().unwrap().len(), 5);
}

#[test]
fn a_folder_is_shown_with_all_that_belongs_to_it_whichever_part_of_it_is_named() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/specs/kept-kiro/repo/.kiro/specs/bee-counter");
    let shown = run(&["spec", folder]);
    assert_eq!(shown.status, 1, "its open question would stop a run");
    expect_file!["../../fixtures/flows/spec-folder.txt"].assert_eq(&shown.out);
    assert_eq!(run(&["spec", &format!("{folder}/tasks.md")]).out, shown.out);
    assert_eq!(run(&["spec", &format!("{folder}/design.md")]).out, shown.out);
    let document: Value = serde_json::from_str(&run(&["spec", folder, "--json"]).out).unwrap();
    assert_eq!(document["documents"][0], ".kiro/specs/bee-counter/tasks.md");
    assert_eq!(document["steps"][0]["document"], ".kiro/specs/bee-counter/tasks.md");
    let elsewhere = tempfile::tempdir().unwrap();
    fs::write(elsewhere.path().join("tasks.md"), "# Tasks: Greet\n\n- [ ] T001 [US1] Add src/a.rs\n").unwrap();
    fs::write(elsewhere.path().join("spec.md"), "### User Story 1\n\n**Acceptance Scenarios**:\n\n1. **Given** a, **Then** b\n").unwrap();
    let document: Value = serde_json::from_str(&run(&["spec", elsewhere.path().to_str().unwrap(), "--json"]).out).unwrap();
    assert_eq!((&document["title"], &document["steps"][0]["meets"][0]), (&"Greet".into(), &"US1.1".into()));
    fs::remove_file(elsewhere.path().join("tasks.md")).unwrap();
    fs::remove_file(elsewhere.path().join("spec.md")).unwrap();
    assert_eq!(run(&["spec", elsewhere.path().to_str().unwrap()]).status, 1, "there is nothing to read");
}

#[test]
fn an_error_in_the_configuration_is_one_line_with_the_keys_name() {
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("journeyman.toml");
    fs::write(scratch.path().join("secret"), "a long enough secret").unwrap();
    let cases = [
        ("[app]\nid = 1\nprivate_key_path = \"absent.pem\"\n[webhook]\nsecrets_path = \"secret\"\n", "app.private_key_path"),
        ("[app]\nid = \"one\"\n", "app.id"),
        ("[server]\nlistne = \"127.0.0.1:1\"\n", "server.listne"),
        ("[server]\nlisten = \"somewhere\"\n", "server.listen"),
        ("this is no TOML", "journeyman.toml"),
    ];
    for (text, key) in cases {
        fs::write(&file, text).unwrap();
        let said = run(&["serve", "--config", file.to_str().unwrap()]);
        assert_eq!(said.status, 1, "{}", said.err);
        let told = said.err.lines().filter(|line| line.contains(key)).count();
        assert_eq!(told, 1, "{key}:\n{}", said.err);
    }
}
