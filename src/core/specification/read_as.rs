//! What is read a little differently than it is written, because it has one meaning: told, and nothing waits for it.

use super::document::Document;
use super::edits::names_a_file;
use super::forms::Draft;
use super::pattern::Pattern;
use super::touched::of_change;
use super::{Gap, Step, gaps};

/// The files of a step's exact edits whose names are written with backslashes, or with lines that the edit itself makes needless.
pub fn find(document: &Document<'_>, draft: &Draft, step: &Step) -> Vec<Gap> {
    let mut found: Vec<Gap> = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    for path in step.edits.iter().flat_map(|edit| of_change(&edit.change)).map(|(path, _)| path) {
        if seen.contains(&path) {
            continue;
        }
        let turned = path.replace('/', "\\");
        let names = |at: usize, raw: &str| document.fences.iter().any(|fence| fence.line == at + 1) || names_a_file(raw);
        for (at, line) in document.range(draft.at, draft.end).filter(|(at, line)| names(*at, line.raw)) {
            if turned != path && line.raw.contains(&turned) {
                found.push(gaps::read_as(&turned, &path, at + 1));
                break;
            }
            if let Some(lines) = line.raw.split_once(&path).and_then(|(_, after)| lines(after)) {
                found.push(gaps::lines_not_needed(&path, lines, at + 1));
                break;
            }
        }
        seen.push(path);
    }
    found
}

/// The lines that are named right behind a path.
fn lines(after: &str) -> Option<&str> {
    static LINES: Pattern = Pattern::new(r"^(?:(?::L?|#L)\d+(?:\s?[-–—]\s?L?\d+)?)");
    LINES.find(after).map(|found| found.as_str())
}
