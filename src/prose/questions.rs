//! Questions: numbered, each with its line and what happens if it stays open.

use super::text::{code, count, inline, lines, paragraph, plain};
use crate::specification::{self, Gap, GapKind, Step};
use crate::workflow::{Phase, Question, Run};

pub fn comment(run: &Run) -> String {
    let blocking = run.blocking_questions().count();
    let waits = blocking > 0 && !matches!(run.phase, Phase::Over(_));
    let mut out = if waits {
        format!(
            "@{}, before {} is built, {} in the specification {} an answer.\n\n",
            run.asked_by,
            if run.is_frozen() { "the next step" } else { "anything" },
            count(blocking, "point"),
            need(blocking)
        )
    } else {
        "Questions about the specification. Nothing here holds up the work.\n\n".to_owned()
    };
    out.push_str(&lines(run.questions.iter().map(|question| item(run, question)), |n| {
        format!("\nAnd {n} more, which are asked when these are settled.\n")
    }));
    if waits && run.blocking_questions().all(Question::needs_an_edit) {
        out.push_str("\nThe work goes on by itself when the last point is settled.\n");
    } else if waits {
        out.push_str(&format!(
            "\nAnswer in a comment by number (`{}: your answer`), or edit the specification. The work goes on by itself when the last point is settled.\n",
            example(run)
        ));
    }
    out
}

/// The words of a question within a list: paragraphs and lists of their own stay what they are.
fn in_lines(question: &str, indent: &str) -> String {
    let mut out = String::new();
    for line in question.lines() {
        let shown = line.strip_prefix("- ").map_or_else(|| paragraph(line), |item| format!("- {}", paragraph(item)));
        match (out.is_empty(), shown.is_empty()) {
            (true, _) => out.push_str(&shown),
            (false, true) => out.push('\n'),
            (false, false) => out.push_str(&format!("\n{indent}{shown}")),
        }
    }
    out
}

fn need(points: usize) -> &'static str {
    if points == 1 { "needs" } else { "need" }
}

fn item(run: &Run, question: &Question) -> String {
    let Question { number, gap, .. } = question;
    let indent = " ".repeat(number.to_string().len() + 2);
    format!("{number}. **{}:** {}\n\n{indent}{}\n", place(gap), in_lines(&gap.question, &indent), item_note(run, question))
}

/// What became of a question, or what happens if it stays open.
pub(super) fn item_note(run: &Run, question: &Question) -> String {
    let gap = &question.gap;
    match (&question.answer, question.settled) {
        (Some(answer), true) => format!("✅ {} answered: {}", answer.by, inline(answer.text.as_data())),
        (None, true) if specification::wants_steps(gap) && run.talk.plan_given.is_some() => {
            let by = run.talk.plan_given.as_ref().map_or("somebody", |given| given.by.as_str());
            format!("✅ {by} gave the steps.")
        }
        (None, true) => "✅ Settled in the specification.".to_owned(),
        (Some(answer), false) if question.needs_an_edit() => {
            format!("{} answered: {} · Only an edit of the specification settles this.", answer.by, inline(answer.text.as_data()))
        }
        (Some(answer), false) => format!("✅ {} answered: {}", answer.by, inline(answer.text.as_data())),
        (None, false) if gap.kind == GapKind::ProposedPlan => {
            let order = match specification::proposed_plans(gap) {
                0 | 1 => "`/journeyman approve` builds these.".to_owned(),
                2 => "`/journeyman approve 1` builds the first plan, `/journeyman approve 2` the second.".to_owned(),
                plans => format!("`/journeyman approve 1` builds the first plan, and so on to `/journeyman approve {plans}`."),
            };
            format!("{order} To have other steps, write them into the issue, or below the order.")
        }
        (None, false) if specification::wants_steps(gap) => {
            "Steps in the issue settle this, or in a comment below `/journeyman approve`.".to_owned()
        }
        (None, false) if question.needs_an_edit() && run.talk.plan_given.is_some() && !run.is_frozen() => {
            "Other steps below `/journeyman approve` settle this, or steps in the issue.".to_owned()
        }
        (None, false) if question.needs_an_edit() => "Only an edit of the specification settles this.".to_owned(),
        (None, false) if gap.blocking && question.step.is_some() => "The step waits for this.".to_owned(),
        (None, false) if gap.blocking => "Nothing is built before this is settled.".to_owned(),
        (None, false) => "Optional: left open, the specification is built as it stands.".to_owned(),
    }
}

/// Where in the specification the question arises.
pub(super) fn place(gap: &Gap) -> String {
    if gap.document.is_empty() { format!("Line {}", gap.line) } else { format!("{}, line {}", code(&gap.document), gap.line) }
}

/// Every question with its answer, in plain lines, for whoever answers people about them.
pub fn asked_so_far(run: &Run) -> String {
    let line = |question: &Question| {
        let answer = question.answer.as_ref().map(|answer| format!(" {} answered: {}", answer.by, plain(answer.text.as_data(), 2000)));
        format!("{}{}\n", plain_question(question), answer.unwrap_or_default())
    };
    run.questions.iter().map(line).collect()
}

/// The number to answer by in an example: of the first question that is open.
pub fn example(run: &Run) -> usize {
    let open = run.blocking_questions().find(|question| !question.needs_an_edit());
    open.or_else(|| run.questions.iter().find(|question| question.is_open())).map_or(1, |question| question.number)
}

/// A question for the terminal.
pub fn plain_question(question: &Question) -> String {
    let place = plain_place(&question.gap);
    let mut lines = question.gap.question.lines().map(|line| plain(line, 2000)).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default();
    let more: String = lines.map(|line| format!("\n       {line}")).collect();
    format!("{}. {first} ({place}){more}", question.number)
}

/// `line 3`, or `specs/004-x/tasks.md:14` for a specification that is kept as files.
pub fn plain_place(gap: &Gap) -> String {
    plain_line(&gap.document, gap.line)
}

pub(super) fn plain_line(document: &str, line: usize) -> String {
    if document.is_empty() { format!("line {line}") } else { format!("{}:{line}", plain(document, 300)) }
}

/// An exact edit that does not apply, as a question. `why` names the file and the place.
pub fn edit_question(step: &Step, why: &str) -> String {
    format!("Step {} ({}) does not apply: {}. What should it be?", plain(&step.number, 40), plain(&step.title, 200), plain(why, 1000))
}
