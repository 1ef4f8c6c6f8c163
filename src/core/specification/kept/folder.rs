//! Which files of a folder are read.

use super::references::Reference;
use super::shapes::{Part, part, shape};
use crate::specification::{Gap, gaps};

/// At most so many files of a folder are read.
pub const MOST_FILES: usize = 12;

/// A larger file is not read as a specification.
pub const MOST_BYTES: usize = 512 * 1024;

/// The files that make up a specification.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Folder {
    /// In the order of their importance: the steps first. Empty if there is nothing to read.
    pub files: Vec<String>,
    /// What is not there, as questions.
    pub gaps: Vec<Gap>,
}

/// Which files are to be read, given the paths of all files at the base.
pub fn folder_of<S: AsRef<str>>(reference: &Reference, tree: &[S]) -> Folder {
    let tree: Vec<&str> = tree.iter().map(AsRef::as_ref).collect();
    let Some(root) = there(&reference.path, &tree) else {
        let archived = archived(&reference.path, &tree);
        return Folder { files: Vec::new(), gaps: vec![gaps::missing_reference(&reference.path, archived.as_deref(), reference.line)] };
    };
    let mut files: Vec<&str> = if tree.contains(&root.as_str()) {
        vec![root.as_str()]
    } else {
        let inside = format!("{root}/");
        tree.iter().copied().filter(|path| path.starts_with(&inside) && is_read(path)).collect()
    };
    files.sort_by_key(|path| (part(path), !reference.also.iter().any(|named| named == path), depth(path), *path));
    let others = reference.also.iter().filter(|named| !named.starts_with(&format!("{root}/")) && tree.contains(&named.as_str()));
    files.extend(others.map(String::as_str));
    let mut gaps = Vec::new();
    if files.is_empty() {
        gaps.push(gaps::nothing_to_read(&root, reference.line));
    }
    if files.len() > MOST_FILES {
        gaps.push(gaps::files_left_out(&root, MOST_FILES, files.len(), reference.line));
    }
    files.truncate(MOST_FILES);
    Folder { files: files.into_iter().map(str::to_owned).collect(), gaps }
}

/// The path as it is spelt at the base. What a link says may begin with a part of a branch's name. Spec Kit's folders are known by their number: `specs/004` means `specs/004-name`, if only one has it.
fn there(path: &str, tree: &[&str]) -> Option<String> {
    let inside = format!("{path}/");
    if tree.iter().any(|known| *known == path || known.starts_with(&inside)) {
        return Some(path.to_owned());
    }
    if let Some((_, rest)) = path.split_once('/').filter(|(_, rest)| shape(rest).is_some()) {
        return there(rest, tree);
    }
    let numbered = path.rsplit('/').next()?.chars().all(|char| char.is_ascii_digit());
    let begins = format!("{path}-");
    let mut roots: Vec<&str> = tree
        .iter()
        .filter(|known| numbered && known.starts_with(&begins))
        .filter_map(|known| known.get(..begins.len() + known.get(begins.len()..)?.find('/')?))
        .collect();
    roots.sort_unstable();
    roots.dedup();
    if let [only] = roots.as_slice() { Some((*only).to_owned()) } else { None }
}

/// Where a change of OpenSpec lies that was put away as done.
fn archived(path: &str, tree: &[&str]) -> Option<String> {
    let (changes, name) = path.rsplit_once('/')?;
    let begins = format!("{changes}/archive/");
    let found = tree.iter().find_map(|known| {
        let folder = known.strip_prefix(&begins)?.split('/').next()?;
        folder.ends_with(&format!("-{name}")).then(|| format!("{begins}{folder}"))
    });
    found.filter(|_| changes.ends_with("openspec/changes"))
}

/// Texts only; a folder of a phase has summaries of what was done, and reports, beside its plans.
fn is_read(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    let done = ["summary.md", "verification.md", "readme.md", "changelog.md"].iter().any(|end| name.ends_with(end));
    let checklist = path.contains("/checklists/");
    name.ends_with(".md") && !done && !checklist && part(path) <= Part::Background
}

fn depth(path: &str) -> usize {
    path.matches('/').count()
}
