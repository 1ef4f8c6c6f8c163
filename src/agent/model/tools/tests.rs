use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::matching::{Place, already, find, nearest};
use crate::agent::Site;
use crate::agent::transcript::Call;
use crate::sandbox::{Limits, Options, Sandbox};

fn replaced(text: &str, search: &str, replace: &str) -> Result<(String, &'static str), Place> {
    match find(text, search, replace) {
        Place::Once { range, with, how } => Ok((format!("{}{with}{}", &text[..range.start], &text[range.end..]), how)),
        other @ (Place::Nowhere | Place::Often(_)) => Err(other),
    }
}

#[test]
fn an_exact_text_is_replaced_where_it_stands() {
    let (text, how) = replaced("let a = 1;\nlet b = 2;\n", "b = 2", "b = 3").unwrap();
    assert_eq!((text.as_str(), how), ("let a = 1;\nlet b = 3;\n", "found exactly as written"));
    assert_eq!(replaced("aaa", "aa", "b"), Err(Place::Often(vec![1, 1])), "occurrences may overlap");
    assert_eq!(replaced("x\ny\nx\n", "x", "z"), Err(Place::Often(vec![1, 3])));
    assert_eq!(replaced("x\n", "y", "z"), Err(Place::Nowhere));
}

#[test]
fn blanks_at_the_ends_of_lines_may_differ() {
    let (text, how) = replaced("a  \nb\t\nc\n", "a\nb\n", "A\nB\n").unwrap();
    assert_eq!((text.as_str(), how), ("A\nB\nc\n", "found with other blanks at the ends of lines"));
    assert_eq!(replaced("a  \nb\t\nc", "a\nb", "A").unwrap().0, "A\nc");
    assert_eq!(replaced("a \nb\n", "a\nb\n", "").unwrap().0, "");
}

#[test]
fn line_ends_stay_as_the_file_has_them() {
    assert_eq!(replaced("a\r\nb\r\nc\r\n", "a\nb\n", "A\nB\n").unwrap().0, "A\r\nB\r\nc\r\n");
    assert_eq!(replaced("a\r\nb\r\nc\r\n", "a\nb", "A\nB").unwrap().0, "A\r\nB\r\nc\r\n");
}

#[test]
fn another_indentation_is_found_and_given_to_the_replacement() {
    let file = "impl A {\n    fn f() {\n        one();\n\n        two();\n    }\n}\n";
    let (text, how) = replaced(file, "fn f() {\n    one();\n\n    two();\n}\n", "fn f() {\n    three();\n}\n").unwrap();
    assert_eq!(text, "impl A {\n    fn f() {\n        three();\n    }\n}\n");
    assert!(how.contains("indentation"));
    let (text, _) = replaced("if x:\n\ty()\n", "if x:\n    y()", "if x:\n    z()").map_or(("none".to_owned(), ""), |found| found);
    assert_eq!(text, "none", "blanks for tabs are moved unlike from line to line");
    assert_eq!(replaced("\ta()\n\tb()\n", "    a()\n    b()", "    c()").unwrap().0, "\tc()\n");
    assert_eq!(replaced("a()\n  b()\n", "  a()\n    b()", "  a()\n    c()").unwrap().0, "a()\n  c()\n");
}

#[test]
fn an_edit_that_was_made_is_known_again() {
    assert!(already("uno\n", "one", "uno"));
    assert!(!already("one\n", "one", "uno"));
    assert!(already("a\nb\n", "a\n", "a\nb\n"), "the search text stands in its own replacement");
    assert!(!already("a\n", "a\n", "a\nb\n"));
    assert!(!already("a\nb\nx\na\n", "a\n", "a\nb\n"), "another one is still to be changed");
    assert!(already("rest\n", "gone\n", ""));
}

#[test]
fn a_text_that_is_not_there_is_answered_with_what_resembles_it() {
    let text = "fn alpha() {}\nfn compute_total(items: &[Item]) -> u64 {\n}\n";
    assert_eq!(nearest(text, "fn compute_totals(items: &[Item]) -> u32 {"), Some((2, "fn compute_total(items: &[Item]) -> u64 {".into())));
    assert_eq!(nearest(text, "completely different words"), None);
}

/// A checkout, and what the calls of one turn answer there.
struct Checkout {
    scratch: tempfile::TempDir,
    site: Site,
}

impl Checkout {
    async fn with(files: &[(&str, &str)]) -> Self {
        let scratch = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = scratch.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        // No command is run here.
        let options = Options { disposable_machine: true, ..Options::new("/bin/false") };
        let sandbox = Sandbox::prepare(options).await.unwrap();
        let (root, home) = (scratch.path().to_owned(), scratch.path().to_owned());
        let site = Site { root, home, sandbox, limits: Limits::default(), given: BTreeSet::new() };
        Self { scratch, site }
    }

    async fn call(&self, tool: &str, arguments: Value) -> String {
        let folder = super::Folder::open(&self.site).unwrap();
        let call = Call { id: "1".into(), tool: tool.into(), arguments };
        super::execute(&[call], &folder, &self.site, false).await.unwrap().remove(0).text
    }
}

#[tokio::test]
async fn reading_is_in_parts_and_says_how_to_read_on() {
    let long: String = (1..=2000).map(|line| format!("line {line}\n")).collect();
    let checkout = Checkout::with(&[("long.txt", &long), ("bin", "a\0b"), ("bare.txt", "no newline"), ("empty", "")]).await;
    let first = checkout.call("read", json!({"path": "long.txt"})).await;
    assert!(first.contains("\n800\tline 800\n") && first.ends_with("Lines 1 to 800 of 2000; read on with \"from\": 801."), "{first}");
    let part = checkout.call("read", json!({"path": "./long.txt", "from": 1999, "lines": 5})).await;
    assert!(part.contains("1999\tline 1999\n2000\tline 2000\n") && !part.contains("read on"), "{part}");
    assert!(checkout.call("read", json!({"path": "long.txt", "from": 2001})).await.starts_with("error: `long.txt` has 2000 lines"));
    assert_eq!(checkout.call("read", json!({"path": "bin"})).await, "`bin` is a binary file of 3 bytes; it cannot be shown.");
    assert!(checkout.call("read", json!({"path": "bare.txt"})).await.ends_with("The file does not end in a newline."));
    assert_eq!(checkout.call("read", json!({"path": "empty"})).await, "`empty` is empty.");
}

#[tokio::test]
async fn searching_and_listing_leave_out_what_git_would() {
    let files = [
        (".gitignore", "target/\n"),
        ("target/a.rs", "needle"),
        ("src/a.rs", "a Needle\n"),
        ("src/b.txt", "needle\n"),
        (".git/c", "needle"),
    ];
    let checkout = Checkout::with(&files).await;
    let found = checkout.call("search", json!({"pattern": "needle"})).await;
    assert!(
        found.contains("src/a.rs:1: a Needle\nsrc/b.txt:1: needle") && !found.contains("target") && !found.contains(".git/c"),
        "{found}"
    );
    let found = checkout.call("search", json!({"pattern": "Needle", "glob": "*.rs", "path": "src"})).await;
    assert!(found.contains("src/a.rs:1") && !found.contains("b.txt"), "{found}");
    assert_eq!(checkout.call("search", json!({"pattern": "haystack"})).await, "nothing found");
    assert!(checkout.call("search", json!({"pattern": "("})).await.starts_with("error: `pattern` is no regular expression"));
    let listed = checkout.call("list", json!({"depth": 2})).await;
    assert!(listed.contains(".gitignore\nsrc/\nsrc/a.rs\nsrc/b.txt") && !listed.contains("target"), "{listed}");
}

#[tokio::test]
async fn a_pipe_in_the_checkout_is_not_waited_for() {
    let checkout = Checkout::with(&[]).await;
    let pipe = checkout.scratch.path().join("pipe");
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
    assert!(checkout.call("read", json!({"path": "pipe"})).await.contains("no regular file"));
    assert!(checkout.call("write", json!({"path": "pipe", "content": "x"})).await.contains("no regular file"));
}
