//! A merge of three commits in the bare mirror, without a checkout and without their histories: git's own `merge-tree`.
//!
//! Nothing of it leaves the mirror. What came of it is a commit of the merged files that only this mirror has, and what that commit
//! changes of the side that is merged in. Attributes and configuration of the repository count for nothing, as nowhere in a mirror.

mod answer;

use std::fs;
use std::path::Path;
use std::process::Stdio;

use super::blobs::Blobs;
use super::mirror::kept;
use super::{Error, Mirror, command, run};
use crate::domain::{ChangeSet, Conflict, ConflictKind, FileChange, FileContent, Mode, Sha};

/// What git calls the sides in conflict markers: the names of references of ours.
const OURS: &str = "this-branch";
const THEIRS: &str = "base-branch";
const BEFORE: &str = "before-both";
/// What stands in the place of a large file that is kept elsewhere (git-lfs, "The Pointer").
const LFS_POINTER: &[u8] = b"version https://git-lfs.github.com/spec/v1";
/// git ends so when it does not know an option.
const USAGE: i32 = 129;

/// The three commits; the mirror holds each of them.
#[derive(Debug, Clone, Copy)]
pub struct Sides<'a> {
    /// The newest commit that both have.
    pub before: &'a Sha,
    pub ours: &'a Sha,
    /// What is merged in.
    pub theirs: &'a Sha,
}

/// What came of a merge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// The merged files, as a commit that only this mirror has. The same merge gives the same one.
    pub commit: Sha,
    /// What the merged files are beside those of `theirs`: what our side brought. Files with text in conflict hold markers.
    pub changes: ChangeSet,
    pub conflicts: Vec<Unmerged>,
}

/// A file that was not merged, with what either side held; `None` where it had no such file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmerged {
    pub conflict: Conflict,
    pub ours: Option<Vec<u8>>,
    pub theirs: Option<Vec<u8>>,
}

/// Merges. Synchronous; waits while somebody else changes the mirror. Needs git 2.40.
pub fn merge(mirror: &Mirror, sides: Sides<'_>) -> Result<Merged, Error> {
    let doing = format!("merge {} into {}", sides.theirs.short(), sides.ours.short());
    let failed = |error: std::io::Error| Error::Later(format!("{doing}: {error}"));
    let _lock = mirror.lock().map_err(failed)?;
    let git_dir = mirror.git_dir();
    for (name, commit) in [(OURS, sides.ours), (THEIRS, sides.theirs), (BEFORE, sides.before)] {
        point(git_dir, name, commit).map_err(failed)?;
    }
    let mut git = command(git_dir);
    // What was there before both is shown as well: without it nobody can tell what either side meant.
    git.args(["-c", "merge.conflictStyle=diff3", "merge-tree", "--write-tree", "-z", "--messages"]);
    git.arg(format!("--merge-base={BEFORE}")).args([OURS, THEIRS]);
    let output = git.output().map_err(|error| Error::Never(format!("{doing}: the git program cannot be started: {error}")))?;
    match output.status.code() {
        Some(0 | 1) => {}
        code => return Err(refused(&doing, code, &output.stderr)),
    }
    let answer = answer::read(&output.stdout).ok_or_else(|| Error::Never(format!("{doing}: git's answer cannot be read")))?;
    let mut blobs = Blobs::of(git_dir);
    let (changes, unspeakable) = difference(git_dir, sides.theirs, &answer.tree, &mut blobs)?;
    let mut conflicts = Vec::new();
    for found in answer.conflicts() {
        conflicts.push(unmerged(found, &changes, &mut blobs)?);
    }
    for conflict in unspeakable {
        if !conflicts.iter().any(|known| known.conflict.path == conflict.path) {
            conflicts.push(Unmerged { conflict, ours: None, theirs: None });
        }
    }
    let commit = keep(git_dir, &answer.tree, &doing)?;
    Ok(Merged { commit, changes, conflicts })
}

/// A file in conflict with both sides. Text is what people write: with markers in the merged file, and no pointer to something else.
fn unmerged(found: answer::Found, changes: &ChangeSet, blobs: &mut Blobs) -> Result<Unmerged, Error> {
    // A submodule's commit is no object of the repository.
    let is_held = found.kind != ConflictKind::Submodule;
    let mut side = |id: Option<String>| id.filter(|_| is_held).map(|id| blobs.read(&id)).transpose();
    let (ours, theirs) = (side(found.ours)?, side(found.theirs)?);
    let is_pointer = [&ours, &theirs].into_iter().flatten().any(|held| held.starts_with(LFS_POINTER));
    let shows = matches!(changes.files.get(&found.path), Some(FileChange::Write(file)) if shows_both(file));
    let is_text = found.kind == ConflictKind::Text;
    let kind = if is_text && is_pointer {
        ConflictKind::Binary
    } else if is_text && !shows {
        ConflictKind::Other
    } else {
        found.kind
    };
    Ok(Unmerged { conflict: Conflict { path: found.path, kind }, ours, theirs })
}

/// Whether the file is a text between whose markers both sides stand.
fn shows_both(file: &FileContent) -> bool {
    let text = matches!(file.mode, Mode::Regular | Mode::Executable).then(|| std::str::from_utf8(&file.bytes).ok()).flatten();
    text.is_some_and(|text| text.lines().any(|line| line.starts_with("<<<<<<< ")) && text.lines().any(|line| line.starts_with(">>>>>>> ")))
}

/// Sorts an end of git that is no answer.
fn refused(doing: &str, code: Option<i32>, stderr: &[u8]) -> Error {
    let too_old = code == Some(USAGE) || String::from_utf8_lossy(stderr).contains("unknown option");
    if too_old {
        return Error::Never(format!("{doing}: the git program here is too old; merging needs git 2.40 or newer"));
    }
    Error::of_stderr(doing, stderr)
}

/// Lets one of our references name the commit. Whoever calls holds the mirror's lock.
fn point(git_dir: &Path, name: &str, commit: &Sha) -> std::io::Result<()> {
    let fresh = git_dir.join("pointed");
    fs::write(&fresh, format!("{commit}\n"))?;
    fs::rename(fresh, git_dir.join("refs").join(name))
}

/// What `tree` is beside the commit's files, and what of it cannot be said in a change set.
fn difference(git_dir: &Path, commit: &Sha, tree: &str, blobs: &mut Blobs) -> Result<(ChangeSet, Vec<Conflict>), Error> {
    let doing = format!("compare the merged files with {}", commit.short());
    let mut git = command(git_dir);
    git.args(["diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev"]).arg(commit.as_str()).arg(tree);
    let listing = run(git, &doing)?;
    let mut records = listing.split(|byte| *byte == 0).filter(|record| !record.is_empty());
    let (mut changes, mut unspeakable) = (ChangeSet::default(), Vec::new());
    while let Some(head) = records.next() {
        let unread = || Error::Never(format!("{doing}: git's answer cannot be read"));
        let head = std::str::from_utf8(head).map_err(|_| unread())?;
        let words: Vec<&str> = head.trim_start_matches(':').split(' ').collect();
        let (&[old, new, _, id, status], Some(path)) = (words.as_slice(), records.next()) else { return Err(unread()) };
        let path = match std::str::from_utf8(path) {
            Ok(path) => path.to_owned(),
            Err(_) => {
                unspeakable.push(Conflict { path: String::from_utf8_lossy(path).into_owned(), kind: ConflictKind::Nameless });
                continue;
            }
        };
        // A submodule is listed, never written.
        if [old, new].iter().any(|mode| Mode::from_git(mode) == Some(Mode::Submodule)) {
            unspeakable.push(Conflict { path, kind: ConflictKind::Submodule });
        } else if status.starts_with('D') {
            changes.files.insert(path, FileChange::Delete);
        } else {
            let mode = Mode::from_git(new).unwrap_or(Mode::Regular);
            changes.files.insert(path, FileChange::Write(FileContent { mode, bytes: blobs.read(id)? }));
        }
    }
    Ok((changes, unspeakable))
}

/// Makes a commit of the tree that is kept here; the same tree gives the same commit.
fn keep(git_dir: &Path, tree: &str, doing: &str) -> Result<Sha, Error> {
    let mut git = command(git_dir);
    for role in ["AUTHOR", "COMMITTER"] {
        git.env(format!("GIT_{role}_NAME"), "journeyman").env(format!("GIT_{role}_EMAIL"), "journeyman@localhost");
        git.env(format!("GIT_{role}_DATE"), "@0 +0000");
    }
    git.args(["commit-tree", tree, "-m", "Merged"]).stdin(Stdio::null());
    let made = String::from_utf8_lossy(&run(git, doing)?).trim().to_owned();
    let commit: Sha = made.parse().map_err(|_| Error::Never(format!("{doing}: git's answer cannot be read")))?;
    let mut git = command(git_dir);
    git.args(["update-ref", &kept(&commit), commit.as_str()]);
    run(git, doing)?;
    Ok(commit)
}

#[cfg(test)]
mod tests;
