//! A webhook's payload as its schema describes it: every field there, with a plain value of its type.

use serde_json::{Map, Value, json};

use super::schema::resolve;

/// One webhook of GitHub's documentation.
pub struct Webhook {
    /// As in `X-GitHub-Event`.
    pub event: String,
    pub payload: Value,
}

/// A payload for each of the documented webhooks, one for each action.
pub fn webhooks(api: &Value) -> Vec<Webhook> {
    let documented = api["x-webhooks"].as_object().unwrap();
    documented.values().map(|webhook| read(api, &webhook["post"])).collect()
}

fn read(api: &Value, operation: &Value) -> Webhook {
    let event = operation["x-github"]["subcategory"].as_str().unwrap().replace('-', "_");
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    Webhook { event, payload: sample(api, "", schema, 0) }
}

fn sample(api: &Value, name: &str, schema: &Value, depth: usize) -> Value {
    let schema = resolve(api, schema);
    if let Some(first) = schema["enum"].get(0) {
        return first.clone();
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let objects = parts.iter().filter_map(|part| sample(api, name, part, depth).as_object().cloned());
        return Value::Object(objects.flatten().collect());
    }
    if let Some(first) = schema["oneOf"].get(0).or(schema["anyOf"].get(0)) {
        return sample(api, name, first, depth);
    }
    let kind = schema["type"].as_str().or(schema["type"].get(0).and_then(Value::as_str));
    match kind {
        Some("object") | None if depth < 8 => {
            let fields = schema["properties"].as_object().cloned().unwrap_or_default();
            Value::Object(fields.iter().map(|(name, field)| (name.clone(), sample(api, name, field, depth + 1))).collect::<Map<_, _>>())
        }
        Some("array") => json!([sample(api, name, &schema["items"], depth + 1)]),
        Some("integer" | "number") => json!(7),
        Some("boolean") => json!(true),
        Some("string") => json!(text(name)),
        _ => Value::Null,
    }
}

/// What a text field of this name holds, where its form matters.
fn text(name: &str) -> &'static str {
    match name {
        "full_name" => "octocat/hello-world",
        "sha" | "head_sha" | "after" | "before" => "6dcb09b5b57875f334f61aebed695e2e4193db5e",
        "ref" => "refs/heads/main",
        _ => "text",
    }
}
