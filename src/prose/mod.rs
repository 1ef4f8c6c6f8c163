//! Every word said to people and to models, as named functions. Markdown goes to GitHub, plain text to the journal and the terminal.
//!
//! Nothing here decides anything: what is said follows from the run alone, so that saying it again says the same.

mod about;
mod answer;
mod block;
mod checklist;
mod commit;
mod container;
mod conventional;
mod done;
mod failures;
mod journal;
mod left_out;
mod marker;
mod merge;
pub mod model;
mod plan;
mod proposal;
mod pull_request;
mod questions;
mod reply;
mod revisions;
mod run_page;
mod settings;
mod spent;
mod specification_check;
mod status;
mod stuck;
mod text;
mod thread;
mod unseen;

pub use answer::{answer, answer_without_model};
pub use commit::{commit_message, repair_message, review_message, suggestions_message};
pub use container::{devcontainer_in_part, devcontainer_not_used, devcontainer_without_image, engine_out_of_order, image_without_engine};
pub use journal::{journal_line, standing_line};
pub use left_out::{left_out_note, plain_left_out};
pub use marker::{carries, checklist_begin, checklist_end, marker};
pub use merge::{NOBODY_RESOLVES, NOTHING_IN_COMMON, asked_of_the_merge, gave_up_the_merge, merge_message, not_for_text};
pub use proposal::{proposal_markdown, proposal_remarks};
pub use pull_request::{new_pull_request_body, pull_request_body, pull_request_title, red_before};
pub use questions::{asked_so_far, edit_question, example as question_to_answer, plain_place, plain_question};
pub use run_page::{PageLine, RunPage, Tone, run_page};
pub use specification_check::{check_summary, check_title};
pub use spent::{exhausted, spent, written_by};
pub use status::standing;
pub use stuck::plain_reason;
pub use thread::{NOBODY_REVISES, ORDER_IN_A_THREAD, SUGGESTION_ALREADY_SO, SUGGESTION_MOVED, done_in_words, thread_answer, thread_marker};
pub use unseen::{plain_unseen, unseen_note};

use crate::workflow::{Message, Run};

/// A comment of ours as it stands now, with its hidden marker.
pub fn comment(run: &Run, message: &Message) -> String {
    let words = match message {
        Message::Status => status::comment(run),
        Message::Questions => questions::comment(run),
        Message::Stuck(number) => stuck::comment(run, *number),
        Message::Done => done::comment(run),
        Message::Plan => plan::comment(run),
        Message::Reply(comment) => reply::comment(run, run.talk.reply_to(*comment)),
        Message::Review(review) => thread::review_answer(run, *review),
    };
    format!("{}\n{words}", marker(run, &message.name()))
}

#[cfg(test)]
mod tests;
