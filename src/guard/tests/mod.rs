mod cases;
mod history;
mod honest;
mod merge;
mod properties;

use super::*;
use crate::domain::{FileChange, FileContent, Mode};

fn changes(files: &[(&str, Mode, &str)]) -> ChangeSet {
    let change = |mode: Mode, text: &str| FileChange::Write(FileContent { mode, bytes: text.into() });
    ChangeSet { files: files.iter().map(|(path, mode, text)| ((*path).into(), change(*mode, text))).collect() }
}

fn found(changes: &ChangeSet, named: &[String], before: &str) -> Vec<String> {
    judge(changes, &Rules { named, ..Rules::default() }, |_| Some(before.into())).iter().map(ToString::to_string).collect()
}

#[test]
fn an_ordinary_change_is_not_remarked_upon() {
    let set = changes(&[("src/a.rs", Mode::Regular, "fn a() {}\n"), ("docs/link", Mode::Symlink, "../README.md")]);
    assert!(found(&set, &[], "").is_empty());
}

#[test]
fn a_workflow_changes_only_if_the_step_names_it() {
    let path = ".github/workflows/ci.yml".to_owned();
    let set = changes(&[(&path, Mode::Regular, "on: push\n")]);
    assert_eq!(
        found(&set, &[], ""),
        ["`.github/workflows/ci.yml` decides what runs with the repository's rights, and the step does not name it"]
    );
    assert!(found(&set, &[path], "").is_empty());
}

#[test]
fn a_credential_is_found_in_added_lines_only_and_examples_are_none() {
    let token = format!("ghp_{}", "a1B2c3D4e5F6g7H8i9J0kLmNoPqRsTuVwXyZ");
    let aws = format!("AKIA{}", "Q3EGRT7YXN5JLC2W");
    let body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n".repeat(4);
    let key = |kind: &str, body: &str| format!("-----BEGIN {kind}PRIVATE KEY-----\n{body}-----END {kind}PRIVATE KEY-----\n");
    for text in [format!("t = \"{token}\"\n"), format!("{aws}\n"), key("RSA ", &body), key("", &body)] {
        let set = changes(&[("a.py", Mode::Regular, &format!("x\n{text}"))]);
        let seen = found(&set, &[], "");
        assert!(seen.len() == 1 && seen[0].starts_with("`a.py` line 2 holds a"), "{text}: {seen:?}");
        assert!(found(&set, &[], &text).is_empty(), "{text}: it was there before");
    }
    let examples =
        ["AKIAIOSFODNN7EXAMPLE", "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", &key("RSA ", "...\n"), "-----BEGIN PUBLIC KEY-----\n"];
    for text in examples {
        assert!(found(&changes(&[("a.md", Mode::Regular, text)]), &[], "").is_empty(), "{text}");
    }
}

#[test]
fn a_link_may_point_anywhere_within_the_repository() {
    for (path, target, out) in
        [("a/b", "../c", false), ("a", "../c", true), ("a/b", "../../c", true), ("a", "/etc", true), ("a/b", "x/../../c", false)]
    {
        assert_eq!(!found(&changes(&[(path, Mode::Symlink, target)]), &[], "").is_empty(), out, "{path} {target}");
    }
}

#[test]
fn too_many_files_are_too_large_a_step() {
    let names: Vec<String> = (0..3001).map(|number| format!("f{number}")).collect();
    let files: Vec<_> = names.iter().map(|name| (name.as_str(), Mode::Regular, "x")).collect();
    assert_eq!(found(&changes(&files), &[], ""), ["the step touches 3001 files; at most 3000 go into one commit"]);
}

#[test]
fn a_path_is_what_it_looks_like_and_stays_inside() {
    for path in ["a", "a/b.c", ".gitignore", ".github/x", "git", "a b/ü", "...", "Icon\r", ".gitattributes", "git~x"] {
        assert_eq!(paths::fault(path), None, "{path:?}");
    }
    let bad = [
        "",
        "/a",
        "\\a",
        "C:\\a",
        "../a",
        "a/../b",
        "a\\..\\b",
        "a//b",
        "a/",
        "./a",
        ".git",
        ".GIT/x",
        "a/.git/x",
        "git~1",
        ".git.",
        ".git ",
        ".git::$DATA",
        ".g\u{200c}it/x",
        ".git\\x",
        "a\0b",
        "a\nb",
        "a\u{202e}b",
        "a\u{200f}",
        "x\r",
    ];
    for path in bad {
        assert!(paths::fault(path).is_some(), "{path:?}");
    }
    assert!(paths::fault(&"a/".repeat(3000)).is_some() && paths::fault(&"a".repeat(256)).is_some());
}
