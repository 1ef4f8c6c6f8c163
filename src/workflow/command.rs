//! `/journeyman …` in a comment.

const NAME: &str = "/journeyman";

/// What a person orders. Telephones write capital letters, so the case does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// End the run; the work is kept.
    Stop,
    /// Try again what the run is stuck at.
    Retry,
    /// Show where the run stands.
    Status,
}

/// The commands in a comment, in order. Each stands on a line of its own; quoted lines and fenced blocks are passed over.
pub fn read(comment: &str) -> Vec<Command> {
    lines_outside_fences(comment).filter_map(command_in).collect()
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
    match words.next()?.to_ascii_lowercase().as_str() {
        "stop" => Some(Command::Stop),
        "retry" => Some(Command::Retry),
        "status" => Some(Command::Status),
        _ => None,
    }
}
