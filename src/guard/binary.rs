//! Files that nobody can review: programs, archives, databases; and pictures that the step does not speak of.

use super::case::Case;
use super::{Finding, Rule};
use crate::domain::Mode;

/// How programs, libraries, archives and databases begin.
const BEGINNINGS: [(&[u8], &str); 13] = [
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"\xfe\xed\xfa\xce", "a program"),
    (b"\xfe\xed\xfa\xcf", "a program"),
    (b"\xcf\xfa\xed\xfe", "a program"),
    (b"\xca\xfe\xba\xbe", "a compiled class"),
    (b"\0asm", "a WebAssembly program"),
    (b"PK\x03\x04", "an archive"),
    (b"\x1f\x8b", "an archive"),
    (b"7z\xbc\xaf", "an archive"),
    (b"\xfd7zXZ", "an archive"),
    (b"BZh", "an archive"),
    (b"SQLite format 3", "a database"),
];
const PICTURES: [&str; 21] = [
    "png", "jpg", "jpeg", "gif", "ico", "icns", "webp", "avif", "bmp", "svg", "woff", "woff2", "ttf", "otf", "eot", "pdf", "mp4", "webm",
    "mp3", "wav", "ogg",
];

pub fn judge(case: &Case<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in case.written().filter(|file| file.after.is_some_and(|content| content.mode != Mode::Symlink)) {
        let bytes = file.bytes();
        let beginning = bytes.get(..8192).unwrap_or(bytes);
        if !beginning.contains(&0) && BEGINNINGS.iter().all(|(begin, _)| !bytes.starts_with(begin))
            || case.names(file.path)
            || is_utf16(bytes)
        {
            continue;
        }
        let kind = BEGINNINGS.iter().find(|(begin, _)| bytes.starts_with(begin)).map_or("binary", |(_, kind)| *kind);
        let what = format!("is {kind}, and the step does not name it");
        let picture = PICTURES.contains(&file.ending().to_lowercase().as_str());
        let text = !beginning.contains(&0) && std::str::from_utf8(beginning).is_ok();
        if text {
            continue;
        }
        // A step that names no file at all may well speak of a logo.
        let blocking = !picture || !case.rules.named.is_empty();
        findings.push(Finding { blocking, ..Finding::stop(Rule::Binary, file.path, None, what) });
    }
    findings
}

/// Text as Windows writes it at times.
fn is_utf16(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff")
}
