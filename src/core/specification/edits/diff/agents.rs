//! Patches as coding agents write them.
//!
//! ```text
//! patch  = "*** Begin Patch" { file } "*** End Patch"
//! file   = "*** Add File: " path { "+" line }
//!        | "*** Delete File: " path
//!        | "*** Update File: " path [ "*** Move to: " path ] { "@@" [ words ] lines [ "*** End of File" ] }
//! ```
//!
//! Its hunks have no numbers: each is found by its text alone. The words after `@@` are not needed for that.

use super::hunk::{Hunk, Line, LineKind, body_line};
use super::sections::shortened;
use super::{Body, FilePatch, Origin, Unreadable};

const FILES: [&str; 3] = ["*** Add File: ", "*** Update File: ", "*** Delete File: "];

/// Whether a text begins as such a patch does.
pub fn opens(text: &str) -> bool {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim_end();
    first == "*** Begin Patch" || FILES.iter().any(|mark| first.starts_with(mark))
}

pub fn read(lines: &[&str]) -> Result<Vec<FilePatch>, Unreadable> {
    let mut files: Vec<FilePatch> = Vec::new();
    let mut ended = false;
    let mut next = 0;
    while let Some(line) = lines.get(next).map(|line| line.trim_end_matches('\r')) {
        let path = files.last().and_then(|file| file.new.clone().or_else(|| file.old.clone())).unwrap_or_default();
        let fault = |reason: String| Unreadable { line: next + 1, path, reason };
        let named = FILES.iter().find_map(|mark| Some((*mark, line.strip_prefix(mark)?.trim())));
        if let Some((mark, path)) = named.filter(|_| !ended) {
            let (file, end) = file(lines, next, mark, path)?;
            files.push(file);
            next = end;
            continue;
        }
        match line.trim() {
            "" | "*** Begin Patch" => {}
            "*** End Patch" => ended = true,
            _ => return Err(fault(format!("`{}` is no part of a patch", shortened(line)))),
        }
        next += 1;
    }
    if files.is_empty() {
        return Err(Unreadable { line: 1, path: String::new(), reason: "the patch names no file".into() });
    }
    Ok(files)
}

/// The file whose header is `lines[at]`, and the index of the line after it.
fn file(lines: &[&str], at: usize, mark: &str, path: &str) -> Result<(FilePatch, usize), Unreadable> {
    let path = path.replace('\\', "/");
    let none = FilePatch { line: at + 1, old: None, new: None, origin: Origin::Same, old_mode: None, new_mode: None, body: Body::Nothing };
    let fault = |line: usize, reason: &str| Unreadable { line: line + 1, path: path.clone(), reason: reason.into() };
    if mark == "*** Delete File: " {
        return Ok((FilePatch { old: Some(path), body: Body::Gone, ..none }, at + 1));
    }
    let mut next = at + 1;
    if mark == "*** Add File: " {
        let mut hunk = Hunk { line: at + 1, old_start: Some(0), lines: Vec::new() };
        while let Some(text) = lines.get(next).and_then(|line| line.strip_prefix('+')) {
            hunk.lines.push(Line { kind: LineKind::Add, text: text.into(), newline: true });
            next += 1;
        }
        return Ok((FilePatch { new: Some(path), body: Body::Text(vec![hunk]), ..none }, next));
    }
    let moved = lines.get(next).and_then(|line| line.trim_end().strip_prefix("*** Move to: ")).map(|to| to.trim().replace('\\', "/"));
    next += usize::from(moved.is_some());
    let (hunks, end) = hunks(lines, next).map_err(|line| fault(line, "this line is no part of a hunk"))?;
    if hunks.is_empty() && moved.is_none() {
        return Err(fault(at, "the file's header is followed by no change"));
    }
    let origin = if moved.is_some() { Origin::Renamed } else { Origin::Same };
    let body = if hunks.is_empty() { Body::Nothing } else { Body::Text(hunks) };
    Ok((FilePatch { new: Some(moved.unwrap_or_else(|| path.clone())), old: Some(path), origin, body, ..none }, end))
}

/// Hunks up to the next header; the index of a line that belongs to none.
fn hunks(lines: &[&str], at: usize) -> Result<(Vec<Hunk>, usize), usize> {
    let mut hunks: Vec<Hunk> = Vec::new();
    let mut next = at;
    while let Some(line) = lines.get(next).copied() {
        if line.trim_end() == "*** End of File" {
        } else if line.starts_with("*** ") {
            break;
        } else if line.starts_with("@@") {
            hunks.push(Hunk { line: next + 1, old_start: None, lines: Vec::new() });
        } else {
            let line = body_line(line).ok_or(next)?;
            if hunks.is_empty() {
                hunks.push(Hunk { line: next + 1, old_start: None, lines: Vec::new() });
            }
            hunks.last_mut().ok_or(next)?.lines.push(line);
        }
        next += 1;
    }
    for hunk in &mut hunks {
        let blank = hunk.lines.iter().rev().take_while(|line| line.kind == LineKind::Keep && line.text.is_empty()).count();
        hunk.lines.truncate(hunk.lines.len() - blank);
    }
    hunks.retain(|hunk| !hunk.lines.is_empty());
    Ok((hunks, next))
}
