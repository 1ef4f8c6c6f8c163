use std::collections::BTreeMap;

use super::super::tree::plan;
use crate::domain::{ChangeSet, FileChange, FileContent, Mode};

fn changes(files: &[(&str, Option<usize>)]) -> ChangeSet {
    let change = |size: &Option<usize>| match size {
        Some(size) => FileChange::Write(FileContent { mode: Mode::Regular, bytes: vec![b'x'; *size] }),
        None => FileChange::Delete,
    };
    ChangeSet { files: files.iter().map(|(path, size)| ((*path).to_owned(), change(size))).collect::<BTreeMap<_, _>>() }
}

/// Each request's paths, `-` before those that are deleted.
fn requests(changes: &ChangeSet) -> Vec<Vec<String>> {
    let shown = |e: &super::super::tree::Entry<'_>| format!("{}{}", if e.content.is_none() { "-" } else { "" }, e.path);
    plan(changes).iter().map(|request| request.iter().map(shown).collect()).collect()
}

#[test]
fn an_ordinary_step_is_one_request() {
    assert_eq!(requests(&changes(&[("a", Some(1)), ("b/c", None), ("b/d", Some(1))])), [["a", "-b/c", "b/d"]]);
}

#[test]
fn nothing_changed_is_no_request() {
    assert!(requests(&changes(&[])).is_empty());
}

#[test]
fn a_file_that_becomes_a_directory_goes_first() {
    let set = changes(&[("a", None), ("a/b/c", Some(1)), ("a-b", None)]);
    assert_eq!(requests(&set), [vec!["-a"], vec!["-a-b", "a/b/c"]]);
}

#[test]
fn a_directory_that_becomes_a_file_goes_first() {
    let set = changes(&[("a", Some(1)), ("a/b/c", None), ("a/d", None), ("e", None)]);
    assert_eq!(requests(&set), [vec!["-a/b/c", "-a/d"], vec!["a", "-e"]]);
}

#[test]
fn much_text_is_split_over_requests_and_keeps_its_order() {
    let files: Vec<(String, Option<usize>)> = (0..10).map(|n| (format!("f{n}"), Some(1_000_000))).collect();
    let files: Vec<_> = files.iter().map(|(path, size)| (path.as_str(), *size)).collect();
    let lengths: Vec<usize> = requests(&changes(&files)).iter().map(Vec::len).collect();
    assert_eq!(lengths, [4, 4, 2]);
}

#[test]
fn many_files_are_split_over_requests() {
    let names: Vec<String> = (0..2500).map(|n| format!("d/{n:04}")).collect();
    let files: Vec<_> = names.iter().map(|name| (name.as_str(), None)).collect();
    let lengths: Vec<usize> = requests(&changes(&files)).iter().map(Vec::len).collect();
    assert_eq!(lengths, [1000, 1000, 500]);
}
