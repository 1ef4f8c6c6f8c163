//! What an answer decides: whether something is built, and which plan is meant.

use super::{Answers, Gap, gaps};

/// What a person says of a piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    Build,
    LeaveOut,
}

/// How often an answer may be unclear before the question stands as it is.
const MOST_TRIES: usize = 5;

/// What people answered to a question, or the question to be asked: again, in other words, where an answer decided nothing.
pub fn settled<T>(mut question: Gap, answers: &Answers, read: impl Fn(&str) -> Option<T>) -> Result<T, Gap> {
    for _ in 0..MOST_TRIES {
        let Some(answer) = answers.to(&question.question) else { break };
        if let Some(said) = read(answer) {
            return Ok(said);
        }
        question = gaps::unclear_answer(question, answer);
    }
    Err(question)
}

/// Whether an answer says to build or to leave out; `None` where it says neither plainly.
pub fn decision(answer: &str) -> Option<Decision> {
    let words = words(answer);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    if has(&[
        "no", "not", "don't", "dont", "leave", "skip", "ignore", "drop", "omit", "out", "done", "already", "never", "nein", "non",
        "exclude",
    ]) {
        return Some(Decision::LeaveOut);
    }
    has(&["build", "yes", "step", "do", "include", "implement", "add", "ja", "oui", "sí", "si", "ok", "okay", "keep", "take"])
        .then_some(Decision::Build)
}

/// Which of `count` plans an answer chooses, from 0.
pub fn chosen(answer: &str, count: usize) -> Option<usize> {
    let words = words(answer);
    let number = words.iter().find_map(|word| word.parse::<usize>().ok()).filter(|number| (1..=count).contains(number));
    let agrees =
        || words.iter().any(|word| ["approve", "approved", "yes", "ok", "okay", "build", "ja", "oui", "go"].contains(&word.as_str()));
    number.map(|number| number - 1).or_else(|| (count == 1 && agrees()).then_some(0))
}

fn words(answer: &str) -> Vec<String> {
    answer
        .to_lowercase()
        .replace('’', "'")
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_decides_only_what_it_says_plainly() {
        for (answer, said) in [
            ("Build it.", Some(Decision::Build)),
            ("yes please", Some(Decision::Build)),
            ("as step 3", Some(Decision::Build)),
            ("Leave it out", Some(Decision::LeaveOut)),
            ("do not build it", Some(Decision::LeaveOut)),
            ("It is done already", Some(Decision::LeaveOut)),
            ("Hm.", None),
            ("maybe later?", None),
        ] {
            assert_eq!(decision(answer), said, "{answer}");
        }
        assert_eq!(chosen("approve", 1), Some(0));
        assert_eq!(chosen("approve", 2), None);
        assert_eq!(chosen("approve 2", 2), Some(1));
        assert_eq!(chosen("plan 7", 2), None);
    }
}
