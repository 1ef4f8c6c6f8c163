//! A home for the work that is in no step: a step of its own where somebody answered so, else a question.

use std::collections::BTreeMap;

use super::account::{Work, left_out};
use super::decisions::{Decision, decision, settled};
use super::forms::Draft;
use super::{Answers, Gap, LeftOut, Step, gaps};

/// More questions at once help nobody: the next ones come when these are settled.
const MOST_ASKED: usize = 40;

/// What became of the work that is in no step.
#[derive(Default)]
pub struct Placed {
    /// The steps that somebody answered are to be built.
    pub added: Vec<Draft>,
    pub asked: Vec<Gap>,
    pub left: Vec<LeftOut>,
}

/// The steps of the text, and what was asked about what stands beside them. A question's words are the key to its answer, so they stay
/// as they were at first, whatever was answered since.
pub struct Homes {
    /// The 0-based line of each step, with its number, in order.
    steps: Vec<(usize, String)>,
    /// By the line of the work.
    questions: BTreeMap<usize, Gap>,
    /// The numbers that were given, by the line of the work.
    numbers: BTreeMap<usize, String>,
}

impl Homes {
    pub fn of(read: &[(Draft, Step)]) -> Self {
        let steps = read.iter().map(|(draft, step)| (draft.at, step.number.clone())).collect();
        Self { steps, questions: BTreeMap::new(), numbers: BTreeMap::new() }
    }

    /// Asks about work, or gives it its place. Where there are no steps, there is nothing to be beside.
    pub fn find(&mut self, work: &[Work], answers: &Answers) -> Placed {
        let mut placed = Placed::default();
        for work in work {
            if self.steps.is_empty() || self.numbers.contains_key(&work.draft.at) {
                continue;
            }
            match settled(self.question(work), answers, decision) {
                Err(question) => placed.asked.push(question),
                Ok(Decision::LeaveOut) => placed.left.push(left_out(work.draft.at, &work.words, "a person said so")),
                Ok(Decision::Build) => {
                    let number = work.draft.number.clone().unwrap_or_else(|| self.free_number(work));
                    self.numbers.insert(work.draft.at, number.clone());
                    placed.added.push(Draft { number: Some(number), ..work.draft.clone() });
                }
            }
        }
        placed.asked.truncate(MOST_ASKED);
        placed
    }

    fn question(&mut self, work: &Work) -> Gap {
        if let Some(question) = self.questions.get(&work.draft.at) {
            return question.clone();
        }
        let mut question = gaps::unplaced(work, self.before(work));
        let alike = self.questions.values().filter(|other| other.question.starts_with(&question.question)).count();
        if alike > 0 {
            question.question.push_str(&format!(" This is number {} of those that look alike.", alike + 1));
        }
        self.questions.insert(work.draft.at, question.clone());
        question
    }

    /// The number of the step before some work.
    fn before(&self, work: &Work) -> Option<&str> {
        self.steps.iter().rev().find(|(at, _)| *at < work.draft.at).map(|(_, number)| number.as_str())
    }

    /// `2a` for what follows step 2, or `0` for what precedes all, then `0a`.
    fn free_number(&self, work: &Work) -> String {
        let is_free =
            |number: &String| !self.numbers.values().any(|taken| taken == number) && !self.steps.iter().any(|(_, taken)| taken == number);
        let before = self.before(work);
        let stem = before.unwrap_or("0");
        let letters = ('a'..='z').map(|letter| format!("{stem}{letter}"));
        let further = (27..).map(|nth| format!("{stem}-{nth}"));
        let mut numbers = before.is_none().then(|| stem.to_owned()).into_iter().chain(letters).chain(further);
        numbers.find(is_free).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{GapKind, read, read_answered};
    use super::*;

    /// Steps, and after them exact edits in no step.
    fn text(edits: usize) -> String {
        let edit = |at: usize| format!("**e{at}.txt**\n\n```text\n{at}\n```\n\n");
        format!("# T\n\n## Steps\n\n### 1. Add `a.txt`\n\nWith `a`.\n\n## More\n\n{}", (0..edits).map(edit).collect::<String>())
    }

    fn asked(text: &str, answers: &Answers) -> Vec<String> {
        let gaps = read_answered(text, answers).gaps.into_iter();
        gaps.filter(|gap| gap.kind == GapKind::Unplaced).map(|gap| gap.question).collect()
    }

    #[test]
    fn what_is_not_asked_at_once_is_asked_later() {
        let text = text(MOST_ASKED + 3);
        let first = asked(&text, &Answers::default());
        assert_eq!(first.len(), MOST_ASKED);
        let answers: Vec<(String, String)> = first.into_iter().map(|question| (question, "build it".into())).collect();
        let next = asked(&text, &answers.iter().cloned().collect());
        assert_eq!(next.len(), 3);
        let all: Answers = answers.into_iter().chain(next.into_iter().map(|question| (question, "leave it out".into()))).collect();
        let read = read_answered(&text, &all);
        assert_eq!((read.specification.steps.len(), read.specification.left_out.len()), (1 + MOST_ASKED, 3));
        assert!(!read.gaps.iter().any(|gap| gap.blocking), "{:?}", read.gaps);
        let numbers: std::collections::BTreeSet<&str> = read.specification.steps.iter().map(|step| step.number.as_str()).collect();
        assert_eq!(numbers.len(), 1 + MOST_ASKED, "{numbers:?}");
    }

    #[test]
    fn what_looks_alike_is_answered_apart() {
        let text = text(2).replace("e1.txt", "e0.txt");
        let questions = asked(&text, &Answers::default());
        assert_eq!(questions.len(), 2, "{:?}", read(&text).gaps);
        let said = [(questions[0].clone(), "build it".to_owned()), (questions[1].clone(), "leave it out".to_owned())];
        let read = read_answered(&text, &said.into_iter().collect());
        let steps: Vec<(&str, usize)> = read.specification.steps.iter().map(|step| (step.number.as_str(), step.line)).collect();
        assert_eq!((steps.as_slice(), read.specification.left_out.len()), ([("1", 5), ("1a", 11)].as_slice(), 1));
    }
}
