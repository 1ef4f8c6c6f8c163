//! What a merge of two branches could not join.

/// A file that both sides of a merge changed in ways that do not go together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    pub path: String,
    pub kind: ConflictKind,
}

/// Why it does not go together. `ours` is the branch that is merged into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConflictKind {
    /// Lines of a text; the merged file shows both sides between markers.
    Text,
    Binary,
    /// Deleted by us and changed by them.
    DeletedByUs,
    /// Changed by us and deleted by them.
    DeletedByThem,
    Renamed,
    /// A file here, and a link or something else there.
    OtherKind,
    /// A file here, and a directory of its name there.
    Directory,
    Submodule,
    /// Its name is not UTF-8.
    Nameless,
    /// Whatever else git does not join.
    Other,
}

impl Conflict {
    /// Whether whoever writes text can resolve it.
    pub fn is_text(&self) -> bool {
        self.kind == ConflictKind::Text
    }
}
