//! What cannot be meant although each block can be read: a file written whole twice in one step, and new text that leaves something out.

use super::omission::skeleton_line;
use super::{broken, diff};
use crate::specification::{Change, Edit};

/// Turns every whole text for a file that an earlier block of the step writes whole into a question.
pub fn refuse(edits: &mut [Edit]) {
    for at in 1..edits.len() {
        let (before, rest) = edits.split_at_mut(at);
        let Some(edit) = rest.first_mut() else { return };
        let Change::WholeFile { path, .. } = &edit.change else { continue };
        let writes = |other: &&Edit| matches!(&other.change, Change::WholeFile { path: first, .. } if first == path);
        if let Some(first) = before.iter().find(writes) {
            let reason = format!(
                "the step has two whole texts for the same file, in the blocks of lines {} and {}: the one that is to be written should stand \
                 alone",
                first.line, edit.line
            );
            edit.change = broken(path, &reason);
        }
    }
}

/// The file, the line of the specification and the words with which a change leaves out a part of what it writes: words that the text
/// before it does not have.
pub fn left_out(change: &Change, line: usize) -> Option<(String, usize, String)> {
    match change {
        Change::WholeFile { .. } | Change::Broken { .. } => None,
        Change::SearchReplace { path, replacements } => replacements.iter().find_map(|part| {
            let (at, said) = new_omission(path, part.replace.lines(), &part.search)?;
            Some((path.clone(), part.line + part.search.lines().count() + 2 + at, said))
        }),
        Change::Diff { text, file } => diff::parse_block(text, file.as_deref()).unwrap_or_default().iter().find_map(|patch| {
            let path = patch.new.as_ref()?;
            let diff::Body::Text(hunks) = &patch.body else { return None };
            hunks.iter().find_map(|hunk| {
                let added = hunk.lines.iter().enumerate().filter(|(_, line)| line.kind == diff::LineKind::Add);
                let (at, said) = added
                    .filter(|(_, added)| !hunk.old_text().contains(added.text.trim()))
                    .find_map(|(at, added)| skeleton_line(path, &added.text).map(|_| (at, added.text.trim().to_owned())))?;
                Some((path.clone(), line + hunk.line + at + 1, said))
            })
        }),
    }
}

fn new_omission<'a>(path: &str, mut lines: impl Iterator<Item = &'a str>, before: &str) -> Option<(usize, String)> {
    let mut at = 0;
    lines.find_map(|line| {
        at += 1;
        (skeleton_line(path, line).is_some() && !before.contains(line.trim())).then(|| (at - 1, line.trim().to_owned()))
    })
}
