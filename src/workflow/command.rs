//! `/journeyman …` and `@journeyman …` in a comment: what people order, and what they ask.
//!
//! An order stands at the start of a line of its author's own: neither quoted nor code. Telephones write capital letters, so the case
//! does not count. What is meant as an order and is none is told with the nearest one, never guessed.

use std::fmt;

use super::comment::{Kind, lines, shown};

const NAME: &str = "/journeyman";

/// Everything that can be ordered, and what looks like an order and is none. Steps as they are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    Help,
    Status,
    /// A plan that waits; where several are proposed, the one with this number.
    Approve {
        plan: Option<usize>,
    },
    Proceed,
    Retry {
        step: Option<String>,
    },
    Stop,
    Resume,
    Rebuild {
        step: String,
    },
    /// No order has this name. `nearest` is the one that was most likely meant.
    Unknown {
        said: String,
        nearest: Option<&'static str>,
    },
    /// The order is known and cannot be followed as it is written.
    Wrong {
        order: &'static str,
        fault: Fault,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It has to say which step.
    NoStep,
    /// It takes nothing, and this stood behind it.
    TooMuch(String),
}

/// A comment taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    /// In order.
    pub orders: Vec<Order>,
    /// Paragraphs that mention the bot and order nothing.
    pub questions: Vec<String>,
    /// The comment as people see it, without the lines above; line numbers stay.
    pub rest: String,
}

const ORDERS: [&str; 8] = ["help", "status", "approve", "proceed", "retry", "stop", "resume", "rebuild"];

/// Whether a comment is meant for us: it orders something, or mentions us.
pub fn addresses_us(comment: &str, handle: &str) -> bool {
    let said = said(comment, handle);
    !said.orders.is_empty() || !said.questions.is_empty()
}

impl fmt::Display for Order {
    /// As it is written after `/journeyman`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Order::Help => f.write_str("help"),
            Order::Status => f.write_str("status"),
            Order::Approve { plan: None } => f.write_str("approve"),
            Order::Approve { plan: Some(plan) } => write!(f, "approve {plan}"),
            Order::Proceed => f.write_str("proceed"),
            Order::Retry { step: None } => f.write_str("retry"),
            Order::Retry { step: Some(step) } => write!(f, "retry step {step}"),
            Order::Stop => f.write_str("stop"),
            Order::Resume => f.write_str("resume"),
            Order::Rebuild { step } => write!(f, "rebuild step {step}"),
            Order::Unknown { said, .. } => f.write_str(said),
            Order::Wrong { order, .. } => f.write_str(order),
        }
    }
}

/// Takes a comment apart. `handle` is the name of the App, without `@`; where it is empty, no mention is looked for.
pub fn said(comment: &str, handle: &str) -> Said {
    let comment = shown(comment);
    let lines = lines(&comment);
    let mut said = Said::default();
    let mut rest: Vec<&str> = Vec::with_capacity(lines.len());
    let mut asking: Option<Vec<&str>> = None;
    for (_, line, kind) in &lines {
        let own = *kind == Kind::Own;
        let order = own.then(|| order_in(line).or_else(|| order_to(line, handle))).flatten();
        let asks = own && order.is_none() && mentions(line, handle);
        if asking.is_some() && (!own || line.trim().is_empty() || order.is_some()) {
            said.questions.extend(asking.take().map(|lines| lines.join("\n").trim().to_owned()));
        }
        if asks && asking.is_none() {
            asking = Some(Vec::new());
        }
        let taken = order.is_some() || asking.is_some();
        if let Some(question) = &mut asking {
            question.push(line);
        }
        said.orders.extend(order);
        rest.push(if taken { "" } else { line });
    }
    said.questions.extend(asking.map(|lines| lines.join("\n").trim().to_owned()));
    said.rest = rest.join("\n");
    said
}

/// Whether a line is an order, or looks like one.
pub(super) fn is_order(line: &str) -> bool {
    order_in(line).is_some()
}

fn order_in(line: &str) -> Option<Order> {
    let text = line.trim_start();
    if !text.starts_with('/') || line.len() - text.len() > 3 || line.starts_with('\t') {
        return None;
    }
    let (name, words) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let name = name.trim_end_matches([':', ',']);
    if name.eq_ignore_ascii_case(NAME) {
        return Some(order(words));
    }
    // A slip of the finger in the name counts only where an order follows it.
    let order = first_word(words)
        .filter(|word| name.len() <= NAME.len() + 2 && distance(&name.to_ascii_lowercase(), NAME) <= 2 && known(word).is_some());
    order.map(|word| Order::Unknown { said: format!("{name} {word}"), nearest: known(&word) })
}

/// `@handle retry`: an order only if nothing but its own words follow, as people also talk about the bot.
fn order_to(line: &str, handle: &str) -> Option<Order> {
    let text = line.trim_start();
    if line.len() - text.len() > 3 || line.starts_with('\t') {
        return None;
    }
    let after = after_mention(text, handle)?.trim_start_matches([':', ',', ' ', '\t']);
    let mut words = after.split_whitespace().map(bare).filter(|word| !is_polite(word));
    let name = match words.next() {
        None => return Some(Order::Help),
        Some(word) => known(&word)?,
    };
    let takes_step = matches!(name, "retry" | "rebuild");
    let mut words = words.peekable();
    if takes_step && words.peek().is_some_and(|word| word == "step") {
        words.next();
        words.next();
    } else if takes_step && words.peek().is_some_and(|word| is_step(word)) {
        words.next();
    }
    words.next().is_none().then(|| order(after))
}

fn order(words: &str) -> Order {
    let mut rest = words.split_whitespace().skip_while(|word| is_polite(&bare(word)));
    let Some(said) = rest.next() else { return Order::Unknown { said: String::new(), nearest: None } };
    let rest: Vec<&str> = rest.collect();
    let Some(name) = known(&bare(said)) else {
        let said: String = said.chars().take(40).collect();
        let nearest = nearest(&bare(&said));
        return Order::Unknown { said, nearest };
    };
    let step = match rest.as_slice() {
        [word, number, ..] if bare(word) == "step" => Some(step_number(number)),
        [word] if bare(word) == "step" => Some(String::new()),
        [number, ..] if is_step(number) => Some(step_number(number)),
        _ => None,
    };
    let nothing_more = |order: Order| {
        let more: Vec<&str> = rest.iter().copied().filter(|word| !is_polite(&bare(word))).collect();
        if more.is_empty() { order } else { Order::Wrong { order: name, fault: Fault::TooMuch(more.join(" ").chars().take(80).collect()) } }
    };
    match (name, step) {
        ("retry", None) => Order::Retry { step: None },
        ("retry" | "rebuild", Some(step)) if step.is_empty() => Order::Wrong { order: name, fault: Fault::NoStep },
        ("retry", step) => Order::Retry { step },
        ("rebuild", Some(step)) => Order::Rebuild { step },
        ("rebuild", None) => Order::Wrong { order: name, fault: Fault::NoStep },
        // An approval of a part is no approval of the whole.
        ("approve", _) => match plan_number(&rest) {
            Some(plan) => Order::Approve { plan: Some(plan) },
            None => nothing_more(Order::Approve { plan: None }),
        },
        ("proceed", _) => nothing_more(Order::Proceed),
        // Who stops says why, and is stopped all the same.
        ("stop", _) => Order::Stop,
        ("resume", _) => Order::Resume,
        ("status", _) => Order::Status,
        (_, _) => Order::Help,
    }
}

/// `approve 2`, `approve plan 2`: one of several plans.
fn plan_number(rest: &[&str]) -> Option<usize> {
    match rest {
        [number] => bare(number).parse().ok(),
        [word, number] if bare(word) == "plan" => bare(number).parse().ok(),
        _ => None,
    }
}

fn first_word(words: &str) -> Option<String> {
    words.split_whitespace().next().map(bare)
}

/// A word without the punctuation around it, in small letters.
fn bare(word: &str) -> String {
    word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
}

fn is_polite(word: &str) -> bool {
    matches!(word, "" | "please" | "pls" | "now" | "again" | "thanks" | "thank" | "you" | "it" | "this")
}

fn known(word: &str) -> Option<&'static str> {
    ORDERS.into_iter().find(|order| *order == word)
}

/// `3`, `#3`, `1.2`, `T004`: what has a digit may be the number of a step.
fn is_step(word: &str) -> bool {
    let word = step_number(word);
    word.len() <= 12 && word.starts_with(|c: char| c.is_ascii_alphanumeric()) && word.contains(|c: char| c.is_ascii_digit())
}

fn step_number(word: &str) -> String {
    let number: String = word.trim_matches(|c: char| !c.is_alphanumeric()).chars().take(40).collect();
    if number.bytes().any(|b| b.is_ascii_digit()) { number } else { String::new() }
}

fn nearest(word: &str) -> Option<&'static str> {
    let begins = ORDERS.into_iter().find(|order| word.len() >= 3 && order.starts_with(word));
    begins.or_else(|| {
        ORDERS.into_iter().map(|order| (distance(word, order), order)).filter(|(far, _)| *far <= 2).min().map(|(_, order)| order)
    })
}

/// How many letters are to be put in, taken out, changed or swapped with their neighbour to make one word of the other. Words longer
/// than any order are far from all.
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().take(24).collect(), other.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=other.len()).collect()];
    for (i, a) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let cell = |row: Option<&Vec<usize>>, j: usize| row.and_then(|row| row.get(j)).copied().unwrap_or(usize::MAX / 2);
            let above = rows.last();
            let swapped = i > 0 && j > 0 && one.get(i - 1) == Some(b) && other.get(j - 1) == Some(a);
            let swap = if swapped { cell(rows.get(i - 1), j - 1) + 1 } else { usize::MAX };
            let change = cell(above, j) + usize::from(a != b);
            let least = change.min(cell(above, j + 1) + 1).min(cell(Some(&row), j) + 1).min(swap);
            row.push(least);
        }
        rows.push(row);
    }
    rows.last().and_then(|row| row.last()).copied().unwrap_or(usize::MAX)
}

/// Whether the author's own words on a line mention the bot, code spans aside.
fn mentions(line: &str, handle: &str) -> bool {
    let code = line.split('`').count() > 2;
    let indented = line.starts_with("    ") || line.starts_with('\t');
    !indented
        && line.split('`').step_by(if code { 2 } else { 1 }).any(|words| {
            words.match_indices('@').any(|(at, _)| {
                let before = words.get(..at).and_then(|before| before.chars().next_back());
                before.is_none_or(|c| !(c.is_alphanumeric() || c == '_'))
                    && words.get(at..).is_some_and(|rest| after_mention(rest, handle).is_some())
            })
        })
}

/// What follows `@handle` or `@handle[bot]` at the start of a text.
fn after_mention<'a>(text: &'a str, handle: &str) -> Option<&'a str> {
    let rest = text.strip_prefix('@')?;
    let name = rest.get(..handle.len()).filter(|name| !name.is_empty() && name.eq_ignore_ascii_case(handle))?;
    let rest = rest.get(name.len()..)?;
    let bot = rest.get(..5).is_some_and(|bot| bot.eq_ignore_ascii_case("[bot]"));
    let rest = if bot { rest.get(5..)? } else { rest };
    (!rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '/'))).then_some(rest)
}
