//! A text diff's hunks on one file.
//!
//! If every hunk fits the file at its line number, the numbers are right and are taken. If one does not, none is trusted: then each
//! hunk's old text must occur exactly once. No fuzz.

use super::endings::{self, Ends};
use super::refusal::Reason;
use super::search;
use super::texts::{self, Found};
use crate::specification::edits::diff::{Hunk, Line, LineKind};

/// A hunk that does not fit: its line in the block, and why.
pub struct Misfit {
    pub hunk: Hunk,
    pub reason: Reason,
}

struct Place<'a> {
    hunk: &'a Hunk,
    start: usize,
    end: usize,
}

/// The text after all hunks. Line ends follow the file's, and its byte order mark stays.
pub fn apply(text: &[u8], hunks: &[Hunk]) -> Result<Vec<u8>, Misfit> {
    let put = with_ends_of(text, hunks);
    let hunks = put.as_deref().unwrap_or(hunks);
    let (mark, rest) = endings::without_mark(text);
    let marked = hunks.iter().any(|hunk| hunk.lines.iter().any(|line| line.kind != LineKind::Add && line.text.starts_with('\u{feff}')));
    if mark.is_empty() || marked {
        return as_they_stand(text, hunks);
    }
    Ok([mark, as_they_stand(rest, hunks)?.as_slice()].concat())
}

/// The hunks with the line ends of the file, where they have the other ones throughout.
fn with_ends_of(text: &[u8], hunks: &[Hunk]) -> Option<Vec<Hunk>> {
    let ends = Ends::of(text);
    let old: String = hunks.iter().map(Hunk::old_text).collect();
    ends.put(&old)?;
    let put = |line: &Line| {
        let bare = line.text.strip_suffix('\r').unwrap_or(&line.text);
        let text = if ends == Ends::Crlf && line.newline { format!("{bare}\r") } else { bare.to_owned() };
        Line { text, ..line.clone() }
    };
    Some(hunks.iter().map(|hunk| Hunk { lines: hunk.lines.iter().map(put).collect(), ..hunk.clone() }).collect())
}

fn as_they_stand(text: &[u8], hunks: &[Hunk]) -> Result<Vec<u8>, Misfit> {
    let mut places = match by_number(text, hunks) {
        Some(places) => places,
        None => hunks.iter().map(|hunk| by_text(text, hunk)).collect::<Result<_, _>>()?,
    };
    places.sort_by_key(|place| (place.start, place.end));
    let mut result = Vec::with_capacity(text.len());
    let mut done = 0;
    for place in places {
        let Some(kept) = text.get(done..place.start) else {
            return Err(Misfit { hunk: place.hunk.clone(), reason: Reason::Overlap });
        };
        result.extend_from_slice(kept);
        result.extend_from_slice(place.hunk.new_text().as_bytes());
        done = place.end;
    }
    result.extend_from_slice(text.get(done..).unwrap_or_default());
    Ok(result)
}

/// All hunks at their numbers, or `None`.
fn by_number<'a>(text: &[u8], hunks: &'a [Hunk]) -> Option<Vec<Place<'a>>> {
    let mut places = Vec::with_capacity(hunks.len());
    // Lines are counted on from the hunk before, so that a large file is walked through once.
    let (mut line, mut byte) = (1, 0);
    for hunk in hunks {
        let old = hunk.old_text();
        let start = if old.is_empty() && text.is_empty() && hunk.old_start == Some(0) {
            0
        } else {
            let number = hunk.old_start.filter(|number| *number >= line && !old.is_empty())?;
            byte += texts::start_of(text.get(byte..)?, number - line + 1)?;
            line = number;
            byte
        };
        if !texts::fits(text, old.as_bytes(), start) {
            return None;
        }
        places.push(Place { hunk, start, end: start + old.len() });
    }
    Some(places)
}

fn by_text<'a>(text: &[u8], hunk: &'a Hunk) -> Result<Place<'a>, Misfit> {
    let old = hunk.old_text();
    if old.is_empty() && !text.is_empty() {
        return Err(Misfit { hunk: hunk.clone(), reason: Reason::NoContext });
    }
    // A last line without newline can only be the file's last; yet authors lose the remark, so that the same text elsewhere is doubt.
    let found = match texts::find_beginnings(text, old.as_bytes()) {
        often @ Found::Often(..) => often,
        Found::Never | Found::Once(_) => texts::find(text, old.as_bytes()),
    };
    match found {
        Found::Once(start) if !must_begin(hunk) || start == 0 => Ok(Place { hunk, start, end: start + old.len() }),
        Found::Once(_) => Err(Misfit {
            hunk: hunk.clone(),
            reason: Reason::NotFound(Some("it is, but not at the beginning, where the hunk belongs".into())),
        }),
        found @ (Found::Never | Found::Often(..)) => {
            Err(Misfit { hunk: hunk.clone(), reason: search::reason(&found, text, &old, &hunk.new_text()) })
        }
    }
}

/// A hunk for line 1 that has no context before its change is meant for the beginning of the file.
fn must_begin(hunk: &Hunk) -> bool {
    hunk.old_start == Some(1) && hunk.lines.first().is_some_and(|line| line.kind != LineKind::Keep)
}
