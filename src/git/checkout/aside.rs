//! A change set in a file beside the checkout, for as long as the checkout is without it: a crash in between loses nothing.
//!
//! One line of JSON says of each path how long its content is, or that it is deleted; the contents follow in that order.

use std::fs;
use std::io;
use std::path::Path;

use crate::domain::{ChangeSet, FileChange, FileContent, Mode};

type Head = Vec<(String, Option<(Mode, usize)>)>;

/// It is there whole or not at all.
pub fn save(path: &Path, changes: &ChangeSet) -> io::Result<()> {
    let of = |change: &FileChange| match change {
        FileChange::Write(file) => Some((file.mode, file.bytes.len())),
        FileChange::Delete => None,
    };
    let head: Head = changes.files.iter().map(|(path, change)| (path.clone(), of(change))).collect();
    let mut bytes = serde_json::to_vec(&head)?;
    bytes.push(b'\n');
    for change in changes.files.values() {
        if let FileChange::Write(file) = change {
            bytes.extend_from_slice(&file.bytes);
        }
    }
    let fresh = path.with_extension("new");
    fs::write(&fresh, bytes)?;
    fs::File::open(&fresh)?.sync_data()?;
    fs::rename(fresh, path)
}

/// What was set aside; `None` where nothing is.
pub fn load(path: &Path) -> io::Result<Option<ChangeSet>> {
    let bytes = match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        read => read?,
    };
    let end = bytes.iter().position(|byte| *byte == b'\n').ok_or(io::ErrorKind::UnexpectedEof)?;
    let (head, mut rest) = bytes.split_at(end + 1);
    let mut changes = ChangeSet::default();
    for (path, file) in serde_json::from_slice::<Head>(head)? {
        let change = match file {
            None => FileChange::Delete,
            Some((mode, length)) => {
                let (content, after) = rest.split_at_checked(length).ok_or(io::ErrorKind::UnexpectedEof)?;
                rest = after;
                FileChange::Write(FileContent { mode, bytes: content.to_vec() })
            }
        };
        changes.files.insert(path, change);
    }
    Ok(Some(changes))
}
