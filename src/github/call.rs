//! One request before it is sent: a path template of GitHub's documentation with its values filled in and encoded.

use std::fmt::{Display, Write as _};

use http::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// What may stand unencoded in a path segment or a query value (RFC 3986, unreserved).
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Path parameters that keep their slashes: those marked `x-multi-segment` in GitHub's OpenAPI description.
const MULTI_SEGMENT: &[&str] = &["ref", "path", "basehead"];

#[derive(Debug, Clone)]
pub(super) struct Call {
    pub method: Method,
    /// For errors and logs: it has no values in it.
    pub template: &'static str,
    /// Path and query after the API base, or the absolute address of a further page.
    pub target: String,
    pub body: Option<Value>,
    /// Whether it counts as a write for the pace. GraphQL reads are POSTs too, and a token changes nothing.
    pub write: bool,
}

impl Call {
    /// Fills the template's parameters in their order. Too few values leave the rest out, which GitHub answers with 404.
    pub(super) fn new(method: Method, template: &'static str, values: &[&(dyn Display + Sync)]) -> Self {
        let mut target = String::with_capacity(template.len() + 40);
        let mut values = values.iter();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            target.push_str(before);
            let value = values.next().map(|v| v.to_string()).unwrap_or_default();
            target.push_str(&encode(&value, MULTI_SEGMENT.contains(&name)));
            rest = after;
        }
        target.push_str(rest);
        let write = method != Method::GET;
        Self { method, template, target, body: None, write }
    }

    pub(super) fn query(mut self, name: &str, value: impl Display) -> Self {
        let separator = if self.target.contains('?') { '&' } else { '?' };
        let value = value.to_string();
        // Writing to a String cannot fail.
        let _ = write!(self.target, "{separator}{name}={}", encode(&value, false));
        self
    }

    pub(super) fn json(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    /// Says that this request changes nothing, whatever its method.
    pub(super) fn changing_nothing(mut self) -> Self {
        self.write = false;
        self
    }

    /// The same question for a further page, at the address that the answer before it named.
    pub(super) fn page(&self, address: String) -> Self {
        Self { target: address, body: None, ..self.clone() }
    }
}

fn encode(value: &str, keep_slashes: bool) -> String {
    if keep_slashes {
        value.split('/').map(|part| encode(part, false)).collect::<Vec<_>>().join("/")
    } else if value == "." || value == ".." {
        // A client on the way would swallow these segments, encoded or not; as this they are simply not found.
        "%252E".repeat(value.len())
    } else {
        utf8_percent_encode(value, UNRESERVED).to_string()
    }
}
