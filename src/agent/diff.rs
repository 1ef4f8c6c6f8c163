//! A change set as a unified diff, for readers: bounded, and saying what was left out.

use std::time::Duration;

use similar::TextDiff;

use crate::domain::{ChangeSet, FileChange, Mode};

/// Bytes of one file's diff, and of all.
const ONE: usize = 40_000;
const ALL: usize = 160_000;
/// A file that takes longer to compare is shown less finely.
const PATIENCE: Duration = Duration::from_secs(2);

/// `before` answers what a file held at the step's start.
pub fn unified(changes: &ChangeSet, mut before: impl FnMut(&str) -> Option<Vec<u8>>) -> String {
    let mut text = String::new();
    let mut left_out = Vec::new();
    for (path, change) in &changes.files {
        let diff = one(path, change, before(path));
        if text.len() + diff.len() > ALL {
            left_out.push(path.as_str());
        } else {
            text.push_str(&diff);
        }
    }
    if !left_out.is_empty() {
        text.push_str(&format!("(left out, for there is too much of it: {})\n", left_out.join(", ")));
    }
    text
}

fn one(path: &str, change: &FileChange, before: Option<Vec<u8>>) -> String {
    let name = path.escape_debug();
    let (after, mode) = match change {
        FileChange::Write(file) => (Some(&file.bytes), Some(file.mode)),
        FileChange::Delete => (None, None),
    };
    let kind = match mode {
        Some(Mode::Symlink) => " (a symbolic link)",
        Some(Mode::Executable) => " (executable)",
        Some(Mode::Submodule) => " (a submodule)",
        Some(Mode::Regular) | None => "",
    };
    let old = if before.is_some() { format!("a/{name}") } else { "/dev/null".to_owned() };
    let new = if after.is_some() { format!("b/{name}{kind}") } else { "/dev/null".to_owned() };
    let before = before.unwrap_or_default();
    let after = after.map(Vec::as_slice).unwrap_or_default();
    let (Some(old_text), Some(new_text)) = (text(&before), text(after)) else {
        return format!("--- {old}\n+++ {new}\n(binary: {} bytes before, {} after)\n", before.len(), after.len());
    };
    if old_text == new_text {
        return format!("--- {old}\n+++ {new}\n(the content is the same)\n");
    }
    let diff = TextDiff::configure().timeout(PATIENCE).diff_lines(old_text, new_text);
    let shown = diff.unified_diff().context_radius(3).header(&old, &new).to_string();
    if shown.len() <= ONE {
        return shown;
    }
    let end = (0..=ONE).rev().find(|at| shown.is_char_boundary(*at)).unwrap_or(0);
    format!("{}\n(cut here: {} bytes of diff in all)\n", shown.get(..end).unwrap_or_default(), shown.len())
}

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::FileContent;

    #[test]
    fn each_kind_of_change_is_shown_as_what_it_is() {
        let write = |mode, bytes: &[u8]| FileChange::Write(FileContent { mode, bytes: bytes.to_vec() });
        let changes = ChangeSet {
            files: [
                ("a.txt".to_owned(), write(Mode::Regular, b"one\nTWO\nthree\n")),
                ("b.bin".to_owned(), write(Mode::Regular, b"\0\x01")),
                ("c.sh".to_owned(), write(Mode::Executable, b"echo\n")),
                ("gone".to_owned(), FileChange::Delete),
            ]
            .into(),
        };
        let before = |path: &str| match path {
            "a.txt" => Some(b"one\ntwo\nthree\n".to_vec()),
            "gone" => Some(b"bye\n".to_vec()),
            _ => None,
        };
        expect_test::expect![[r"
            --- a/a.txt
            +++ b/a.txt
            @@ -1,3 +1,3 @@
             one
            -two
            +TWO
             three
            --- /dev/null
            +++ b/b.bin
            (binary: 0 bytes before, 2 after)
            --- /dev/null
            +++ b/c.sh (executable)
            @@ -0,0 +1 @@
            +echo
            --- a/gone
            +++ /dev/null
            @@ -1 +0,0 @@
            -bye
        "]]
        .assert_eq(&unified(&changes, before));
    }

    #[test]
    fn much_is_cut_and_says_so() {
        let file = |at: usize| FileContent { mode: Mode::Regular, bytes: format!("line {at}\n").repeat(10_000).into_bytes() };
        let files = (0..8).map(|at| (format!("f{at}"), FileChange::Write(file(at)))).collect();
        let diff = unified(&ChangeSet { files }, |_| None);
        assert!(diff.len() < ALL + 1000 && diff.contains("(cut here:") && diff.contains("left out, for there is too much of it: f3"));
    }
}
