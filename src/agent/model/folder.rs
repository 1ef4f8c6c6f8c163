//! The checkout as the tools see it: paths that are checked, and a directory out of which no link leads.

use std::collections::BTreeSet;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use cap_std::ambient_authority;
use cap_std::fs::{Dir, Metadata};

use crate::agent::{Error, Site};
use crate::guard::paths;

/// Larger files are neither read nor written by a tool.
pub const LARGEST: u64 = 4 * 1024 * 1024;

#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    dir: Dir,
    given: BTreeSet<String>,
}

/// A file's content, as far as a tool can show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    Text(String),
    /// Its size in bytes.
    Binary(u64),
    TooLarge(u64),
}

impl Folder {
    pub fn open(site: &Site) -> Result<Self, Error> {
        Ok(Self { given: site.given.clone(), ..Self::at(&site.root)? })
    }

    /// A checkout that is only looked at.
    pub fn at(root: &Path) -> Result<Self, Error> {
        let dir = Dir::open_ambient_dir(root, ambient_authority());
        let dir = dir.map_err(|error| Error::Never(format!("open the checkout {}: {error}", root.display())))?;
        Ok(Self { root: root.to_owned(), dir, given: BTreeSet::new() })
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A path as the model wrote it, in its plain form. The message completes "the path …".
    pub fn plain(path: &str) -> Result<String, String> {
        let path = path.trim().strip_prefix("./").unwrap_or(path.trim()).trim_end_matches('/');
        match paths::fault(path) {
            Some(fault) => Err(format!("the path `{path}` {fault}")),
            None => Ok(path.to_owned()),
        }
    }

    /// A path of a folder, where nothing or `.` is the root.
    pub fn plain_folder(path: &str) -> Result<String, String> {
        if matches!(path.trim(), "" | "." | "./" | "/") { Ok(String::new()) } else { Self::plain(path) }
    }

    pub fn metadata(&self, path: &str) -> io::Result<Metadata> {
        self.dir.symlink_metadata(if path.is_empty() { "." } else { path })
    }

    pub fn exists(&self, path: &str) -> bool {
        self.metadata(path).is_ok()
    }

    pub fn read(&self, path: &str) -> io::Result<Content> {
        // Looked at before it is opened: opening a pipe would wait for somebody to write into it.
        let metadata = self.dir.metadata(path)?;
        if !metadata.is_file() {
            return Err(io::Error::other("it is no regular file"));
        }
        if metadata.len() > LARGEST {
            return Ok(Content::TooLarge(metadata.len()));
        }
        let mut bytes = Vec::new();
        self.dir.open(path)?.take(LARGEST).read_to_end(&mut bytes)?;
        let size = bytes.len() as u64;
        Ok(match String::from_utf8(bytes) {
            Ok(text) if !text.contains('\0') => Content::Text(text),
            Ok(_) | Err(_) => Content::Binary(size),
        })
    }

    /// Why a file must not be changed; the message is a sentence.
    pub fn refusal(&self, path: &str) -> Option<String> {
        if self.given.contains(path) {
            return Some(format!("`{path}` was written by an exact edit of the step and is not to be changed: build around it"));
        }
        if let Some(below) = self.given.iter().find(|given| given.starts_with(&format!("{path}/"))) {
            return Some(format!("`{below}` was written by an exact edit of the step and is not to be changed: build around it"));
        }
        let ends = path.match_indices('/').map(|(end, _)| end).chain([path.len()]);
        let link = |end: &usize| path.get(..*end).is_some_and(|part| self.metadata(part).is_ok_and(|found| found.is_symlink()));
        let end = ends.into_iter().find(link)?;
        Some(format!("`{}` is a symbolic link: name the file itself", path.get(..end).unwrap_or(path)))
    }

    /// Writes a file, with the folders it needs. Its mode stays as it was.
    pub fn write(&self, path: &str, text: &str) -> io::Result<()> {
        if self.metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir()) {
            return Err(io::Error::other("it is no regular file"));
        }
        self.make_room(path)?;
        self.dir.write(path, text)
    }

    pub fn delete(&self, path: &str) -> io::Result<()> {
        self.dir.remove_file(path)
    }

    pub fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.make_room(to)?;
        self.dir.rename(from, &self.dir, to)
    }

    fn make_room(&self, path: &str) -> io::Result<()> {
        match Path::new(path).parent().filter(|parent| !parent.as_os_str().is_empty()) {
            Some(parent) => self.dir.create_dir_all(parent),
            None => Ok(()),
        }
    }
}

/// An operating system's error, for the model.
pub fn said(path: &str, error: &io::Error) -> String {
    let words = [
        (io::ErrorKind::NotFound, "does not exist"),
        (io::ErrorKind::IsADirectory, "is a folder"),
        (io::ErrorKind::NotADirectory, "leads through a file that is no folder"),
        (io::ErrorKind::PermissionDenied, "leads out of the repository, or is protected"),
    ];
    match words.iter().find(|(kind, _)| *kind == error.kind()) {
        Some((_, what)) => format!("`{path}` {what}"),
        None => format!("`{path}`: {error}"),
    }
}
