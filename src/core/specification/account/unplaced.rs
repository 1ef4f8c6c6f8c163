//! What looks like work and has no home: found by the roles of the lines, not by rules for each place.

use std::collections::{BTreeMap, BTreeSet};

use super::Role;
use super::roles::{STRUCK, Sheet, of_section};
use crate::specification::document::{Document, Item, Kind as LineKind, is_ticked, plain};
use crate::specification::edits::of_fence;
use crate::specification::forms::{Draft, From, table_of_tasks};
use crate::specification::names::{Family, of_item};
use crate::specification::paths::in_line;
use crate::specification::sections::{Section, lineage};
use crate::specification::touched::written_by;
use crate::specification::verify::is_told_to_run;
use crate::specification::vocabulary::{Topic, is_imperative};
use crate::specification::{Change, LeftOut};

/// What a piece of work looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Edit,
    Heading,
    Item,
}

/// A piece of work that is in no step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    pub kind: Kind,
    /// The step that it would be.
    pub draft: Draft,
    /// Its words, or the file that it edits.
    pub words: String,
    /// The heading below which it stands; empty where there is none.
    pub below: String,
}

/// The work that has no home and is asked about, and what is left out with a reason that a reader can see.
pub fn unplaced(of: &Sheet<'_, '_>, roles: &[Role]) -> (Vec<Work>, Vec<LeftOut>) {
    let mut found = headings(of, roles);
    let taken: Vec<(usize, usize)> = found.iter().map(|work| (work.draft.at, work.draft.end)).collect();
    let within = |at: usize| taken.iter().any(|(start, end)| (*start..*end).contains(&at));
    let (mut edits, mut left) = edits(of, roles);
    edits.retain(|work| !within(work.draft.at));
    found.extend(edits);
    let (mut items, more) = items(of, roles);
    items.retain(|work| !within(work.draft.at));
    found.extend(items);
    left.extend(more);
    left.extend(commands(of));
    left.extend(rows(of, roles));
    left.extend(of.struck.iter().map(|draft| left_out(draft.at, &draft.title, STRUCK)));
    found.sort_by_key(|work| work.draft.at);
    left.sort_by_key(|left| left.line);
    (found, left)
}

/// Something that is left out, at a 0-based line.
pub fn left_out(at: usize, words: &str, why: &str) -> LeftOut {
    LeftOut { line: at + 1, document: String::new(), words: words.chars().take(120).collect(), why: why.to_owned() }
}

/// The title of the section that a line stands in.
fn below(of: &Sheet<'_, '_>, at: usize) -> (Option<usize>, String) {
    let section = of.sections.partition_point(|section| section.at <= at).checked_sub(1);
    (section, section.and_then(|section| of.sections.get(section)).map(|section| section.title.clone()).unwrap_or_default())
}

/// Exact edits before, between and after the steps.
pub(super) fn edits(of: &Sheet<'_, '_>, roles: &[Role]) -> (Vec<Work>, Vec<LeftOut>) {
    let (mut found, mut left) = (Vec::new(), Vec::new());
    for fence in &of.document.fences {
        let at = fence.line - 1;
        let has_home = |role: &&Role| matches!(role, Role::Step { .. }) || matches!(role, Role::LeftOut { why } if why == STRUCK);
        let Some(change) = roles.get(at).filter(|role| !has_home(role)).and_then(|_| of_fence(fence)) else { continue };
        let files = written_by(&change);
        let words = files.first().cloned().unwrap_or_else(|| "a file".into());
        let whole = matches!(change, Change::WholeFile { .. });
        match roles.get(at) {
            Some(Role::OutOfScope) => left.push(left_out(at, &words, "it is out of scope")),
            Some(Role::Example) if whole => left.push(left_out(at, &words, "it shows what is there, or an example")),
            _ => {
                let (section, mut below) = below(of, at);
                if below == words {
                    // A label that is the file's name says less than the heading around it.
                    let around = section.and_then(|section| of.sections.get(section)).and_then(|section| of.sections.get(section.parent?));
                    below = around.map(|around| around.title.clone()).unwrap_or_default();
                }
                let start = named_before(of.document, at);
                let end = of
                    .document
                    .range(at, of.document.lines.len())
                    .find(|(_, line)| line.fence() != of.document.line(at).and_then(|l| l.fence()));
                let title = section
                    .and_then(|section| of.sections.get(section))
                    .filter(|section| section.level > 1 && section.title != words)
                    .map(|section| section.title.clone());
                let draft = Draft {
                    title: title.unwrap_or_else(|| format!("Write `{words}`")),
                    at: start,
                    end: end.map_or(of.document.lines.len(), |(end, _)| end),
                    from: From::Item,
                    ..Draft::default()
                };
                found.push(Work { kind: Kind::Edit, draft, words, below });
            }
        }
    }
    (found, left)
}

/// The line that names a block's file, or the block's own first line.
fn named_before(document: &Document<'_>, at: usize) -> usize {
    let before = document.range(0, at).rev().find(|(_, line)| line.kind != LineKind::Blank);
    before.filter(|(_, line)| line.kind == LineKind::Text).map_or_else(|| at.saturating_sub(1), |(before, _)| before)
}

/// Headings with a number or a unit's word that neither are steps nor have any in them.
fn headings(of: &Sheet<'_, '_>, roles: &[Role]) -> Vec<Work> {
    let mut found: Vec<Work> = Vec::new();
    let numbered = |section: &Section| section.name.as_ref().is_some_and(|name| name.family == Family::Number);
    let steps = of.sections.iter().filter(|section| is_step(of, section.at) && numbered(section));
    let heads: Vec<(Option<usize>, usize)> = steps.map(|section| (section.parent, section.level)).collect();
    for (index, section) in of.sections.iter().enumerate() {
        let counts = section.name.as_ref().is_some_and(|name| match name.family {
            Family::Unit | Family::Group => !section.is_label(),
            Family::Number => heads.contains(&(section.parent, section.level)),
        });
        let home = !matches!(roles.get(section.at), Some(Role::Context));
        let apart = lineage(of.sections, index).skip(1).any(|(_, around)| around.topic == Topic::Aside && around.level > 1);
        let holds = of.steps.iter().any(|(draft, _)| (section.at..section.end).contains(&draft.at));
        let nested = found.last().is_some_and(|work| section.at < work.draft.end);
        if !counts || home || apart || holds || nested || of.steps.is_empty() {
            continue;
        }
        let name = section.name.clone();
        let number = name.as_ref().map(|name| name.number.clone()).filter(|number| !number.is_empty());
        let title = name.map(|name| name.title).filter(|title| !title.is_empty()).unwrap_or_else(|| section.title.clone());
        let draft = Draft { number, title, at: section.at, end: section.end, ..Draft::default() };
        let (_, below) = below(of, section.at.saturating_sub(1));
        found.push(Work { kind: Kind::Heading, draft, words: section.title.clone(), below });
    }
    found
}

fn is_step(of: &Sheet<'_, '_>, at: usize) -> bool {
    of.steps.iter().any(|(draft, _)| draft.at == at && draft.from == From::Heading)
}

/// Open boxes, and numbered changes of named files, in lists that are no part of the plan. One is asked about where most of its list tell
/// somebody to change something.
fn items(of: &Sheet<'_, '_>, roles: &[Role]) -> (Vec<Work>, Vec<LeftOut>) {
    let (mut found, mut left) = (Vec::new(), Vec::new());
    let mut lists: BTreeMap<Option<usize>, Vec<(usize, Item<'_>)>> = BTreeMap::new();
    let mut examples = BTreeSet::new();
    let last = of.steps.iter().map(|(draft, _)| draft.at).max().unwrap_or(usize::MAX);
    for (at, line) in of.document.range(0, of.document.lines.len()) {
        let open = |item: &Item<'_>| item.tick.is_some_and(|tick| !is_ticked(tick)) || item.tick.is_none() && item.number.is_some();
        let bullet = line.item().filter(|item| item.depth == 0 && item.tick.is_none() && item.number.is_none() && at > last);
        if let Some(item) = bullet.filter(|item| roles.get(at) == Some(&Role::Context) && is_change(item)) {
            left.push(left_out(at, &looks(&item).0, "it is a list beside the plan"));
        }
        let Some(item) = line.item().filter(|item| item.depth == 0 && open(item)) else { continue };
        if roles.get(at) == Some(&Role::Example) && examples.insert(below(of, at).0) {
            left.push(left_out(at, &looks(&item).0, "it stands in an example, or in an earlier text"));
        }
        if roles.get(at) != Some(&Role::Context) {
            continue;
        }
        if !holds_steps(of, at, &item) {
            lists.entry(below(of, at).0).or_default().push((at, item));
        }
    }
    for (section, list) in lists {
        let apart = section
            .is_some_and(|section| lineage(of.sections, section).any(|(_, around)| around.topic == Topic::Aside && around.level > 1));
        let names = |item: &Item<'_>| !in_line(item.text).is_empty() && (!apart || is_imperative(&of_item(item.text, None).title));
        let asks = |item: &Item<'_>| looks(item).1 && (item.tick.is_some() || names(item));
        let many = list.iter().filter(|(_, item)| asks(item)).count() * 2 > list.len();
        for (at, item) in list.iter().filter(|(_, item)| many && asks(item)) {
            let (words, _) = looks(item);
            let draft = Draft { title: words.clone(), at: *at, end: item_end(of.document, *at), from: From::Item, ..Draft::default() };
            found.push(Work { kind: Kind::Item, draft, words, below: below(of, *at).1 });
        }
        for (at, item) in list.iter().filter(|_| !many) {
            let why =
                if item.tick.is_some() { "it is a list to check, and asks for no change" } else { "it explains, and is not the plan" };
            left.push(left_out(*at, &looks(item).0, why));
        }
    }
    (found, left)
}

/// The rows of a table of tasks beside the plan.
fn rows(of: &Sheet<'_, '_>, roles: &[Role]) -> Vec<LeftOut> {
    let proposed = if of.steps.is_empty() { None } else { table_of_tasks(of.document, of.sections) };
    let drafts = proposed.into_iter().flat_map(|candidate| candidate.drafts);
    let beside = drafts.filter(|draft| roles.get(draft.at) == Some(&Role::Context));
    beside.map(|draft| left_out(draft.at, &draft.title, "it is a table beside the plan")).collect()
}

/// Commands that somebody is told to run where nobody builds or verifies anything.
fn commands(of: &Sheet<'_, '_>) -> Vec<LeftOut> {
    let mut left = Vec::new();
    for (at, line) in of.document.range(0, of.document.lines.len()) {
        if line.kind != LineKind::Text || !is_told_to_run(line.raw) || of.steps.iter().any(|(draft, _)| (draft.at..draft.end).contains(&at))
        {
            continue;
        }
        let section = of.sections.partition_point(|section| section.at <= at).checked_sub(1);
        if section.is_some_and(|section| of_section(of.sections, section) == Role::Context) {
            left.push(left_out(at, &plain(line.raw), "it is a command in no step"));
        }
    }
    left
}

/// Whether an item only holds steps, as its number or its place says.
fn holds_steps(of: &Sheet<'_, '_>, at: usize, item: &Item<'_>) -> bool {
    let number = of_item(item.text, item.number).number.map(|number| format!("{number}."));
    let end = item_end(of.document, at);
    of.steps.iter().any(|(draft, step)| {
        (at..end).contains(&draft.at) || number.as_ref().is_some_and(|number| step.number.starts_with(number.as_str()))
    })
}

/// Whether an item tells somebody to change a file.
fn is_change(item: &Item<'_>) -> bool {
    is_imperative(&of_item(item.text, None).title) && !in_line(item.text).is_empty()
}

/// The words of an item, and whether they ask for a change.
fn looks(item: &Item<'_>) -> (String, bool) {
    let name = of_item(item.text, None);
    let asks = is_imperative(&name.title) || !in_line(item.text).is_empty();
    (if name.title.is_empty() { plain(item.text) } else { name.title }, asks)
}

/// The line after an item and what belongs to it.
fn item_end(document: &Document<'_>, at: usize) -> usize {
    let next = document.range(at + 1, document.lines.len()).find(|(_, line)| match line.kind {
        LineKind::Item(item) => item.depth == 0,
        LineKind::Heading { .. } => true,
        LineKind::Text | LineKind::Quote | LineKind::Table | LineKind::Rule => !line.raw.starts_with([' ', '\t']),
        LineKind::Blank | LineKind::Fence(_) | LineKind::Code | LineKind::Hidden => false,
    });
    next.map_or(document.lines.len(), |(end, _)| end)
}
