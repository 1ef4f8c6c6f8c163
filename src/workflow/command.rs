//! `/journeyman …` in a comment.

/// What a person orders.
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
    line.trim_start().starts_with("/journeyman")
}

fn command_in(line: &str) -> Option<Command> {
    let mut words = line.split_whitespace();
    if words.next() != Some("/journeyman") {
        return None;
    }
    match words.next() {
        Some("stop") => Some(Command::Stop),
        Some("retry") => Some(Command::Retry),
        Some("status") => Some(Command::Status),
        Some(_) | None => None,
    }
}
