//! Somebody asks what a question of ours means: where it arises, what stands there, what it waits for.

use super::block::quoted;
use super::questions::{item_note, place};
use super::text::{inline_to, paragraph};
use crate::workflow::{Question, Run};

/// Characters of the line that is quoted.
const LONGEST: usize = 600;

/// The questions that a text is about, explained from the specification's text; `None` where it is about none of them.
pub fn about_questions(run: &Run, said: &str, text: &str) -> Option<String> {
    let numbers = named(said);
    let meant: Vec<String> =
        run.questions.iter().filter(|question| numbers.contains(&question.number)).map(|question| about(run, question, text)).collect();
    (!meant.is_empty()).then(|| meant.join("\n\n"))
}

fn about(run: &Run, question: &Question, text: &str) -> String {
    let gap = &question.gap;
    // What implementers ask is in no line, and of a file the line is another one.
    let there = gap.document.is_empty() && question.step.is_none();
    let line = text.lines().nth(gap.line.saturating_sub(1)).map(bare).filter(|line| there && !line.is_empty());
    let reads = line.map_or_else(|| ".".to_owned(), |line| format!(", which reads:\n\n{}", quoted(&inline_to(line, LONGEST))));
    format!(
        "Question {} is about {}{reads}\n\n{} {}",
        question.number,
        lower(&place(gap)),
        paragraph(&gap.question),
        item_note(run, question)
    )
}

/// Without the marks of a heading, an item or a quotation.
fn bare(line: &str) -> &str {
    line.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '#' | '>' | '-' | '*' | '+')).trim_end()
}

fn lower(place: &str) -> String {
    place.replacen("Line", "line", 1)
}

/// The numbers after words that say that a question is meant: `question 2`, `Q2`, `what do you mean by 2?`.
fn named(said: &str) -> Vec<usize> {
    let words: Vec<String> =
        said.to_lowercase().split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned()).collect();
    let mut numbers = Vec::new();
    let mut before = "";
    for word in &words {
        let means = matches!(before, "question" | "questions" | "point" | "by" | "with" | "and");
        let number: Option<usize> = if means { word.parse().ok() } else { word.strip_prefix('q').and_then(|rest| rest.parse().ok()) };
        numbers.extend(number);
        before = word;
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_questions_that_are_meant_are_found_and_other_numbers_are_not() {
        for (said, numbers) in [
            ("Question 2: what do you mean by that?", vec![2]),
            ("What do you mean by 1?", vec![1]),
            ("What is Q3 about, and question 1?", vec![3, 1]),
            ("Does step 2 need 3 files?", vec![]),
            ("By 1.5, do you mean seconds?", vec![]),
        ] {
            assert_eq!(named(said), numbers, "{said}");
        }
    }
}
