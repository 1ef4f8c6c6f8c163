//! What an implementer is told of a review.

use super::fence::fenced;
use crate::specification;
use crate::workflow::{Cause, Item, Round, Said, Thread};

/// An item of a round, after the task as it was.
pub fn revise(round: &Round, item: &Item) -> String {
    let threads: Vec<String> = item.threads.iter().map(thread).collect();
    let of_review = round.items.iter().find_map(|item| item.words.as_ref());
    let words = of_review.map(|words| {
        let by = if let Cause::Review { by, .. } = &round.cause { by.to_string() } else { String::new() };
        fenced(&format!("the review by {by}"), &seen(words.as_data()))
    });
    let task = if item.threads.is_empty() {
        "Do what the review itself asks for. What its threads ask for has been worked on already, or is next."
    } else {
        "Do what the thread below asks for, and nothing else: other threads of the review are worked on by themselves."
    };
    format!(
        "# A review\n\nEvery step is built and in the checkout. People who may write to the repository reviewed the pull request. {task} The \
         specification still holds: where a wish contradicts it, do not follow the wish, and ask instead. Where it is a question, or needs no \
         change, change nothing and submit: what you write in `done` is the answer that is posted, so write it to the reviewer, in one or two \
         sentences. If a wish is unclear, ask.\n\n{}",
        words.into_iter().chain(threads).collect::<Vec<_>>().join("\n\n")
    )
}

fn thread(thread: &Thread) -> String {
    let place = match (thread.start_line, thread.line) {
        (Some(start), Some(line)) if start < line => format!("{}, lines {start} to {line}", thread.path),
        (_, Some(line)) => format!("{}, line {line}", thread.path),
        (_, None) => thread.path.clone(),
    };
    let code = if thread.hunk.as_data().trim().is_empty() {
        String::new()
    } else {
        format!("{}\n\n", fenced("the code as the review shows it", thread.hunk.as_data()))
    };
    let outdated = if thread.outdated { "The code changed since.\n\n" } else { "" };
    let said: Vec<String> = thread.said.iter().map(words).collect();
    format!("## A thread at {place}\n\n{code}{outdated}{}", said.join("\n\n"))
}

/// Without what its page does not show.
fn seen(text: &str) -> String {
    specification::seen(text).0.trim().to_owned()
}

fn words(said: &Said) -> String {
    let by = if said.is_ours { "our own answer".to_owned() } else { format!("a comment by {}", said.by) };
    fenced(&by, &seen(said.text.as_data()))
}
