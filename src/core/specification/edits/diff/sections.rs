//! A whole diff: its files one after another, and what may stand between them.

use super::header::{self, Header};
use super::hunk;
use super::{Body, FilePatch, Origin, Unreadable, agents, binary};

/// All files of a diff, in order. Text before the first header is a mail's and passed over; anything else that belongs to no file is
/// an error.
pub fn parse(text: &str) -> Result<Vec<FilePatch>, Unreadable> {
    let lines: Vec<&str> = text.strip_suffix('\n').unwrap_or(text).split('\n').collect();
    if agents::opens(text) {
        return agents::read(&lines);
    }
    let mut sections = Vec::new();
    let mut next = 0;
    while let Some(line) = lines.get(next) {
        if begins_file(&lines, next) {
            let section = Section::read(&lines, next)?;
            next = section.end;
            sections.push(section);
        } else if may_stand_between(line, sections.is_empty()) {
            next += 1;
        } else if line.trim_end() == "--" && hunk::is_boundary(&lines, next) {
            break;
        } else {
            let path = sections.last().map(|section: &Section| section.header.some_name()).unwrap_or_default();
            return Err(Unreadable { line: next + 1, path, reason: format!("`{}` is no part of a diff", shortened(line)) });
        }
    }
    let Some(first) = sections.first() else {
        return Err(Unreadable { line: 1, path: String::new(), reason: "the diff names no file".into() });
    };
    if let Some(odd) = sections
        .iter()
        .find(|section| section.header.is_doubtful())
        .filter(|_| !sections.iter().any(|section| section.header.prefixed().is_some()))
    {
        let reason = "it cannot be told whether the first folder of its name is a prefix such as `a/` and `b/` or a folder".into();
        return Err(Unreadable { line: odd.at + 1, path: odd.header.some_name(), reason });
    }
    let said: Vec<bool> = sections.iter().filter_map(|section| section.header.prefixed()).collect();
    let prefixed = said.first().copied().unwrap_or(first.header.is_git());
    if said.iter().any(|other| *other != prefixed) {
        let odd = sections.iter().find(|section| section.header.prefixed() == Some(!prefixed)).unwrap_or(first);
        let reason = "some names of the diff begin with `a/` and `b/`, and this does not fit them".into();
        return Err(Unreadable { line: odd.at + 1, path: odd.header.some_name(), reason });
    }
    sections.into_iter().map(|section| section.finish(prefixed)).collect()
}

/// The hunks of one file, whose name stands outside of them.
pub fn parse_hunks(text: &str, file: &str) -> Result<Vec<FilePatch>, Unreadable> {
    let lines: Vec<&str> = text.strip_suffix('\n').unwrap_or(text).split('\n').collect();
    let (mut hunks, mut next) = (Vec::new(), 0);
    while let Some(line) = lines.get(next) {
        if line.starts_with("@@") {
            let (hunk, end) = hunk::read(&lines, next, file)?;
            hunks.push(hunk);
            next = end;
        } else if line.trim().is_empty() {
            next += 1;
        } else {
            return Err(Unreadable { line: next + 1, path: file.into(), reason: format!("`{}` is no part of a diff", shortened(line)) });
        }
    }
    let made = hunks.iter().all(|hunk| hunk.old_start == Some(0) && hunk.old_text().is_empty()) && hunks.len() == 1;
    let old = (!made).then(|| file.to_owned());
    Ok(vec![FilePatch {
        line: 1,
        old,
        new: Some(file.into()),
        origin: Origin::Same,
        old_mode: None,
        new_mode: None,
        body: Body::Text(hunks),
    }])
}

pub fn shortened(line: &str) -> String {
    line.chars().take(60).collect()
}

fn begins_file(lines: &[&str], at: usize) -> bool {
    let starts = |at: usize, mark: &str| lines.get(at).is_some_and(|line| line.starts_with(mark));
    starts(at, "diff --git ") || (starts(at, "--- ") && starts(at + 1, "+++ "))
}

fn may_stand_between(line: &str, before_first: bool) -> bool {
    let blank = line.trim().is_empty();
    let other_tools = ["Index: ", "=====", "diff ", "index ", "From ", "Only in "].iter().any(|start| line.starts_with(start));
    blank || other_tools || (before_first && !line.starts_with(['+', '@']) && (!line.starts_with('-') || line.trim_end() == "---"))
}

struct Section {
    at: usize,
    header: Header,
    body: Body,
    end: usize,
}

impl Section {
    fn read(lines: &[&str], at: usize) -> Result<Self, Unreadable> {
        let (header, mut next) = header::read(lines, at)?;
        let path = header.some_name();
        let starts = |at: usize, mark: &str| lines.get(at).is_some_and(|line| line.starts_with(mark));
        let mut body = Body::Nothing;
        if starts(next, "GIT binary patch") {
            let index = header.index.as_ref().map(|(old, new)| (old.as_str(), new.as_str()));
            let (patch, end) = binary::read(lines, next, &path, index)?;
            (body, next) = (Body::Binary(patch), end);
        } else if starts(next, "Binary files ") {
            let reason = "the content of a binary file is left out: `git diff --binary` prints it".into();
            return Err(Unreadable { line: next + 1, path, reason });
        } else {
            let mut hunks = Vec::new();
            while starts(next, "@@") {
                let (hunk, end) = hunk::read(lines, next, &path)?;
                hunks.push(hunk);
                next = end;
                while lines.get(next).is_some_and(|line| line.trim().is_empty()) && !hunks.is_empty() {
                    next += 1;
                }
            }
            if !hunks.is_empty() {
                body = Body::Text(hunks);
            }
        }
        if body == Body::Nothing && !header.stands_alone() {
            return Err(Unreadable { line: at + 1, path, reason: "the file's header is followed by no change".into() });
        }
        Ok(Self { at, header, body, end: next })
    }

    fn finish(self, prefixed: bool) -> Result<FilePatch, Unreadable> {
        let path = self.header.some_name();
        let fault = |reason: String| Unreadable { line: self.at + 1, path: path.clone(), reason };
        let names = self.header.names(prefixed).map_err(fault)?;
        if let Body::Text(hunks) = &self.body {
            let lines = || hunks.iter().flat_map(|hunk| &hunk.lines);
            if names.old.is_none() && lines().any(|line| line.kind != hunk::LineKind::Add) {
                return Err(fault("a new file can only have added lines".into()));
            }
            if names.new.is_none() && lines().any(|line| line.kind != hunk::LineKind::Remove) {
                return Err(fault("a deleted file can only have removed lines".into()));
            }
            if (names.old.is_none() || names.new.is_none()) && hunks.len() > 1 {
                return Err(fault("a new or deleted file has one hunk".into()));
            }
        }
        debug_assert!(names.origin == Origin::Same || names.old.is_some());
        let (old_mode, new_mode) = (self.header.old_mode, self.header.new_mode);
        Ok(FilePatch { line: self.at + 1, old: names.old, new: names.new, origin: names.origin, old_mode, new_mode, body: self.body })
    }
}
