//! From GitHub's refusal to our error.
//!
//! The rules are GitHub's: 404 and 410 for what is not there or may not be seen; 409, and the 422 of a reference that
//! exists or does not fast-forward or of a pull request that exists, for a world that moved; 403 for what is not
//! granted, unless it is a limit; 5xx for a bad moment.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

use super::call::Call;
use super::error::{Error, Trouble, one_line};
use super::limit;

/// What an answer that is not a success means. `now` in seconds since 1970.
pub(super) fn read(call: &Call, status: StatusCode, headers: &HeaderMap, body: &Bytes, now: i64) -> Error {
    let said = said(status, body);
    let why = Box::new(Trouble {
        method: call.method.to_string(),
        path: call.template,
        status: Some(status.as_u16()),
        message: one_line(&said),
        request_id: header(headers, "x-github-request-id"),
    });
    if let Some(after) = limit::asked_to_wait(status, headers, body, now) {
        return Error::Later { after, why };
    }
    match status.as_u16() {
        408 | 425 | 500..=599 => Error::Later { after: limit::retry_after(headers).unwrap_or(Duration::from_secs(10)), why },
        404 | 410 => Error::NotFound { what: why },
        409 => Error::Conflict { what: why },
        403 => {
            let ours = said.contains("not accessible by integration");
            Error::Forbidden { needs: header(headers, "x-accepted-github-permissions").filter(|_| ours), page: None, why }
        }
        422 => match moved(&said) {
            Some(Moved::Exists) => Error::Conflict { what: why },
            Some(Moved::Gone) => Error::NotFound { what: why },
            None => Error::Never { why },
        },
        _ => Error::Never { why },
    }
}

enum Moved {
    Exists,
    Gone,
}

/// GitHub's words for a 422 that tells of a moved world. It has no codes for these.
fn moved(said: &str) -> Option<Moved> {
    let said = said.to_ascii_lowercase();
    let any = |words: &[&str]| words.iter().any(|w| said.contains(w));
    if any(&["already exists", "already_exists", "not a fast forward", "not a fast-forward", "cannot lock ref"]) {
        Some(Moved::Exists)
    } else if any(&["reference does not exist", "no commit found for sha"]) {
        Some(Moved::Gone)
    } else {
        None
    }
}

/// `message` and the parts of `errors` of GitHub's error body; without one, the status in words.
fn said(status: StatusCode, body: &[u8]) -> String {
    let Ok(Value::Object(error)) = serde_json::from_slice::<Value>(body) else {
        return status.canonical_reason().unwrap_or("an answer without a reason").to_ascii_lowercase();
    };
    let mut said = error.get("message").and_then(Value::as_str).unwrap_or("no message").to_owned();
    for detail in error.get("errors").and_then(Value::as_array).into_iter().flatten().take(5) {
        let named = ["resource", "field", "code", "message"].iter().filter_map(|name| detail.get(*name)?.as_str());
        let words: Vec<&str> = detail.as_str().into_iter().chain(named).collect();
        said = format!("{said}; {}", words.join(" "));
    }
    said
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    Some(one_line(headers.get(name)?.to_str().ok()?))
}
