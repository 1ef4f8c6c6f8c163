//! Which questions a comment answers: by number, by quoting one, by "all", or in free prose to the only one that is open.
//!
//! Every part of a comment is accounted for: what answers nothing is returned with the reason, so that it can be said. Rules, few:
//!
//! - A number begins an answer, which reaches to the next number, quoted question, order or the end; what a mail program added is dropped.
//! - A quotation is a question's where its words are that question's and no other's. Any other quotation is context.
//! - Free prose answers a question only if it is the one blocking question that is open, and nothing was answered by number.
//! - Free prose that only asks back, only thanks, or has no word in it answers nothing. By number, only asking back is no answer.
//! - A numbered list within an answer is part of it, unless the numbers are those of questions.

mod head;
mod talk;

use super::Question;
use super::command::is_order;
use super::comment::{Kind, lines, shown};
use head::{Head, Which};

/// What a comment says to the questions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answers {
    /// In the order of the comment; one that answers several questions is there for each.
    pub matched: Vec<Matched>,
    pub unmatched: Vec<Unmatched>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matched {
    pub question: usize,
    pub text: String,
    /// The question was answered before: its author has changed their mind, or somebody else answers too.
    pub again: bool,
}

/// A part of a comment that answers nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmatched {
    pub why: Why,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// There is no question with this number.
    NoSuchQuestion(usize),
    /// The specification was edited, and no longer asks this.
    Settled(usize),
    /// The number of a question, and nothing after it.
    Empty(usize),
    /// It asks back instead of answering; of this question, where it says so.
    AsksBack(Option<usize>),
    /// More than one question is open, and nothing says which one it answers.
    SeveralOpen,
    /// Words beside answers, thanks, or talk while nothing has to be answered. Nothing need be said about them.
    Aside,
}

/// Reads a comment for answers to `questions`.
pub fn read(comment: &str, questions: &[Question]) -> Answers {
    let comment = shown(comment);
    let mut answers = Answers::default();
    let mut loose: Vec<&str> = Vec::new();
    for part in parts(&comment, questions) {
        let text = comment.get(part.start..part.end).unwrap_or_default().trim();
        match part.to {
            To::Nothing if text.is_empty() => {}
            To::Nothing => loose.push(text),
            To::Questions(which) => give(&mut answers, &which, text, questions),
        }
    }
    // A question that is quoted before it is answered by number was not left without an answer.
    let given: Vec<usize> = answers.matched.iter().map(|matched| matched.question).collect();
    answers.unmatched.retain(|part| !matches!(&part.why, Why::Empty(number) if given.contains(number)));
    answer_freely(&mut answers, loose, questions);
    answers
}

/// Free prose. Several pieces of it are one answer.
fn answer_freely(answers: &mut Answers, loose: Vec<&str>, questions: &[Question]) {
    let blocking: Vec<&Question> = questions.iter().filter(|q| q.is_open() && q.gap.blocking).collect();
    let (said, talk): (Vec<&str>, Vec<&str>) = loose.into_iter().partition(|text| talk::says_something(text) && !talk::asks_back(text));
    for text in talk {
        let why = if talk::says_something(text) { Why::AsksBack(None) } else { Why::Aside };
        answers.unmatched.push(Unmatched { why, text: text.to_owned() });
    }
    if said.is_empty() {
        return;
    }
    let text = said.join("\n\n");
    match blocking.as_slice() {
        [only] if answers.matched.is_empty() => {
            answers.matched.push(Matched { question: only.number, text, again: false });
        }
        [_, _, ..] if answers.matched.is_empty() => answers.unmatched.push(Unmatched { why: Why::SeveralOpen, text }),
        _ => answers.unmatched.push(Unmatched { why: Why::Aside, text }),
    }
}

/// An answer by number or quotation.
fn give(answers: &mut Answers, which: &[usize], text: &str, questions: &[Question]) {
    for number in which {
        let question = questions.iter().find(|question| question.number == *number);
        let why = match question {
            None => Some(Why::NoSuchQuestion(*number)),
            Some(question) if question.settled => Some(Why::Settled(*number)),
            Some(_) if text.is_empty() => Some(Why::Empty(*number)),
            Some(_) if talk::asks_back(text) => Some(Why::AsksBack(Some(*number))),
            Some(_) => None,
        };
        match why {
            Some(why) => answers.unmatched.push(Unmatched { why, text: text.to_owned() }),
            None => {
                let again = question.is_some_and(|question| !question.is_open());
                answers.matched.push(Matched { question: *number, text: text.to_owned(), again });
            }
        }
    }
}

enum To {
    Nothing,
    Questions(Vec<usize>),
}

/// A range of the comment that says one thing.
struct Part {
    to: To,
    start: usize,
    end: usize,
}

fn parts(comment: &str, questions: &[Question]) -> Vec<Part> {
    let lines = lines(comment);
    let asked: Vec<(usize, String)> = questions.iter().map(|q| (q.number, words(&q.gap.question))).collect();
    let last = questions.iter().map(|question| question.number).max().unwrap_or(0);
    let mut parts = vec![Part { to: To::Nothing, start: 0, end: 0 }];
    let mut quoted_to = 0;
    for (index, (at, line, kind)) in lines.iter().enumerate() {
        let end = at + line.len();
        let open = matches!(parts.last(), Some(Part { to: To::Questions(_), .. }));
        let loose = |start: usize| Part { to: To::Nothing, start, end: start };
        match kind {
            Kind::Mail => parts.push(loose(end)),
            Kind::Own if is_order(line) => parts.push(loose(end)),
            Kind::Quoted if index >= quoted_to => {
                let quote: Vec<&str> =
                    lines.iter().skip(index).take_while(|(_, _, kind)| *kind == Kind::Quoted).map(|(_, line, _)| *line).collect();
                quoted_to = index + quote.len();
                let after = lines.get(quoted_to).map_or(comment.len(), |(at, _, _)| *at);
                match question_of(&quote.join(" "), &asked) {
                    Some(number) => parts.push(Part { to: To::Questions(vec![number]), start: after, end: after }),
                    None if !open && parts.last().is_some_and(|part| is_blank(comment, part)) => parts.push(loose(after)),
                    None => {}
                }
            }
            Kind::Own => match head::of(line).and_then(|head| targets(&head, questions, last, open)) {
                Some((which, text_at)) => parts.push(Part { to: To::Questions(which), start: at + text_at, end }),
                None => extend(&mut parts, end),
            },
            Kind::Fenced => extend(&mut parts, end),
            // A quotation within an answer counts once something of its author's own follows.
            Kind::Quoted => {}
        }
    }
    parts
}

fn is_blank(comment: &str, part: &Part) -> bool {
    comment.get(part.start..part.end).is_none_or(|text| text.trim().is_empty())
}

fn extend(parts: &mut [Part], end: usize) {
    if let Some(part) = parts.last_mut() {
        part.end = part.end.max(end);
    }
}

/// The questions that a numbered line is about, and where its text begins; `None` where it is a line like any other. `open`: it
/// stands within an answer.
fn targets(head: &Head, questions: &[Question], last: usize, open: bool) -> Option<(Vec<usize>, usize)> {
    let known = |number: &usize| questions.iter().any(|question| question.number == *number);
    let which: Vec<usize> = match &head.which {
        Which::All => questions.iter().filter(|question| question.is_open()).map(|question| question.number).collect(),
        Which::Numbers(numbers) => numbers.clone(),
        Which::Range(from, to) => (*from..=(*to).min(last)).chain((*to > last).then_some(*to)).collect(),
    };
    let blocking = questions.iter().filter(|question| question.is_open() && question.gap.blocking).count();
    // `1.` and `1)` are also how lists are written: within an answer, and as the answer to the only question.
    let list = head.is_list && (!which.iter().all(known) || head.indent > 1) && (open || blocking == 1);
    let elsewhere = head.is_bare && !which.iter().all(known);
    (!which.is_empty() && !list && !elsewhere).then_some((which, head.text_at))
}

/// The one question that a quotation is of.
fn question_of(quote: &str, asked: &[(usize, String)]) -> Option<usize> {
    const FEWEST_WORDS: usize = 3;
    let quote = words(quote);
    if quote.trim().is_empty() {
        return None;
    }
    let mut found: Vec<(bool, usize)> = Vec::new();
    for (number, question) in asked.iter().filter(|(_, question)| !question.trim().is_empty()) {
        let whole = quote.contains(question.as_str());
        let cut = quote.split_whitespace().nth(FEWEST_WORDS - 1).is_some() && question.contains(quote.as_str());
        if whole || cut {
            found.push((whole, *number));
        }
    }
    // Where whole questions are quoted, those of which the quotation is only a part are others.
    let whole = found.iter().any(|(whole, _)| *whole);
    let mut numbers = found.into_iter().filter(|(is, _)| *is || !whole).map(|(_, number)| number);
    numbers.next().filter(|_| numbers.next().is_none())
}

/// The words of a text in small letters, each between two spaces: so that one text is looked for in another whole word by whole word.
fn words(text: &str) -> String {
    let mut words = String::from(" ");
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        words.push_str(&word.to_lowercase());
        words.push(' ');
    }
    words
}
