//! Every word said to people and to models, as named functions. Markdown goes to GitHub, plain text to the journal and the terminal.
//!
//! Nothing here decides anything: what is said follows from the run alone, so that saying it again says the same.

mod commit;
mod done;
mod journal;
mod marker;
pub mod model;
mod pull_request;
mod questions;
mod spent;
mod status;
mod stuck;
mod text;

pub use commit::commit_message;
pub use journal::{journal_line, standing_line};
pub use marker::{carries, checklist_begin, checklist_end, marker};
pub use pull_request::{pull_request_body, pull_request_title};
pub use questions::{edit_question, plain_place, plain_question};
pub use spent::{exhausted, spent};
pub use stuck::plain_reason;

use crate::workflow::{Message, Run};

/// A comment of ours as it stands now, with its hidden marker.
pub fn comment(run: &Run, message: &Message) -> String {
    let words = match message {
        Message::Status => status::comment(run),
        Message::Questions => questions::comment(run),
        Message::Stuck(number) => stuck::comment(run, *number),
        Message::Done => done::comment(run),
    };
    format!("{}\n{words}", marker(run, &message.name()))
}

#[cfg(test)]
mod tests;
