//! The directory: reading and writing without ever leaving it, whatever links somebody put there.

use std::collections::HashSet;
use std::io::{self, Read, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use cap_std::ambient_authority;
use cap_std::fs::{Dir, MetadataExt, OpenOptions, PermissionsExt};

use super::manifest::Stamp;
use crate::domain::{FileContent, Mode};

#[derive(Debug)]
pub struct Files {
    root: PathBuf,
    dir: Dir,
    /// Directories known to be real ones, so that they are not looked at for each of their files.
    real: Mutex<HashSet<PathBuf>>,
}

impl Files {
    pub fn open(root: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(root)?;
        let dir = Dir::open_ambient_dir(root, ambient_authority())?;
        Ok(Self { root: root.to_owned(), dir, real: Mutex::default() })
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What kind of file is there; nothing for a directory, a socket or a device.
    pub fn mode_of(&self, path: &str) -> Option<Mode> {
        let metadata = self.dir.symlink_metadata(path).ok()?;
        if metadata.is_symlink() {
            Some(Mode::Symlink)
        } else if metadata.is_file() {
            Some(if metadata.permissions().mode() & 0o100 == 0 { Mode::Regular } else { Mode::Executable })
        } else {
            None
        }
    }

    /// By which it is seen that nobody wrote the file.
    pub fn stamp(&self, path: &str) -> Option<Stamp> {
        let metadata = self.dir.symlink_metadata(path).ok()?;
        Some(Stamp {
            size: metadata.size(),
            inode: metadata.ino(),
            modified: metadata.mtime() * 1_000_000_000 + metadata.mtime_nsec(),
            changed: metadata.ctime() * 1_000_000_000 + metadata.ctime_nsec(),
        })
    }

    /// A file's content; a link's is its target.
    pub fn read(&self, path: &str) -> io::Result<Option<FileContent>> {
        let Some(mode) = self.mode_of(path) else { return Ok(None) };
        let bytes = match mode {
            Mode::Symlink => self.dir.read_link_contents(path)?.into_os_string().into_vec(),
            Mode::Regular | Mode::Executable | Mode::Submodule => {
                let mut bytes = Vec::new();
                self.dir.open(path)?.read_to_end(&mut bytes)?;
                bytes
            }
        };
        Ok(Some(FileContent { mode, bytes }))
    }

    /// Puts a file there, in the place of whatever was there.
    pub fn write(&self, path: &str, file: &FileContent) -> io::Result<()> {
        if file.mode == Mode::Submodule {
            return Err(io::Error::other("a submodule cannot be written"));
        }
        self.make_room(path)?;
        if file.mode == Mode::Symlink {
            return self.dir.symlink_contents(std::ffi::OsStr::from_bytes(&file.bytes), path);
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        let mut open = self.dir.open_with(path, &options)?;
        open.write_all(&file.bytes)?;
        let bits = if file.mode == Mode::Executable { 0o755 } else { 0o644 };
        open.set_permissions(cap_std::fs::Permissions::from_mode(bits))
    }

    /// Removes a file, and the directories that are empty after it.
    pub fn remove(&self, path: &str) -> io::Result<()> {
        match self.dir.remove_file(path) {
            Err(error) if !matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => return Err(error),
            Ok(()) | Err(_) => {}
        }
        let mut parent = Path::new(path).parent();
        while let Some(directory) = parent.filter(|directory| !directory.as_os_str().is_empty()) {
            if self.dir.remove_dir(directory).is_err() {
                break;
            }
            self.known().remove(directory);
            parent = directory.parent();
        }
        Ok(())
    }

    /// Makes the directories above a path real ones, and removes what stands at the path itself.
    fn make_room(&self, path: &str) -> io::Result<()> {
        let mut above = PathBuf::new();
        for name in Path::new(path).parent().into_iter().flat_map(Path::components) {
            above.push(name);
            if self.known().contains(&above) {
                continue;
            }
            match self.dir.symlink_metadata(&above) {
                Ok(metadata) if metadata.is_dir() => {}
                Ok(_) => {
                    self.dir.remove_file(&above)?;
                    self.dir.create_dir(&above)?;
                }
                Err(_) => self.dir.create_dir(&above)?,
            }
            self.known().insert(above.clone());
        }
        match self.dir.symlink_metadata(path) {
            Ok(metadata) if metadata.is_dir() => {
                self.known().clear();
                self.dir.remove_dir_all(path)
            }
            Ok(_) => self.dir.remove_file(path),
            Err(_) => Ok(()),
        }
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashSet<PathBuf>> {
        self.real.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
