//! What comes nearest to a text that is not in a file, so that its author sees the difference.

use std::collections::HashMap;

/// Larger files are not searched for a hint.
const LIMIT: usize = 4 * 1024 * 1024;
const SHOWN: usize = 60;

/// A hint, completing a parenthesis.
pub fn hint(hay: &[u8], needle: &[u8]) -> Option<String> {
    if hay.len() > LIMIT || needle.len() > LIMIT {
        return None;
    }
    let line = needle.strip_suffix(b"\n").filter(|line| !line.trim_ascii().is_empty());
    if let Some(at) = line.and_then(|line| memchr::memmem::find(hay, line)).filter(|_| line.is_some_and(|line| !hay.ends_with(line))) {
        let number = memchr::memchr_iter(b'\n', hay.get(..at).unwrap_or_default()).count() + 1;
        return Some(format!("it is there only as a part of line {number}, and whole lines are looked for"));
    }
    let crlf = |text: &[u8]| memchr::memmem::find(text, b"\r\n").is_some();
    if crlf(hay) != crlf(needle) {
        let (file, edit) = if crlf(hay) { ("CRLF", "LF") } else { ("LF", "CRLF") };
        return Some(format!("the file's lines end in {file}, those of the edit in {edit}"));
    }
    if needle.strip_suffix(b"\n").is_some_and(|needle| !needle.is_empty() && hay.ends_with(needle)) {
        return Some("it is at the end of the file, which does not end in a newline".into());
    }
    let mut exact = HashMap::new();
    let mut loose = HashMap::new();
    for (at, line) in hay.split(|byte| *byte == b'\n').enumerate() {
        exact.entry(line).or_insert(at + 1);
        loose.entry(without_blanks(line)).or_insert(at + 1);
    }
    let missing = needle.split(|byte| *byte == b'\n').find(|line| !line.trim_ascii().is_empty() && !exact.contains_key(line));
    let Some(line) = missing else {
        return Some("each of its lines is in the file, but not one after the other".into());
    };
    if let Some(at) = loose.get(&without_blanks(line)) {
        return Some(format!("line {at} of the file differs from `{}` in white space only", shown(line)));
    }
    let alone = needle.trim_ascii() == line.trim_ascii();
    (!alone).then(|| format!("the line `{}` is nowhere in the file", shown(line)))
}

/// The first line that shows something, for naming a text.
pub fn first_line(text: &str) -> String {
    shown(text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().as_bytes())
}

fn shown(line: &[u8]) -> String {
    let line = String::from_utf8_lossy(line.trim_ascii()).into_owned();
    if line.chars().count() <= SHOWN { line } else { line.chars().take(SHOWN).chain(['…']).collect() }
}

fn without_blanks(line: &[u8]) -> Vec<u8> {
    line.iter().filter(|byte| !byte.is_ascii_whitespace()).copied().collect()
}
