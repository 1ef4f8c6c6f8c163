//! Which files an exact edit makes, changes and takes away.

use super::Change;
use super::edits::diff;

/// What becomes of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Made,
    Changed,
    /// Written whole, whether it was there or not.
    Written,
    Gone,
}

/// The files of a change in order, as it names them.
pub fn of_change(change: &Change) -> Vec<(String, Fate)> {
    match change {
        Change::WholeFile { path, .. } => vec![(path.clone(), Fate::Written)],
        Change::SearchReplace { path, replacements } => {
            let fate = if replacements.first().is_some_and(|first| first.search.is_empty()) { Fate::Made } else { Fate::Changed };
            vec![(path.clone(), fate)]
        }
        Change::Diff { text, file } => {
            diff::parse_block(text, file.as_deref()).unwrap_or_default().into_iter().flat_map(of_patch).collect()
        }
        Change::Broken { path, .. } => {
            Some(path).filter(|path| !path.is_empty()).map(|path| (path.clone(), Fate::Written)).into_iter().collect()
        }
    }
}

/// The files that a change makes or changes.
pub fn written_by(change: &Change) -> Vec<String> {
    of_change(change).into_iter().filter(|(_, fate)| *fate != Fate::Gone).map(|(path, _)| path).collect()
}

fn of_patch(patch: diff::FilePatch) -> Vec<(String, Fate)> {
    match (patch.old, patch.new) {
        (None, Some(new)) => vec![(new, Fate::Made)],
        (Some(old), None) => vec![(old, Fate::Gone)],
        (Some(old), Some(new)) if old == new => vec![(new, Fate::Changed)],
        (Some(old), Some(new)) if patch.origin == diff::Origin::Renamed => vec![(old, Fate::Gone), (new, Fate::Made)],
        (_, Some(new)) => vec![(new, Fate::Made)],
        (None, None) => Vec::new(),
    }
}
