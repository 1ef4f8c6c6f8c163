//! A step's work in progress: files laid over a workspace that stays as it is until the whole step fits.

use std::collections::{BTreeMap, BTreeSet};

use super::attributes;
use super::endings::{self, Ends};
use super::refusal::{Obstacle, Reason};
use unicode_normalization::UnicodeNormalization;

use crate::domain::{ChangeSet, FileChange, FileContent, Mode};
use crate::git::{self, Workspace};
use crate::guard::paths;

/// GitHub takes no larger file ("About large files on GitHub").
const FILE_LIMIT: usize = 100 * 1024 * 1024;

/// A name as file systems compare it that know neither case nor normal forms.
fn fold(name: &str) -> String {
    name.nfc().flat_map(char::to_lowercase).nfc().collect()
}

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
        match self.regular(path)? {
            Some(file) => {
                let written = Ends::of(&file.bytes).put(content).filter(|_| !file.bytes.contains(&b'\0'));
                self.write(path, file.mode, written.unwrap_or_else(|| content.to_owned()).into_bytes())
            }
            None => self.make(path, content.as_bytes().to_vec()),
        }
    }

    /// Puts a new regular file, whose lines end as those of the files of its kind.
    pub fn make(&mut self, path: &str, content: Vec<u8>) -> Result<(), Obstacle> {
        let content = endings::of_new_file(path, content, self)?;
        self.write(path, Mode::Regular, content)
    }

    /// Puts a file that has passed [`Draft::check`].
    pub fn write(&mut self, path: &str, mode: Mode, bytes: Vec<u8>) -> Result<(), Obstacle> {
        if bytes.len() > FILE_LIMIT {
            return Err(Reason::TooLarge.into());
        }
        if self.mode_of(path).is_none()
            && let Some(there) = self.twin(path)
        {
            return Err(Reason::OtherSpelling(there).into());
        }
        if matches!(mode, Mode::Regular | Mode::Executable) && !attributes::is_pointer(&bytes) && attributes::of(path, self)?.is_lfs() {
            return Err(Reason::Lfs.into());
        }
        self.put(path, Some(FileContent { mode, bytes }));
        Ok(())
    }

    /// Why a file that an edit changes is not there.
    pub fn missing(&self, path: &str) -> Reason {
        self.twin(path).map_or(Reason::MissingFile, Reason::OtherSpelling)
    }

    fn is_there(&self, path: &str) -> bool {
        let start = format!("{path}/");
        let ours = || self.files.range(start.clone()..).take_while(|(path, _)| path.starts_with(&start));
        self.mode_of(path).is_some()
            || ours().any(|(_, file)| file.is_some())
            || self.workspace.below(path).any(|path| !self.files.contains_key(path))
    }

    /// What is there in the place of a path, or of a folder of it, and differs from it only in case or in Unicode normal form.
    fn twin(&self, path: &str) -> Option<String> {
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        let new = ends.filter_map(|end| path.get(..end)).find(|part| !self.is_there(part))?;
        let (folder, name) = new.rsplit_once('/').map_or(("", new), |(folder, name)| (folder, name));
        let folded = fold(name);
        let written = self.files.iter().filter(|(_, file)| file.is_some()).map(|(path, _)| path.as_str());
        let kept = self.workspace.paths().filter(|path| !self.files.contains_key(*path));
        let mut beside = written.chain(kept).filter_map(|other| {
            let rest = if folder.is_empty() { other } else { other.strip_prefix(folder)?.strip_prefix('/')? };
            let end = other.len() - rest.len() + rest.find('/').unwrap_or(rest.len());
            other.get(..end)
        });
        let twin = |other: &&str| other.rsplit('/').next().is_some_and(|other| other != name && fold(other) == folded);
        beside.find(twin).map(str::to_owned)
    }

    /// Some files of the commit that end as this one; `None` for a name without an ending.
    pub fn alike(&self, path: &str, most: usize) -> Option<Vec<String>> {
        let (_, ending) = path.rsplit('/').next()?.rsplit_once('.')?;
        let ending = format!(".{ending}");
        let regular = |path: &&str| matches!(self.workspace.mode_of(path), Some(Mode::Regular | Mode::Executable));
        Some(self.workspace.paths().filter(|path| path.ends_with(&ending)).filter(regular).take(most).map(str::to_owned).collect())
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
