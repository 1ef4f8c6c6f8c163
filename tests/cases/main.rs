//! The program on small specifications that are easy to get wrong: `fixtures/cases`, each with what a person would expect.

#![allow(clippy::unwrap_used, reason = "a failed expectation is how a test fails")]

mod judge;
mod run;

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/cases");
    let mut found: Vec<PathBuf> =
        std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    found.sort();
    found
}

#[test]
fn every_case_is_read_and_built_as_a_person_would_expect() {
    let folders = folders();
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some(folder) = folders.get(next.fetch_add(1, Ordering::SeqCst)) {
            if let Some(why) = judge::case(folder) {
                wrong.lock().unwrap().push(format!("{}: {why}", folder.file_name().unwrap().to_string_lossy()));
            }
        }
    };
    std::thread::scope(|scope| (0..std::thread::available_parallelism().map_or(2, usize::from)).for_each(|_| drop(scope.spawn(work))));
    let wrong = wrong.into_inner().unwrap();
    assert!(folders.len() > 150, "{} cases", folders.len());
    assert!(wrong.is_empty(), "{} of {} are wrong:\n{}", wrong.len(), folders.len(), wrong.join("\n"));
}

#[test]
fn the_judge_tells_right_from_wrong() {
    let answer = json!({ "title": "T", "steps": [{ "number": "1", "title": "Add `a.rs`", "done": false, "files": ["a.rs"], "edits": [], "verify": [] }],
        "acceptance_criteria": ["it greets"], "out_of_scope": [], "gaps": [] });
    let said = |status, words: &str| run::Said { status: Some(status), words: words.to_owned(), out: String::new() };
    let read = |wanted| judge::read(&answer, &wanted, &said(0, ""));
    assert_eq!(read(json!({ "steps": [{ "title": "Add a.rs", "files": ["a.rs"] }], "criteria": ["it greets"] })), None);
    assert!(read(json!({ "steps": [] })).is_some() && read(json!({ "steps": [{ "done": true }] })).is_some());
    assert!(read(json!({ "steps": [{ "title": "Remove" }] })).is_some() && read(json!({ "criteria": [] })).is_some());
    let asks = json!({ "asks": true, "place": { "lines": [[3, 5]], "text": ["step 2"] }, "mentions": ["number"] });
    assert_eq!(judge::asked(&asks, &said(1, ""), "a number is missing (line 4)"), None);
    assert_eq!(judge::asked(&asks, &said(1, ""), "Step 2 has no number"), None);
    assert!(judge::asked(&asks, &said(0, ""), "a number is missing (line 4)").is_some(), "exit status 0 asks nothing");
    assert!(judge::asked(&asks, &said(1, ""), "a number is missing (line 9)").is_some(), "another place");
    assert!(judge::asked(&asks, &said(1, ""), "something is missing (line 4)").is_some(), "other words");
    let titles = ["One".to_owned(), "Two".to_owned()];
    assert_eq!(judge::proposed(&titles, &said(1, ""), "I would build: One, Two"), None);
    assert!(judge::proposed(&titles, &said(1, ""), "I would build: Two, One").is_some());
    assert!(judge::proposed(&titles, &said(0, ""), "I would build: One, Two").is_some());
    assert_eq!(judge::strange(&json!({ "run": "spec", "one_of": [{ "steps": [{ "file": 1 }], "ask": true }] })), ["ask", "file"]);
    assert!(said(101, "").trouble().is_some() && said(137, "").trouble().is_some() && said(1, "panicked at").trouble().is_some());
    assert!(run::Said { status: None, ..said(0, "") }.trouble().is_some() && said(1, "refused").trouble().is_none());
}

#[test]
fn the_judge_tells_a_branch_that_is_right_from_one_that_is_not() {
    let scratch = tempfile::tempdir().unwrap();
    let repo = scratch.path().join("repo");
    std::fs::create_dir(&repo).unwrap();
    let git = |arguments: &str| {
        let all: Vec<&str> = "-c user.name=t -c user.email=t@example.com".split(' ').chain(arguments.split(' ')).collect();
        run::git(&repo, &all).unwrap_or_else(|| panic!("git {arguments}"))
    };
    let commit = |file: &str, text: &str, subject: &str| {
        std::fs::write(repo.join(file), text).unwrap();
        git("add -A");
        git(&format!("commit -q -m {subject}"));
    };
    git("init -q -b main");
    commit("a.txt", "a\n", "start");
    let before = run::state(&repo);
    git("checkout -q -b out");
    commit("b.txt", "b\n", "One");
    git("checkout -q main");
    let wanted = json!({ "exit": 0, "commits": 1, "subjects": ["One"], "each": [["b.txt"]], "files": { "b.txt": { "text": "b\n" } } });
    let said = |status| run::Said { status: Some(status), words: String::new(), out: String::new() };
    let judged = |wanted: &serde_json::Value, status| {
        judge::outcome(wanted, true, &repo, (&before, &run::state(&repo)), &said(status), &serde_json::Value::Null)
    };
    assert_eq!(judged(&wanted, 0), None);
    let but = |key: &str, value: serde_json::Value| {
        let mut other = wanted.clone();
        other[key] = value;
        judged(&other, 0).expect(key)
    };
    assert!(but("commits", json!(2)).contains("commits") && but("subjects", json!(["Two"])).contains("commits"));
    assert!(but("each", json!([["a.txt"]])).contains("changes") && but("files", json!({})).contains("differ"));
    assert!(
        but("files", json!({ "b.txt": { "text": "c\n" } })).contains("holds") && but("files", json!({ "b.txt": null })).contains("there")
    );
    assert!(judged(&wanted, 1).unwrap().contains("exit status"));
    let asks = json!({ "asks": true, "place": { "text": ["b"] }, "mentions": ["b"] });
    assert!(judged(&asks, 1).unwrap().contains("references"), "a question leaves no branch");
    std::fs::write(repo.join("a.txt"), "other\n").unwrap();
    assert!(judged(&wanted, 0).unwrap().contains("files"));
    git("checkout -q a.txt");
    git("branch other");
    assert!(judged(&wanted, 0).unwrap().contains("references"));
    git("branch -D other");
    git("checkout -q out");
    commit("c.txt", "c\n", "Two");
    git("checkout -q main");
    assert!(judged(&wanted, 0).is_some(), "a commit too many");
    git("reset -q --hard out");
    assert!(judged(&wanted, 0).unwrap().contains("references"), "the base moved");
}
