//! Our answer in a review's thread.

use super::block::block;
use super::marker::marker;
use super::text::quoted;
use crate::workflow::{Item, Run, Thread, ThreadOutcome};

/// Why nothing comes of a wish where nobody is there who could follow it.
pub const NOBODY_REVISES: &str = "No model and no agent is configured here, so that only a `suggestion` block can be followed: it is committed as \
                                  it is written.";

/// To an order where none is obeyed.
pub const ORDER_IN_A_THREAD: &str = "Orders are obeyed in the pull request's conversation and on the issue, and not in a review.";

/// Beside a suggestion that was applied.
pub const SUGGESTION_MOVED: &str = "The lines had moved since; it was applied where they are now.";
pub const SUGGESTION_ALREADY_SO: &str = "The lines already are as suggested.";

/// What an implementer says it did, as the end of an answer.
pub fn done_in_words(done: &[String]) -> String {
    match done {
        [] => "Nothing had to be changed for this.".to_owned(),
        [one] => one.clone(),
        several => several.iter().map(|line| format!("\n- {line}")).collect(),
    }
}

/// The marker by which an answer to the thread's newest comment is found.
pub fn thread_marker(run: &Run, thread: &Thread) -> String {
    let newest = thread.asked().map_or(0, |said| said.id.0);
    marker(run, &format!("thread-{newest}"))
}

/// What came of the thread, with the commit that did it.
pub fn thread_answer(run: &Run, item: &Item, thread: &Thread) -> String {
    format!("{}\n{}\n", thread_marker(run, thread), outcome(item, thread.outcome.as_ref()))
}

/// What came of the words of a review, for the pull request's conversation.
pub fn review_answer(run: &Run, review: u64) -> String {
    let Some(item) = run.reviews.said_of(review) else { return "This was answered before.\n".to_owned() };
    let words = item.words.as_ref().map(|words| quoted(words.as_data(), 400)).unwrap_or_default();
    format!("{words}\n\n{}\n", outcome(item, item.outcome.as_ref()))
}

fn outcome(item: &Item, outcome: Option<&ThreadOutcome>) -> String {
    let words = |words: &crate::domain::Untrusted| block(words.as_data().trim());
    match outcome {
        Some(ThreadOutcome::Done { words: did }) => {
            let commit = item.commit.as_ref().map(|commit| format!(" in {commit}")).unwrap_or_default();
            format!("Done{commit}. {}", words(did)).trim_end().to_owned()
        }
        Some(ThreadOutcome::Declined { words: why }) => format!("Left as it is. {}", words(why)),
        Some(ThreadOutcome::Asked { words: question }) => format!("A question first: {}", words(question)),
        Some(ThreadOutcome::Nothing { words: answer }) => words(answer),
        None => String::new(),
    }
}
