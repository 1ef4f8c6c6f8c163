use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use expect_test::expect_file;
use proptest::prelude::*;

use super::*;
use crate::domain::{FileChange, FileContent, Mode};
use crate::git::tests::Repo;
use crate::specification::Replacement;
use crate::specification::document::fences;
use crate::specification::edits::of_fence;

/// A step made of all blocks of a text.
fn step(text: &str) -> Step {
    let edits =
        fences(text).iter().filter_map(|fence| of_fence(fence).map(|change| Edit { line: fence.line, part: None, change })).collect();
    step_of(edits)
}

fn step_of(edits: Vec<Edit>) -> Step {
    Step {
        number: "1".into(),
        title: "Change it".into(),
        line: 1,
        document: String::new(),
        instructions: String::new(),
        files: Vec::new(),
        edits,
        verify: Vec::new(),
        depends_on: Vec::new(),
        meets: Vec::new(),
        done: false,
        optional: false,
        no_code_change: false,
    }
}

fn shown(changes: &ChangeSet) -> String {
    let mut text = String::new();
    for (path, change) in &changes.files {
        match change {
            FileChange::Delete => writeln!(text, "delete {path}").unwrap(),
            FileChange::Write(file) => {
                writeln!(text, "write {} {path}", file.mode.as_git()).unwrap();
                for line in file.bytes.split_inclusive(|byte| *byte == b'\n') {
                    writeln!(text, "  {}", line.escape_ascii()).unwrap();
                }
            }
        }
    }
    text
}

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/edits");
    let mut folders: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders
}

#[test]
fn every_fixture_comes_out_as_its_outcome_says() {
    let folders = fixtures();
    assert!(folders.len() > 60, "{}", folders.len());
    let repo = Repo::new();
    for folder in folders {
        let name = folder.file_name().unwrap().to_str().unwrap();
        let mut workspace = repo.workspace_of(&folder.join("base"));
        let text = std::fs::read_to_string(folder.join("step.md")).unwrap();
        let outcome = match apply(&step(&text), &mut workspace) {
            Ok(changes) => {
                assert_eq!(workspace.changes().unwrap(), changes, "{name}: the workspace holds what was answered");
                shown(&changes)
            }
            Err(Failure::Refused(refusal)) => {
                assert!(workspace.changes().unwrap().is_empty(), "{name}: nothing is left of a refused step");
                format!("refused: {refusal}\n")
            }
            Err(Failure::Repository(error)) => panic!("{name}: {error}"),
        };
        assert_eq!(name.starts_with("refused-"), outcome.starts_with("refused: "), "{name}: {outcome}");
        expect_file![folder.join("outcome.txt")].assert_eq(&outcome);
    }
}

/// A step's file afterwards, or why it is refused.
fn on(base: &[(&[u8], Mode, &[u8])], path: &str, block: &str) -> String {
    let repo = Repo::new();
    let commit = repo.commit(base);
    let mut workspace = Workspace::open(&repo.git_dir(), &commit).unwrap();
    match apply(&step(block), &mut workspace) {
        Ok(changes) => match &changes.files[path] {
            FileChange::Write(file) => file.bytes.escape_ascii().to_string(),
            FileChange::Delete => "deleted".into(),
        },
        Err(error) => error.to_string(),
    }
}

const REGULAR: Mode = Mode::Regular;

#[test]
fn line_ends_follow_the_file_that_is_edited_and_a_new_file_those_of_its_kind() {
    let dos: &[(&[u8], Mode, &[u8])] = &[(b"a.cs", REGULAR, b"one\r\ntwo\r\n"), (b"b.js", REGULAR, b"one\n")];
    let search = "`a.cs`\n```\n<<<<<<< SEARCH\ntwo\n=======\n2\n3\n>>>>>>> REPLACE\n```\n";
    assert_eq!(on(dos, "a.cs", search), r"one\r\n2\r\n3\r\n");
    assert_eq!(on(dos, "a.cs", "```diff\n--- a/a.cs\n+++ b/a.cs\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n```\n"), r"one\r\n2\r\n");
    assert_eq!(on(dos, "a.cs", "`a.cs`\n```\nnew\n```\n"), r"new\r\n");
    assert_eq!(on(dos, "new.cs", "`new.cs`\n```\nnew\n```\n"), r"new\r\n");
    assert_eq!(on(dos, "new.js", "`new.js`\n```\nnew\n```\n"), r"new\n");
    assert_eq!(on(dos, "new.txt", "`new.txt`\n```\nnew\n```\n"), r"new\n");
    let told: &[(&[u8], Mode, &[u8])] = &[(b".gitattributes", REGULAR, b"* text=auto\n"), (b"a.cs", REGULAR, b"one\r\n")];
    assert_eq!(on(told, "new.cs", "`new.cs`\n```\nnew\n```\n"), r"new\n");
    let unix: &[(&[u8], Mode, &[u8])] = &[(b"a.js", REGULAR, b"one\ntwo\n")];
    assert_eq!(on(unix, "a.js", "`a.js`\n```\n<<<<<<< SEARCH\ntwo\r\n=======\n2\r\n>>>>>>> REPLACE\n```\n"), r"one\n2\n");
}

#[test]
fn a_byte_order_mark_is_kept_before_the_first_line() {
    let marked: &[(&[u8], Mode, &[u8])] = &[(b"a.cs", REGULAR, b"\xef\xbb\xbfone\ntwo\n")];
    let kept = r"\xef\xbb\xbf1\ntwo\n";
    assert_eq!(on(marked, "a.cs", "`a.cs`\n```\n<<<<<<< SEARCH\none\n=======\n1\n>>>>>>> REPLACE\n```\n"), kept);
    assert_eq!(on(marked, "a.cs", "```diff\n--- a/a.cs\n+++ b/a.cs\n@@ -1,2 +1,2 @@\n-one\n+1\n two\n```\n"), kept);
    let with = "```diff\n--- a/a.cs\n+++ b/a.cs\n@@ -1,2 +1,2 @@\n-\u{feff}one\n+\u{feff}1\n two\n```\n";
    assert_eq!(on(marked, "a.cs", with), kept);
}

#[test]
fn a_part_of_a_line_is_not_replaced_and_said_to_be_one() {
    let base: &[(&[u8], Mode, &[u8])] = &[(b"a", REGULAR, b"one\nlet two = 2;\n")];
    let why = on(base, "a", "`src/../a`\n```\n<<<<<<< SEARCH\nx\n=======\ny\n>>>>>>> REPLACE\n```\n");
    assert!(why.contains("leads out"), "{why}");
    let why = on(base, "a", "a\n```\n<<<<<<< SEARCH\nlet two\n=======\nlet 2\n>>>>>>> REPLACE\n```\n");
    assert!(why.contains("only as a part of line 2"), "{why}");
}

#[test]
fn a_second_spelling_of_a_name_is_refused_and_another_file_is_not() {
    let base: &[(&[u8], Mode, &[u8])] = &[(b"README.md", REGULAR, b"x\n"), ("Doc/caf\u{e9}.md".as_bytes(), REGULAR, b"x\n")];
    let whole = |path: &str| on(base, path, &format!("`{path}`\n```\nnew\n```\n"));
    assert!(whole("readme.md").contains("`README.md` is there"));
    assert!(whole("doc/new.md").contains("`Doc` is there"));
    assert!(whole("Doc/cafe\u{301}.md").contains("`Doc/caf\u{e9}.md` is there"));
    assert_eq!(whole("Doc/new.md"), r"new\n");
    assert_eq!(whole("README.txt"), r"new\n");
    let search = on(base, "readme.md", "`readme.md`\n```\n<<<<<<< SEARCH\nx\n=======\ny\n>>>>>>> REPLACE\n```\n");
    assert!(search.contains("`README.md` is there"), "{search}");
    let renamed = "```diff\ndiff --git a/README.md b/Readme.md\nsimilarity index 100%\nrename from README.md\nrename to Readme.md\n```\n";
    assert_eq!(on(base, "Readme.md", renamed), r"x\n");
}

#[test]
fn what_git_lfs_keeps_is_not_written_but_for_a_pointer() {
    let attributes = b"[attr]big filter=lfs -text\n*.csv big\n/d/*.bin filter=lfs\n";
    let base: &[(&[u8], Mode, &[u8])] =
        &[(b".gitattributes", REGULAR, attributes), (b"raw/.gitattributes", REGULAR, b"*.csv !filter\n"), (b"a", REGULAR, b"a\n")];
    let whole = |path: &str, text: &str| on(base, path, &format!("`{path}`\n```\n{text}\n```\n"));
    assert!(whole("x/y.csv", "a,b").contains("Git LFS"));
    assert!(whole("d/y.bin", "a,b").contains("Git LFS"));
    assert_eq!(whole("raw/y.csv", "a,b"), r"a,b\n");
    assert_eq!(whole("d/e/y.bin", "a"), r"a\n");
    assert!(whole("x/y.csv", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1").starts_with("version"));
}

#[test]
fn a_patch_of_an_agent_is_applied_and_its_files_are_made_moved_and_taken_away() {
    let base: &[(&[u8], Mode, &[u8])] = &[(b"a.js", REGULAR, b"one\ntwo\n"), (b"b.js", REGULAR, b"x\n")];
    let patch = "```\n*** Begin Patch\n*** Update File: a.js\n*** Move to: c.js\n@@ fn x()\n one\n-two\n+2\n*** Add File: n.js\n+new\n*** Delete File: b.js\n*** End Patch\n```\n";
    assert_eq!(on(base, "c.js", patch), r"one\n2\n");
    assert_eq!(on(base, "n.js", patch), r"new\n");
    assert_eq!(on(base, "b.js", patch), "deleted");
    assert_eq!(on(base, "a.js", "`a.js`\n```js\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n```\n"), r"one\n2\n");
}

#[test]
fn a_submodule_is_neither_written_nor_entered() {
    let repo = Repo::new();
    let commit = repo.commit(&[(b"sub", Mode::Submodule, b""), (b"a", Mode::Regular, b"a\n")]);
    for (path, reason) in [("sub", "is a submodule"), ("sub/x.txt", "`sub` is a submodule, not a directory")] {
        let mut workspace = Workspace::open(&repo.git_dir(), &commit).unwrap();
        let change = Change::WholeFile { path: path.into(), content: "x\n".into() };
        let error = apply(&step_of(vec![Edit { line: 3, part: None, change }]), &mut workspace).unwrap_err();
        assert!(error.to_string().contains(reason), "{error}");
    }
}

#[test]
fn a_rehearsal_tries_the_whole_chain_and_says_what_will_be_refused() {
    let repo = Repo::new();
    let commit = repo.commit(&[(b"a", Mode::Regular, b"one\n"), (b"b", Mode::Regular, b"one\n")]);
    let replace = |path: &str, search: &str, replace: &str| {
        let replacements = vec![Replacement { line: 9, search: search.into(), replace: replace.into() }];
        step_of(vec![Edit { line: 8, part: None, change: Change::SearchReplace { path: path.into(), replacements } }])
    };
    let done = Step { done: true, ..replace("nowhere", "x\n", "y\n") };
    let prose = step_of(Vec::new());
    let steps = [
        replace("a", "one\n", "two\n"),
        done,
        replace("a", "two\n", "three\n"),
        replace("b", "two\n", "three\n"),
        replace("b", "three\n", "four\n"),
        replace("c", "x\n", "y\n"),
        prose,
        replace("a", "nowhere\n", "x\n"),
    ];
    let workspace = Workspace::open(&repo.git_dir(), &commit).unwrap();
    let refused: Vec<(usize, String)> =
        rehearse(&steps, workspace).unwrap().into_iter().map(|(step, refusal)| (step, refusal.to_string())).collect();
    expect_test::expect![[r#"
        3: `b`: the text to be replaced is not in the file: `two` (line 9 of the specification)
        5: `c`: no such file: `x` (line 9 of the specification)
    "#]]
    .assert_eq(&refused.iter().map(|(step, refusal)| format!("{step}: {refusal}\n")).collect::<String>());
}

#[test]
fn a_rehearsal_finds_what_the_guards_would_stop_before_anything_is_pushed() {
    let repo = Repo::new();
    let commit = repo.commit(&[(b"a", Mode::Regular, b"one\n")]);
    let whole = |line, path: &str, content: &str| Edit {
        line,
        part: None,
        change: Change::WholeFile { path: path.into(), content: content.into() },
    };
    let link = "diff --git a/out b/out\nnew file mode 120000\n--- /dev/null\n+++ b/out\n@@ -0,0 +1 @@\n+../outside\n\\ No newline at end of file\n";
    let token = format!("token = ghp_{}\n", "aZ3kQ9wB7".repeat(4));
    let steps = [
        step_of(vec![whole(8, "a", "two\n")]),
        step_of(vec![whole(12, "b", "fine\n"), whole(20, "settings", &token)]),
        step_of(vec![Edit { line: 30, part: None, change: Change::Diff { text: link.into(), file: None } }]),
        step_of(vec![whole(40, "c", "fine\n")]),
    ];
    let workspace = || Workspace::open(&repo.git_dir(), &commit).unwrap();
    let refused = rehearse(&steps, workspace()).unwrap().into_iter().map(|(step, refusal)| format!("{step}: {refusal}\n"));
    expect_test::expect![[r#"
        1: `settings`: holds a GitHub token in line 1 (line 20 of the specification)
        2: `out`: is a link to `../outside`, outside the repository (line 30 of the specification)
    "#]]
    .assert_eq(&refused.collect::<String>());
    let error = apply_guarded(&steps[1], &mut workspace()).unwrap_err();
    assert!(error.to_string().contains("holds a GitHub token"), "{error}");
    assert!(apply_guarded(&steps[0], &mut workspace()).is_ok());
}

#[test]
fn a_file_of_50_mb_is_edited_and_one_over_100_mb_refused() {
    let repo = Repo::new();
    let line = b"the same line again and again\n";
    let mut large = line.repeat(50 * 1024 * 1024 / line.len());
    large.extend_from_slice(b"the last line\n");
    let commit = repo.commit(&[(b"large.txt", Mode::Regular, &large)]);
    let mut workspace = Workspace::open(&repo.git_dir(), &commit).unwrap();
    let count = large.iter().filter(|byte| **byte == b'\n').count();
    let text = format!(
        "```diff\n--- a/large.txt\n+++ b/large.txt\n@@ -{},2 +{},2 @@\n the same line again and again\n-the last line\n+the end\n```\n\n`large.txt`\n```\n<<<<<<< SEARCH\nthe same line again and again\nthe end\n=======\nthe very end\n>>>>>>> REPLACE\n```\n",
        count - 1,
        count - 1
    );
    let changes = apply(&step(&text), &mut workspace).unwrap();
    match &changes.files["large.txt"] {
        FileChange::Write(file) => assert!(file.bytes.ends_with(b"again\nthe very end\n")),
        FileChange::Delete => panic!("deleted"),
    }
    let mut workspace = Workspace::open(&repo.git_dir(), &commit).unwrap();
    let text = "`large.txt`\n```\n<<<<<<< SEARCH\nthe same line again and again\n=======\n>>>>>>> REPLACE\n```\n";
    assert!(apply(&step(text), &mut workspace).unwrap_err().to_string().contains("occurs more than 3 times (lines 1, 2, 3, …)"));
    let change = Change::WholeFile { path: "x.txt".into(), content: "x".repeat(100 * 1024 * 1024 + 1) };
    let error = apply(&step_of(vec![Edit { line: 1, part: None, change }]), &mut workspace).unwrap_err();
    assert!(error.to_string().contains("more than 100 MB"), "{error}");
}

/// A few kinds of lines, so that they repeat; with CRLF and without a final newline now and then.
fn file_text() -> impl Strategy<Value = String> {
    let line = prop_oneof!["[ab]{0,2}", "-- [ab]", "\\+\\+ [ab]", "[ab]\r", "@@ x", "é"];
    (proptest::collection::vec(line, 1..24), any::<bool>()).prop_map(|(lines, newline)| {
        let mut text = lines.join("\n");
        if newline {
            text.push('\n');
        }
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_unique_text_is_replaced_and_can_be_put_back(text in file_text(), from in 0_usize..24, to in 0_usize..24) {
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let (from, to) = (from.min(to).min(lines.len()), from.max(to).min(lines.len()));
        let old = lines[from..to].concat();
        prop_assume!(old.ends_with('\n'));
        let new = "something else\n";
        match search::replace(text.as_bytes(), &old, new) {
            Ok(changed) => {
                let expected = [&lines[..from].concat(), new, &lines[to..].concat()].concat();
                prop_assert_eq!(&changed, expected.as_bytes());
                prop_assert_eq!(search::replace(&changed, new, &old).unwrap(), text.as_bytes());
            }
            Err(reason) => {
                let places = (0..lines.len()).filter(|at| lines[*at..].concat().starts_with(&old)).count();
                prop_assert!(places > 1, "{reason}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// What `git diff` prints leads to its target, as it does with `git apply`; moved, it leads there too or is refused.
    #[test]
    fn a_diff_by_git_leads_where_git_apply_leads(old in file_text(), new in file_text(), context in 0_usize..4, shift in 0_usize..3) {
        prop_assume!(old != new);
        let repo = Repo::new();
        let before = repo.commit(&[(b"f", Mode::Regular, old.as_bytes())]);
        let after = repo.commit(&[(b"f", Mode::Regular, new.as_bytes())]);
        let unified = format!("-U{context}");
        let text = String::from_utf8(repo.git(&["diff", &unified, before.as_str(), after.as_str()], b"")).unwrap();
        let edit = |text: String| step_of(vec![Edit { line: 1, part: None, change: Change::Diff { text, file: None } }]);
        let mut workspace = Workspace::open(&repo.git_dir(), &before).unwrap();
        let target = FileChange::Write(FileContent { mode: Mode::Regular, bytes: new.clone().into() });
        match apply(&edit(text.clone()), &mut workspace) {
            Ok(changes) => prop_assert_eq!(&changes.files["f"], &target),
            // Without context git itself asks for `--unidiff-zero`: what cannot be told apart is refused.
            Err(Failure::Refused(Refusal { reason: Reason::NoContext | Reason::Ambiguous { .. } | Reason::AlreadyApplied, .. })) if context == 0 => {}
            Err(error) => prop_assert!(false, "{}\n{}", error, text),
        }
        if context > 0 {
            repo.git(&["read-tree", before.as_str()], b"");
            repo.git(&["apply", "--cached", "--whitespace=nowarn", "-"], text.as_bytes());
            prop_assert_eq!(repo.git(&["cat-file", "blob", ":f"], b""), new.as_bytes());
        }
        let moved = "something above\n".repeat(shift);
        let above = repo.commit(&[(b"f", Mode::Regular, (moved.clone() + &old).as_bytes())]);
        let mut workspace = Workspace::open(&repo.git_dir(), &above).unwrap();
        let unnumbered: String = text.split_inclusive('\n').map(|line| if line.starts_with("@@ -") { "@@ ... @@\n" } else { line }).collect();
        if let Ok(changes) = apply(&edit(unnumbered), &mut workspace) {
            let target = FileChange::Write(FileContent { mode: Mode::Regular, bytes: (moved + &new).into() });
            prop_assert_eq!(&changes.files["f"], &target);
        }
    }
}
