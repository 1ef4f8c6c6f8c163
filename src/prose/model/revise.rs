//! What an implementer is told of a review.

use super::fence::fenced;
use crate::workflow::Item;

/// The threads of an item, after the task as it was.
pub fn revise(item: &Item) -> String {
    let threads: Vec<String> = item.threads.iter().map(thread).collect();
    let words = item.words.as_ref().map(|words| format!("The review itself says:\n{}", words.as_data().trim()));
    format!(
        "# A review\n\nEvery step is built and in the checkout. People who may write to the repository reviewed it, and ask for what follows. Do \
         this and nothing else. The specification still holds: where a wish contradicts it, do not follow the wish, and ask instead.\n\n{}",
        words.into_iter().chain(threads).collect::<Vec<_>>().join("\n\n")
    )
}

fn thread(thread: &crate::workflow::Thread) -> String {
    let place = thread.line.map_or_else(|| thread.path.clone(), |line| format!("{}, line {line}", thread.path));
    let said: Vec<String> = thread.said.iter().map(|said| format!("{}: {}", said.by, said.text.as_data().trim())).collect();
    let code = fenced("the code as the review shows it", thread.hunk.as_data());
    let outdated = if thread.outdated { "\nThe code changed since." } else { "" };
    format!("## At {place}\n\n{code}{outdated}\n\n{}", said.join("\n\n"))
}
