//! An inquiry: a model looks at a repository, changes nothing, and ends with one call that says what it found.
//!
//! Where it stands is read from the transcript alone, as in the loop that builds: whatever was paid for is on disk before anything follows from it,
//! and is looked at again after a crash instead of being asked for again.

use std::path::Path;
use std::time::Instant;

use serde_json::{Map, Value};

use super::chat::{Request, Tool};
use super::folder::Folder;
use super::{Model, Patience, conversation, push, reply, retry, tools};
use crate::agent::budget::{Budget, Exhausted};
use crate::agent::redact::redact;
use crate::agent::transcript::{Call, CallResult, Entry, Transcript};
use crate::agent::{Ending, Error, charges};
use crate::prose::model as words;

/// How often a closing call, or an answer without a call, goes back.
const SENT_BACK: usize = 3;

/// What is asked of whom.
pub struct Inquiry<'a> {
    pub model: &'a Model,
    pub patience: Patience,
    pub system: String,
    pub told: String,
    /// The call with which it ends.
    pub closing: Tool,
    /// Answers that are paid for, at most.
    pub turns: usize,
    /// What is looked at.
    pub root: &'a Path,
}

/// What a closing call comes to.
pub enum Verdict<T> {
    Taken(T),
    /// Goes back once, and counts as no failure: the next one is taken as it is.
    Hint(String),
    /// Goes back with what is wrong.
    Back(String),
}

/// How an inquiry ends.
#[derive(Debug)]
pub enum Concluded<T> {
    Done(T),
    OutOfBudget(Exhausted),
    /// Completes "the model gave up: …".
    GaveUp(String),
}

/// Asks until there is a conclusion. `judge` is given a closing call, and whether a hint was given before; it answers the same whenever it is
/// asked.
pub async fn inquire<T>(
    inquiry: &Inquiry<'_>,
    judge: impl Fn(&Call, bool) -> Verdict<T>,
    budget: &Budget,
    transcript: &mut Transcript,
) -> Result<Concluded<T>, Error> {
    let folder = Folder::at(inquiry.root)?;
    begin(inquiry, transcript)?;
    let mut learnt = None;
    let mut since = Instant::now();
    loop {
        let standing = standing(inquiry, &judge, transcript);
        match standing.next {
            Next::Done(found) => return Ok(Concluded::Done(found)),
            Next::GaveUp(why) => {
                let told = matches!(transcript.entries().last(), Some(Entry::Ended(_)));
                if !told {
                    push(transcript, Entry::Ended(Ending::GaveUp { why: why.clone() }))?;
                }
                return Ok(Concluded::GaveUp(why));
            }
            Next::Execute(calls) => {
                let results = calls.iter().map(|call| answered(call, &calls, standing.hinted, inquiry, &judge, &folder)).collect();
                push(transcript, Entry::Results(results))?;
            }
            Next::Tell(text) => push(transcript, Entry::Told(text))?,
            Next::Ask => {
                if let Some(exhausted) = budget.exhausted() {
                    return Ok(Concluded::OutOfBudget(exhausted));
                }
                let request = Request {
                    system: inquiry.system.clone(),
                    messages: conversation::messages(transcript),
                    tools: offered(inquiry),
                    thread: charges::thread(transcript),
                };
                let answer = retry::answer(inquiry.model, request, inquiry.patience, &mut learnt, transcript).await?;
                push(transcript, Entry::Replied(reply(inquiry.model, answer, since)))?;
                since = Instant::now();
                charges::charge_last(transcript, budget);
            }
        }
    }
}

/// The first words, unless they were said.
fn begin(inquiry: &Inquiry<'_>, transcript: &mut Transcript) -> Result<(), Error> {
    let has = |kind: fn(&Entry) -> bool| transcript.entries().any(kind);
    let (ruled, told) = (has(|entry| matches!(entry, Entry::System(_))), has(|entry| matches!(entry, Entry::Told(_))));
    if !ruled {
        push(transcript, Entry::System(inquiry.system.clone()))?;
    }
    if !told {
        push(transcript, Entry::Told(redact(&inquiry.told).into_owned()))?;
    }
    Ok(())
}

fn offered(inquiry: &Inquiry<'_>) -> Vec<Tool> {
    tools::looking().into_iter().chain([inquiry.closing.clone()]).collect()
}

struct Standing<T> {
    next: Next<T>,
    hinted: bool,
}

enum Next<T> {
    Ask,
    Execute(Vec<Call>),
    Tell(String),
    Done(T),
    GaveUp(String),
}

/// Where the transcript leaves the inquiry.
fn standing<T>(inquiry: &Inquiry<'_>, judge: &impl Fn(&Call, bool) -> Verdict<T>, transcript: &Transcript) -> Standing<T> {
    let tool = inquiry.closing.name;
    let (mut turns, mut hinted, mut faults) = (0, false, Vec::new());
    let mut calls: &[Call] = &[];
    let mut next = Next::Ask;
    for entry in transcript.entries() {
        match entry {
            Entry::Told(_) => next = Next::Ask,
            Entry::Replied(reply) => {
                turns += 1;
                calls = &reply.calls;
                next = Next::Execute(reply.calls.clone());
                if calls.is_empty() {
                    faults.push("it answered without a call".to_owned());
                    next = Next::Tell(words::only_calls(tool));
                }
            }
            Entry::Results(_) => {
                next = if turns + 2 == inquiry.turns { Next::Tell(words::last_turns(tool)) } else { Next::Ask };
                match closing(calls, tool).map(|call| judge(call, hinted)) {
                    Some(Verdict::Taken(found)) => return Standing { next: Next::Done(found), hinted },
                    Some(Verdict::Hint(_)) => hinted = true,
                    Some(Verdict::Back(why)) => faults.push(why),
                    None => {}
                }
            }
            Entry::Began { .. } | Entry::System(_) | Entry::Update { .. } | Entry::Reviewed { .. } => {}
            Entry::SentBack { .. } | Entry::AtBase { .. } | Entry::Note(_) | Entry::Elapsed { .. } | Entry::Ended(_) => {}
        }
    }
    let waits = matches!(next, Next::Ask | Next::Tell(_));
    if waits && faults.len() > SENT_BACK {
        let last: String = faults.last().map(|why| why.split_whitespace().collect::<Vec<_>>().join(" ")).unwrap_or_default();
        let last: String = last.chars().take(300).collect();
        next = Next::GaveUp(format!("{} answers of the model could not be taken, at last: {last}", faults.len()));
    } else if waits && turns >= inquiry.turns {
        next = Next::GaveUp(format!("the model took {turns} turns and called no `{tool}` that could be taken"));
    }
    Standing { next, hinted }
}

/// The call that closes, if the turn has one; further ones are not looked at.
fn closing<'a>(calls: &'a [Call], tool: &str) -> Option<&'a Call> {
    calls.iter().find(|call| call.tool == tool)
}

fn answered<T>(
    call: &Call,
    calls: &[Call],
    hinted: bool,
    inquiry: &Inquiry<'_>,
    judge: &impl Fn(&Call, bool) -> Verdict<T>,
    folder: &Folder,
) -> CallResult {
    let tool = inquiry.closing.name;
    if call.tool != tool {
        return tools::look(call, folder, &offered(inquiry));
    }
    let first = closing(calls, tool).is_some_and(|first| std::ptr::eq(first, call));
    let said = if !first {
        Err(format!("not looked at: one call of `{tool}` is enough"))
    } else {
        match judge(call, hinted) {
            Verdict::Taken(_) => Ok("taken".to_owned()),
            Verdict::Hint(why) | Verdict::Back(why) => Err(why),
        }
    };
    tools::result(call, said)
}

/// The arguments of a closing call. The error says what is wrong with them.
pub fn fields(call: &Call) -> Result<Map<String, Value>, String> {
    let value = match &call.arguments {
        // Written twice over, or cut short.
        Value::String(text) => serde_json::from_str(text).map_err(|error| format!("the arguments are no JSON object: {error}"))?,
        other @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => other.clone(),
    };
    match value {
        Value::Object(fields) => Ok(fields),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Err("the arguments are no JSON object".to_owned())
        }
    }
}
