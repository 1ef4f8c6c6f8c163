//! From a text to a specification and its gaps.

use std::collections::{BTreeMap, BTreeSet};

use super::document::{Document, Kind, plain};
use super::sections::{LABEL, Section, sections};
use super::seen::{has_tags, seen};
use super::steps::{self, Draft, From};
use super::touched::of_change;
use super::vocabulary::Topic;
use super::{
    Account, Answers, Change, Gap, Read, Specification, Step, Unseen, criteria, depends, edits, files, gaps, idle, lookalikes, meets,
    paths, unclear, verify,
};

/// More steps than this are one gap and not a run.
pub const MOST_STEPS: usize = 200;

/// Reads a specification, as far as people see it. Never fails: what is missing or unclear is a gap, worded as a question.
pub fn read(text: &str) -> Read {
    read_answered(text, &Answers::default())
}

/// The same, following what people answered to an earlier reading.
pub fn read_answered(text: &str, _answers: &Answers) -> Read {
    let (text, unseen) = seen(text);
    let document = Document::read(&text);
    let sections = sections(&document);
    let drafts = steps::find(&document, &sections);
    let found = Found { drafts: &drafts, numbers: &numbers(&drafts), before: 0, needs_in: &document };
    let (mut specification, mut found) = of_drafts(&document, &sections, &found, unseen);
    specification.title = title(&document, &sections);
    meets::tie(&document, &sections, specification.steps.iter_mut(), &specification.acceptance_criteria);
    let optional: Vec<&Step> = specification.steps.iter().filter(|step| step.optional && !step.done).collect();
    if let Some(first) = optional.first() {
        let numbers: Vec<&str> = optional.iter().map(|step| step.number.as_str()).collect();
        found.push(gaps::optional_steps(&numbers, first.line));
    }
    let count = specification.steps.len();
    let first = specification.steps.first().map_or(1, |step| step.line);
    if count == 0 {
        found.push(gaps::no_steps());
    } else if specification.acceptance_criteria.is_empty() {
        found.push(gaps::no_acceptance_criteria(first));
    }
    if count > MOST_STEPS {
        found.retain(|gap| gap.kind == super::GapKind::Gate);
        found.push(gaps::too_many_steps(count, MOST_STEPS, first));
    }
    found.sort_by_key(|gap| (gap.line, gap.kind));
    Read { specification, gaps: found, account: Account::default() }
}

/// The places of the steps in a text.
pub struct Found<'a, 'd> {
    pub drafts: &'a [Draft],
    /// Of all steps, those of other texts included.
    pub numbers: &'a [String],
    /// How many steps stand before this text.
    pub before: usize,
    /// The text line by line, as it says on which steps a step builds.
    pub needs_in: &'a Document<'d>,
}

/// What a text says, once it is known where its steps are. The title is left to others, and so is what can only be asked of the whole.
pub fn of_drafts(
    document: &Document<'_>,
    sections: &[Section],
    places: &Found<'_, '_>,
    mut unseen: Vec<Unseen>,
) -> (Specification, Vec<Gap>) {
    let mut found = Vec::new();
    let known: BTreeSet<&str> = places.numbers.iter().map(String::as_str).collect();
    let place: BTreeMap<&str, usize> = places.numbers.iter().enumerate().rev().map(|(at, number)| (number.as_str(), at)).collect();
    let mut read: Vec<(Draft, Step)> = Vec::new();
    for (at, draft) in places.drafts.iter().enumerate() {
        let at = places.before + at;
        let Some(number) = places.numbers.get(at) else { continue };
        let step = step(document, sections, draft, number);
        let needs = depends::of_step(places.needs_in, draft, number, &known);
        for need in needs.iter().filter(|need| place.get(need.number.as_str()).is_some_and(|place| *place > at) && !draft.done) {
            found.push(gaps::depends_on_later(number, &need.number, need.line + 1));
        }
        if is_empty(document, draft) {
            found.push(gaps::empty_step(number, &step.title, step.line));
        }
        for edit in &step.edits {
            if let Change::Broken { path, reason } = &edit.change {
                found.push(gaps::broken_edit(number, path, reason, edit.line));
            }
        }
        let depends_on = needs.into_iter().map(|need| need.number).collect();
        read.push((draft.clone(), Step { depends_on, ..step }));
    }
    found.extend(duplicates(&read));
    found.extend(unclear::find(document, sections, &read));
    let (refused, lookalikes) = lookalikes::find(&read, |draft, path| line_naming(document, draft, path));
    found.extend(refused);
    unseen.extend(lookalikes);
    unseen.sort_by_key(|finding| finding.line);
    let in_an_edit = |line: usize| read.iter().any(|(draft, step)| !step.edits.is_empty() && (draft.at + 1..=draft.end).contains(&line));
    let hidden = unseen.iter().filter(|finding| finding.in_code && in_an_edit(finding.line));
    found.extend(
        hidden
            .filter_map(|finding| {
                let tagged = document.line(finding.line - 1).is_some_and(|line| has_tags(line.raw));
                gaps::unseen_in_code(finding.kind, tagged, finding.line)
            })
            .take(20),
    );
    let specification = Specification {
        title: String::new(),
        steps: read.into_iter().map(|(_, step)| step).collect(),
        acceptance_criteria: criteria::acceptance(document, sections),
        out_of_scope: criteria::out_of_scope(document, sections),
        unseen,
        left_out: Vec::new(),
    };
    (specification, found)
}

fn step(document: &Document<'_>, sections: &[Section], draft: &Draft, number: &str) -> Step {
    let from = document.fences.partition_point(|fence| fence.line <= draft.at);
    let fences = document.fences.iter().skip(from).take_while(|fence| fence.line <= draft.end);
    let edits = edits::of_step(fences);
    let idle = edits.is_empty() && idle::changes_nothing(document, draft);
    let mut files = if idle { Vec::new() } else { files::of_step(document, sections, draft) };
    let group = draft.group.and_then(|group| sections.get(group)).filter(|_| files.is_empty() && !idle && draft.from == From::Item);
    files.extend(group.into_iter().flat_map(|group| paths::in_line(&group.title)).map(|named| named.path));
    for (path, _) in edits.iter().flat_map(|edit| of_change(&edit.change)) {
        if !files.contains(&path) {
            files.push(path);
        }
    }
    let below = document.text(draft.at + 1, draft.end);
    let instructions = [draft.rest.as_str(), below.as_str()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n");
    Step {
        number: number.to_owned(),
        title: draft.title.clone(),
        line: draft.at + 1,
        document: String::new(),
        instructions,
        files,
        edits,
        verify: verify::of_step(document, sections, draft),
        depends_on: Vec::new(),
        meets: Vec::new(),
        done: draft.done,
        optional: draft.optional,
        no_code_change: idle,
    }
}

/// Each step's number as written; its ordinal where it has none. Numbers that start again in each group carry the group's.
fn numbers(drafts: &[Draft]) -> Vec<String> {
    let mut uses: BTreeMap<&str, BTreeSet<Option<usize>>> = BTreeMap::new();
    for draft in drafts {
        if let Some(number) = &draft.number {
            uses.entry(number).or_default().insert(draft.group);
        }
    }
    let mut ordinals: BTreeMap<Option<usize>, usize> = BTreeMap::new();
    let mut numbers = Vec::new();
    for (at, draft) in drafts.iter().enumerate() {
        let ordinal = ordinals.entry(draft.group).or_default();
        *ordinal += 1;
        numbers.push(match (&draft.number, &draft.group_number) {
            (Some(number), Some(group)) if uses.get(number.as_str()).is_some_and(|groups| groups.len() > 1) => format!("{group}.{number}"),
            (Some(number), _) => number.clone(),
            (None, Some(group)) => format!("{group}.{ordinal}"),
            (None, None) => (at + 1).to_string(),
        });
    }
    numbers
}

fn duplicates(steps: &[(Draft, Step)]) -> Vec<Gap> {
    let mut seen: BTreeMap<&str, (&Draft, &Step)> = BTreeMap::new();
    let mut found = Vec::new();
    for (draft, step) in steps {
        match seen.get(step.number.as_str()) {
            Some((first, other)) => {
                let blocking = first.group == draft.group && draft.number.is_some() && !draft.done;
                found.push(gaps::duplicate_number(&step.number, other.line, step.line, blocking));
            }
            None => {
                seen.insert(&step.number, (draft, step));
            }
        }
    }
    found.truncate(50);
    found
}

/// The first line of a step on which a path stands, 1-based.
fn line_naming(document: &Document<'_>, draft: &Draft, path: &str) -> Option<usize> {
    document.range(draft.at, draft.end).find(|(_, line)| line.raw.contains(path)).map(|(at, _)| at + 1)
}

/// A heading with nothing below it; a title alone is an instruction only in a list.
fn is_empty(document: &Document<'_>, draft: &Draft) -> bool {
    let below = || document.range(draft.at + 1, draft.end).all(|(_, line)| matches!(line.kind, Kind::Blank | Kind::Rule | Kind::Hidden));
    !draft.done
        && match draft.from {
            From::Heading => below(),
            From::Item => draft.title.is_empty() && below(),
            From::Tag => false,
        }
}

/// The title of a text, without the words that say of what kind it is; empty where there is none.
pub fn title_of(text: &str) -> String {
    let document = Document::read(text);
    title(&document, &sections(&document))
}

fn title(document: &Document<'_>, sections: &[Section]) -> String {
    let first = sections.iter().find(|section| section.level < LABEL && section.level == 1).or_else(|| {
        let first = sections.iter().find(|section| section.level < LABEL)?;
        (first.topic == Topic::Other && first.name.is_none()).then_some(first)
    });
    let titled = document.lines.iter().take_while(|line| line.kind == Kind::Hidden).find_map(|line| line.raw.strip_prefix("title:"));
    let front = || titled.map(|title| plain(title.trim().trim_matches(['"', '\'']))).unwrap_or_default();
    first.map_or_else(front, |first| without_prefix(&first.title))
}

/// Without the words by which a document says of what kind it is.
fn without_prefix(title: &str) -> String {
    const PREFIXES: &[&str] = &[
        "implementation plan",
        "implementation tasks",
        "implementation",
        "tasks",
        "plan",
        "spec tasks",
        "spec",
        "specification",
        "feature specification",
        "feature",
        "technical specification",
        "technical spec",
        "design",
        "issue",
        "task",
        "track plan",
        "实施计划",
        "实现计划",
        "任务",
        "実装計画",
        "タスク",
    ];
    let lower = title.to_lowercase();
    let cut = PREFIXES.iter().filter_map(|prefix| {
        let rest = title.get(prefix.len()..).filter(|_| lower.starts_with(prefix))?;
        let rest = if *prefix == "issue" || *prefix == "task" {
            rest.trim_start_matches([' ', '#']).trim_start_matches(|char: char| char.is_ascii_digit())
        } else {
            rest
        };
        let rest = rest.trim_start();
        let parted = rest.strip_prefix([':', '：', '—', '–']).or_else(|| rest.strip_prefix("- "))?;
        (!parted.trim().is_empty()).then(|| parted.trim().to_owned())
    });
    cut.min_by_key(String::len).unwrap_or_else(|| title.trim().to_owned())
}
