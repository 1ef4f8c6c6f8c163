use proptest::prelude::*;

use super::*;
use crate::git::tests::Repo;

const FILE: &str = "one\ntwo\nthree\nfour\ntwo\nsix\n";

/// About the lines from `first` to `last`, as a reviewer of a new file saw them.
fn about<'a>(seen: &'a str, (first, last): (usize, usize), replacement: &'a str) -> (String, Suggestion<'a>) {
    let shown: String = seen.lines().take(last).map(|line| format!("+{line}\n")).collect();
    let hunk = format!("@@ -0,0 +1,{last} @@\n{shown}");
    (hunk, Suggestion { path: "a.txt", line: Some(last), span: last + 1 - first, hunk: "", replacement })
}

/// The file after these suggestions, and what came of each.
fn applied(file: &str, suggested: &[(String, Suggestion<'_>)]) -> (String, Vec<Outcome>) {
    let repo = Repo::new();
    let commit = repo.commit(&[(b"a.txt", Mode::Regular, file.as_bytes())]);
    let mut workspace = Workspace::open(&repo.git_dir(), &commit).unwrap();
    let all: Vec<Suggestion<'_>> = suggested.iter().map(|(hunk, suggestion)| Suggestion { hunk, ..suggestion.clone() }).collect();
    let (changes, outcomes) = apply(&all, &[], &mut workspace).unwrap();
    let text = match changes.files.get("a.txt") {
        Some(FileChange::Write(file)) => String::from_utf8(file.bytes.clone()).unwrap(),
        Some(FileChange::Delete) => "deleted".into(),
        None => file.to_owned(),
    };
    (text, outcomes)
}

const HERE: Outcome = Outcome::Applied { moved: false };

#[test]
fn several_suggestions_stand_where_their_reviewer_saw_them() {
    let suggested = [about(FILE, (4, 5), "4\n5\n"), about(FILE, (1, 1), "1\none\n"), about(FILE, (6, 6), "")];
    assert_eq!(applied(FILE, &suggested), ("1\none\ntwo\nthree\n4\n5\n".into(), vec![HERE, HERE, HERE]));
}

#[test]
fn lines_that_moved_are_found_and_lines_that_changed_or_stand_twice_are_not() {
    let now = "zero\none\ntwo\nTHREE\nfour\ntwo\nsix\n";
    let moved = about(FILE, (1, 1), "1\n");
    assert_eq!(applied(now, &[moved]), (now.replace("one", "1"), vec![Outcome::Applied { moved: true }]));
    assert_eq!(applied(now, &[about(FILE, (3, 3), "3\n")]).1, [Outcome::Refused(Why::Gone)]);
    let twice = about("two\n", (1, 1), "2\n");
    assert_eq!(applied(now, &[twice]).1, [Outcome::Refused(Why::Often(2))]);
}

#[test]
fn an_outdated_thread_has_no_line_and_is_found_by_what_its_reviewer_saw() {
    let (hunk, suggestion) = about(FILE, (3, 4), "3\n");
    let suggested = [(hunk, Suggestion { line: None, ..suggestion })];
    assert_eq!(applied(FILE, &suggested), ("one\ntwo\n3\ntwo\nsix\n".into(), vec![Outcome::Applied { moved: true }]));
}

#[test]
fn of_two_for_the_same_lines_the_first_is_applied_and_the_same_twice_is_once() {
    let suggested = [about(FILE, (2, 3), "2\n"), about(FILE, (3, 4), "3\n"), about(FILE, (2, 3), "2\n")];
    let (text, outcomes) = applied(FILE, &suggested);
    assert_eq!(text, "one\n2\nfour\ntwo\nsix\n");
    assert_eq!(outcomes, [HERE, Outcome::Refused(Why::Overlaps(2, 3)), HERE]);
    let Outcome::Refused(why) = &outcomes[1] else { panic!() };
    assert_eq!(
        why.to_string(),
        "This suggestion overlaps with the one for lines 2 to 3, which was applied. Suggest it anew on the newest commit."
    );
}

#[test]
fn line_ends_are_kept() {
    let dos = "one\r\ntwo\r\nthree";
    assert_eq!(applied(dos, &[about("one\ntwo\n", (2, 2), "2\n2b\n")]), ("one\r\n2\r\n2b\r\nthree".into(), vec![HERE]));
    assert_eq!(applied(dos, &[about("one\ntwo\nthree\n", (3, 3), "3\n4\n")]), ("one\r\ntwo\r\n3\r\n4".into(), vec![HERE]));
}

#[test]
fn what_is_so_already_is_said_and_what_is_no_text_is_refused() {
    assert_eq!(applied(FILE, &[about(FILE, (1, 1), "one\n")]), (FILE.into(), vec![Outcome::AlreadySo]));
    let (hunk, suggestion) = about(FILE, (1, 1), "1\n");
    let elsewhere = [(hunk.clone(), Suggestion { path: "b.txt", ..suggestion.clone() })];
    assert_eq!(applied(FILE, &elsewhere).1, [Outcome::Refused(Why::NoText("the file is gone"))]);
    let binary = applied("one\n\0\n", &[(hunk, suggestion.clone())]);
    assert_eq!(binary.1, [Outcome::Refused(Why::NoText("the file is binary"))]);
    for hunk in ["", "@@ -1,2 +1 @@\n one\n-two\n", "@@ -1 +1 @@\n"] {
        assert_eq!(applied(FILE, &[(hunk.to_owned(), suggestion.clone())]).1, [Outcome::Refused(Why::NoLines)], "{hunk:?}");
    }
}

#[test]
fn a_guard_stops_all_suggestions_for_its_file() {
    let key = "key = \"ghp_aZ3kQ9wB7aZ3kQ9wB7aZ3kQ9wB7aZ3kQ9wB7\"\n";
    let suggested = [about(FILE, (1, 1), key), about(FILE, (6, 6), "6\n")];
    let (text, outcomes) = applied(FILE, &suggested);
    assert_eq!(text, FILE);
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Refused(Why::Guarded(_)))), "{outcomes:?}");
}

/// Lines that are all different, and ranges of them that do not overlap.
fn world() -> impl Strategy<Value = (usize, Vec<(usize, usize, usize)>)> {
    (1usize..30).prop_flat_map(|lines| {
        let cuts = prop::collection::btree_set(1..=lines, 0..8);
        let parts = cuts.prop_flat_map(move |cuts| {
            let cuts: Vec<usize> = cuts.into_iter().collect();
            let ranges: Vec<(usize, usize)> = cuts.chunks(2).map(|pair| (pair[0], *pair.last().unwrap())).collect();
            let sizes = prop::collection::vec(0usize..4, ranges.len());
            sizes.prop_map(move |sizes| ranges.iter().zip(sizes).map(|((first, last), size)| (*first, *last, size)).collect::<Vec<_>>())
        });
        (Just(lines), parts)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn whatever_their_order_they_end_as_if_applied_from_the_bottom_up((lines, parts) in world(), backwards: bool) {
        let file: String = (1..=lines).map(|line| format!("line {line}\n")).collect();
        let new: Vec<String> = parts.iter().map(|(first, _, size)| (0..*size).map(|n| format!("new {first}.{n}\n")).collect()).collect();
        let mut suggested: Vec<_> = parts.iter().zip(&new).map(|((first, last, _), new)| about(&file, (*first, *last), new)).collect();
        if backwards {
            suggested.reverse();
        }
        let mut expected: Vec<String> = file.lines().map(|line| format!("{line}\n")).collect();
        for ((first, last, _), new) in parts.iter().zip(&new).rev() {
            expected.splice(first - 1..*last, [new.clone()]);
        }
        let (text, outcomes) = applied(&file, &suggested);
        prop_assert_eq!(text, expected.concat());
        prop_assert!(outcomes.iter().all(|outcome| *outcome == HERE));
    }
}
