//! The files of a commit, with changes laid over them in memory.
//!
//! Nothing is checked out and nothing is written to the repository: what was changed is asked for with [`Workspace::changes`].
//! Synchronous: reading a content waits for a local git process.

use std::collections::BTreeMap;
use std::path::Path;

use super::Error;
use super::blobs::Blobs;
use super::tree::{self, Entry};
use crate::domain::{ChangeSet, FileChange, FileContent, Mode, Sha};

#[derive(Debug)]
pub struct Workspace {
    base: BTreeMap<String, Entry>,
    /// `None` is a file that is deleted.
    overlay: BTreeMap<String, Option<FileContent>>,
    blobs: Blobs,
}

impl Workspace {
    /// The files of a commit that the (bare) git directory holds.
    pub fn open(git_dir: &Path, commit: &Sha) -> Result<Self, Error> {
        Ok(Self { base: tree::list(git_dir, commit)?, overlay: BTreeMap::new(), blobs: Blobs::of(git_dir) })
    }

    /// A file as it is now; a symlink's content is its target. A submodule has none: its content is empty.
    pub fn read(&mut self, path: &str) -> Result<Option<FileContent>, Error> {
        if let Some(laid_over) = self.overlay.get(path) {
            return Ok(laid_over.clone());
        }
        self.read_committed(path)
    }

    /// A file as the commit has it, whatever is laid over it.
    pub fn read_committed(&mut self, path: &str) -> Result<Option<FileContent>, Error> {
        let Some(entry) = self.base.get(path) else {
            return Ok(None);
        };
        let bytes = if entry.mode == Mode::Submodule { Vec::new() } else { self.blobs.read(&entry.id)? };
        Ok(Some(FileContent { mode: entry.mode, bytes }))
    }

    /// What kind of file it is, without reading it.
    pub fn mode_of(&self, path: &str) -> Option<Mode> {
        match self.overlay.get(path) {
            Some(laid_over) => laid_over.as_ref().map(|file| file.mode),
            None => self.base.get(path).map(|entry| entry.mode),
        }
    }

    pub fn exists(&self, path: &str) -> bool {
        self.mode_of(path).is_some()
    }

    /// Whether there are files below it.
    pub fn is_directory(&self, path: &str) -> bool {
        self.below(path).next().is_some()
    }

    /// The files below a directory, the overlay's first.
    pub fn below(&self, path: &str) -> impl Iterator<Item = &str> {
        let start = format!("{path}/");
        let end = format!("{path}0"); // `0` follows `/`
        let written = self.overlay.range(start.clone()..end.clone()).filter(|(_, file)| file.is_some()).map(|(path, _)| path.as_str());
        let kept = self.base.range(start..end).map(|(path, _)| path.as_str()).filter(|path| !self.overlay.contains_key(*path));
        written.chain(kept)
    }

    /// All files, the overlay's first; each part is sorted.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        let written = self.overlay.iter().filter(|(_, file)| file.is_some()).map(|(path, _)| path.as_str());
        let kept = self.base.keys().map(String::as_str).filter(|path| !self.overlay.contains_key(*path));
        written.chain(kept)
    }

    /// Lays a file over. The path is taken as it is: whoever writes has judged it.
    pub fn write(&mut self, path: &str, file: FileContent) {
        self.overlay.insert(path.to_owned(), Some(file));
    }

    pub fn delete(&mut self, path: &str) {
        if self.base.contains_key(path) {
            self.overlay.insert(path.to_owned(), None);
        } else {
            self.overlay.remove(path);
        }
    }

    /// Lays a whole change set over.
    pub fn apply(&mut self, changes: &ChangeSet) {
        for (path, change) in &changes.files {
            match change {
                FileChange::Write(file) => self.write(path, file.clone()),
                FileChange::Delete => self.delete(path),
            }
        }
    }

    /// What is different from the commit. A file laid over as it already was is not.
    pub fn changes(&mut self) -> Result<ChangeSet, Error> {
        let mut files = BTreeMap::new();
        let paths: Vec<String> = self.overlay.keys().cloned().collect();
        for path in paths {
            let same_kind = self.mode_of(&path) == self.base.get(&path).map(|entry| entry.mode);
            let before = if same_kind { self.read_committed(&path)? } else { None };
            match self.overlay.get(&path) {
                Some(Some(file)) if before.as_ref() != Some(file) => files.insert(path, FileChange::Write(file.clone())),
                Some(None) if !same_kind => files.insert(path, FileChange::Delete),
                _ => None,
            };
        }
        Ok(ChangeSet { files })
    }
}
