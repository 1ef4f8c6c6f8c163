//! The files of a commit on disk, for those who need a real directory: commands, and whoever works beside them.
//!
//! A checkout is a plain directory and no git repository: nothing in it can make git run a program of the repository's. Contents are
//! written as the repository holds them, without filters and line-end conversions. What was changed is found by looking at every file,
//! whoever wrote it. Beside the directory lies a list of what was written and when, so that an untouched file is not read again and the
//! next commit's checkout only costs what is different.

mod aside;
mod compare;
mod files;
mod manifest;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::Error;
use super::blobs::{self, Blobs};
use super::tree::{self, Entry};
use crate::domain::{ChangeSet, FileChange, FileContent, Mode, Sha};
use files::Files;
use manifest::{Known, Manifest};

/// A commit's files in `<place>/files`.
#[derive(Debug)]
pub struct Checkout {
    files: Files,
    manifest: Manifest,
    blobs: Blobs,
    /// Where a change set lies while the files are without it.
    aside: PathBuf,
}

impl Checkout {
    /// Brings the directory to the commit: files that are as they should be stay, everything else is written or removed. What the
    /// repository itself ignores (builds, fetched dependencies) stays.
    pub fn at(git_dir: &Path, commit: &Sha, place: &Path) -> Result<Self, Error> {
        let (files, manifest_path) = open(place)?;
        let old = Manifest::load(&manifest_path).map(|manifest| manifest.files).unwrap_or_default();
        // While it is being brought there, it is no checkout of any commit.
        manifest::remove(&manifest_path).map_err(failed("forget the old list of files"))?;
        let aside = place.join("aside");
        manifest::remove(&aside).map_err(failed("forget what was set aside"))?;
        let wanted = tree::list(git_dir, commit)?;
        let mut rules_changed = remove_others(&files, &wanted)?;
        let mut manifest = Manifest { commit: commit.clone(), files: BTreeMap::new() };
        let mut missing: Vec<(&String, &Entry)> = Vec::new();
        for (path, entry) in &wanted {
            let untouched = old.get(path).filter(|known| known.entry == *entry && files.stamp(path) == known.stamp);
            if untouched.is_none() && entry.mode != Mode::Submodule {
                missing.push((path, entry));
            }
            let stamp = untouched.and_then(|known| known.stamp);
            manifest.files.insert(path.clone(), Known { entry: entry.clone(), stamp });
        }
        let ids: Vec<&str> = missing.iter().map(|(_, entry)| entry.id.as_str()).collect();
        blobs::read_each(git_dir, &ids, |at, bytes| {
            let Some((path, entry)) = missing.get(at) else { return Ok(()) };
            files.write(path, &FileContent { mode: entry.mode, bytes }).map_err(failed(&format!("write {path}")))?;
            rules_changed |= is_ignore_rules(path);
            if let Some(known) = manifest.files.get_mut(*path) {
                known.stamp = files.stamp(path);
            }
            Ok(())
        })?;
        if rules_changed {
            // What somebody's rules hid is seen now.
            remove_others(&files, &wanted)?;
        }
        manifest.save(&manifest_path).map_err(failed("save the list of files"))?;
        Ok(Self { files, manifest, blobs: Blobs::of(git_dir), aside })
    }

    /// The directory as somebody left it, if it was made for this commit. What a crash left set aside is put back.
    pub fn left_at(git_dir: &Path, commit: &Sha, place: &Path) -> Result<Option<Self>, Error> {
        let (files, manifest_path) = open(place)?;
        let manifest = Manifest::load(&manifest_path).filter(|manifest| manifest.commit == *commit);
        let Some(manifest) = manifest else { return Ok(None) };
        let mut left = Self { files, manifest, blobs: Blobs::of(git_dir), aside: place.join("aside") };
        left.put_back()?;
        Ok(Some(left))
    }

    /// Takes these changes away, and whatever else is there that the commit does not have, until `put_back`. They are on disk before.
    pub fn set_aside(&mut self, changes: &ChangeSet) -> Result<(), Error> {
        aside::save(&self.aside, changes).map_err(failed("set the changes aside"))?;
        self.bring_to(&ChangeSet::default())
    }

    /// Puts back what was set aside, and takes away what came since.
    pub fn put_back(&mut self) -> Result<(), Error> {
        let Some(changes) = aside::load(&self.aside).map_err(failed("read what was set aside"))? else { return Ok(()) };
        // Its rules about what is ignored come first, so that what they cover stays.
        let rules = changes.files.iter().filter(|(path, _)| is_ignore_rules(path));
        self.apply(&ChangeSet { files: rules.map(|(path, change)| (path.clone(), change.clone())).collect() })?;
        self.bring_to(&changes)?;
        manifest::remove(&self.aside).map_err(failed("forget what was set aside"))
    }

    /// Where the files are.
    pub fn root(&self) -> &Path {
        self.files.root()
    }

    /// A file as the commit has it.
    pub fn read_committed(&mut self, path: &str) -> Result<Option<FileContent>, Error> {
        let Some(known) = self.manifest.files.get(path) else { return Ok(None) };
        let mode = known.entry.mode;
        let bytes = if mode == Mode::Submodule { Vec::new() } else { self.blobs.read(&known.entry.id)? };
        Ok(Some(FileContent { mode, bytes }))
    }

    /// The commit's files.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.manifest.files.keys().map(String::as_str)
    }

    /// Lays a change set over the files.
    pub fn apply(&mut self, changes: &ChangeSet) -> Result<(), Error> {
        for (path, change) in &changes.files {
            match change {
                FileChange::Write(file) => self.files.write(path, file).map_err(failed(&format!("write {path}")))?,
                FileChange::Delete => self.files.remove(path).map_err(failed(&format!("remove {path}")))?,
            }
        }
        Ok(())
    }

    /// Makes the commit's files with these changes, and no others, out of whatever is there.
    pub fn bring_to(&mut self, wanted: &ChangeSet) -> Result<(), Error> {
        let present = self.changes()?;
        let paths: BTreeSet<&String> = present.files.keys().chain(wanted.files.keys()).collect();
        for path in paths.into_iter().filter(|path| present.files.get(*path) != wanted.files.get(*path)) {
            let file = match wanted.files.get(path) {
                Some(FileChange::Write(file)) => Some(file.clone()),
                Some(FileChange::Delete) => None,
                None => self.read_committed(path)?,
            };
            match file {
                Some(file) => self.files.write(path, &file).map_err(failed(&format!("write {path}")))?,
                None => self.files.remove(path).map_err(failed(&format!("remove {path}")))?,
            }
        }
        Ok(())
    }

    /// What is different from the commit, whoever did it. What the repository ignores is no change, unless the commit has the file.
    pub fn changes(&self) -> Result<ChangeSet, Error> {
        let mut changes = ChangeSet::default();
        let mut seen = BTreeSet::new();
        let submodules = self.manifest.files.iter().filter(|(_, known)| known.entry.mode == Mode::Submodule);
        let submodules: Vec<String> = submodules.map(|(path, _)| format!("{path}/")).collect();
        for path in compare::on_disk(&self.files)? {
            // Whatever lies in a submodule's directory is another repository's.
            if submodules.iter().any(|submodule| path.starts_with(submodule)) {
                continue;
            }
            compare::one(&self.files, &self.manifest, &path, &mut changes)?;
            seen.insert(path);
        }
        for path in self.manifest.files.keys().filter(|path| !seen.contains(*path)) {
            compare::one(&self.files, &self.manifest, path, &mut changes)?;
        }
        Ok(changes)
    }
}

/// Removes what the commit does not have, or has as another kind of file; whether rules about what is ignored were among it.
fn remove_others(files: &Files, wanted: &BTreeMap<String, Entry>) -> Result<bool, Error> {
    let mut rules = false;
    for path in compare::on_disk(files)? {
        if wanted.get(&path).is_none_or(|entry| files.mode_of(&path) != Some(entry.mode)) {
            files.remove(&path).map_err(failed("remove a file"))?;
            rules |= is_ignore_rules(&path);
        }
    }
    Ok(rules)
}

fn is_ignore_rules(path: &str) -> bool {
    path.rsplit('/').next() == Some(".gitignore")
}

fn open(place: &Path) -> Result<(Files, PathBuf), Error> {
    let files = Files::open(&place.join("files")).map_err(failed("open the checkout"))?;
    Ok((files, place.join("manifest")))
}

fn failed(doing: &str) -> impl FnOnce(std::io::Error) -> Error + use<> {
    let doing = doing.to_owned();
    move |error| Error::Never(format!("{doing}: {error}"))
}

#[cfg(test)]
mod tests;
