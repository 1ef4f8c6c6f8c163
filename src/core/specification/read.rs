//! From a text to a specification and its gaps.

use std::collections::{BTreeMap, BTreeSet};

use super::account::{self, Sheet, Work};
use super::choice::{self, Choice};
use super::decisions::{Decision, chosen, decision, settled};
use super::document::{Document, Kind, plain};
use super::forms::{Draft, From};
use super::homes::Homes;
use super::sections::{LABEL, Section, sections};
use super::seen::{has_tags, seen};
use super::touched::of_change;
use super::vocabulary::Topic;
use super::{
    Account, Answers, Change, Gap, GapKind, LeftOut, Read, Role, Specification, Step, Unseen, criteria, depends, edits, files, gaps, idle,
    lookalikes, meets, numbering, paths, read_as, unclear, verify,
};

/// More steps than this are one gap and not a run.
pub const MOST_STEPS: usize = 200;

/// Reads a specification, as far as people see it. Never fails: what is missing or unclear is a gap, worded as a question.
pub fn read(text: &str) -> Read {
    read_answered(text, &Answers::default())
}

/// The same, following what people answered to an earlier reading.
pub fn read_answered(text: &str, answers: &Answers) -> Read {
    let (text, unseen) = seen(text);
    let document = Document::read(&text);
    let sections = sections(&document);
    let Choice { mut drafts, alternatives } = choice::choose(&document, &sections);
    let mut asked = Vec::new();
    let mut not_chosen = Vec::new();
    if drafts.is_empty() && !alternatives.is_empty() {
        let question = gaps::proposed_plan(&alternatives);
        match settled(question, answers, |answer| chosen(answer, alternatives.len())) {
            Ok(plan) => drafts = take_plan(alternatives, plan, &mut not_chosen),
            Err(question) => asked.push(question),
        }
    }
    // What stands below a struck heading is struck with it.
    let within = |line: usize| sections.iter().any(|section| section.is_struck() && (section.at..section.end).contains(&line));
    drafts.iter_mut().for_each(|draft| draft.struck |= within(draft.at));
    let mut struck = Vec::new();
    drafts.retain(|draft| {
        struck.extend(draft.struck.then(|| draft.clone()));
        !draft.struck
    });
    asked.extend(marks(&mut drafts, answers));
    let mut last = whole(&document, &sections, &drafts, &struck, unseen.clone());
    let mut homes = Homes::of(&last.read);
    let mut placed = homes.find(&last.work, answers);
    while !placed.added.is_empty() {
        drafts.append(&mut placed.added);
        drafts.sort_by_key(|draft| draft.at);
        last = whole(&document, &sections, &drafts, &struck, unseen.clone());
        placed = homes.find(&last.work, answers);
    }
    let Whole { mut specification, mut found, read, roles, left: more, .. } = last;
    asked.extend(placed.asked);
    let has_home = |line: usize| asked.iter().any(|gap: &Gap| gap.line == line) || specification.steps.iter().any(|step| step.line == line);
    not_chosen.retain(|left| !has_home(left.line));
    // The first reason says the most.
    let mut told = BTreeSet::new();
    let left = not_chosen.into_iter().chain(placed.left).chain(more).filter(|left| told.insert(left.line)).collect();
    asked.extend(numbering::holes(&read, &struck));
    asked.extend(numbering::order(&read));
    specification.left_out = left;
    found.extend(of_whole(&specification, asked.iter().any(|gap| gap.kind == GapKind::ProposedPlan)));
    found.append(&mut asked);
    if specification.steps.len() > MOST_STEPS {
        found.retain(|gap| matches!(gap.kind, GapKind::Gate | GapKind::TooManySteps));
    }
    found.sort_by_key(|gap| (gap.line, gap.kind));
    Read { specification, gaps: found, account: Account::of(&roles) }
}

/// The plan that somebody chose; what only the others have is left out.
fn take_plan(mut plans: Vec<Vec<Draft>>, chosen: usize, not_chosen: &mut Vec<LeftOut>) -> Vec<Draft> {
    let drafts = if chosen < plans.len() { plans.remove(chosen) } else { Vec::new() };
    let others = plans.iter().flatten().filter(|draft| !drafts.iter().any(|taken| taken.at == draft.at));
    not_chosen.extend(others.map(|draft| account::left_out(draft.at, &draft.title, "another plan was chosen")));
    drafts
}

/// A document read with a plan.
struct Whole {
    specification: Specification,
    found: Vec<Gap>,
    read: Vec<(Draft, Step)>,
    roles: Vec<Role>,
    work: Vec<Work>,
    left: Vec<LeftOut>,
}

fn whole(document: &Document<'_>, sections: &[Section], drafts: &[Draft], struck: &[Draft], unseen: Vec<Unseen>) -> Whole {
    let places = Found { drafts, numbers: &numbering::numbers(drafts), before: 0, needs_in: document };
    let (mut specification, found) = of_drafts(document, sections, &places, unseen);
    let (title, title_line) = title(document, sections);
    specification.title = title;
    meets::tie(document, sections, specification.steps.iter_mut(), &specification.acceptance_criteria);
    let read: Vec<(Draft, Step)> = drafts.iter().cloned().zip(specification.steps.iter().cloned()).collect();
    let criteria: Vec<usize> = specification.acceptance_criteria.iter().map(|criterion| criterion.line - 1).collect();
    let sheet = Sheet { document, sections, steps: &read, struck, title: title_line, criteria: &criteria };
    let roles = account::sheet(&sheet);
    let (work, left) = account::unplaced(&sheet, &roles);
    Whole { specification, found, read, roles, work, left }
}

/// Marks that may say that a step is done: asked about once, for all of them. Whether it is done is what people answer; until then it is
/// not built where only some steps are marked.
fn marks(drafts: &mut [Draft], answers: &Answers) -> Option<Gap> {
    let marked: Vec<usize> =
        (0..drafts.len()).filter(|at| drafts.get(*at).is_some_and(|draft| draft.mark.is_some() && !draft.done)).collect();
    let numbers = numbering::numbers(drafts);
    let first = marked.first().and_then(|at| drafts.get(*at))?;
    let named: Vec<&str> = marked.iter().filter_map(|at| numbers.get(*at)).map(String::as_str).collect();
    let question = gaps::maybe_done(&named, first.mark.as_deref().unwrap_or_default(), first.at + 1);
    let said = settled(question, answers, decision);
    let done = said.as_ref().map_or(marked.len() < drafts.len(), |said| *said == Decision::LeaveOut);
    marked.iter().for_each(|at| drafts.get_mut(*at).into_iter().for_each(|draft| draft.done = done));
    said.err()
}

/// What can only be asked of the whole.
fn of_whole(specification: &Specification, is_proposed: bool) -> Vec<Gap> {
    let mut found = Vec::new();
    let optional: Vec<&Step> = specification.steps.iter().filter(|step| step.optional && !step.done).collect();
    if let Some(first) = optional.first() {
        let numbers: Vec<&str> = optional.iter().map(|step| step.number.as_str()).collect();
        found.push(gaps::optional_steps(&numbers, first.line));
    }
    let count = specification.steps.len();
    let first = specification.steps.first().map_or(1, |step| step.line);
    if count == 0 && !is_proposed {
        found.push(gaps::no_steps());
    } else if count > 0 && specification.acceptance_criteria.is_empty() {
        found.push(gaps::no_acceptance_criteria(first));
    }
    if count > MOST_STEPS {
        found.push(gaps::too_many_steps(count, MOST_STEPS, first));
    }
    found
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
        found.extend(read_as::find(document, draft, &step));
        let depends_on = needs.into_iter().map(|need| need.number).collect();
        read.push((draft.clone(), Step { depends_on, ..step }));
    }
    found.extend(numbering::duplicates(&read));
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
    if draft.from == From::Row {
        files.extend(paths::in_line(&draft.title).into_iter().map(|named| named.path));
    }
    for (path, _) in edits.iter().flat_map(|edit| of_change(&edit.change)) {
        if !files.contains(&path) {
            files.push(path);
        }
    }
    // "README" is short for the `README.md` beside it.
    let all = files.clone();
    files.retain(|file| file.contains(['.', '/']) || !all.iter().any(|other| other.starts_with(&format!("{file}."))));
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
            From::Tag | From::Row => false,
        }
}

/// The title and its 0-based line: what the front matter gives as such, else the first heading's words.
pub fn title(document: &Document<'_>, sections: &[Section]) -> (String, Option<usize>) {
    let front = document.range(0, document.lines.len()).take_while(|(_, line)| matches!(line.kind, Kind::Hidden | Kind::Blank));
    let titled = front.filter_map(|(at, line)| Some((at, line.raw.strip_prefix("title:")?))).next();
    if let Some((at, title)) =
        titled.map(|(at, title)| (at, plain(title.trim().trim_matches(['"', '\''])))).filter(|(_, title)| !title.is_empty())
    {
        return (title, Some(at));
    }
    let first = sections.iter().find(|section| section.level < LABEL && section.level == 1).or_else(|| {
        let first = sections.iter().find(|section| section.level < LABEL)?;
        (first.topic == Topic::Other && first.name.is_none()).then_some(first)
    });
    let Some(first) = first else { return (String::new(), None) };
    if GENERIC.contains(&first.title.to_lowercase().trim_end_matches(':')) {
        let below = document.range(first.at + 1, first.end).find(|(_, line)| line.kind != Kind::Blank);
        if let Some((at, line)) = below.filter(|(_, line)| line.kind == Kind::Text && line.raw.len() <= 160) {
            return (plain(line.raw), Some(at));
        }
    }
    (without_prefix(&first.title), Some(first.at))
}

/// Headings that say that the title follows.
const GENERIC: [&str; 4] = ["issue title", "title", "titel", "标题"];

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
        "issue title",
        "title",
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
