//! Headings that count something which is no known word for a step: `## Layer 1: Store`, `## Layer 2: Service`.

use std::collections::BTreeMap;

use super::draft::Draft;
use super::{Candidate, Certainty, candidate};
use crate::specification::document::Document;
use crate::specification::pattern::{Pattern, is_one_of};
use crate::specification::sections::{Section, lineage};

/// What is counted and never a step.
const NEVER: &str = " option alternative approach decision requirement scenario story example finding issue bug question answer section chapter figure \
    table appendix risk goal assumption principle rule level version note case test problem hypothesis attempt day week month year quarter \
    priority tier type class page line user criterion criteria use ";

static COUNTED: Pattern = Pattern::new(r"^(?P<word>\p{L}{3,20})\s+(?P<number>\d{1,3})\s*(?:[:：.)]|\s[-–—]\s)\s*(?P<title>\S.*)$");

/// The word, the number and the title of such a heading.
pub fn counted(title: &str) -> Option<(String, usize, String)> {
    let found = COUNTED.captures(title.trim())?;
    let word = found.name("word")?.as_str().to_lowercase();
    let number = found.name("number")?.as_str().parse().ok()?;
    (!is_one_of(NEVER, &word)).then(|| (word, number, found.name("title").map_or(String::new(), |title| title.as_str().to_owned())))
}

/// Headings with one word: the section, the number and the title of each.
type Row = Vec<(usize, usize, String)>;

pub fn propose(_: &Document<'_>, sections: &[Section]) -> Option<Candidate> {
    let mut rows: BTreeMap<(String, Option<usize>), Row> = BTreeMap::new();
    for (index, section) in sections.iter().enumerate().filter(|(_, section)| section.name.is_none()) {
        let forbidden = lineage(sections, index).skip(1).any(|(_, around)| !around.topic.may_hold_steps() && around.level > 1);
        if let Some((word, number, title)) = counted(&section.title).filter(|_| !forbidden) {
            rows.entry((word, section.parent)).or_default().push((index, number, title));
        }
    }
    let in_a_row =
        |row: &&Vec<(usize, usize, String)>| row.len() >= 2 && row.iter().enumerate().all(|(at, (_, number, _))| *number == at + 1);
    let row = rows.values().filter(in_a_row).max_by_key(|row| row.len())?;
    let drafts = row.iter().filter_map(|(index, number, title)| {
        let section = sections.get(*index)?;
        let (at, end) = (section.at, section.end);
        Some(Draft {
            number: Some(number.to_string()),
            title: title.clone(),
            at,
            end,
            struck: section.is_struck(),
            group: section.parent,
            ..Draft::default()
        })
    });
    candidate(Certainty::Obvious, drafts.collect())
}
