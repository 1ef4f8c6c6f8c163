//! What `build` answers to the questions of its run: given on the command line, or typed on a terminal.

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use anyhow::bail;

use crate::prose;
use crate::specification::{self, GapKind};
use crate::workflow::{Phase, Question, Run};

/// After so many rounds of questions nobody goes on answering.
const MOST_ROUNDS: usize = 10;

/// How a person goes on from open questions.
pub fn how(run: &Run) -> String {
    let open = || run.blocking_questions();
    if open().all(Question::needs_an_edit) {
        return "edit the specification: no answer settles this".to_owned();
    }
    let proposed = open().find(|question| question.gap.kind == GapKind::ProposedPlan);
    let example = prose::question_to_answer(run);
    let answer = match proposed.map(|question| specification::proposed_plans(&question.gap)) {
        Some(0 | 1) => "take the proposed plan with --yes".to_owned(),
        Some(_) => format!("choose a plan by its number with --answer \"{example}: 2\""),
        None => format!("answer with --answer \"{example}: …\""),
    };
    format!("{answer}, or edit the specification")
}

/// The answers that there are.
pub struct Answering {
    given: Vec<(usize, String)>,
    yes: bool,
    /// Whether somebody sits at a terminal.
    asks: bool,
    rounds: usize,
}

impl Answering {
    /// `given`: each as `NUMBER: ANSWER`.
    pub fn new(given: &[String], yes: bool, json: bool) -> anyhow::Result<Self> {
        let asks = !json && std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        let given = given.iter().map(|answer| split(answer)).collect::<anyhow::Result<Vec<_>>>()?;
        Ok(Self { given, yes, asks, rounds: 0 })
    }

    /// The comments that answer what is open, each one question; none where nothing is open, or nobody answers.
    pub fn comments(&mut self, run: &Run) -> anyhow::Result<Vec<String>> {
        if run.phase != Phase::Asking || self.rounds == MOST_ROUNDS {
            return Ok(Vec::new());
        }
        self.rounds += 1;
        let mut said = Vec::new();
        for question in run.questions.iter().filter(|question| question.is_open()) {
            if let Some(at) = self.given.iter().position(|(number, _)| *number == question.number) {
                said.push(answered(question, &self.given.remove(at).1));
            } else if self.yes && specification::proposed_plans(&question.gap) == 1 {
                said.push("/journeyman approve".to_owned());
            } else if self.asks && question.gap.blocking && !question.needs_an_edit() {
                said.extend(typed(question)?.map(|answer| answered(question, &answer)));
            }
        }
        Ok(said)
    }

    /// Fails where an answer was given to what was never asked.
    pub fn finish(&self) -> anyhow::Result<()> {
        match self.given.first() {
            Some((number, _)) => bail!("failed to give the answer to question {number}: it was not asked, or was settled already"),
            None => Ok(()),
        }
    }
}

fn answered(question: &Question, answer: &str) -> String {
    format!("{}: {answer}", question.number)
}

fn split(answer: &str) -> anyhow::Result<(usize, String)> {
    let parts = answer.split_once([':', '.', ')']).and_then(|(number, text)| Some((number.trim().parse().ok()?, text.trim().to_owned())));
    match parts.filter(|(_, text)| !text.is_empty()) {
        Some(parts) => Ok(parts),
        None => bail!("failed to read the answer {answer:?}: it should be a question's number, a colon and the answer, as in \"1: yes\""),
    }
}

/// What a person types; `None` for an empty line.
fn typed(question: &Question) -> anyhow::Result<Option<String>> {
    let mut err = std::io::stderr().lock();
    write!(err, "{}\n> ", prose::plain_question(question))?;
    err.flush()?;
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(Some(line.trim().to_owned()).filter(|answer| !answer.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_names_its_question() {
        assert_eq!(split("2: build it").unwrap(), (2, "build it".to_owned()));
        assert!(split("build it").is_err() && split("2:").is_err());
        assert!(Answering::new(&["1: yes".into()], false, true).unwrap().finish().is_err());
    }
}
