//! Steps that are headings: `### Step 2: …`, `## Task 1`, `### U1. …`, `## Phase 1`, and numbers alone where they are no chapters.

use super::draft::{Draft, From};
use super::items;
use crate::specification::document::{Document, Kind, is_ticked};
use crate::specification::names::{Family, Name};
use crate::specification::sections::{Section, lineage};
use crate::specification::vocabulary::{Topic, is_imperative, is_option, topic};

/// Steps under headings that say task, step or unit.
pub fn units(document: &Document<'_>, sections: &[Section]) -> Vec<Draft> {
    let tree = Tree::of(document, sections, Strictness::Sure);
    if tree.has_unit() { tree.drafts() } else { Vec::new() }
}

/// Steps under headings that say phase or stage, or only a number.
pub fn groups(document: &Document<'_>, sections: &[Section]) -> Vec<Draft> {
    Tree::of(document, sections, Strictness::Sure).drafts()
}

/// The same, in places that mostly hold no steps.
pub fn elsewhere(document: &Document<'_>, sections: &[Section]) -> Vec<Draft> {
    Tree::of(document, sections, Strictness::Lenient).drafts()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Strictness {
    Sure,
    Lenient,
}

/// The step headings of a document.
struct Tree<'a> {
    document: &'a Document<'a>,
    sections: &'a [Section],
    names: Vec<Option<Name>>,
    /// For each section, the step headings directly below it, if it is one itself.
    children: Vec<Vec<usize>>,
    roots: Vec<usize>,
}

impl<'a> Tree<'a> {
    fn of(document: &'a Document<'a>, sections: &'a [Section], strictness: Strictness) -> Self {
        let mut names: Vec<Option<Name>> = sections.iter().map(|section| section.name.clone()).collect();
        let real = sections
            .iter()
            .zip(&names)
            .any(|(section, name)| !section.is_label() && name.as_ref().is_some_and(|name| name.family != Family::Number));
        let chapters = chapters(document, sections, &names);
        let has_title = sections.iter().filter(|section| section.level == 1).take(2).count() == 1;
        for (index, section) in sections.iter().enumerate() {
            let Some(name) = names.get(index).cloned().flatten() else { continue };
            let within = |parent: usize| names.get(parent).is_some_and(Option::is_some);
            let around = lineage(sections, index).skip(1);
            let fits = around.take_while(|(parent, _)| !within(*parent)).all(|(_, parent)| match strictness {
                Strictness::Sure => parent.topic.may_hold_steps() || parent.level == 1 && parent.topic == Topic::Aside,
                Strictness::Lenient => matches!(parent.topic, Topic::Plan | Topic::Outline | Topic::Other | Topic::Aside),
            });
            let fits = fits && !(section.is_label() && (real || name.family == Family::Number));
            let fits = fits && (name.family != Family::Number || chapters.get(index) == Some(&false));
            let fits = fits && !(section.level == 1 && section.parent.is_none() && has_title);
            let options =
                sections.iter().skip(index + 1).take_while(|inner| inner.at < section.end).filter(|inner| is_option(&inner.title)).count();
            let fits = fits && options < 2;
            if !fits && let Some(slot) = names.get_mut(index) {
                *slot = None;
            }
        }
        let mut tree = Self { document, sections, names, children: vec![Vec::new(); sections.len()], roots: Vec::new() };
        tree.plant();
        tree
    }

    fn plant(&mut self) {
        for index in 0..self.sections.len() {
            let Some(name) = self.name(index) else { continue };
            let bare = name.family == Family::Number;
            let parent = lineage(self.sections, index).skip(1).find(|(parent, _)| self.name(*parent).is_some());
            match parent {
                None => self.roots.push(index),
                Some((parent, _)) => {
                    // A number below a heading of its own ("Changes Required") is a part of the work, not a step.
                    let direct = lineage(self.sections, index)
                        .skip(1)
                        .take_while(|(at, _)| *at != parent)
                        .all(|(_, between)| between.topic == Topic::Plan || !bare);
                    if direct && let Some(children) = self.children.get_mut(parent) {
                        children.push(index);
                    }
                }
            }
        }
        let is = |tree: &Self, index: usize, family: Family| tree.name(index).is_some_and(|name| name.family == family);
        let worded = self.roots.iter().any(|root| !is(self, *root, Family::Number));
        let unit = self.roots.iter().any(|root| is(self, *root, Family::Unit));
        let bare_groups =
            self.roots.iter().filter(|root| is(self, **root, Family::Group)).all(|root| self.children.get(*root).is_none_or(Vec::is_empty));
        let planned = self.roots.iter().any(|root| self.is_in_plan(*root));
        let roots = std::mem::take(&mut self.roots);
        self.roots = roots
            .into_iter()
            .filter(|root| !(worded && is(self, *root, Family::Number)))
            .filter(|root| !(unit && bare_groups && is(self, *root, Family::Group)))
            .filter(|root| !planned || self.is_in_plan(*root))
            .collect();
    }

    fn name(&self, index: usize) -> Option<&Name> {
        self.names.get(index).and_then(Option::as_ref)
    }

    /// Below a heading that promises steps, the document's own title apart.
    fn is_in_plan(&self, index: usize) -> bool {
        lineage(self.sections, index).skip(1).any(|(_, section)| section.topic == Topic::Plan && section.level > 1)
    }

    fn has_unit(&self) -> bool {
        self.reached().into_iter().any(|index| self.name(index).is_some_and(|name| name.family == Family::Unit))
    }

    fn reached(&self) -> Vec<usize> {
        let mut reached = self.roots.clone();
        let mut at = 0;
        while let Some(index) = reached.get(at).copied() {
            reached.extend(self.children.get(index).into_iter().flatten());
            at += 1;
        }
        reached
    }

    fn drafts(&self) -> Vec<Draft> {
        let alone: Vec<usize> = self.roots.iter().copied().filter(|root| self.states_its_own_acceptance(*root)).collect();
        let whole = alone.len() * 2 > self.roots.len();
        self.roots.iter().flat_map(|root| self.drafts_of(*root, whole, 0)).collect()
    }

    fn drafts_of(&self, index: usize, whole: bool, depth: usize) -> Vec<Draft> {
        let (Some(name), Some(section)) = (self.name(index), self.sections.get(index)) else { return Vec::new() };
        let children = self.children.get(index).map(Vec::as_slice).unwrap_or_default();
        let compound = |child: &&usize| self.name(**child).is_some_and(|child| child.number.starts_with(&format!("{}.", name.number)));
        let splits = match name.family {
            Family::Unit => !children.is_empty() && children.iter().all(|child| compound(&child)),
            Family::Group | Family::Number => !children.is_empty(),
        };
        if splits && depth < 4 {
            return children.iter().flat_map(|child| self.drafts_of(*child, whole, depth + 1)).collect();
        }
        if name.family != Family::Unit && !name.number.contains('.') && !whole {
            let boxes = items::boxes_of(self.document, self.sections, index, &name.number);
            if !boxes.is_empty() {
                return boxes;
            }
        }
        let parent = lineage(self.sections, index).skip(1).find_map(|(at, _)| self.name(at).map(|name| name.number.clone()));
        vec![Draft {
            number: Some(name.number.clone()),
            title: if name.title.is_empty() { section.title.clone() } else { name.title.clone() },
            at: section.at,
            end: section.end,
            rest: String::new(),
            from: From::Heading,
            done: name.done || self.is_ticked_through(section),
            optional: false,
            group: section.parent,
            group_number: parent,
        }]
    }

    /// Whether it says itself when it is finished: then it is one piece of work, and the boxes in it are its parts.
    fn states_its_own_acceptance(&self, index: usize) -> bool {
        let Some(section) = self.sections.get(index) else { return false };
        let parts_are_steps = |at: usize| {
            self.document.range(at, section.end).any(|(_, line)| {
                matches!(line.kind, Kind::Item(item) if item.tick.is_some() && item.depth == 0 && item.text.trim_start_matches('*').to_lowercase().starts_with("step "))
            })
        };
        let within = self.sections.iter().skip(index + 1).take_while(|inner| inner.at < section.end);
        within
            .clone()
            .any(|inner| matches!(inner.topic, Topic::Acceptance) || inner.is_label() && inner.title.eq_ignore_ascii_case("files"))
            || parts_are_steps(section.at)
    }

    fn is_ticked_through(&self, section: &Section) -> bool {
        let mut boxes = self.document.range(section.at, section.end).filter_map(|(_, line)| line.item()?.tick);
        let says_so = self.document.range(section.at + 1, section.own_end).any(|(_, line)| says_done(line.raw));
        says_so || boxes.next().is_some_and(|first| is_ticked(first) && boxes.all(is_ticked))
    }
}

/// `**Status**: ✅ Complete`.
fn says_done(line: &str) -> bool {
    let bare = line.replace(['*', '-', '_'], "").trim().to_lowercase();
    bare.strip_prefix("status").or_else(|| bare.strip_prefix("状态")).is_some_and(|rest| {
        let rest = rest.trim_start_matches([':', '：', ' ']);
        ["✅", "done", "complete", "implemented", "已完成"].iter().any(|word| rest.starts_with(word))
    })
}

/// Whether the headings follow one of their own level that promises steps and has nothing of its own: in a form the field's name
/// and the headings in its text may have the same level.
fn follows_plan(document: &Document<'_>, sections: &[Section], members: &[usize]) -> bool {
    let first =
        members.first().and_then(|first| first.checked_sub(1).and_then(|before| Some((sections.get(before)?, sections.get(*first)?))));
    first.is_some_and(|(before, first)| {
        before.topic == Topic::Plan
            && before.level == first.level
            && document.range(before.at + 1, before.own_end).all(|(_, line)| matches!(line.kind, Kind::Blank | Kind::Hidden))
    })
}

/// For each section with a bare number, whether it is a chapter and not a step.
fn chapters(document: &Document<'_>, sections: &[Section], names: &[Option<Name>]) -> Vec<bool> {
    let mut groups: std::collections::BTreeMap<(Option<usize>, usize), Vec<usize>> = std::collections::BTreeMap::new();
    let number = |index: usize| names.get(index).and_then(Option::as_ref).filter(|name| name.family == Family::Number);
    for (index, section) in sections.iter().enumerate() {
        if number(index).is_some() {
            groups.entry((section.parent, section.level)).or_default().push(index);
        }
    }
    let mut chapters = vec![true; sections.len()];
    let titled_plan = sections.first().is_some_and(|first| first.level == 1 && first.topic == Topic::Plan);
    for ((parent, _), members) in groups {
        let above = parent.and_then(|parent| sections.get(parent));
        let named = parent.and_then(|parent| names.get(parent)).and_then(Option::as_ref);
        let below_phase = named.is_some_and(|name| name.family == Family::Group);
        let below_plan = above.is_some_and(|above| above.topic == Topic::Plan && (above.level > 1 || titled_plan));
        let share = |test: &dyn Fn(usize) -> bool| members.iter().filter(|index| test(**index)).count() * 2 >= members.len();
        let title = |index: usize| number(index).map_or("", |name| name.title.as_str());
        let boxed = |index: usize| {
            let section = sections.get(index).map(|section| (section.at, section.end)).unwrap_or_default();
            document.range(section.0, section.1).any(|(_, line)| matches!(line.kind, Kind::Item(item) if item.tick.is_some()))
                && !matches!(topic(title(index)), Topic::Acceptance | Topic::Foreign | Topic::OutOfScope | Topic::Questions)
        };
        let plain = |index: usize| matches!(topic(title(index)), Topic::Other | Topic::Verification | Topic::Plan);
        let works = below_phase
            || (below_plan || follows_plan(document, sections, &members)) && share(&plain)
            || members.len() >= 2 && (share(&boxed) || share(&|index| is_imperative(title(index))) && share(&plain));
        let nested = named.is_some_and(|name| name.family != Family::Group);
        for index in members {
            let is_aside = !below_phase && !boxed(index) && !plain(index);
            if let Some(slot) = chapters.get_mut(index) {
                *slot = !(works || nested) || is_aside;
            }
        }
    }
    chapters
}
