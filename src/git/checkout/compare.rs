//! Looking at every file of a checkout.

use ignore::WalkBuilder;
use sha1::{Digest, Sha1};
use sha2::Sha256;

use super::files::Files;
use super::manifest::Manifest;
use crate::domain::{ChangeSet, FileChange, Mode};
use crate::git::Error;

/// The files and links in the directory that the repository does not ignore, by path, sorted. Nothing below a `.git`.
pub fn on_disk(files: &Files) -> Result<Vec<String>, Error> {
    let mut walk = WalkBuilder::new(files.root());
    walk.standard_filters(false).git_ignore(true).require_git(false).follow_links(false);
    walk.filter_entry(|entry| entry.file_name() != ".git");
    let mut paths = Vec::new();
    for entry in walk.build() {
        let entry = entry.map_err(|error| Error::Never(format!("look through the checkout: {error}")))?;
        if !entry.file_type().is_some_and(|kind| kind.is_file() || kind.is_symlink()) {
            continue;
        }
        let Ok(path) = entry.path().strip_prefix(files.root()) else { continue };
        match path.to_str() {
            Some(path) => paths.push(path.to_owned()),
            None => return Err(Error::Never(format!("look through the checkout: the name {} is not UTF-8", path.display()))),
        }
    }
    paths.sort_unstable();
    Ok(paths)
}

/// Adds what became of one file.
pub fn one(files: &Files, manifest: &Manifest, path: &str, changes: &mut ChangeSet) -> Result<(), Error> {
    let known = manifest.files.get(path);
    if known.is_some_and(|known| known.entry.mode == Mode::Submodule || (known.stamp.is_some() && files.stamp(path) == known.stamp)) {
        return Ok(());
    }
    let file = files.read(path).map_err(|error| Error::Never(format!("read {path}: {error}")))?;
    let change = match (known, file) {
        (Some(known), Some(file)) if known.entry.mode == file.mode && known.entry.id == blob_id(&file.bytes, known.entry.id.len()) => {
            return Ok(());
        }
        (_, Some(file)) => FileChange::Write(file),
        (Some(_), None) => FileChange::Delete,
        (None, None) => return Ok(()),
    };
    changes.files.insert(path.to_owned(), change);
    Ok(())
}

/// git's id of a content: SHA-1 (40 digits) or SHA-256 (64) over `blob <length> NUL <content>`.
fn blob_id(bytes: &[u8], digits: usize) -> String {
    let head = format!("blob {}\0", bytes.len());
    let hex = |digest: &[u8]| digest.iter().map(|byte| format!("{byte:02x}")).collect();
    if digits == 64 {
        hex(Sha256::new().chain_update(head).chain_update(bytes).finalize().as_slice())
    } else {
        hex(Sha1::new().chain_update(head).chain_update(bytes).finalize().as_slice())
    }
}
