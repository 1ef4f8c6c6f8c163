//! A step's work in progress: files laid over a workspace that stays as it is until the whole step fits.

use std::collections::{BTreeMap, BTreeSet};

use super::refusal::{Obstacle, Reason};
use crate::domain::{ChangeSet, FileChange, FileContent, Mode};
use crate::git::{self, Workspace};
use crate::guard::paths;

/// GitHub takes no larger file ("About large files on GitHub").
const FILE_LIMIT: usize = 100 * 1024 * 1024;

pub struct Draft<'a> {
    workspace: &'a mut Workspace,
    /// `None` is a file that the step deletes.
    files: BTreeMap<String, Option<FileContent>>,
}

impl<'a> Draft<'a> {
    pub fn on(workspace: &'a mut Workspace) -> Self {
        Self { workspace, files: BTreeMap::new() }
    }

    pub fn read(&mut self, path: &str) -> Result<Option<FileContent>, git::Error> {
        match self.files.get(path) {
            Some(file) => Ok(file.clone()),
            None => self.workspace.read(path),
        }
    }

    pub fn mode_of(&self, path: &str) -> Option<Mode> {
        match self.files.get(path) {
            Some(file) => file.as_ref().map(|file| file.mode),
            None => self.workspace.mode_of(path),
        }
    }

    pub fn put(&mut self, path: &str, file: Option<FileContent>) {
        self.files.insert(path.to_owned(), file);
    }

    /// A regular file's content; `None` if there is nothing.
    pub fn regular(&mut self, path: &str) -> Result<Option<FileContent>, Obstacle> {
        match self.mode_of(path) {
            None => Ok(None),
            Some(Mode::Regular | Mode::Executable) => Ok(self.read(path)?),
            Some(Mode::Symlink) => Err(Reason::WrongKind("is a symbolic link: only a diff can change where it points").into()),
            Some(Mode::Submodule) => Err(Reason::WrongKind("is a submodule: it has no content here").into()),
        }
    }

    /// The block is the file: a new one, or in the place of one whose mode it keeps.
    pub fn whole_file(&mut self, path: &str, content: &str) -> Result<(), Obstacle> {
        self.check(path, &BTreeSet::new())?;
        let mode = self.regular(path)?.map_or(Mode::Regular, |file| file.mode);
        self.write(path, mode, content.as_bytes().to_vec())
    }

    /// Puts a file that has passed [`Draft::check`].
    pub fn write(&mut self, path: &str, mode: Mode, bytes: Vec<u8>) -> Result<(), Obstacle> {
        if bytes.len() > FILE_LIMIT {
            return Err(Reason::TooLarge.into());
        }
        self.put(path, Some(FileContent { mode, bytes }));
        Ok(())
    }

    /// Whether a file may stand at a path, once the files of `gone` are away.
    pub fn check(&self, path: &str, gone: &BTreeSet<String>) -> Result<(), Obstacle> {
        if let Some(what) = paths::fault(path) {
            return Err(Reason::Path(what).into());
        }
        for (end, _) in path.match_indices('/') {
            let (parent, _) = path.split_at(end);
            let kind = match self.mode_of(parent).filter(|_| !gone.contains(parent)) {
                None => continue,
                Some(Mode::Regular | Mode::Executable) => "a file",
                Some(Mode::Symlink) => "a symbolic link",
                Some(Mode::Submodule) => "a submodule",
            };
            return Err(Reason::Through { parent: parent.into(), kind }.into());
        }
        let start = format!("{path}/");
        let ours = self.files.range(start.clone()..).take_while(|(path, _)| path.starts_with(&start));
        let written = ours.filter(|(path, file)| file.is_some() && !gone.contains(*path)).count();
        let kept = self.workspace.below(path).any(|path| !self.files.contains_key(path) && !gone.contains(path));
        if written > 0 || kept { Err(Reason::Directory.into()) } else { Ok(()) }
    }

    /// What is different from the workspace.
    pub fn changes(self) -> Result<ChangeSet, git::Error> {
        let mut files = BTreeMap::new();
        for (path, file) in self.files {
            match file {
                None if self.workspace.exists(&path) => files.insert(path, FileChange::Delete),
                None => None,
                Some(file) => {
                    let same = self.workspace.mode_of(&path) == Some(file.mode) && self.workspace.read(&path)?.as_ref() == Some(&file);
                    if same { None } else { files.insert(path, FileChange::Write(file)) }
                }
            };
        }
        Ok(ChangeSet { files })
    }
}
