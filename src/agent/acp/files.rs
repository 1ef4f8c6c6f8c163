//! The agent's requests to read and write files, served inside the workspace.
//!
//! Every path goes through a directory handle that cannot be left, by links neither, whatever else is changing links meanwhile.

use std::io::{self, Read as _, Write as _};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

use cap_std::ambient_authority;
use cap_std::fs::{Dir, MetadataExt as _, OpenOptions, OpenOptionsExt as _};
use rustix::fs::{AtFlags, Gid, OFlags, Uid};

use super::permit::Ground;
use super::words::QUESTION_FILE;

/// Bytes of the largest file that is read or written for an agent.
const LARGEST: u64 = 8 * 1024 * 1024;
/// Bytes of the longest question.
const LONGEST_QUESTION: u64 = 64 * 1024;

/// A pipe that somebody put in a file's place is opened without waiting for its other end.
const NO_WAITING: i32 = OFlags::NONBLOCK.bits().cast_signed();

#[derive(Debug)]
pub struct Files {
    dir: Dir,
    ground: Ground,
}

/// Why a file was not read or written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    Missing,
    /// Words for the agent.
    Not(String),
}

impl From<String> for Refusal {
    fn from(what: String) -> Self {
        Refusal::Not(what)
    }
}

impl Files {
    pub fn at(root: &Path, ground: Ground) -> io::Result<Self> {
        Ok(Self { dir: Dir::open_ambient_dir(root, ambient_authority())?, ground })
    }

    pub fn ground(&self) -> &Ground {
        &self.ground
    }

    /// The text from a line on (from 1), so many lines of it.
    pub fn read(&self, path: &Path, line: Option<u32>, limit: Option<u32>) -> Result<String, Refusal> {
        let inner = self.ground.readable(path)?;
        let text = bounded(&self.dir, &self.meant(&inner, false)?, LARGEST)?;
        if line.is_none() && limit.is_none() {
            return Ok(text);
        }
        let skipped = line.unwrap_or(1).saturating_sub(1) as usize;
        let lines = text.split_inclusive('\n').skip(skipped);
        Ok(lines.take(limit.map_or(usize::MAX, |limit| limit as usize)).collect())
    }

    /// Writes the whole file, with the directories above it.
    pub fn write(&self, path: &Path, content: &str) -> Result<(), Refusal> {
        if content.len() as u64 > LARGEST {
            return Err(Refusal::Not(format!("more than {LARGEST} bytes")));
        }
        let inner = self.ground.writable(path)?;
        if let Some(above) = Path::new(&inner).parent() {
            make_directories(&self.dir, above).map_err(refused)?;
        }
        let meant = self.meant(&inner, true)?;
        let mut options = OpenOptions::new();
        let mut file = self.dir.open_with(&meant, options.write(true).create(true).custom_flags(NO_WAITING)).map_err(refused)?;
        if !file.metadata().map_err(refused)?.is_file() {
            return Err(Refusal::Not("it is not a file".into()));
        }
        file.set_len(0).and_then(|()| file.write_all(content.as_bytes())).map_err(refused)?;
        give(&self.dir, &file).map_err(refused)
    }

    /// Where the path leads when its links are followed; it is judged again.
    fn meant(&self, inner: &str, writing: bool) -> Result<PathBuf, Refusal> {
        let meant = match self.dir.canonicalize(inner) {
            Ok(meant) => meant,
            Err(error) if writing && error.kind() == io::ErrorKind::NotFound => {
                let path = Path::new(inner);
                let above = path.parent().filter(|above| !above.as_os_str().is_empty());
                let above = above.map_or_else(|| Ok(PathBuf::new()), |above| self.dir.canonicalize(above)).map_err(refused)?;
                // A link that leads nowhere is not written through.
                if self.dir.symlink_metadata(path).is_ok() {
                    return Err(Refusal::Not("it is a link that leads nowhere".into()));
                }
                above.join(path.file_name().unwrap_or_default())
            }
            Err(error) => return Err(refused(error)),
        };
        if writing {
            self.ground.writable(&meant)?
        } else {
            self.ground.readable(&meant)?
        };
        Ok(meant)
    }

    /// Makes the place for a question, which not every agent would make, without whatever lies there.
    pub fn await_question(&self) {
        self.take_question();
        if let Some(directory) = Path::new(QUESTION_FILE).parent() {
            // Something else may be in the way: then the agent finds another way to end.
            drop(make_directories(&self.dir, directory));
        }
    }

    /// The question that the agent left, which is removed with its directory.
    pub fn take_question(&self) -> Option<String> {
        let found = self.dir.symlink_metadata(QUESTION_FILE).ok().filter(cap_std::fs::Metadata::is_file);
        let text = found.and_then(|_| bounded(&self.dir, Path::new(QUESTION_FILE), LONGEST_QUESTION).ok());
        // Nothing to remove is the usual case, and the directory stays if it holds anything else.
        drop(self.dir.remove_file(QUESTION_FILE));
        if let Some(directory) = Path::new(QUESTION_FILE).parent() {
            drop(self.dir.remove_dir(directory));
        }
        text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    }
}

/// A file's text, if it is a file, is not too large and is UTF-8. Nothing that is no file can make it wait.
fn bounded(dir: &Dir, path: &Path, most: u64) -> Result<String, Refusal> {
    let mut options = OpenOptions::new();
    let file = dir.open_with(path, options.read(true).custom_flags(NO_WAITING)).map_err(refused)?;
    if !file.metadata().map_err(refused)?.is_file() {
        return Err(Refusal::Not("it is not a file".into()));
    }
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes).map_err(refused)?;
    if bytes.len() as u64 > most {
        return Err(Refusal::Not(format!("it has more than {most} bytes")));
    }
    String::from_utf8(bytes).map_err(|_| Refusal::Not("it is not UTF-8".into()))
}

fn refused(error: io::Error) -> Refusal {
    if error.kind() == io::ErrorKind::NotFound { Refusal::Missing } else { Refusal::Not(error.to_string()) }
}

/// Writes files into a directory in which commands have worked: whatever stands in their place is removed first, so that no link of
/// theirs is followed.
pub fn place(home: &Path, files: &[(String, String)]) -> io::Result<()> {
    if files.is_empty() {
        return Ok(());
    }
    let dir = Dir::open_ambient_dir(home, ambient_authority())?;
    for (path, content) in files {
        if let Some(above) = Path::new(path).parent() {
            make_directories(&dir, above)?;
        }
        match dir.remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
        let mut file = dir.open_with(path, OpenOptions::new().write(true).create_new(true))?;
        file.write_all(content.as_bytes())?;
        give(&dir, &file)?;
    }
    Ok(())
}

/// Makes what is missing of a directory's path.
fn make_directories(dir: &Dir, path: &Path) -> io::Result<()> {
    let mut so_far = PathBuf::new();
    for name in path.components() {
        so_far.push(name);
        match dir.create_dir(&so_far) {
            Ok(()) => give(dir, &dir.open_dir(&so_far)?)?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Whoever owns the directory owns what we write into it: commands may run as somebody else than we do.
fn give(dir: &Dir, written: impl AsFd) -> io::Result<()> {
    if !rustix::process::geteuid().is_root() {
        return Ok(());
    }
    let owner = dir.dir_metadata()?;
    let (user, group) = (Uid::from_raw(owner.uid()), Gid::from_raw(owner.gid()));
    Ok(rustix::fs::chownat(written, "", Some(user), Some(group), AtFlags::EMPTY_PATH)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::os::unix::fs::symlink;

    #[test]
    fn files_are_served_inside_and_nowhere_else() {
        let scratch = tempfile::tempdir().unwrap();
        let root = scratch.path().join("site");
        std::fs::create_dir(&root).unwrap();
        std::fs::write(scratch.path().join("secret"), "s").unwrap();
        std::fs::write(root.join("given.rs"), "g").unwrap();
        symlink("../secret", root.join("out")).unwrap();
        symlink("given.rs", root.join("alias")).unwrap();
        symlink("nowhere", root.join("dangling")).unwrap();
        symlink("..", root.join("up")).unwrap();
        let ground = Ground { roots: vec![root.clone()], given: BTreeSet::from(["given.rs".to_owned()]) };
        let files = Files::at(&root, ground).unwrap();

        files.write(&root.join("deep/er/a.txt"), "one\ntwo\nthree\n").unwrap();
        files.write(Path::new("deep/er/b.txt"), "longer").unwrap();
        files.write(Path::new("deep/er/b.txt"), "b").unwrap();
        assert_eq!(files.read(Path::new("deep/er/b.txt"), None, None).unwrap(), "b");
        assert_eq!(files.read(&root.join("deep/er/a.txt"), Some(2), Some(1)).unwrap(), "two\n");
        assert_eq!(files.read(Path::new("given.rs"), None, None).unwrap(), "g");
        assert_eq!(files.read(Path::new("absent"), None, None), Err(Refusal::Missing));

        let elsewhere = scratch.path().join("secret");
        for path in ["out", "../secret", ".git/config", "up/secret", "deep", elsewhere.to_str().unwrap()] {
            assert!(matches!(files.read(Path::new(path), None, None), Err(Refusal::Not(_))), "read {path}");
            assert!(matches!(files.write(Path::new(path), "x"), Err(Refusal::Not(_))), "write {path}");
        }
        for path in ["given.rs", "alias", "dangling"] {
            assert!(matches!(files.write(Path::new(path), "x"), Err(Refusal::Not(_))), "write {path}");
        }
        assert_eq!(std::fs::read_to_string(scratch.path().join("secret")).unwrap(), "s");
        assert_eq!(std::fs::read_to_string(root.join("given.rs")).unwrap(), "g");
    }

    #[test]
    fn a_question_is_taken_once_and_leaves_nothing() {
        let scratch = tempfile::tempdir().unwrap();
        let files = Files::at(scratch.path(), Ground { roots: vec![scratch.path().into()], given: BTreeSet::new() }).unwrap();
        files.await_question();
        std::fs::write(scratch.path().join(QUESTION_FILE), "  Which one?\n").unwrap();
        assert_eq!(files.take_question().as_deref(), Some("Which one?"));
        assert_eq!(files.take_question(), None);
        assert_eq!(std::fs::read_dir(scratch.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_file_is_placed_where_a_link_was_and_not_behind_it() {
        let scratch = tempfile::tempdir().unwrap();
        let home = scratch.path().join("home");
        std::fs::create_dir(&home).unwrap();
        std::fs::write(scratch.path().join("theirs"), "t").unwrap();
        symlink("../theirs", home.join("settings")).unwrap();
        place(&home, &[("settings".into(), "ours".into()), (".config/x".into(), "y".into())]).unwrap();
        assert_eq!(std::fs::read_to_string(scratch.path().join("theirs")).unwrap(), "t");
        assert_eq!(std::fs::read_to_string(home.join("settings")).unwrap(), "ours");
        assert_eq!(std::fs::read_to_string(home.join(".config/x")).unwrap(), "y");
    }
}
