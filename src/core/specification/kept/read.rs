//! From an issue and the files that it names to one specification.

use super::folder::MOST_BYTES;
use super::shapes::{Format, Part, part, shape};
use super::title::title;
use crate::specification::account::{self, Sheet};
use crate::specification::document::Document;
use crate::specification::sections::sections;
use crate::specification::{
    self as reader, Account, Answers, Criterion, Gap, GapKind, LeftOut, MOST_STEPS, Read, Specification, Unseen, criteria, gaps, meets,
    seen, unclear,
};

/// A file of the repository, at the base.
#[derive(Clone, Copy)]
struct File<'a> {
    path: &'a str,
    text: &'a str,
}

/// Reads the files of a specification, the ones with the steps first, together with the issue that names them. Every step, criterion
/// and gap says in which document it stands; what stands in the issue itself has no document.
pub fn read_documents<P: AsRef<str>, T: AsRef<str>>(issue_title: &str, issue_body: &str, files: &[(P, T)], answers: &Answers) -> Read {
    if files.is_empty() {
        return reader::read_answered(issue_body, answers);
    }
    let all = files.iter().map(|(path, text)| File { path: path.as_ref(), text: text.as_ref() });
    let (read, too_large): (Vec<_>, Vec<_>) = all.partition(|file| file.text.len() <= MOST_BYTES);
    let mut found: Vec<Gap> = too_large.iter().map(|file| in_document(file.path, gaps::too_large(file.path, MOST_BYTES))).collect();
    let (plans, beside) = split(&read);
    let Read { specification: own, gaps: own_gaps, account: mut roles } = reader::read_answered(issue_body, answers);
    let mut specification = of_plans(&plans, answers, &mut found, &mut roles);
    match (own.steps.is_empty(), specification.steps.is_empty()) {
        (false, true) => {
            // The files go with the steps of the issue.
            found.retain(|gap| gap.kind != GapKind::NoSteps);
            found.extend(own_gaps);
            specification.steps = own.steps;
        }
        (own_is_empty, _) => {
            found.extend(own_gaps.into_iter().filter(|gap| is_about_words(gap.kind)));
            if !own_is_empty {
                let line = own.steps.first().map_or(1, |step| step.line);
                found.push(gaps::two_plans(plans.first().map_or("", |plan| plan.path), line));
            }
        }
    }
    let mut unseen = own.unseen;
    unseen.append(&mut specification.unseen);
    let mut all_criteria = own.acceptance_criteria;
    all_criteria.append(&mut specification.acceptance_criteria);
    specification.out_of_scope.splice(0..0, own.out_of_scope);
    let mut titles = Vec::new();
    for file in &beside {
        let (text, hidden) = seen(file.text);
        unseen.extend(hidden.into_iter().map(|found| Unseen { document: file.path.to_owned(), ..found }));
        let document = Document::read(&text);
        let sections = sections(&document);
        let (title, title_line) = reader::read::title(&document, &sections);
        titles.push(title);
        let met = criteria::acceptance(&document, &sections);
        let lines: Vec<usize> = met.iter().map(|criterion| criterion.line - 1).collect();
        let sheet = Sheet { document: &document, sections: &sections, steps: &[], struck: &[], title: title_line, criteria: &lines };
        let (of_file, left) = account::beside(&sheet, file.path, "it stands in a document beside the steps");
        roles.blocks.extend(of_file.blocks);
        specification.left_out.extend(left);
        all_criteria.extend(met.into_iter().map(|criterion| Criterion { document: file.path.to_owned(), ..criterion }));
        specification.out_of_scope.extend(criteria::out_of_scope(&document, &sections));
        let asked = unclear::find(&document, &sections, &[]).into_iter().filter(|gap| gap.kind != GapKind::Placeholder);
        found.extend(asked.map(|gap| in_document(file.path, gap)));
    }
    specification.unseen = unseen;
    specification.acceptance_criteria = once_each(all_criteria);
    specification.out_of_scope = distinct(std::mem::take(&mut specification.out_of_scope));
    for plan in &plans {
        let (text, _) = seen(plan.text);
        let document = Document::read(&text);
        let of_plan = specification.steps.iter_mut().filter(|step| step.document == plan.path);
        meets::tie(&document, &sections(&document), of_plan, &specification.acceptance_criteria);
    }
    let path = plans.first().or(beside.first()).map(|file| file.path);
    specification.title = title(&specification.title, &titles, path, issue_title);
    judge(&specification, path, &mut found);
    let place = |gap: &Gap| read.iter().position(|file| file.path == gap.document).map_or(0, |at| at + 1);
    found.sort_by_key(|gap| (place(gap), gap.line, gap.kind));
    Read { specification, gaps: found, account: roles }
}

/// The documents that have the steps, and those that go with them.
fn split<'a>(files: &[File<'a>]) -> (Vec<File<'a>>, Vec<File<'a>>) {
    let format = |file: &File<'_>| shape(file.path).map(|shape| shape.format);
    let in_folder = |file: &File<'_>| matches!(format(file), Some(Format::SpecKit | Format::Kiro | Format::OpenSpec | Format::Folder));
    let is_task = |file: &File<'_>| part(file.path) == Part::Tasks;
    let tasks = files.iter().any(is_task);
    let is_plan = |file: &File<'_>| match format(file) {
        Some(Format::SpecKit | Format::Kiro | Format::OpenSpec | Format::Folder) if tasks => is_task(file),
        Some(Format::Folder) => file.path.ends_with("/plan.md"),
        // A specification that has everything in one text. Spec Kit's `plan.md` has phases of planning, which are no steps.
        Some(Format::SpecKit | Format::Kiro | Format::OpenSpec) => {
            let has_steps = || !reader::read(file.text).specification.steps.is_empty();
            file.path.ends_with("/spec.md") && (Some(file.path) == files.first().map(|file| file.path) || has_steps())
        }
        Some(Format::Plan) | None => !files.iter().any(in_folder) || is_task(file),
        Some(Format::Companion) => files.iter().all(|other| format(other) == Some(Format::Companion)),
    };
    let first = files.iter().filter(|file| is_plan(file)).map(|file| file.path).next();
    // Only a folder has several documents with steps; of files that are named one by one, the first has them.
    files.iter().partition(|file| is_plan(file) && (in_folder(file) || is_task(file) || Some(file.path) == first))
}

/// The steps of all documents that have some, in order, as of one document.
fn of_plans(plans: &[File<'_>], answers: &Answers, found: &mut Vec<Gap>, roles: &mut Account) -> Specification {
    let mut all = Specification::default();
    let several = plans.len() > 1;
    for (at, plan) in plans.iter().enumerate() {
        let Read { specification: read, gaps, account: own } = reader::read_answered(plan.text, &answers.about(plan.path));
        roles.blocks.extend(own.named(plan.path).blocks);
        let nothing_here = |gap: &Gap| several && gap.kind == GapKind::NoSteps || gap.kind == GapKind::NoAcceptanceCriteria;
        found.extend(gaps.into_iter().filter(|gap| !nothing_here(gap)).map(|gap| in_document(plan.path, gap)));
        if all.title.is_empty() {
            all.title = read.title;
        }
        for mut step in read.steps {
            plan.path.clone_into(&mut step.document);
            if several {
                step.number = format!("{}.{}", at + 1, step.number);
                step.depends_on.iter_mut().for_each(|number| *number = format!("{}.{number}", at + 1));
            }
            all.steps.push(step);
        }
        all.acceptance_criteria
            .extend(read.acceptance_criteria.into_iter().map(|criterion| Criterion { document: plan.path.to_owned(), ..criterion }));
        all.out_of_scope.extend(read.out_of_scope);
        all.left_out.extend(read.left_out.into_iter().map(|left| LeftOut { document: plan.path.to_owned(), ..left }));
        all.unseen.extend(read.unseen.into_iter().map(|found| Unseen { document: plan.path.to_owned(), ..found }));
    }
    all
}

/// What can only be said of the whole.
fn judge(specification: &Specification, path: Option<&str>, found: &mut Vec<Gap>) {
    let steps = &specification.steps;
    let said = |found: &[Gap], kind: GapKind| found.iter().any(|gap| gap.kind == kind);
    let (line, document) = steps.first().map_or((1, path.unwrap_or_default()), |step| (step.line, step.document.as_str()));
    // What looks like the plan is shown, and waits.
    if steps.is_empty() && said(found, GapKind::ProposedPlan) {
        found.retain(|gap| gap.kind != GapKind::NoSteps);
        return;
    }
    if let Some(path) = path.filter(|path| steps.is_empty() && part(path) != Part::Tasks && reader::folder_root(path).is_some()) {
        found.retain(|gap| gap.kind != GapKind::NoSteps);
        found.push(gaps::no_tasks(path));
    } else if steps.is_empty() && !said(found, GapKind::NoSteps) {
        found.push(gaps::no_tasks(path.unwrap_or_default()));
    } else if steps.len() > MOST_STEPS && !said(found, GapKind::TooManySteps) {
        found.push(in_document(document, gaps::too_many_steps(steps.len(), MOST_STEPS, line)));
    } else if !steps.is_empty() && !steps.iter().any(reader::Step::is_to_be_built) {
        found.push(in_document(document, gaps::all_done(document, line)));
    } else if !steps.is_empty() && specification.acceptance_criteria.is_empty() && !said(found, GapKind::NoAcceptanceCriteria) {
        found.push(in_document(document, gaps::no_acceptance_criteria(line)));
    }
}

fn in_document(path: &str, gap: Gap) -> Gap {
    Gap { document: path.to_owned(), ..gap }
}

/// What the words of an issue leave open, whoever has the steps.
fn is_about_words(kind: GapKind) -> bool {
    matches!(kind, GapKind::Gate | GapKind::UndecidedOptions | GapKind::OpenQuestion | GapKind::Placeholder)
}

fn once_each(criteria: Vec<Criterion>) -> Vec<Criterion> {
    let mut seen = std::collections::BTreeSet::new();
    criteria.into_iter().filter(|criterion| seen.insert((criterion.number.clone(), criterion.text.clone()))).collect()
}

fn distinct(texts: Vec<String>) -> Vec<String> {
    let mut seen = std::collections::BTreeSet::new();
    texts.into_iter().filter(|text| seen.insert(text.clone())).collect()
}
