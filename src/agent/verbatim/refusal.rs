//! Why an edit is refused, in words that a person can act on.

use std::fmt;

use super::Failure;
use crate::git;

/// One edit that does not apply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The file; empty where the whole step is meant.
    pub path: String,
    /// 1-based line in the specification.
    pub line: usize,
    /// Which part of the edit: a hunk's header, a search text's first line; empty for the edit as a whole.
    pub place: String,
    pub reason: Reason,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The block is no diff, or no search/replace block.
    Unreadable(String),
    /// The text to be replaced is nowhere in the file; perhaps with what comes nearest.
    NotFound(Option<String>),
    /// It is there more than once: the first lines at which it begins.
    Ambiguous {
        lines: Vec<usize>,
        more: bool,
    },
    /// The file already holds what the edit would put there.
    AlreadyApplied,
    /// Two hunks of a diff want the same lines.
    Overlap,
    /// A hunk without any line to find its place by.
    NoContext,
    MissingFile,
    /// What is there has a name that differs only in case or in Unicode normal form.
    OtherSpelling(String),
    /// `.gitattributes` gives the path to Git LFS.
    Lfs,
    /// A file that the edit would make is there.
    Exists,
    /// The path itself; the words complete "the path …".
    Path(&'static str),
    /// Something on the way is no directory: its path and what it is.
    Through {
        parent: String,
        kind: &'static str,
    },
    /// There are files below the path.
    Directory,
    /// A symlink or submodule where a file is meant, or the other way round.
    WrongKind(&'static str),
    /// A deletion that prints another content than the file has.
    NotEmptied,
    /// A binary patch that does not fit.
    Binary(String),
    TooLarge,
    ChangesNothing,
    /// A guard stops it: what it found, as a fragment that says it of the file.
    Guarded(String),
}

impl Refusal {
    /// The file, the reason and the place in it, without the line of the specification.
    pub fn what(&self) -> String {
        let mut out = if self.path.is_empty() { String::new() } else { format!("`{}`: ", visible(&self.path)) };
        out.push_str(&self.reason.to_string());
        if !self.place.is_empty() {
            out.push_str(&format!(": `{}`", visible(&self.place)));
        }
        if let Reason::NotFound(Some(hint)) = &self.reason {
            out.push_str(&format!(" ({hint})"));
        }
        out
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (line {} of the specification)", self.what(), self.line)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Unreadable(why) => write!(f, "the edit cannot be read: {}", visible(why)),
            Reason::NotFound(_) => write!(f, "the text to be replaced is not in the file"),
            Reason::Ambiguous { lines, more } => {
                let lines: Vec<String> = lines.iter().map(usize::to_string).collect();
                let (last, first) =
                    lines.split_last().map_or((String::new(), String::new()), |(last, first)| (last.clone(), first.join(", ")));
                let count = lines.len();
                match more {
                    true => write!(
                        f,
                        "the text to be replaced occurs more than {count} times (lines {first}, {last}, …): more lines around it would make it unique"
                    ),
                    false => write!(
                        f,
                        "the text to be replaced occurs {count} times (lines {first} and {last}): more lines around it would make it unique"
                    ),
                }
            }
            Reason::AlreadyApplied => write!(f, "the edit is in the file already, and the text to be replaced is not"),
            Reason::Overlap => write!(f, "two hunks want to replace the same lines"),
            Reason::NoContext => write!(f, "the hunk only adds lines and prints none beside them, so its place cannot be found"),
            Reason::MissingFile => write!(f, "no such file"),
            Reason::OtherSpelling(there) => write!(
                f,
                "`{}` is there, whose name differs from this one only in upper and lower case or in its Unicode form: both cannot be checked \
                 out on every system",
                visible(there)
            ),
            Reason::Lfs => write!(
                f,
                "`.gitattributes` gives the file to Git LFS, which keeps its content outside of git: only a pointer of LFS can be committed here"
            ),
            Reason::Exists => write!(f, "the file is there already"),
            Reason::Path(what) => write!(f, "the path {what}"),
            Reason::Through { parent, kind } => write!(f, "`{}` is {kind}, not a directory", visible(parent)),
            Reason::Directory => write!(f, "is a directory"),
            Reason::WrongKind(what) => write!(f, "{what}"),
            Reason::NotEmptied => write!(f, "the file to be deleted holds more than the edit prints"),
            Reason::Binary(why) => write!(f, "the binary patch does not apply: {why}"),
            Reason::TooLarge => write!(f, "the file would have more than 100 MB, which GitHub does not take"),
            Reason::Guarded(what) => write!(f, "{}", visible(what)),
            Reason::ChangesNothing => write!(f, "the step changes nothing: every file is already as it says"),
        }
    }
}

/// A text with whatever does not show, or shows as something else, written out.
fn visible(text: &str) -> String {
    let hidden = |c: char| {
        c.is_control() || matches!(c, '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    text.chars().map(|c| if hidden(c) { c.escape_unicode().to_string() } else { c.to_string() }).collect()
}

/// What stopped an edit, before it is known where in the specification it stands.
#[derive(Debug)]
pub enum Obstacle {
    Reason(Reason),
    Repository(git::Error),
}

impl From<Reason> for Obstacle {
    fn from(reason: Reason) -> Self {
        Obstacle::Reason(reason)
    }
}

impl From<git::Error> for Obstacle {
    fn from(error: git::Error) -> Self {
        Obstacle::Repository(error)
    }
}

impl Obstacle {
    pub fn at(self, path: &str, line: usize, place: &str) -> Failure {
        match self {
            Obstacle::Reason(reason) => Failure::Refused(Refusal { path: path.into(), line, place: place.into(), reason }),
            Obstacle::Repository(error) => Failure::Repository(error),
        }
    }
}
