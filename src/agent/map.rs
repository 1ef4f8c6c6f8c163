//! A map of the repository in a bounded number of words: its folders with their files, and what is declared in the files that matter most.

use std::collections::BTreeMap;
use std::path::Path;

use ignore::WalkBuilder;

use crate::guard::syntax;

/// Bytes of the tree, and of what is declared.
const TREE: usize = 12_000;
const DECLARED: usize = 12_000;
/// Larger files are not looked into.
const LARGEST: u64 = 256 * 1024;
/// Files that are looked into, at most.
const LOOKED_INTO: usize = 400;

/// Answers the declarations of a file, one a line, given its path and its text.
pub type Symbols = fn(&str, &str) -> Vec<String>;

/// The map. Files that a step names come first, then those beside them.
pub fn of(root: &Path, named: &[String], symbols: Symbols) -> String {
    let files = files(root);
    let tree = tree(&files);
    let declared = declared(root, &files, named, symbols);
    if declared.is_empty() { tree } else { format!("{tree}\n\nDeclared in them:\n{declared}") }
}

/// The declarations that our grammars see, each by the line that begins it.
pub fn declarations(path: &str, text: &str) -> Vec<String> {
    let shown = |symbol: syntax::Symbol| format!("{}: {}", symbol.line, symbol.signature_line.chars().take(160).collect::<String>());
    syntax::symbols(path, text).into_iter().map(shown).collect()
}

fn files(root: &Path) -> Vec<String> {
    let mut walk = WalkBuilder::new(root);
    walk.hidden(false).parents(false).git_global(false).git_exclude(false).require_git(false).follow_links(false);
    let walk = walk.filter_entry(|entry| entry.file_name() != ".git").build().flatten();
    let files = walk.filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()));
    let mut paths: Vec<String> = files.filter_map(|entry| Some(entry.path().strip_prefix(root).ok()?.to_str()?.to_owned())).collect();
    paths.sort();
    paths
}

/// One line a folder. Where that is too much, the deepest folders are counted instead of listed.
fn tree(files: &[String]) -> String {
    let deepest = files.iter().map(|path| path.matches('/').count()).max().unwrap_or(0);
    let drawn = (0..=deepest).rev().map(|depth| drawn(files, depth)).find(|text| text.len() <= TREE);
    drawn.unwrap_or_else(|| cut(&drawn_to_the_root(files)))
}

fn drawn(files: &[String], depth: usize) -> String {
    let mut folders: BTreeMap<String, (Vec<&str>, usize)> = BTreeMap::new();
    for path in files {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let levels: Vec<&str> = folder.split('/').filter(|level| !level.is_empty()).collect();
        if levels.len() <= depth {
            folders.entry(levels.join("/")).or_default().0.push(name);
        } else {
            folders.entry(levels.iter().take(depth).copied().collect::<Vec<_>>().join("/")).or_default().1 += 1;
        }
    }
    let line = |(folder, (names, below)): (&String, &(Vec<&str>, usize))| {
        let more = if *below > 0 { format!(" … and {below} files in folders below") } else { String::new() };
        format!("{}/ {}{more}", if folder.is_empty() { "." } else { folder }, names.join(" "))
    };
    folders.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn drawn_to_the_root(files: &[String]) -> String {
    drawn(files, 0)
}

fn declared(root: &Path, files: &[String], named: &[String], symbols: Symbols) -> String {
    let folder = |path: &str| path.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned());
    let beside: Vec<String> = named.iter().map(|path| folder(path)).collect();
    let rank = |path: &&String| match (named.contains(path), beside.contains(&folder(path))) {
        (true, _) => 0,
        (false, true) => 1,
        (false, false) => 2 + path.matches('/').count(),
    };
    let mut ranked: Vec<&String> = files.iter().collect();
    ranked.sort_by_key(rank);
    let mut text = String::new();
    for path in ranked.into_iter().take(LOOKED_INTO) {
        let full = root.join(path);
        if std::fs::symlink_metadata(&full).map_or(true, |found| !found.is_file() || found.len() > LARGEST) {
            continue;
        }
        let Ok(content) = std::fs::read_to_string(&full) else { continue };
        let found = symbols(path, &content);
        if found.is_empty() {
            continue;
        }
        let entry = format!("{path}\n  {}\n", found.join("\n  "));
        if text.len() + entry.len() > DECLARED {
            text.push_str("… and more, in other files\n");
            break;
        }
        text.push_str(&entry);
    }
    text.trim_end().to_owned()
}

fn cut(text: &str) -> String {
    let end = (0..=TREE.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    format!("{} …", text.get(..end).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_repository_is_drawn_whole_with_what_the_step_names_first() {
        let scratch = tempfile::tempdir().unwrap();
        let root = scratch.path();
        for path in ["README.md", "src/lib.rs", "src/web/page.rs", "target/out.rs", ".gitignore"] {
            std::fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
            std::fs::write(root.join(path), if path == ".gitignore" { "target/\n" } else { "fn f() {}" }).unwrap();
        }
        let map = of(root, &["src/web/page.rs".into()], |path, _| if path.ends_with(".rs") { vec!["fn f".into()] } else { Vec::new() });
        expect_test::expect![[r"
            ./ .gitignore README.md
            src/ lib.rs
            src/web/ page.rs

            Declared in them:
            src/web/page.rs
              fn f
            src/lib.rs
              fn f"]]
        .assert_eq(&map);
    }

    #[test]
    fn a_large_repository_is_drawn_as_deep_as_there_is_room() {
        let files: Vec<String> = (0..40_000).map(|at| format!("a{}/b{}/file{at}.rs", at % 10, at % 100)).collect();
        let tree = tree(&files);
        assert!(tree.len() <= TREE && tree.contains("a3/  … and 4000 files"), "{tree}");
    }
}
