//! A second reading of what was built: fresh eyes, one request, and a list of differences from the step. It changes nothing.

use std::time::Instant;

use serde_json::{Value, json};

use super::budget::Budget;
use super::model::{self, Answer, Message, Model, Patience, Request, Tool};
use super::redact::redact;
pub use super::step::Reading;
use super::transcript::{Entry, Transcript};
use super::{Error, charges, diff, step};
use crate::domain::ChangeSet;
use crate::git::Checkout;
use crate::prose::model::{self as words, Briefing};

/// How often an answer that cannot be read is paid for.
const ATTEMPTS: usize = 2;
const UNREAD: &str = "no findings could be read";
/// Findings, and characters of each.
const MOST: usize = 40;
const LONGEST: usize = 600;

/// Each kind with how a finding of it begins.
const KINDS: [(&str, &str); 3] = [("not_done", "Not done"), ("done_otherwise", "Done otherwise"), ("beyond", "Beyond the step")];

/// Compares the newest submission with the step. What was read of it before a crash is not paid for again.
pub async fn second_reading(
    model: &Model,
    briefing: &Briefing,
    diff: &str,
    budget: &Budget,
    transcript: &mut Transcript,
) -> Result<Reading, Error> {
    with_patience(model, Patience::default(), briefing, diff, budget, transcript).await
}

/// A second reader with a model's eyes.
pub struct SecondReader<'a> {
    pub model: &'a Model,
    pub briefing: &'a Briefing,
}

impl step::Reader for SecondReader<'_> {
    async fn read(
        &mut self,
        changes: &ChangeSet,
        checkout: &mut Checkout,
        transcript: &mut Transcript,
        budget: &Budget,
    ) -> Result<Reading, Error> {
        let diff = diff::unified(changes, |path| checkout.read_committed(path).ok().flatten().map(|file| file.bytes));
        second_reading(self.model, self.briefing, &diff, budget, transcript).await
    }
}

/// The same, with how long the provider is tried.
pub async fn with_patience(
    model: &Model,
    patience: Patience,
    briefing: &Briefing,
    diff: &str,
    budget: &Budget,
    transcript: &mut Transcript,
) -> Result<Reading, Error> {
    let mut why = String::new();
    loop {
        match before(transcript) {
            Before::Read(findings) => return Ok(Reading::Found(findings)),
            Before::Failed(times) if times >= ATTEMPTS => return Ok(Reading::Unread(UNREAD.to_owned())),
            Before::Failed(_) => {}
        }
        if let Some(exhausted) = budget.exhausted() {
            let why = format!("not read a second time: the allowance is used up ({:?} of {:?})", exhausted.bound, exhausted.payer);
            model::push(transcript, Entry::Note(why.clone()))?;
            return Ok(Reading::Unread(why));
        }
        let since = Instant::now();
        let request = request(briefing, &redact(diff), &why, transcript);
        let answer = model::ask(model, request, patience, &mut None, transcript).await?;
        let read = findings(&answer);
        let spent = model::reply(model, answer, since).spent;
        if let Err(fault) = &read {
            why.clone_from(fault);
            model::push(transcript, Entry::Note(format!("{UNREAD}: {fault}")))?;
        }
        let findings = read.unwrap_or_default();
        model::push(transcript, Entry::Reviewed { model: model.name().to_owned(), spent, findings })?;
        charges::charge_last(transcript, budget);
    }
}

enum Before {
    Read(Vec<String>),
    /// So many answers could not be read.
    Failed(usize),
}

/// What the transcript has of this reading: whatever came after the implementer's last answer.
fn before(transcript: &Transcript) -> Before {
    let entries: Vec<&Entry> = transcript.entries().collect();
    let from = entries.iter().rposition(|entry| matches!(entry, Entry::Replied(_) | Entry::Told(_))).map_or(0, |at| at + 1);
    let mut failed = 0;
    let mut unread = false;
    for entry in entries.into_iter().skip(from) {
        match entry {
            Entry::Note(note) => unread = note.starts_with(UNREAD),
            Entry::Reviewed { findings, .. } if !unread => return Before::Read(findings.clone()),
            Entry::Reviewed { .. } => {
                failed += 1;
                unread = false;
            }
            Entry::Began { .. } | Entry::System(_) | Entry::Told(_) | Entry::Replied(_) => {}
            Entry::Results(_) | Entry::Update { .. } | Entry::SentBack { .. } => {}
            Entry::Elapsed { .. } | Entry::AtBase { .. } | Entry::Ended(_) => {}
        }
    }
    Before::Failed(failed)
}

fn request(briefing: &Briefing, diff: &str, why: &str, transcript: &Transcript) -> Request {
    let mut told = words::second_reading(briefing, diff);
    if !why.is_empty() {
        told = format!("{told}\n\n{}", words::again(why));
    }
    Request {
        system: words::second_reader(),
        messages: vec![Message::Told(redact(&told).into_owned())],
        tools: vec![tool()],
        thread: format!("{}-read", charges::thread(transcript)),
    }
}

fn tool() -> Tool {
    let list = |what: &str| json!({"type": "array", "items": {"type": "string"}, "description": what});
    Tool {
        name: "findings",
        description: "Reports the differences between the step and what was built; empty lists where there are none.",
        schema: json!({"type": "object", "properties": {
            "not_done": list("What the step asks for and was not done, a sentence each."),
            "done_otherwise": list("What was done in another way than the step says, a sentence each."),
            "beyond": list("What was changed although the step does not ask for it, a sentence each.")
        }, "required": ["not_done", "done_otherwise", "beyond"]}),
    }
}

/// The findings of an answer: of its call, or of a JSON object in its text where a model calls no tool.
fn findings(answer: &Answer) -> Result<Vec<String>, String> {
    let called = answer.calls.iter().find(|call| call.tool == "findings").map(|call| call.arguments.clone());
    let value = called.or_else(|| in_text(&answer.text)).ok_or("it holds no call of `findings`")?;
    let fields = value.as_object().ok_or("its arguments are no JSON object")?;
    if !KINDS.iter().any(|(kind, _)| fields.contains_key(*kind)) {
        return Err("it has none of `not_done`, `done_otherwise` and `beyond`".to_owned());
    }
    let mut found = Vec::new();
    for (kind, begins) in KINDS {
        let items = match fields.get(kind) {
            None | Some(Value::Null) => continue,
            Some(Value::Array(items)) => items,
            Some(_) => return Err(format!("`{kind}` is no list")),
        };
        for item in items {
            let sentence = item.as_str().ok_or_else(|| format!("`{kind}` holds something that is no text"))?;
            let line: String = redact(sentence).split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LONGEST).collect();
            if !line.is_empty() {
                found.push(format!("{begins}: {line}"));
            }
        }
    }
    found.truncate(MOST);
    Ok(found)
}

fn in_text(text: &str) -> Option<Value> {
    let object = text.get(text.find('{')?..=text.rfind('}')?)?;
    serde_json::from_str(object).ok()
}
