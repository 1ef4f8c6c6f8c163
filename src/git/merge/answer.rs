//! What `git merge-tree -z` prints: the tree, the files in conflict with their three stages, and what git says of them.

use std::collections::BTreeMap;

use super::{OURS, THEIRS};
use crate::domain::{ConflictKind, Mode};

pub struct Answer {
    /// The object id of the merged files' tree.
    pub tree: String,
    stages: Vec<Stage>,
    told: Vec<Told>,
}

/// A file as one of the three commits has it: 1 before both, 2 ours, 3 theirs.
struct Stage {
    mode: Option<Mode>,
    id: String,
    number: char,
    path: Vec<u8>,
}

/// What git says of some paths; the kind is one of its fixed words.
struct Told {
    paths: Vec<Vec<u8>>,
    kind: String,
}

/// A file in conflict, with the object ids of both sides.
#[derive(Debug, PartialEq, Eq)]
pub struct Found {
    pub path: String,
    pub kind: ConflictKind,
    pub ours: Option<String>,
    pub theirs: Option<String>,
}

/// `None` when it is not such an answer.
pub fn read(output: &[u8]) -> Option<Answer> {
    let mut records = output.split(|byte| *byte == 0);
    let text = |record: &[u8]| String::from_utf8(record.to_vec()).ok();
    let tree = text(records.next()?)?;
    let mut stages = Vec::new();
    for record in records.by_ref().take_while(|record| !record.is_empty()) {
        let tab = record.iter().position(|byte| *byte == b'\t')?;
        let (head, path) = record.split_at_checked(tab)?;
        let mut words = std::str::from_utf8(head).ok()?.split(' ');
        let (mode, id, number) = (words.next()?, words.next()?, words.next()?.chars().next()?);
        stages.push(Stage { mode: Mode::from_git(mode), id: id.to_owned(), number, path: path.get(1..)?.to_vec() });
    }
    let mut told = Vec::new();
    while let Some(count) = records.next().filter(|record| !record.is_empty()) {
        let count: usize = text(count)?.parse().ok()?;
        let paths = (0..count).map(|_| records.next().map(<[u8]>::to_vec)).collect::<Option<Vec<_>>>()?;
        let kind = text(records.next()?)?;
        records.next()?;
        told.push(Told { paths, kind });
    }
    Some(Answer { tree, stages, told })
}

impl Answer {
    /// The files in conflict, by path.
    pub fn conflicts(&self) -> Vec<Found> {
        let mut paths: BTreeMap<&[u8], Vec<&Stage>> = BTreeMap::new();
        for stage in &self.stages {
            paths.entry(&stage.path).or_default().push(stage);
        }
        paths.into_iter().map(|(path, stages)| self.found(path, &stages)).collect()
    }

    fn found(&self, path: &[u8], stages: &[&Stage]) -> Found {
        let id = |number: char| stages.iter().find(|stage| stage.number == number).map(|stage| stage.id.clone());
        let (ours, theirs) = (id('2'), id('3'));
        let submodule = stages.iter().any(|stage| stage.mode == Some(Mode::Submodule));
        let kinds: Vec<&str> =
            self.told.iter().filter(|told| told.paths.iter().any(|p| p == path)).map(|told| told.kind.as_str()).collect();
        let says = |words: &str| kinds.iter().any(|kind| kind.starts_with("CONFLICT") && kind.contains(words));
        let named = std::str::from_utf8(path);
        let kind = match (ours.is_some(), theirs.is_some()) {
            _ if named.is_err() => ConflictKind::Nameless,
            _ if submodule || says("submodule") => ConflictKind::Submodule,
            _ if says("binary") => ConflictKind::Binary,
            _ if says("file/directory") => ConflictKind::Directory,
            _ if says("distinct") => ConflictKind::OtherKind,
            _ if says("rename") => ConflictKind::Renamed,
            (true, false) if says("delete") => ConflictKind::DeletedByThem,
            (false, true) if says("delete") => ConflictKind::DeletedByUs,
            (true, true) if says("contents") => ConflictKind::Text,
            _ => ConflictKind::Other,
        };
        let path = named.map_or_else(|_| String::from_utf8_lossy(path).into_owned(), str::to_owned);
        Found { path: without_side(&path, kind).to_owned(), kind, ours, theirs }
    }
}

/// git moves a file that is in the way out of it, and puts the side behind its name.
fn without_side(path: &str, kind: ConflictKind) -> &str {
    if !matches!(kind, ConflictKind::Directory | ConflictKind::OtherKind) {
        return path;
    }
    [OURS, THEIRS].iter().find_map(|side| path.strip_suffix(side)?.strip_suffix('~')).unwrap_or(path)
}
