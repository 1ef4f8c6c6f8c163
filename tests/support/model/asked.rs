//! A request as every dialect means it: who said what, which tools are offered, what became of the calls.

use serde_json::Value;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// `POST /v1/messages`
    Anthropic,
    /// `POST /v1/chat/completions`
    Chat,
    /// `POST /v1/responses`
    Responses,
    /// `POST /v1beta/models/MODEL:streamGenerateContent`
    Gemini,
}

/// One request to the model.
#[derive(Debug, Clone)]
pub struct Asked {
    pub dialect: Dialect,
    /// Path and query.
    pub target: String,
    pub headers: Vec<(String, String)>,
    /// As it came.
    pub body: Value,
    pub model: String,
    pub stream: bool,
    pub system: String,
    pub tools: Vec<Offered>,
    pub messages: Vec<Message>,
}

#[derive(Debug, Clone)]
pub struct Offered {
    pub name: String,
    pub description: String,
    /// Takes a text and not an object (OpenAI's `custom` tools).
    pub free_form: bool,
    pub schema: Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    User,
    Assistant,
}

/// Texts, calls and results of one message. Results stand with the user.
#[derive(Debug, Clone)]
pub struct Message {
    pub role: Role,
    pub text: String,
    pub calls: Vec<Called>,
    pub results: Vec<Resulted>,
}

#[derive(Debug, Clone)]
pub struct Called {
    pub id: String,
    pub tool: String,
    pub arguments: Value,
}

#[derive(Debug, Clone)]
pub struct Resulted {
    pub id: String,
    pub text: String,
    /// Where the dialect can say so.
    pub failed: bool,
}

impl Message {
    pub fn of(role: Role) -> Self {
        Self { role, text: String::new(), calls: Vec::new(), results: Vec::new() }
    }

    pub fn add(&mut self, text: &str) {
        if !self.text.is_empty() && !text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(text);
    }
}

impl Asked {
    /// What came after the model's last answer.
    fn latest(&self) -> &[Message] {
        let after = self.messages.iter().rposition(|message| message.role == Role::Assistant).map_or(0, |last| last + 1);
        &self.messages[after..]
    }

    /// The words that came after the model's last answer.
    pub fn said(&self) -> String {
        self.latest().iter().map(|message| message.text.as_str()).collect::<Vec<_>>().join("\n")
    }

    /// What became of the calls of the model's last answer.
    pub fn results(&self) -> Vec<Resulted> {
        self.latest().iter().flat_map(|message| message.results.clone()).collect()
    }

    /// Every word of the request's messages.
    pub fn all_words(&self) -> String {
        self.messages.iter().map(|message| message.text.as_str()).collect::<Vec<_>>().join("\n")
    }

    /// The first of these tools that is offered.
    pub fn tool(&self, names: &[&str]) -> Option<&Offered> {
        names.iter().find_map(|name| self.tools.iter().find(|tool| tool.name == *name))
    }

    pub fn tool_names(&self) -> Vec<&str> {
        self.tools.iter().map(|tool| tool.name.as_str()).collect()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Each result belongs to a call of the answer right before it, and each call has exactly one: no orphans. Messages of the user in a row
/// count as one, in which the results come first.
pub fn pair(messages: &[Message]) -> Result<(), String> {
    let mut open: Vec<&str> = Vec::new();
    for (index, message) in messages.iter().enumerate() {
        for result in &message.results {
            let Some(found) = open.iter().position(|id| *id == result.id) else {
                return Err(format!("message {index}: a result for {:?}, which is no open call of the answer before", result.id));
            };
            open.remove(found);
        }
        if !open.is_empty() && message.results.is_empty() {
            return Err(format!("message {index}: calls without a result right after them: {open:?}"));
        }
        for call in &message.calls {
            if open.contains(&call.id.as_str()) {
                return Err(format!("message {index}: two calls have the id {:?}", call.id));
            }
            open.push(&call.id);
        }
    }
    if open.is_empty() { Ok(()) } else { Err(format!("the last calls have no results: {open:?}")) }
}

/// A tool's name is one that every provider takes, is there once, and its schema is an object's.
pub fn tools(tools: &[Offered]) -> Result<(), String> {
    for (index, tool) in tools.iter().enumerate() {
        let letters = tool.name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ':'));
        if tool.name.is_empty() || tool.name.len() > 128 || !letters {
            return Err(format!("tools.{index}: the name {:?} is not one", tool.name));
        }
        if tools[..index].iter().any(|other| other.name == tool.name) {
            return Err(format!("tools.{index}: {:?} is there twice", tool.name));
        }
        let kind = tool.schema["type"].as_str().unwrap_or_default();
        if !tool.free_form && !kind.eq_ignore_ascii_case("object") {
            return Err(format!("tools.{index}: the schema of {:?} is not an object's", tool.name));
        }
    }
    Ok(())
}

/// The text of a content that is a string or a list of blocks with `text`.
pub fn words(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(blocks) => blocks.iter().filter_map(|block| block["text"].as_str()).collect::<Vec<_>>().join("\n"),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => String::new(),
    }
}
