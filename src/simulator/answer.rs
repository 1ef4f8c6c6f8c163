//! What a route answers: a status, headers and a JSON body; and GitHub's ways of refusing.

use serde_json::{Value, json};

use super::error::Error;

const DOCUMENTATION: &str = "https://docs.github.com/rest";

/// An answer of the API. A refusal has the same form.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    /// `None` for 204.
    pub body: Option<Box<Value>>,
}

pub(super) type Answered = Result<Answer, Answer>;

impl Answer {
    pub fn new(status: u16, body: Value) -> Self {
        Self { status, headers: Vec::new(), body: Some(Box::new(body)) }
    }

    pub fn ok(body: Value) -> Self {
        Self::new(200, body)
    }

    pub fn created(body: Value) -> Self {
        Self::new(201, body)
    }

    pub fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: None }
    }

    pub fn with(mut self, header: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((header, value.into()));
        self
    }

    pub fn refusal(status: u16, message: impl Into<String>) -> Self {
        Self::new(status, json!({ "message": message.into(), "documentation_url": DOCUMENTATION, "status": status.to_string() }))
    }

    pub fn not_found() -> Self {
        Self::refusal(404, "Not Found")
    }

    /// 422 with one sentence, as the Git database answers.
    pub fn unprocessable(message: impl Into<String>) -> Self {
        Self::refusal(422, message)
    }

    /// 422 "Validation Failed" with one entry in `errors`.
    pub fn invalid(resource: &str, field: &str, code: &str, message: Option<String>) -> Self {
        let mut error = json!({ "resource": resource, "field": field, "code": code });
        if let Some(message) = message {
            error["message"] = Value::String(message);
        }
        Self::new(422, json!({ "message": "Validation Failed", "errors": [error], "documentation_url": DOCUMENTATION, "status": "422" }))
    }

    /// The refusal as one sentence.
    pub fn message(&self) -> String {
        let body = self.body.as_deref();
        let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
        let first = body.and_then(|b| b.pointer("/errors/0/message"));
        if first.is_some() { text(first) } else { text(body.and_then(|b| b.get("message"))) }
    }

    /// Something of the simulator's own failed: 500, and the reason, for whoever reads the test's output.
    pub fn broken(why: impl std::fmt::Display) -> Self {
        Self::refusal(500, format!("the simulator failed to {why}"))
    }
}

impl From<Error> for Answer {
    fn from(error: Error) -> Self {
        Self::broken(error)
    }
}
