//! What `.gitattributes` says of a path: whether Git LFS keeps its content, and how its lines end.
//!
//! The files are read as the step leaves them, from the root down to the path's folder; what comes later counts more. A pattern without a
//! slash is one of names, another one of paths below its file's folder.

use globset::GlobBuilder;

use super::draft::Draft;
use crate::git;

/// What is said of one path; `None` where nothing is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attributes {
    pub filter: Option<String>,
    /// `text`, `-text`, `text=auto` or `eol=…`: how its lines end in the repository is not left to its content.
    pub line_ends: bool,
}

impl Attributes {
    pub fn is_lfs(&self) -> bool {
        self.filter.as_deref() == Some("lfs")
    }

    /// Takes in what one line says of a path that its pattern fits.
    fn take(&mut self, words: &str, macros: &[(String, String)]) {
        for word in words.split_whitespace() {
            match word.split_once('=').unwrap_or((word, "")) {
                ("filter", value) => self.filter = Some(value.to_owned()),
                ("-filter" | "!filter", _) => self.filter = None,
                ("text" | "-text" | "eol" | "binary" | "crlf" | "-crlf", _) => self.line_ends = true,
                ("!text" | "!eol", _) => self.line_ends = false,
                (name, _) => {
                    if let Some((_, words)) = macros.iter().find(|(known, _)| known == name) {
                        self.take(words, &[]);
                    }
                }
            }
        }
    }
}

/// Whether a content is a pointer to one that Git LFS keeps.
pub fn is_pointer(bytes: &[u8]) -> bool {
    bytes.len() < 1024 && bytes.starts_with(b"version https://git-lfs.github.com/spec/")
}

pub fn of(path: &str, draft: &mut Draft<'_>) -> Result<Attributes, git::Error> {
    let mut attributes = Attributes::default();
    let mut macros: Vec<(String, String)> = Vec::new();
    let folders = std::iter::once(0).chain(path.match_indices('/').map(|(at, _)| at + 1));
    for start in folders {
        let (folder, below) = path.split_at_checked(start).unwrap_or(("", path));
        let Some(file) = draft.read(&format!("{folder}.gitattributes"))? else { continue };
        for line in String::from_utf8_lossy(&file.bytes).lines() {
            let Some((pattern, words)) = pattern(line) else { continue };
            match pattern.strip_prefix("[attr]") {
                Some(name) => macros.push((name.to_owned(), words.to_owned())),
                None if fits(&pattern, below) => attributes.take(words, &macros),
                None => {}
            }
        }
    }
    Ok(attributes)
}

/// A line's pattern and its attributes.
fn pattern(line: &str) -> Option<(String, &str)> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    if let Some(quoted) = line.strip_prefix('"') {
        let (pattern, rest) = quoted.split_once('"')?;
        return Some((pattern.to_owned(), rest));
    }
    let (pattern, rest) = line.split_once(char::is_whitespace)?;
    Some((pattern.to_owned(), rest))
}

fn fits(pattern: &str, path: &str) -> bool {
    let subject = if pattern.contains('/') { path } else { path.rsplit('/').next().unwrap_or(path) };
    let glob = GlobBuilder::new(pattern.strip_prefix('/').unwrap_or(pattern)).literal_separator(true).backslash_escape(true).build();
    glob.is_ok_and(|glob| glob.compile_matcher().is_match(subject))
}
