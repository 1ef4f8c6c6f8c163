//! What a mirror needs before a fetch: locks of killed processes removed, commits that nobody asked for lately let go.
//!
//! Only for whoever holds the mirror's own lock: then no other process of ours changes it, and every git lock in it is stale.

use std::fs;
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// A kept commit that was not asked for during this time is let go.
const KEPT_FOR: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Removes the locks that a killed fetch leaves behind, without which git would refuse every later one.
pub fn remove_stale_locks(git_dir: &Path) -> io::Result<()> {
    for name in ["shallow.lock", "packed-refs.lock"] {
        removed(&git_dir.join(name))?;
    }
    for path in files(&git_dir.join("refs/kept"))?.into_iter().filter(|path| path.extension().is_some_and(|end| end == "lock")) {
        removed(&path)?;
    }
    Ok(())
}

/// Says of a kept commit that it was asked for just now.
pub fn touch(git_dir: &Path, name: &str) -> io::Result<()> {
    let path = git_dir.join(name);
    let content = fs::read(&path)?;
    let fresh = git_dir.join("touched");
    fs::write(&fresh, content)?;
    fs::rename(fresh, path)
}

/// Lets go of the commits that nobody asked for during a week; how many. Their objects go with the next collection.
pub fn let_go_of_old(git_dir: &Path) -> io::Result<usize> {
    let now = now(git_dir)?;
    let mut gone = 0;
    for path in files(&git_dir.join("refs/kept"))? {
        let since = fs::metadata(&path)?.modified()?;
        if now.duration_since(since).is_ok_and(|age| age > KEPT_FOR) {
            removed(&path)?;
            gone += 1;
        }
    }
    Ok(gone)
}

/// The time by the clock that stamps the files.
fn now(git_dir: &Path) -> io::Result<SystemTime> {
    let stamp = git_dir.join("looked-through");
    fs::write(&stamp, "")?;
    fs::metadata(stamp)?.modified()
}

fn files(folder: &Path) -> io::Result<Vec<std::path::PathBuf>> {
    match fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| entry.map(|entry| entry.path())).collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

fn removed(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}
