//! Google's Gemini: <https://ai.google.dev/api/generate-content>.

use serde_json::{Value, json};

use super::asked::{self, Asked, Called, Message, Offered, Resulted, Role};
use super::reply::{Reply, event, pieces};
use super::script::Stop;

/// Fills in what the request says; an error is what is wrong with it. The model and the streaming stand in the address.
pub fn read(asked: &mut Asked) -> Result<(), String> {
    let body = asked.body.clone();
    let path = asked.target.split('?').next().unwrap_or_default();
    let (model, method) = path.rsplit('/').next().and_then(|last| last.split_once(':')).unwrap_or_default();
    asked.stream = method == "streamGenerateContent";
    if asked.stream && !asked.target.contains("alt=sse") {
        return Err("only alt=sse is played here".into());
    }
    asked.model = model.into();
    asked.system = asked::words(&body["systemInstruction"]["parts"]);
    let declared =
        body["tools"].as_array().into_iter().flatten().flat_map(|tool| tool["functionDeclarations"].as_array().into_iter().flatten());
    for function in declared {
        let schema = ["parameters", "parametersJsonSchema"].iter().find_map(|field| function.get(*field)).cloned();
        asked.tools.push(Offered {
            name: function["name"].as_str().unwrap_or_default().into(),
            description: function["description"].as_str().unwrap_or_default().into(),
            free_form: false,
            schema: schema.unwrap_or_else(|| json!({"type": "object"})),
        });
    }
    asked::tools(&asked.tools)?;
    let contents = body["contents"].as_array().filter(|all| !all.is_empty()).ok_or("contents is not specified")?;
    for (index, content) in contents.iter().enumerate() {
        let read = one(content, asked.messages.last()).map_err(|what| format!("contents[{index}]: {what}"))?;
        asked.messages.push(read);
    }
    asked::pair(&asked.messages)
}

/// Calls have ids only if the caller gave them some: otherwise they are paired by name and place.
fn one(content: &Value, before: Option<&Message>) -> Result<Message, String> {
    let role = match content["role"].as_str() {
        Some("model") => Role::Assistant,
        Some("user" | "function") | None => Role::User,
        Some(other) => return Err(format!("please use a valid role: user, model; not {other:?}")),
    };
    let mut read = Message::of(role);
    let parts = content["parts"].as_array().filter(|parts| !parts.is_empty()).ok_or("parts must not be empty")?;
    for part in parts {
        if let Some(call) = part.get("functionCall") {
            let tool = call["name"].as_str().ok_or("functionCall.name: missing")?.to_owned();
            let id = call["id"].as_str().map_or_else(|| format!("{tool}#{}", read.calls.len()), str::to_owned);
            read.calls.push(Called { id, tool, arguments: call["args"].clone() });
        } else if let Some(response) = part.get("functionResponse") {
            let tool = response["name"].as_str().ok_or("functionResponse.name: missing")?;
            let place = read.results.len();
            let by_place = before.and_then(|before| before.calls.get(place)).filter(|call| call.tool == tool).map(|call| call.id.clone());
            let id = response["id"].as_str().map(str::to_owned).or(by_place);
            let id =
                id.ok_or_else(|| format!("the number of function response parts must equal that of the function calls before; {tool:?}"))?;
            let failed = response["response"].get("error").is_some();
            read.results.push(Resulted { id, text: response["response"].to_string(), failed });
        } else if let Some(text) = part["text"].as_str() {
            read.add(text);
        }
    }
    Ok(read)
}

fn usage(reply: &Reply) -> Value {
    json!({
        "promptTokenCount": reply.usage.input, "candidatesTokenCount": reply.usage.output,
        "totalTokenCount": reply.usage.input + reply.usage.output, "cachedContentTokenCount": reply.usage.cached,
    })
}

fn stop(reply: &Reply) -> &'static str {
    match reply.stop {
        Stop::Done | Stop::Calls => "STOP",
        Stop::Length => "MAX_TOKENS",
        Stop::Refusal => "SAFETY",
    }
}

fn chunk(reply: &Reply, parts: Vec<Value>, last: bool) -> Value {
    let mut candidate = json!({"content": {"role": "model", "parts": parts}, "index": 0});
    if last {
        candidate["finishReason"] = json!(stop(reply));
    }
    json!({"candidates": [candidate], "usageMetadata": usage(reply), "modelVersion": reply.model, "responseId": reply.id})
}

fn calls(reply: &Reply) -> Vec<Value> {
    let one = |(index, call): (usize, &super::reply::ReplyCall)| {
        let arguments: Value = serde_json::from_str(&call.arguments).unwrap_or_else(|_| json!({}));
        let mut part = json!({"functionCall": {"name": call.tool, "args": arguments}});
        if index == 0 {
            part["thoughtSignature"] = json!("c2lnbmVk");
        }
        part
    };
    reply.calls.iter().enumerate().map(one).collect()
}

pub fn whole(reply: &Reply) -> Value {
    let mut parts = Vec::new();
    if !reply.text.is_empty() {
        parts.push(json!({"text": reply.text}));
    }
    parts.extend(calls(reply));
    chunk(reply, parts, true)
}

pub fn events(reply: &Reply) -> Vec<String> {
    let mut events = Vec::new();
    if !reply.thinking.is_empty() {
        events.push(event(None, &chunk(reply, vec![json!({"text": reply.thinking, "thought": true})], false)));
    }
    events.extend(pieces(&reply.text).map(|text| event(None, &chunk(reply, vec![json!({"text": text})], false))));
    let mut last = calls(reply);
    if last.is_empty() {
        last.push(json!({"text": ""}));
    }
    events.push(event(None, &chunk(reply, last, true)));
    events
}

pub fn error(status: u16, message: &str) -> Value {
    let (code, name) = match status {
        400 | 413 => (status, "INVALID_ARGUMENT"),
        401 => (status, "UNAUTHENTICATED"),
        403 => (status, "PERMISSION_DENIED"),
        404 => (status, "NOT_FOUND"),
        429 => (status, "RESOURCE_EXHAUSTED"),
        503 | 529 => (503, "UNAVAILABLE"),
        _ => (status, "INTERNAL"),
    };
    json!({"error": {"code": code, "message": message, "status": name}})
}
