//! How much a command has written: its directories, measured while it runs. Blocks.

use std::collections::HashSet;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Size {
    /// Bytes on disk of all files.
    pub all: u64,
    /// Of those that were made or changed since.
    pub recent: u64,
}

/// `since` is a change time in seconds, as the file system says it. A file with several names counts once, a link for itself.
pub fn measure(roots: &[PathBuf], since: i64) -> Size {
    let mut size = Size::default();
    let mut seen = HashSet::new();
    let mut ahead = roots.to_vec();
    while let Some(directory) = ahead.pop() {
        for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
            let Ok(found) = entry.metadata() else { continue };
            if found.nlink() > 1 && !found.is_dir() && !seen.insert((found.dev(), found.ino())) {
                continue;
            }
            let bytes = found.blocks() * 512;
            size.all += bytes;
            if found.ctime() >= since {
                size.recent += bytes;
            }
            if found.is_dir() {
                ahead.push(entry.path());
            }
        }
    }
    size
}

/// Removes a tree whose directories may have been closed by whoever wrote them. Links are not followed.
pub fn remove(root: &Path) {
    if fs::remove_dir_all(root).is_ok() {
        return;
    }
    let mut ahead = vec![root.to_owned()];
    while let Some(directory) = ahead.pop() {
        if directory.symlink_metadata().is_ok_and(|found| found.is_dir()) {
            let _ = fs::set_permissions(&directory, fs::Permissions::from_mode(0o700));
            let entries = fs::read_dir(&directory).into_iter().flatten().flatten();
            ahead.extend(entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir())).map(|entry| entry.path()));
        }
    }
    let _ = fs::remove_dir_all(root);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_with_two_names_counts_once_and_what_is_old_is_not_recent() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("a"), vec![1; 100_000]).unwrap();
        fs::hard_link(root.path().join("a"), root.path().join("b")).unwrap();
        std::os::unix::fs::symlink("/", root.path().join("out")).unwrap();
        let roots = [root.path().to_owned()];
        let size = measure(&roots, 0);
        assert!((100_000..150_000).contains(&size.all), "{size:?}");
        assert_eq!(size.recent, size.all);
        assert_eq!(measure(&roots, i64::MAX).recent, 0);
    }

    #[test]
    fn a_tree_with_a_closed_directory_can_be_removed() {
        let root = tempfile::tempdir().unwrap();
        let tree = root.path().join("tree");
        fs::create_dir_all(tree.join("a/b")).unwrap();
        fs::set_permissions(tree.join("a"), fs::Permissions::from_mode(0o000)).unwrap();
        remove(&tree);
        assert!(!tree.exists());
    }
}
