//! Questions: numbered, each with its line and what happens if it stays open.

use super::text::{count, inline};
use crate::spec::Step;
use crate::workflow::{Question, Run};

pub fn comment(run: &Run) -> String {
    let blocking = run.blocking_questions().count();
    let mut out = if blocking > 0 {
        format!("@{}, the specification leaves {} open that the work cannot go on without.\n\n", run.asked_by, count(blocking, "point"))
    } else {
        "Questions about the specification. Nothing that is open here holds up the work.\n\n".to_owned()
    };
    for question in &run.questions {
        out.push_str(&item(question));
    }
    if blocking > 0 {
        out.push_str(
            "\nAnswer in a comment, by number (`1: your answer`), or edit the specification. \
             The work goes on by itself when the last of these is settled.\n",
        );
    }
    out
}

fn item(question: &Question) -> String {
    let Question { number, gap, .. } = question;
    let mut out = format!("{number}. **{}** (line {})\n", inline_long(&gap.question), gap.line);
    let note = match (&question.answer, question.settled, gap.blocking) {
        (Some(answer), _, _) => format!("✅ {} answered: {}", answer.by, inline(answer.text.as_data())),
        (None, true, _) => "✅ settled in the specification".to_owned(),
        (None, false, true) => "Nothing is built before this is settled.".to_owned(),
        (None, false, false) => "Optional: left open, the specification is built as it stands.".to_owned(),
    };
    let indent = " ".repeat(number.to_string().len() + 2);
    out.push_str(&format!("\n{indent}{note}\n"));
    out
}

/// Our own questions may be longer than somebody's title.
fn inline_long(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().chunks(24).map(|words| inline(&words.join(" "))).collect::<Vec<_>>().join(" ")
}

/// A question for the terminal.
pub fn plain_question(question: &Question) -> String {
    format!("{}. {} (line {})", question.number, question.gap.question, question.gap.line)
}

/// An exact edit that does not apply, as a question. `why` names the file and the place.
pub fn edit_question(step: &Step, why: &str) -> String {
    format!("Step {} ({}) does not apply: {why}. What should it be?", inline(&step.number), inline(&step.title))
}
