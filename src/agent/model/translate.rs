//! Our own words for a conversation into genai's, and its answer back.

use genai::chat::{
    CacheControl, ChatMessage, ChatRequest, ChatRole, ContentPart, MessageContent, MessageOptions, StopReason, StreamEnd,
    Tool as GenaiTool, ToolCall, ToolResponse,
};
use serde_json::{Value, json};

use super::chat::{Answer, Message, Request};
use crate::agent::transcript::Call;
use crate::domain::Usage;

/// What is sent; `marks` says that the provider caches what is marked.
pub fn request(request: &Request, marks: bool) -> ChatRequest {
    let tools =
        request.tools.iter().map(|tool| GenaiTool::new(tool.name).with_description(tool.description).with_schema(tool.schema.clone()));
    let mut messages: Vec<ChatMessage> = request.messages.iter().map(message).collect();
    let mut chat = ChatRequest::default();
    if marks {
        mark(&mut messages);
        // A mark here covers the tools too: they come before it (Anthropic, "Prompt caching").
        if !request.system.is_empty() {
            messages.insert(0, ChatMessage::system(request.system.as_str()).with_options(CacheControl::Ephemeral));
        }
    } else if !request.system.is_empty() {
        chat.system = Some(request.system.clone());
    }
    chat.messages = messages;
    if !request.tools.is_empty() {
        chat = chat.with_tools(tools);
    }
    chat
}

/// Anthropic takes four marks: one is the system's, one covers the task, and two move along with the conversation, so that the end of the
/// turn before is found in the cache however many calls the last one held.
fn mark(messages: &mut [ChatMessage]) {
    let theirs = |message: &ChatMessage| matches!(message.role, ChatRole::User | ChatRole::Tool);
    let places: Vec<usize> = messages.iter().enumerate().filter(|(_, message)| theirs(message)).map(|(at, _)| at).collect();
    for at in places.iter().take(1).chain(places.iter().rev().take(2)) {
        if let Some(message) = messages.get_mut(*at) {
            message.options = Some(MessageOptions::from(CacheControl::Ephemeral));
        }
    }
}

fn message(message: &Message) -> ChatMessage {
    match message {
        // No provider takes a message without words.
        Message::Told(text) => ChatMessage::user(if text.trim().is_empty() { "(nothing)" } else { text }),
        Message::Replied { text, calls, opaque } => ChatMessage::assistant(replied(text, calls, opaque.as_ref())),
        Message::Results(results) => {
            let parts = results.iter().map(|(tool, result)| {
                let text = if result.text.is_empty() { "(nothing)" } else { &result.text };
                ContentPart::ToolResponse(ToolResponse::new(&result.id, text).with_fn_name(tool))
            });
            ChatMessage::tool(MessageContent::from_parts(parts.collect::<Vec<_>>()))
        }
    }
}

fn replied(text: &str, calls: &[Call], opaque: Option<&Value>) -> MessageContent {
    let kept = |at: &str| opaque.and_then(|opaque| opaque.get(at)).cloned().unwrap_or_default();
    let mut parts: Vec<ContentPart> = serde_json::from_value(kept("parts")).unwrap_or_default();
    let signatures: Vec<Option<Vec<String>>> = serde_json::from_value(kept("signatures")).unwrap_or_default();
    if !text.is_empty() {
        parts.push(ContentPart::Text(text.to_owned()));
    }
    for (at, call) in calls.iter().enumerate() {
        // No provider takes arguments that are no object, though a model may have written some.
        let arguments = if call.arguments.is_object() { call.arguments.clone() } else { json!({ "malformed": call.arguments }) };
        parts.push(ContentPart::ToolCall(ToolCall {
            call_id: call.id.clone(),
            fn_name: call.tool.clone(),
            fn_arguments: arguments,
            thought_signatures: signatures.get(at).cloned().flatten(),
        }));
    }
    MessageContent::from_parts(parts)
}

/// What came back.
pub fn answer(end: StreamEnd) -> Answer {
    let mut answer = Answer { usage: end.captured_usage.map(usage).unwrap_or_default(), ..Answer::default() };
    let (mut sealed, mut signatures) = (Vec::new(), Vec::new());
    let has_reasoning = end.captured_content.as_ref().is_some_and(MessageContent::contains_reasoning_content);
    for part in end.captured_content.map(MessageContent::into_parts).unwrap_or_default() {
        match part {
            ContentPart::Text(text) => answer.text.push_str(&text),
            ContentPart::ToolCall(call) => {
                signatures.push(call.thought_signatures);
                answer.calls.push(Call { id: call.call_id, tool: call.fn_name, arguments: call.fn_arguments });
            }
            ContentPart::ThoughtSignature(_) | ContentPart::ReasoningContent(_) | ContentPart::Custom(_) => sealed.push(part),
            ContentPart::Binary(_) | ContentPart::ToolResponse(_) => {}
        }
    }
    if let Some(reasoning) = end.captured_reasoning_content.filter(|_| !has_reasoning && sealed.is_empty() && !answer.calls.is_empty()) {
        sealed.push(ContentPart::ReasoningContent(reasoning));
    }
    if !sealed.is_empty() || signatures.iter().any(Option::is_some) {
        answer.opaque = Some(json!({ "parts": sealed, "signatures": signatures }));
    }
    if answer.calls.is_empty()
        && let Some(why) = end.captured_stop_reason.and_then(|reason| broken_off(&reason))
    {
        answer.text = format!("{}{why}", answer.text);
    }
    distinct(&mut answer.calls);
    answer
}

/// An answer that its provider ended says so, to people and to the model.
fn broken_off(reason: &StopReason) -> Option<&'static str> {
    match reason {
        StopReason::MaxTokens(_) => Some("\n(the answer was cut off at its limit)"),
        StopReason::ContentFilter(_) => Some("\n(the provider's filter cut the answer off)"),
        StopReason::Completed(_) | StopReason::ToolCall(_) | StopReason::StopSequence(_) | StopReason::Other(_) => None,
    }
}

/// Some servers number the calls of each answer anew, or not at all; results are matched by id.
fn distinct(calls: &mut [Call]) {
    for at in 0..calls.len() {
        let (before, rest) = calls.split_at_mut(at);
        if let Some(call) = rest.first_mut()
            && (call.id.is_empty() || before.iter().any(|other| other.id == call.id))
        {
            call.id = format!("{}call_{at}", call.id);
        }
    }
}

fn usage(usage: genai::chat::Usage) -> Usage {
    let count = |tokens: Option<i32>| tokens.and_then(|tokens| u64::try_from(tokens).ok()).unwrap_or(0);
    let details = usage.prompt_tokens_details.unwrap_or_default();
    let (cached, cache_written) = (count(details.cached_tokens), count(details.cache_creation_tokens));
    Usage { input: count(usage.prompt_tokens), cached, cache_written, output: count(usage.completion_tokens) }
}
