//! Our own implementer: a model, a few tools, and one linear transcript from which everything is derived.
//!
//! The loop: ask, write down the answer, do its calls, write down what became of them. A crash between any two of these is gone on from as the
//! transcript stands; what was paid for is never asked again. Done is a call of `submit`, not a word in a text.

mod chat;
mod config;
mod conversation;
mod failure;
pub(super) mod folder;
pub(super) mod inquiry;
mod provider;
mod retry;
mod tools;
mod translate;
mod window;

use std::time::Instant;

pub use chat::{Answer, Message, Request, Tool};
pub use config::ModelConfig;
pub use failure::Failure;
pub use inquiry::Concluded;
pub use provider::Model;
pub use retry::Patience;
pub(super) use retry::answer as ask;

use super::budget::Budget;
use super::redact::redact;
use super::transcript::{Call, Entry, Reply, Transcript};
use super::{Ending, Error, Implementer, Site, charges};
use crate::domain::Spent;
use crate::prose::model as words;
use conversation::Next;
use folder::Folder;

/// Turns of one step, whatever the budget says: no loop is without a bound.
const MOST_TURNS: usize = 400;

/// The implementer. What it is told stands in the transcript; see [`crate::prose::model::task`].
#[derive(Debug, Clone)]
pub struct ModelImplementer {
    model: Model,
    patience: Patience,
    learnt: retry::Learnt,
}

impl ModelImplementer {
    pub fn new(model: Model) -> Self {
        Self { model, patience: Patience::default(), learnt: None }
    }

    pub fn with_patience(self, patience: Patience) -> Self {
        Self { patience, ..self }
    }
}

impl Implementer for ModelImplementer {
    async fn work(&mut self, site: &Site, transcript: &mut Transcript, budget: &Budget) -> Result<Ending, Error> {
        let folder = Folder::open(site)?;
        if !transcript.entries().any(|entry| matches!(entry, Entry::System(_))) {
            push(transcript, Entry::System(words::rules()))?;
        }
        let mut resumed = true;
        let mut since = Instant::now();
        loop {
            match conversation::next(transcript) {
                Next::Ask => {
                    let ending = budget.exhausted().map(Ending::OutOfBudget).or_else(|| too_many_turns(transcript));
                    if let Some(ending) = ending {
                        return end(transcript, ending);
                    }
                    let reply = self.turn(transcript, since).await?;
                    since = Instant::now();
                    push(transcript, Entry::Replied(reply))?;
                    charges::charge_last(transcript, budget);
                }
                Next::Execute(calls) => {
                    let results = tools::execute(&calls, &folder, site, resumed).await?;
                    push(transcript, Entry::Results(results))?;
                }
                Next::Remind(times) if times >= conversation::SILENT_REPLIES => {
                    let last = conversation::last_words(transcript);
                    let why = format!("the model answered {times} times without calling a tool, at last: “{last}”");
                    return end(transcript, Ending::GaveUp { why });
                }
                Next::Remind(_) => push(transcript, Entry::Told(words::reminder()))?,
                Next::End(ending, true) => return Ok(ending),
                Next::End(ending, false) => return end(transcript, ending),
            }
            resumed = false;
        }
    }
}

impl ModelImplementer {
    /// One answer. Time counts from `since`, so that what the tools took is paid for with the turn that follows.
    async fn turn(&mut self, transcript: &mut Transcript, since: Instant) -> Result<Reply, Error> {
        let system = transcript.entries().find_map(|entry| if let Entry::System(text) = entry { Some(text.clone()) } else { None });
        let request = Request {
            system: system.unwrap_or_default(),
            messages: conversation::messages(transcript),
            tools: tools::all(),
            thread: charges::thread(transcript),
        };
        let answer = retry::answer(&self.model, request, self.patience, &mut self.learnt, transcript).await?;
        Ok(reply(&self.model, answer, since))
    }
}

/// An answer as it is written down: what looks like a credential is replaced before anything is done with it.
pub(super) fn reply(model: &Model, answer: Answer, since: Instant) -> Reply {
    let Answer { text, calls, usage, opaque } = answer;
    let micro_dollars = model.prices().and_then(|prices| prices.of(usage));
    let spent = Spent {
        turns: 1,
        usage,
        micro_dollars: micro_dollars.unwrap_or(0),
        unpriced_turns: u32::from(micro_dollars.is_none()),
        millis: u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX),
    };
    let clean = |call: Call| Call { arguments: clean(call.arguments), ..call };
    let calls = calls.into_iter().map(clean).collect();
    Reply { model: model.name().to_owned(), text: redact(&text).into_owned(), calls, spent, opaque }
}

fn clean(value: serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::String(text) => Value::String(redact(&text).into_owned()),
        Value::Array(items) => Value::Array(items.into_iter().map(clean).collect()),
        Value::Object(fields) => Value::Object(fields.into_iter().map(|(name, field)| (name, clean(field))).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) => value,
    }
}

fn too_many_turns(transcript: &Transcript) -> Option<Ending> {
    let turns = conversation::turns(transcript);
    (turns >= MOST_TURNS).then(|| Ending::GaveUp { why: format!("the model took {turns} turns and is not done") })
}

fn end(transcript: &mut Transcript, ending: Ending) -> Result<Ending, Error> {
    push(transcript, Entry::Ended(ending.clone()))?;
    Ok(ending)
}

pub(super) fn push(transcript: &mut Transcript, entry: Entry) -> Result<(), Error> {
    transcript.push(entry).map_err(|error| Error::Never(format!("write the transcript {}: {error}", transcript.path().display())))
}
