use expect_test::{Expect, expect};

use super::*;

fn check(text: &str, expected: Expect) {
    let seen = match parse(text) {
        Ok(files) => files.iter().map(describe).collect(),
        Err(error) => format!("line {}: {}: {error}\n", error.line, error.path),
    };
    expected.assert_eq(&seen);
}

fn describe(file: &FilePatch) -> String {
    let body = match &file.body {
        Body::Nothing => String::new(),
        Body::Gone => " gone".into(),
        Body::Binary(_) => " binary".into(),
        Body::Text(hunks) => {
            let hunk = |hunk: &Hunk| format!(" {:?}@{:?}{:?}>{:?}", hunk.line, hunk.old_start, hunk.old_text(), hunk.new_text());
            hunks.iter().map(hunk).collect()
        }
    };
    let modes = (file.old_mode, file.new_mode);
    format!("{}: {:?} -> {:?} {:?} {modes:?}{body}\n", file.line, file.old, file.new, file.origin)
}

#[test]
fn a_diff_of_several_files_is_read_with_positions_and_texts() {
    check(
        "diff --git a/x.c b/x.c\nindex 1..2 100644\n--- a/x.c\n+++ b/x.c\n@@ -3,2 +3,3 @@ int main\n a\n-b\n+c\n+d\n@@ -9 +10 @@\n-e\n\\ No newline at end of file\n+e\ndiff --git a/n b/n\nnew file mode 100755\nindex 0..1\n--- /dev/null\n+++ b/n\n@@ -0,0 +1 @@\n+x\n",
        expect![[r#"
            1: Some("x.c") -> Some("x.c") Same (Some(Regular), None) 5@Some(3)"a\nb\n">"a\nc\nd\n" 10@Some(9)"e">"e\n"
            14: None -> Some("n") Same (None, Some(Executable)) 19@Some(0)"">"x\n"
        "#]],
    );
}

#[test]
fn renames_copies_modes_deletions_and_empty_files_need_no_hunk() {
    check(
        "diff --git a/a b/b\nsimilarity index 100%\nrename from a\nrename to b\ndiff --git a/c b/d\ncopy from c\ncopy to d\ndiff --git a/run b/run\nold mode 100644\nnew mode 100755\ndiff --git a/my file b/my file\nnew file mode 100644\nindex 0000000..e69de29\ndiff --git a/gone b/gone\ndeleted file mode 100644\nindex e69de29..0000000\n",
        expect![[r#"
            1: Some("a") -> Some("b") Renamed (None, None)
            5: Some("c") -> Some("d") Copied (None, None)
            8: Some("run") -> Some("run") Same (Some(Regular), Some(Executable))
            11: None -> Some("my file") Same (None, Some(Regular))
            14: Some("gone") -> None Same (Some(Regular), None)
        "#]],
    );
}

#[test]
fn names_may_be_quoted_bare_or_followed_by_a_time() {
    check(
        "--- \"a/gr\\303\\274n.txt\"\n+++ \"b/gr\\303\\274n.txt\"\n@@ -1 +1 @@\n-a\n+b\n",
        expect![[r#"
        1: Some("grün.txt") -> Some("grün.txt") Same (None, None) 3@Some(1)"a\n">"b\n"
    "#]],
    );
    check(
        "--- src/x.py\t2020-01-01 00:00:00\n+++ src/x.py\t2020-01-02 00:00:00\n@@ -1 +1 @@\n-a\n+b\n",
        expect![[r#"
        1: Some("src/x.py") -> Some("src/x.py") Same (None, None) 3@Some(1)"a\n">"b\n"
    "#]],
    );
    check(
        "--- \"a/\\377\"\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n",
        expect![[r#"
        line 1: : the file's name cannot be read: it is quoted wrongly, or not UTF-8
    "#]],
    );
}

#[test]
fn numbers_that_are_missing_or_too_small_leave_a_hunk_without_position() {
    check(
        "--- a/x\n+++ b/x\n@@ ... @@\n a\n-b\n+c\n\n@@\n d\n+e\n",
        expect![[r#"
        1: Some("x") -> Some("x") Same (None, None) 3@None"a\nb\n">"a\nc\n" 8@None"d\n">"d\ne\n"
    "#]],
    );
    check(
        "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n+d\n e\n",
        expect![[r#"
        1: Some("x") -> Some("x") Same (None, None) 3@None"a\nb\ne\n">"a\nc\nd\ne\n"
    "#]],
    );
}

#[test]
fn a_hunk_that_ends_early_is_cut_off() {
    check(
        "--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\n-b\n",
        expect![[r#"
        line 3: x: the hunk is cut off: its header says 3 old and 3 new lines, and 2 and 1 follow
    "#]],
    );
}

#[test]
fn removed_and_added_lines_that_look_like_headers_stay_lines() {
    check(
        "--- a/q.sql\n+++ b/q.sql\n@@ -1,2 +1,2 @@\n--- old\n+++ new\n x\n",
        expect![[r#"
        1: Some("q.sql") -> Some("q.sql") Same (None, None) 3@Some(1)"-- old\nx\n">"++ new\nx\n"
    "#]],
    );
}

#[test]
fn what_belongs_to_nothing_is_an_error() {
    let hunk = "@@ -1 +1 @@\n-a\n+b\n";
    check(
        &format!("--- a/x\n+++ b/x\n{hunk}and so on\n"),
        expect![[r#"
        line 6: x: `and so on` is no part of a diff
    "#]],
    );
    check(
        &format!("--- a/x\n+++ b/y\n{hunk}"),
        expect![[r#"
        line 1: y: it names two files, `x` and `y`, and does not say that one becomes the other
    "#]],
    );
    check(
        &format!("--- a/x\n+++ b/x\n{hunk}--- /dev/null\n+++ y\n@@ -0,0 +1 @@\n+b\n"),
        expect![[r#"
        line 6: y: some names of the diff begin with `a/` and `b/`, and this does not fit them
    "#]],
    );
    check(
        "diff --git a/x b/x\nindex 1..2\nBinary files a/x and b/x differ\n",
        expect![[r#"
        line 3: x: the content of a binary file is left out: `git diff --binary` prints it
    "#]],
    );
    check(
        "--- a/x\n+++ b/x\n",
        expect![[r#"
        line 1: x: the file's header is followed by no change
    "#]],
    );
}

#[test]
fn a_mail_around_a_diff_is_passed_over() {
    check(
        "From 1234 Mon Sep 17\nSubject: x\n---\n x | 2 +-\n\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n-- \n2.47.3\n\n",
        expect![[r#"
        6: Some("x") -> Some("x") Same (None, None) 9@Some(1)"a\n">"b\n"
    "#]],
    );
}
