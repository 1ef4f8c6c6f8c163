//! Which questions a comment answers.

use super::Question;
use super::command::{is_command, lines_outside_fences};

/// The answers in a comment, as (question number, text). By number (`2: yes, per user`, also `2.`, `2)`, `Q2:`), each
/// reaching to the next number; or the whole comment, when exactly one blocking question is open: an optional one takes
/// no chatter for its answer.
pub fn read(comment: &str, questions: &[Question]) -> Vec<(usize, String)> {
    let open: Vec<usize> = questions.iter().filter(|q| q.is_open()).map(|q| q.number).collect();
    let blocking: Vec<usize> = questions.iter().filter(|q| q.is_open() && q.gap.blocking).map(|q| q.number).collect();
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut preamble = String::new();
    for line in lines_outside_fences(comment).filter(|line| !is_command(line)) {
        match numbered(line) {
            Some((number, text)) if open.contains(&number) => found.push((number, text.to_owned())),
            Some(_) | None => append(found.last_mut().map_or(&mut preamble, |(_, text)| text), line),
        }
    }
    if let ([only], true) = (blocking.as_slice(), found.is_empty()) {
        found.push((*only, preamble));
    }
    found.iter_mut().for_each(|(_, text)| *text = text.trim().to_owned());
    found.retain(|(_, text)| !text.is_empty());
    found
}

fn append(text: &mut String, line: &str) {
    text.push('\n');
    text.push_str(line);
}

fn numbered(line: &str) -> Option<(usize, &str)> {
    let line = line.trim_start().trim_start_matches("- ").trim_start_matches(['*', 'Q', 'q', '#']);
    let digits = line.find(|c: char| !c.is_ascii_digit())?;
    let (number, rest) = line.split_at(digits);
    let rest = rest.trim_start_matches('*');
    let text = rest.strip_prefix([':', '.', ')'])?.trim_start_matches('*');
    // `1.5 seconds` is no answer to question 1.
    let apart = rest.starts_with(':') || text.is_empty() || text.starts_with(char::is_whitespace);
    Some((number.parse().ok().filter(|_| apart)?, text.trim_start()))
}
