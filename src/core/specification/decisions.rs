//! What an answer decides: whether something is built, and which plan is meant.

use super::{Answers, Gap, gaps};

/// What a person says of a piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    Build,
    LeaveOut,
}

/// What people answered to a question, or the question to be asked: again, in other words, where an answer decided nothing. No two
/// tries have the same words, so that each answer is to one of them, and the last one has none.
pub fn settled<T>(question: Gap, answers: &Answers, read: impl Fn(&str) -> Option<T>) -> Result<T, Gap> {
    let mut asked = question.clone();
    for tries in 1.. {
        let Some(answer) = answers.to(&asked.question) else { break };
        if let Some(said) = read(answer) {
            return Ok(said);
        }
        asked = gaps::unclear_answer(&question, answer, tries);
    }
    Err(asked)
}

/// Whether an answer says to build or to leave out; `None` where it says neither plainly.
pub fn decision(answer: &str) -> Option<Decision> {
    let words = words(answer);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let negates = ["not", "don't", "dont", "never", "nicht", "isn't"];
    let leaves = ["leave", "skip", "ignore", "drop", "omit", "exclude"];
    let denies = ["no", "nope", "out", "done", "already", "nein", "non"];
    let builds = ["build", "yes", "step", "do", "include", "implement", "add", "ja", "oui", "sí", "si", "ok", "okay", "keep", "take"];
    let is = |word: Option<&String>, list: &[&[&str]]| word.is_some_and(|word| list.iter().any(|list| list.contains(&word.as_str())));
    if (0..words.len()).any(|at| is(words.get(at), &[&negates]) && is(words.get(at + 1), &[&leaves, &denies])) {
        // "Don't skip it", "not done yet".
        return None;
    }
    match (has(&negates) || has(&leaves), has(&denies), has(&builds)) {
        (true, _, _) | (false, true, false) => Some(Decision::LeaveOut),
        (false, false, true) => Some(Decision::Build),
        // "No, build it": which of the two counts is for people to say.
        (false, true, true) | (false, false, false) => None,
    }
}

/// Which of `count` plans an answer chooses, from 0.
pub fn chosen(answer: &str, count: usize) -> Option<usize> {
    let words = words(answer);
    let mut numbers: Vec<usize> = words.iter().filter_map(|word| word.parse().ok()).collect();
    numbers.dedup();
    // "1 and 2" chooses none of them.
    if numbers.len() > 1 {
        return None;
    }
    let number = numbers.first().copied().filter(|number| (1..=count).contains(number));
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
    fn an_answer_that_decides_nothing_is_asked_again_however_often() {
        let question = gaps::missing_number(&["2".into()], 3);
        let mut said: Vec<(String, String)> = Vec::new();
        let mut asked = std::collections::BTreeSet::new();
        for _ in 0..20 {
            let open = settled(question.clone(), &said.iter().cloned().collect(), decision).unwrap_err();
            assert!(asked.insert(open.question.clone()), "asked twice in the same words: {}", open.question);
            said.push((open.question, "hm".into()));
        }
        said.last_mut().unwrap().1 = "build it".into();
        assert_eq!(settled(question, &said.into_iter().collect(), decision), Ok(Decision::Build));
    }

    #[test]
    fn an_answer_decides_only_what_it_says_plainly() {
        for (answer, said) in [
            ("Build it.", Some(Decision::Build)),
            ("yes please", Some(Decision::Build)),
            ("as step 3", Some(Decision::Build)),
            ("Leave it out", Some(Decision::LeaveOut)),
            ("do not build it", Some(Decision::LeaveOut)),
            ("It is done already", Some(Decision::LeaveOut)),
            ("No, build it", None),
            ("Don't leave it out", None),
            ("It is not done yet, build it", None),
            ("No, do not build it. Leave it out.", Some(Decision::LeaveOut)),
            ("No.", Some(Decision::LeaveOut)),
            ("Hm.", None),
            ("maybe later?", None),
        ] {
            assert_eq!(decision(answer), said, "{answer}");
        }
        assert_eq!(chosen("approve", 1), Some(0));
        assert_eq!(chosen("approve", 2), None);
        assert_eq!(chosen("approve 2", 2), Some(1));
        assert_eq!(chosen("plan 7", 2), None);
        assert_eq!(chosen("1 and 2", 2), None);
        assert_eq!(chosen("the second", 2), None);
    }
}
