//! Steps that are tagged rather than written as Markdown: GSD's `<task>` elements, and task files of fields (`# Task ID:`).

use super::draft::{Draft, From};
use super::{Candidate, Certainty, candidate};
use crate::specification::document::{Document, Kind};
use crate::specification::names::of_item;
use crate::specification::sections::Section;

pub fn propose(document: &Document<'_>, sections: &[Section]) -> Option<Candidate> {
    let tasks = elements(document);
    candidate(Certainty::Certain, if tasks.is_empty() { fields(sections).into_iter().collect() } else { tasks })
}

fn elements(document: &Document<'_>) -> Vec<Draft> {
    let mut drafts: Vec<Draft> = Vec::new();
    let mut open: Option<Draft> = None;
    for (at, line) in document.range(0, document.lines.len()) {
        if matches!(line.kind, Kind::Fence(_) | Kind::Hidden | Kind::Quote) {
            continue;
        }
        let text = line.raw.trim();
        if text.starts_with("<task ") || text.starts_with("<task>") {
            open = Some(Draft { at, end: at + 1, from: From::Tag, ..Draft::default() });
        }
        let Some(draft) = open.as_mut() else { continue };
        if draft.title.is_empty()
            && let Some(name) = element(text, "name")
        {
            let name = of_item(name, None);
            (draft.number, draft.title) = (name.number, name.title);
        }
        if text.contains("</task>") {
            draft.end = at + 1;
            drafts.extend(open.take().filter(|draft| !draft.title.is_empty()));
        }
    }
    drafts
}

/// The content of an element that begins and ends on this line.
pub fn element<'a>(line: &'a str, tag: &str) -> Option<&'a str> {
    let (_, rest) = line.split_once(&format!("<{tag}>"))?;
    rest.split_once(&format!("</{tag}>")).map(|(content, _)| content.trim())
}

fn fields(sections: &[Section]) -> Option<Draft> {
    let field = |name: &str| {
        sections.iter().find_map(|section| {
            let (key, value) = section.title.split_once(':')?;
            key.trim().eq_ignore_ascii_case(name).then(|| (section.at, value.trim().to_owned()))
        })
    };
    let (at, number) = field("task id")?;
    let (_, title) = field("title")?;
    let done = field("status").is_some_and(|(_, status)| matches!(status.as_str(), "done" | "completed"));
    let end = sections.iter().map(|section| section.end).max()?;
    Some(Draft { number: Some(number), title, at, end, done, ..Draft::default() })
}
