//! Anthropic's Messages: <https://platform.claude.com/docs/en/api/messages> and its page on streaming.

use serde_json::{Value, json};

use super::asked::{self, Asked, Called, Message, Offered, Resulted, Role};
use super::reply::{Reply, event, pieces};
use super::script::Stop;

/// Fills in what the request says; an error is what is wrong with it.
pub fn read(asked: &mut Asked) -> Result<(), String> {
    if asked.header("anthropic-version").is_none() {
        return Err("anthropic-version: header is required".into());
    }
    let body = asked.body.clone();
    asked.model = body["model"].as_str().ok_or("model: field required")?.into();
    body["max_tokens"].as_u64().filter(|most| *most > 0).ok_or("max_tokens: field required, at least 1")?;
    asked.stream = body["stream"].as_bool().unwrap_or(false);
    asked.system = asked::words(&body["system"]);
    for tool in body["tools"].as_array().into_iter().flatten() {
        // The provider's own tools have a type and no schema.
        if tool["type"].as_str().is_none_or(|kind| kind == "custom") {
            asked.tools.push(offered(tool));
        }
    }
    asked::tools(&asked.tools)?;
    let messages = body["messages"].as_array().filter(|all| !all.is_empty()).ok_or("messages: at least one message is required")?;
    for (index, message) in messages.iter().enumerate() {
        asked.messages.push(one(message).map_err(|what| format!("messages.{index}: {what}"))?);
    }
    if asked.messages[0].role != Role::User {
        return Err("messages: first message must use the \"user\" role".into());
    }
    for (index, pair) in asked.messages.windows(2).enumerate() {
        let missing = pair[0].calls.iter().find(|call| !pair[1].results.iter().any(|result| result.id == call.id));
        if let Some(call) = missing {
            return Err(format!("messages.{index}: `tool_use` ids were found without `tool_result` blocks immediately after: {}", call.id));
        }
    }
    asked::pair(&asked.messages)?;
    marks(&body)
}

fn offered(tool: &Value) -> Offered {
    Offered {
        name: tool["name"].as_str().unwrap_or_default().into(),
        description: tool["description"].as_str().unwrap_or_default().into(),
        free_form: false,
        schema: tool["input_schema"].clone(),
    }
}

fn one(message: &Value) -> Result<Message, String> {
    let role = match message["role"].as_str() {
        Some("user") => Role::User,
        Some("assistant") => Role::Assistant,
        other => return Err(format!("role: {other:?} is neither \"user\" nor \"assistant\"")),
    };
    let mut read = Message::of(role);
    if let Some(text) = message["content"].as_str() {
        if text.is_empty() {
            return Err("content: must not be empty".into());
        }
        read.add(text);
        return Ok(read);
    }
    let blocks = message["content"].as_array().filter(|blocks| !blocks.is_empty()).ok_or("content: must not be empty")?;
    let mut other_before = false;
    for (index, block) in blocks.iter().enumerate() {
        match (block["type"].as_str().unwrap_or_default(), role) {
            ("text", _) => {
                let text = block["text"].as_str().filter(|text| !text.is_empty());
                read.add(text.ok_or_else(|| format!("content.{index}: text content blocks must be non-empty"))?);
                other_before = true;
            }
            ("tool_use", Role::Assistant) => {
                if !block["input"].is_object() {
                    return Err(format!("content.{index}.input: input should be a valid dictionary"));
                }
                read.calls.push(Called { id: string(block, "id")?, tool: string(block, "name")?, arguments: block["input"].clone() });
            }
            ("tool_result", Role::User) => {
                if other_before {
                    return Err(format!("content.{index}: tool_result blocks must come first in their message"));
                }
                let failed = block["is_error"].as_bool().unwrap_or(false);
                let text = asked::words(&block["content"]);
                if failed && text.is_empty() {
                    return Err(format!("content.{index}: content cannot be empty if `is_error` is true"));
                }
                read.results.push(Resulted { id: string(block, "tool_use_id")?, text, failed });
            }
            ("thinking" | "redacted_thinking", Role::Assistant) if other_before => {
                return Err(format!("content.{index}: thinking must come before what it led to"));
            }
            ("thinking" | "redacted_thinking", Role::Assistant) | ("image" | "document", Role::User) => {}
            (kind, _) => return Err(format!("content.{index}: {kind:?} has no place here")),
        }
    }
    Ok(read)
}

fn string(block: &Value, field: &str) -> Result<String, String> {
    block[field].as_str().filter(|text| !text.is_empty()).map(str::to_owned).ok_or_else(|| format!("{field}: field required"))
}

/// At most four caching marks, none on an empty text, none on thoughts.
fn marks(body: &Value) -> Result<(), String> {
    let marked: Vec<Value> = blocks(body).into_iter().filter(|block| block.get("cache_control").is_some()).collect();
    if marked.len() > 4 {
        return Err(format!("a maximum of 4 blocks with cache_control may be provided, found {}", marked.len()));
    }
    for block in marked {
        if block["text"].as_str() == Some("") {
            return Err("cache_control cannot be set for empty text blocks".into());
        }
        if block["type"] == "thinking" {
            return Err("cache_control cannot be set for thinking blocks".into());
        }
        if block["cache_control"]["type"] != "ephemeral" {
            return Err("cache_control.type: must be \"ephemeral\"".into());
        }
    }
    Ok(())
}

/// All blocks in the order in which they are cached: tools, system, messages. A mark within a tool result counts as the result's.
pub fn blocks(body: &Value) -> Vec<Value> {
    let listed = |value: &Value| match value {
        Value::Array(list) => list.clone(),
        Value::String(text) => vec![json!({"type": "text", "text": text})],
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => Vec::new(),
    };
    let mut all = listed(&body["tools"]);
    all.extend(listed(&body["system"]));
    for message in body["messages"].as_array().into_iter().flatten() {
        all.extend(listed(&message["content"]));
    }
    all
}

fn usage(reply: &Reply) -> Value {
    let usage = &reply.usage;
    json!({
        "input_tokens": usage.input - usage.cached - usage.cache_written,
        "cache_creation_input_tokens": usage.cache_written,
        "cache_read_input_tokens": usage.cached,
        "output_tokens": usage.output,
        "service_tier": "standard",
    })
}

fn stop(reply: &Reply) -> &'static str {
    match reply.stop {
        Stop::Done => "end_turn",
        Stop::Calls => "tool_use",
        Stop::Length => "max_tokens",
        Stop::Refusal => "refusal",
    }
}

pub fn whole(reply: &Reply) -> Value {
    let mut content = Vec::new();
    if !reply.thinking.is_empty() {
        content.push(json!({"type": "thinking", "thinking": reply.thinking, "signature": "c2lnbmVk"}));
    }
    if !reply.text.is_empty() {
        content.push(json!({"type": "text", "text": reply.text}));
    }
    for call in &reply.calls {
        let input: Value = serde_json::from_str(&call.arguments).unwrap_or_else(|_| json!({}));
        content.push(json!({"type": "tool_use", "id": call.id, "name": call.tool, "input": input}));
    }
    json!({
        "id": reply.id, "type": "message", "role": "assistant", "model": reply.model, "content": content,
        "stop_reason": stop(reply), "stop_sequence": null, "usage": usage(reply),
    })
}

pub fn events(reply: &Reply) -> Vec<String> {
    let mut started = whole(reply);
    started["content"] = json!([]);
    started["stop_reason"] = Value::Null;
    started["usage"]["output_tokens"] = json!(1);
    let mut events = vec![typed(json!({"type": "message_start", "message": started})), typed(json!({"type": "ping"}))];
    let mut index = 0;
    let mut block = |empty: Value, deltas: Vec<Value>| {
        events.push(typed(json!({"type": "content_block_start", "index": index, "content_block": empty})));
        events.extend(deltas.into_iter().map(|delta| typed(json!({"type": "content_block_delta", "index": index, "delta": delta}))));
        events.push(typed(json!({"type": "content_block_stop", "index": index})));
        index += 1;
    };
    if !reply.thinking.is_empty() {
        let mut deltas: Vec<Value> = pieces(&reply.thinking).map(|text| json!({"type": "thinking_delta", "thinking": text})).collect();
        deltas.push(json!({"type": "signature_delta", "signature": "c2lnbmVk"}));
        block(json!({"type": "thinking", "thinking": "", "signature": ""}), deltas);
    }
    if !reply.text.is_empty() {
        let deltas = pieces(&reply.text).map(|text| json!({"type": "text_delta", "text": text})).collect();
        block(json!({"type": "text", "text": ""}), deltas);
    }
    for call in &reply.calls {
        let deltas = pieces(&call.arguments).map(|text| json!({"type": "input_json_delta", "partial_json": text})).collect();
        block(json!({"type": "tool_use", "id": call.id, "name": call.tool, "input": {}}), deltas);
    }
    let ended = json!({"stop_reason": stop(reply), "stop_sequence": null});
    events.push(typed(json!({"type": "message_delta", "delta": ended, "usage": usage(reply)})));
    events.push(typed(json!({"type": "message_stop"})));
    events
}

fn typed(data: Value) -> String {
    event(data["type"].as_str(), &data)
}

pub fn error(status: u16, message: &str) -> Value {
    let kind = match status {
        401 => "authentication_error",
        402 => "billing_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        529 => "overloaded_error",
        400..=499 => "invalid_request_error",
        _ => "api_error",
    };
    json!({"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_0"})
}
