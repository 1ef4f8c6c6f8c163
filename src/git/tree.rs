//! The list of a commit's files.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{Error, command, run};
use crate::domain::{Mode, Sha};

/// A file as the tree has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub mode: Mode,
    /// The object id of its content, or a submodule's commit.
    pub id: String,
}

/// A commit's files by path. Those whose name is not UTF-8 stay in the repository, but nobody can name them here.
pub fn list(git_dir: &Path, commit: &Sha) -> Result<BTreeMap<String, Entry>, Error> {
    let doing = format!("list the files of {}", commit.short());
    let mut git = command(git_dir);
    git.args(["ls-tree", "-r", "-z", "--full-tree", "--end-of-options"]).arg(commit.as_str());
    let listing = run(git, &doing)?;
    let mut files = BTreeMap::new();
    for record in listing.split(|byte| *byte == 0).filter(|record| !record.is_empty()) {
        let entry = || {
            let tab = record.iter().position(|byte| *byte == b'\t')?;
            let (head, path) = record.split_at_checked(tab)?;
            let mut words = std::str::from_utf8(head).ok()?.split(' ');
            let (mode, _, id) = (words.next()?, words.next()?, words.next()?);
            // A mode that is none of the four has been in histories (100600): such files are regular.
            let mode = Mode::from_git(mode).unwrap_or(Mode::Regular);
            Some((path.get(1..)?, Entry { mode, id: id.into() }))
        };
        let (path, entry) = entry().ok_or_else(|| Error::Never(format!("{doing}: git's answer cannot be read")))?;
        if let Ok(path) = std::str::from_utf8(path) {
            files.insert(path.to_owned(), entry);
        }
    }
    Ok(files)
}
