//! What a repository itself says about how to work in it: the files that people write for agents and for contributors, read from the checkout.
//!
//! Nothing here believes them: they go to a model as data, and each is cut to a bounded size.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::Path;

use cap_std::ambient_authority;
use cap_std::fs::Dir;

use super::redact::redact;
use crate::domain::Untrusted;
use crate::prose::model::Guidance;

/// Read at the root, in this order.
const FILES: [&str; 8] = [
    "AGENTS.md",
    "CLAUDE.md",
    ".github/copilot-instructions.md",
    "CONTRIBUTING.md",
    ".github/CONTRIBUTING.md",
    "docs/CONTRIBUTING.md",
    ".cursorrules",
    ".editorconfig",
];
const RULES: &str = ".cursor/rules";
/// Bytes of one file, and of all.
const ONE: usize = 16_000;
const ALL: usize = 48_000;

/// The guidance that concerns files `named` by a step: what stands at the root, and the `AGENTS.md` of their folders.
pub fn read(root: &Path, named: &[String]) -> Vec<Guidance> {
    let Ok(dir) = Dir::open_ambient_dir(root, ambient_authority()) else { return Vec::new() };
    let paths = FILES.iter().map(|path| (*path).to_owned()).chain(nearby(named)).chain(rules(&dir));
    let (mut found, mut seen, mut room): (Vec<Guidance>, _, _) = (Vec::new(), BTreeSet::new(), ALL);
    for path in paths {
        let Some(text) = text(&dir, &path).filter(|text| !text.trim().is_empty()) else { continue };
        // `CLAUDE.md` is often a link to `AGENTS.md`.
        if room == 0 || !seen.insert(text.clone()) {
            continue;
        }
        let text = cut(&redact(&text), ONE.min(room));
        room = room.saturating_sub(text.len());
        found.push(Guidance { path, text: Untrusted::new(text) });
    }
    found
}

/// `AGENTS.md` in each folder above a named file, the root's aside.
fn nearby(named: &[String]) -> BTreeSet<String> {
    let folders = named.iter().flat_map(|path| path.match_indices('/').filter_map(|(end, _)| path.get(..end)));
    folders.map(|folder| format!("{folder}/AGENTS.md")).collect()
}

fn rules(dir: &Dir) -> BTreeSet<String> {
    let entries = dir.read_dir(RULES).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    names.filter(|name| name.ends_with(".mdc") || name.ends_with(".md")).map(|name| format!("{RULES}/{name}")).take(20).collect()
}

fn text(dir: &Dir, path: &str) -> Option<String> {
    dir.metadata(path).ok().filter(cap_std::fs::Metadata::is_file)?;
    let mut bytes = Vec::new();
    dir.open(path).ok()?.take(ONE as u64 + 1).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

fn cut(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let end = (0..=most).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    format!("{}\n… (cut here; the file is longer)", text.get(..end).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_concerns_the_step_is_read_once_bounded_and_never_from_outside() {
        let scratch = tempfile::tempdir().unwrap();
        let root = scratch.path().join("site");
        std::fs::create_dir_all(root.join(".cursor/rules")).unwrap();
        std::fs::create_dir_all(root.join("web/ui")).unwrap();
        let write = |path: &str, text: &str| std::fs::write(root.join(path), text).unwrap();
        write("AGENTS.md", "Use tabs.");
        std::os::unix::fs::symlink("AGENTS.md", root.join("CLAUDE.md")).unwrap();
        std::fs::write(scratch.path().join("outside"), "secret").unwrap();
        std::os::unix::fs::symlink("../outside", root.join("CONTRIBUTING.md")).unwrap();
        write(".editorconfig", &"x".repeat(ONE * 2));
        write(".cursor/rules/style.mdc", "Short names.");
        write("web/AGENTS.md", "No inline styles.");
        let found = read(&root, &["web/ui/button.ts".into()]);
        let paths: Vec<&str> = found.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, ["AGENTS.md", ".editorconfig", "web/AGENTS.md", ".cursor/rules/style.mdc"]);
        assert!(found[1].text.as_data().len() < ONE + 100);
    }
}
