//! Our answer in a review's thread.

use super::block::block;
use super::marker::marker;
use crate::workflow::{Item, Run, Thread, ThreadOutcome};

/// The marker by which an answer to the thread's newest comment is found.
pub fn thread_marker(run: &Run, thread: &Thread) -> String {
    let newest = thread.said.last().map_or(0, |said| said.id.0);
    marker(run, &format!("thread-{newest}"))
}

/// What came of the thread, with the commit that did it.
pub fn thread_answer(run: &Run, item: &Item, thread: &Thread) -> String {
    let words = |words: &crate::domain::Untrusted| block(words.as_data().trim());
    let said = match &thread.outcome {
        Some(ThreadOutcome::Done { words: did }) => {
            let commit = item.commit.as_ref().map(|commit| format!(" in {commit}")).unwrap_or_default();
            format!("Done{commit}. {}", words(did)).trim_end().to_owned()
        }
        Some(ThreadOutcome::Declined { words: why }) => format!("Left as it is. {}", words(why)),
        Some(ThreadOutcome::Asked { words: question }) => format!("A question first: {}", words(question)),
        Some(ThreadOutcome::Nothing { words: answer }) => words(answer),
        None => String::new(),
    };
    format!("{}\n{said}\n", thread_marker(run, thread))
}
