//! The conversation and where it stands, both made from the transcript alone.

use crate::agent::Ending;
use crate::agent::transcript::{Call, CallResult, Entry, Reply, Transcript};

use super::chat::Message;
use super::tools;

/// A call that failed so often, in the same words, is not tried again.
pub const SAME_FAILURES: usize = 3;
/// So many answers in a row without a call end the work.
pub const SILENT_REPLIES: usize = 3;

/// What comes next.
#[derive(Debug, Clone, PartialEq)]
pub enum Next {
    /// The model is asked.
    Ask,
    /// An answer's calls have no results yet.
    Execute(Vec<Call>),
    /// It answered without a call, so many times in a row.
    Remind(usize),
    /// The work has ended; whether the transcript says so already.
    End(Ending, bool),
}

/// Where the conversation stands.
pub fn next(transcript: &Transcript) -> Next {
    let beside = |entry: &Entry| {
        matches!(
            entry,
            Entry::Note(_)
                | Entry::Elapsed { .. }
                | Entry::AtBase { .. }
                | Entry::Reviewed { .. }
                | Entry::SentBack { .. }
                | Entry::Update { .. }
        )
    };
    let said = transcript.entries().rev().find(|entry| !beside(entry));
    match said {
        // Whoever comes back with a larger budget, or on the next day, goes on.
        Some(Entry::Ended(Ending::OutOfBudget(_))) => before_end(transcript),
        Some(Entry::Ended(ending @ (Ending::Submitted(_) | Ending::Asks { .. } | Ending::GaveUp { .. }))) => {
            Next::End(ending.clone(), true)
        }
        _ => before_end(transcript),
    }
}

fn before_end(transcript: &Transcript) -> Next {
    let said = transcript.entries().rev().find(|entry| matches!(entry, Entry::Told(_) | Entry::Replied(_) | Entry::Results(_)));
    match said {
        Some(Entry::Replied(reply)) if reply.calls.is_empty() => Next::Remind(silent(transcript)),
        Some(Entry::Replied(reply)) => Next::Execute(reply.calls.clone()),
        Some(Entry::Results(results)) => match ended_by(last_calls(transcript), results) {
            Some(ending) => Next::End(ending, false),
            None => worn_out(transcript).map_or(Next::Ask, |why| Next::End(Ending::GaveUp { why }, false)),
        },
        _ => Next::Ask,
    }
}

/// The messages of all turns so far.
pub fn messages(transcript: &Transcript) -> Vec<Message> {
    let mut messages = Vec::new();
    let mut calls: &[Call] = &[];
    for entry in transcript.entries() {
        match entry {
            Entry::Told(text) => told(&mut messages, text),
            Entry::Replied(Reply { text, calls: these, opaque, .. }) => {
                calls = these;
                // No provider takes an answer that is empty.
                let text = if text.trim().is_empty() && these.is_empty() { "(nothing)" } else { text };
                messages.push(Message::Replied { text: text.to_owned(), calls: these.clone(), opaque: opaque.clone() });
            }
            Entry::Results(results) => {
                let name =
                    |result: &CallResult| calls.iter().find(|call| call.id == result.id).map_or_else(String::new, |call| call.tool.clone());
                messages.push(Message::Results(results.iter().map(|result| (name(result), result.clone())).collect()));
            }
            Entry::Began { .. } | Entry::System(_) | Entry::Update { .. } | Entry::Reviewed { .. } => {}
            Entry::SentBack { .. } | Entry::Note(_) | Entry::Elapsed { .. } | Entry::AtBase { .. } | Entry::Ended(_) => {}
        }
    }
    messages
}

/// Two things told in a row are one message: some servers want the parts to alternate.
fn told(messages: &mut Vec<Message>, text: &str) {
    match messages.last_mut() {
        Some(Message::Told(before)) => *before = format!("{before}\n\n{text}"),
        Some(Message::Replied { .. } | Message::Results(_)) | None => messages.push(Message::Told(text.to_owned())),
    }
}

fn last_reply(transcript: &Transcript) -> Option<&Reply> {
    transcript.entries().rev().find_map(|entry| if let Entry::Replied(reply) = entry { Some(reply) } else { None })
}

fn last_calls(transcript: &Transcript) -> &[Call] {
    last_reply(transcript).map_or(&[], |reply| &reply.calls)
}

/// How the last answer begins, on one line.
pub fn last_words(transcript: &Transcript) -> String {
    let text = last_reply(transcript).map_or("", |reply| &reply.text);
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(200).collect()
}

/// The ending that one of the calls brought about, if it was accepted.
fn ended_by(calls: &[Call], results: &[CallResult]) -> Option<Ending> {
    let accepted = |call: &&Call| results.iter().any(|result| result.id == call.id && !result.failed);
    calls.iter().filter(accepted).find_map(|call| match call.tool.as_str() {
        tools::ASK => tools::question(call).ok().map(|question| Ending::Asks { question }),
        tools::SUBMIT => tools::report(call).ok().map(Ending::Submitted),
        _ => None,
    })
}

/// What was said since the work ended last: a person who lets it go on gives it all its attempts again.
fn since_ended(transcript: &Transcript) -> impl Iterator<Item = &Entry> {
    let entries: Vec<&Entry> = transcript.entries().collect();
    let from = entries.iter().rposition(|entry| matches!(entry, Entry::Ended(_))).unwrap_or(0);
    entries.into_iter().skip(from)
}

/// Answers since the work ended last.
pub fn turns(transcript: &Transcript) -> usize {
    since_ended(transcript).filter(|entry| matches!(entry, Entry::Replied(_))).count()
}

/// Answers without calls at the end, in a row.
fn silent(transcript: &Transcript) -> usize {
    let replies = since_ended(transcript).filter_map(|entry| if let Entry::Replied(reply) = entry { Some(reply) } else { None });
    replies.fold(0, |silent, reply| if reply.calls.is_empty() { silent + 1 } else { 0 })
}

/// A call of the last answer that failed before in the same words, once too often since the work was last ended.
fn worn_out(transcript: &Transcript) -> Option<String> {
    let mut failed: Vec<&Call> = Vec::new();
    let mut calls: &[Call] = &[];
    for entry in since_ended(transcript) {
        if let Entry::Replied(reply) = entry {
            calls = &reply.calls;
        } else if let Entry::Results(results) = entry {
            let broke = |call: &&Call| results.iter().any(|result| result.id == call.id && result.failed);
            failed.extend(calls.iter().filter(broke));
        }
    }
    let same = |one: &Call, other: &Call| one.tool == other.tool && one.arguments == other.arguments;
    let call = calls.iter().find(|call| failed.iter().filter(|other| same(call, other)).count() >= SAME_FAILURES)?;
    Some(format!("the same call of `{}` failed {SAME_FAILURES} times", call.tool.chars().take(40).collect::<String>()))
}
