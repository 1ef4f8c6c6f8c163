//! Whether the files that the steps speak of fit a repository.
//!
//! Only plain words are judged here ("Modify: `a.rs`", "create `b.rs`", "Add this to `c.rs`:"): whether an exact edit applies is found out by applying it.

use std::collections::BTreeMap;

use super::document::{Document, Kind};
use super::paths::in_line;
use super::pattern::Pattern;
use super::touched::{Fate, of_change};
use super::{Change, Gap, Specification, Step, gaps};

/// The steps that say that they change a file which is not there, or make one which is. `exists` tells what the base has;
/// what earlier steps make, move and delete is taken into account.
pub fn check_files(specification: &Specification, exists: impl Fn(&str) -> bool) -> Vec<Gap> {
    let mut found = Vec::new();
    let mut made: BTreeMap<String, bool> = BTreeMap::new();
    for step in &specification.steps {
        let exact: Vec<(String, Fate)> = step.edits.iter().flat_map(|edit| of_change(&edit.change)).collect();
        if !step.done && !step.no_code_change {
            let spoken = said(step);
            for (path, fate, sure) in &spoken {
                let there = made.get(path).copied().unwrap_or_else(|| exists(path));
                let by_an_edit = exact.iter().any(|(other, _)| other == path);
                // Two sentences about one file: the step makes it, and then goes on about it.
                let made_here = spoken.iter().any(|(other, fate, ..)| other == path && *fate == Fate::Made);
                match fate {
                    _ if by_an_edit => {}
                    Fate::Changed | Fate::Gone if !there && !made_here => {
                        found.push(gaps::missing_file(&step.number, path, step.line, *sure))
                    }
                    Fate::Made if there => found.push(gaps::existing_file(&step.number, path, step.line, *sure)),
                    Fate::Changed | Fate::Gone | Fate::Made | Fate::Written => {}
                }
            }
            for (path, fate, ..) in spoken {
                made.insert(path, fate != Fate::Gone);
            }
        }
        for edit in step.edits.iter().filter(|_| !step.done) {
            let (Some(said), Change::WholeFile { path, .. }) = (&edit.part, &edit.change) else { continue };
            if made.get(path).copied().unwrap_or_else(|| exists(path)) {
                found.push(gaps::part_of_a_file(&step.number, path, said, edit.line));
            }
        }
        for (path, fate) in exact {
            made.insert(path, fate != Fate::Gone);
        }
        // A file that is named in some other way is taken to be there from then on.
        for path in &step.files {
            made.entry(path.clone()).or_insert_with(|| true);
        }
    }
    found.dedup_by(|one, other| one.question == other.question);
    found
}

/// What the words of a step say about files: path, fate, and whether it is an entry of a list ("Modify: …").
fn said(step: &Step) -> Vec<(String, Fate, bool)> {
    let mut found = line(&step.title);
    let document = Document::read(&step.instructions);
    for (_, text) in document.range(0, document.lines.len()) {
        if matches!(text.kind, Kind::Item(_) | Kind::Text | Kind::Heading { .. }) {
            found.extend(line(text.raw));
        }
    }
    let mut seen: Vec<String> = Vec::new();
    found.retain(|(path, ..)| {
        let new = step.files.contains(path) && !seen.contains(path);
        seen.push(path.clone());
        new
    });
    found
}

fn line(text: &str) -> Vec<(String, Fate, bool)> {
    static ENTRY: Pattern = Pattern::new(
        r"(?i)^[\s*_+•-]*(?:\[[ x]\]\s*)?(?:(?P<made>create|new|new file|add)|(?P<changed>modify|update|edit|change|extend)|(?P<gone>delete|remove))[*_]*\s*[:：]",
    );
    static NEW: Pattern = Pattern::new(r"(?i)\((?:new|new file|create|created)\b");
    static CHANGED: Pattern = Pattern::new(r"(?i)\((?:modify|modified|update|updated|edit|existing)\b");
    let named = in_line(text);
    if named.is_empty() || text.len() > 2000 {
        return Vec::new();
    }
    let is = |pattern: &Pattern| pattern.is_in(text);
    let entry = ENTRY.captures(text).and_then(|entry| {
        let has = |name: &str| entry.name(name).is_some();
        if has("made") {
            Some(Fate::Made)
        } else if has("changed") {
            Some(Fate::Changed)
        } else {
            has("gone").then_some(Fate::Gone)
        }
    });
    let marked = if is(&NEW) { Some(Fate::Made) } else { is(&CHANGED).then_some(Fate::Changed) };
    if let Some(fate) = entry.or(marked) {
        return named.into_iter().map(|named| (named.path, fate, true)).collect();
    }
    // In a sentence only the word right before the path counts, and only where the path says where the file is.
    named
        .into_iter()
        .filter(|named| named.path.contains('/'))
        .filter_map(|named| told(&named.before).map(|fate| (named.path, fate, false)))
        .collect()
}

fn told(before: &str) -> Option<Fate> {
    let bare = before.trim_end_matches(|char: char| !char.is_alphanumeric()).to_lowercase();
    let ends = |words: &[&str]| {
        words.iter().any(|word| bare == *word || bare.ends_with(&format!(" {word}")) || bare.ends_with(&format!("[{word}")))
    };
    if ends(&["create", "create a new file", "create file", "create the file", "new file", "add a new file"]) {
        Some(Fate::Made)
    } else if ends(&["modify", "edit", "update"]) {
        Some(Fate::Changed)
    } else {
        ends(&["delete", "remove"]).then_some(Fate::Gone)
    }
}
