//! The few words that only this implementer says to its agent, and how the prompt is put together.
//!
//! An agent of this kind has no call by which it could ask: it is told to leave its question in a file of the workspace, which is looked
//! for at the end of its turn and removed. A file is read whole or not at all, and nothing is guessed from the way a message ends.

use crate::agent::transcript::{Entry, Transcript};

/// Where a question is left, from the workspace's root.
pub const QUESTION_FILE: &str = ".journeyman/question.md";

/// How it asks and how it ends.
pub fn protocol() -> String {
    format!(
        "Work in the current directory, which is not a git repository: do not commit, push or branch. There is no network.\n\
         If something is unclear, so that you would have to guess what is wanted, do not guess: write the question, and nothing else, into \
         the file `{QUESTION_FILE}` and end your turn. Otherwise end your turn when the work is done, with a short account of what you did \
         for each sentence of the task. Nobody can answer before you end your turn."
    )
}

/// A start after an interruption.
pub fn resumed() -> &'static str {
    "An earlier attempt at this was interrupted: part of the work may already be in the current directory. Look at what is there first."
}

/// What comes before words about work that was submitted.
pub fn amiss() -> &'static str {
    "This was worked on before, and what was done is in the current directory. This was found amiss with it:"
}

/// The prompt of a new session; `None` when nobody has told anything yet.
pub fn prompt(transcript: &Transcript) -> Option<String> {
    let (mut rules, mut told) = (Vec::new(), Vec::new());
    let mut worked = false;
    for entry in transcript.entries() {
        match entry {
            Entry::System(text) => rules.push(text.as_str()),
            Entry::Told(text) => {
                told.push(text.as_str());
                worked = false;
            }
            Entry::Replied(_) | Entry::Results(_) | Entry::Update { .. } => worked = true,
            Entry::Began { .. } | Entry::Reviewed { .. } | Entry::SentBack { .. } => {}
            Entry::Note(_) | Entry::Elapsed { .. } | Entry::AtBase { .. } | Entry::Ended(_) => {}
        }
    }
    let (first, last) = (told.first()?, told.last()?);
    let protocol = protocol();
    let mut parts = rules;
    parts.push(&protocol);
    parts.push(first);
    if told.len() > 1 {
        parts.push(amiss());
        parts.push(last);
    }
    if worked {
        parts.push(resumed());
    }
    Some(parts.join("\n\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::domain::Timestamp;

    #[test]
    fn a_new_session_is_told_the_task_and_whatever_came_of_it() {
        let scratch = tempfile::tempdir().unwrap();
        let mut transcript = Transcript::open(&scratch.path().join("t.jsonl"), Clock::manual(Timestamp(0))).unwrap();
        assert_eq!(prompt(&transcript), None);
        transcript.push(Entry::System("Rules.".into())).unwrap();
        transcript.push(Entry::Told("Task.".into())).unwrap();
        let words = prompt(&transcript).unwrap();
        assert!(words.starts_with("Rules.\n\n") && words.ends_with("\n\nTask.") && words.contains(QUESTION_FILE), "{words}");
        transcript.push(Entry::Update { kind: "message".into(), text: "I look.".into() }).unwrap();
        assert!(prompt(&transcript).unwrap().ends_with(resumed()));
        transcript.push(Entry::Told("The test is missing.".into())).unwrap();
        let words = prompt(&transcript).unwrap();
        assert!(words.contains("Task.") && words.ends_with("The test is missing.") && !words.contains(resumed()), "{words}");
    }
}
