//! OpenAI's Responses: <https://platform.openai.com/docs/api-reference/responses> and `responses-streaming`.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::asked::{self, Asked, Called, Message, Offered, Resulted, Role};
use super::chat;
use super::reply::{Reply, ReplyCall, event, pieces};
use super::script::Stop;

/// Fills in what the request says; an error is what is wrong with it.
pub fn read(asked: &mut Asked) -> Result<(), String> {
    let body = asked.body.clone();
    asked.model = body["model"].as_str().ok_or("missing required parameter: 'model'")?.into();
    asked.stream = body["stream"].as_bool().unwrap_or(false);
    asked.system = asked::words(&body["instructions"]);
    if body["previous_response_id"].is_string() {
        return Err("previous_response_id: nothing is stored here; send the whole input".into());
    }
    for tool in body["tools"].as_array().into_iter().flatten() {
        match tool["type"].as_str().unwrap_or_default() {
            "function" => asked.tools.push(chat::offered(tool)),
            "custom" => asked.tools.push(Offered { free_form: true, ..chat::offered(tool) }),
            // The provider's own tools.
            "" => return Err("tools: missing required parameter: 'type'".into()),
            _ => {}
        }
    }
    asked::tools(&asked.tools)?;
    match &body["input"] {
        Value::String(text) => {
            asked.messages.push(Message::of(Role::User));
            asked.messages[0].add(text);
        }
        Value::Array(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                one(item, asked).map_err(|what| format!("input[{index}]: {what}"))?;
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            return Err("input: a text or a list of items is required".into());
        }
    }
    pair(&asked.messages)
}

/// Here the order is free: each result follows its call somewhere, and each call has one.
fn pair(messages: &[Message]) -> Result<(), String> {
    let (mut open, mut known) = (HashSet::new(), HashSet::new());
    for message in messages {
        for call in &message.calls {
            open.insert(call.id.as_str());
            if !known.insert(call.id.as_str()) {
                return Err(format!("duplicate call_id {:?}", call.id));
            }
        }
        for result in &message.results {
            if !open.remove(result.id.as_str()) {
                return Err(format!("no tool call found for function call output with call_id {:?}", result.id));
            }
        }
    }
    if open.is_empty() { Ok(()) } else { Err(format!("no tool output found for function call {open:?}")) }
}

fn one(item: &Value, asked: &mut Asked) -> Result<(), String> {
    let id = || item["call_id"].as_str().filter(|id| !id.is_empty()).map(str::to_owned).ok_or("call_id: missing");
    match item["type"].as_str().unwrap_or("message") {
        "message" => {
            let text = asked::words(&item["content"]);
            match item["role"].as_str().unwrap_or_default() {
                "system" | "developer" => {
                    asked.system.push_str(&text);
                    asked.system.push('\n');
                }
                "user" => at(asked, Role::User).add(&text),
                "assistant" => at(asked, Role::Assistant).add(&text),
                other => return Err(format!("role: {other:?} is none")),
            }
        }
        kind @ ("function_call" | "custom_tool_call") => {
            let free_form = kind == "custom_tool_call";
            let written = item[if free_form { "input" } else { "arguments" }].as_str().ok_or("arguments must be a string")?;
            let arguments = if free_form { json!(written) } else { serde_json::from_str(written).unwrap_or_else(|_| json!(written)) };
            let tool = item["name"].as_str().ok_or("name: missing")?.to_owned();
            let id = id()?;
            at(asked, Role::Assistant).calls.push(Called { id, tool, arguments });
        }
        "function_call_output" | "custom_tool_call_output" => {
            let (id, text) = (id()?, asked::words(&item["output"]));
            at(asked, Role::User).results.push(Resulted { id, text, failed: false });
        }
        "reasoning" | "item_reference" => {}
        // What the provider's own tools leave behind.
        _ => {}
    }
    Ok(())
}

/// The message of that role which goes on.
fn at(asked: &mut Asked, role: Role) -> &mut Message {
    if asked.messages.last().is_none_or(|last| last.role != role) {
        asked.messages.push(Message::of(role));
    }
    let last = asked.messages.len() - 1;
    &mut asked.messages[last]
}

fn usage(reply: &Reply) -> Value {
    json!({
        "input_tokens": reply.usage.input, "input_tokens_details": {"cached_tokens": reply.usage.cached},
        "output_tokens": reply.usage.output, "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": reply.usage.input + reply.usage.output,
    })
}

fn message(reply: &Reply) -> Value {
    let part = json!({"type": "output_text", "text": reply.text, "annotations": [], "logprobs": []});
    json!({"type": "message", "id": format!("msg_{}", reply.id), "role": "assistant", "status": "completed", "content": [part]})
}

fn call_item(call: &ReplyCall) -> Value {
    if call.free_form {
        // A free-form tool takes the text itself; in a script it is written as a JSON string.
        let input: String = serde_json::from_str(&call.arguments).unwrap_or_else(|_| call.arguments.clone());
        return json!({"type": "custom_tool_call", "id": format!("ctc_{}", call.id), "call_id": call.id, "name": call.tool, "input": input, "status": "completed"});
    }
    json!({
        "type": "function_call", "id": format!("fc_{}", call.id), "call_id": call.id, "name": call.tool, "arguments": call.arguments,
        "status": "completed",
    })
}

pub fn whole(reply: &Reply) -> Value {
    let mut output = Vec::new();
    if !reply.text.is_empty() {
        output.push(message(reply));
    }
    output.extend(reply.calls.iter().map(call_item));
    let (status, details) = match reply.stop {
        Stop::Done | Stop::Calls => ("completed", Value::Null),
        Stop::Length => ("incomplete", json!({"reason": "max_output_tokens"})),
        Stop::Refusal => ("incomplete", json!({"reason": "content_filter"})),
    };
    json!({
        "id": reply.id, "object": "response", "created_at": 1_760_000_000, "status": status, "error": null, "incomplete_details": details,
        "model": reply.model, "output": output, "parallel_tool_calls": true, "tool_choice": "auto", "tools": [], "usage": usage(reply),
        "metadata": {},
    })
}

pub fn events(reply: &Reply) -> Vec<String> {
    let finished = whole(reply);
    let mut begun = finished.clone();
    begun["status"] = json!("in_progress");
    begun["output"] = json!([]);
    begun["usage"] = Value::Null;
    begun["incomplete_details"] = Value::Null;
    let mut data =
        vec![json!({"type": "response.created", "response": begun.clone()}), json!({"type": "response.in_progress", "response": begun})];
    for (index, item) in finished["output"].as_array().into_iter().flatten().enumerate() {
        let mut added = item.clone();
        added["status"] = json!("in_progress");
        let (empty, text) = match item["type"].as_str().unwrap_or_default() {
            "message" => ("content", &item["content"][0]["text"]),
            "custom_tool_call" => ("input", &item["input"]),
            _ => ("arguments", &item["arguments"]),
        };
        added[empty] = if empty == "content" { json!([]) } else { json!("") };
        data.push(json!({"type": "response.output_item.added", "output_index": index, "item": added}));
        let text = text.as_str().unwrap_or_default();
        let (id, part) = (&item["id"], &item["content"][0]);
        let at = |kind: &str, field: &str, value: Value| {
            let mut event = json!({"type": kind, "item_id": id, "output_index": index, "content_index": 0});
            event[field] = value;
            event
        };
        let (deltas, done, field) = match empty {
            "content" => ("response.output_text.delta", "response.output_text.done", "text"),
            "input" => ("response.custom_tool_call_input.delta", "response.custom_tool_call_input.done", "input"),
            _ => ("response.function_call_arguments.delta", "response.function_call_arguments.done", "arguments"),
        };
        if empty == "content" {
            let bare = json!({"type": "output_text", "text": "", "annotations": [], "logprobs": []});
            data.push(at("response.content_part.added", "part", bare));
        }
        data.extend(pieces(text).map(|piece| at(deltas, "delta", json!(piece))));
        data.push(at(done, field, json!(text)));
        if empty == "content" {
            data.push(at("response.content_part.done", "part", part.clone()));
        }
        data.push(json!({"type": "response.output_item.done", "output_index": index, "item": item}));
    }
    let last = if finished["status"] == "completed" { "response.completed" } else { "response.incomplete" };
    data.push(json!({"type": last, "response": finished}));
    let numbered = data.into_iter().enumerate().map(|(number, mut data)| {
        data["sequence_number"] = json!(number);
        event(data["type"].as_str(), &data)
    });
    numbered.collect()
}

/// The end of a stream that fails.
pub fn failed() -> Value {
    let error = json!({"code": "server_is_overloaded", "message": "overloaded"});
    json!({"type": "response.failed", "sequence_number": 99, "response": {"id": "resp_0", "object": "response", "status": "failed", "error": error, "output": []}})
}
