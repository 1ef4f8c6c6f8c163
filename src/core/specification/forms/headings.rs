//! Steps that are headings: `### Step 2: …`, `## Task 1`, `### U1. …`, `## Phase 1`, and numbers alone where they are no chapters.

use super::draft::{Draft, From, struck_words};
use super::items::{self, Take};
use super::{Candidate, Certainty, candidate};
use crate::specification::document::{Document, Kind, is_ticked};
use crate::specification::edits::of_fence;
use crate::specification::names::{Family, Name};
use crate::specification::paths::in_line;
use crate::specification::pattern::Pattern;
use crate::specification::sections::{Section, lineage};
use crate::specification::vocabulary::{Topic, is_imperative, is_option, topic};

/// Steps under headings that say task, step or unit.
pub fn units(document: &Document<'_>, sections: &[Section]) -> Option<Candidate> {
    let tree = Tree::of(document, sections, Strictness::Sure);
    if tree.has_unit() { candidate(Certainty::Certain, tree.drafts()) } else { None }
}

/// Steps under headings that say phase or stage, or only a number.
pub fn groups(document: &Document<'_>, sections: &[Section]) -> Option<Candidate> {
    candidate(Certainty::Certain, Tree::of(document, sections, Strictness::Sure).drafts())
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
            // Numbers in bold are steps where steps are promised and nothing else is one.
            let promised = || section.parent.and_then(|parent| sections.get(parent)).is_some_and(|above| above.topic == Topic::Plan);
            let edited = || has_edit(document, section.at, section.end);
            let fits = fits && !(section.is_label() && (real || name.family == Family::Number && !promised() && !edited()));
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
            let parent = parent.filter(|_| !self.follows_last_root(index));
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
        let in_plan = roots.iter().filter(|root| self.is_in_plan(**root)).filter_map(|root| self.name(*root));
        let used: Vec<String> = in_plan.map(|name| name.number.clone()).collect();
        // The next step, at another level by a slip.
        let continues = |tree: &Self, root: usize| {
            tree.name(root).is_some_and(|name| name.family == Family::Unit && !used.contains(&name.number) && !name.number.is_empty())
        };
        self.roots = roots
            .into_iter()
            .filter(|root| !(worded && is(self, *root, Family::Number)))
            .filter(|root| !(unit && bare_groups && is(self, *root, Family::Group)))
            .filter(|root| !planned || self.is_in_plan(*root) || continues(self, *root))
            .collect();
    }

    /// Whether a step below another is the one after it, at another level by a slip: "### Step 1", "#### Step 2".
    fn follows_last_root(&self, index: usize) -> bool {
        let number =
            |index: usize| self.name(index).filter(|name| name.family == Family::Unit).and_then(|name| name.number.parse::<usize>().ok());
        let last = self.roots.last().and_then(|root| Some((*root, number(*root)?)));
        let first_below = |root: usize| self.children.get(root).is_some_and(Vec::is_empty);
        last.is_some_and(|(root, before)| number(index) == Some(before + 1) && first_below(root))
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
        let mut drafts: Vec<Draft> = self.roots.iter().flat_map(|root| self.drafts_of(*root, whole, 0)).collect();
        // One that is followed at a deeper level ends there.
        for at in 1..drafts.len() {
            let next = drafts.get(at).map_or(usize::MAX, |next| next.at);
            if let Some(draft) = drafts.get_mut(at - 1).filter(|draft| draft.at < next) {
                draft.end = draft.end.min(next);
            }
        }
        drafts
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
            let boxes = items::list(self.document, self.sections, index, section.end, Take::Boxes, Some(&name.number));
            // Where the edits stand beside the boxes, the boxes only say when the step is done.
            let within = |line: usize| boxes.iter().any(|draft| (draft.at + 1..=draft.end).contains(&line));
            let mut edits = edits(self.document, section.at, section.end);
            let asks = |draft: &Draft| {
                is_imperative(&draft.title) || self.document.line(draft.at).is_some_and(|line| !in_line(line.raw).is_empty())
            };
            let told = self
                .document
                .range(section.at + 1, section.own_end)
                .any(|(_, line)| line.kind == Kind::Text && !in_line(line.raw).is_empty());
            let only_checks = told && !boxes.iter().any(asks);
            if !boxes.is_empty() && !only_checks && edits.all(within) {
                return boxes;
            }
        }
        let parent = lineage(self.sections, index).skip(1).find_map(|(at, _)| self.name(at).map(|name| name.number.clone()));
        vec![Draft {
            number: Some(name.number.clone()).filter(|number| !number.is_empty()),
            title: if name.title.is_empty() { section.title.clone() } else { name.title.clone() },
            at: section.at,
            end: section.end,
            rest: String::new(),
            from: if section.is_label() { From::Item } else { From::Heading },
            done: name.ticked && !self.has_open_box(section) || self.is_ticked_through(section),
            mark: name.mark.clone().or_else(|| self.status(section)).or_else(|| struck_words(&section.strike)),
            struck: section.is_struck(),
            total: name.total,
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

    /// Whether all boxes of its own parts are ticked. One that shows what the program prints is no part, and neither are the boxes of a step
    /// that prints what is to be written.
    fn is_ticked_through(&self, section: &Section) -> bool {
        let lines = || self.document.range(section.at, section.end);
        let example = lines().any(|(_, line)| line.kind == Kind::Text && shows_something(line.raw));
        let mut boxes = lines().filter_map(|(_, line)| line.item()?.tick);
        let all = boxes.next().is_some_and(|first| is_ticked(first) && boxes.all(is_ticked));
        all && !example && !has_edit(self.document, section.at, section.end)
    }

    /// Whether a part of it is open, whatever its own box says.
    fn has_open_box(&self, section: &Section) -> bool {
        self.document
            .range(section.at, section.end)
            .any(|(_, line)| line.item().is_some_and(|item| item.tick.is_some_and(|tick| !is_ticked(tick))))
    }

    /// A line of its own that gives its state: it may say that the step is done.
    fn status(&self, section: &Section) -> Option<String> {
        let said = self.document.range(section.at + 1, section.own_end).find(|(_, line)| says_done(line.raw));
        said.map(|(_, line)| line.raw.trim().to_owned())
    }
}

/// Whether a block between two lines is an exact edit.
fn has_edit(document: &Document<'_>, start: usize, end: usize) -> bool {
    edits(document, start, end).next().is_some()
}

/// The 1-based lines of the exact edits between two lines.
fn edits(document: &Document<'_>, start: usize, end: usize) -> impl Iterator<Item = usize> {
    let from = document.fences.partition_point(|fence| fence.line <= start);
    let within = document.fences.iter().skip(from).take_while(move |fence| fence.line <= end);
    within.filter(|fence| of_fence(fence).is_some()).map(|fence| fence.line)
}

/// `Example of the output:`
fn shows_something(line: &str) -> bool {
    static SHOWS: Pattern =
        Pattern::new(r"(?i)\b(?:examples?|output|looks? like|prints?|shows?|rendered)\b.*[:：]\s*$|(?:例|示例|出力)[:：]\s*$");
    SHOWS.is_in(line)
}

/// `**Status**: ✅ Complete`, and nothing else on the line.
fn says_done(line: &str) -> bool {
    static STATE: Pattern = Pattern::new(
        r"(?i)^[\s*_>+-]*(?:status|state|状态|狀態|ステータス|状態|상태|статус|stan|durum|estado|stato|statut)[\s*_]*[:：][\s*_]*(?:(?:✅|☑️?|✔️?)\s*)?(?:done|completed?|implemented|finished|erledigt|fertig|terminé|hecho|concluído|fatto|gereed|gotowe|готово|tamamlandı|已完成|完了|완료)[\s*_.!✅]*$",
    );
    STATE.is_in(line)
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
        let edited = |index: usize| sections.get(index).is_some_and(|section| has_edit(document, section.at, section.end));
        let works = below_phase
            || (below_plan || follows_plan(document, sections, &members)) && share(&plain)
            || members.len() >= 2 && (share(&boxed) || share(&edited) || share(&|index| is_imperative(title(index))) && share(&plain));
        let nested = named.is_some_and(|name| match name.family {
            Family::Unit => true,
            Family::Number => parent.is_some_and(|parent| chapters.get(parent) == Some(&false)),
            Family::Group => false,
        });
        for index in members {
            let is_aside = !below_phase && !below_plan && !boxed(index) && !plain(index);
            if let Some(slot) = chapters.get_mut(index) {
                *slot = !(works || nested) || is_aside;
            }
        }
    }
    chapters
}
