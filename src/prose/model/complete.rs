//! What an implementer is told when its step was read once more in the end.

/// What the final tree seems to lack of the step, after the task as it was.
pub fn complete(missed: &[String]) -> String {
    let all: Vec<String> = missed.iter().map(|what| format!("- {what}")).collect();
    format!(
        "# Read once more\n\nEvery step is built, committed and in the checkout. A program read your step again and compared its words with the \
         files as they are now. It may be mistaken; it found:\n\n{}\n\nIf something that the step asks for is missing, do it now: nothing else. If \
         nothing is missing, change nothing, submit, and say in `done` why.",
        all.join("\n")
    )
}
