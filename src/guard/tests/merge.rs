use std::collections::BTreeMap;

use super::*;
use crate::guard::{Sides, judge_merge};

const MARKED: &str = "<<<<<<< this-branch\nlet a = 1;\n||||||| before-both\n=======\nlet a = 2;\n>>>>>>> base-branch\n";

fn sides(path: &str, ours: &str, theirs: &str) -> BTreeMap<String, Sides> {
    let held = |text: &str| Some(text.as_bytes().to_vec());
    [(path.to_owned(), Sides { ours: held(ours), theirs: held(theirs) })].into()
}

fn found(set: &ChangeSet, sides: &BTreeMap<String, Sides>, marked: &str) -> Vec<String> {
    let named: Vec<String> = sides.keys().cloned().collect();
    let rules = Rules { named: &named, ..Rules::default() };
    let findings = judge_merge(set, &rules, sides, |path| sides.contains_key(path).then(|| marked.into()));
    findings.iter().filter(|finding| finding.blocking).map(ToString::to_string).collect()
}

#[test]
fn a_mark_that_is_left_stops_the_merge_and_a_resolved_file_does_not() {
    let sides = sides("src/a.rs", "let a = 1;\n", "let a = 2;\n");
    let left = ["`src/a.rs` line 1 still holds a conflict marker (`<<<<<<<`)"];
    assert_eq!(found(&ChangeSet::default(), &sides, MARKED), left, "nobody touched it");
    let half = changes(&[("src/a.rs", Mode::Regular, "let a = 3;\n>>>>>>> base-branch\n")]);
    assert_eq!(found(&half, &sides, MARKED), ["`src/a.rs` line 2 still holds a conflict marker (`>>>>>>>`)"]);
    let resolved = changes(&[("src/a.rs", Mode::Regular, "let a = 3;\n")]);
    assert_eq!(found(&resolved, &sides, MARKED), Vec::<String>::new());
    let text = changes(&[("README.md", Mode::Regular, "# Notes\n<<<<<<< this-branch\n")]);
    assert_eq!(found(&text, &self::sides("README.md", "# Notes\n", "# A note\n"), MARKED).len(), 1, "in a text about merging, too");
}

#[test]
fn what_the_base_brought_is_not_the_resolvers_doing_and_what_neither_side_had_is() {
    let token = format!("ghp_{}", "a1B2c3D4e5F6g7H8i9J0kLmNoPqRsTuVwXyZ");
    let with = format!("let token = \"{token}\";\n");
    let resolved = changes(&[("src/a.rs", Mode::Regular, &format!("{with}let a = 3;\n"))]);
    assert_eq!(found(&resolved, &sides("src/a.rs", "let a = 1;\n", &with), MARKED), Vec::<String>::new());
    assert_eq!(found(&resolved, &sides("src/a.rs", "let a = 1;\n", "let a = 2;\n"), MARKED).len(), 1);
}

#[test]
fn a_test_that_one_side_took_away_is_gone_and_one_that_both_had_is_weakened() {
    let test = |name: &str| format!("#[test]\nfn {name}() {{\n    assert_eq!({name}_is(), 1);\n}}\n");
    let both = format!("{}{}", test("one"), test("two"));
    let resolved = changes(&[("tests/a.rs", Mode::Regular, &test("one"))]);
    assert_eq!(found(&resolved, &sides("tests/a.rs", &both, &test("one")), MARKED), Vec::<String>::new());
    assert_ne!(found(&resolved, &sides("tests/a.rs", &both, &both), MARKED), Vec::<String>::new());
}

#[test]
fn a_file_that_was_not_in_conflict_is_outside_of_the_merge() {
    let sides = sides("src/a.rs", "let a = 1;\n", "let a = 2;\n");
    let more = changes(&[("src/a.rs", Mode::Regular, "let a = 3;\n"), ("lib/other.c", Mode::Regular, "int b;\n")]);
    assert_eq!(found(&more, &sides, MARKED), ["`lib/other.c` is outside of what the step names"]);
}
