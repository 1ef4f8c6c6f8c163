//! The words of the questions that are asked without a model. Each is one gap, quoted shortly; its line stands beside it.

use super::account::{Kind, Work};
use super::forms::Draft;
use super::lookalikes::{Lookalike, named};
use super::seen::visibly;
use super::{Gap, GapKind, UnseenKind};
use journeyman_domain::{IssueNumber, Login, RepoName};

mod files;
pub use files::{existing_file, missing_file, part_of_a_file};

fn gap(kind: GapKind, line: usize, blocking: bool, question: String) -> Gap {
    Gap { kind, question, line, document: String::new(), blocking }
}

pub fn no_steps() -> Gap {
    let question = "I found no ordered steps here: I looked for headings such as “### Step 1: …”, for a numbered list or a task list under “## Steps”, \
                    and for the task lists of Spec Kit, Kiro and OpenSpec. Which steps should I take? Please add a section “## Steps” with one numbered item \
                    (or one “### Step 1: title” heading) for each commit, in order.";
    gap(GapKind::NoSteps, 1, true, question.into())
}

/// One list looks like the plan, or several do: shown with their lines.
pub fn proposed_plan(plans: &[Vec<Draft>]) -> Gap {
    const MOST_SHOWN: usize = 30;
    let rows = |drafts: &[Draft]| {
        let shown = drafts.iter().take(MOST_SHOWN).map(|draft| format!("- “{}” (line {})\n", cut(&draft.title, 100), draft.at + 1));
        let more = drafts.len().checked_sub(MOST_SHOWN).filter(|more| *more > 0).map(|more| format!("- and {more} more\n"));
        shown.chain(more).collect::<String>()
    };
    let line = plans.first().and_then(|plan| plan.first()).map_or(1, |draft| draft.at + 1);
    let question = match plans {
        [plan] => {
            format!("Nothing here says that it is the plan. These are the steps that I would build, one commit for each:\n\n{}", rows(plan))
        }
        plans => {
            let listed = plans.iter().enumerate().map(|(at, plan)| format!("Plan {}:\n\n{}", at + 1, rows(plan)));
            format!(
                "Nothing here says that it is the plan. Which of these would you have me build, one commit for each step?\n\n{}",
                listed.collect::<Vec<_>>().join("\n")
            )
        }
    };
    gap(GapKind::ProposedPlan, line, true, question.trim_end().to_owned())
}

/// How many plans a question proposes: each begins with a line of its own, but for one alone.
pub fn proposed_plans(gap: &Gap) -> usize {
    let heads = |nth: &usize| gap.question.lines().any(|line| line == format!("Plan {nth}:"));
    let several = (1..).take_while(heads).count();
    if gap.kind == GapKind::ProposedPlan { several.max(1) } else { 0 }
}

/// Something looks like work and is in no step. `before`: the number of the step before it.
pub fn unplaced(work: &Work, before: Option<&str>) -> Gap {
    let what = match work.kind {
        Kind::Edit => format!("The exact edit of `{}`", visibly(&work.words)),
        Kind::Heading => format!("The heading “{}”", cut(&work.words, 100)),
        Kind::Item => format!("The item “{}”", cut(&work.words, 100)),
    };
    let below =
        if work.below.is_empty() || work.kind == Kind::Heading { String::new() } else { format!(" below “{}”", cut(&work.below, 80)) };
    let place = before.map_or_else(|| "before the first step".to_owned(), |before| format!("after step {before}"));
    let question = format!(
        "{what}{below} looks like work, and belongs to no step. Should I build it as a step of its own, {place}, or leave it out? Please answer \
         “build it” or “leave it out”."
    );
    let line = work.draft.at + 1 + usize::from(work.kind == Kind::Edit);
    gap(GapKind::Unplaced, line, true, question)
}

/// The same question, after an answer that decided nothing. `tries`: how many did so far, which makes its words unlike those before.
pub fn unclear_answer(asked: &Gap, answer: &str, tries: usize) -> Gap {
    let again = if tries == 1 { String::new() } else { format!(" This is answer {tries} that I do not understand.") };
    let question = format!("{}\n\nI could not tell from “{}” what you decided.{again}", asked.question, cut(answer, 80));
    Gap { question, ..asked.clone() }
}

/// A mark may say that steps are done.
pub fn maybe_done(numbers: &[&str], mark: &str, line: usize) -> Gap {
    let list = numbers.iter().take(20).copied().collect::<Vec<_>>().join(", ");
    let question = if numbers.len() == 1 {
        format!("Step {list} is marked with “{}”. Is it done already? Please answer “done” to leave it out, or “build it”.", cut(mark, 60))
    } else {
        format!(
            "Steps {list} are marked with “{}” or the like. Are they done already? Please answer “done” to leave them out, or “build them”.",
            cut(mark, 60)
        )
    };
    gap(GapKind::MaybeDone, line, true, question)
}

/// A path is written with backslashes.
pub fn read_as(written: &str, path: &str, line: usize) -> Gap {
    let told = format!("I read `{}` as `{}`.", visibly(written), visibly(path));
    gap(GapKind::ReadAs, line, false, told)
}

/// An exact edit says itself where it belongs.
pub fn lines_not_needed(path: &str, lines: &str, line: usize) -> Gap {
    let told = format!("The exact edit of `{}` says itself where it belongs: I do not go by the lines `{lines}`.", visibly(path));
    gap(GapKind::ReadAs, line, false, told)
}

/// Numbers are missing in a row.
pub fn missing_number(numbers: &[String], line: usize) -> Gap {
    let question = match numbers {
        [one] => format!("There is no step {one}: the numbers of the steps skip it. Is something missing, or may I go on without it?"),
        many => format!(
            "There are no steps {}: the numbers of the steps skip them. Is something missing, or may I go on without them?",
            many.join(", ")
        ),
    };
    gap(GapKind::MissingNumber, line, true, question)
}

/// A step stands after one with a higher number.
pub fn out_of_order(before: &str, after: &str, line: usize) -> Gap {
    let question = format!(
        "Step {after} stands after step {before}. I build the steps in the order in which they stand: is that meant? If it is not, please put them \
         into their order in the text."
    );
    gap(GapKind::MissingNumber, line, true, question)
}

pub fn several_references(paths: &[&str], line: usize) -> Gap {
    let list = paths.iter().take(5).map(|path| format!("`{path}`")).collect::<Vec<_>>().join(", ");
    let question = format!(
        "The issue names more than one specification in the repository: {list}. Which one is to be built? Please say it in a line of its own: \
         “Specification: {}”.",
        paths.first().copied().unwrap_or_default()
    );
    gap(GapKind::NoSteps, line, true, question)
}

pub fn missing_reference(path: &str, archived: Option<&str>, line: usize) -> Gap {
    let where_to = archived.map_or_else(
        || "Is it on another branch, or named otherwise?".into(),
        |archived| format!("It was put away as done, in `{archived}`. What is still to be built?"),
    );
    gap(GapKind::NoSteps, line, true, format!("{NAMES}{path}`, which is not there at the base. {where_to}"))
}

/// Whether steps settle it, wherever they are written.
pub fn wants_steps(gap: &Gap) -> bool {
    gap.kind == GapKind::NoSteps && gap.question == no_steps().question
}

/// Whether files at the base can settle it, with the same text of the issue.
pub fn is_about_files(gap: &Gap) -> bool {
    let depends = matches!(gap.kind, GapKind::MissingFile | GapKind::ExistingFile | GapKind::EditDoesNotApply);
    depends || !gap.document.is_empty() || gap.kind == GapKind::NoSteps && gap.question.starts_with(NAMES)
}

/// How the questions begin that are about a file which the issue names.
const NAMES: &str = "The issue names `";

pub fn nothing_to_read(path: &str, line: usize) -> Gap {
    gap(GapKind::NoSteps, line, true, format!("{NAMES}{path}`, in which there is no Markdown file to read. Where are the steps?"))
}

pub fn no_tasks(path: &str) -> Gap {
    let folder = path.rsplit_once('/').map_or(path, |(folder, _)| folder);
    let question = format!("I found no steps in `{folder}`: its list of tasks (`tasks.md`) is not there. Which steps should I take?");
    Gap { document: path.to_owned(), ..gap(GapKind::NoSteps, 1, true, question) }
}

pub fn two_plans(path: &str, line: usize) -> Gap {
    let question = format!(
        "Both this issue and `{path}` have steps. Which ones are to be built? Please take the others out of the issue, or the line that names the file."
    );
    gap(GapKind::NoSteps, line, true, question)
}

pub fn all_done(path: &str, line: usize) -> Gap {
    let place = if path.is_empty() { "here".into() } else { format!("in `{path}`") };
    gap(GapKind::NoSteps, line, true, format!("Every step {place} is ticked as done or marked as optional. What is still to be built?"))
}

/// Only another text settles it, or that the sub-issue is taken out: an answer would be to words that may change after it.
pub fn sub_issue_by_stranger(number: IssueNumber, login: &Login) -> Gap {
    let question = format!(
        "The text of the sub-issue `#{number}` is as `{login}` wrote it, who may not say what is built here. Is it wanted? Whoever may write to \
         this repository accepts it by editing its description, or takes it out of this issue."
    );
    gap(GapKind::SubIssue, 1, true, question)
}

pub fn sub_issue_as_before(number: IssueNumber, login: &Login) -> Gap {
    let question = format!(
        "The sub-issue `#{number}` was changed by `{login}`, who may not say what is built here. I go by its text before that, until somebody who \
         may edits it."
    );
    gap(GapKind::SubIssue, 1, false, question)
}

pub fn sub_issue_elsewhere(repo: &RepoName, number: IssueNumber) -> Gap {
    let question = format!(
        "The sub-issue `{repo}#{number}` belongs to another repository, and I build in this one alone. Please take it out of this issue, or move \
         here what of it is to be built."
    );
    gap(GapKind::SubIssue, 1, true, question)
}

pub fn sub_issue_unseen(place: usize) -> Gap {
    let question = format!(
        "I may not read the sub-issue at place {place}: most likely it belongs to another repository. Please take it out of this issue, or move \
         here what of it is to be built."
    );
    gap(GapKind::SubIssue, 1, true, question)
}

pub fn nested_sub_issues(number: IssueNumber, count: usize) -> Gap {
    let has = if count == 1 { "a sub-issue of its own, which is".to_owned() } else { format!("{count} sub-issues of its own, which are") };
    let question = format!("The sub-issue `#{number}` has {has} not read: its text alone is the step.");
    gap(GapKind::SubIssue, 1, false, question)
}

pub fn empty_sub_issue(number: IssueNumber, title: &str) -> Gap {
    let question = format!("The sub-issue `#{number}` (“{}”) has no description. What should I do in it?", short(title));
    gap(GapKind::EmptyStep, 1, true, question)
}

pub fn optional_steps(numbers: &[&str], line: usize) -> Gap {
    let list = numbers.iter().take(20).copied().collect::<Vec<_>>().join(", ");
    let question = if numbers.len() == 1 {
        format!("Step {list} is marked as optional (`*`). I leave it out; without its mark it is built.")
    } else {
        format!("Steps {list} are marked as optional (`*`). I leave them out; without their marks they are built.")
    };
    gap(GapKind::OpenQuestion, line, false, question)
}

pub fn too_large(path: &str, most: usize) -> Gap {
    let question = format!("`{path}` is larger than {} KiB, and I do not read it. What of it belongs to this specification?", most / 1024);
    gap(GapKind::NoSteps, 1, true, question)
}

pub fn files_left_out(path: &str, read: usize, all: usize, line: usize) -> Gap {
    let question =
        format!("`{path}` has {all} documents, and I read the first {read} of them. What is needed of the others should stand there.");
    gap(GapKind::OpenQuestion, line, false, question)
}

pub fn too_many_steps(count: usize, most: usize, line: usize) -> Gap {
    let question =
        format!("This specification has {count} steps, and I build at most {most} in one run. Could you split it into several issues?");
    gap(GapKind::TooManySteps, line, true, question)
}

pub fn empty_step(number: &str, title: &str, line: usize) -> Gap {
    gap(
        GapKind::EmptyStep,
        line,
        true,
        format!("Step {number} (“{}”) has nothing below its heading. What should I do in it?", short(title)),
    )
}

pub fn gate(text: &str, line: usize) -> Gap {
    gap(GapKind::Gate, line, true, format!("The text says “{}”. Has that happened, and may I start?", short(text)))
}

pub fn options(names: &[String], line: usize) -> Gap {
    let list = names.iter().take(5).map(|name| format!("“{}”", cut(name, 40))).collect::<Vec<_>>().join(", ");
    gap(GapKind::UndecidedOptions, line, true, format!("Several options are given and none is chosen: {list}. Which one should I build?"))
}

pub fn undecided(text: &str, line: usize) -> Gap {
    gap(GapKind::UndecidedOptions, line, true, format!("This is left to be decided: “{}”. What is the decision?", short(text)))
}

pub fn open_question(text: &str, has_default: bool, line: usize) -> Gap {
    let question = if has_default {
        format!("An open question with a recommendation: “{}”. I take the recommendation unless you say otherwise.", short(text))
    } else {
        format!("An open question is left: “{}”. What is the answer?", short(text))
    };
    gap(GapKind::OpenQuestion, line, !has_default, question)
}

pub fn clarification(text: &str, line: usize) -> Gap {
    gap(GapKind::OpenQuestion, line, true, format!("This is marked as needing clarification: “{}”. What should it be?", short(text)))
}

pub fn placeholder(word: &str, text: &str, step: Option<&str>, line: usize) -> Gap {
    let place = step.map_or_else(String::new, |step| format!(" in step {step}"));
    gap(
        GapKind::Placeholder,
        line,
        step.is_some(),
        format!("“{word}” stands{place} where something has to be said: “{}”. What should stand there?", short(text)),
    )
}

pub fn duplicate_number(number: &str, first: usize, line: usize, blocking: bool) -> Gap {
    gap(
        GapKind::DuplicateNumber,
        line,
        blocking,
        format!("Two steps have the number {number} (the other one is on line {first}). Are both meant, in this order?"),
    )
}

pub fn depends_on_later(number: &str, later: &str, line: usize) -> Gap {
    gap(
        GapKind::DependsOnLater,
        line,
        true,
        format!("Step {number} depends on step {later}, which comes after it. In which order should I build them?"),
    )
}

pub fn no_acceptance_criteria(line: usize) -> Gap {
    let question = "There are no acceptance criteria. How will you know that everything works? Without an answer I go by the steps and the checks alone.";
    gap(GapKind::NoAcceptanceCriteria, line, false, question.into())
}

/// Code that is to be taken as it stands holds what its page does not show. What may make the page show something else waits for an
/// answer; other characters are taken to the byte, and told.
pub fn unseen_in_code(kind: UnseenKind, is_tagged: bool, line: usize) -> Option<Gap> {
    let what = match kind {
        UnseenKind::ZeroWidth => "characters without width",
        UnseenKind::ByteOrderMark => "a byte order mark",
        UnseenKind::BidirectionalControl => "characters that turn the direction of the text",
        UnseenKind::InvisibleCharacter if is_tagged => "invisible characters that spell words (tags)",
        UnseenKind::InvisibleCharacter => "invisible characters",
        UnseenKind::HtmlComment
        | UnseenKind::HiddenElement
        | UnseenKind::HiddenAttribute
        | UnseenKind::ImageText
        | UnseenKind::LinkTitle
        | UnseenKind::UnusedDefinition
        | UnseenKind::CollapsedBlock
        | UnseenKind::LookalikeInPath => return None,
    };
    if !is_tagged && kind != UnseenKind::BidirectionalControl {
        let told = format!("The code here holds {what}, which its page does not show: every character is taken as it stands.");
        return Some(gap(GapKind::UnseenInCode, line, false, told));
    }
    let question = format!("The code here holds {what}, which its page does not show. Are they meant to be written into the file?");
    Some(gap(GapKind::UnseenInCode, line, true, question))
}

/// A step that is built was taken out of the text.
pub fn step_removed(number: &str, title: &str, commit: &str) -> Gap {
    let question = format!(
        "Step {number} (“{}”) is no longer in the specification, and its commit {commit} is on the branch. May it stay? To have it undone, write \
         a step that says so.",
        short(title)
    );
    gap(GapKind::StepRemoved, 1, true, question)
}

pub fn broken_edit(number: &str, path: &str, reason: &str, line: usize) -> Gap {
    let file = if path.is_empty() { String::new() } else { format!(" of `{path}`") };
    gap(
        GapKind::BrokenEdit,
        line,
        true,
        format!("The exact edit{file} in step {number} cannot be read: {reason}. Could you mend the block?"),
    )
}

/// A file's name that passes for another one. Refused like an edit that cannot be read: only another text settles it.
pub fn lookalike(number: &str, path: &str, found: Lookalike, line: usize) -> Gap {
    let passes = found.plain.map_or_else(|| "which is easily taken for another".into(), |plain| format!("which looks like “{plain}”"));
    let question = format!(
        "Step {number} names the file `{}`, in which character {} is {}, {passes}. I do not touch a file whose name looks like another one. \
         Which file is meant?",
        visibly(path),
        found.place,
        named(found.character),
    );
    gap(GapKind::BrokenEdit, line, true, question)
}

fn short(text: &str) -> String {
    cut(text.trim().trim_start_matches(['-', '*', '#', '>', ' ']), 120)
}

fn cut(text: &str, most: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= most { text } else { text.chars().take(most.saturating_sub(1)).chain(['…']).collect() }
}
