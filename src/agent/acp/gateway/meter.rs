//! Reads what an answer cost as it passes through, in the forms of all providers. Nothing is changed, and nothing is held back.

use serde_json::Value;

use crate::domain::Usage;

/// Bytes of an event, or of an answer that is not streamed, that are looked at. What is longer is passed on unread.
const LONGEST: usize = 8 * 1024 * 1024;

/// The tiers whose prices are the published ones; what was asked for (`auto`) is answered with what was given.
const USUAL: [&str; 3] = ["standard", "default", "auto"];

#[derive(Debug)]
pub struct Meter {
    streamed: bool,
    /// What is not yet a whole line, or the answer so far.
    held: Vec<u8>,
    unread: bool,
    usage: Usage,
    hours: u64,
    unusual: bool,
    model: Option<String>,
    seen: bool,
    finished: bool,
}

impl Meter {
    /// For an answer of this content type.
    pub fn new(content_type: &str) -> Self {
        Self {
            streamed: content_type.starts_with("text/event-stream"),
            held: Vec::new(),
            unread: false,
            usage: Usage::default(),
            hours: 0,
            unusual: false,
            model: None,
            seen: false,
            finished: false,
        }
    }

    /// A piece of the answer's body.
    pub fn pass(&mut self, piece: &[u8]) {
        if self.unread {
            return;
        }
        self.held.extend_from_slice(piece);
        if self.streamed
            && let Some(end) = self.held.iter().rposition(|byte| *byte == b'\n')
        {
            let rest = self.held.split_off(end + 1);
            let lines = std::mem::replace(&mut self.held, rest);
            lines.split(|byte| *byte == b'\n').for_each(|line| self.line(line));
        }
        if self.held.len() > LONGEST {
            self.unread = true;
            self.held = Vec::new();
        }
    }

    /// The answer is over.
    pub fn end(&mut self) {
        let rest = std::mem::take(&mut self.held);
        if self.streamed {
            self.line(&rest);
        } else if let Ok(value) = serde_json::from_slice(&rest) {
            self.value(&value);
        }
    }

    /// Nothing that costs anything comes any more.
    pub fn is_finished(&self) -> bool {
        self.finished
    }

    /// What was read; nothing if the answer said nothing about its cost.
    pub fn usage(&self) -> Option<Usage> {
        self.seen.then_some(self.usage)
    }

    /// Of the tokens written to the cache: those that are kept for an hour.
    pub fn hours(&self) -> u64 {
        self.hours
    }

    /// It was served in a tier that has prices of its own.
    pub fn is_unusual(&self) -> bool {
        self.unusual
    }

    pub fn model(&self) -> Option<&str> {
        self.model.as_deref()
    }

    fn line(&mut self, line: &[u8]) {
        let Some(data) = line.strip_prefix(b"data:") else { return };
        let data = data.trim_ascii();
        if data == b"[DONE]" {
            self.finished = true;
        } else if let Ok(value) = serde_json::from_slice(data) {
            self.value(&value);
        }
    }

    fn value(&mut self, value: &Value) {
        let kind = value["type"].as_str().unwrap_or_default();
        // The message or response within an event, or the answer itself.
        let inner = ["message", "response"].iter().find_map(|field| value.get(*field).filter(|inner| inner.is_object())).unwrap_or(value);
        if let Some(model) = [&inner["model"], &inner["modelVersion"]].into_iter().find_map(Value::as_str) {
            self.model = Some(model.to_owned());
        }
        let usage = &inner["usage"];
        let tiers = [&inner["service_tier"], &usage["service_tier"], &usage["speed"]];
        self.unusual |= tiers.into_iter().filter_map(Value::as_str).any(|tier| !USUAL.contains(&tier));
        if inner.get("usageMetadata").is_some() {
            self.gemini(&inner["usageMetadata"]);
        } else if usage.get("prompt_tokens").is_some() {
            self.chat(usage);
        } else if usage.is_object() {
            // Anthropic counts what is cached apart, OpenAI within the input; their objects differ in kind.
            if inner["object"] == "response" { self.responses(usage) } else { self.anthropic(usage) }
        }
        let candidate_ended = value["candidates"][0]["finishReason"].is_string();
        let ends = ["message_stop", "response.completed", "response.incomplete", "response.failed"];
        self.finished = self.finished || ends.contains(&kind) || candidate_ended;
    }

    /// A message's later usage has only some of the numbers, and they are totals.
    fn anthropic(&mut self, usage: &Value) {
        let number = |field: &str| usage[field].as_u64();
        if let Some(plain) = number("input_tokens") {
            let cached = number("cache_read_input_tokens").unwrap_or_default();
            let written = number("cache_creation_input_tokens").unwrap_or_default();
            let input = plain.saturating_add(cached).saturating_add(written);
            if input >= self.usage.input {
                self.usage = Usage { input, cached, cache_written: written, output: self.usage.output };
                self.hours = self.hours.max(usage["cache_creation"]["ephemeral_1h_input_tokens"].as_u64().unwrap_or_default());
            }
        }
        self.usage.output = self.usage.output.max(number("output_tokens").unwrap_or_default());
        self.seen = true;
    }

    fn chat(&mut self, usage: &Value) {
        self.usage = Usage {
            input: usage["prompt_tokens"].as_u64().unwrap_or_default(),
            cached: usage["prompt_tokens_details"]["cached_tokens"].as_u64().unwrap_or_default(),
            cache_written: usage["prompt_tokens_details"]["cache_write_tokens"].as_u64().unwrap_or_default(),
            output: usage["completion_tokens"].as_u64().unwrap_or_default(),
        };
        self.seen = true;
    }

    fn responses(&mut self, usage: &Value) {
        self.usage = Usage {
            input: usage["input_tokens"].as_u64().unwrap_or_default(),
            cached: usage["input_tokens_details"]["cached_tokens"].as_u64().unwrap_or_default(),
            cache_written: usage["input_tokens_details"]["cache_write_tokens"].as_u64().unwrap_or_default(),
            output: usage["output_tokens"].as_u64().unwrap_or_default(),
        };
        self.seen = true;
    }

    fn gemini(&mut self, usage: &Value) {
        let number = |field: &str| usage[field].as_u64().unwrap_or_default();
        self.usage = Usage {
            input: number("promptTokenCount").saturating_add(number("toolUsePromptTokenCount")),
            cached: number("cachedContentTokenCount"),
            cache_written: 0,
            output: number("candidatesTokenCount").saturating_add(number("thoughtsTokenCount")),
        };
        self.seen = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metered(streamed: bool, body: &str) -> (Option<Usage>, Option<String>, bool) {
        let mut meter = Meter::new(if streamed { "text/event-stream; charset=utf-8" } else { "application/json" });
        // Pieces come cut anywhere.
        body.as_bytes().chunks(7).for_each(|piece| meter.pass(piece));
        let finished = meter.is_finished();
        meter.end();
        (meter.usage(), meter.model().map(str::to_owned), finished)
    }

    #[test]
    fn what_is_billed_at_other_prices_is_noticed() {
        let of = |body: &str| {
            let mut meter = Meter::new("application/json");
            meter.pass(body.as_bytes());
            meter.end();
            (meter.hours(), meter.is_unusual())
        };
        let anthropic = |tier: &str| {
            format!(
                "{{\"usage\":{{\"input_tokens\":5,\"output_tokens\":6,\"service_tier\":\"{tier}\",\"cache_creation_input_tokens\":9,\
                 \"cache_creation\":{{\"ephemeral_5m_input_tokens\":2,\"ephemeral_1h_input_tokens\":7}}}}}}"
            )
        };
        assert_eq!((of(&anthropic("standard")), of(&anthropic("priority"))), ((7, false), (7, true)));
        let responses = |tier: &str| format!("{{\"object\":\"response\",\"service_tier\":{tier},\"usage\":{{\"input_tokens\":5}}}}");
        assert_eq!([of(&responses("\"default\"")).1, of(&responses("null")).1, of(&responses("\"flex\"")).1], [false, false, true]);
    }

    #[test]
    fn every_provider_says_what_it_cost() {
        let usage = |input, cached, cache_written, output| Some(Usage { input, cached, cache_written, output });
        let anthropic = "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"model\":\"c\",\"usage\":{\"input_tokens\":5,\
            \"cache_creation_input_tokens\":20,\"cache_read_input_tokens\":100,\"output_tokens\":1}}}\n\nevent: message_delta\n\
            data: {\"type\":\"message_delta\",\"usage\":{\"output_tokens\":42}}\n\ndata: {\"type\":\"message_stop\"}\n\n";
        assert_eq!(metered(true, anthropic), (usage(125, 100, 20, 42), Some("c".into()), true));
        let chat = "data: {\"model\":\"g\",\"choices\":[{}],\"usage\":null}\n\ndata: {\"choices\":[],\"usage\":{\"prompt_tokens\":50,\
            \"completion_tokens\":7,\"prompt_tokens_details\":{\"cached_tokens\":10}}}\n\ndata: [DONE]\n\n";
        assert_eq!(metered(true, chat), (usage(50, 10, 0, 7), Some("g".into()), true));
        let responses = "data: {\"type\":\"response.created\",\"response\":{\"object\":\"response\",\"usage\":null}}\n\n\
            data: {\"type\":\"response.completed\",\"response\":{\"object\":\"response\",\"model\":\"o\",\"usage\":{\"input_tokens\":9,\
            \"input_tokens_details\":{\"cached_tokens\":4},\"output_tokens\":3}}}\n\n";
        assert_eq!(metered(true, responses), (usage(9, 4, 0, 3), Some("o".into()), true));
        let gemini = "data: {\"candidates\":[{\"finishReason\":\"STOP\"}],\"usageMetadata\":{\"promptTokenCount\":8,\
            \"candidatesTokenCount\":2,\"thoughtsTokenCount\":1},\"modelVersion\":\"v\"}\n\n";
        assert_eq!(metered(true, gemini), (usage(8, 0, 0, 3), Some("v".into()), true));
        let whole = "{\"type\":\"message\",\"model\":\"c\",\"usage\":{\"input_tokens\":5,\"output_tokens\":6}}";
        assert_eq!(metered(false, whole), (usage(5, 0, 0, 6), Some("c".into()), false));
        assert_eq!(metered(true, "data: {\"choices\":[]}\n\n"), (None, None, false));
        assert_eq!(metered(false, "no json"), (None, None, false));
    }
}
