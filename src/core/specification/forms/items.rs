//! The lists of a document as steps: boxes, numbers, and plain bullets where a heading promises steps. What several forms use.

use std::collections::BTreeSet;

use super::draft::{Draft, From, struck_words};
use crate::specification::document::{Document, Item, Kind, is_ticked, plain};
use crate::specification::names::{ItemName, Strike, of_item, strike};
use crate::specification::paths::in_line;
use crate::specification::sections::{Section, lineage};
use crate::specification::vocabulary::{Topic, is_imperative};

/// An item with its place.
pub struct Found<'a> {
    /// 0-based line.
    pub at: usize,
    pub item: Item<'a>,
    pub name: ItemName,
    pub section: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Take {
    Boxes,
    Numbers,
    /// Boxes, else numbers, else bullets that tell somebody to do something.
    Anything,
}

/// The steps in the lists of a section, down to line `end`.
pub fn list(document: &Document<'_>, sections: &[Section], section: usize, end: usize, take: Take, number: Option<&str>) -> Vec<Draft> {
    let start = sections.get(section).map_or(0, |section| section.at);
    within(document, sections, found(document, sections, start, end, Some(section)), take, number)
}

/// The steps among these items.
pub fn within(document: &Document<'_>, sections: &[Section], all: Vec<Found<'_>>, take: Take, number: Option<&str>) -> Vec<Draft> {
    let boxed = all.iter().any(|found| found.item.tick.is_some());
    if boxed && take != Take::Numbers {
        let (boxes, plain): (Vec<_>, Vec<_>) = all.into_iter().partition(|found| found.item.tick.is_some());
        let mut chosen = leaves(document, boxes);
        let among = forgotten(&chosen, plain);
        chosen.extend(among);
        chosen.sort_by_key(|found| found.at);
        return drafts(document, sections, &chosen, number);
    }
    if take == Take::Boxes {
        return Vec::new();
    }
    let top: Vec<_> = all.into_iter().filter(|found| found.item.depth == 0).collect();
    let top = counted_by_markdown(top);
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

/// Bullets between boxes of their list that tell somebody to do something: their box was forgotten.
fn forgotten<'a>(boxes: &[Found<'a>], plain: Vec<Found<'a>>) -> Vec<Found<'a>> {
    let (first, last) = (boxes.first().map_or(usize::MAX, |found| found.at), boxes.last().map_or(0, |found| found.at));
    let beside = |found: &Found<'_>| {
        let before = boxes.iter().rev().find(|other| other.at < found.at);
        let after = boxes.iter().find(|other| other.at > found.at);
        let alike =
            |other: Option<&Found<'_>>| other.is_some_and(|other| other.section == found.section && other.item.depth == found.item.depth);
        let is_struck = strike(found.item.text) == Strike::Whole;
        let next = found.item.number.is_some() || before.is_some_and(|before| before.at + 1 == found.at);
        let plainly = is_imperative(&found.name.title) && !in_line(found.item.text).is_empty();
        (first..=last).contains(&found.at) && alike(before) && alike(after)
            || alike(before) && next && plainly
            || is_struck && (alike(before) || alike(after))
    };
    let asks = |found: &Found<'_>| is_imperative(&found.name.title) || !in_line(found.item.text).is_empty();
    plain.into_iter().filter(|found| beside(found) && asks(found)).collect()
}

/// `1. 1. 1.`: Markdown counts such a list itself, and the page shows 1, 2, 3.
fn counted_by_markdown(mut items: Vec<Found<'_>>) -> Vec<Found<'_>> {
    let same = items.len() > 1
        && items.iter().all(|found| found.item.number.is_some() && found.item.number == items.first().and_then(|first| first.item.number));
    if same {
        for (at, found) in items.iter_mut().enumerate() {
            found.name.number = Some((at + 1).to_string());
        }
    }
    items
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
    let own: Vec<bool> = (0..boxes.len()).map(|at| own_details(document, &boxes, at) && !sums_up(document, &boxes, at)).collect();
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

/// Whether what stands below a box only names the boxes that its number makes its parts.
fn sums_up(document: &Document<'_>, boxes: &[Found<'_>], at: usize) -> bool {
    let Some(found) = boxes.get(at) else { return false };
    let Some(prefix) = found.name.number.as_ref().map(|number| format!("{number}.")) else { return false };
    let parts = boxes.iter().filter(|other| other.name.number.as_ref().is_some_and(|number| number.starts_with(&prefix)));
    let titles: BTreeSet<String> = parts.map(|part| plain(&part.name.title).to_lowercase()).collect();
    let end = boxes.get(at + 1).map_or(document.lines.len(), |next| next.at);
    let mut below = document.range(found.at + 1, end).filter_map(|(_, line)| line.item()).peekable();
    below.peek().is_some() && below.all(|item| titles.contains(&plain(item.text).to_lowercase()))
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

/// The items between two lines, those apart that a heading says to be something else.
pub fn found<'a>(document: &Document<'a>, sections: &[Section], start: usize, end: usize, inside: Option<usize>) -> Vec<Found<'a>> {
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
        // An open box below a plan is work, whatever its group is called.
        let boxed = |item: &Item<'_>| item.tick.is_some() && is_group(sections, section, inside);
        if let Kind::Item(item) = line.kind
            && (allowed || boxed(&item))
        {
            all.push(Found { at, item, name: of_item(item.text, item.number), section });
        }
    }
    all
}

/// Whether a section is a part of the plan that is called as background is: "Notes", "History".
fn is_group(sections: &[Section], section: Option<usize>, inside: Option<usize>) -> bool {
    let in_plan = inside.and_then(|inside| sections.get(inside)).is_some_and(|inside| inside.topic == Topic::Plan);
    let aside = |section: usize| {
        lineage(sections, section)
            .take_while(|(at, _)| Some(*at) != inside)
            .all(|(_, around)| around.topic.may_hold_steps() || around.topic == Topic::Aside && !around.is_label())
    };
    in_plan && section.is_some_and(aside)
}

/// Every item of the document, those apart that stand in a foreign place: an id says what it is.
pub fn everywhere<'a>(document: &Document<'a>, sections: &[Section]) -> Vec<Found<'a>> {
    let foreign = |section: Option<usize>| {
        section.is_some_and(|section| lineage(sections, section).any(|(_, around)| around.topic == Topic::Foreign && around.level > 1))
    };
    let items = document.range(0, document.lines.len()).filter_map(|(at, line)| Some((at, line.item()?)));
    let placed = items.map(|(at, item)| (at, item, sections.partition_point(|section| section.at <= at).checked_sub(1)));
    let own = placed.filter(|(.., section)| !foreign(*section));
    own.map(|(at, item, section)| Found { at, item, name: of_item(item.text, item.number), section }).collect()
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

/// The chosen items as steps, each with the lines that belong to it.
pub fn drafts(document: &Document<'_>, sections: &[Section], chosen: &[Found<'_>], number: Option<&str>) -> Vec<Draft> {
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
        let group_number = number.map(str::to_owned).or_else(|| {
            let around = found.section.map(|section| lineage(sections, section).collect::<Vec<_>>()).unwrap_or_default();
            around.iter().find_map(|(_, section)| section.name.as_ref().map(|name| name.number.clone()))
        });
        // A part that is open is work, whatever stands in the box around it.
        let mut parts = boxes().take_while(|(at, ..)| *at < end).filter(|(.., depth)| *depth > found.item.depth).peekable();
        let has_parts = parts.peek().is_some();
        let parts_done = parts.all(|(_, tick, _)| is_ticked(*tick));
        let ticked = found.item.tick.is_some_and(is_ticked);
        let strike = strike(found.item.text);
        Draft {
            number: found.name.number.clone(),
            title: whole_title(document, found),
            at: found.at,
            end,
            rest: found.name.rest.clone(),
            from: From::Item,
            done: if has_parts { parts_done && (ticked || found.item.tick.is_none()) } else { ticked },
            mark: (has_parts && parts_done && !ticked && found.item.tick.is_some())
                .then(|| "[x]".to_owned())
                .or_else(|| found.name.mark.clone().filter(|_| found.item.tick.is_none()))
                .or_else(|| struck_words(&strike).filter(|_| !ticked)),
            struck: strike == Strike::Whole,
            total: None,
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
