//! A conversation with a model, in our own words: what is sent, and what comes back. No provider is named here.

use serde_json::Value;

use crate::agent::transcript::{Call, CallResult};
use crate::domain::Usage;

/// All that one turn sends.
#[derive(Debug, Clone, Default)]
pub struct Request {
    pub system: String,
    pub messages: Vec<Message>,
    pub tools: Vec<Tool>,
    /// The same for all turns of a conversation: providers keep the cache of one conversation together by it.
    pub thread: String,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Message {
    /// What the model was told.
    Told(String),
    /// What it answered.
    Replied { text: String, calls: Vec<Call>, opaque: Option<Value> },
    /// What became of its calls: each with the tool's name, all of a turn together.
    Results(Vec<(String, CallResult)>),
}

/// A tool as the model is shown it.
#[derive(Debug, Clone, PartialEq)]
pub struct Tool {
    pub name: &'static str,
    pub description: &'static str,
    /// A JSON schema of the arguments: an object.
    pub schema: Value,
}

/// What a turn brought.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Answer {
    pub text: String,
    pub calls: Vec<Call>,
    pub usage: Usage,
    /// See [`crate::agent::transcript::Reply`].
    pub opaque: Option<Value>,
}

impl Message {
    /// Bytes of text that it sends.
    pub fn size(&self) -> usize {
        match self {
            Message::Told(text) => text.len(),
            Message::Replied { text, calls, opaque } => {
                let calls: usize = calls.iter().map(|call| call.tool.len() + call.arguments.to_string().len()).sum();
                text.len() + calls + opaque.as_ref().map_or(0, |opaque| opaque.to_string().len())
            }
            Message::Results(results) => results.iter().map(|(_, result)| result.text.len()).sum(),
        }
    }
}

impl Request {
    /// Bytes of text that it sends, tools included.
    pub fn size(&self) -> usize {
        let tools: usize = self.tools.iter().map(|tool| tool.description.len() + tool.schema.to_string().len()).sum();
        self.system.len() + tools + self.messages.iter().map(Message::size).sum::<usize>()
    }
}
