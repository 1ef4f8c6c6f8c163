//! Search/replace: each text must stand in the file exactly once, from the start of a line.

use std::collections::BTreeSet;

use super::draft::Draft;
use super::endings::Ends;
use super::refusal::{Obstacle, Reason};
use super::texts::{self, Found};
use super::{Failure, endings, similar};
use crate::domain::Mode;
use crate::specification::Replacement;

pub fn apply(path: &str, replacements: &[Replacement], line: usize, draft: &mut Draft<'_>) -> Result<(), Failure> {
    let here = |obstacle: Obstacle| obstacle.at(path, line, "");
    draft.check(path, &BTreeSet::new()).map_err(here)?;
    let mut file = draft.regular(path).map_err(here)?.map(|file| (file.mode, file.bytes));
    for replacement in replacements {
        let place = similar::first_line(&replacement.search);
        let there = |reason: Reason| Obstacle::from(reason).at(path, replacement.line, &place);
        file = Some(match file.take() {
            None if replacement.search.is_empty() => {
                let content = endings::of_new_file(path, replacement.replace.clone().into_bytes(), draft);
                (Mode::Regular, content.map_err(|error| here(error.into()))?)
            }
            None => return Err(there(draft.missing(path))),
            Some(_) if replacement.search.is_empty() => return Err(there(Reason::Exists)),
            Some((mode, bytes)) => (mode, replace(&bytes, &replacement.search, &replacement.replace).map_err(there)?),
        });
    }
    match file {
        Some((mode, bytes)) => draft.write(path, mode, bytes).map_err(here),
        None => Err(here(Reason::Unreadable("the block holds no search/replace part".into()).into())),
    }
}

/// The text with the one occurrence of `search` replaced. Line ends follow the file's, and its byte order mark stays.
pub fn replace(text: &[u8], search: &str, replacement: &str) -> Result<Vec<u8>, Reason> {
    let ends = Ends::of(text);
    if let Some(search) = ends.put(search) {
        let put = ends.put(replacement);
        return as_it_stands(text, &search, put.as_deref().unwrap_or(replacement));
    }
    as_it_stands(text, search, replacement)
}

fn as_it_stands(text: &[u8], search: &str, replacement: &str) -> Result<Vec<u8>, Reason> {
    let (mark, rest) = endings::without_mark(text);
    if !mark.is_empty() && !search.starts_with('\u{feff}') && rest.starts_with(search.as_bytes()) {
        let changed = once(rest, search, replacement.strip_prefix('\u{feff}').unwrap_or(replacement))?;
        return Ok([mark, changed.as_slice()].concat());
    }
    once(text, search, replacement)
}

fn once(text: &[u8], search: &str, replacement: &str) -> Result<Vec<u8>, Reason> {
    let at = match texts::find(text, search.as_bytes()) {
        Found::Once(at) => at,
        found @ (Found::Never | Found::Often(..)) => return Err(reason(&found, text, search, replacement)),
    };
    let (before, rest) = text.split_at_checked(at).unwrap_or((text, b""));
    let after = rest.get(search.len()..).unwrap_or_default();
    Ok([before, replacement.as_bytes(), after].concat())
}

/// Why a text is not there exactly once.
pub fn reason(found: &Found, text: &[u8], old: &str, new: &str) -> Reason {
    match found {
        Found::Often(places, more) => {
            let lines = places.iter().map(|at| texts::line_of(text, *at)).collect();
            Reason::Ambiguous { lines, more: *more }
        }
        Found::Never | Found::Once(_) => {
            let there = !new.trim().is_empty() && new != old && texts::find(text, new.as_bytes()) != Found::Never;
            if there { Reason::AlreadyApplied } else { Reason::NotFound(similar::hint(text, old.as_bytes())) }
        }
    }
}
