//! Steps that are items of a list: boxes, numbers, and plain bullets where a heading promises steps.

use std::collections::BTreeSet;

use super::draft::{Draft, From};
use crate::specification::document::{Document, Item, Kind, is_ticked, plain};
use crate::specification::names::{ItemName, of_item};
use crate::specification::sections::{Section, lineage};
use crate::specification::vocabulary::{Topic, is_imperative};

/// An item with its place.
struct Found<'a> {
    at: usize,
    item: Item<'a>,
    name: ItemName,
    section: Option<usize>,
}

/// Spec Kit: boxes with an id such as `T004`.
pub fn with_task_ids(document: &Document<'_>, sections: &[Section]) -> Vec<Draft> {
    let all = found(document, sections, 0, document.lines.len(), None);
    let tasks: Vec<_> =
        all.into_iter().filter(|found| found.item.tick.is_some() && found.name.number.as_deref().is_some_and(is_task_id)).collect();
    drafts(document, sections, &tasks, None)
}

/// Lists in sections that promise steps.
pub fn in_plans(document: &Document<'_>, sections: &[Section]) -> Vec<Draft> {
    let mut all = Vec::new();
    let mut covered = 0;
    for (index, section) in sections.iter().enumerate().filter(|(_, section)| section.topic == Topic::Plan && section.level > 1) {
        let outside = lineage(sections, index).skip(1).all(|(_, around)| around.topic.may_hold_steps() || around.level == 1);
        if section.at < covered || !outside {
            continue;
        }
        let drafts = list(document, sections, index, section.end, Take::Anything, None);
        if !drafts.is_empty() {
            covered = section.end;
            all.extend(drafts);
        }
    }
    all
}

/// The boxes of a document whose title promises steps, or else the numbered list right under that title.
pub fn under_titles(document: &Document<'_>, sections: &[Section]) -> Vec<Draft> {
    let titles = sections.iter().enumerate().filter(|(_, section)| section.topic == Topic::Plan && section.level == 1);
    let under = titles.flat_map(|(index, section)| {
        let boxes = list(document, sections, index, section.end, Take::Boxes, None);
        if boxes.is_empty() { list(document, sections, index, section.own_end, Take::Numbers, None) } else { boxes }
    });
    under.collect()
}

/// The boxes of a phase.
pub fn boxes_of(document: &Document<'_>, sections: &[Section], section: usize, number: &str) -> Vec<Draft> {
    let end = sections.get(section).map_or(0, |section| section.end);
    list(document, sections, section, end, Take::Boxes, Some(number))
}

/// The numbered list of a section that mostly holds none.
pub fn numbers_of(document: &Document<'_>, sections: &[Section], section: usize) -> Vec<Draft> {
    let end = sections.get(section).map_or(0, |section| section.end);
    list(document, sections, section, end, Take::Numbers, None)
}

/// Boxes that tell somebody to do something, and numbered changes of named files, wherever no heading forbids it.
pub fn elsewhere(document: &Document<'_>, sections: &[Section]) -> Vec<Draft> {
    let all = found(document, sections, 0, document.lines.len(), None);
    let top = |found: &&Found<'_>| found.item.depth == 0;
    let boxes: Vec<_> = all.iter().filter(top).filter(|found| found.item.tick.is_some()).collect();
    let told = boxes.iter().filter(|found| is_imperative(&found.name.title)).count();
    if told >= 2 && told * 2 > boxes.len() {
        return within(document, sections, all, Take::Boxes, None);
    }
    let numbers: Vec<_> = all.iter().filter(top).filter(|found| found.item.number.is_some()).collect();
    let exact = |found: &&&Found<'_>| {
        let end = numbers.iter().map(|other| other.at).find(|at| *at > found.at).unwrap_or(found.at + 40);
        document.range(found.at, end).any(|(_, line)| matches!(line.kind, Kind::Fence(_))) && is_imperative(&found.name.title)
    };
    if numbers.len() <= 400 && numbers.iter().filter(exact).count() * 2 > numbers.len() {
        return within(document, sections, all, Take::Numbers, None);
    }
    Vec::new()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Take {
    Boxes,
    Numbers,
    Anything,
}

fn list(document: &Document<'_>, sections: &[Section], section: usize, end: usize, take: Take, number: Option<&str>) -> Vec<Draft> {
    let start = sections.get(section).map_or(0, |section| section.at);
    within(document, sections, found(document, sections, start, end, Some(section)), take, number)
}

fn within(document: &Document<'_>, sections: &[Section], all: Vec<Found<'_>>, take: Take, number: Option<&str>) -> Vec<Draft> {
    let boxed = all.iter().any(|found| found.item.tick.is_some());
    if boxed && take != Take::Numbers {
        let boxes: Vec<_> = all.into_iter().filter(|found| found.item.tick.is_some()).collect();
        return drafts(document, sections, &leaves(document, boxes), number);
    }
    if take == Take::Boxes {
        return Vec::new();
    }
    let top: Vec<_> = all.into_iter().filter(|found| found.item.depth == 0).collect();
    let numbered = top.iter().any(|found| found.item.number.is_some() || found.name.worded);
    let chosen: Vec<_> = if numbered {
        top.into_iter().filter(|found| found.item.number.is_some() || found.name.worded).collect()
    } else if take == Take::Anything {
        let said = top.iter().filter(|found| is_imperative(&found.name.title)).count();
        if said * 2 >= top.len() { top } else { Vec::new() }
    } else {
        Vec::new()
    };
    drafts(document, sections, &chosen, number)
}

/// The boxes that are work of their own: by number where they have numbers, else the outermost ones.
fn leaves<'a>(document: &Document<'_>, boxes: Vec<Found<'a>>) -> Vec<Found<'a>> {
    let numbered = |found: &Found<'_>| {
        found.name.number.is_some() && (found.item.number.is_none() || found.name.number.as_deref() != found.item.number)
    };
    let outermost = boxes.iter().map(|found| found.item.depth).min().unwrap_or_default();
    if boxes.iter().filter(|found| found.item.depth == outermost).filter(|found| numbered(found)).count() * 2
        < boxes.iter().filter(|found| found.item.depth == outermost).count()
    {
        return boxes.into_iter().filter(|found| found.item.depth == outermost).collect();
    }
    let numbers: BTreeSet<String> = boxes.iter().filter_map(|found| found.name.number.clone()).collect();
    let parents: BTreeSet<String> =
        numbers.iter().filter_map(|number| number.rsplit_once('.').map(|(parent, _)| parent.to_owned())).collect();
    let nested = boxes.iter().any(|found| found.item.depth > outermost && numbered(found));
    if nested && !has_details(document, &boxes, outermost) {
        return boxes.into_iter().filter(|found| found.item.depth == outermost).collect();
    }
    let own: Vec<bool> = (0..boxes.len()).map(|at| own_details(document, &boxes, at)).collect();
    boxes
        .into_iter()
        .zip(own)
        .filter(|(found, _)| found.item.depth == outermost || numbered(found))
        .filter(|(found, own)| *own || !found.name.number.as_ref().is_some_and(|number| parents.contains(number)))
        .map(|(found, _)| found)
        .collect()
}

/// Whether the numbered boxes within others say more than a line each: then they, and not the boxes around them, are the work.
fn has_details(document: &Document<'_>, boxes: &[Found<'_>], outermost: usize) -> bool {
    let children: Vec<usize> = (0..boxes.len()).filter(|at| boxes.get(*at).is_some_and(|found| found.item.depth > outermost)).collect();
    let detailed = children.iter().filter(|at| own_details(document, boxes, **at)).count();
    detailed * 3 >= children.len().max(1)
}

/// Whether bullets without a box follow the box before the next one, other than references to requirements.
fn own_details(document: &Document<'_>, boxes: &[Found<'_>], at: usize) -> bool {
    let Some(found) = boxes.get(at) else { return false };
    let end = boxes.get(at + 1).map_or(document.lines.len(), |next| next.at);
    let below = document.range(found.at + 1, end).take_while(|(_, line)| !matches!(line.kind, Kind::Heading { .. }));
    below
        .filter_map(|(_, line)| if let Kind::Item(item) = line.kind { Some(item) } else { None })
        .any(|item| item.depth > found.item.depth && !item.text.trim_start_matches(['_', '*']).to_lowercase().starts_with("requirement"))
}

fn found<'a>(document: &Document<'a>, sections: &[Section], start: usize, end: usize, inside: Option<usize>) -> Vec<Found<'a>> {
    let mut all = Vec::new();
    let mut next = sections.partition_point(|section| section.at <= start);
    let mut section = next.checked_sub(1);
    let mut allowed = is_allowed(sections, section, inside);
    for (at, line) in document.range(start, end) {
        while sections.get(next).is_some_and(|coming| coming.at <= at) {
            section = Some(next);
            allowed = is_allowed(sections, section, inside);
            next += 1;
        }
        if let Kind::Item(item) = line.kind
            && allowed
        {
            all.push(Found { at, item, name: of_item(item.text, item.number), section });
        }
    }
    all
}

/// Whether no heading between the items and the section that holds them says that they are something else.
fn is_allowed(sections: &[Section], section: Option<usize>, inside: Option<usize>) -> bool {
    let Some(section) = section else { return true };
    lineage(sections, section).take_while(|(at, _)| Some(*at) != inside).all(|(at, around)| {
        around.topic.may_hold_steps() && !(inside.is_none() && around.topic == Topic::Outline && around.level > 1)
            || around.level == 1 && sections.get(at).is_some_and(|section| section.topic == Topic::Aside)
            || around.topic == Topic::Verification
                && inside.is_none_or(|inside| sections.get(inside).is_some_and(|inside| inside.topic != Topic::Plan))
                && !around.is_label()
    })
}

fn drafts(document: &Document<'_>, sections: &[Section], chosen: &[Found<'_>], number: Option<&str>) -> Vec<Draft> {
    let Some(first) = chosen.first().map(|found| found.at) else { return Vec::new() };
    let last = chosen
        .last()
        .and_then(|found| found.section)
        .and_then(|section| sections.get(section))
        .map_or(document.lines.len(), |section| section.own_end);
    let ticks: Vec<(usize, char, usize)> =
        document.range(first, last).filter_map(|(at, line)| line.item().and_then(|item| Some((at, item.tick?, item.depth)))).collect();
    let draft = |(index, found): (usize, &Found<'_>)| {
        let own_end = found
            .section
            .and_then(|section| sections.get(section))
            .map_or_else(|| sections.first().map_or(document.lines.len(), |first| first.at), |section| section.own_end);
        let from = ticks.partition_point(|(at, ..)| *at <= found.at);
        let boxes = || ticks.iter().skip(from);
        // A box beside it that only holds others ends it as well.
        let beside =
            found.item.tick.and_then(|_| boxes().find(|(.., depth)| *depth <= found.item.depth)).map_or(usize::MAX, |(at, ..)| *at);
        let limit = chosen.get(index + 1).map_or(usize::MAX, |next| next.at).min(beside);
        // Bold lines such as "**Files:**" below an item belong to it.
        let mut end = own_end;
        let parts = sections.iter().skip(found.section.map_or(0, |section| section + 1));
        for part in parts.take_while(|part| {
            part.is_label() && part.at < limit && matches!(part.topic, Topic::Other | Topic::Verification | Topic::Aside)
        }) {
            end = part.own_end;
        }
        let end = end.min(limit);
        let mut below = boxes().take_while(|(at, ..)| *at < end).map(|(_, tick, _)| *tick).peekable();
        let parts_done = below.peek().is_some() && below.all(is_ticked);
        let group_number = number.map(str::to_owned).or_else(|| {
            let around = found.section.map(|section| lineage(sections, section).collect::<Vec<_>>()).unwrap_or_default();
            around.iter().find_map(|(_, section)| section.name.as_ref().map(|name| name.number.clone()))
        });
        Draft {
            number: found.name.number.clone(),
            title: whole_title(document, found),
            at: found.at,
            end,
            rest: found.name.rest.clone(),
            from: From::Item,
            done: found.name.done || found.item.tick.is_some_and(is_ticked) || parts_done,
            optional: found.item.starred,
            group: found.section,
            group_number,
        }
    };
    chosen.iter().enumerate().map(draft).collect()
}

/// The title with the lines on which it goes on: an indented line right below that follows no full stop or colon.
fn whole_title(document: &Document<'_>, found: &Found<'_>) -> String {
    let mut title = found.name.title.clone();
    for (_, line) in document.range(found.at + 1, found.at + 4) {
        let ended = title.is_empty() || !found.name.rest.is_empty() || title.ends_with(['.', ':', '!', '?', ';', '。', '：']);
        if ended
            || title.len() > 200
            || line.kind != Kind::Text
            || !line.raw.starts_with([' ', '\t'])
            || line.raw.trim_start().starts_with("**")
        {
            break;
        }
        title.push(' ');
        title.push_str(&plain(line.raw));
    }
    title
}

fn is_task_id(number: &str) -> bool {
    number.strip_prefix('T').is_some_and(|digits| digits.len() >= 2 && digits.starts_with(|char: char| char.is_ascii_digit()))
}
