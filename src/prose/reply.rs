//! A reply to somebody's comment. It never calls anybody: who asked is told by GitHub.

use super::status::standing;
use super::text::{code, listed, quoted};
use crate::specification;
use crate::workflow::{NotNow, Reply, Run, Words};

/// Each command with what it does.
const COMMANDS: [(&str, &str); 8] = [
    ("/journeyman status", "say where the run stands"),
    ("/journeyman approve", "build the plan that was shown; with steps below it in the same comment, build those"),
    ("/journeyman proceed", "go on with what can be left as it stands"),
    ("/journeyman retry [step N]", "try again what the run is stuck at"),
    ("/journeyman rebuild step N", "build a step once more, as a new commit"),
    ("/journeyman stop", "end the run; the work is kept"),
    ("/journeyman resume", "go on after a stop"),
    ("/journeyman help", "show this list"),
];

pub fn comment(run: &Run, reply: Option<&Reply>) -> String {
    let Some(reply) = reply else { return "This was answered before.\n".to_owned() };
    reply.words.iter().map(|words| said(run, words)).collect::<Vec<_>>().join("\n")
}

fn said(run: &Run, words: &Words) -> String {
    match words {
        Words::Help => help(run),
        Words::Standing => standing(run),
        Words::MatchesNothing { said } => format!(
            "I could not tell which question this answers, so it was taken for none:\n\n{}\n\nPlease answer by number, as in `{}: your answer`. {}\n",
            quoted(said.as_data(), 600),
            super::questions::example(run),
            open_questions(run)
        ),
        Words::NoSuchQuestion { number } => format!("There is no question {number}. {}\n", open_questions(run)),
        Words::Settled { number } => format!("The specification no longer asks question {number}. {}\n", open_questions(run)),
        Words::Wrong { command, more: None } => {
            format!("{} needs a step's number, as in `/journeyman {command} step 2`.\n", code(&format!("/journeyman {command}")))
        }
        Words::Wrong { command, more: Some(more) } => {
            format!("{} stands alone; {} is more than I can follow.\n", code(&format!("/journeyman {command}")), code(more))
        }
        Words::Unknown { said, nearest } => {
            let meant = nearest.as_ref().map(|nearest| format!(" Did you mean {}?", code(&format!("/journeyman {nearest}"))));
            format!("I know no command {}.{} `/journeyman help` lists those there are.\n", code(said), meant.unwrap_or_default())
        }
        Words::NotNow { command, why } => format!("{} changes nothing: {}\n", code(&format!("/journeyman {command}")), not_now(run, *why)),
        Words::Answer { text, places, by: _ } => super::answer(text.as_data(), places),
        Words::Passages { question } => passages(run, question.as_data()),
    }
}

/// What the specification says to a question; before there is a plan, the text that was read.
fn passages(run: &Run, question: &str) -> String {
    let (specification, text) = match (&run.plan, &run.talk.accepted) {
        (Some(plan), _) => (plan.specification.clone(), plan.text.as_data().to_owned()),
        (None, Some(accepted)) => {
            (specification::read(accepted.body.as_data()).specification, specification::seen(accepted.body.as_data()).0)
        }
        (None, None) => return standing(run),
    };
    match super::about::about_questions(run, question, &text) {
        Some(about) => format!("{about}\n\nWhere the run stands: {}", standing(run)),
        None => super::answer_without_model(question, &specification, &text, &standing(run)),
    }
}

fn help(run: &Run) -> String {
    let rows: String = COMMANDS.iter().map(|(command, does)| format!("| `{command}` | {does} |\n")).collect();
    let mention = if run.settings.handle.is_empty() {
        String::new()
    } else {
        format!("\nA comment that mentions {} with a question gets an answer.", code(&format!("@{}", run.settings.handle)))
    };
    format!(
        "| Comment | What it does |\n|:--|:--|\n{rows}\nEach stands on a line of its own, by somebody who may write to this repository. Removing the label \
         stops the run as well.{mention}\n"
    )
}

fn open_questions(run: &Run) -> String {
    let open: Vec<String> = run.questions.iter().filter(|q| q.is_open()).map(|q| q.number.to_string()).collect();
    match open.len() {
        0 => "No question is open.".to_owned(),
        1 => format!("Question {} is open.", listed(&open, 20, str::to_owned)),
        _ => format!("Questions {} are open.", listed(&open, 20, str::to_owned)),
    }
}

fn not_now(run: &Run, why: NotNow) -> String {
    match why {
        NotNow::NothingToApprove => "no plan waits for an approval.".to_owned(),
        NotNow::NoPlan => "there are no steps yet. Put them below the command in the same comment, or into the issue.".to_owned(),
        NotNow::NothingOpen => "nothing is open that could be left as it stands.".to_owned(),
        NotNow::NeedsAnswers => format!("what is open needs an answer or an edit. {}", open_questions(run)),
        NotNow::NotStuck => "the run is not stuck.".to_owned(),
        NotNow::NotStuckThere => "the run is not stuck at that step. `/journeyman rebuild step N` builds it once more.".to_owned(),
        NotNow::NotStopped => "the run was not stopped.".to_owned(),
        NotNow::NoSuchStep => "there is no step with that number.".to_owned(),
        NotNow::NotBuilt => "that step is not built yet.".to_owned(),
        NotNow::UnderWay => "that step is being built.".to_owned(),
        NotNow::Over => "the run is over. Label the issue again for another one.".to_owned(),
    }
}
