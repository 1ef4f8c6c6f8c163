//! What a provider's refusal means: whether waiting helps, and what a person can do. Neither the key nor the prompt is ever in the words.

use std::time::Duration;

use genai::Error as Genai;

/// Why a turn brought no answer. The words complete "failed to …".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The same again may work, after so long if the provider said how long.
    Later { after: Option<Duration>, why: String },
    /// What was sent is more than the model's window takes.
    TooLong(String),
    /// The configuration or the account has to be mended.
    Never(String),
}

/// Characters of a provider's own words that are passed on.
const TOLD: usize = 300;

/// Reads genai's errors. `prompt` answers whether a text was sent by us.
pub fn of(error: &Genai, model: &str, key: &str, prompt: &dyn Fn(&str) -> bool) -> Failure {
    if let Genai::HttpError { status, body, headers, .. } = error {
        let after = headers.get("retry-after").and_then(|value| value.to_str().ok()).and_then(seconds);
        return of_status(status.as_u16(), after, model, &said(body, key, prompt));
    }
    if let Genai::WebStream { error: inner, cause, .. } = error {
        return match inner.downcast_ref::<Genai>() {
            Some(inner) => of(inner, model, key, prompt),
            None => Failure::Later {
                after: None,
                why: format!("reach the provider of {model}: {}", one_line(&wire(inner.as_ref(), cause), key)),
            },
        };
    }
    if let Genai::ChatResponse { body, .. } = error {
        return of_event(body, model, key, prompt);
    }
    if let Genai::StreamParse { serde_error, .. } = error {
        // This is also how genai tells of an answer that OpenAI broke off.
        let body = serde_json::json!({ "message": serde_error.to_string() });
        return of_event(&body, model, key, prompt);
    }
    // What is left are requests that genai itself cannot make. Its words may hold the request, so they are not passed on.
    Failure::Never(format!("ask {model}: the request cannot be made in this provider's form"))
}

/// The stream ended before the answer did.
pub fn cut(model: &str) -> Failure {
    Failure::Later { after: None, why: format!("hear {model} to the end: the stream was cut") }
}

fn of_status(status: u16, after: Option<Duration>, model: &str, said: &str) -> Failure {
    let never = |what: &str| Failure::Never(format!("ask {model}: {what} (HTTP {status}{said})"));
    let low = said.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| low.contains(word));
    match status {
        413 => Failure::TooLong(format!("ask {model}: the conversation is larger than the provider takes (HTTP {status}{said})")),
        400 | 422 if is_too_long(&low) => {
            Failure::TooLong(format!("ask {model}: the conversation is longer than the model's window (HTTP {status}{said})"))
        }
        _ if has_no_credit(&low) && status < 500 => never("the account has no credit left: add some on the provider's billing page"),
        401 => never("the provider does not accept the key: check the configured key"),
        402 => never("the account has no credit left: add some on the provider's billing page"),
        403 => never("the key may not use this model: check the key's permissions at the provider"),
        404 => {
            never("the provider does not know the model, or there is nothing at the configured address: check `model` and its base address")
        }
        400 if has(&["api key not valid", "api_key_invalid"]) => never("the provider does not accept the key: check the configured key"),
        408 | 409 | 425 | 429 => Failure::Later { after, why: format!("ask {model}: the provider asks to wait (HTTP {status}{said})") },
        500.. => Failure::Later { after, why: format!("ask {model}: the provider is overloaded or out of order (HTTP {status}{said})") },
        _ => never("the provider refuses the request"),
    }
}

/// An error in the middle of a stream.
fn of_event(body: &serde_json::Value, model: &str, key: &str, prompt: &dyn Fn(&str) -> bool) -> Failure {
    let kind = ["/error/type", "/type", "/code", "/error/code"].iter().find_map(|at| body.pointer(at)?.as_str()).unwrap_or_default();
    let said = said(&body.to_string(), key, prompt);
    let low = format!("{kind}{said}").to_lowercase();
    if is_too_long(&low) {
        return Failure::TooLong(format!(
            "ask {model}: the conversation is longer than the model's window ({}{said})",
            one_line(kind, key)
        ));
    }
    match kind {
        "authentication_error" | "invalid_api_key" => of_status(401, None, model, &said),
        "permission_error" => of_status(403, None, model, &said),
        "insufficient_quota" | "billing_error" => of_status(402, None, model, &said),
        "not_found_error" | "model_not_found" => of_status(404, None, model, &said),
        "invalid_request_error" => of_status(400, None, model, &said),
        _ if has_no_credit(&low) => of_status(402, None, model, &said),
        _ => Failure::Later { after: None, why: format!("hear {model} to the end: it broke off{said}") },
    }
}

fn has_no_credit(low: &str) -> bool {
    ["credit balance", "insufficient_quota", "exceeded your current quota", "billing"].iter().any(|words| low.contains(words))
}

fn is_too_long(low: &str) -> bool {
    let words = ["prompt is too long", "context_length_exceeded", "context length", "context window", "maximum context", "too many tokens"];
    words.iter().chain(&["exceeds the maximum number of tokens", "exceed_context_size"]).any(|word| low.contains(word))
}

/// What the provider says of it, as `: words`; nothing when it quotes what was sent.
fn said(body: &str, key: &str, prompt: &dyn Fn(&str) -> bool) -> String {
    let json: Option<serde_json::Value> = serde_json::from_str(body).ok();
    let places = ["/error/message", "/message", "/0/error/message", "/error", "/detail"];
    let message = json.as_ref().and_then(|json| places.iter().find_map(|at| json.pointer(at)?.as_str())).unwrap_or_default();
    let code = json.as_ref().and_then(|json| json.pointer("/error/code")?.as_str()).unwrap_or_default();
    let message = clean(message, key, prompt);
    match (message.is_empty(), code.is_empty()) {
        (true, true) => String::new(),
        (true, false) => format!(", {}", one_line(code, key)),
        (false, true) => format!(": {message}"),
        (false, false) => format!(", {}: {message}", one_line(code, key)),
    }
}

/// Words on one line, without the key; nothing when a part of them was sent by us.
fn clean(words: &str, key: &str, prompt: &dyn Fn(&str) -> bool) -> String {
    const PART: usize = 32;
    let chars: Vec<char> = words.chars().collect();
    let quotes = chars.windows(PART).any(|part| prompt(&part.iter().collect::<String>()));
    if quotes { String::new() } else { one_line(words, key) }
}

fn one_line(words: &str, key: &str) -> String {
    let words = if key.len() >= 8 { words.replace(key, "(the key)") } else { words.to_owned() };
    words.split_whitespace().collect::<Vec<_>>().join(" ").chars().filter(|c| !c.is_control()).take(TOLD).collect()
}

/// The innermost cause says what happened; the outer ones repeat the address.
fn wire(error: &(dyn std::error::Error + 'static), fallback: &str) -> String {
    let mut last = error;
    while let Some(inner) = last.source() {
        last = inner;
    }
    let words = last.to_string();
    if words.is_empty() { fallback.to_owned() } else { words }
}

/// `Retry-After` in seconds. Its other form, a date, needs the provider's clock: it is passed over, and our own pace holds.
fn seconds(value: &str) -> Option<Duration> {
    value.trim().parse::<f64>().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn http(status: u16, body: &str) -> Failure {
        let status = http::StatusCode::from_u16(status).unwrap();
        let headers = http::HeaderMap::from_iter([(http::header::RETRY_AFTER, http::HeaderValue::from_static("7"))]);
        let inner = Genai::HttpError { status, canonical_reason: String::new(), body: body.into(), headers: Box::new(headers) };
        of(&inner, "anthropic:x", "sk-secret-key", &|part| "the whole prompt, which nobody but the model should read".contains(part))
    }

    #[test]
    fn a_person_learns_what_to_do_and_the_loop_whether_to_wait() {
        let cases = [
            (401, r#"{"error":{"message":"invalid x-api-key"}}"#, "check the configured key"),
            (404, r#"{"error":{"message":"model: x"}}"#, "does not know the model"),
            (400, r#"{"error":{"message":"Your credit balance is too low"}}"#, "no credit left"),
            (429, r#"{"error":{"code":"insufficient_quota","message":"You exceeded your current quota"}}"#, "no credit left"),
        ];
        for (status, body, words) in cases {
            let Failure::Never(why) = http(status, body) else { panic!("{status} {body}") };
            assert!(why.contains(words), "{why}");
        }
        let wait = Some(Duration::from_secs(7));
        for status in [429, 500, 503, 529] {
            assert!(matches!(http(status, "{}"), Failure::Later { after, .. } if after == wait), "{status}");
        }
        assert!(matches!(http(400, r#"{"error":{"message":"prompt is too long: 300000 tokens"}}"#), Failure::TooLong(_)));
    }

    #[test]
    fn an_answer_that_is_broken_off_says_why_in_whatever_form_it_is_told() {
        use serde::de::Error as _;
        let model_iden = genai::ModelIden::new(genai::adapter::AdapterKind::OpenAIResp, "x");
        let broken = |words: &str| {
            let error = Genai::StreamParse { model_iden: model_iden.clone(), serde_error: serde_json::Error::custom(words) };
            of(&error, "openai-responses:x", "", &|_| false)
        };
        assert!(matches!(broken("Your input exceeds the context window of this model."), Failure::TooLong(_)));
        assert!(matches!(broken("You exceeded your current quota"), Failure::Never(_)));
        assert!(matches!(broken("The server had an error"), Failure::Later { .. }));
    }

    #[test]
    fn neither_key_nor_prompt_is_in_the_words() {
        let Failure::Never(why) = http(401, r#"{"error":{"message":"bad key sk-secret-key"}}"#) else { panic!() };
        assert!(!why.contains("secret"), "{why}");
        let quoting = r#"{"error":{"message":"refused: the whole prompt, which nobody but the model should read"}}"#;
        let Failure::Never(why) = http(400, quoting) else { panic!() };
        assert!(!why.contains("nobody but"), "{why}");
    }
}
