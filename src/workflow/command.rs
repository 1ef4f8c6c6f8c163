//! `/journeyman …` in a comment.

use std::fmt;

const NAME: &str = "/journeyman";

/// What a person orders or asks. Telephones write capital letters, so the case does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    Help,
    /// Say where the run stands.
    Status,
    /// Build the plan that was shown.
    Approve,
    /// Go on with what can be left open.
    Proceed,
    /// Try again what the run is stuck at; with a step's number, only if it is stuck there.
    Retry(Option<String>),
    /// End the run; the work is kept.
    Stop,
    /// Go on after a stop.
    Resume,
    /// Build a step once more.
    Rebuild(String),
    Unknown {
        said: String,
        nearest: Option<String>,
    },
    /// A question to us.
    Ask(String),
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Command::Help => f.write_str("help"),
            Command::Status => f.write_str("status"),
            Command::Approve => f.write_str("approve"),
            Command::Proceed => f.write_str("proceed"),
            Command::Retry(None) => f.write_str("retry"),
            Command::Retry(Some(step)) => write!(f, "retry step {step}"),
            Command::Stop => f.write_str("stop"),
            Command::Resume => f.write_str("resume"),
            Command::Rebuild(step) => write!(f, "rebuild step {step}"),
            Command::Unknown { said, .. } => f.write_str(said),
            Command::Ask(_) => f.write_str("a question"),
        }
    }
}

/// The commands in a comment, in order. Each stands on a line of its own; quoted lines and fenced blocks are passed over.
pub fn read(comment: &str, handle: &str) -> Vec<Command> {
    let mention = format!("@{handle}");
    let orders: Vec<Command> = lines_outside_fences(comment).filter_map(command_in).collect();
    if orders.is_empty() && !handle.is_empty() && comment.contains(&mention) {
        return vec![Command::Ask(comment.to_owned())];
    }
    orders
}

/// Whether a comment is meant for us: it has an order in it, or mentions us.
pub fn addresses_us(comment: &str, handle: &str) -> bool {
    !read(comment, handle).is_empty()
}

/// The comment without its orders.
pub fn without_orders(comment: &str) -> String {
    comment.lines().filter(|line| !is_command(line)).collect::<Vec<_>>().join("\n")
}

/// The lines of a comment that are its author's own words: neither quoted nor in a fenced block.
pub(super) fn lines_outside_fences(comment: &str) -> impl Iterator<Item = &str> {
    let mut fenced = false;
    comment.lines().filter(move |line| {
        let mark = line.trim_start();
        if mark.starts_with("```") || mark.starts_with("~~~") {
            fenced = !fenced;
            return false;
        }
        !fenced && !mark.starts_with('>')
    })
}

pub(super) fn is_command(line: &str) -> bool {
    line.split_whitespace().next().is_some_and(|first| first.eq_ignore_ascii_case(NAME))
}

fn command_in(line: &str) -> Option<Command> {
    let mut words = line.split_whitespace();
    words.next().filter(|first| first.eq_ignore_ascii_case(NAME))?;
    let word = words.next()?.to_ascii_lowercase();
    let step = || words.clone().find(|w| !w.eq_ignore_ascii_case("step")).map(str::to_owned);
    Some(match word.as_str() {
        "help" => Command::Help,
        "status" => Command::Status,
        "approve" => Command::Approve,
        "proceed" => Command::Proceed,
        "retry" => Command::Retry(words.clone().next().filter(|w| w.eq_ignore_ascii_case("step")).and_then(|_| step())),
        "stop" => Command::Stop,
        "resume" => Command::Resume,
        "rebuild" => Command::Rebuild(step()?),
        _ => Command::Unknown { said: word, nearest: None },
    })
}
