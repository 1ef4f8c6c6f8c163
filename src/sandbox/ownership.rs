//! Whose a directory is: when we are root, commands run as somebody else, who has to own what they write. Blocks.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, FileType, Gid, Mode, OFlags, Uid};

/// The user and the group.
pub type Owner = (u32, u32);

/// Who runs commands when we are root: `nobody`, whose number is the kernel's own for whoever has none.
pub const NOBODY: Owner = (65534, 65534);

/// Gives a tree to its owner, following no link. What is theirs already is left alone.
pub fn give(path: &Path, owner: Owner) -> io::Result<()> {
    let root = open(CWD, path)?;
    chown_at(CWD, path, owner)?;
    give_content(&root, owner)
}

fn give_content(directory: &OwnedFd, owner: Owner) -> io::Result<()> {
    for entry in rustix::fs::Dir::read_from(directory)? {
        let entry = entry?;
        let name = entry.file_name();
        if name.to_bytes() == b"." || name.to_bytes() == b".." {
            continue;
        }
        let found = rustix::fs::statat(directory, name, AtFlags::SYMLINK_NOFOLLOW)?;
        if (found.st_uid, found.st_gid) != owner {
            chown_at(directory, name, owner)?;
        }
        if FileType::from_raw_mode(found.st_mode) == FileType::Directory {
            give_content(&open(directory, name)?, owner)?;
        }
    }
    Ok(())
}

fn open(at: impl AsFd, name: impl rustix::path::Arg) -> io::Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Ok(rustix::fs::openat(at, name, flags, Mode::empty())?)
}

fn chown_at(at: impl AsFd, name: impl rustix::path::Arg, (user, group): Owner) -> io::Result<()> {
    let (user, group) = (Some(Uid::from_raw(user)), Some(Gid::from_raw(group)));
    Ok(rustix::fs::chownat(at, name, user, group, AtFlags::SYMLINK_NOFOLLOW)?)
}

/// Looks at the directory alone, and goes through it only if it is somebody else's.
pub fn give_unless_given(path: &Path, owner: Owner) -> io::Result<()> {
    let found = path.symlink_metadata()?;
    if (found.uid(), found.gid()) == owner { Ok(()) } else { give(path, owner) }
}

/// Whether somebody who owns none of the directories above it could not come to a path.
pub fn is_closed_to_others(path: &Path) -> bool {
    let above: Vec<PathBuf> = path.ancestors().skip(1).map(Path::to_owned).collect();
    above.iter().any(|directory| directory.metadata().is_ok_and(|found| found.mode() & 0o001 == 0))
}
