//! A unified diff on a draft.
//!
//! As with git, the files of one diff do not depend on their order: renames and copies start from the files as they were before the
//! diff, and a file may be made where another part of the diff takes one away. Only a second change to the same file sees the first.

use std::collections::{BTreeMap, BTreeSet};

use super::Failure;
use super::draft::Draft;
use super::hunks;
use super::refusal::{Obstacle, Reason, Refusal};
use super::similar;
use crate::domain::{FileContent, Mode};
use crate::specification::edits::diff::{self, Body, FilePatch, Hunk, Origin};

/// `line` is that of the block's opening fence; `file` is the file of a block that is hunks alone.
pub fn apply(text: &str, file: Option<&str>, line: usize, draft: &mut Draft<'_>) -> Result<(), Failure> {
    let patches = diff::parse_block(text, file).map_err(|error| {
        let refusal = Refusal { path: error.path, line: line + error.line, place: String::new(), reason: Reason::Unreadable(error.reason) };
        Failure::Refused(refusal)
    })?;
    let leaves = |patch: &&FilePatch| patch.new.is_none() || patch.origin == Origin::Renamed;
    let gone: BTreeSet<String> = patches.iter().filter(leaves).filter_map(|patch| patch.old.clone()).collect();
    let mut work = Work { draft, gone, removed: BTreeSet::new(), written: BTreeMap::new() };
    for patch in &patches {
        work.take(patch, line)?;
    }
    let Work { removed, written, .. } = work;
    for path in removed {
        draft.put(&path, None);
    }
    for (path, file) in written {
        let at = patches.iter().find(|patch| patch.new.as_ref() == Some(&path)).map_or(line, |patch| line + patch.line);
        let made =
            patches.iter().any(|patch| patch.new.as_ref() == Some(&path) && patch.old.is_none() && matches!(patch.body, Body::Text(_)));
        let written =
            if made && file.mode == Mode::Regular { draft.make(&path, file.bytes) } else { draft.write(&path, file.mode, file.bytes) };
        written.map_err(|obstacle| obstacle.at(&path, at, ""))?;
    }
    Ok(())
}

struct Work<'a, 'b> {
    /// As it was before the diff.
    draft: &'a mut Draft<'b>,
    /// What the diff deletes or renames away, at any place.
    gone: BTreeSet<String>,
    /// What it has deleted or renamed away so far.
    removed: BTreeSet<String>,
    written: BTreeMap<String, FileContent>,
}

impl Work<'_, '_> {
    fn take(&mut self, patch: &FilePatch, line: usize) -> Result<(), Failure> {
        let shown = patch.new.as_deref().or(patch.old.as_deref()).unwrap_or_default();
        let at = line + patch.line;
        if let Some(old) = &patch.old {
            self.draft.check(old, &self.gone).map_err(|obstacle| obstacle.at(old, at, ""))?;
        }
        if let Some(new) = &patch.new {
            self.draft.check(new, &self.gone).map_err(|obstacle| obstacle.at(new, at, ""))?;
        }
        let before = match &patch.old {
            Some(old) => Some(self.source(patch, old).map_err(|obstacle| obstacle.at(old, at, ""))?),
            None => None,
        };
        if patch.old != patch.new
            && let Some(new) = &patch.new
        {
            let there = self.written.contains_key(new) || (self.draft.mode_of(new).is_some() && !self.gone.contains(new));
            if there {
                return Err(Obstacle::from(Reason::Exists).at(new, at, ""));
            }
        }
        let bytes = content(patch, before.as_ref()).map_err(|(reason, hunk)| {
            let (at, place) = hunk.map_or((at, String::new()), |hunk| (line + hunk.line, similar::first_line(&place_of(&hunk))));
            Obstacle::from(reason).at(shown, at, &place)
        })?;
        let here = |reason: Reason| Obstacle::from(reason).at(shown, at, "");
        let mode = patch.new_mode.or(before.as_ref().map(|file| file.mode)).unwrap_or(Mode::Regular);
        if mode == Mode::Submodule {
            return Err(here(Reason::WrongKind("is a submodule: it cannot be written by an edit")));
        }
        if patch.new.is_none() && !bytes.is_empty() {
            return Err(here(Reason::NotEmptied));
        }
        if let Some(old) = patch.old.as_ref().filter(|_| patch.new.is_none() || patch.origin == Origin::Renamed) {
            if patch.origin == Origin::Same {
                self.written.remove(old);
            }
            self.removed.insert(old.clone());
        }
        // Where a link leads has no line break at its end, also where the diff does not say that it has none.
        let bytes = if mode == Mode::Symlink { bytes.strip_suffix(b"\n").map_or(bytes.clone(), <[u8]>::to_vec) } else { bytes };
        if let Some(new) = &patch.new {
            self.written.insert(new.clone(), FileContent { mode, bytes });
        }
        Ok(())
    }

    /// The file that a patch starts from.
    fn source(&mut self, patch: &FilePatch, old: &str) -> Result<FileContent, Obstacle> {
        let changed = self.written.get(old).filter(|_| patch.origin == Origin::Same).cloned();
        if changed.is_none() && patch.origin == Origin::Same && self.removed.contains(old) {
            return Err(Reason::MissingFile.into());
        }
        let file = match changed {
            Some(file) => file,
            None => match self.draft.read(old)? {
                Some(file) => file,
                None => return Err(self.draft.missing(old).into()),
            },
        };
        let is_link = |mode: Mode| mode == Mode::Symlink;
        let meant = patch.old_mode.unwrap_or(Mode::Regular);
        let renamed_alone = patch.old_mode.is_none() && patch.body == Body::Nothing && patch.new.is_some();
        let to = patch.new_mode.unwrap_or(file.mode);
        match file.mode {
            Mode::Submodule => Err(Reason::WrongKind("is a submodule: it cannot be changed by an edit").into()),
            Mode::Symlink if !is_link(meant) && !renamed_alone => {
                Err(Reason::WrongKind("is a symbolic link, and the edit is for a file").into())
            }
            Mode::Regular | Mode::Executable if is_link(meant) => {
                Err(Reason::WrongKind("is a file, and the edit is for a symbolic link").into())
            }
            mode if is_link(mode) != is_link(to) => {
                Err(Reason::WrongKind("would change its kind: that takes a deletion and a new file").into())
            }
            Mode::Regular | Mode::Executable | Mode::Symlink => Ok(file),
        }
    }
}

/// The file's content after the patch, or why there is none, and in which hunk.
fn content(patch: &FilePatch, before: Option<&FileContent>) -> Result<Vec<u8>, (Reason, Option<Hunk>)> {
    let old = before.map(|file| file.bytes.as_slice()).unwrap_or_default();
    match &patch.body {
        Body::Nothing => Ok(old.to_vec()),
        Body::Gone => Ok(Vec::new()),
        Body::Binary(binary) => binary.apply(old).map_err(|why| (Reason::Binary(why), None)),
        Body::Text(hunks) if patch.old.is_none() => Ok(hunks.iter().map(Hunk::new_text).collect::<String>().into_bytes()),
        Body::Text(hunks) => hunks::apply(old, hunks).map_err(|misfit| (misfit.reason, Some(misfit.hunk))),
    }
}

/// The text by which a hunk is named to people: its first removed line, else its first line.
fn place_of(hunk: &Hunk) -> String {
    let removed = hunk.lines.iter().find(|line| line.kind == diff::LineKind::Remove && !line.text.trim().is_empty());
    removed.or_else(|| hunk.lines.iter().find(|line| !line.text.trim().is_empty())).map(|line| line.text.clone()).unwrap_or_default()
}
