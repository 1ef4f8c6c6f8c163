//! Line ends and byte order marks: an edit is written as text, and what it writes ends its lines as the file does.

use super::attributes;
use super::draft::Draft;
use crate::git;

/// How the lines of a text end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ends {
    /// It has no line that ends, or some end in CRLF and others in LF.
    Unsaid,
    Lf,
    Crlf,
}

/// So many files are looked at for how the lines of a new one should end.
const LOOKED_AT: usize = 12;

impl Ends {
    pub fn of(text: &[u8]) -> Self {
        let crlf = memchr::memmem::find_iter(text, b"\r\n").count();
        let lines = memchr::memchr_iter(b'\n', text).count();
        match (crlf, lines) {
            (0, 0) => Ends::Unsaid,
            (0, _) => Ends::Lf,
            (crlf, lines) if crlf == lines => Ends::Crlf,
            _ => Ends::Unsaid,
        }
    }

    /// A text with these ends, if it has the other ones throughout.
    pub fn put(self, text: &str) -> Option<String> {
        match (self, Ends::of(text.as_bytes())) {
            (Ends::Crlf, Ends::Lf) => Some(text.replace('\n', "\r\n")),
            (Ends::Lf, Ends::Crlf) => Some(text.replace("\r\n", "\n")),
            _ => None,
        }
    }
}

/// A text's byte order mark, and the rest.
pub fn without_mark(text: &[u8]) -> (&[u8], &[u8]) {
    let mark = b"\xef\xbb\xbf";
    text.split_at(if text.starts_with(mark) { mark.len() } else { 0 })
}

/// The content of a new file: with LF as it stands, unless the files of its kind have CRLF and no attribute decides.
pub fn of_new_file(path: &str, content: Vec<u8>, draft: &mut Draft<'_>) -> Result<Vec<u8>, git::Error> {
    if Ends::of(&content) != Ends::Lf || content.contains(&0) {
        return Ok(content);
    }
    let Some(alike) = draft.alike(path, LOOKED_AT) else { return Ok(content) };
    let mut found = Ends::Unsaid;
    for other in alike {
        let Some(file) = draft.read(&other)? else { continue };
        match Ends::of(&file.bytes) {
            Ends::Crlf => found = Ends::Crlf,
            Ends::Lf => return Ok(content),
            Ends::Unsaid => {}
        }
    }
    if found != Ends::Crlf || attributes::of(path, draft)?.line_ends {
        return Ok(content);
    }
    Ok(match String::from_utf8(content) {
        Ok(text) => text.replace('\n', "\r\n").into_bytes(),
        Err(binary) => binary.into_bytes(),
    })
}
