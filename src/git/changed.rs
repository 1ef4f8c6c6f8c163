//! Which files differ between two commits.

use std::path::Path;

use super::Error;
use super::tree::{self, Entry};
use crate::domain::Sha;

/// By path, sorted; without following renames.
pub fn changed(git_dir: &Path, before: &Sha, after: &Sha) -> Result<Vec<String>, Error> {
    let (before, after) = (tree::list(git_dir, before)?, tree::list(git_dir, after)?);
    let differs = |(path, entry): &(&String, &Entry)| before.get(*path) != Some(entry);
    let mut changed: Vec<String> = after.iter().filter(differs).map(|(path, _)| path.clone()).collect();
    changed.extend(before.keys().filter(|path| !after.contains_key(*path)).cloned());
    changed.sort();
    Ok(changed)
}
