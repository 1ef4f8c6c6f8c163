//! OpenAI's chat completions: <https://platform.openai.com/docs/api-reference/chat>.

use serde_json::{Value, json};

use super::asked::{self, Asked, Called, Message, Offered, Resulted, Role};
use super::reply::{Reply, event, pieces};
use super::script::Stop;

/// Fills in what the request says; an error is what is wrong with it.
pub fn read(asked: &mut Asked) -> Result<(), String> {
    let body = asked.body.clone();
    asked.model = body["model"].as_str().ok_or("you must provide a model parameter")?.into();
    asked.stream = body["stream"].as_bool().unwrap_or(false);
    if body.get("stream_options").is_some_and(|options| !options.is_null()) && !asked.stream {
        return Err("stream_options: only allowed when stream is enabled".into());
    }
    for tool in body["tools"].as_array().into_iter().flatten() {
        if tool["type"] != "function" {
            return Err(format!("tools: {} is not a function", tool["type"]));
        }
        asked.tools.push(offered(&tool["function"]));
    }
    asked::tools(&asked.tools)?;
    let messages = body["messages"].as_array().filter(|all| !all.is_empty()).ok_or("messages: at least one message is required")?;
    for (index, message) in messages.iter().enumerate() {
        one(message, asked).map_err(|what| format!("messages.[{index}]: {what}"))?;
    }
    asked::pair(&asked.messages)
}

/// A function that takes nothing may go without parameters.
pub fn offered(function: &Value) -> Offered {
    let schema = function.get("parameters").filter(|schema| !schema.is_null()).cloned();
    Offered {
        name: function["name"].as_str().unwrap_or_default().into(),
        description: function["description"].as_str().unwrap_or_default().into(),
        free_form: false,
        schema: schema.unwrap_or_else(|| json!({"type": "object"})),
    }
}

fn one(message: &Value, asked: &mut Asked) -> Result<(), String> {
    let content = &message["content"];
    let text = asked::words(content);
    match message["role"].as_str().unwrap_or_default() {
        "system" | "developer" => {
            asked.system.push_str(&text);
            asked.system.push('\n');
        }
        "user" => {
            if content.is_null() {
                return Err("content: expected a string or a list, got null".into());
            }
            let mut read = Message::of(Role::User);
            read.add(&text);
            asked.messages.push(read);
        }
        "assistant" => {
            let mut read = Message::of(Role::Assistant);
            read.add(&text);
            for call in message["tool_calls"].as_array().into_iter().flatten() {
                let written = call["function"]["arguments"].as_str().ok_or("tool_calls: arguments must be a string")?;
                let arguments = serde_json::from_str(written).unwrap_or_else(|_| json!(written));
                read.calls.push(Called { id: string(call, "id")?, tool: string(&call["function"], "name")?, arguments });
            }
            if read.calls.is_empty() && content.is_null() {
                return Err("content: required unless there are tool_calls".into());
            }
            asked.messages.push(read);
        }
        "tool" => {
            let mut read = Message::of(Role::User);
            read.results.push(Resulted { id: string(message, "tool_call_id")?, text, failed: false });
            asked.messages.push(read);
        }
        other => return Err(format!("role: {other:?} is none")),
    }
    Ok(())
}

fn string(value: &Value, field: &str) -> Result<String, String> {
    value[field].as_str().filter(|text| !text.is_empty()).map(str::to_owned).ok_or_else(|| format!("{field}: missing"))
}

fn usage(reply: &Reply) -> Value {
    json!({
        "prompt_tokens": reply.usage.input, "completion_tokens": reply.usage.output,
        "total_tokens": reply.usage.input + reply.usage.output,
        "prompt_tokens_details": {"cached_tokens": reply.usage.cached, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0},
    })
}

fn stop(reply: &Reply) -> &'static str {
    match reply.stop {
        Stop::Done => "stop",
        Stop::Calls => "tool_calls",
        Stop::Length => "length",
        Stop::Refusal => "content_filter",
    }
}

pub fn whole(reply: &Reply) -> Value {
    let calls: Vec<Value> = reply
        .calls
        .iter()
        .map(|call| json!({"id": call.id, "type": "function", "function": {"name": call.tool, "arguments": call.arguments}}))
        .collect();
    let mut message = json!({"role": "assistant", "content": reply.text, "refusal": null});
    if !calls.is_empty() {
        message["tool_calls"] = json!(calls);
    }
    json!({
        "id": reply.id, "object": "chat.completion", "created": 1_760_000_000, "model": reply.model,
        "choices": [{"index": 0, "message": message, "logprobs": null, "finish_reason": stop(reply)}], "usage": usage(reply),
    })
}

pub fn events(reply: &Reply) -> Vec<String> {
    let chunk = |choices: Value, usage: Value| {
        let mut chunk = json!({
            "id": reply.id, "object": "chat.completion.chunk", "created": 1_760_000_000, "model": reply.model, "choices": choices,
        });
        if reply.tells_usage {
            chunk["usage"] = usage;
        }
        event(None, &chunk)
    };
    let delta = |delta: Value| chunk(json!([{"index": 0, "delta": delta, "logprobs": null, "finish_reason": null}]), Value::Null);
    let mut events = vec![delta(json!({"role": "assistant", "content": ""}))];
    events.extend(pieces(&reply.text).map(|text| delta(json!({"content": text}))));
    for (index, call) in reply.calls.iter().enumerate() {
        let begun = json!({"index": index, "id": call.id, "type": "function", "function": {"name": call.tool, "arguments": ""}});
        events.push(delta(json!({"tool_calls": [begun]})));
        for piece in pieces(&call.arguments) {
            events.push(delta(json!({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})));
        }
    }
    events.push(chunk(json!([{"index": 0, "delta": {}, "logprobs": null, "finish_reason": stop(reply)}]), Value::Null));
    if reply.tells_usage {
        events.push(chunk(json!([]), usage(reply)));
    }
    events.push("data: [DONE]\n\n".into());
    events
}

pub fn error(status: u16, message: &str) -> Value {
    let (kind, code) = match status {
        401 => ("invalid_request_error", json!("invalid_api_key")),
        429 => ("rate_limit_error", json!("rate_limit_exceeded")),
        404 => ("invalid_request_error", json!("model_not_found")),
        400..=499 => ("invalid_request_error", Value::Null),
        _ => ("server_error", Value::Null),
    };
    json!({"error": {"message": message, "type": kind, "param": null, "code": code}})
}
