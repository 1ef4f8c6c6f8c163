//! One bare repository on disk: objects, references, history.
//!
//! Objects are written as loose objects directly and read through one `git cat-file --batch`, so that a request costs no
//! process. References are kept in memory beside the repository's own and are changed through `git update-ref` only: nobody
//! else writes to the repository while the simulator runs.

mod history;
mod lines;
mod objects;
mod program;
mod trees;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(super) use history::{Changed, ChangedFile, Commit, Signature};
pub(super) use lines::{find as find_line, moved as moved_line};
pub(super) use objects::{Kind, Object};
pub(super) use program::command;
pub(super) use trees::{Change, Entry, Unwritable};

use super::error::Error;

pub(super) struct Git {
    dir: PathBuf,
    objects: objects::Objects,
    references: BTreeMap<String, String>,
    commits: BTreeMap<String, Arc<Commit>>,
    compared: BTreeMap<(String, String), Arc<Changed>>,
}

impl Git {
    /// An empty bare repository at `dir` whose `HEAD` is `branch`.
    pub fn create(dir: &Path, branch: &str) -> Result<Self, Error> {
        std::fs::create_dir_all(dir).map_err(Error::file(dir))?;
        program::run(dir, &["init", "-q", "--bare", &format!("--initial-branch={branch}"), "."])?;
        for (key, value) in [
            ("uploadpack.allowFilter", "true"),
            ("uploadpack.allowAnySHA1InWant", "true"),
            ("gc.auto", "0"),
            ("core.logAllRefUpdates", "false"),
        ] {
            program::run(dir, &["config", key, value])?;
        }
        Ok(Self {
            dir: dir.to_owned(),
            objects: objects::Objects::at(dir),
            references: BTreeMap::new(),
            commits: BTreeMap::new(),
            compared: BTreeMap::new(),
        })
    }

    /// A bare repository at `dir` with the branches and tags of `source`, whose objects it borrows instead of copying.
    pub fn borrow(dir: &Path, source: &Path, branch: Option<&str>) -> Result<(Self, String), Error> {
        let common = program::run(source, &["rev-parse", "--path-format=absolute", "--git-common-dir"])?;
        let common = PathBuf::from(common.trim_end_matches('\n'));
        let format = program::run(source, &["rev-parse", "--show-object-format"])?;
        if format.trim() != "sha1" {
            let because = format!("its objects are named by {}; GitHub knows sha1 only", format.trim());
            return Err(Error::Refused { doing: format!("take in {}", source.display()), because });
        }
        let head = match branch {
            Some(branch) => branch.to_owned(),
            None => program::run(source, &["symbolic-ref", "-q", "--short", "HEAD"]).map_or("main".into(), |s| s.trim().to_owned()),
        };
        let mut git = Self::create(dir, &head)?;
        let alternates = dir.join("objects/info/alternates");
        let mut line = common.join("objects").into_os_string();
        line.push("\n");
        std::fs::write(&alternates, line.as_encoded_bytes()).map_err(Error::file(&alternates))?;
        let shallow = common.join("shallow");
        if shallow.exists() {
            std::fs::copy(&shallow, dir.join("shallow")).map_err(Error::file(&shallow))?;
        }
        let listed = program::run(source, &["for-each-ref", "--format=%(objectname) %(refname)", "refs/heads", "refs/tags"])?;
        let packed = format!("# pack-refs with: sorted\n{listed}");
        let path = dir.join("packed-refs");
        std::fs::write(&path, packed).map_err(Error::file(&path))?;
        git.references = parse_references(&listed);
        Ok((git, head))
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// What `name`, such as `refs/heads/main`, points at.
    pub fn reference(&self, name: &str) -> Option<&str> {
        self.references.get(name).map(String::as_str)
    }

    /// All references whose full name begins with `prefix`, by name.
    pub fn references<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.references
            .range(prefix.to_owned()..)
            .take_while(move |(name, _)| name.starts_with(prefix))
            .map(|(n, s)| (n.as_str(), s.as_str()))
    }

    pub fn branches(&self) -> impl Iterator<Item = (&str, &str)> {
        self.references("refs/heads/").map(|(name, sha)| (&name["refs/heads/".len()..], sha))
    }

    /// Points `name` at `sha`. The caller has checked what it was before.
    pub fn set_reference(&mut self, name: &str, sha: &str) -> Result<(), Error> {
        if self.write_reference(name, sha).is_err() {
            program::run(&self.dir, &["update-ref", name, sha])?;
        }
        self.references.insert(name.to_owned(), sha.to_owned());
        Ok(())
    }

    /// The reference as a file, without a process: it is complete before it has its name. Fails where git must tidy up first.
    fn write_reference(&self, name: &str, sha: &str) -> std::io::Result<()> {
        let path = self.dir.join(name);
        let draft = self.dir.join(format!("refs/tmp_{}", uuid::Uuid::new_v4().simple()));
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&draft, format!("{sha}\n"))?;
        std::fs::rename(&draft, &path).inspect_err(|_| drop(std::fs::remove_file(&draft)))
    }

    /// Whether a reference of this name cannot be made because another one's name is a folder of it, or the other way round.
    pub fn is_in_the_way_of(&self, name: &str) -> bool {
        let below = format!("{name}/");
        self.references(&below).next().is_some() || name.match_indices('/').any(|(at, _)| self.references.contains_key(&name[..at]))
    }

    pub fn delete_reference(&mut self, name: &str) -> Result<(), Error> {
        program::run(&self.dir, &["update-ref", "-d", name])?;
        self.references.remove(name);
        Ok(())
    }

    /// Whether git takes `name` for a reference.
    pub fn is_reference_name(name: &str) -> bool {
        let forbidden = |c: char| c.is_ascii_control() || " ~^:?*[\\".contains(c);
        name.starts_with("refs/")
            && name.split('/').count() >= 3
            && !name.contains(forbidden)
            && !name.contains("..")
            && !name.contains("@{")
            && name.split('/').all(|part| !part.is_empty() && !part.starts_with('.') && !part.ends_with(".lock") && !part.ends_with('.'))
    }

    pub fn object(&mut self, sha: &str) -> Result<Option<Object>, Error> {
        self.objects.read(sha)
    }

    pub fn write(&mut self, kind: Kind, bytes: &[u8]) -> Result<String, Error> {
        self.objects.write(kind, bytes)
    }

    /// Brings objects from the repository at `source` so that `sha` is here.
    pub fn fetch_from(&mut self, source: &Path, sha: &str) -> Result<(), Error> {
        if self.object(sha)?.is_some() {
            return Ok(());
        }
        let source = source.to_string_lossy().into_owned();
        program::run(&self.dir, &["-c", "protocol.file.allow=always", "fetch", "-q", "--no-write-fetch-head", &source, sha]).map(drop)
    }
}

fn parse_references(listed: &str) -> BTreeMap<String, String> {
    listed.lines().filter_map(|line| line.split_once(' ')).map(|(sha, name)| (name.to_owned(), sha.to_owned())).collect()
}

#[cfg(test)]
mod tests;
