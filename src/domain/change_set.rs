//! What a step does to the files of a repository, in full: not a diff, but each file's content afterwards.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A file's kind as git keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Mode {
    /// 100644
    Regular,
    /// 100755
    Executable,
    /// 120000: the content is the link's target.
    Symlink,
    /// 160000: a submodule; it is listed, never written.
    Submodule,
}

impl Mode {
    /// The six octal digits of a git tree entry.
    pub fn as_git(self) -> &'static str {
        match self {
            Mode::Regular => "100644",
            Mode::Executable => "100755",
            Mode::Symlink => "120000",
            Mode::Submodule => "160000",
        }
    }
    pub fn from_git(octal: &str) -> Option<Self> {
        match octal {
            "100644" | "100664" => Some(Mode::Regular),
            "100755" => Some(Mode::Executable),
            "120000" => Some(Mode::Symlink),
            "160000" => Some(Mode::Submodule),
            _ => None,
        }
    }
}

/// A file with its content.
#[derive(Clone, PartialEq, Eq)]
pub struct FileContent {
    pub mode: Mode,
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for FileContent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}, {} bytes", self.mode, self.bytes.len())
    }
}

/// One file of a change set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileChange {
    /// Added, or its content or mode replaced.
    Write(FileContent),
    Delete,
}

/// The files that a step adds, modifies and deletes, by path (`/`-separated, relative to the root, UTF-8).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChangeSet {
    pub files: BTreeMap<String, FileChange>,
}

impl ChangeSet {
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}
