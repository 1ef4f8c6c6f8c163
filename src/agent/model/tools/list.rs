//! `list`: what is in a folder.

use ignore::WalkBuilder;
use serde_json::json;

use super::{Arguments, Folder, Said, Tool};
use crate::agent::model::folder::said;

/// Names that are shown of one folder.
const MOST: usize = 500;

pub fn tool() -> Tool {
    Tool {
        name: "list",
        description: "Lists files below a folder, those left out that .gitignore names. Folders end in a slash.",
        schema: json!({"type": "object", "properties": {
            "path": {"type": "string", "description": "A folder, relative to the repository's root; the root if left out."},
            "depth": {"type": "integer", "description": "How many levels; 1 if left out."}
        }}),
    }
}

pub fn list(arguments: &Arguments<'_>, folder: &Folder) -> Said {
    let path = Folder::plain_folder(arguments.text("path"))?;
    let found = folder.metadata(&path).map_err(|error| said(&path, &error))?;
    if !found.is_dir() {
        return Err(format!("`{path}` is no folder: use `read`"));
    }
    let depth = usize::try_from(arguments.number("depth").unwrap_or(1)).unwrap_or(1).clamp(1, 20);
    let mut names = walk(folder, &path).max_depth(Some(depth)).build().flatten().filter_map(|entry| {
        let name = entry.path().strip_prefix(folder.root()).ok()?.to_str()?.to_owned();
        let slash = if entry.file_type().is_some_and(|kind| kind.is_dir()) { "/" } else { "" };
        (name != path && !name.is_empty()).then(|| format!("{name}{slash}"))
    });
    let mut shown: Vec<String> = names.by_ref().take(MOST).collect();
    shown.sort();
    let more = names.count();
    if more > 0 {
        shown.push(format!("… and {more} more: list a folder below, or search"));
    }
    Ok(if shown.is_empty() { "(empty)".to_owned() } else { super::fenced("names", &shown.join("\n")) })
}

/// Walks the checkout as git would see it. Nothing above it and nothing of this machine has a say, and no link is followed.
pub fn walk(folder: &Folder, path: &str) -> WalkBuilder {
    let mut walk = WalkBuilder::new(folder.root().join(path));
    walk.hidden(false).parents(false).git_global(false).git_exclude(false).require_git(false).follow_links(false);
    walk.filter_entry(|entry| entry.file_name() != ".git").sort_by_file_name(Ord::cmp);
    walk
}
