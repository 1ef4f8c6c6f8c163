//! On which steps a step says it builds.

use std::collections::BTreeSet;

use super::document::{Document, Kind};
use super::forms::Draft;
use super::pattern::Pattern;

/// A step on which another one builds, and the 0-based line that says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    pub number: String,
    pub line: usize,
}

/// The numbers, of those known, that the step names as done before it.
pub fn of_step(document: &Document<'_>, draft: &Draft, own: &str, known: &BTreeSet<&str>) -> Vec<Dependency> {
    static SAYS: Pattern = Pattern::new(
        r"(?ix)(?P<open>\b(?:depends?\ (?:up)?on|dependency|dependencies|blocked\ by|prerequisites?|requires|builds?\ on|needs)\b|依赖|依存)(?P<gap>[\s:*_：]*)(?P<list>(?:\W{0,4}(?:steps?|tasks?|units?|phases?|prs?|and|步骤|任务|ステップ|\#?[TUP]?-?\d+(?:\.\d+)*[a-z]?)\b)+)
              | \b(?:after|once|following)\s+(?P<after>(?:\W{0,3}(?:(?:steps?|tasks?|units?|phases?)\s+\d+(?:\.\d+)*[a-z]?|T\d{2,4}|U\d+|and)\b)+)",
    );
    static NUMBER: Pattern = Pattern::new(r"[TUP]?-?\d+(?:\.\d+)*[a-z]?");
    let mut found: Vec<Dependency> = Vec::new();
    for (line, text) in document.range(draft.at, draft.end) {
        if matches!(text.kind, Kind::Fence(_) | Kind::Quote | Kind::Hidden | Kind::Code | Kind::Table) || text.raw.len() > 2000 {
            continue;
        }
        for said in SAYS.all(text.raw) {
            let list = said.name("list").or_else(|| said.name("after")).map_or("", |list| list.as_str());
            let worded =
                said.name("gap").is_none_or(|gap| gap.as_str().contains([':', '：'])) || list.contains(|char: char| char.is_alphabetic());
            if !worded {
                continue;
            }
            for number in NUMBER.all(list).iter().filter_map(|number| number.get(0)).map(|number| number.as_str()) {
                if number != own && known.contains(number) && !found.iter().any(|other| other.number == number) {
                    found.push(Dependency { number: number.to_owned(), line });
                }
            }
        }
    }
    found
}
